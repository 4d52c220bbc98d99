"""How the hosts of a crawl stand for now: how much is due at each, how fast it may be asked, which are left alone."""

from typing import Any, NamedTuple

import msgspec

from archive.ledger import Ledger
from archive.revisit import pause_of
from archive.store import Archive
from archive.turns import ASSET, BACK, CLASSES, COUNTED, GLANCED, counted

_NEWS = " + ".join(counted(str(turn), COUNTED) for turn in CLASSES)
_OLD = " + ".join(counted(str(turn), GLANCED) for turn in BACK)
_HOSTS = (
    f"SELECT host, source, {_NEWS} + CASE WHEN :back THEN {_OLD} ELSE 0 END AS due, pace, crawl_delay, latency,"  # noqa: S608
    " next AS free, failures FROM hosts h WHERE source IN (SELECT value FROM json_each(:sources))"
)


_BESIDE = f"""
SELECT h.host, f.source, count(*) AS due, h.pace, h.crawl_delay, h.latency, h.next AS free, h.failures
FROM hosts h JOIN frontier f ON f.host = h.host AND f.priority = {ASSET} AND f.due <= :now
WHERE f.source IN (SELECT value FROM json_each(:sources)) GROUP BY h.host, f.source
"""  # noqa: S608


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


def paces(
    archive: Archive | Ledger, sources: tuple[str, ...], now: float, *, back: bool = False, assets: bool = False
) -> list[Pace]:
    """The hosts of these papers that have been met. What is due is counted, 30 ms a million of it; with `back` also
    what only a back-fill takes, with `assets` what pages show, at whatever host."""
    given = {"now": now, "sources": msgspec.json.encode(sources).decode(), "back": back}
    found = {row["host"]: _pace(row) for row in archive.rows(_HOSTS, given)}
    for more in map(_pace, archive.rows(_BESIDE, given) if assets else ()):
        known = found.get(more.host)
        found[more.host] = known._replace(due=known.due + more.due) if known else more
    return list(found.values())


def _pace(row: dict[str, Any]) -> Pace:
    return Pace(
        host=row["host"],
        source=row["source"],
        due=row["due"],
        pause=pause_of(row["pace"], row["crawl_delay"], row["latency"]),
        free=row["free"],
        failures=row["failures"],
    )
