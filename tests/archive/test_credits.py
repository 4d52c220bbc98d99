"""Whom an article names as the origin of its text."""

import pytest

from archive.credits import credited, towards
from config.sources import Source, Sources

PAPERS = Sources(
    {
        name: Source(id=name, title=title, hosts=hosts)
        for name, title, hosts in (
            ("laodong", "Lao Động", ("laodong.vn",)),
            ("dantri", "Dân trí", ("dantri.com.vn",)),
            ("daidoanket", "Đại Đoàn Kết", ("daidoanket.vn",)),
            ("song", "Báo Sông", ("song.example.vn",)),
            ("vietnamplus", "VietnamPlus", ("vietnamplus.vn",)),
        )
    },
    {},
)
CASES = [
    ("TTXVN", "Bài.", [("TTXVN", "TTXVN")]),
    ("Theo Lao Động", "Bài.", [("Lao Động", "laodong")]),
    ("Sông", "Bài.", [("Sông", "song")]),
    (None, "Bài viết dài.\n\nTheo TTXVN", [("TTXVN", "TTXVN")]),
    (None, "Ông nói vậy (theo Báo Lao Động).", [("Báo Lao Động", "laodong")]),
    (None, "Ông nói vậy.\n\nLaodong.vn", [("Laodong.vn", "laodong")]),
    (None, "(TTXVN) - Ngày 1/3, đoàn đến.", [("TTXVN", "TTXVN")]),
    (None, "Nguồn: Laodong.vn. Theo Dân trí, ông ấy đến.", [("Laodong.vn", "laodong"), ("Dân trí", "dantri")]),
    (None, "Theo báo Dân trí và Lao Động, ông đến.", [("báo Dân trí", "dantri"), ("Lao Động", "laodong")]),
    (None, "Theo Đại Đoàn Kết, ông đến.", [("Đại Đoàn Kết", "daidoanket")]),
    (None, "Kết bài (TTXVN/Vietnam+).", [("TTXVN/Vietnam+", "TTXVN")]),
    (None, "Theo lao động địa phương, có mưa. Theo dân trí nói chung thì không.", []),
    (None, "Theo Sở Lao động và Thương binh, có 3 người.", []),
    (None, "Lao Động là quý. Báo Sông ra hôm nay.", []),
]


@pytest.mark.parametrize(("credit", "text", "expected"), CASES)
def test_what_is_named(credit: str | None, text: str, expected: list[tuple[str, str]]) -> None:
    assert [(one.printed, one.paper or one.agency) for one in credited(credit, text, PAPERS)] == expected


def test_whom_that_is_for_the_pair() -> None:
    said = credited("TTXVN", "Bài. Theo Lao Động, ông đến. Theo Dân trí, ông đi.", PAPERS)
    assert towards(said, "song", "laodong") == ("Lao Động", "original")
    assert towards(said, "song", "gio") == ("TTXVN", "agency")
    assert towards(said[1:], "song", "gio") == ("Lao Động", "another")
    assert towards(said[1:2], "laodong", "gio") is None  # its own name says nothing
    assert towards([], "song", "gio") is None
