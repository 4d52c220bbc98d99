"""What the frontier needs of the database that holds it: an archive, which embeds its own, or a PostgreSQL server.

The frontier speaks the SQL that SQLite and PostgreSQL share, as far as that goes; for the rest it is written for
SQLite, and `archive.postgres.dialect` says the same to the other.
"""

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any, Protocol

from archive.holders import alive, holder
from archive.leases import LEASE, returned
from archive.rows import Rows
from archive.store import Archive
from archive.turns import Turns
from config.clock import Clock


class Ledger(Protocol):
    """A database with a frontier in it."""

    shared: bool
    """Whether other machines take from it, too."""
    lasts: float
    """Seconds after which a lease runs out by itself."""

    @property
    def conn(self) -> Rows:
        """What carries out statements."""

    @property
    def clock(self) -> Clock:
        """The clock by which everybody who takes from it goes."""

    def transaction(self, *, light: bool = False) -> AbstractContextManager[Rows]:
        """One write transaction, whole or not at all; inside another it is part of that one."""

    def rows(self, sql: str, given: Mapping[str, Any] | tuple[Any, ...] = ..., /) -> Iterator[dict[str, Any]]:
        """The rows of a query as dictionaries."""

    def holder(self) -> str:
        """What is written to the next lease, to know it by when it ends."""

    def lease(self, turns: Turns, given: Mapping[str, Any]) -> Sequence[Any] | None:
        """Lease the URL whose turn it is, inside a transaction; its row, as `archive.leases` reads it."""

    def lock(self, key: str, holder: str | None) -> bool:
        """Whether the lease of `key` is still that of `holder`; it stays so until the transaction ends."""

    def release_dead(self) -> int:
        """Return the leases of who no longer lives; how many. Their requests may have left at any moment until now, so
        that their hosts' paces count from here."""

    def is_asked(self, sources: str) -> bool:
        """Whether somebody else fetches something of the papers `sources` (a JSON list), which may lead further."""

    def is_kept(self, url: str) -> bool:
        """Whether an asset is here already, though the frontier does not know it: as after a merge or a replay."""

    def page_of(self, url: str) -> int | None:
        """The number of the newest whole page of `url`, where the pages are here, too."""


_KEPT = "SELECT 1 FROM pages WHERE url = ? AND kind = 'asset' AND truncated IS NULL LIMIT 1"
_NEWEST = "SELECT id FROM pages WHERE url = ? AND status = 200 AND truncated IS NULL ORDER BY fetched_at DESC LIMIT 1"


class Embedded:
    """The frontier's own tables in an archive."""

    shared, lasts = False, LEASE

    def __init__(self, archive: Archive) -> None:
        self.archive, self.conn, self.clock = archive, archive.conn, archive.clock
        self.transaction, self.rows = archive.transaction, archive.rows
        self._holder = holder(os.getpid())

    def holder(self) -> str:
        """This process."""
        return self._holder

    def lease(self, turns: Turns, given: Mapping[str, Any]) -> Sequence[Any] | None:
        """The row whose turn it is, in one statement."""
        rows = self.conn.execute(turns.take, given).fetchall()
        return rows[0] if rows else None

    def lock(self, key: str, holder: str | None) -> bool:
        """Nobody else writes while a transaction lasts."""
        sql = "SELECT 1 FROM frontier WHERE key = ? AND holder IS ?"
        return self.conn.execute(sql, (key, holder)).fetchone() is not None

    def release_dead(self) -> int:
        """Those of processes that no longer live, and what an earlier crawl of this one left."""
        with self.archive.transaction(light=True) as db:
            holders = db.execute("SELECT DISTINCT holder FROM frontier WHERE leased IS NOT NULL").fetchall()
            dead = [h for (h,) in holders if h is None or h == self._holder or not alive(h)]
            return sum(returned(db, h, self.clock.seconds()) for h in dead)

    def is_asked(self, sources: str) -> bool:
        """One crawl at a time takes from an archive."""
        return False

    def is_kept(self, url: str) -> bool:
        """Whether the archive holds it."""
        return self.conn.execute(_KEPT, (url,)).fetchone() is not None

    def page_of(self, url: str) -> int | None:
        """The number of the newest whole page of `url`."""
        row = self.conn.execute(_NEWEST, (url,)).fetchone()
        return int(row[0]) if row else None
