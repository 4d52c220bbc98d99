"""All links of an article in one list: each as what it is and where it stands, those to the article itself left out."""

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from itertools import accumulate, islice

import msgspec

from archive.facts import Link, Page, Record
from config.sources import Source
from config.urls import article_key, classify
from pipelines.body import Body
from pipelines.head import Head
from pipelines.links import MOST, WORDS, address
from pipelines.normalise import clean
from pipelines.story import Story
from pipelines.view import View
from pipelines.walk import Line


def linked(page: Page, source: Source, view: View, head: Head, found: Body, told: Story, made: Record) -> list[Link]:
    """The links of the page: boxes, see-also lines, text, tags, topics; last the one by which it names itself another
    article. Each URL once a kind, where it stands first."""
    apart = [*head.tagged, *_kept(head.keywords_linked, made.tags), *head.topics]
    aside = _under(found, told.lines)
    known = {link.url for link in apart} | {link.url for link in aside}
    once: dict[tuple[str, str], Link] = {}
    for link in [*head.boxes, *aside, *_inline(view, head.inline, told, known), *apart]:
        once.setdefault((link.kind, link.url), link)
    return [*elsewhere(source, page.url, once.values()), *canonical_link(source, page, view)]


def elsewhere(source: Source, url: str, links: Iterable[Link]) -> list[Link]:
    """`links` without those to the same article as `url`: to the page itself, to another page of it."""
    here = article_key(source, url)
    name = here.rpartition(":")[2]
    sought = name if name.isalnum() else ""  # an id stands in the URL as it is, which is cheaper to ask
    return [link for link in links if sought not in link.url or article_key(source, link.url) != here]


def canonical_link(source: Source, page: Page, view: View) -> list[Link]:
    """The link by which a page names itself another article of its paper; none where it says several things."""
    hrefs = {node.attributes.get("href") or "" for node in view.tree.css("link[rel~=canonical i][href]")}
    urls = {url for href in hrefs if href and (url := view.absolute(href))}
    url = urls.pop() if len(urls) == 1 else ""
    other = source.owns(url) and classify(source, url) == "article" and article_key(source, url)
    return [Link(url, kind="canonical")] if other and other != article_key(source, page.url) else []


def _kept(links: list[Link], tags: list[str]) -> list[Link]:
    """Those of what may be links to tags that are the article's tags."""
    wanted = {tag.casefold() for tag in tags}
    return [link for link in links if link.title.casefold() in wanted]


def _under(found: Body, lines: list[Line]) -> list[Link]:
    """The see-also links, each with the paragraph that stands above it, the first where none does."""
    # Lines that were put together elsewhere have no number: they count with the one before them.
    numbers = list(accumulate((line.at for line in lines), max))
    above = ((link, found.stood.get(link.url, 0)) for link in found.links[:MOST])
    return [
        msgspec.structs.replace(link, place=f"paragraph {max(1, bisect_left(numbers, at))}") if at and lines else link
        for link, at in above
    ]


def _inline(view: View, scanned: dict[str, Link], told: Story, known: set[str]) -> Iterator[Link]:
    """The links of the text, with the numbers of their paragraphs; then what else stands in the text's container,
    unless it is a link of another kind."""
    standing: dict[str, tuple[str, str]] = {}
    for place, line in _places(told):
        for href, text in [*line.links, *line.glued]:
            standing.setdefault(href, (place, text))
    for href, link in scanned.items():
        place, _ = standing.get(href, ("", ""))
        if place or link.url not in known:
            yield msgspec.structs.replace(link, place=place or link.place)
    if not scanned:
        for href, (place, text) in islice(standing.items(), MOST):
            if (url := address(view, href)) and (title := clean(text)):
                yield Link(url, title[:WORDS], "inline", place)


def _places(told: Story) -> Iterator[tuple[str, Line]]:
    """Every line of the text with its place."""
    if told.opening is not None:
        yield "lead", told.opening
    yield from ((f"paragraph {n}", line) for n, line in enumerate(told.lines, 1))
