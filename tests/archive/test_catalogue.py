"""The catalogue tells what the tables tell, grows with them, and orders by time."""

import pytest

from archive.catalogue import Catalogue, Shelf, months
from archive.choice import Choice
from archive.derive import rebuild
from archive.store import Archive
from config.sources import Sources
from tests.conftest import Visit, record

TIMES = {
    1: "2025-01-31T00:30:00+07:00",
    2: "2025-01-30T23:59:00+07:00",
    3: None,
    4: "2025-03-01T00:00:00+07:00",
    5: "2025-01-31T00:31:00+07:00",
}


def fill(archive: Archive, sources: Sources, visit: Visit, numbers: range) -> None:
    for n in numbers:
        visit(record(n, f"Bài {n}", published=TIMES[n]), f"2025-03-10T0{n}:00:00+07:00")
    rebuild(archive, sources)


@pytest.mark.parametrize("few", [0, 100])
def test_it_counts_narrows_and_orders(
    archive: Archive, sources: Sources, visit: Visit, monkeypatch: pytest.MonkeyPatch, few: int
) -> None:
    monkeypatch.setattr("archive.catalogue.FEW", few)
    fill(archive, sources, visit, range(1, 6))
    made = Catalogue.of(archive)
    assert sorted(made.all()) == [1, 2, 3, 4, 5]
    papers, days = made.counted(made.all())
    assert papers == {"songnews": 5}
    assert days == {"2025-01-31": 2, "2025-01-30": 1, "2025-03-01": 1, None: 1}
    assert months(days) == {"2025-01": 3, "2025-03": 1, None: 1}
    assert made.narrowed(made.all(), Choice(since="2025-01-31", until="2025-01-31")) == [5, 1]
    assert made.narrowed(made.all(), Choice(source="other")) == []
    assert made.by_time(made.all(), 9) == [4, 5, 1, 2, 3]
    assert made.by_time(made.all(), 9, oldest=True) == [2, 1, 5, 4, 3]
    assert made.by_time([1, 2, 3], 2) == [1, 2]


def test_it_grows_and_keeps_what_it_told(archive: Archive, sources: Sources, visit: Visit) -> None:
    fill(archive, sources, visit, range(1, 3))
    shelf = Shelf()
    with Archive(archive.path, write=False) as reader:
        before = shelf.fresh(reader)
        assert shelf.fresh(reader) is before
        fill(archive, sources, visit, range(3, 6))
        after = shelf.fresh(reader)
    assert before.counted(before.all())[0] == {"songnews": 2}
    assert after.counted(after.all())[0] == {"songnews": 5}
    assert after.by_time(after.all(), 1) == [4]


def test_an_empty_archive(archive: Archive) -> None:
    made = Catalogue.of(archive)
    assert made.all() == [] and made.by_time([], 5) == [] and made.counted([]) == ({}, {})
