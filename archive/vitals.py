"""What an archive tells of the health of its papers: counts and last answers, each read along an index.

Only `found` reads the frontier whole, once for all papers.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from heapq import nlargest
from typing import Any

import msgspec

from archive.looks import LISTS, seconds
from archive.store import Archive
from config.clock import VIETNAM

FRESH = 3
"""Days after publication within which an article that is first seen counts as new. What is older was found late:
by a first crawl, which takes what had gathered, or by a back-fill."""
RARE = 300
"""Articles that are read of a paper that has few in the asked time."""

_NEW = """
SELECT substr(p.fetched_at, 1, 13) AS hour, count(*) AS n, sum(a.published_day IS NULL) AS undated,
  sum(a.published_day < date(substr(p.fetched_at, 1, 10), :fresh)) AS late, max(p.fetched_at) AS last
FROM ({which}) a JOIN revisions r ON r.article = a.id AND r.n = 1 JOIN pages p ON p.id = r.first_page
WHERE p.fetched_at >= :since AND p.fetched_at <= :at
GROUP BY hour, a.published_day < date(substr(p.fetched_at, 1, 10), :fresh) ORDER BY hour
"""
_RECENT = _NEW.format(
    which="SELECT id, published_day FROM articles WHERE source = :name AND published_day >= :from"
    " UNION ALL SELECT id, NULL FROM articles WHERE source = :name AND published_day IS NULL"
)
_LAST = _NEW.format(
    which="SELECT * FROM (SELECT id, published_day FROM articles WHERE source = :name AND published_day <= :day"
    " ORDER BY published_day DESC LIMIT :rare)"
    " UNION ALL SELECT * FROM (SELECT id, NULL FROM articles WHERE source = :name AND published_day IS NULL"
    " ORDER BY id DESC LIMIT :rare)"
)
_FOUND = """
SELECT source, count(*) AS found, sum(visits > 0) AS kept,
  sum(visits > 0 AND (EXISTS (SELECT 1 FROM articles WHERE articles.url = frontier.key)
    OR EXISTS (SELECT 1 FROM articles WHERE articles.article = frontier.article)
    OR EXISTS (SELECT 1 FROM aliases WHERE alias = frontier.article AND why <> 'claimed'))) AS cleaned,
  sum(visits = 0 AND due IS NULL) AS given_up, sum(visits = 0 AND due IS NOT NULL) AS waiting
FROM frontier WHERE kind = 'article' AND added >= :since AND added <= :at GROUP BY source
"""
_STATUSES = """
WITH RECURSIVE had (status) AS (
  SELECT min(status) FROM pages WHERE source = :name AND kind = :kind
  UNION ALL SELECT (SELECT min(status) FROM pages WHERE source = :name AND kind = :kind AND status > had.status)
  FROM had WHERE had.status IS NOT NULL)
SELECT status FROM had WHERE status IS NOT NULL
"""
_ANSWERS = """
SELECT p.url, p.fetched_at AS at, p.status, p.body, c.reason, c.output ->> '$.title' AS title,
  c.output ->> '$.word_count' AS words
FROM pages p LEFT JOIN cleanings c ON c.id = (SELECT max(id) FROM cleanings WHERE page = p.id)
WHERE p.source = :name AND p.kind = 'article' AND p.status = :status AND p.fetched_at <= :at
ORDER BY p.fetched_at DESC LIMIT :count
"""
_NEWEST_OF = """
SELECT max(fetched_at) AS at FROM pages
WHERE source = :name AND kind = :kind AND status = :status AND fetched_at <= :at
"""
_OLDEST_OF = "SELECT min(fetched_at) AS at FROM pages WHERE source = :name AND kind = :kind AND status = :status"
_DAYS = """
SELECT published_day AS day FROM articles WHERE source = :name AND published_day <= :day
ORDER BY published_day DESC LIMIT 30
"""
_COUNTED = """
SELECT count(*) AS n FROM pages WHERE source = :name AND kind = :kind AND status = :status AND fetched_at >= :since
  AND fetched_at <= :at
"""
_HOSTS = "SELECT host, source, next, failures FROM hosts WHERE next > :now AND failures > 0 ORDER BY host"


class New(msgspec.Struct, frozen=True):
    """The new articles of a paper."""

    hours: dict[int, int]
    """How many were first seen in each hour (`pipelines.habit.hour_of`): only those that are new, not found late."""
    last: float | None
    """When the newest of them was first seen, seconds since the epoch."""
    undated: int
    """Those without a day of publication."""
    late: int
    """Articles that were found late."""
    seen: float | None = None
    """When the newest was first seen, those that were found late among them."""

    @property
    def total(self) -> int:
        """New and not late."""
        return sum(self.hours.values())


class Found(msgspec.Struct, frozen=True):
    """What became of the articles' addresses that were found in a time."""

    found: int = 0
    kept: int = 0
    """Fetched at least once."""
    cleaned: int = 0
    """Shown as articles under that address; not what was dropped, nor what redirects to another."""
    given_up: int = 0
    waiting: int = 0
    """Not fetched yet."""


class Response(msgspec.Struct, frozen=True):
    """One answer to the request for an article's page."""

    url: str
    at: str
    status: int
    body: int
    """Number of the body; the same bytes have the same one."""
    reason: str | None
    """Why cleaning gave no article; None for a record, and for what is not cleaned."""
    title: str | None
    words: int | None


class Paused(msgspec.Struct, frozen=True):
    """A host that is left alone after failures."""

    host: str
    until: float
    failures: int


def new(archive: Archive, names: Sequence[str], since: str, at: str) -> New:
    """The articles of a paper (kept under `names`) that were first seen between two moments."""
    start = datetime.fromtimestamp(seconds(since) - FRESH * 86400, VIETNAM).date().isoformat()
    more = {"since": since, "at": at, "from": start, "fresh": f"-{FRESH} days"}
    return _new(row for name in names for row in archive.rows(_RECENT, more | {"name": name}))


def newest_few(archive: Archive, names: Sequence[str], at: str) -> New:
    """The same of the `RARE` articles that were published last: of a paper that gives few, or none any more."""
    day = datetime.fromtimestamp(seconds(at) + 2 * 86400, VIETNAM).date().isoformat()
    more = {"since": "", "at": at, "day": day, "rare": RARE, "fresh": f"-{FRESH} days"}
    return _new(row for name in names for row in archive.rows(_LAST, more | {"name": name}))


def _new(rows: Iterable[dict[str, Any]]) -> New:
    hours: dict[int, int] = {}
    last, seen, undated, late = "", "", 0, 0
    for row in rows:
        seen = max(seen, row["last"])
        if row["late"]:
            late += row["n"]
            continue
        hour = int((seconds(f"{row['hour']}:00:00+07:00") + 7 * 3600) // 3600)
        hours[hour] = hours.get(hour, 0) + row["n"]
        last, undated = max(last, row["last"]), undated + row["undated"]
    return New(hours, seconds(last) if last else None, undated, late, seconds(seen) if seen else None)


def found(archive: Archive, since: float, at: float) -> dict[str, Found]:
    """By paper, what became of the articles' addresses that were found between two moments."""
    rows = archive.rows(_FOUND, {"since": since, "at": at})
    return {row.pop("source"): msgspec.convert(row, Found) for row in rows}


def answers(archive: Archive, names: Sequence[str], at: str, count: int) -> list[Response]:
    """The newest answers to requests for articles' pages, newest first, redirects left out."""
    rows: list[dict[str, Any]] = []
    for name in names:
        for status in statuses(archive, name, "article"):
            if not 300 <= status < 400 or status == 304:
                rows += archive.rows(_ANSWERS, {"name": name, "status": status, "at": at, "count": count})
    return [msgspec.convert(row, Response) for row in nlargest(count, rows, key=lambda row: row["at"])]


def list_answers(archive: Archive, names: Sequence[str], at: str) -> dict[int, str]:
    """When each status was last answered to a request for a feed, section or sitemap."""
    told: dict[int, str] = {}
    for name in names:
        for kind in LISTS:
            for status in statuses(archive, name, kind):
                row = next(archive.rows(_NEWEST_OF, {"name": name, "kind": kind, "status": status, "at": at}))
                if row["at"]:
                    told[status] = max(told.get(status, ""), row["at"])
    return told


def first_list(archive: Archive, names: Sequence[str]) -> str | None:
    """When a feed, section or sitemap of the paper was first answered, in whatever way."""
    found = (
        next(archive.rows(_OLDEST_OF, {"name": name, "kind": kind, "status": status}))["at"]
        for name in names
        for kind in LISTS
        for status in statuses(archive, name, kind)
    )
    return min(found, default=None)


def printed_days(archive: Archive, names: Sequence[str], day: str) -> list[str]:
    """The days of publication that the newest thirty articles carry, up to `day`, newest first."""
    found = [row["day"] for name in names for row in archive.rows(_DAYS, {"name": name, "day": day})]
    return sorted(found, reverse=True)[:30]


def refusals(archive: Archive, names: Sequence[str], since: str, at: str) -> int:
    """Articles' pages that answered 401, 403, 429, 451 or 503 between two moments: those that mean us."""
    more = {"kind": "article", "since": since, "at": at}
    return sum(
        row["n"]
        for name in names
        for status in (401, 403, 429, 451, 503)
        for row in archive.rows(_COUNTED, more | {"name": name, "status": status})
    )


def statuses(archive: Archive, name: str, kind: str) -> Iterator[int]:
    """The HTTP statuses that pages of a kind ever had at a paper. One seek a status."""
    return (row["status"] for row in archive.rows(_STATUSES, {"name": name, "kind": kind}))


def paused(archive: Archive, now: float) -> dict[str, list[Paused]]:
    """By paper the hosts that are left alone after failures."""
    told: dict[str, list[Paused]] = {}
    for row in archive.rows(_HOSTS, {"now": now}):
        told.setdefault(row["source"], []).append(Paused(row["host"], row["next"], row["failures"]))
    return told
