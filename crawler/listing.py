"""What a list leads to, whatever it is: a section, a tag's or a topic's page, a search, a feed, a sitemap. Pure.

A visit reads of a paper's lists what `discover` says. A crawl for a topic weighs what it reads next, so it is given
all: `leads_of` knows no limits of pages and no back-fills.
"""

from collections.abc import Iterator
from datetime import date

from msgspec.structs import replace

from archive.facts import Found, Hints, Page
from config.lists import asked
from config.searching import search_url, searched
from config.sources import Source
from config.urls import canonical, classify, is_trap, subject_of
from crawler.backfill import Days, Span, days_of_article
from crawler.feeds import links_of_feed
from crawler.links import Anchor, anchors, next_page, own
from crawler.pagers import next_shown, paged, says_next, scripted_list, turn
from crawler.scripted import links_of_json
from crawler.sitemaps import EARLIEST, all_of_sitemap

FULL, FULL_SEARCH = 20, 10
"""Articles on a page of a list, and of a search, that may go on although the page shows no pager: scripts fetch the
rest on some papers. With fewer it is rather the whole list."""


def leads_of(page: Page, source: Source, depth: int = 0) -> list[Found]:
    """The articles and further lists that the list `page` leads to, in its order, on the paper's own hosts and no
    traps: of an index of sitemaps all of these, of other lists the next page and the pages of tags and topics in sight.

    Nothing for what is no list, and for a page that is no whole success. `depth` counts the pages that led here. The
    hints say what the list shows of an article, and of a list where it tells: its days (`days_of_list`).
    """
    if page.status != 200 or page.truncated:
        return []
    found = {f.url: f for f in _leads(page, source, depth) if own(source, f.url) and not is_trap(f.url)}
    return list(found.values())


def next_of(page: Page, source: Source, depth: int = 0) -> Found | None:
    """The next page of the list `page`, or None where nothing tells of one.

    Of lists that scripts fetch and of declared sections the declaration says it. Else the page does: `rel=next`, a link
    to the same list with the next number. Last, of a page that is full and shows no pager, the declared one: the
    search's, or that of the sections, which is tried on lists of which nobody declared it.
    """
    if page.kind != "section" or page.status != 200 or page.truncated:
        return None
    return _next(page, source, depth, list(_articles(page, source)), anchors(page))


def days_of_list(found: Found) -> Days | None:
    """From the first to the last of the days of which the list `found` can show articles; None: nothing tells."""
    if found.hints.days is None:
        return None
    span = Span.read(found.hints.days)
    return Days(span.since, span.until or date.max)


def articles_of(page: Page, source: Source) -> Iterator[Found]:
    """The articles that a section page shows: in the declared places, or anywhere where those match nothing."""
    for a in anchors(page, source.discover.list_links) or anchors(page):
        if own(source, a.url) and classify(source, a.url) == "article":
            hints = Hints(via="section", title=a.title, anchor=a.text or None, referrer=page.url)
            yield Found(url=a.url, kind="article", hints=hints)


def _leads(page: Page, source: Source, depth: int) -> Iterator[Found]:
    if page.kind == "feed":
        yield from links_of_feed(page, source)
    elif page.kind == "sitemap":
        yield from all_of_sitemap(page, source, depth)
    elif page.kind == "section":
        listed, shown = list(_articles(page, source)), anchors(page)
        yield from listed
        if found := _next(page, source, depth, listed, shown):
            yield found
        yield from _subjects(page, source, shown)


def _articles(page: Page, source: Source) -> Iterator[Found]:
    """The articles of a section; of a menu that scripts fetch, the lists that it names."""
    told = asked(source, page.url)
    yield from links_of_json(page, source, told, 0) if told and told.rules.items else articles_of(page, source)


def _subjects(page: Page, source: Source, shown: list[Anchor]) -> Iterator[Found]:
    """The pages of tags and topics that a list shows, but for its own."""
    own_pages = turn(page.url).shared
    for a in shown:
        if own(source, a.url) and turn(a.url).shared != own_pages and subject_of(source, a.url) in ("tag", "topic"):
            hints = Hints(via="section", title=a.title, anchor=a.text or None, referrer=page.url)
            yield Found(url=a.url, kind="section", hints=hints)


def _next(page: Page, source: Source, depth: int, listed: list[Found], shown: list[Anchor]) -> Found | None:
    told = asked(source, page.url)
    if not listed or (told and told.rules.menu):
        return None
    url, words = _following(page, source, len(listed), shown)
    if url is None or not own(source, url) or is_trap(url) or canonical(source, url) == canonical(source, page.url):
        return None
    said = page.hints
    hints = Hints(via="section", section=said.section or page.url, title=said.title or said.anchor, anchor=words)
    hints = replace(hints, referrer=page.url, days=None if searched(source, page.url) else _earlier(source, listed))
    return Found(url=url, kind="section", hints=hints, depth=depth + 1)


def _following(page: Page, source: Source, listed: int, shown: list[Anchor]) -> tuple[str | None, str | None]:
    """The address of the next page, and the words that lead to it where the page has some. `listed` counts articles."""
    if scripted := scripted_list(page, source):
        return scripted[1], None
    turned = paged(page.url, source)
    if turned and canonical(source, turned[0]) in {canonical(source, section) for section in source.sections}:
        return turned[1], None
    if url := next_page(page):
        return url, next((a.text or None for a in shown if a.url == url), None)
    if anchor := next_shown(page.url, shown):
        return anchor.url, anchor.text or None
    if _shows_pagers(page, shown):
        return None, None  # this is the last page
    if search := searched(source, page.url):
        return search_url(source, search.words, search.n + 1) if listed >= FULL_SEARCH else None, None
    return turned[1] if turned and listed >= FULL else None, None


def _shows_pagers(page: Page, shown: list[Anchor]) -> bool:
    """Whether the list shows links to its other pages, or was reached by such a link."""
    here, led = turn(page.url), page.hints.anchor or ""
    if here.n is not None and (led.isdecimal() or says_next(led)):
        return True
    return any(turn(a.url).shared == here.shared and turn(a.url).n is not None for a in shown)


def _earlier(source: Source, listed: list[Found]) -> str | None:
    """The days that the page after one which shows `listed` can hold, where half of these tell their own:
    sections, tags and topics show the newest first, but for what editors pin."""
    told = [days for found in listed if (days := days_of_article(source, found))]
    if 2 * len(told) < len(listed):
        return None
    return str(Span(EARLIEST, max(days.last for days in told)))
