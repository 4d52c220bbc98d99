"""SQLite's journal under a steady writer: what reaches the disk, and when, is seen to beside the writer's own thread.

A commit that waits for the disk itself takes 1 to 10 ms, and one that happens to move the journal into the file
(a checkpoint, of 1,000 pages unless told otherwise: every fifteenth kept page) 20 to 60. Here commits only write;
`sync`, called in another thread, waits for the disk, for as many of them as there are by then, and now and then moves
the journal.
"""

import contextlib
import sqlite3
from types import TracebackType
from typing import Self

from archive.backup import clear_os_error, sync
from archive.store import Archive

EVERY = 50
"""Waits for the disk between two checkpoints."""
LONG, USUAL = 16_000, 1_000
"""Pages of 4 KB in the journal from which a commit moves the rest itself, so that the journal begins anew: only who
writes can see to that, as it grows meanwhile. And where nobody moves it beside."""


class Journal:
    """The journal of an archive that one connection writes to. Use as a context manager."""

    def __init__(self, archive: Archive) -> None:
        self._archive, self._syncs = archive, 0
        self._beside: sqlite3.Connection | None = None

    def __enter__(self) -> Self:
        self._archive.conn.execute(f"PRAGMA wal_autocheckpoint={LONG}")
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self._beside:
            self._beside.close()
        with contextlib.suppress(sqlite3.Error):
            self._archive.conn.execute(f"PRAGMA wal_autocheckpoint={USUAL}")

    def sync(self) -> None:
        """Wait until what has been committed is on the disk. From one other thread. Raises ArchiveError if it fails."""
        path = self._archive.path
        try:
            with contextlib.suppress(FileNotFoundError):  # without a journal beside the file, commits have waited
                sync(path.with_name(f"{path.name}-wal"))
        except OSError as error:
            raise clear_os_error(path, error) from None
        self._syncs += 1
        if self._syncs % EVERY == 0:
            with contextlib.suppress(sqlite3.Error):  # the writer will meet what is wrong, and tell
                self._move()

    def _move(self) -> None:
        """Move into the file what the journal holds now."""
        if self._beside is None:
            self._beside = sqlite3.connect(self._archive.path, isolation_level=None, check_same_thread=False)
        self._beside.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()
