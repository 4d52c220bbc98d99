"""Cleanings are made again and compared; what the machine decides is only told."""

import pytest

from archive.facts import Cleaned, Drop, DropNote
from archive.proof import Result, Verification
from archive.store import Archive
from pipelines.cleaner import cleaner_id
from pipelines.process import process
from pipelines.proof import cleanings
from tests.stock import PAPER, SOURCES, Here, keep, page


@pytest.fixture
def cleaned(archive: Archive) -> Archive:
    """Five pages with what the rules of today make of them, and one of earlier rules."""
    keep(archive, *map(page, range(1, 6)))
    archive.put_cleaning(1, "3-old", process(page(1), PAPER))
    return archive


def check(archive: Archive, percent: float | None = None, mend: bool = False) -> Result:
    with Archive(archive.path, write=False) as reader:
        part = cleanings(SOURCES, Here(), archive if mend else None)  # type: ignore[arg-type]
        (result,) = Verification(reader, archive, percent).run([part])
        return result


def test_every_cleaning_comes_out_the_same(cleaned: Archive) -> None:
    result = check(cleaned)
    assert (result.checked, result.passed_over, result.wrong, result.notes) == (5, 1, [], [])


@pytest.mark.parametrize("column", ["output", "links", "notes", "article", "reason"])
def test_an_edited_cleaning_is_found_and_mended(cleaned: Archive, column: str) -> None:
    value = {"article": "sample:99", "reason": "empty"}.get(column, '["sửa"]')
    cleaned.conn.execute(f"UPDATE cleanings SET {column} = ? WHERE id = 3", (value,))
    result = check(cleaned)
    assert [f"does not come out the same: {column}" in f.what for f in result.wrong] == [True]
    assert "bai-3.html" in result.wrong[0].what and "--mend" in result.wrong[0].next
    assert "nothing" in check(cleaned, mend=True).wrong[0].next
    assert check(cleaned).wrong == []
    assert cleaned.conn.execute("SELECT count(*) FROM articles").fetchone() == (5,)


def test_a_part_ends_and_goes_on_between_two_pages(cleaned: Archive) -> None:
    results = [check(cleaned, 34) for _ in range(3)]
    assert [(r.checked, r.passed_over, r.whole) for r in results] == [(3, 0, False), (2, 1, True), (3, 0, False)]


def test_what_hung_once_is_told_and_not_counted(cleaned: Archive) -> None:
    hung = Cleaned(output=Drop(url="x", drop=DropNote("hang", "")), article="sample:3")
    cleaned.put_cleaning(3, cleaner_id(PAPER), hung)
    result = check(cleaned)
    assert result.wrong == [] and "dropped (hang) when it was cleaned, a record now" in result.notes[0]


def test_a_damaged_body_is_left_to_the_part_over_bodies(cleaned: Archive) -> None:
    cleaned.conn.execute("UPDATE bodies SET data = x'00' WHERE id = 3")
    result = check(cleaned)
    assert (result.checked, result.passed_over, result.wrong) == (4, 2, [])
