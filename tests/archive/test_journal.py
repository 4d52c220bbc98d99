import os
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from archive.errors import ArchiveError
from archive.journal import Journal
from archive.store import Archive


def write(archive: Archive, pages: int) -> None:
    """Write so many pages of 4 KB, a hundred in a transaction."""
    for start in range(0, pages, 100):
        with archive.transaction(light=True) as db:
            rows = [(os.urandom(8).hex(), os.urandom(4000)) for _ in range(start, min(start + 100, pages))]
            db.executemany("INSERT INTO bodies (sha256, size, data) VALUES (?, 1, ?)", rows)


def checkpoints(archive: Archive) -> int:
    """Pages in the journal from which SQLite moves them by itself."""
    return int(archive.conn.execute("PRAGMA wal_autocheckpoint").fetchone()[0])


def size(archive: Archive) -> int:
    return Path(f"{archive.path}-wal").stat().st_size


def test_the_writer_moves_nothing_itself_while_it_is_under_way(archive: Archive) -> None:
    before = checkpoints(archive)
    with Journal(archive):
        write(archive, 3000)
        assert size(archive) > 12_000_000, "else SQLite has begun the journal anew at 4 MB"
    assert checkpoints(archive) == before == 1000


def test_of_a_long_journal_the_writer_moves_the_rest(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("archive.journal.EVERY", 60)
    monkeypatch.setattr("archive.journal.LONG", 500)
    with Journal(archive) as journal, closing(sqlite3.connect(archive.path)) as other:
        write(archive, 300)
        journal.move(other)
        assert not journal.long, "short, and all of it is moved"
        write(archive, 1)
        begun = size(archive)
        with closing(sqlite3.connect(archive.path, isolation_level=None)) as reader:
            reader.execute("BEGIN")
            reader.execute("SELECT count(*) FROM bodies").fetchone()
            write(archive, 600)  # behind a reader nothing begins anew
            journal.move(other)
            assert journal.long
            write(archive, 100)
        journal.mind()
        assert not journal.long
        full = size(archive)
        write(archive, 300)
        assert size(archive) == full > begun, "what comes is written over what has been moved"


def test_the_disk_is_waited_for(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Path] = []
    monkeypatch.setattr("archive.journal.sync", asked.append)
    with Journal(archive) as journal:
        write(archive, 100)
        journal.sync()
    assert asked == [Path(f"{archive.path}-wal")]


def test_a_disk_that_refuses_is_trouble_with_the_file(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_: Path) -> None:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr("archive.journal.sync", fail)
    with Journal(archive) as journal, pytest.raises(ArchiveError, match="Input/output error"):
        journal.sync()
