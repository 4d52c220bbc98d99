"""How the hosts of a crawl stand for now: how much is due at each, how fast it may be asked, which are left alone."""

from typing import NamedTuple

import msgspec

from archive.store import Archive
from archive.turns import CLASSES

_COUNT = (
    "(SELECT count(*) FROM frontier f INDEXED BY frontier_take"
    " WHERE f.host = h.host AND f.priority = {} AND f.due <= :now)"
)
_DUE = " + ".join(map(_COUNT.format, CLASSES))
_HOSTS = (
    f"SELECT host, source, {_DUE} AS due, max(pace, crawl_delay, latency) AS pause, next AS free, failures"  # noqa: S608
    " FROM hosts h WHERE source IN (SELECT value FROM json_each(:sources))"
)


class Pace(NamedTuple):
    """One host of a paper."""

    host: str
    source: str
    due: int
    """URLs that are due now."""
    pause: float
    """Seconds between two requests."""
    free: float
    """Seconds since the epoch from when it may be asked again."""
    failures: int
    """Failures in a row."""


def paces(archive: Archive, sources: tuple[str, ...], now: float) -> list[Pace]:
    """The hosts of these papers that have been met. What is due is counted, 30 ms a million of it."""
    given = {"now": now, "sources": msgspec.json.encode(sources).decode()}
    return [Pace(**row) for row in archive.rows(_HOSTS, given)]
