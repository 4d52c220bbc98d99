"""Scrapy's item pipelines: keep, then clean. Thin: the work is the session's, which the spider brings."""

from typing import Any, NamedTuple, Protocol, Self

import msgspec
from scrapy.crawler import Crawler
from scrapy.exceptions import DropItem

from archive.errors import ArchiveError
from archive.facts import Encoded, Kept


class Session(Protocol):
    """What the pipelines need of a crawl."""

    async def keep(self, kept: Kept) -> int | None:
        """Keep the page with its frontier rows and its lease's end in one transaction; answers its number.

        None when a stop came before.
        """

    async def clean(self, kept: Kept, number: int) -> Encoded | None:
        """Clean the kept page in a child process; None for what is no article page, and for one that a stop left."""


class Stored(NamedTuple):
    """A kept page on its way to be cleaned."""

    kept: Kept
    number: int


class _Pipeline:
    """What both have in common."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._exported = bool(crawler.settings.getdict("FEEDS"))

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Made by Scrapy."""
        return cls(crawler)

    @property
    def _session(self) -> Session:
        session: Session = getattr(self._crawler.spider, "session")  # noqa: B009 -- the spider's class is above this house
        return session


class KeepPipeline(_Pipeline):
    """Every response is kept before anything is cleaned."""

    async def process_item(self, item: Any) -> Any:
        """A `Kept` becomes a `Stored`; other items pass. Trouble with the archive has been told by the session."""
        if not isinstance(item, Kept):
            return item
        try:
            number = await self._session.keep(item)
        except ArchiveError as error:
            raise DropItem(f"not kept ({error}): {item.page.url}") from None
        if number is None:
            raise DropItem(f"not kept, as the crawl was stopped: {item.page.url}")
        return Stored(item, number)


class CleanPipeline(_Pipeline):
    """A kept article page becomes its record, which is what feed exports (`-O`) write."""

    async def process_item(self, item: Any) -> Any:
        """A `Stored` becomes the record as a dictionary, if anybody writes those; what gives none is dropped."""
        if not isinstance(item, Stored):
            return item
        url = item.kept.page.url
        try:
            cleaned = await self._session.clean(item.kept, item.number)
        except ArchiveError as error:
            raise DropItem(f"kept, but not cleaned ({error}): {url}") from None
        if cleaned is None:
            raise DropItem(f"kept, and nothing to clean: {url}")
        if cleaned.reason:
            detail = msgspec.json.decode(cleaned.output)["drop"]["detail"]
            raise DropItem(f"{cleaned.reason} ({detail}): {url}")
        return msgspec.json.decode(cleaned.output) if self._exported else item
