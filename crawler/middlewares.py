"""Downloader middleware: bodies decoded with a limit, and marked where they break off."""

from typing import Self

from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Request, Response, TextResponse
from scrapy.responsetypes import responsetypes

from archive.encoding import CUT, TooLarge, decoded, encodings_of

DECODED = "decoded_maxsize"
"""Key of a request's meta: bytes that its body may have once it is decoded, where that is not the usual limit."""


class DecodeMiddleware:
    """In the place of Scrapy's HttpCompressionMiddleware, which takes a cut body for whole and unfolds bombs."""

    def __init__(self, limit: int) -> None:
        self._limit = limit

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Made by Scrapy."""
        return cls(crawler.settings.getint("BAOLUU_DECODED_MAXSIZE"))

    def process_request(self, request: Request) -> None:
        """Say which encodings we read."""
        request.headers.setdefault("Accept-Encoding", "gzip, deflate, br, zstd")

    def process_response(self, request: Request, response: Response) -> Response:
        """Decode the body. Raises IgnoreRequest for one that is larger than the limit."""
        encodings = _encodings(response)
        if not encodings or not response.body:
            return response
        try:
            body, whole = decoded(response.body, encodings, request.meta.get(DECODED, self._limit))
        except TooLarge as error:
            raise IgnoreRequest(f"{error}: {request.url}") from None
        response.headers.pop("Content-Encoding", None)
        kind = responsetypes.from_args(headers=response.headers, url=response.url, body=body)
        flags = response.flags if whole else [*response.flags, CUT]
        if issubclass(kind, TextResponse):
            return response.replace(cls=kind, body=body, flags=flags, encoding=None)
        return response.replace(cls=kind, body=body, flags=flags)


def _encodings(response: Response) -> list[str]:
    declared = [line.decode("latin-1") for line in response.headers.getlist("Content-Encoding")]
    return encodings_of(declared, response.url, response.body)
