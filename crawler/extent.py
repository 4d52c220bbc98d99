"""How far a crawl goes: its limits, and what a back-fill reads besides."""

from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from datetime import date, datetime

import msgspec

from archive.errors import FrontierAway
from archive.facts import Found
from archive.frontier import Lease
from archive.ledger import Ledger
from archive.store import Archive
from config.sources import Source
from config.urls import article_key
from crawler.backfill import Chains, Span

RESUME = 3600.0
"""A run goes on with the unfinished one before it, as far as that lies no longer back: its lists are not read again."""
AGAIN = 1800.0
"""A back-fill asks the fresh lists again after so many seconds: feeds are short, and while it has the archive's lock no
other crawl does."""

_DAYS = "SELECT published_day FROM articles WHERE article IN (SELECT value FROM json_each(?))"
_PRINTED = "SELECT printed FROM frontier WHERE article IN (SELECT value FROM json_each(?))"
"""The same where the articles are in the archives of several machines."""
_BEFORE = """
SELECT started, outcome FROM runs WHERE command = ? AND id < ? AND outcome IS NOT 'skipped' ORDER BY id DESC LIMIT 1000
"""


class Extent:
    """What one run may still do. `limit` counts pages of articles, `budget` requests to each paper."""

    def __init__(self, limit: int | None = None, budget: int | None = None, span: Span | None = None) -> None:
        """`span` holds the days of a back-fill; without, only what is new and due is taken."""
        self.limit, self.budget, self.span = limit, budget, span
        self.spent: set[str] = set()
        """The papers whose budget is used up."""
        self._asked, self._fresh = Counter[str](), 0.0
        self._chains, self._before = Chains(), dict[str, list[str]]()

    def hand_out(self, lease: Lease) -> bool:
        """Count a request; answers whether it was the last one that its paper's budget allows."""
        self._asked[lease.source] += 1
        if self.budget is not None and self._asked[lease.source] >= self.budget:
            self.spent.add(lease.source)
        return lease.source in self.spent

    def wants_fresh(self, now: float) -> bool:
        """Whether a back-fill is to ask the fresh lists again; answered once, and first after AGAIN."""
        self._fresh = self._fresh or now
        if self.span is None or now - self._fresh < AGAIN:
            return False
        self._fresh = now
        return True

    def followed(self, ledger: Ledger, source: Source, lease: Lease, found: Sequence[Found]) -> Sequence[Found]:
        """`found` on a section page, without its next page where a back-fill has come to the end of the list.

        That is where pages show nothing any more that they have not shown before, and where the articles of the page
        before, which have been fetched and cleaned since, turn out to be from before the asked days.
        """
        if lease.kind != "section" or not any(f.kind == "section" and f.back for f in found):
            return found
        chain = next(f.hints.section or f.url for f in found if f.kind == "section")
        articles = [article_key(source, f.url) for f in found if f.kind == "article"]
        span = Span.read(lease.hints.span) if lease.hints.span else self.span
        past = span is not None and _is_past(ledger, self._before.get(chain, []), span.since)
        self._before[chain] = articles
        if self._chains.goes_on(chain, articles) and not past:
            return found
        return [f for f in found if f.kind != "section"]


def _is_past(ledger: Ledger, articles: list[str], since: date) -> bool:
    """Whether of `articles` half or more are known by their day, and all of those are from before `since`."""
    days = list[str]()
    with suppress(FrontierAway):
        rows = ledger.conn.execute(_PRINTED if ledger.shared else _DAYS, (msgspec.json.encode(articles).decode(),))
        days = [day for (day,) in rows if day]
    return bool(days) and 2 * len(days) >= len(articles) and all(day < since.isoformat() for day in days)


def begun(archive: Archive, command: str, run: int) -> float:
    """When the first of the unfinished runs of `command` just before `run` began; the moment, if there is none."""
    since = archive.clock.seconds()
    for row in archive.rows(_BEFORE, (command, run)):
        if row["outcome"] not in (None, "stopped"):
            break
        since = min(since, datetime.fromisoformat(row["started"]).timestamp())
    return since
