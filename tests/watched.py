"""An archive of made-up papers that were looked at by scheduled runs over many days, under an injected clock.

Written through the archive's own functions, without a network: what a crawl would have kept. A paper may be out for a
time in several ways.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from random import Random
from typing import Any

from archive.cleaners import differing, note_newest, put_in_force
from archive.derive import derive_article
from archive.facts import Cleaned, Drop, DropNote, Found, Hints, Page, Record
from archive.frontier import Frontier
from archive.store import Archive
from config.clock import VIETNAM, ShiftedClock, stamp
from config.declarations import Discover, UrlRules
from config.sources import Source, Sources
from tests.bench.silence import arrivals

START = datetime(2025, 3, 3, tzinfo=VIETNAM)
CLEANER = "c1"
Fault = Callable[[float], str | None]
"""For the days since the start: down (no connection), refusing (403 for all), blocked (a challenge with HTTP 200),
same (one page for all), few (one article now and then), quiet (nothing new), or None."""


def paper(name: str) -> Source:
    """A made-up paper."""
    urls = UrlRules(article=(r"-(?P<id>\d+)\.html$",))
    return Source(id=name, title=name, hosts=(f"{name}.example.vn",), urls=urls, discover=Discover(feeds=("/rss",)))


def out(kind: str, start: float, end: float = 1e9) -> Fault:
    """A fault between two days."""
    return lambda day: kind if start <= day < end else None


class World:
    """The papers (name to articles a day), their faults, and the runs that look at them."""

    def __init__(
        self, archive: Archive, clock: ShiftedClock, rates: dict[str, float], faults: dict[str, Fault] | None = None
    ) -> None:
        self.archive, self.clock, self.faults = archive, clock, faults or {}
        self.sources = Sources({name: paper(name) for name in rates}, {})
        self._frontier = Frontier(archive, self.sources)
        self._due = {name: list(_appear(name, rate)) for name, rate in rates.items()}
        for name in rates:
            note_newest(archive, name, CLEANER)
            put_in_force(archive, name, CLEANER, differing(archive, name, CLEANER))

    def run(self, day: float, only: Sequence[str] = (), outcome: str = "finished") -> None:
        """One run, so many days after the start."""
        self.clock.move(START + timedelta(days=day))
        number = self.archive.start_run(" ".join(["crawl", *only]))
        stats = {}
        with self.archive.transaction():
            for name in only or self.sources:
                if outcome != "skipped":
                    stats[name] = self._look(name, day, number)
        self.archive.end_run(number, outcome, {} if outcome == "skipped" else {"seconds": 1, "sources": stats})

    def _look(self, name: str, day: float, run: int) -> dict[str, Any]:
        fault = self.faults.get(name, lambda _: None)(day)
        if fault == "down":
            return {"found": 0, "kept": 0, "dropped": {}, "errors": {"ConnectionRefusedError": 2}}
        self._keep(name, "rss", 403 if fault == "refusing" else 200, run, kind="feed")
        fresh = [n for n, at in enumerate(self._due[name]) if at <= day] if fault != "quiet" else []
        fresh = fresh[: round(day * 4) % 3 == 0] if fault == "few" else fresh
        self._due[name] = [at for at in self._due[name] if at > day]
        first = self.archive.conn.execute("SELECT count(*) FROM frontier WHERE source = ?", (name,)).fetchone()[0]
        for n in range(first, first + len(fresh) * (fault != "refusing")):
            self._article(name, n, day, fault, run)
        return {"found": len(fresh), "kept": 1 + len(fresh), "dropped": {}, "errors": {}}

    def _article(self, name: str, n: int, day: float, fault: str | None, run: int) -> None:
        url = f"https://{name}.example.vn/bai-{n}.html"
        self._frontier.add([Found(url=url, kind="article", hints=Hints(via="feed"))])
        self.archive.conn.execute("UPDATE frontier SET visits = 1 WHERE key = ?", (url,))
        body = b"one page" if fault == "same" else url.encode()
        number = self._keep(name, f"bai-{n}.html", 200, run, body=body)
        key = f"{name}:{n}"
        if fault == "blocked":
            drop = Drop(url=url, drop=DropNote("blocked", "challenge page"))
            self.archive.put_cleaning(number, CLEANER, Cleaned(output=drop, article=key))
            return
        title = "Một trang" if fault == "same" else f"Bài {n}"
        at = stamp(self.clock.now())
        made = Record(
            url=url, source=name, title=title, lead="Dẫn.", paragraphs=["Đoạn."], text="Dẫn.\n\nĐoạn.", word_count=3,
            authors=["Lò Thị Mây"], published=at, published_raw=at, published_precision="minute",
            published_from="meta", cleaner=CLEANER,
        )  # fmt: skip
        self.archive.put_cleaning(number, CLEANER, Cleaned(output=made, article=key))
        derive_article(self.archive, key, self.sources)

    def _keep(self, name: str, path: str, status: int, run: int, kind: Any = "article", body: bytes = b"") -> int:
        url, at = f"https://{name}.example.vn/{path}", stamp(self.clock.now())
        page = Page(url=url, fetched_at=at, body=body or at.encode(), status=status, kind=kind)
        return self.archive.keep_page(self.sources[name], page, run)


def _appear(name: str, rate: float) -> Iterator[float]:
    """When articles appear, days since the start; some before it, which the first look finds."""
    from tests.bench.silence import START as ZERO

    yield from (-0.5,) * 3
    yield from ((moment - ZERO) / 86400 for moment in arrivals(Random(name), rate, 80, weekend=0.6))
