"""Scrapy's log lines about items, with the URL in the place of a whole page."""

from typing import Any

from scrapy import Spider
from scrapy.http import Response
from scrapy.logformatter import LogFormatter, LogFormatterResult
from twisted.python.failure import Failure

from archive.facts import Kept
from pipelines.items import Stored


class ShortLogFormatter(LogFormatter):
    """One line an item."""

    def scraped(self, item: Any, response: Response | Failure | None, spider: Spider) -> LogFormatterResult:
        """An item came out of the pipelines."""
        return super().scraped(_short(item), response, spider)

    def dropped(
        self, item: Any, exception: BaseException, response: Response | Failure | None, spider: Spider
    ) -> LogFormatterResult:
        """A page gave no record."""
        return super().dropped(_short(item), exception, response, spider)

    def item_error(
        self, item: Any, exception: BaseException, response: Response | Failure | None, spider: Spider
    ) -> LogFormatterResult:
        """A pipeline failed."""
        return super().item_error(_short(item), exception, response, spider)


def _short(item: Any) -> Any:
    if isinstance(item, Stored):
        item = item.kept
    if isinstance(item, Kept):
        return item.page.url
    return item.get("url", item) if isinstance(item, dict) else item
