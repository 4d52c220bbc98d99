"""One URL of the frontier, handed out to be fetched."""

from collections.abc import Sequence
from sqlite3 import Connection
from typing import Any

import msgspec

from archive.facts import Hints, PageKind
from archive.revisit import RARELY
from archive.turns import BACK, TOPIC


class Lease(msgspec.Struct, frozen=True, kw_only=True):
    """One URL handed out to be fetched."""

    key: str
    url: str
    source: str
    host: str
    kind: PageKind
    hints: Hints = Hints()
    depth: int = 0
    hops: int = 0
    tries: int = 0
    visits: int = 0
    added: float = 0.0
    back: bool = False
    """Whether a back-fill wants it, and nobody else."""
    aimed: bool = False
    """Whether a topic's crawl wants it, and nobody else."""
    beside: bool = False
    """Whether only assets want it: one of them, or the robots.txt of a host that is no paper's own."""
    conditional: bool = False
    """Whether it is asked for only if it has changed; set by who asks."""
    took: float | None = None
    """Seconds that its answer took; set by who asked."""
    sent: float | None = None
    """When its request left, or its answer began; set by who asked."""

    @property
    def born(self) -> float:
        """Seconds since the epoch from which its age counts. What a back-fill or a topic found is old, or may be."""
        return self.added - RARELY if self.back or self.aimed else self.added


def leased(row: Sequence[Any]) -> Lease:
    """The lease of a row that `archive.turns` gave out."""
    key, url, source, host, kind, hints, depth, hops, tries, visits, added, priority = row
    return Lease(
        key=key,
        url=url,
        source=source,
        host=host,
        kind=kind,
        hints=msgspec.json.decode(hints, type=Hints),
        depth=depth,
        hops=hops,
        tries=tries,
        visits=visits,
        added=added,
        back=priority in BACK,
        aimed=priority == TOPIC,
        beside=kind == "asset",
    )


def returned(db: Connection, holder: str | None, now: float) -> int:
    """Return the leases of a process that is no more; how many.

    Its requests may have left until now: from here the paces of their hosts count. Inside a transaction.
    """
    of_it = "leased IS NOT NULL AND holder IS ?"
    rest = "UPDATE hosts SET next = max(next, ? + max(pace, crawl_delay)) WHERE host IN"
    db.execute(f"{rest} (SELECT host FROM frontier WHERE {of_it})", (now, holder))  # noqa: S608
    return db.execute(f"UPDATE frontier SET leased = NULL, holder = NULL WHERE {of_it}", (holder,)).rowcount  # noqa: S608
