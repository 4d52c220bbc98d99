"""Opening a page for looking at it in this process, unless it is one that only an attacker writes. Pure."""

from archive.facts import Page
from crawler.links import MAX_OPEN
from pipelines.decode import decode
from pipelines.view import View

MAX_BYTES = 5 * 1024 * 1024


def opened(page: Page) -> View | None:
    """`page` as a `View`, or None for what is no page: too large, too deep, without markup."""
    body = page.body
    if page.status != 200 or len(body) > MAX_BYTES or b"<" not in body:
        return None
    if body.count(b"<") - 2 * body.count(b"</") >= MAX_OPEN or b"<body" not in body.lower():
        return None
    return View(decode(page).data, page.url)


def own_addresses(view: View) -> list[str]:
    """What a page says its address is: its canonical link, then `og:url`."""
    link = view.tree.css_first("link[rel=canonical][href]")
    named = [link.attributes.get("href") or "" if link is not None else "", *view.meta.get("og:url", [])]
    return [url for name in named if name and (url := view.absolute(name))]
