"""What a back-fill of some days reads: the days that shards and addresses name, and where a chain of lists ends.

Pure but for `Chains`, which remembers what a run saw. What may lie within the asked days is read: a list too much
costs a request, one too little an article.
"""

import re
from calendar import monthrange
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import NamedTuple
from urllib.parse import urlsplit

from archive.facts import Found
from config.drafts import EARLIEST, LONGEST, time_in_id
from config.sources import Source

SLACK = timedelta(days=2)
"""What a date in an address may be off: zones differ, and folders are named when the draft is made."""
MONTHLY = timedelta(days=62)
"""Shards whose names stop longer ago than this, counted from their index's fetch, may be numbered, not dated."""
MAX_PAGES = 5000
"""Further pages of one list, at 20 articles each more than any section seen holds."""
STALE = 3
"""Pages of one list in a row that show no article which the chain has not shown already; then it is at its end."""
REMEMBERED = 2000
"""Articles of one chain that are remembered for that."""

_DAY = re.compile(r"(?<!\d)((?:19|20)\d\d)[/-](0?[1-9]|1[0-2])[/-](0?[1-9]|[12]\d|3[01])(?!\d)")
_MONTH = re.compile(r"/((?:19|20)\d\d)[/-]?(0[1-9]|1[0-2])/")
_ISO = re.compile(r"\s*(\d{4})-(\d\d)(?:-(\d\d))?")


class Span(NamedTuple):
    """The days of a back-fill, both included; None: no end."""

    since: date
    until: date | None = None

    def __str__(self) -> str:
        return f"{self.since}..{self.until or ''}"

    @classmethod
    def read(cls, text: str) -> "Span":
        """The span that `str` wrote."""
        since, _, until = text.partition("..")
        return cls(date.fromisoformat(since), date.fromisoformat(until) if until else None)

    def meets(self, days: "Days | None") -> bool:
        """Whether any of `days` lies in it; None, days that nobody knows, may."""
        return days is None or (days.last >= self.since and (self.until is None or days.first <= self.until))


class Days(NamedTuple):
    """From the first to the last of some days."""

    first: date
    last: date


def days_of_article(source: Source, found: Found) -> Days | None:
    """The days on one of which the article of `found` was printed, as far as its address or its hint tells.

    A hint tells by an ISO date, as sitemaps write it; an address by an id that is declared to carry its draft's time,
    or by a path (`/2024/05/12/`, `/2024-05/`). What stands in words in an address is of what the article tells.
    """
    hit = _ISO.match(found.hints.date or "")
    if hit is None or hit[3] is None:
        if drafted := time_in_id(source, found.url):
            return Days(drafted.date() - SLACK, (drafted + LONGEST).date())
        folder = urlsplit(found.url).path.rpartition("/")[0] + "/"
        hit = _DAY.search(folder) or _MONTH.search(folder)
    days = _days(*hit.groups()) if hit else None
    return Days(days.first - SLACK, days.last + SLACK) if days else None


def is_before(source: Source, span: Span, listed: Sequence[Found]) -> bool:
    """Whether a page shows articles from before `span` only: all whose days can be told, if they are half or more."""
    told = [days for found in listed if (days := days_of_article(source, found))]
    return 2 * len(told) >= max(1, len(listed)) and all(days.last < span.since for days in told)


def days_of_shards(urls: Sequence[str], fetched: date) -> list[Days | None]:
    """The days that each sitemap of one index names in its address; None where it names none for sure.

    `news-2025-3` is March, or the third of the year; `2025-03-02` a day, or the second of March's. Names of one shape
    are read alike: as days where some are beyond the twelfth, and as dates at all where every one can be one, none
    lies after the index was fetched, and the newest is of the last two months. Else the month or the year counts.
    """
    shapes: dict[str, list[str]] = {}
    for url in urls:
        shapes.setdefault(re.sub(r"\d+", "#", _name(url)), []).append(url)
    read: dict[str, Days | None] = {}
    for alike in shapes.values():
        exact = [_named(url) for url in alike]
        if all(days and days.first == days.last and days.first.day <= 12 for days in exact):
            exact = [_days(str(days.first.year), str(days.first.month)) for days in exact if days]
        sure = _is_plausible([days for days in exact if days], fetched) if all(exact) else False
        read |= dict(zip(alike, exact if sure else map(_year, alike), strict=True))
    return [read[url] for url in urls]


def day_of(lastmod: str | None) -> date | None:
    """The last day that an ISO date (`2025-03`, `2025-03-10T08:00:00Z`) may mean; None where there is none."""
    hit = _ISO.match(lastmod or "")
    days = _days(*hit.groups()) if hit else None
    return days.last if days else None


def _is_plausible(days: list[Days], fetched: date) -> bool:
    newest = max(d.last for d in days)
    day_ahead = fetched + timedelta(days=1)
    return all(d.first <= day_ahead for d in days) and newest >= fetched - MONTHLY


def _name(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.path}?{parts.query}".lower()


def _numbers(url: str) -> list[str]:
    """The numbers of a shard's name, `20240512` and `202405` taken apart."""
    found = []
    for number in re.findall(r"\d+", _name(url)):
        whole = re.fullmatch(r"((?:19|20)\d\d)(\d\d)(\d\d)?", number)
        found += [part for part in whole.groups() if part] if whole else [number]
    return found


def _named(url: str) -> Days | None:
    """The days that a name tells if its numbers are dates: year, month and days, or month before year."""
    numbers = _numbers(url)
    at = next((n for n, number in enumerate(numbers) if _is_year(number)), None)
    if at is None or len({number for number in numbers if _is_year(number)}) > 1:
        return None
    year, after = numbers[at], [n for n in numbers[at + 1 :] if len(n) <= 2]
    before = numbers[at - 1] if at else ""
    if len(before) <= 2 and before and 1 <= int(before) <= 12:
        return _days(year, before) if len(before) == 2 else _days(year)
    if not after:
        return _days(year)
    first = _days(year, *after[:2])
    last = _days(year, after[0], after[2]) if first and len(after) > 2 else first
    return Days(first.first, last.last) if first and last and first.first <= last.last else None


def _year(url: str) -> Days | None:
    """The year that a name tells. One that names several years tells none."""
    years = {number for number in _numbers(url) if _is_year(number)}
    return _days(years.pop()) if len(years) == 1 else None


def _is_year(number: str) -> bool:
    return len(number) == 4 and EARLIEST <= int(number) < 2100


def _days(year: str, month: str | None = None, day: str | None = None) -> Days | None:
    """A year, a month, or a day; None for what is none."""
    try:
        if day is not None and month is not None:
            one = date(int(year), int(month), int(day))
            return Days(one, one)
        first, last = (int(month), int(month)) if month else (1, 12)
        return Days(date(int(year), first, 1), date(int(year), last, monthrange(int(year), last)[1]))
    except ValueError:
        return None


class Chains:
    """The lists whose further pages a run reads one after another: which articles each has shown.

    In memory: after a kill a chain is followed for STALE pages more, and no article is missed. Counted are articles,
    not links: a pager that answers its last page again and again, or a calendar, has new links on every page.
    """

    def __init__(self) -> None:
        self._shown: dict[str, dict[str, None]] = {}
        self._stale: dict[str, int] = {}

    def goes_on(self, chain: str, articles: Iterable[str]) -> bool:
        """Whether the page that shows `articles`, the next one of `chain`, is worth another."""
        shown = self._shown.setdefault(chain, {})
        new = [article for article in dict.fromkeys(articles) if article not in shown]
        self._stale[chain] = 0 if new else self._stale.get(chain, 0) + 1
        shown.update(dict.fromkeys(new))
        while len(shown) > REMEMBERED:
            del shown[next(iter(shown))]
        return self._stale[chain] < STALE
