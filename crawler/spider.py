"""The one spider. A crawl runs it over all papers that are due; `scrapy crawl X` over one."""

import asyncio
import logging
from collections.abc import AsyncIterator, Iterator
from functools import partial
from pathlib import Path
from typing import Any, Self

from scrapy import Request, Spider, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import CloseSpider, UsageError
from scrapy.http import Response
from twisted.python.failure import Failure

from archive.errors import ArchiveError
from archive.facts import Found, Kept, Page
from archive.frontier import Lease
from archive.store import Archive
from config.clock import SystemClock, stamp
from config.sources import DeclarationError, Source, Sources, load
from crawler.assets import assets_of, unfit
from crawler.backfill import Span
from crawler.discover import discover
from crawler.failures import cause_of
from crawler.pages import page_of
from crawler.replay import ABSENT
from crawler.session import Session
from crawler.turn import wanted_by
from crawler.wake import wake


class NewsSpider(Spider):
    """Fetches what the session's frontier leases. Yields one `Kept` a response, and no requests."""

    name = "news"
    sources: Sources
    """The declared papers; set by the loader, or the session's."""
    only: tuple[str, ...] = ()
    """The papers that this spider crawls."""

    def __init__(
        self,
        name: str | None = None,
        session: Session | None = None,
        limit: str | None = None,
        budget: str | None = None,
        since: str | None = None,
        until: str | None = None,
        **more: Any,
    ) -> None:
        """`session` is given by `crawl`, the others by `-a`: `limit=N` pages of articles, `budget=N` requests, and a
        back-fill `since=YYYY-MM-DD`, `until=YYYY-MM-DD`."""
        super().__init__(name, **more)
        self.session, self._span = session, span_of(since, until)
        self._limit, self._budget = number_of("limit", limit), number_of("budget", budget)
        self.error: BaseException | None = None
        """Why no session could begin."""

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        """Made by Scrapy."""
        spider = super().from_crawler(crawler, *args, **kwargs)
        crawler.signals.connect(spider.closed_down, signals.spider_closed)
        crawler.signals.connect(spider.broke, signals.spider_error)
        crawler.signals.connect(spider.answered, signals.headers_received)
        return spider

    async def start(self) -> AsyncIterator[Any]:
        """Lasts as long as the crawl: Scrapy iterates it only when it really crawls, and cancels it on a stop.

        So here, and nowhere else, an archive is opened.
        """
        try:
            self.session = self.session or self._open()
            self.session.wake = partial(wake, self.crawler)
            self._mind_contact(self.session)
            await self.session.begin()
            await self.session.exhausted.wait()
            await self.session.conclude()
        except (ArchiveError, DeclarationError) as error:
            self.logger.error("%s", error)
            self.error = error
            raise CloseSpider(f"archive: {error}") from None
        except asyncio.CancelledError:
            if self.session:
                self.session.stop()
            raise
        for never in list[Any]():
            yield never

    async def arrived(self, response: Response) -> AsyncIterator[Kept]:
        """`parse` as a crawl calls it: a sitemap, which may name 50,000 URLs, is read beside the loop."""
        lease: Lease = response.meta["lease"]
        made = self.parse(response)
        aside = lease.kind == "sitemap" and ABSENT not in response.flags
        found = await asyncio.to_thread(list, made) if aside else made
        if self.session and self.session.stopping.is_set() and aside:
            self.session.failed(lease, "Stopped", "it was not read to its end", host_fault=False)
            return
        for kept in found:
            yield kept

    def parse(self, response: Response, **_: Any) -> Iterator[Kept]:
        """Keep the response, with what it leads to.

        @fixture
        @gives_article
        """
        lease: Lease = response.meta["lease"]
        if ABSENT in response.flags and self.session:
            self.session.absent(lease)
            return
        source = (self.session.sources if self.session else self.sources)[lease.source]
        clock = self.session.archive.clock if self.session else SystemClock()
        page = page_of(response, lease.kind, lease.hints, response.meta.get("fetched_at") or stamp(clock.now()))
        if lease.kind == "asset" and self.session and (why := unfit(page, lease.depth)):
            self.session.pass_over(lease, page, why)
            return
        yield Kept(page=page, source=source.id, found=self._found(page, source, lease), key=lease.key)

    def answered(self, request: Request) -> None:
        """The headers of an answer came from the network."""
        if self.session and (lease := request.meta.get("lease")):
            self.session.sent(lease)

    def failed(self, failure: Failure) -> None:
        """A request without a response."""
        request: Request = failure.request  # type: ignore[attr-defined]  # Scrapy sets it
        lease: Lease = request.meta["lease"]
        self.logger.log(logging.INFO, "%s: %s", lease.url, failure.value)
        if self.session:
            kind, message, host_fault = cause_of(failure.value or RuntimeError("no cause"))
            self.session.failed(lease, kind, message, host_fault=host_fault)

    def broke(self, failure: Failure, response: Response | None) -> None:
        """Our own code failed: on a response, then the URL is tried again later; at the start, then the crawl ends."""
        if self.session and response is None and failure.value:
            self.session.give_up(failure.value)
        elif self.session and response and (lease := response.meta.get("lease")):
            self.session.failed(lease, type(failure.value).__name__, str(failure.value), host_fault=False)

    def closed_down(self, reason: str) -> None:
        """The crawler has closed."""
        if self.session:
            self.session.end()

    def _found(self, page: Page, source: Source, lease: Lease) -> tuple[Found, ...]:
        """What `page` leads to. A fault of ours there must not cost the page: it leads nowhere then, and is counted."""
        span = self.session.extent.span if self.session else None
        try:
            found = tuple(discover(page, source, lease.depth, span, lease.back, self._going))
            if self.session and self.session.assets:
                found += tuple(assets_of(page, source, lease.depth if lease.kind == "asset" else 0))
            return found
        except Exception:
            self.logger.exception("what this page leads to could not be read: %s", page.url)
            if self.session:
                self.session.counts[source.id].errors["discovery"] += 1
            return ()

    def _going(self) -> bool:
        return not (self.session and self.session.stopping.is_set())

    def _mind_contact(self, session: Session) -> None:
        """Say so when real papers would not learn whom to write to."""
        real = any(session.sources[name].port is None for name in session.names) and not session.replay
        if real and "example.org" in self.settings["BAOLUU_CONTACT"]:
            self.logger.warning("set BAOLUU_CONTACT to a page or address at which the papers can reach you")

    def _open(self) -> Session:
        """The session of `scrapy crawl`: the archive is the one that the setting names."""
        wanted = wanted_by(self.settings)
        archive = Archive(Path(self.settings["BAOLUU_ARCHIVE"]))
        command = " ".join(["scrapy crawl", *([f"--since {self._span}"] if self._span else []), self.name])
        return Session(
            archive, load(),
            only=self.only, limit=self._limit, budget=self._budget, span=self._span, command=command, wanted=wanted,
        )  # fmt: skip


def number_of(name: str, given: str | None) -> int | None:
    """The number that `-a NAME=N` gives, None without. Raises UsageError for what is none."""
    if given is None:
        return None
    if not (given.isdecimal() and int(given)):
        raise UsageError(f"-a {name}={given}: must be a whole number from 1 up", print_help=False)
    return int(given)


def span_of(since: str | None, until: str | None) -> Span | None:
    """The days that `-a since=D -a until=D` give, None without. Raises UsageError for what are none."""
    if since is None and until is not None:
        raise UsageError(f"-a until={until}: needs -a since=YYYY-MM-DD", print_help=False)
    try:
        span = Span.read(f"{since}..{until or ''}") if since is not None else None
    except ValueError:
        raise UsageError(f"-a since={since} until={until}: must be days, YYYY-MM-DD", print_help=False) from None
    if span and span.until and span.until < span.since:
        raise UsageError(f"-a until={until}: lies before -a since={since}", print_help=False)
    return span
