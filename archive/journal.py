"""SQLite's journal under a steady writer: what reaches the disk, and when, is seen to beside the writer's own thread.

A commit that waits for the disk itself takes 1 to 10 ms, and one that happens to move the journal into the file
(a checkpoint, of 1,000 pages unless told otherwise: every fifteenth kept page) 20 to 60. Here commits only write;
`sync` waits for the disk, for as many of them as there are by then, and a thread moves the journal every second.
"""

import contextlib
import sqlite3
import threading
from types import TracebackType
from typing import Self

from archive.backup import sync
from archive.errors import ArchiveError, clear_errors
from archive.store import Archive

EVERY = 1.0
"""Seconds between two checkpoints."""
LONG = 16_000
"""Pages of 4 KB in the journal from which the writer itself moves the rest, so that it begins anew: only who writes
can, as it grows meanwhile."""
_MOVE = "PRAGMA wal_checkpoint(PASSIVE)"


class Journal:
    """The journal of an archive that one connection writes to. Use as a context manager."""

    def __init__(self, archive: Archive) -> None:
        self._archive, self._end = archive, threading.Event()
        self._long = False
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> Self:
        self._archive.conn.execute("PRAGMA wal_autocheckpoint=0")
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._end.set()
        self._thread.join()
        with contextlib.suppress(sqlite3.Error):
            self._archive.conn.execute("PRAGMA wal_autocheckpoint=1000")

    def sync(self) -> None:
        """Wait until what has been committed is on the disk. From any thread. Raises ArchiveError where it fails."""
        try:
            sync(self._archive.path.with_name(f"{self._archive.path.name}-wal"))
        except OSError as error:
            raise ArchiveError(f"{self._archive.path}: the disk does not take it ({error.strerror})") from None

    def mind(self) -> None:
        """Let the journal begin anew where it has grown long. From the thread that writes, outside a transaction."""
        if self._long:
            with clear_errors(self._archive.path):
                self._archive.conn.execute(_MOVE).fetchall()
            self._long = False

    def _run(self) -> None:
        with contextlib.closing(sqlite3.connect(self._archive.path, isolation_level=None)) as db:
            while not self._end.wait(EVERY):
                with contextlib.suppress(sqlite3.Error):  # the writer will meet what is wrong, and tell
                    _, pages, moved = db.execute(_MOVE).fetchone()
                    self._long = pages > LONG and moved > 0
