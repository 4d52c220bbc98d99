"""The download handler: the network, or in its place a replayed store or a fixture; ended at once by a stop."""

import asyncio
import contextlib
from collections.abc import Coroutine
from typing import Any, TypeVar

from scrapy import Request
from scrapy.core.downloader.handlers.http11 import HTTP11DownloadHandler
from scrapy.exceptions import DownloadCancelledError
from scrapy.http import Response

from crawler.replay import Stored, response_to
from crawler.session import Session

T = TypeVar("T")


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
        return await unless(session.stopping, super().download_request(request))


async def unless(event: asyncio.Event, work: Coroutine[Any, Any, T]) -> T:
    """The result of `work`, or DownloadCancelledError as soon as `event` is set."""
    task, stop = asyncio.ensure_future(work), asyncio.ensure_future(event.wait())
    await asyncio.wait({task, stop}, return_when=asyncio.FIRST_COMPLETED)
    stop.cancel()
    if task.done():
        return task.result()
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError, DownloadCancelledError):
        await task
    raise DownloadCancelledError("the crawl was stopped")
