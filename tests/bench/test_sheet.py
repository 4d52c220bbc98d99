"""The table of `make bench`: what it says, and that a part measured anew stands in the place of the old one."""

from pathlib import Path

import pytest

from tests.bench import sheet
from tests.bench.parts import PARTS
from tests.bench.sheet import Corpus, Found, Part, Row, Run, ahead, at_least, at_most, page, read, write

WHOLE = Found(
    [
        Row("the whole job", "90", "other", "30", 3.0, *at_least(3.0, 3)),
        Row("the same", "9", "more", "8", 1.1, "≥ 2", False),
    ],
    [Run("ours", 90, 11.5, 1.0, 0.85), Run("bare", 300, 3, 1.0)],
    Corpus(1040, 174.2, real=True),
)


def part(name: str, found: Found = WHOLE, day: str = "2026-02-03") -> Part:
    return Part(name, day, "2 cores", 3, found)


def test_ratios_say_how_many_times_we_are_ahead() -> None:
    assert ahead([1, 2, 10], [3, 4, 10]) == 2
    assert at_least(2.9, 3) == ("≥ 3", False) and at_least(3.0, 3)[1]
    assert at_most(0.3, 0.3, "s") == ("≤ 0.3 s", True) and not at_most(0.31, 0.3, "s")[1]


def test_the_page_tells_rows_runs_and_what_is_missed() -> None:
    text = page([part("whole"), part("start", Found([Row("help", "0.1")]))])
    assert "| whole | the whole job | 90 | other | 30 | 3.00 | ≥ 3 | reached |" in text
    assert "| 1.10 | ≥ 2 | **missed** |" in text and "| start | help | 0.1 |" in text
    assert "on 1,040 pages" in text and "174 KB" in text and "| bare | 300.0 | 3.0 | 100.0% |  |" in text
    assert text.count("2 cores; 3 turns") == 1
    both = page([part("fetch"), part("whole", Found([], [Run("whole", 9, 9, 1.0)], WHOLE.corpus))])
    assert both.count("on 1,040 pages") == 1 and both.index("| bare |") < both.index("| whole | 9.0 |")


def test_a_part_takes_the_place_of_what_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheet, "RESULTS", tmp_path / "bench.jsonl")
    monkeypatch.setattr(sheet, "PAGE", tmp_path / "bench.md")
    order = ["whole", "start", "memory"]
    write([part("memory"), part("whole")], order)
    write([part("start"), part("whole", Found([Row("new", "1")]), "2026-02-04")], order)
    assert [(p.name, p.day) for p in read(sheet.RESULTS)] == [
        ("whole", "2026-02-04"), ("start", "2026-02-03"), ("memory", "2026-02-03"),
    ]  # fmt: skip
    assert read(sheet.RESULTS)[2].found == WHOLE
    assert sheet.PAGE.read_text() == page(read(sheet.RESULTS))


def test_every_part_is_told_on_the_page() -> None:
    assert [*sheet.NOTES] == [*PARTS]
