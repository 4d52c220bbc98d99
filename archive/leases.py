"""One URL of the frontier, handed out to be fetched."""

from collections.abc import Sequence
from sqlite3 import Connection
from typing import Any

import msgspec

from archive.facts import Hints, PageKind
from archive.revisit import RARELY
from archive.turns import BACK, TOPIC

LEASE = 600.0
"""Seconds after which a lease returns by itself; a fetch may take 60. A dead process's leases return at once."""


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
    """When its request left, or its answer began, by the frontier's clock."""
    holder: str | None = None
    """By this the frontier knows the lease when it ends."""
    whole: str | None = None
    """Its last whole answer, as `archive.honesty` reads it."""
    changes: int = 0
    """Visits that found a new revision."""
    refused: str | None = None
    """Addresses of the article that were last answered with an error, JSON."""
    content: str | None = None
    """What the last cleaning made of it, and which visit that was of, where cleanings are elsewhere."""
    robots: float | None = None
    """When the copy of its host's robots.txt that is in force was fetched."""

    @property
    def born(self) -> float:
        """Seconds since the epoch from which its age counts. What a back-fill or a topic found is old, or may be."""
        return self.added - RARELY if self.back or self.aimed else self.added


def leased(row: Sequence[Any]) -> Lease:
    """The lease of a row that `archive.turns` gave out."""
    key, url, source, host, kind, hints, depth, hops, tries, visits, added, priority, *carried = row
    holder, whole, changes, refused, robots, content = (*carried, None)[:6]
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
        holder=holder,
        whole=whole,
        changes=changes,
        refused=refused,
        robots=robots,
        content=content,
    )


REST = (
    "UPDATE hosts SET next = max(next, ? + 1 + max(pace, crawl_delay)) WHERE host IN (SELECT value FROM json_each(?))"
)
"""Of hosts whose leases have been returned. A second more than their pace: what left last may be on its way to them."""
_FREE = "UPDATE frontier SET leased = NULL, holder = NULL WHERE leased IS NOT NULL AND holder IS ? RETURNING host"


def returned(db: Connection, holder: str | None, now: float) -> int:
    """Return the leases of a process that is no more; how many.

    Its requests may have left until now: from here the paces of their hosts count. Inside a transaction.
    """
    hosts = [host for (host,) in db.execute(_FREE, (holder,)).fetchall()]
    db.execute(REST, (now, msgspec.json.encode(hosts).decode()))
    return len(hosts)
