"""What a kept page leads to: (Page, Source) in, found URLs out. Pure; what a URL names is `config.urls`' to say."""

from collections.abc import Iterator

from msgspec.structs import replace

from archive.facts import Found, Hints, Page
from config.lists import address, asked, following
from config.sources import Source
from config.templates import SECTION
from config.urls import article_key, canonical, classify, part_of
from crawler.backfill import MAX_PAGES, Span, days_of_article, is_before
from crawler.feeds import links_of_feed
from crawler.links import anchors, is_trap, next_page, own, read_at
from crawler.scripted import links_of_json
from crawler.sitemaps import Going, links_of_sitemap

MAX_LINKS = 500
"""Articles taken from one section page."""
RELATED_DEPTH = 2
"""Steps from related article to related article that are followed from what a list shows."""


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
    tells that `page` was fetched for a back-fill alone, which then is for what it leads to, too. A list that says
    itself for which days it is read (`Hints.span`) is read for those. What is found is not all when `going` said no.
    """
    if page.status != 200 or page.truncated:
        return []
    if page.hints.span:
        span = Span.read(page.hints.span)
    found = [f for f in _found(page, source, depth, span, going) if not is_trap(f.url)]
    if not back:
        return found
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
        listed = list(links_of_json(page, source, told, depth) if told and told.rules.items else _listed(page, source))
        yield from listed
        yield from _further(page, source, depth, span, listed) if listed else ()
    elif page.kind == "article":
        yield from _parts(page, source, depth)
        yield from _related(page, source, depth)


def _listed(page: Page, source: Source) -> Iterator[Found]:
    """The articles that a section page shows: in the declared places, or anywhere where those match nothing."""
    shown = anchors(page, source.discover.list_links) or anchors(page)
    articles = [a for a in shown if own(source, a.url) and classify(source, a.url) == "article"]
    for a in articles[:MAX_LINKS]:
        hints = Hints(via="section", title=a.title, anchor=a.text or None, referrer=page.url)
        yield Found(url=a.url, kind="article", hints=hints)


def _further(page: Page, source: Source, depth: int, span: Span | None, listed: list[Found]) -> Iterator[Found]:
    """The next page of a section: of the list that a script fetches, by the declared pager, or where the page itself
    says.

    A visit reads as many as are declared. A back-fill goes on from there, until a page shows nothing but articles
    from before its first day.
    """
    scripted = _scripted(page, source)
    beyond = depth + 1 >= (scripted[0] if scripted else source.discover.pager_limit)
    if beyond and (span is None or depth >= MAX_PAGES or is_before(source, span, listed)):
        return
    url = scripted[1] if scripted else _next(page, source, depth)
    if url and own(source, url):
        hints = Hints(via="section", section=page.hints.section or page.url, referrer=page.url)
        if beyond or page.hints.span:
            hints = replace(hints, span=str(span))
        yield Found(url=url, kind="section", hints=hints, depth=depth + 1, back=beyond)


def _scripted(page: Page, source: Source) -> tuple[int, str | None] | None:
    """How many pages are read of the list that `page` is part of or goes over into, and the next one's address.

    A declared pager goes before a list that begins on section pages. None: there is no such list.
    """
    if told := asked(source, page.url):
        return told.rules.limit, following(source, told)
    for rules in source.discover.lists if source.discover.pager is None else ():
        section = read_at(page, rules.section_at) if rules.section_at else None
        if section and SECTION.fullmatch(section):
            return rules.limit, address(source, rules, section)
    return None


def _next(page: Page, source: Source, depth: int) -> str | None:
    return next_page(page) if source.discover.pager is None else _numbered(page.url, source, depth)


def _numbered(url: str, source: Source, depth: int) -> str | None:
    """The page after `url`, which is the `depth`-th further one, among those that the pager gives the sections."""
    here = canonical(source, url).rstrip("/")
    for section in source.discover.sections:
        for n in dict.fromkeys((depth, *range(source.discover.pager_limit - 1))):
            if canonical(source, page_url(source, section, n)).rstrip("/") == here:
                return page_url(source, section, n + 1)
    return None


def pager_urls(source: Source, section: str) -> list[str]:
    """The further pages of `section` that a visit reads, the second first."""
    return [page_url(source, section, n) for n in range(1, source.discover.pager_limit)]


def page_url(source: Source, section: str, n: int) -> str:
    """The `n`-th further page of `section` by the declared pager; 0 is the section itself.

    `{section}` is the section's path without its last slash; where the template brings an extension of its own
    (`{section}/trang-{n}.htm`), without the extension too.
    """
    rules = source.discover
    if n == 0:
        return source.absolute(section)
    template = rules.pager or ""
    path = section.rstrip("/")
    stem, dot, extension = path.rpartition(".")
    if dot and "/" not in extension and not template.endswith("{section}"):
        path = stem
    return source.absolute(template.format(section=path, n=rules.pager_first + (n - 1) * rules.pager_step))


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
