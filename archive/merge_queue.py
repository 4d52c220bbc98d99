"""The half of a merge that is about what is still to fetch: frontier and hosts."""

from typing import Any

from archive.store import Archive
from archive.tombstones import Tombstones

BATCH = 1000
_COLUMNS = (
    "key", "url", "source", "host", "kind", "priority", "due", "tries", "visits", "hops", "depth", "added", "asked",
    "hints", "error", "article", "whole", "changes", "refused",
)  # fmt: skip
_NAMES = ", ".join(_COLUMNS)
_READ = f"SELECT rowid AS n, {_NAMES} FROM frontier WHERE rowid > ? ORDER BY rowid LIMIT ?"  # noqa: S608
_FREE = f"SELECT {_NAMES} FROM frontier WHERE key = ?"  # noqa: S608
_PUT = (
    f"INSERT INTO frontier ({_NAMES}) VALUES ({', '.join(f':{name}' for name in _COLUMNS)})"  # noqa: S608
    f" ON CONFLICT (key) DO UPDATE SET {', '.join(f'{n} = excluded.{n}' for n in _COLUMNS[1:])} WHERE leased IS NULL"
)
_HOSTS = """
SELECT h.host, h.source, h.pace, h.crawl_delay, h.robots, h.robots_at, h.robots_whole, p.url, p.fetched_at, b.sha256
FROM hosts h LEFT JOIN pages p ON p.id = h.robots_page LEFT JOIN bodies b ON b.id = p.body ORDER BY h.host
"""
_NEW_HOST = """
INSERT INTO hosts (host, source, pace, crawl_delay, robots, robots_at, robots_whole, robots_page)
VALUES (:host, :source, :pace, :crawl_delay, :robots, :robots_at, :robots_whole, (SELECT p.id FROM pages p JOIN bodies b
  ON b.id = p.body WHERE p.url = :url AND p.fetched_at = :fetched_at AND b.sha256 = :sha256))
ON CONFLICT (host) DO UPDATE SET source = excluded.source, pace = excluded.pace
  WHERE hosts.source = '' AND excluded.source <> ''
"""


def merge_hosts(archive: Archive, other: Archive) -> None:
    """Hosts that are not known here, each with its copy of robots.txt; and whose those are that here are no paper's."""
    rows = list(other.rows(_HOSTS))
    with archive.transaction() as db:
        db.executemany(_NEW_HOST, rows)


def merge_frontier(archive: Archive, other: Archive, stones: Tombstones, lone: set[str]) -> int:
    """Rows that are not known here, without their leases; where both know a URL, that with more visits.

    So what was found is not lost, and what was kept is not fetched again. A robots.txt that is known here stays: its
    turn belongs to the copy that our `hosts` holds. The next crawl tells the rows of these hosts apart anew: an
    article may have come in at another address than ours. `lone` are assets that nothing shows any more. Answers how
    many were taken.
    """
    taken, after = 0, 0
    while rows := list(other.rows(_READ, (after, BATCH))):
        with archive.transaction() as db:
            for row in rows:
                if row["kind"] == "asset" and row["key"] in lone:
                    continue
                ours = next(archive.rows(_FREE, (row["key"],)), None)
                if (ours is None or _better(row, ours)) and not stones.cover(row["source"], row["key"]):
                    taken += db.execute(_PUT, row).rowcount
                    db.execute("UPDATE hosts SET rules = NULL WHERE host = ?", (row["host"],))
        after = rows[-1]["n"]
    return taken


def _better(theirs: dict[str, Any], ours: dict[str, Any]) -> bool:
    """Whether the other archive's row of a URL says more; for equal ones the same answer in every order."""
    return theirs["kind"] != "robots" and _rank(theirs) > _rank(ours)


def _rank(row: dict[str, Any]) -> tuple[object, ...]:
    told = tuple(str(row[name]) for name in _COLUMNS)
    return (row["visits"], row["asked"] or 0.0, -row["added"], told)
