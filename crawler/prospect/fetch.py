"""Asking one paper for a few pages, one after the other, with everything that makes a crawl polite.

A small Scrapy run with the project's own settings: honest user agent, verified certificates, size limits, bodies
decoded with a limit, names resolved to public addresses only. robots.txt is obeyed here, as the frontier does it for a
crawl: what cannot be read for a fault of the server forbids everything (RFC 9309, 2.3.1.4).
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from ipaddress import ip_address
from typing import Any, Self
from urllib.parse import urljoin, urlsplit

from scrapy import Request, Spider
from scrapy.crawler import AsyncCrawlerRunner, Crawler
from scrapy.http import Response
from scrapy.settings import Settings

from archive.facts import Hints, Page, PageKind
from archive.hosts import host_of
from archive.robots import MAX_HOPS as ROBOTS_HOPS
from archive.robots import Rules, text_of
from config.clock import Clock, SystemClock, stamp
from crawler.addresses import is_address, is_numeric, is_public
from crawler.pages import page_of
from crawler.prospect.found import BUDGET, Refusal
from crawler.run import reactor_loop

SECONDS = 30
"""For one response: a keeper waits for it."""
MAX_HOPS = 5
SILENT = 3
"""Requests without an answer, one after the other, after which no more is asked."""

Told = Callable[[int, int, str, int], None]
"""Called after each request with (number, most there will be, URL, status; 0: no answer)."""
Work = Callable[["Web"], Awaitable[None]]


class Web:
    """Asks the paper. `pages` holds what came with status 200, `tried` the status of everything asked."""

    def __init__(
        self,
        download: Callable[[Request], Awaitable[Response]],
        *,
        local: bool,
        pace: float,
        told: Told,
        clock: Clock | None = None,
    ) -> None:
        """`local`: addresses of this machine are meant (the sample newsroom, tests)."""
        self._download, self._local, self._pace, self._told = download, local, pace, told
        self._clock = clock or SystemClock()
        self._rules: dict[str, Rules] = {}
        self._texts: dict[str, str] = {}
        self.error = ""
        """Why the last request had no answer."""
        self._silent = 0
        self._last: dict[str, float] = {}
        self.tried: dict[str, int] = {}
        self.forbidden: list[str] = []
        self.moved: dict[str, str] = {}

    @property
    def left(self) -> int:
        """How many requests may still be made."""
        return BUDGET - len(self.tried) if self._silent < SILENT else 0

    async def get(self, url: str, kind: PageKind = "article") -> Page | None:
        """The page at `url`, whatever its status, redirects followed; None: forbidden, no answer, or out of budget.

        Raises Refusal when an address is private, or when the paper asks us to come another time.
        """
        for _ in range(MAX_HOPS):
            if self.left <= 0 or not await self._may(url):
                return None
            page = await self._ask(url, kind)
            if page is None or page.status not in (301, 302, 303, 307, 308):
                return page
            target = urljoin(url, page.headers.get("location", "").partition("\n")[0].strip())
            if host_of(target) != host_of(url):
                self.moved[host_of(url)] = target
            url = target
        return None

    async def robots(self, url: str) -> str:
        """The text of the robots.txt that counts for `url`; empty where the host has none."""
        await self._may(url)
        return self._texts.get(host_of(url), "")

    async def _may(self, url: str) -> bool:
        self._guard(url)
        host = host_of(url)
        if host not in self._rules:
            self._rules[host] = await self._fetch_rules(url)
        if allowed := self._rules[host].allows(url):
            return allowed
        self.forbidden.append(url)
        return False

    async def _fetch_rules(self, url: str) -> Rules:
        where, text = urljoin(url, "/robots.txt"), ""
        for _ in range(ROBOTS_HOPS + 1):
            page = await self._ask(where, "robots")
            if page is None:
                raise Refusal("unreachable", url=url, host=urlsplit(url).hostname or "", cause=self.error)
            if page.status in (301, 302, 303, 307, 308):
                where = urljoin(where, page.headers.get("location", ""))
                self._guard(where)
                continue
            if page.status >= 500 or page.status == 429:
                raise Refusal("robots-unreachable", url=where, status=page.status)
            text = text_of(page.body) if page.status < 300 else ""
            break
        self._texts[host_of(url)] = text
        return Rules(text)

    def _guard(self, url: str) -> None:
        refuse_private(url, local=self._local)

    async def _ask(self, url: str, kind: PageKind) -> Page | None:
        await self._wait(host_of(url))
        meta = {"handle_httpstatus_all": True, "dont_redirect": True, "dont_obey_robotstxt": True}
        try:
            response = await self._download(Request(url, dont_filter=True, meta=meta))
            page = page_of(response, kind, Hints(), stamp(self._clock.now()))
        except Exception as error:  # noqa: BLE001 -- whatever the network did, the keeper is told
            self.error, page = cause_of(error), None
        self.tried[url] = page.status if page else 0
        self._silent = 0 if page else self._silent + 1
        self._told(len(self.tried), BUDGET, url, self.tried[url])
        if page and page.status in (429, 503) and kind != "robots":
            raise Refusal("busy", url=url, status=page.status)
        return page

    async def _wait(self, host: str) -> None:
        delay = max(self._pace, self._rules[host].delay if host in self._rules else 0.0)
        if host in self._last:
            await self._clock.sleep(max(0.0, self._last[host] + delay - self._clock.interval()))
        self._last[host] = self._clock.interval()


def refuse_private(url: str, *, local: bool) -> None:
    """Raise Refusal for what lies in no public net. Names are checked where they are resolved.

    `local`: loopback addresses written as such are meant.
    """
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        raise Refusal("private", url=url) from None
    name = host.rstrip(".").lower()
    unusual = is_numeric(host) and not is_address(host)
    private = unusual or name.rpartition(".")[2] == "localhost" or (is_address(host) and not is_public(host))
    meant = local and is_address(host) and ip_address(host).is_loopback
    if parts.scheme not in ("http", "https") or not host or (private and not meant):
        raise Refusal("private", url=url)


def cause_of(error: Exception) -> str:
    """Why there was no answer, as a key of the words."""
    told = f"{type(error).__name__} {error}".lower()
    known = {
        "no-such-name": ("resolve", "dns"),
        "too-slow": ("timeout", "timed out", "cancelled"),
        "not-secure": ("ssl", "tls", "certificate", "handshake"),
        "too-large": ("more than", "larger than", "maxsize"),
        "closed": ("refused", "reset", "lost", "closed", "notdone"),
    }
    return next((key for key, marks in known.items() if any(mark in told for mark in marks)), "no-answer")


class ProspectSpider(Spider):
    """Runs one piece of work that asks for pages one by one."""

    name = "prospect"

    def __init__(self, work: Work, made: dict[str, Any], **more: Any) -> None:
        super().__init__(self.name, **more)
        self._work, self._made = work, made
        self.error: BaseException | None = None

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        """Made by Scrapy."""
        spider = super().from_crawler(crawler, *args, **kwargs)
        kwargs["held"].append(spider)
        return spider

    async def start(self) -> AsyncIterator[Any]:
        """Lasts as long as the work does; what ends it before its time is kept in `error`."""
        engine = self.crawler.engine
        assert engine is not None
        try:
            await self._work(Web(engine.download_async, **self._made))
        except Exception as error:  # noqa: BLE001 -- Scrapy would only log it
            self.error = error
        for never in list[Any]():
            yield never


def run(work: Work, *, local: bool, pace: float, told: Told) -> None:
    """Do `work` with a `Web` to ask. Raises what it raises."""
    loop = reactor_loop()
    asyncio.set_event_loop(loop)
    settings = Settings()
    settings.setmodule("crawler.settings", priority="project")
    settings.update({"DOWNLOAD_TIMEOUT": SECONDS, "ITEM_PIPELINES": {}, "LOG_LEVEL": "ERROR"}, priority="cmdline")
    held: list[ProspectSpider] = []
    runner = AsyncCrawlerRunner(settings)
    crawler = runner.create_crawler(ProspectSpider)
    task = runner.crawl(crawler, work=work, made={"local": local, "pace": pace, "told": told}, held=held)
    try:
        loop.run_until_complete(task)
    except KeyboardInterrupt:
        with suppress(asyncio.CancelledError):
            loop.run_until_complete(crawler.stop_async())
        raise
    if held and held[0].error:
        raise held[0].error
