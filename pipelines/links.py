"""Reading the links of an article's page: boxes of related articles, tags, pages on its subject, links in the text.

Of each kind at most `MOST` are read, so that a page made of links costs no more than one made of text.
"""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import islice

from selectolax.lexbor import LexborNode

from archive.facts import Link, LinkKind
from config.declarations import Places, Rules
from config.sources import Source
from pipelines import places
from pipelines.normalise import clean
from pipelines.view import View, ancestors, text_of

MOST = 300
"""Links of one kind. The longest real pages (a live blog's, a roundup's) have fewer than half of it."""
LONGEST = 2_000
"""Characters of the longest URL that is kept: browsers and servers agree on no longer one."""
WORDS = 300
"""Characters kept of a link's words: a link around a whole article says no more with more of them."""
_PLACE = 60
"""Characters of a place that are told."""
_AROUND, _ABOVE = 3, 20
"""Elements between a tag and the link around it at most, and those above a link among which a name is looked for."""
_LINK = re.compile(r"\s+a(?:[.\[:][^\s>+~]*)?$")
"""The end of a selector that only says that it is a link."""
_EXCEPT = re.compile(r":(?:not|has|is|where)\([^()]*\)")
TAGS = "[class*=tag i] a, [id*=tag i] a, [class*=keyword i] a, [class*=tukhoa i] a, [class*=tu-khoa i] a"
"""Where links to tags stand on pages of which nothing is declared."""


def related(view: View, rules: Rules) -> list[Link]:
    """The links of the declared boxes, each page once, with its longest title."""
    found: dict[str, Link] = {}
    for node, place in _shown(view, rules.related):
        for link in _anchors(node):
            url = address(view, link.attributes.get("href"))
            title = _title(link) or clean(link.attributes.get("title") or "")
            if url and (title or url in found):
                known = found.get(url)
                title = max(known.title if known else "", title, key=len)
                found[url] = Link(url, title, place=known.place if known else place)
        if len(found) >= MOST:
            break
    return [link for link in found.values() if link.title][:MOST]


def topics(view: View, rules: Rules) -> list[Link]:
    """The declared links to the paper's pages on the article's subject or event."""
    return _lists(view, _shown(view, rules.topics), "topic")


def tags(view: View, rules: Rules, source: Source) -> list[Link]:
    """The links of the declared tags that lead to pages of the paper."""
    return [link for link in _lists(view, _shown(view, rules.tags), "tag") if source.owns(link.url)]


def keywords(view: View, source: Source) -> list[Link]:
    """What may be links to tags where nothing is declared; `linking` keeps those of the article's tags."""
    shown = ((node, _named(node)) for node in islice(view.select(TAGS), MOST))
    return [link for link in _lists(view, shown, "tag") if source.owns(link.url)]


def inline(view: View, rules: Rules) -> dict[str, Link]:
    """The links inside lead and container by what their `href` says, in the order of the page."""
    found: dict[str, Link] = {}
    lead = ((node, "lead") for node in places.nodes(view, rules.lead)[:1])
    for around, place in [*lead, *_shown(view, rules.container)]:
        for node in around.css("a[href]"):
            href = node.attributes.get("href") or ""
            if href not in found and (url := address(view, href)) and (title := text_of(node)):
                found[href] = Link(url, title[:WORDS], "inline", place)
                if len(found) >= MOST:
                    return found
    return found


def address(view: View, href: str | None) -> str | None:
    """The http(s) URL that an `href` leads to; None for any other, and for one that is too long."""
    url = view.absolute(href) if href and len(href) <= LONGEST else None
    return url if url and len(url) <= LONGEST else None


@lru_cache(maxsize=4096)
def short(selector: str) -> str:
    """A selector as a place is told: without the `a` at its end and what it excepts, cut where it is long."""
    told = " ".join(_EXCEPT.sub("", _LINK.sub("", selector.strip())).split())
    return told if len(told) <= _PLACE else told[: _PLACE - 1] + "…"


def _shown(view: View, listed: Places | None) -> Iterator[tuple[LexborNode, str]]:
    """The elements at the first of the places that has any, each with the selector that shows it."""
    place, found = places.first(view, listed)
    if place is not None and found:
        selectors = view.told_apart(place.what)
        yield from ((node, short(selectors.get(node.mem_id, place.what))) for node in found)


def _lists(view: View, shown: Iterable[tuple[LexborNode, str]], kind: LinkKind) -> list[Link]:
    found: dict[str, Link] = {}
    for node, place in islice(shown, MOST):
        for link in islice(_anchors(node) or _around(node), MOST):
            url = address(view, link.attributes.get("href"))
            title = text_of(link).strip("#,; ") or clean(link.attributes.get("title") or "")
            if url and title:
                found.setdefault(url, Link(url, title[:WORDS], kind, place))
    return list(found.values())[:MOST]


def _anchors(node: LexborNode) -> list[LexborNode]:
    return [node] if node.tag == "a" else node.css("a[href]")


def _around(node: LexborNode) -> list[LexborNode]:
    return [above for above in islice(ancestors(node), _AROUND) if above.tag == "a"]


def _named(node: LexborNode) -> str:
    """The nearest element around a link that has a name, as a selector would say it."""
    for above in islice(ancestors(node), _ABOVE):
        said = above.attributes
        if name := (said.get("class") or "").split():
            return short(f".{name[0]}")
        if said.get("id"):
            return short(f"#{said['id']}")
    return ""


def _title(link: LexborNode) -> str:
    """A link's text without what the icon beside it is called (PLO: `<i class="ic-type-infographic">Infographic`)."""
    text = text_of(link)
    for icon in link.css("i[class]"):
        named = text_of(icon)
        text = text.removesuffix(named).rstrip() if named else text
    return text
