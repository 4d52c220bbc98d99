"""The bench of copies where it costs nothing: every kind arrives and is what it is called, and the page is current."""

from pathlib import Path

import pytest

from archive.checks import last_parts
from archive.copies import catch_up
from archive.migrations import disable_search
from archive.proof import Verification
from archive.store import Archive
from tests.bench import copied
from tests.bench.invented import PAPERS


def test_every_kind_arrives(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(copied, "ARRIVALS", 5)
    with Archive(tmp_path / "a.db") as archive:
        archive.conn.execute("PRAGMA foreign_keys=OFF")
        disable_search(archive.db)
        copied.grow(archive, 400)
        before = archive.conn.execute("SELECT count(*) FROM shingles").fetchone()
        told = copied.measure(archive, 400)
        assert archive.conn.execute("SELECT count(*) FROM shingles").fetchone() == before
        assert told["copy"]["pairs"] >= 2 and told["alone"]["pairs"] == told["footer"]["pairs"] == 0  # type: ignore[index]
        assert "| 400 |" in copied.table([told])


def test_what_grows_is_what_catching_up_writes(tmp_path: Path) -> None:
    with Archive(tmp_path / "a.db") as archive:
        archive.conn.execute("PRAGMA foreign_keys=OFF")
        disable_search(archive.db)
        copied.grow(archive, 300)
        grown = [
            archive.conn.execute(f"SELECT * FROM {t} ORDER BY 1, 2, 3").fetchall() for t in ("shingles", "compared")
        ]
        for table in ("shingles", "compared"):
            archive.conn.execute(f"DELETE FROM {table}")
        assert catch_up(archive, PAPERS) == 300
        assert grown == [
            archive.conn.execute(f"SELECT * FROM {t} ORDER BY 1, 2, 3").fetchall() for t in ("shingles", "compared")
        ]
        parts = [part for part in last_parts(PAPERS) if part.name in ("copies", "runs")]
        assert [f for result in Verification(archive, None, None).run(parts) for f in result.wrong] == []


def test_the_page_shows_the_results_beside_it() -> None:
    assert copied.table(copied.read_results(copied.RESULTS)) in copied.PAGE.read_text(encoding="utf-8")
