"""The three tables hold what one would, whatever is poured, undone, or written by another connection between."""

from pathlib import Path
from random import Random

import pytest

from archive import levels
from archive.errors import NotAnArchive
from archive.levels import Levels
from archive.store import Archive


@pytest.mark.parametrize("seed", range(8))
def test_they_hold_what_one_table_would(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int) -> None:
    for name, size in (("FRESH", 80), ("RECENT", 100), ("STEPS", 4), ("_AT_ONCE", 64)):
        monkeypatch.setattr(levels, name, size)
    random = Random(seed)
    runs = [random.getrandbits(63) for _ in range(60)]
    there: dict[tuple[int, int], frozenset[int]] = {}
    with Archive(tmp_path / "a.db") as one, Archive(tmp_path / "a.db") as other:
        for number in range(1, 120):
            db = random.choice((one, other)).conn
            place, own = (random.randrange(9), number), frozenset(random.sample(runs, random.randrange(1, 20)))
            db.execute("BEGIN IMMEDIATE")
            before = dict(there)
            Levels(db).add(place, own)
            there[place] = own
            if random.random() < 0.5:
                went = random.choice(list(there))
                part = frozenset(run for run in there[went] if random.random() < 0.7)
                if part:
                    Levels(db).remove(went, part)
                    there[went] -= part
            if random.random() < 0.3:
                db.execute("ROLLBACK")
                there = before
            else:
                db.execute("COMMIT")
            held = Levels(db)
            lists = {run: sorted(place for place, own in there.items() if run in own) for run in runs}
            others = {run for run, places in lists.items() if any(of != number for _, of in places)}
            assert held.shared(frozenset(runs), number) == others
            first = [[of for _, of in p[:5]] for p in lists.values() if len(p) < 5 or place in p[:5]]
            assert sorted(held.lists(runs, place, 5)) == sorted(first)
            fourth = [places[3] for places in lists.values() if len(places) > 3]
            assert sorted(held.moved({*runs}, place, 3)) == sorted(of for rank, of in fourth if place < (rank, of))
            assert all(held.has(place, own) for place, own in there.items())
        expected = sorted((run, *place) for place, own in there.items() for run in own)
        assert levels.every(one.conn) == expected and levels.rows(one.conn) == len(expected)
        assert one.conn.execute("SELECT count(*) FROM shingles").fetchone()[0] > 100
        assert one.conn.execute("SELECT count(*) FROM recent").fetchone()[0] < 250


def test_an_archive_that_has_many_runs_already_goes_without_a_sieve_until_one_is_made(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, size in (("FRESH", 20), ("SIFTED", 50)):
        monkeypatch.setattr(levels, name, size)
    db = archive.conn
    db.executemany("INSERT INTO shingles VALUES (?, 7, 1000)", [(run,) for run in range(60)])
    for number in range(1, 5):
        Levels(db).add((1, number), [100 * number + k for k in range(10)])
    assert db.execute("SELECT count(*) FROM recent").fetchone() == (40,)
    assert db.execute("SELECT count(*) FROM sieve").fetchone() == (0,)
    assert Levels(db).shared([5, 105, 900], 9) == {5, 105}
    Levels(db).make_sieve()
    levels.read_anew()
    assert db.execute("SELECT DISTINCT count FROM sieve").fetchall() == [(100,)]
    assert Levels(db).shared([5, 105, 900], 9) == {5, 105}


@pytest.mark.parametrize(
    "damage", ["DELETE FROM sieve", "UPDATE sieve SET bits = ''", "UPDATE fresh SET runs = 'abc'",
               "INSERT INTO sieve (count, bits) VALUES (3, x'0102')", "DELETE FROM sieve WHERE id = 3",
               "INSERT INTO sieve (count, bits) VALUES (-1, x'0102')"]
)  # fmt: skip
def test_a_torn_row_is_told(archive: Archive, monkeypatch: pytest.MonkeyPatch, damage: str) -> None:
    monkeypatch.setattr(levels, "FRESH", 20)
    for number in range(1, 4):
        Levels(archive.conn).add((1, number), [100 * number + k for k in range(10)])
    archive.conn.execute(damage)
    levels.read_anew()
    with pytest.raises(NotAnArchive, match="rebuild"):
        Levels(archive.conn)
    levels.clear(archive.conn)
    assert levels.rows(archive.conn) == 0 and Levels(archive.conn).shared([101], 9) == set()
