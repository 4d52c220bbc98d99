"""Opening a page for looking at it in this process, unless it is one that only an attacker writes. Pure."""

from archive.facts import Page
from crawler.links import MAX_OPEN
from pipelines.decode import decode
from pipelines.view import View

MAX_BYTES = 5 * 1024 * 1024
MAX_ELEMENTS = 60_000
DEEPEST = 250
"""Elements within elements; the real pages at hand have up to 20, and up to 1,500 elements. What looks at every
element's text takes time that grows with both."""


def opened(page: Page) -> View | None:
    """`page` as a `View`, or None for what is no page: too large, too deep, without markup."""
    body = page.body
    if page.status != 200 or len(body) > MAX_BYTES or b"<" not in body:
        return None
    ends = body.count(b"</")
    if body.count(b"<") - 2 * ends >= MAX_OPEN or ends >= MAX_ELEMENTS or b"<body" not in body.lower():
        return None
    view = View(decode(page).data, page.url)
    return view if _is_flat(view) else None


def _is_flat(view: View) -> bool:
    node, depth, seen = view.tree.body, 0, 0
    while node is not None and seen < 4 * MAX_ELEMENTS:
        seen += 1
        if (child := node.first_child) is not None:
            node, depth = child, depth + 1
            if depth > DEEPEST:
                return False
            continue
        while node is not None and node.next is None:
            node, depth = node.parent, depth - 1
            if depth <= 0:
                return True
        node = node.next if node is not None else None
    return seen < 4 * MAX_ELEMENTS


def own_addresses(view: View) -> list[str]:
    """What a page says its address is: its canonical link, then `og:url`."""
    link = view.tree.css_first("link[rel=canonical][href]")
    named = [link.attributes.get("href") or "" if link is not None else "", *view.meta.get("og:url")]
    return [url for name in named if name and (url := view.absolute(name))]
