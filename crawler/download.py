"""The download handler: the network, or in its place a replayed store or a fixture; ended at once by a stop.

What the network sends is bounded in every way that a server can be without measure: time, pace, headers, and for
robots.txt the part that is read. Scrapy bounds the body.
"""

from typing import Any
from urllib.parse import urlsplit

from scrapy import Request, signals
from scrapy.core.downloader.handlers.http11 import HTTP11DownloadHandler, _LenientHTTP11ClientFactory
from scrapy.core.downloader.handlers.http11 import _LenientHTTP11ClientProtocol as Protocol
from scrapy.crawler import Crawler
from scrapy.exceptions import StopDownload
from scrapy.http import Response
from twisted.web._newclient import HEADER, STATUS

from archive.frontier import Lease
from archive.robots import MAX_BYTES
from config.clock import Clock, SystemClock
from config.sources import Sources, bare_host
from crawler.addresses import refuse_address
from crawler.replay import Stored, response_to
from crawler.session import Session
from crawler.tls import HANDSHAKE, LEGACY, TLSFailed, Verified, is_tls

LONGEST_HEAD = 320 * 1024
"""Bytes of a response before its body, with what one read brings of that; real ones have 2,000."""


class DownloadHandler(HTTP11DownloadHandler):
    """Scrapy's own handler behind the three ways that a request may be answered."""

    lazy = True

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._policy = Verified()
        self._contextFactory: Any = self._policy
        self._pool._factory = _Factory
        self._clock: Clock = SystemClock()
        self._patience = crawler.settings.getfloat("BAOLUU_SLOW_AFTER")
        self._least = crawler.settings.getfloat("BAOLUU_LEAST_PACE")
        crawler.signals.connect(self._received, signals.bytes_received)

    async def download_request(self, request: Request) -> Response:
        """The response to `request`: from `meta["stored"]`, from the session's replay, or from the network."""
        spider: Any = self._crawler.spider
        session: Session | None = getattr(spider, "session", None)
        stored: Stored | None = request.meta.get("stored")
        if stored is not None:
            return response_to(request, stored)
        if session is None:
            return await self._ask(request, getattr(spider, "sources", None))
        if session.replay is not None:
            return response_to(request, session.replay.find(request.url))
        lease: Lease = request.meta["lease"]
        self._clock = session.archive.clock
        refuse_address(request.url, session.sources)
        session.sent(lease)
        response = await session.fetching.until_stopped(self._ask(request, session.sources))
        session.took(lease, self._clock.interval() - request.meta["began"])
        return response

    async def _ask(self, request: Request, sources: Sources | None) -> Response:
        """The network's answer. Raises TLSFailed, or what Scrapy raises."""
        parts = urlsplit(request.url)
        host, port = parts.hostname or "", parts.port or 443
        source = sources.of(request.url) if sources is not None and parts.scheme == "https" else None
        old = bool(source and source.tls == LEGACY and bare_host(host) in source.hosts)
        if old:
            self._policy.legacy.add(host)
        request.meta["began"], request.meta["got"] = self._clock.interval(), 0
        try:
            response = await super().download_request(request)
        except Exception as error:
            if (cause := self._policy.causes.pop((host, port), "")) or is_tls(error):
                raise TLSFailed(cause or HANDSHAKE, f"{request.url} {error}") from error
            raise
        return response.replace(flags=[*response.flags, LEGACY]) if old else response

    def _received(self, data: bytes, request: Request) -> None:
        """Bytes of a body came: a robots.txt ends where no more is read, a trickle of anything else is given up."""
        if "began" not in request.meta:
            return
        request.meta["got"] += len(data)
        took = self._clock.interval() - request.meta["began"]
        lease: Lease | None = request.meta.get("lease")
        if lease and lease.kind == "robots" and request.meta["got"] > MAX_BYTES:
            raise StopDownload(fail=False)
        if took > self._patience and request.meta["got"] < self._least * took:
            raise StopDownload(fail=True)


class _Bounded(Protocol):
    """Gives up on a response whose head has no end."""

    head = 0

    def request(self, request: Any) -> Any:
        """Begin a request: its response's head is counted anew."""
        self.head = 0
        return super().request(request)

    def dataReceived(self, bytes: bytes) -> None:  # noqa: N802 -- Twisted's names
        """Bytes came."""
        if self._parser is not None and self._parser.state in (STATUS, HEADER):
            self.head += len(bytes)
            if self.head > LONGEST_HEAD:
                self.transport.abortConnection()  # type: ignore[union-attr]
                return
        super().dataReceived(bytes)  # type: ignore[no-untyped-call]


class _Factory(_LenientHTTP11ClientFactory):
    def buildProtocol(self, addr: Any) -> Protocol:  # noqa: N802
        return _Bounded(self._quiescentCallback)  # type: ignore[no-untyped-call]
