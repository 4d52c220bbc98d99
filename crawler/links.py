"""Links of HTML pages, and what all ways of discovery share. Pure."""

import html
import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple
from urllib.parse import urljoin

from selectolax.lexbor import LexborHTMLParser, LexborNode
from w3lib.url import safe_url_string

from archive.facts import Page
from config.lists import asked
from config.searching import searched
from config.sources import Source
from pipelines.decode import decode

_SAFE = re.compile(r"https?://[a-z0-9.-]+(?::(?:[1-9]\d{0,3}|[1-5]\d{4}))?(?:/[\w.~/-]*(?:\?[\w.~=&-]+)?)?", re.A)
"""How most links are written: nothing in them is to be quoted, and looking for it takes 10 µs."""
MAX_OPEN = 10_000
"""Elements without an end tag; the real pages at hand have up to 500."""


class Anchor(NamedTuple):
    """A link on a page: absolute URL, its words, and its `title` attribute."""

    url: str
    text: str
    title: str | None


def anchors(page: Page, places: Iterable[str] = ()) -> list[Anchor]:
    """The links of `page` in their order, one a URL, with the longest words that it stands under.

    `places` are CSS selectors of links or of what holds them; none: the whole page.
    """
    if not _is_readable(page.body):
        return []
    tree = LexborHTMLParser(decode(page).data)
    base = _base(page.url, tree)
    found: dict[str, Anchor] = {}
    for node in _nodes(tree, [place.partition("@")[0] for place in places]):
        url = _absolute(base, node)
        if url and (url not in found or len(_words(node)) > len(found[url].text)):
            found[url] = Anchor(url, _words(node), plain(node.attributes.get("title")))
    return list(found.values())


def next_page(page: Page) -> str | None:
    """The URL that `page` itself calls its next one (`rel=next`), or None."""
    if not _is_readable(page.body):
        return None
    tree = LexborHTMLParser(decode(page).data)
    found = tree.css_first("link[rel=next][href], a[rel=next][href]")
    return _absolute(page.url, found) if found else None


def read_at(page: Page, place: str) -> str | None:
    """What stands at the first element of `page` that the selector `place` finds: an attribute (`#zone@value`) or its
    words."""
    if not is_shallow(page.body):
        return None
    selector, _, attribute = place.partition("@")
    node = LexborHTMLParser(decode(page).data).css_first(selector)
    if node is None:
        return None
    return plain(node.attributes.get(attribute) if attribute else _words(node))


def own(source: Source, url: str) -> bool:
    """Whether `url` is an HTTP address of the paper: one of its hosts, at its port; or a declared list or search."""
    return source.owns(url) or asked(source, url) is not None or searched(source, url) is not None


def safe(url: str) -> str:
    """`url` with what must be quoted quoted, as it will be sent; "" for none."""
    if _SAFE.fullmatch(url):
        return url
    try:
        return str(safe_url_string(url))
    except ValueError:
        return ""


def matches(patterns: Iterable[str], url: str) -> bool:
    """Whether any of `patterns` is found in `url`."""
    return any(re.search(p, url) for p in patterns)


def plain(text: str | None) -> str | None:
    """`text` without entities, CDATA marks, tags and surplus blanks; None for nothing.

    Feeds and sitemaps of the VCCorp papers print `&lt;![CDATA[…]]&gt;`.
    """
    text = html.unescape(text or "")
    if "<" in text or ">" in text:
        text = re.sub(r"<[^<>]+>", " ", text.replace("<![CDATA[", "").replace("]]>", ""))
    return " ".join(text.split()) or None


def is_safe_xml(body: bytes) -> bool:
    """Whether a feed declares no entities of its own: none needs them, and bombs and file readers do."""
    return b"<!ENTITY" not in body.replace(b"\0", b"").upper()


def _is_readable(body: bytes) -> bool:
    """Whether there are links, and no nesting that only an attacker writes: the parser's time grows with its square."""
    return b"<a" in body.lower() and is_shallow(body)


def is_shallow(body: bytes) -> bool:
    """Whether a page has no nesting that only an attacker writes."""
    return body.count(b"<") - 2 * body.count(b"</") < MAX_OPEN


def _nodes(tree: LexborHTMLParser, places: list[str]) -> Iterator[LexborNode]:
    if not places:
        yield from tree.css("a[href]")
    for place in places:
        for node in tree.css(place):
            yield from [node] if node.tag == "a" else node.css("a[href]")


def _base(url: str, tree: LexborHTMLParser) -> str:
    """What the links of the page at `url` are relative to; a `base` that is no URL counts for nothing."""
    said = next((n.attributes.get("href") or "" for n in tree.css("base[href]")), "")
    try:
        return urljoin(url, said)
    except ValueError:
        return url


def _absolute(base: str, node: LexborNode) -> str | None:
    href = (node.attributes.get("href") or "").strip()
    try:
        url = safe(urljoin(base, href).partition("#")[0])
    except ValueError:
        return None
    return url if href and url.startswith(("http://", "https://")) else None


def _words(node: LexborNode) -> str:
    return " ".join(node.text(deep=True, separator=" ").split())
