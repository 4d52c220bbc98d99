"""Articles named by RSS and Atom feeds."""

from collections.abc import Iterator
from io import BytesIO
from typing import TYPE_CHECKING

from archive.facts import Found, Hints, Page
from config.sources import Source
from config.urls import classify
from crawler.links import is_safe_xml, own, plain, safe

if TYPE_CHECKING:
    from feedparser import FeedParserDict

MAX_BYTES = 5 * 1024 * 1024
MAX_ENTRIES = 2000
"""More than any feed seen: 1,000 at VietNamNet."""


def parsed(page: Page, most: int) -> "FeedParserDict | None":
    """What feedparser makes of `page`; None where it is larger than `most` bytes or no XML that is safe to read.

    feedparser reads from a stream: given plain bytes it would take a short body for the name of a local file.
    """
    if len(page.body) > most or not is_safe_xml(page.body):
        return None
    import feedparser  # no crawl waits for it before its first feed

    told = {"content-type": page.headers.get("content-type", ""), "content-location": page.url}
    return feedparser.parse(BytesIO(page.body), response_headers=told, sanitize_html=False)


def url_of(entry: "FeedParserDict") -> str:
    """The address that an entry leads to; empty where it names none that can be."""
    return safe(entry.get("link") or entry.get("id") or "")


def links_of_feed(page: Page, source: Source) -> Iterator[Found]:
    """The articles that the feed `page` lists, in its order, with the date as it prints it."""
    feed = parsed(page, MAX_BYTES)
    for entry in feed.entries[:MAX_ENTRIES] if feed is not None else ():
        url = url_of(entry)
        if own(source, url) and classify(source, url) == "article":
            yield Found(url=url, kind="article", hints=_hints(entry, page, source))


def _hints(entry: "FeedParserDict", page: Page, source: Source) -> Hints:
    tags = [tag.get("term") for tag in entry.get("tags", [])]
    return Hints(
        via="feed",
        date=plain(entry.get("published")),
        order=source.discover.feed_order,
        title=plain(entry.get("title")),
        section=plain(next(filter(None, tags), None)),
        referrer=page.url,
    )
