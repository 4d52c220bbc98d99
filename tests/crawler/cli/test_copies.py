import json
from pathlib import Path

import pytest

from archive.copies import clear
from archive.store import Archive
from tests.archive.told import keep, record, story
from tests.crawler.cli.conftest import Call

STORY = story(1)
FIRST, COPY, ALONE = (f"https://{p}.example.vn/bai-{n}.html" for p, n in (("song", 1), ("nui", 2), ("gio", 3)))


@pytest.fixture
def told(archive: Archive) -> Path:
    """A story in two papers, and another one in a third."""
    keep(
        archive,
        record("song", 1, STORY, title="Bão đổ bộ"),
        record("nui", 2, STORY[:6], title="Bão vào bờ", published="2025-03-01T09:30:00+07:00", credit="TTXVN"),
        record("gio", 3, story(2), title="Bài một mình"),
    )
    return archive.path


def test_a_family_reads_well(baoluu: Call, told: Path) -> None:
    answer = baoluu("copies", COPY, "--archive", told)
    lines = answer.out.splitlines()
    assert answer.code == 0 and answer.err == ""
    assert (
        lines[:2] == ["Bão đổ bộ", f"  {FIRST}"] and "first printed by" in lines[2] and "01/03/2025 08:00" in lines[2]
    )
    assert lines[4].split()[1:6] == ["01/03/2025", "09:30", "+1.5", "h", "trimmed"]
    assert lines[5:8] == ["  Bão vào bờ  (the one asked for)", f"  {COPY}", "  names as its origin: TTXVN (an agency)"]
    assert lines[8].startswith("  left out ") and lines[8].endswith(" …") and len(lines) == 9


def test_as_json_it_is_one_article_a_line(baoluu: Call, told: Path) -> None:
    first, copy = (json.loads(line) for line in baoluu("copies", FIRST, "--json", "--archive", told).out.splitlines())
    assert (first["url"], first["role"], first["asked"]) == (FIRST, "first", True)
    assert (copy["url"], copy["role"], copy["delay"], copy["kind"], copy["names"]) == (
        COPY,
        "copy",
        1.5,
        "trimmed",
        "agency",
    )
    assert copy["taken"] == 1.0 and 0.6 < copy["left_in"] < 0.8 and len(copy["cut"]) == 1 and copy["added"] == []


def test_an_article_without_copies_says_so(baoluu: Call, told: Path) -> None:
    answer = baoluu("copies", ALONE, "--archive", told)
    assert answer.code == 0 and "No other article of the archive tells this story" in answer.out
    assert len(baoluu("copies", ALONE, "--json", "--archive", told).out.splitlines()) == 1


def test_what_is_not_there_or_not_meant_is_refused(baoluu: Call, told: Path) -> None:
    answer = baoluu("copies", "https://song.example.vn/bai-99.html", "--archive", told)
    assert (
        answer.code == 1
        and "no article at https://song.example.vn/bai-99.html" in answer.err
        and "baoluu why" in answer.err
    )
    assert baoluu("copies", "--archive", told).code == 2
    assert baoluu("copies", FIRST, "--catch-up", "--archive", told).code == 2
    assert baoluu("diff", FIRST, COPY, "--from", 1, "--archive", told).code == 2


def test_the_difference_between_two_articles(baoluu: Call, told: Path) -> None:
    out = baoluu("diff", FIRST, COPY, "--archive", told).out
    assert out.startswith(f"--- {FIRST}\n+++ {COPY}\n") and "title: Bão [-đổ bộ-] {+vào bờ+}" in out
    assert f"blocks: [-{STORY[7][:20]}" in out
    both = baoluu("copies", FIRST, "--diff", "--archive", told).out
    assert out.splitlines()[2] in both
    found = json.loads(baoluu("diff", FIRST, COPY, "--json", "--archive", told).out)
    assert (found["url"], found["other"]) == (FIRST, COPY) and found["changes"][0]["field"] == "title"


def test_an_old_archive_is_told_to_catch_up_and_does(baoluu: Call, told: Path) -> None:
    with Archive(told) as archive:
        clear(archive.conn)
    answer = baoluu("copies", FIRST, "--archive", told)
    assert answer.code == 0 and "3 articles have not been looked at yet" in answer.err and "No other" in answer.out
    assert baoluu("copies", "--catch-up", "--archive", told).out == "3 articles looked at\n"
    answer = baoluu("copies", FIRST, "--archive", told)
    assert answer.err == "" and COPY in answer.out
