"""Where the fields of articles stand on an unknown CMS: selectors learned from a few articles and verified on all.

What the head of a page says (JSON-LD, OpenGraph, description) tells which element shows the same; the element's name
in the template is proposed only when it finds the right thing on every article that was read. Pure.
"""

import re
from collections.abc import Callable, Collection, Sequence

import msgspec
from selectolax.lexbor import LexborNode

from config.declarations import Places
from config.sources import Source
from config.urls import classify
from crawler.prospect.container import container_of
from crawler.prospect.elements import Read, Shown, above, common, each, inside, shown
from pipelines.dates import read_date
from pipelines.fields import opens
from pipelines.normalise import plain
from pipelines.people import persons
from pipelines.view import text_of

_DATED = re.compile(r"\d{1,2}\s*[/.-]\s*\d{1,2}\s*[/.-]\s*(?:20|19)\d\d|tháng\s+\d|(?:20|19)\d\d-\d\d-\d\d", re.I)
_WHO = r"author|tac-?gia|byline|nguoi-?viet|but-?danh"
_TAG_LINK = re.compile(r"/(?:tags?|tu-khoa|chu-de|topic|keyword)[/-]|-tag\d+|[?&](?:q|tag|keyword)=", re.I)
_KEYWORDS = ("news_keywords", "keywords", "article:tag")


class Place(msgspec.Struct, frozen=True):
    """Where a field stands, and on how many of the articles that was seen to hold."""

    places: Places
    holds: int
    of: int


class Finder:
    """Finds the places of fields on `reads`; `source` tells articles from sections by their addresses."""

    def __init__(self, reads: Sequence[Read], source: Source) -> None:
        self.container, self.reads = container_of(reads)
        """The articles that have this container; all, where there is none."""
        self._source, self._all = source, len(reads)
        self._shown = [shown(read.view) for read in self.reads]
        frame = self.container
        self._frames = [read.view.tree.css_first(frame) if frame else None for read in self.reads]

    def find(self, fields: Collection[str]) -> dict[str, Place]:
        """The places of those of `fields` that can be told, each verified."""
        ways: dict[str, Callable[[], Place | None]] = {
            "container": lambda: self._place([self.container] if self.container else []),
            "title": self._title,
            "lead": self._lead,
            "published": self._published,
            "authors": self._authors,
            "section": self._section,
            "tags": self._tags,
            "captions": self._captions,
            "note": self._note,
        }
        made = {field: ways[field]() for field in ways if field in fields}
        return {field: place for field, place in made.items() if place}

    def _place(self, selectors: list[str], beside: Sequence[str] = ()) -> Place | None:
        """A place that begins with `selectors`; `beside` are the page's own statements that follow it."""
        if not selectors and not beside:
            return None
        if not selectors:
            return Place(tuple(beside), len(self.reads), self._all)
        found = sum(read.view.tree.css_first(selectors[0].partition("@")[0]) is not None for read in self.reads)
        return Place((*selectors, *beside), found, self._all)

    def _said(self, *told: str) -> list[str]:
        """Those of the places in the page's head that every article has."""
        return [place for place in told if all(_in_head(read, place) for read in self.reads)]

    def _title(self) -> Place | None:
        expected = [_headlines(read) for read in self.reads]

        def right(position: int, text: str) -> bool:
            return plain(text) in expected[position]

        nodes = [[s.node for s in page if right(n, s.text)] for n, page in enumerate(self._shown)]
        found = common(nodes, self._first_is(right), "title|headline|h1|tieu-?de")
        return self._place([found], self._said("meta:og:title")) if found and all(nodes) else None

    def _lead(self) -> Place | None:
        described = [[t for k in ("og:description", "description") for t in r.view.meta.get(k)] for r in self.reads]

        def right(position: int, text: str) -> bool:
            return len(text) <= 1_000 and any(_is_near(text, said) for said in described[position])

        nodes = [[s.node for s in page if right(n, s.text)] for n, page in enumerate(self._shown)]
        found = common(nodes, self._first_is(right, absent=True), "sapo|lead|desc|summary|chapeau|teaser|tom-?tat")
        return self._place([found]) if found and not self._is_plain_paragraph(found) else None

    def _is_plain_paragraph(self, selector: str) -> bool:
        """Whether a selector also finds the text's other paragraphs."""
        return any(len(found) > 2 for _, found in each(self.reads, selector))

    def _published(self) -> Place | None:
        said = self._said("ld:datePublished", "meta:article:published_time", "meta:pubdate", "meta:datePublished")
        minutes = [
            (r.record.published or "")[:16] if r.record.published_precision == "minute" else "" for r in self.reads
        ]

        def right(position: int, text: str) -> bool:
            if len(text) > 120 or not _DATED.search(text):
                return False
            told = read_date(text, self.reads[position].at)
            if told.value is None or told.precision not in ("minute", "day"):
                return False
            known = minutes[position] if said else ""
            return told.precision == "minute" and (not known or told.value[:16] == known)

        pages = [
            [s for s in page if right(n, s.text) and not inside(s.node, self._frames[n])]
            for n, page in enumerate(self._shown)
        ]
        nodes = [[s.node for s in page] for page in pages]
        found = common(nodes, self._first_is(right), "date|time|ngay|publish|meta") if all(nodes) else None
        if found and not said and self._all_same(found):
            found = None  # today's date, in the page's head
        if not found:
            return self._place([], said)
        told = self._place([found])
        return msgspec.structs.replace(told, places=(*said, found)) if told else None

    def _all_same(self, selector: str) -> bool:
        texts = {text_of(found[0]) for _, found in each(self.reads, selector) if found}
        return len(self.reads) > 1 and len(texts) == 1

    def _authors(self) -> Place | None:
        said = self._said("ld:author.name")
        expected = [set(map(str.casefold, read.record.authors)) if said else set[str]() for read in self.reads]

        def right(position: int, text: str) -> bool:
            named = {name.casefold() for name in persons(text)} if len(text) <= 120 else set()
            return bool(named) and (not expected[position] or named == expected[position])

        nodes = [
            [s.node for s in page if (expected[n] or re.search(_WHO, _named(s))) and right(n, s.text)]
            for n, page in enumerate(self._shown)
        ]
        nodes = [page if sum(map(len, nodes)) else [] for page in nodes]
        found = common(nodes, self._first_is(right, absent=True), _WHO)
        if found and not re.search(_WHO, found, re.I) and not any(expected):
            found = None
        return self._place([found] if found else [], said)

    def _section(self) -> Place | None:
        """Up to four links before or in the article that all lead to sections, and not on every page to the same."""
        said = self._said("ld:breadcrumb")

        def kind(read: Read, node: LexborNode) -> str:
            url = read.view.absolute(node.attributes.get("href") or "") or ""
            if _TAG_LINK.search(url):
                return "other"
            return "home" if url.rstrip("/") == self._source.base else classify(self._source, url)

        def holds(selector: str) -> bool:
            told = []
            for read, found in each(self.reads, selector):
                kinds = [kind(read, node) for node in found]
                if not 1 <= len(found) <= 4 or "section" not in kinds or not {"section", "home"}.issuperset(kinds):
                    return False
                told.append(tuple(text_of(node) for node in found))
            return len(set(told)) > 1 or len(self.reads) == 1

        links = [[a for a in r.view.tree.css("a[href]") if kind(r, a) == "section" and text_of(a)] for r in self.reads]
        found = _common_links(links, holds, "crumb|cate|section|chuyen-?muc|zone|cat")
        return self._place([found] if found else [], said)

    def _tags(self) -> Place | None:
        told = [
            {plain(t) for k in _KEYWORDS for text in r.view.meta.get(k) for t in re.split("[,;]", text)}
            for r in self.reads
        ]
        position = {id(read): n for n, read in enumerate(self.reads)}

        def is_tag(read: Read, node: LexborNode) -> bool:
            text = plain(text_of(node))
            url = read.view.absolute(node.attributes.get("href") or "") or ""
            if classify(self._source, url) == "section" and not _TAG_LINK.search(url):
                return False
            return bool(text) and (
                text in told[position[id(read)]] or bool(_TAG_LINK.search(node.attributes.get("href") or ""))
            )

        def holds(selector: str) -> bool:
            return all(all(is_tag(read, node) for node in found) for read, found in each(self.reads, selector))

        links = [[a for a in read.view.tree.css("a[href]") if is_tag(read, a)] for read in self.reads]
        found = _common_links(links, holds, "tag|keyword|tu-?khoa|topic") if any(links) else None
        return self._place([found]) if found else None

    def _captions(self) -> Place | None:
        """Elements named for captions that stand beside a picture in the text."""
        nodes = [
            [s.node for s in page if len(s.text) <= 400 and inside(s.node, self._frames[n]) and self._is_caption(n, s)]
            for n, page in enumerate(self._shown)
        ]

        def holds(selector: str) -> bool:
            every = [node for _, found in each(self.reads, selector) for node in found]
            return all(len(text_of(node)) <= 400 and node.css_first("img") is None for node in every)

        found = common(nodes, holds, "cap|desc|chu-?thich|note")
        named = found and re.search(r"cap|desc|chu-?thich", found, re.I) and "figcaption" not in found
        return self._place([found]) if found and named else None

    def _is_caption(self, position: int, s: Shown) -> bool:
        """Whether a text stands beside a picture, and not in the card of another article."""
        if s.node.css_first("img") is not None or s.node.tag == "a":
            return False
        near = [a for a in above(s.node, 4) if len(text_of(a)) <= 600 and a.css_first("img") is not None]
        hrefs = (a.attributes.get("href") or "" for box in near[:1] for a in box.css("a[href]"))
        urls = (self.reads[position].view.absolute(href) for href in hrefs)
        return bool(near) and not any(url and classify(self._source, url) == "article" for url in urls)

    def _note(self) -> Place | None:
        """Boxes inside the text that are named notes and whose text cleaning keeps."""

        def is_note(position: int, s: Shown) -> bool:
            kept = plain(self.reads[position].record.text)
            return bool(re.search(r"\b(?:notebox|note-?box|box-?note|box-?info|hop-?tin)\b", _named(s), re.I)) and (
                len(s.text) >= 40 and plain(text_of(s.node.css_first("p") or s.node)) in kept
            )

        nodes = [
            [s.node for s in page if inside(s.node, self._frames[n]) and is_note(n, s)]
            for n, page in enumerate(self._shown)
        ]
        found = common(nodes, lambda selector: True, "note|info") if any(nodes) else None
        return self._place([found]) if found else None

    def _first_is(self, right: Callable[[int, str], bool], *, absent: bool = False) -> Callable[[str], bool]:
        """Whether a selector's first element is the right one on every page; `absent`: or the page has none."""

        def holds(selector: str) -> bool:
            found = [nodes for _, nodes in each(self.reads, selector)]
            return all(
                (absent and not nodes) or (nodes and right(n, text_of(nodes[0]))) for n, nodes in enumerate(found)
            )

        return holds


def _in_head(read: Read, place: str) -> bool:
    kind, _, what = place.partition(":")
    return bool(read.view.meta.get(what.lower()) if kind == "meta" else read.view.ld.texts(what))


def _headlines(read: Read) -> set[str]:
    """What the head calls the article, for comparing."""
    view = read.view
    told = [*view.meta.get("og:title"), *view.ld.texts("headline"), read.record.title or ""]
    cut = [re.split(r"\s+[|–-]\s+", text)[0] for text in told]
    return {plain(text) for text in (*told, *cut) if text}


def _is_near(text: str, described: str) -> bool:
    """Whether an element's text is the page's description, which may be cut short or lack the paper's prefix."""
    one, other = plain(text), plain(described)
    return len(other) >= 40 and (one == other or opens(described, text) or (len(one) >= 40 and one.endswith(other)))


def _named(s: Shown) -> str:
    return f"{s.node.attributes.get('class') or ''} {s.node.attributes.get('id') or ''}"


def _common_links(links: Sequence[Sequence[LexborNode]], holds: Callable[[str], bool], telling: str) -> str | None:
    """The selector of a list of links: by the links' own name, or by what holds them."""
    found = common(links, holds, telling)
    if found and (re.search(telling, found, re.I) or len(links) > 1):
        return found
    holders = [[a for node in page for a in above(node, 4)] for page in links]
    held = common(holders, lambda name: " " not in name and holds(f"{name} a"), telling)
    return f"{held} a" if held and re.search(telling, held, re.I) else None
