"""What a page costs a frontier on a PostgreSQL server: its processor's time, the worker's, and bytes an address.

Two workers take in turns from a frontier of many addresses, on a server of its own over a socket, under a clock that
is moved, so that as many hosts are due as at the papers' pace. A page is taken, settled, cleaned, and leads to `LED`
addresses, of which one is new.
"""

import os
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, suppress
from itertools import count, cycle, islice
from pathlib import Path
from typing import NamedTuple

from archive import outbox
from archive.facts import Found, Hints, Page
from archive.frontier import Frontier
from archive.leases import Lease
from archive.outbox import Answered, Cleaned, Letter
from archive.postgres.ledger import Postgres
from config.clock import moment, stamp
from config.declarations import Discover, UrlRules
from config.sources import Source, Sources
from crawler.post import MOST
from tests.archive.standing import Still
from tests.postgres import PostgresServer

PACE, WORKERS, LED, AT_ONCE = 2.0, 2, 10, 16
"""Seconds between two requests to a paper, workers, addresses that a page leads to, and leases that a worker holds."""
LIST, LOOKS = 1000, 200
"""Addresses of a long list, and looks that are measured."""
_TITLE = "Hội nghị bàn giải pháp thúc đẩy xuất khẩu nông sản số {}"
_SIZE = """
SELECT sum(pg_total_relation_size(c.oid)) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = ? AND c.relkind = 'r'
"""
_WIDTH = "SELECT avg(pg_column_size(f)) FROM frontier f WHERE f.kind = 'article' AND (f.visits > 0) = ?"


class Queued(NamedTuple):
    """What was measured at so many addresses of so many papers."""

    papers: int
    urls: int
    pages: int
    processor_ms: float
    """Of the server, for a page."""
    client_ms: float
    """Of the worker, for the same."""
    wall_ms: float
    """That passed meanwhile, as nobody waits for a disk or a line."""
    fill_ms: float
    """Of the server, for a new address of a long list."""
    look_ms: float
    """Of the server, for a look of a worker for which nothing is due."""
    look_client_ms: float
    """Of the worker, for the same."""
    bytes: float
    """Of an address that has been visited, its indexes included."""
    waiting: float
    """Of one that has not."""


class Worker:
    """One of those that take: a connection for taking, and another for what it tells, as a crawl has them."""

    def __init__(self, url: str, papers: Sources, clock: Still) -> None:
        self._taking = Postgres(url, clock, lasting=False).open()
        self._telling = self._taking.beside(lasting=True)
        self.frontier, self._told = Frontier(self._taking, papers), Frontier(self._telling, papers)
        self._taking.join("crawl", 0.0)
        self._papers, self._clock = papers, clock

    def work(self, led: Iterator[Found]) -> int:
        """Take what is due, `AT_ONCE` at most, and tell of it as a crawl does; answers how many pages that were."""
        leases = [lease for _ in range(AT_ONCE) if (lease := self.frontier.take(self._clock.at))]
        self._tell([Answered(lease, self._page(lease), f"{n:064x}", self._led(lease, led))
                    for n, lease in enumerate(leases)])  # fmt: skip
        self._tell([Cleaned(lease, f"1-abcdefabcdef {n:064x}", "2025-03-10")
                    for n, lease in enumerate(leases) if lease.kind == "article"])  # fmt: skip
        return len(leases)

    def look(self) -> None:
        """Look for what is due, and when something will be."""
        now = self._clock.at
        assert self.frontier.take(now) is None
        self.frontier.next_due(now)

    def add(self, found: Sequence[Found]) -> None:
        """What a long list leads to."""
        self._told.add(found)

    def seed(self) -> None:
        """Let every host and feed be known."""
        for source in self._papers.values():
            self._told.seed(source)

    def asked(self, sql: str, *given: object) -> float:
        """The one number that a query gives."""
        (value,) = self._telling.conn.execute(sql, given).fetchone()
        return float(value)

    def __enter__(self) -> "Worker":
        return self

    def __exit__(self, *_: object) -> None:
        self._telling.close()
        self._taking.close()

    def _tell(self, letters: Sequence[Letter]) -> None:
        for first in range(0, len(letters), MOST):
            with self._telling.transaction():
                for letter in letters[first : first + MOST]:
                    outbox.tell(self._told, self._papers, letter)

    def _page(self, lease: Lease) -> Page:
        headers = {"etag": f'"{hash(lease.key):x}"', "last-modified": "Mon, 10 Mar 2025 01:00:00 GMT"}
        status = 404 if lease.kind == "robots" else 200
        at = stamp(moment(self._clock.at))
        return Page(url=lease.url, fetched_at=at, body=b"", status=status, headers=headers, kind=lease.kind)

    def _led(self, lease: Lease, led: Iterator[Found]) -> tuple[Found, ...]:
        """Known ones of the same paper, and a new one."""
        if lease.kind != "article":
            return ()
        number = int(lease.key.rpartition("-")[2].removesuffix(".html"))
        paper = int(lease.source.removeprefix("paper"))
        known = (address(paper, max(0, number - n), "related") for n in range(1, LED))
        return (*known, next(led))


def measure(papers: int, urls: int, pages: int) -> Queued:
    """Fill a frontier with so many `urls` of so many `papers`, and take `pages` of them."""
    server = PostgresServer()
    server.start()
    try:
        return _measured(server, papers, urls, pages)
    finally:
        server.throw_away()


def address(paper: int, number: int, via: str = "sitemap") -> Found:
    """An article's address, as long as those of the papers are, and what a list says of it."""
    url = f"https://p{paper}.example.vn/kinh-te/hoi-nghi-ban-giai-phap-thuc-day-xuat-khau-nong-san-{number}.html"
    hints = Hints(via="related" if via == "related" else "sitemap", title=_TITLE.format(number), date="2025-03-10")
    return Found(url=url, kind="article", hints=hints)


def _declared(papers: int) -> Sources:
    urls = UrlRules(article=(r"-(?P<id>\d+)\.html$",))
    made = [Source(id=f"paper{n}", title=f"paper{n}", hosts=(f"p{n}.example.vn",), pace=PACE, urls=urls,
                   discover=Discover(feeds=("/rss",))) for n in range(papers)]  # fmt: skip
    return Sources({source.id: source for source in made}, {})


def _measured(server: PostgresServer, papers: int, urls: int, pages: int) -> Queued:
    clock, declared, each = Still(), _declared(papers), urls // papers
    step = WORKERS * AT_ONCE * PACE / papers
    new = (address(n % papers, each + n // papers, "related") for n in count())
    with ExitStack() as closing:
        workers = [closing.enter_context(Worker(server.url(), declared, clock)) for _ in range(WORKERS)]
        first = workers[0]
        first.seed()
        with Spent(server) as filling:
            for paper in range(papers):
                for at in range(0, each, LIST):
                    first.add([address(paper, number) for number in range(at, min(each, at + LIST))])
        waiting = first.asked(_SIZE, "baoluu") / (papers * each)
        _take(workers, 2 * papers, step, clock, new)  # every host's robots.txt and feed
        with Spent(server) as taking:
            took = _take(workers, pages, step, clock, new)
        while first.work(new):
            pass
        with Spent(server) as looking:
            for worker in islice(cycle(workers), LOOKS):
                worker.look()
        more = first.asked(_WIDTH, True) - first.asked(_WIDTH, False)
    return Queued(
        papers, papers * each, took, *taking.ms(took), filling.ms(papers * each)[0], *looking.ms(LOOKS)[:2],
        round(waiting + more), round(waiting),
    )  # fmt: skip


def _take(workers: Sequence[Worker], pages: int, step: float, clock: Still, new: Iterator[Found]) -> int:
    """Let the workers take at least so many pages in turns, and move the clock by `step` after each."""
    done = 0
    while done < pages:
        done += sum(worker.work(new) for worker in workers)
        clock.at += step
    return done


class Spent:
    """What is spent inside a `with`: the processor's time of the server and of this process, and what passed."""

    def __init__(self, server: PostgresServer) -> None:
        self._server = server

    def __enter__(self) -> "Spent":
        self._seconds = self._now()
        return self

    def __exit__(self, *_: object) -> None:
        self._seconds = tuple(after - before for before, after in zip(self._seconds, self._now(), strict=True))

    def ms(self, count: int) -> tuple[float, ...]:
        """The three in milliseconds, for each of so many."""
        return tuple(round(1e3 * seconds / count, 3) for seconds in self._seconds)

    def _now(self) -> tuple[float, ...]:
        return _processor(self._server), time.process_time(), time.perf_counter()


def _processor(server: PostgresServer) -> float:
    """Seconds of the processor that the server's processes have taken, those that have ended included."""
    first = (server.folder / "data" / "postmaster.pid").read_text().split()[0]
    ticks = 0
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(FileNotFoundError, ProcessLookupError):
            fields = stat.read_text().rpartition(")")[2].split()
            if stat.parent.name == first:
                ticks += sum(map(int, fields[11:15]))  # with those of ended children
            elif fields[1] == first:
                ticks += sum(map(int, fields[11:13]))
    return ticks / os.sysconf("SC_CLK_TCK")
