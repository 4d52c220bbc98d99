"""Articles named by sitemaps, and the sitemaps named by sitemap indices.

Read element by element, without entities, network or huge trees. Scrapy's own reader clears the children of
`news:news`, which hold the only dates and titles worth having.
"""

from collections.abc import Callable, Iterator
from datetime import date, datetime
from io import BytesIO

from lxml import etree
from msgspec.structs import replace

from archive.encoding import GZIP, TooLarge, decoded
from archive.facts import Found, Hints, Page
from config.sources import Source
from config.urls import classify
from crawler.backfill import SLACK, Days, Span, day_of, days_of_article, days_of_shards
from crawler.links import matches, own, plain, safe

Going = Callable[[], bool]
"""Whether to go on: asked at every URL, as a sitemap may name 50,000."""
MAX_URLS = 50_000
MAX_BYTES = 50 * 1024 * 1024
"""Limits of the protocol itself (sitemaps.org)."""
MAX_DEPTH = 2
"""Indices within indices that are followed."""
EARLIEST = date(1990, 1, 1)
"""No paper printed anything on the web before."""
SHARDS = 3
"""Sitemaps of one index that every visit reads, the newest by their stated date: the others are back-fill."""


def links_of_sitemap(
    page: Page, source: Source, depth: int, span: Span | None = None, going: Going = lambda: True
) -> Iterator[Found]:
    """The articles of the sitemap `page`, or the newest sitemaps of the index that it is; as long as it is `going`.

    With the `span` of a back-fill, all sitemaps that may hold its days, newest first; and what a sitemap that was
    found so names, as far as it may be of those days.
    """
    shards: list[Found] = []
    back = page.hints.span is not None
    for found, element in _named(page, source, depth, going):
        if found.kind == "sitemap":
            shards.append(found)
        elif not (back and span) or _is_of(source, found, element, span):
            yield replace(found, back=back)
    if depth < MAX_DEPTH:
        yield from _shards(shards, page, span, back)


def all_of_sitemap(page: Page, source: Source, depth: int) -> Iterator[Found]:
    """All articles of the sitemap `page`, or all sitemaps of the index that it is, the newest first, each with the days
    that its name or its date tells (`Hints.days`)."""
    shards: list[Found] = []
    for found, _ in _named(page, source, depth, lambda: True):
        if found.kind == "article":
            yield found
        else:
            shards.append(found)
    named = days_of_shards([f.url for f in shards], datetime.fromisoformat(page.fetched_at).date())
    told = [(f, _within(f, days)) for f, days in zip(shards, named, strict=True)]
    for f, days in sorted(told, key=lambda one: _newness(*one), reverse=True) if depth < MAX_DEPTH else ():
        yield replace(f, hints=replace(f.hints, days=days and str(Span(*days))))


def _within(shard: Found, days: Days | None) -> Days | None:
    """The days that a sitemap can hold: nothing in it was printed after it was last changed."""
    changed = day_of(shard.hints.date)
    if changed is None:
        return days
    first, last = days or Days(EARLIEST, date.max)
    return Days(min(first, changed), min(last, changed + SLACK))


def _named(page: Page, source: Source, depth: int, going: Going) -> Iterator[tuple[Found, etree._Element]]:
    """The articles and sitemaps that `page` names, each with its element, which is gone once the next is asked for."""
    for number, element in enumerate(_elements(page.body)):
        if number >= MAX_URLS or not going():
            break
        url = safe(plain(element.findtext("{*}loc")) or "")
        if not own(source, url) or matches(source.discover.sitemap_skip, url):
            continue
        if etree.QName(element).localname == "sitemap":
            yield _shard(element, url, page, depth), element
        elif classify(source, url) == "article":
            yield Found(url=url, kind="article", hints=_hints(element, page)), element


def _is_of(source: Source, found: Found, element: etree._Element, span: Span) -> bool:
    """Whether an article may be of the asked days. It was not printed later than it was last changed."""
    changed = day_of(plain(element.findtext("{*}lastmod")))
    return span.meets(days_of_article(source, found)) and (changed is None or changed + SLACK >= span.since)


def _shards(shards: list[Found], page: Page, span: Span | None, back: bool) -> Iterator[Found]:
    """The sitemaps of an index that are to be read, newest first; where the older state one date, it says nothing."""
    named = days_of_shards([f.url for f in shards], datetime.fromisoformat(page.fetched_at).date())
    days = {f.url: d for f, d in zip(shards, named, strict=True)}
    shards = sorted(shards, key=lambda f: _newness(f, days[f.url]), reverse=True)
    if not back:
        newest = sorted(shards, key=lambda f: f.hints.date or "", reverse=True)[:SHARDS]
        yield from newest
        shards = [f for f in shards if f not in newest]
        if len({f.hints.date for f in shards}) > 1:
            yield from (replace(f, changed_only=True) for f in shards if f.hints.date)
    for f in shards if span else ():
        changed = day_of(f.hints.date)
        if span and span.meets(days[f.url]) and (changed is None or changed + SLACK >= span.since):
            yield replace(f, back=True, hints=replace(f.hints, span=str(span)))


def _newness(shard: Found, days: Days | None) -> tuple[str, str]:
    stated = shard.hints.date or ""
    return str(days.last) if days else stated, stated


def _shard(element: etree._Element, url: str, page: Page, depth: int) -> Found:
    hints = Hints(via="sitemap", date=plain(element.findtext("{*}lastmod")), referrer=page.url)
    return Found(url=url, kind="sitemap", hints=hints, depth=depth + 1)


def _hints(element: etree._Element, page: Page) -> Hints:
    """Of a `url` element. `lastmod` is no date of publication and stays out. What a picture is called there is the
    article's title on some papers (VCCorp's, whose marks of CDATA are escaped once more) and a caption on others: it
    tells what the article is about, as the words of a link do, and never becomes its title."""
    return Hints(
        via="sitemap",
        date=plain(element.findtext("{*}news/{*}publication_date")),
        order="YMD",
        title=plain(element.findtext("{*}news/{*}title")),
        anchor=plain(element.findtext("{*}image/{*}title")),
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
