"""The download handler: the network, or in its place a replayed store or a fixture; ended at once by a stop."""

from scrapy import Request
from scrapy.core.downloader.handlers.http11 import HTTP11DownloadHandler
from scrapy.http import Response

from crawler.replay import Stored, response_to
from crawler.session import Session
from crawler.stopping import unless


class DownloadHandler(HTTP11DownloadHandler):
    """Scrapy's own handler behind the three ways that a request may be answered."""

    lazy = True

    async def download_request(self, request: Request) -> Response:
        """The response to `request`: from `meta["stored"]`, from the session's replay, or from the network."""
        session: Session | None = getattr(self._crawler.spider, "session", None)
        stored: Stored | None = request.meta.get("stored")
        if stored is not None:
            return response_to(request, stored)
        if session is None:
            return await super().download_request(request)
        if session.replay is not None:
            return response_to(request, session.replay.find(request.url))
        session.sent(request.meta["lease"])
        return await unless(session.stopping, super().download_request(request))
