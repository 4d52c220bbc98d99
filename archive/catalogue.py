"""The papers and times of all articles, in memory: what a busy reader counts and narrows many hits by.

Read along two indexes, in 0.3 s for 100,000 articles, 12 bytes each. What came in since is added at
every question; what was changed in articles that were there already is seen after `STALE` seconds at the latest.
"""

import threading
from array import array
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import lru_cache
from itertools import chain, islice

from archive.choice import Choice
from archive.store import Archive

STALE = 30.0
"""Seconds after which it is read anew where anybody has written meanwhile."""
FEW = 2000
"""Fewer hits are sorted on their own; more are picked from the order of all."""
_LAST = "SELECT coalesce(max(id), 0) FROM articles"
_SOURCES = "SELECT id, source FROM articles {of}"
_TIMES = "SELECT id, published FROM articles {of}"
_ALL = ("INDEXED BY articles_source", "INDEXED BY articles_published")
_SINCE = "WHERE id > ?"


class Catalogue:
    """The papers and times of one state of an archive. Methods take and answer article numbers of that state."""

    def __init__(self) -> None:
        self._names: list[str] = [""]
        self._codes: dict[str, int] = {"": 0}
        self._paper, self._day, self._minute = array("H", [0]), array("l", [0]), array("H", [0])
        self._order: list[int] | None = None
        self._counts: tuple[Counter[int], Counter[int]] | None = None

    @classmethod
    def of(cls, archive: Archive) -> "Catalogue":
        """That of the archive as it is now, read anew."""
        made = cls()
        made._take(archive, 0, *_ALL)
        return made

    def grown(self, archive: Archive) -> "Catalogue":
        """This one with what came since; itself where nothing did."""
        (last,) = archive.conn.execute(_LAST).fetchone()
        known = len(self._paper) - 1
        if last <= known:
            return self
        made = Catalogue()
        made._names, made._codes = self._names[:], dict(self._codes)
        made._paper, made._day, made._minute = self._paper[:], self._day[:], self._minute[:]
        made._take(archive, known, _SINCE, _SINCE)
        return made

    def _take(self, archive: Archive, since: int, papers: str, times: str) -> None:
        conn, values = archive.conn, (since,) if since else ()
        (last,) = conn.execute(_LAST).fetchone()
        for each in (self._paper, self._day, self._minute):
            each.extend([0] * (last - since))
        for number, name in conn.execute(_SOURCES.format(of=papers), values):
            code = self._codes.get(name)
            if code is None:
                code = self._codes[name] = len(self._names)
                self._names.append(name)
            self._paper[number] = code
        for number, published in conn.execute(_TIMES.format(of=times), values):
            if published:
                self._day[number] = _ordinal(published[:10])
                self._minute[number] = int(published[11:13]) * 60 + int(published[14:16])

    def narrowed(self, numbers: list[int], choice: Choice) -> list[int]:
        """Those of a paper and between two days, as `choice` says, in their order."""
        if choice.source:
            code, papers = self._codes.get(choice.source, -1), self._paper
            numbers = [number for number in numbers if papers[number] == code]
        if choice.since or choice.until:
            first = _ordinal(choice.since) if choice.since else 1
            last = _ordinal(choice.until) if choice.until else 1 << 30
            days = self._day
            numbers = [number for number in numbers if first <= days[number] <= last]
        return numbers

    def all(self) -> list[int]:
        """All articles, those that came last first."""
        papers = self._paper
        return [number for number in range(len(papers) - 1, 0, -1) if papers[number]]

    def by_time(self, numbers: Sequence[int], most: int, *, oldest: bool = False) -> list[int]:
        """The first `most` by their minute of publication, newest first or oldest, undated ones last."""
        if len(numbers) < FEW:
            return self._sorted(numbers, oldest)[:most]
        if self._order is None:
            self._order = self._sorted(self.all(), oldest=False)
        wanted, undated = set(numbers), self._day.count(0) - self._paper.count(0)
        dated = self._order[: len(self._order) - undated]
        order = chain(reversed(dated), self._order[len(dated) :]) if oldest else iter(self._order)
        return list(islice((number for number in order if number in wanted), most))

    def _sorted(self, numbers: Iterable[int], oldest: bool) -> list[int]:
        days, minutes = self._day, self._minute

        def moment(number: int) -> tuple[int, int, int]:
            return days[number], minutes[number], number

        dated = sorted((number for number in numbers if days[number]), key=moment, reverse=not oldest)
        return dated + sorted((number for number in numbers if not days[number]), reverse=True)

    def counted(self, numbers: Sequence[int]) -> "tuple[Counter[str], Counter[str | None]]":
        """How many are of each paper, and of each day of publication, `YYYY-MM-DD`; None: undated."""
        papers, days = self._counted(numbers)
        return (
            Counter({self._names[code]: n for code, n in papers.items()}),
            Counter({_day(ordinal): n for ordinal, n in days.items()}),
        )

    def _counted(self, numbers: Sequence[int]) -> tuple[Counter[int], Counter[int]]:
        """By code of the paper, and by day. Of all articles it is kept: first pages ask that again and again."""
        whole = len(numbers) == len(self._paper) - self._paper.count(0)
        if whole and self._counts is not None:
            return self._counts
        told = Counter(map(self._paper.__getitem__, numbers)), Counter(map(self._day.__getitem__, numbers))
        self._counts = told if whole else self._counts
        return told


def months(days: Mapping[str | None, int]) -> Counter[str | None]:
    """Counts by day as counts by month, `YYYY-MM`."""
    told: Counter[str | None] = Counter()
    for day, n in days.items():
        told[day and day[:7]] += n
    return told


class Shelf:
    """The newest catalogue, for readers that have a connection each. Ask in the transaction of the question: the
    catalogue is then as new as what the question sees, or newer."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._newest: Catalogue | None = None
        self._read = 0.0
        self._seen: dict[int, int] = {}
        """By connection, whose counts of others' writes are its own, what was seen last."""

    def fresh(self, archive: Archive) -> Catalogue:
        """With all that came since the last question; what was changed in older articles waits for `STALE`."""
        archive.conn.execute(_LAST).fetchone()  # from here on this connection sees one state
        version = archive.conn.execute("PRAGMA data_version").fetchone()[0]
        with self._lock:
            if self._newest is None or self._seen.get(id(archive)) != version:
                self._renew(archive)
                self._seen[id(archive)] = version
            return self._newest or Catalogue.of(archive)

    def _renew(self, archive: Archive) -> None:
        now = archive.clock.interval()
        if self._newest is None or now - self._read > STALE:
            self._newest, self._read = Catalogue.of(archive), now
        else:
            self._newest = self._newest.grown(archive)


@lru_cache(maxsize=1 << 16)
def _ordinal(day: str) -> int:
    """The number of a day; of a month's 31st that there is none of, that of the next one's first."""
    year, month, dom = int(day[:4]), int(day[5:7]), int(day[8:10])
    return date(year, month, 1).toordinal() + dom - 1


@lru_cache(maxsize=1 << 16)
def _day(ordinal: int) -> str | None:
    return date.fromordinal(ordinal).isoformat() if ordinal > 0 else None
