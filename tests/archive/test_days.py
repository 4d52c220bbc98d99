"""The reading room's `days`: new articles a day of each paper, gaps as gaps."""

from pathlib import Path

from archive.describe import metadata
from archive.store import Archive
from config.clock import ShiftedClock
from tests.watched import START, World, out

DAYS = metadata("a")["databases"]["a"]["queries"]["days"]


def test_a_row_a_paper_and_a_gap_is_no_zero(tmp_path: Path) -> None:
    clock = ShiftedClock(START)
    with Archive(tmp_path / "a.db", clock=clock) as archive:
        world = World(archive, clock, {"baovua": 12.0, "baonho": 3.0}, {"baonho": out("down", 5)})
        for day in (0.5, 1.5, 2.5, 5.5, 6.5):
            world.run(day)
        world.run(3.5, outcome="skipped")
        small, middling = archive.rows(DAYS["sql"])
        counts = dict(archive.conn.execute("SELECT substr(first_seen, 1, 10), count(*) FROM articles"
                                           " WHERE source = 'baovua' GROUP BY 1").fetchall())  # fmt: skip
    told = middling["new_a_day"].split()
    assert (middling["source"], small["source"]) == ("baovua", "baonho")
    assert told[:7] == ["·"] * 7 and told[10:12] == ["·", "·"] and len(told) == 14
    assert [int(n) for n in told if n != "·"] == [counts[day] for day in sorted(counts)]
    assert small["new_a_day"].split()[12:] == ["0", "0"] and small["days_looked"] == 5
    assert (middling["first_day"], middling["last_day"]) == ("2025-02-24", "2025-03-09")
    assert middling["new"] == sum(counts.values()) and middling["last_new"] == "2025-03-09T12:00:00+07:00"


def test_every_column_is_described() -> None:
    for name in ("new_a_day", "new", "days_looked", "last_new"):
        assert f"{name}:" in DAYS["description"]
