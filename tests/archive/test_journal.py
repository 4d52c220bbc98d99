import os
from pathlib import Path

import pytest

from archive.errors import ArchiveError, DiskFull
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


def test_it_is_moved_beside_now_and_then(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("archive.journal.EVERY", 3)
    with Journal(archive) as journal:
        for _ in range(9):
            write(archive, 300)
            journal.sync()
        assert size(archive) < 6_000_000, "of thirteen: what comes is written over what has been moved"


def test_a_long_one_begins_anew_without_anybody_beside(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("archive.journal.LONG", 2_000)
    with Journal(archive):
        for _ in range(10):
            write(archive, 1000)
        assert size(archive) < 16_000_000, "of forty"


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


def test_a_full_disk_is_told_as_one(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_: Path) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("archive.journal.sync", fail)
    with Journal(archive) as journal, pytest.raises(DiskFull):
        journal.sync()


def test_where_no_journal_can_stand_beside_the_file_commits_wait_themselves(archive: Archive) -> None:
    archive.conn.execute("PRAGMA journal_mode=DELETE")
    with Journal(archive) as journal:
        write(archive, 100)
        journal.sync()
