import json
from pathlib import Path

import pytest

from archive.facts import Link
from archive.publish import publish
from archive.store import Archive
from tests.archive.test_neighbours import TAGGED, one, put, url
from tests.crawler.cli.conftest import Call


@pytest.fixture
def told(archive: Archive) -> Path:
    """An article with a neighbour by link and tag, and a wish."""
    tag = Link(TAGGED, "nước nổi", "tag", ".tags")
    put(archive, one(2, title="Bài hai"), tag)
    put(
        archive,
        one(1, title="Bài một"),
        Link(url(2), "hai", "inline", "paragraph 3"),
        Link(url(5), "năm", "related", ".box"),
        tag,
    )
    return archive.path


def test_the_neighbours_read_well(baoluu: Call, told: Path) -> None:
    answer = baoluu("related", url(1), "--archive", told)
    assert answer.code == 0 and answer.err == ""
    assert answer.out.splitlines() == [
        "Bài một",
        f"  {url(1)}",
        "",
        " 0.90  song, 01/03/2025: Bài hai",
        f"       {url(2)}",
        "       0.60 it is linked from here (inline, paragraph 3): “hai”",
        "       0.30 under the same tag: nước nổi (2 articles)",
        "",
        " 0.50  song, not in the archive (not asked for so far): năm",
        f"       {url(5)}",
        "       0.50 it is linked from here (related, .box): “năm”",
    ]


def test_as_json_it_is_one_neighbour_a_line(baoluu: Call, told: Path) -> None:
    found = [json.loads(line) for line in baoluu("related", url(1), "--json", "--archive", told).out.splitlines()]
    assert [(one["url"], one["source"], one["title"], one["kept"], one["waits"]) for one in found] == [
        (url(2), "song", "Bài hai", True, None),
        (url(5), "song", "năm", False, False),
    ]
    assert found[0]["published"] == "2025-03-01T08:00:00+07:00" and found[1]["published"] is None
    assert found[0]["score"] == 0.9 and found[0]["reasons"] == [
        {"by": "link", "how": "to", "points": 0.6, "kind": "inline", "place": "paragraph 3", "words": "hai"},
        {"by": "tag", "how": "tag", "points": 0.3, "words": "nước nổi", "url": TAGGED, "articles": 2},
    ]
    only = baoluu("related", url(1), "--json", "--most", 1, "--archive", told).out.splitlines()
    assert [json.loads(line) for line in only] == found[:1]


def test_an_article_without_neighbours_says_so(baoluu: Call, archive: Archive) -> None:
    put(archive, one(3))
    answer = baoluu("related", url(3), "--archive", archive.path)
    assert answer.code == 0 and "Nothing in the archive is related to it" in answer.out
    assert baoluu("related", url(3), "--json", "--archive", archive.path).out == ""


def test_a_published_copy_answers_too(baoluu: Call, told: Path) -> None:
    with Archive(told, write=False) as archive:
        publish(archive, told.with_name("public.db"))
    out = baoluu("related", url(1), "--archive", told.with_name("public.db")).out
    assert "Bài hai" in out and " 0.50  song, not in the archive: năm" in out


def test_what_is_not_there_or_not_meant_is_refused(baoluu: Call, told: Path) -> None:
    answer = baoluu("related", url(99), "--archive", told)
    assert answer.code == 1 and f"no article at {url(99)}" in answer.err and "baoluu why" in answer.err
    assert baoluu("related", "bai-1", "--archive", told).code == 2
    assert baoluu("related", url(1), "--most", 0, "--archive", told).code == 2
    missing = baoluu("related", url(1), "--archive", told.with_name("none.db"))
    assert missing.code == 2 and "none.db" in missing.err
