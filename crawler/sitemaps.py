"""Articles named by sitemaps, and the sitemaps named by sitemap indices.

Read element by element, without entities, network or huge trees. Scrapy's own reader clears the children of
`news:news`, which hold the only dates and titles worth having.
"""

from collections.abc import Callable, Iterator
from io import BytesIO

from lxml import etree

from archive.facts import Found, Hints, Page
from config.sources import Source
from config.urls import classify
from crawler.encoding import GZIP, TooLarge, decoded
from crawler.links import matches, own, plain, safe

Going = Callable[[], bool]
"""Whether to go on: asked at every URL, as a sitemap may name 50,000."""
MAX_URLS = 50_000
MAX_BYTES = 50 * 1024 * 1024
"""Limits of the protocol itself (sitemaps.org)."""
MAX_DEPTH = 2
"""Indices within indices that are followed."""
SHARDS = 3
"""Sitemaps of one index that a visit reads, the newest by their stated date: the others are back-fill."""


def links_of_sitemap(page: Page, source: Source, depth: int, going: Going = lambda: True) -> Iterator[Found]:
    """The articles of the sitemap `page`, or the newest sitemaps of the index that it is; as long as it is `going`."""
    shards: list[Found] = []
    for number, element in enumerate(_elements(page.body)):
        if number >= MAX_URLS or not going():
            break
        url = safe(plain(element.findtext("{*}loc")) or "")
        if not own(source, url) or matches(source.discover.sitemap_skip, url):
            continue
        if etree.QName(element).localname == "sitemap":
            shards.append(_shard(element, url, page, depth))
        elif classify(source, url) == "article":
            yield Found(url=url, kind="article", hints=_hints(element, page))
    if depth < MAX_DEPTH:
        yield from sorted(shards, key=lambda f: f.hints.date or "", reverse=True)[:SHARDS]


def _shard(element: etree._Element, url: str, page: Page, depth: int) -> Found:
    hints = Hints(via="sitemap", date=plain(element.findtext("{*}lastmod")), referrer=page.url)
    return Found(url=url, kind="sitemap", hints=hints, depth=depth + 1)


def _hints(element: etree._Element, page: Page) -> Hints:
    """Of a `url` element. `lastmod` is no date of publication and stays out."""
    return Hints(
        via="sitemap",
        date=plain(element.findtext("{*}news/{*}publication_date")),
        order="YMD",
        title=plain(element.findtext("{*}news/{*}title")),
        referrer=page.url,
    )


def unpacked(body: bytes, most: int) -> bytes:
    """A sitemap's XML, which may be served gzipped as a file. Raises TooLarge where it has more than `most` bytes."""
    return decoded(body, ["gzip"] if body.startswith(GZIP) else [], most)[0]


def _elements(body: bytes) -> Iterator[etree._Element]:
    """The `url` and `sitemap` elements; each is emptied once the next is asked for, so memory stays flat."""
    try:
        parsed = etree.iterparse(
            BytesIO(unpacked(body, MAX_BYTES)),
            tag=("{*}url", "{*}sitemap"),
            recover=True,
            resolve_entities=False,
            no_network=True,
        )
        for _, element in parsed:
            yield element
            element.clear()
            while (parent := element.getparent()) is not None and element.getprevious() is not None:
                del parent[0]
    except (etree.XMLSyntaxError, TooLarge):
        return
