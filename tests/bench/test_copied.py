"""The bench of copies where it costs nothing: every kind arrives and is what it is called, and the page is current."""

from pathlib import Path

import pytest

from archive import copies, levels
from archive.checks import last_parts
from archive.copies import catch_up
from archive.migrations import disable_search
from archive.proof import Verification
from archive.store import Archive
from tests.bench import copied
from tests.bench.invented import PAPERS


def compared(archive: Archive) -> list[tuple[object, ...]]:
    return archive.conn.execute("SELECT * FROM compared ORDER BY article").fetchall()


def test_every_kind_arrives(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(copied, "ARRIVALS", 5)
    with Archive(tmp_path / "a.db") as archive:
        archive.conn.execute("PRAGMA foreign_keys=OFF")
        disable_search(archive.db)
        copied.grow(archive, 400)
        before = levels.every(archive.conn)
        told = copied.measure(archive, 400)
        assert levels.every(archive.conn) == before
        assert told["copy"]["pairs"] >= 2 and told["alone"]["pairs"] == told["footer"]["pairs"] == 0  # type: ignore[index]
        assert "| 400 |" in copied.table([told])


def test_what_grows_is_what_catching_up_writes(tmp_path: Path) -> None:
    with Archive(tmp_path / "a.db") as archive:
        archive.conn.execute("PRAGMA foreign_keys=OFF")
        disable_search(archive.db)
        copied.grow(archive, 300)
        grown = levels.every(archive.conn), compared(archive)
        copies.clear(archive.conn)
        assert catch_up(archive, PAPERS) == 300
        assert (levels.every(archive.conn), compared(archive)) == grown
        parts = [part for part in last_parts(PAPERS) if part.name in ("copies", "runs")]
        assert [f for result in Verification(archive, None, None).run(parts) for f in result.wrong] == []


def test_the_page_shows_the_results_beside_it() -> None:
    assert copied.table(copied.read_results(copied.RESULTS)) in copied.PAGE.read_text(encoding="utf-8")
