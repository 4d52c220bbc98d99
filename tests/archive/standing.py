"""A frontier of two made-up papers under a clock that stands until it is moved, for its tests."""

from datetime import datetime

import pytest

from archive.facts import Found, Hints, Page
from archive.frontier import Frontier, Lease
from archive.ledger import Ledger
from archive.store import Archive
from config.clock import VIETNAM
from config.declarations import Discover, UrlRules
from config.sources import Source

PACE = 2.0
embedded = pytest.mark.parametrize("stood", ["sqlite"], indirect=True)
"""Of a test that is about an archive, and the frontier in it."""
ROOT = "https://song.example.vn"


class Still:
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        self.at = datetime(2025, 3, 10, 8, tzinfo=VIETNAM).timestamp()

    def now(self) -> datetime:
        return datetime.fromtimestamp(self.at, VIETNAM)

    def seconds(self) -> float:
        return self.at


def source(name: str = "songnews", host: str = "song.example.vn", port: int | None = None) -> Source:
    return Source(
        id=name,
        title=name,
        hosts=(host,),
        pace=PACE,
        port=port,
        urls=UrlRules(article=(r"-(?P<id>\d+)\.html$",)),
        discover=Discover(feeds=("/rss.rss",), sections=("/tin",), sitemaps=("/sitemap.xml",), feed_order="MDY"),
    )


def article(number: int, root: str = ROOT, **hints: str) -> Found:
    return Found(url=f"{root}/bai-{number}.html", kind="article", hints=Hints(via="section", **hints))


def answer(lease: Lease, status: int = 200, body: bytes = b"", **headers: str) -> Page:
    told = {name.replace("_", "-"): value for name, value in headers.items()}
    return Page(url=lease.url, fetched_at="2025-03-10T08:00:00+07:00", body=body, status=status, headers=told)


def row(archive: Archive | Ledger, url: str) -> dict[str, object]:
    return next(archive.rows("SELECT * FROM frontier WHERE key = ?", (url,)))


def rests(archive: Archive | Ledger, lease: Lease) -> float:
    """Until when the host of a lease is left alone."""
    return float(archive.conn.execute("SELECT next FROM hosts WHERE host = ?", (lease.host,)).fetchone()[0])


def taken(frontier: Frontier, clock: Still) -> Lease:
    """The next lease, at whatever moment it comes."""
    due = frontier.next_due(clock.at)
    assert due is not None
    clock.at = max(clock.at, due)
    lease = frontier.take(clock.at)
    assert lease is not None
    return lease


def open_hosts(frontier: Frontier, clock: Still, *hosts: str) -> None:
    """Let every host answer that it has no robots.txt."""
    while (lease := frontier.take(clock.at)) and lease.kind == "robots":
        frontier.settle(lease, answer(lease, 404), None)
    assert lease is None
