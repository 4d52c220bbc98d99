"""The element that holds an article's text, common to the articles of one layout. Pure."""

from collections.abc import Sequence

from selectolax.lexbor import LexborNode

from crawler.prospect.elements import Read, above, common, each, lines_of, names, share_in
from pipelines.normalise import plain
from pipelines.view import text_of

_OPENING = 600
"""Characters at the beginning of a container in which a headline would stand."""
MOST_TEXT = 0.9
"""Share of an article's letters that its container holds."""


def container_of(reads: Sequence[Read]) -> tuple[str | None, Sequence[Read]]:
    """The smallest element that holds nearly all of the text, on all articles or else on most, and those articles.

    One without the headline goes before one that holds it, even on more articles: that is the page's frame.
    """
    around = [_around(read) for read in reads]
    telling = "content|body|detail|article|noi-?dung"
    tried = dict.fromkeys(name for page in around for node in page for name in names(node))
    fits = {name: [n for n, (r, found) in enumerate(each(reads, name)) if _holds_text(r, found)] for name in tried}
    bare = {name: sum(not _has_headline(reads[n], name) for n in pages) for name, pages in fits.items()}
    those = max(fits.items(), key=lambda fit: (bare[fit[0]], len(fit[1])), default=("", []))[1]
    most = max(bare.values(), default=0)
    if not those:
        return None, reads
    found = common([around[n] for n in those], lambda name: fits.get(name) == those and bare[name] == most, telling)
    return (found, [reads[n] for n in those]) if found else (None, reads)


def _has_headline(read: Read, name: str) -> bool:
    found = read.view.tree.css_first(name)
    opening = plain(text_of(found))[:_OPENING] if found is not None else ""
    return bool(read.record.title) and plain(read.record.title or "") in opening


def _share(read: Read, node: LexborNode) -> float:
    """The share of the article's letters that stand in `node`."""
    return share_in(read.record, plain(text_of(node)))


def _around(read: Read) -> list[LexborNode]:
    """The elements that hold the article's text, from the smallest out."""
    node = read.view.tree.body
    if node is None or not lines_of(read.record):
        return []
    while True:
        inner = [c for c in node.iter() if c.is_element_node and c.tag != "p" and _share(read, c) >= MOST_TEXT]
        if not inner:
            break
        node = inner[0]
    return [node, *above(node, 2)] if node.tag != "body" else []


def _holds_text(read: Read, found: list[LexborNode]) -> bool:
    """Whether the first element holds the text and little more: no headline, no frame of the page."""
    if not found or _share(read, found[0]) < MOST_TEXT:
        return False
    return len(text_of(found[0])) <= 2 * max(1, len(read.record.text)) + 500
