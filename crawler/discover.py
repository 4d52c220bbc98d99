"""What a kept page leads to: (Page, Source) in, found URLs out. Pure; what a URL names is `config.urls`' to say."""

from collections.abc import Iterator

import msgspec

from archive.facts import Found, Hints, Page
from config.sources import Source
from config.urls import article_key, canonical, classify, part_of
from crawler.feeds import links_of_feed
from crawler.links import anchors, next_page, own
from crawler.sitemaps import Going, links_of_sitemap

MAX_LINKS = 500
"""Articles taken from one section page."""
RELATED_DEPTH = 2
"""Steps from related article to related article that are followed from what a list shows."""


def discover(page: Page, source: Source, depth: int = 0, going: Going = lambda: True) -> list[Found]:
    """The URLs on the paper's own hosts that `page` leads to, in its order.

    `depth` counts the next pages and related articles that led to `page`. A page that is no whole success leads
    nowhere, and a section page without articles has no next one. What is found is not all when `going` said no.
    """
    if page.status != 200 or page.truncated:
        return []
    if page.kind == "feed":
        return list(links_of_feed(page, source))
    if page.kind == "sitemap":
        return list(links_of_sitemap(page, source, depth, going))
    if page.kind == "section":
        listed = list(_listed(page, source))
        return [*listed, *_further(page, source, depth)] if listed else []
    return [*_parts(page, source, depth), *_related(page, source, depth)] if page.kind == "article" else []


def _listed(page: Page, source: Source) -> Iterator[Found]:
    """The articles that a section page shows: in the declared places, or anywhere where those match nothing."""
    shown = anchors(page, source.discover.list_links) or anchors(page)
    articles = [a for a in shown if own(source, a.url) and classify(source, a.url) == "article"]
    for a in articles[:MAX_LINKS]:
        hints = Hints(via="section", title=a.title, anchor=a.text or None, referrer=page.url)
        yield Found(url=a.url, kind="article", hints=hints)


def _further(page: Page, source: Source, depth: int) -> Iterator[Found]:
    """The next page of a section: by the declared pager, else by the page's own `rel=next`."""
    if depth + 1 >= source.discover.pager_limit:
        return
    url = next_page(page) if source.discover.pager is None else _numbered(page.url, source)
    if url and own(source, url):
        yield Found(url=url, kind="section", hints=Hints(via="section", referrer=page.url), depth=depth + 1)


def _numbered(url: str, source: Source) -> str | None:
    """The page after `url` among the pages that the declared pager gives the declared sections."""
    here = canonical(source, url)
    for section in source.discover.sections:
        pages = [source.absolute(section), *pager_urls(source, section)]
        keys = [canonical(source, page).rstrip("/") for page in pages]
        if here.rstrip("/") in keys[:-1]:
            return pages[keys.index(here.rstrip("/")) + 1]
    return None


def pager_urls(source: Source, section: str) -> list[str]:
    """The further pages of `section` that a visit reads, the second first.

    `{section}` is the section's path without its last slash; where the template brings an extension of its own
    (`{section}/trang-{n}.htm`), without the extension too.
    """
    rules = source.discover
    template = rules.pager or ""
    path = section.rstrip("/")
    stem, dot, extension = path.rpartition(".")
    if dot and "/" not in extension and not template.endswith("{section}"):
        path = stem
    numbers = [rules.pager_first + k * rules.pager_step for k in range(rules.pager_limit - 1)]
    return [source.absolute(template.format(section=path, n=n)) for n in numbers]


def _parts(page: Page, source: Source, depth: int) -> Iterator[Found]:
    """The further pages of the article itself, where its paper spreads articles over several."""
    here, part = article_key(source, page.url), part_of(source, page.url)
    for a in anchors(page) if source.in_parts else ():
        if own(source, a.url) and article_key(source, a.url) == here and part_of(source, a.url) not in (1, part):
            hints = msgspec.structs.replace(page.hints, via="part", referrer=page.url)
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
