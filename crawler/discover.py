"""What a kept page leads to: (Page, Source) in, found URLs out. Pure; what a URL names is `config.urls`' to say."""

from collections.abc import Iterator
from itertools import islice

import msgspec
from msgspec.structs import replace

from archive.facts import Encoded, Found, Hints, Link, Page
from config.lists import asked
from config.sources import Source
from config.urls import article_key, classify, is_trap, part_of
from crawler.backfill import MAX_PAGES, Span, days_of_article, is_before
from crawler.feeds import links_of_feed
from crawler.links import anchors, next_page, own
from crawler.listing import articles_of
from crawler.pagers import numbered, scripted_list
from crawler.scripted import links_of_json
from crawler.sitemaps import Going, links_of_sitemap
from pipelines.following import RELATED_DEPTH, led_to

MAX_LINKS = 500
"""Articles taken from one section page."""
_LINKS = msgspec.json.Decoder(tuple[Link, ...])


def discover(
    page: Page,
    source: Source,
    depth: int = 0,
    span: Span | None = None,
    back: bool = False,
    going: Going = lambda: True,
) -> list[Found]:
    """The URLs on the paper's own hosts that `page` leads to, in its order; traps are left out.

    `depth` counts the next pages and related articles that led to `page`. A page that is no whole success leads
    nowhere, and a section page without articles has no next one. A back-fill asks with the `span` of its days; `back`
    tells that `page` was fetched for a back-fill alone, which then is for what it leads to, too. Related articles are
    told by an article's cleaning (`shown`). A list that says
    itself for which days it is read (`Hints.span`) is read for those. What is found is not all when `going` said no.
    """
    if page.status != 200 or page.truncated:
        return []
    if page.hints.span:
        span = Span.read(page.hints.span)
    found = [f for f in _found(page, source, depth, span, going) if not is_trap(f.url)]
    return for_back_fill(found, source, span) if back else found


def shown(
    page: Page, source: Source, depth: int, cleaning: Encoded, span: Span | None = None, back: bool = False
) -> list[Found]:
    """The related articles that the article page `page` leads to, by its `cleaning`; of a drop, by its boxes."""
    if cleaning.reason:
        found = [f for f in _related(page, source, depth) if not is_trap(f.url)]
    else:
        found = [*led_to(source, page.url, _LINKS.decode(cleaning.links), depth)]
    return for_back_fill(found, source, span) if back else found


def for_back_fill(found: list[Found], source: Source, span: Span | None) -> list[Found]:
    """`found` by a page that is only for a back-fill, which then is for what it leads to, too; of articles those that
    may be of its days."""
    asked = (f for f in found if f.kind != "article" or not span or span.meets(days_of_article(source, f)))
    return [replace(f, back=True) for f in asked]


def _found(page: Page, source: Source, depth: int, span: Span | None, going: Going) -> Iterator[Found]:
    if page.kind == "feed":
        yield from links_of_feed(page, source)
    elif page.kind == "sitemap":
        yield from links_of_sitemap(page, source, depth, span, going)
    elif page.kind == "section":
        told = asked(source, page.url)
        if told and told.rules.menu:
            yield from links_of_json(page, source, told, depth)
            return
        listed = list(
            links_of_json(page, source, told, depth)
            if told and told.rules.items
            else islice(articles_of(page, source), MAX_LINKS)
        )
        yield from listed
        yield from _further(page, source, depth, span, listed) if listed else ()
    elif page.kind == "article":
        yield from _parts(page, source, depth)


def _further(page: Page, source: Source, depth: int, span: Span | None, listed: list[Found]) -> Iterator[Found]:
    """The next page of a section: of the list that a script fetches, by the declared pager, or where the page itself
    says.

    A visit reads as many as are declared. A back-fill goes on from there, until a page shows nothing but articles
    from before its first day.
    """
    scripted = scripted_list(page, source)
    beyond = depth + 1 >= (scripted[0] if scripted else source.discover.pager_limit)
    if beyond and (span is None or depth >= MAX_PAGES or is_before(source, span, listed)):
        return
    url = scripted[1] if scripted else _following(page, source, depth)
    if url and own(source, url):
        hints = Hints(via="section", section=page.hints.section or page.url, referrer=page.url)
        if beyond or page.hints.span:
            hints = replace(hints, span=str(span))
        yield Found(url=url, kind="section", hints=hints, depth=depth + 1, back=beyond)


def _following(page: Page, source: Source, depth: int) -> str | None:
    return next_page(page) if source.discover.pager is None else numbered(page.url, source, depth)


def _parts(page: Page, source: Source, depth: int) -> Iterator[Found]:
    """The further pages of the article itself, where its paper spreads articles over several."""
    here, part = article_key(source, page.url), part_of(source, page.url)
    for a in anchors(page) if source.in_parts else ():
        if own(source, a.url) and article_key(source, a.url) == here and part_of(source, a.url) not in (1, part):
            hints = replace(page.hints, via="part", referrer=page.url)
            yield Found(url=a.url, kind="article", hints=hints, depth=depth)


def _related(page: Page, source: Source, depth: int) -> Iterator[Found]:
    """The articles in the boxes that the declaration calls related."""
    layers = (source.rules, *(g.rules for g in source.generations))
    places = [p for rules in layers for p in rules.related or () if not p.startswith(("meta:", "ld:", "url:"))]
    if not places or depth >= RELATED_DEPTH:
        return
    here = article_key(source, page.url)
    for a in anchors(page, dict.fromkeys(places)):
        if own(source, a.url) and classify(source, a.url) == "article" and article_key(source, a.url) != here:
            hints = Hints(via="related", title=a.title, anchor=a.text or None, referrer=page.url)
            yield Found(url=a.url, kind="article", hints=hints, depth=depth + 1)
