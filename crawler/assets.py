"""What a kept page shows beside its text: the style sheets and images of an article's page, the images and fonts of a
style sheet. Pure: (Page, Source) in, URLs out, as a browser would ask for them.

Only what is the article's own counts: images in its declared container without what the declaration drops there, and
the one that the page names as its picture. Menus, boxes, ads, trackers, scripts and films are left.
"""

import re
from collections.abc import Iterable, Iterator
from itertools import islice
from urllib.parse import urljoin, urlsplit

from selectolax.lexbor import LexborNode

from archive.facts import Found, Hints, Page
from config.declarations import Rules
from config.sources import Source
from crawler.links import is_shallow, safe
from pipelines import recognise
from pipelines.decode import decode
from pipelines.view import View

MOST = 80
"""Assets of one page; a photo essay of the real pages at hand has 30 images."""
STYLES = 20
"""Of these, style sheets; the real pages at hand have up to 6."""
LARGEST = 10 * 1024 * 1024
"""Bytes of one asset, decoded; `DOWNLOAD_MAXSIZE` bounds what comes over the wire by the same."""
LONGEST = 2000
"""Characters of an address; signed ones of papers' image hosts have up to 300."""
SHEET = 2 * 1024 * 1024
"""Bytes of a style sheet that are read for what it shows; the largest of papers at hand have 0.5 MB."""
WIDTH = 800
"""Pixels for which one of several sizes is chosen: the columns of papers' articles have 600 to 800."""
CONTAINERS = "article, [itemprop=articleBody], main"
"""Where an article's images stand whose container is not declared, or not on the page: HTML's own elements for it."""

CLIMB = 3
"""Elements around a caption, one in the other, in which its picture is looked for."""
_NOT_CSS = ("meta:", "ld:", "url:")

_LAZY = ("data-src", "data-original", "data-lazy-src", "data-lazy")
_LAZY_SETS = ("data-srcset", "data-lazy-srcset")
_URL = r"""url\(\s*(?:"([^"\n]{1,2000})"|'([^'\n]{1,2000})'|([^()\s"']{1,2000}))\s*\)"""
_CSS_URL = re.compile(_URL, re.I)
_IMPORT = re.compile(r"""@import\s+(?:"([^"\n]{1,2000})"|'([^'\n]{1,2000})')""", re.I)
_FACE = re.compile(r"@font-face\s*\{([^{}]*)\}", re.I)
_FONTS = ("woff2", "woff")
"""Of a font's files the first that browsers of today take; the others are for older ones."""

_KINDS = ("image/", "text/css", "font/", "application/font", "application/x-font", "application/vnd.ms-fontobject")
_UNSAID = ("", "application/octet-stream", "binary/octet-stream")
"""Types by which a server says that it does not know; the bytes are asked then."""
_IMAGES = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF87a", b"GIF89a", b"BM", b"\0\0\1\0", b"RIFF")
_FONT_FILES = (b"wOF2", b"wOFF", b"OTTO", b"\0\1\0\0")


def assets_of(page: Page, source: Source, depth: int = 0) -> list[Found]:
    """What `page` shows, for the frontier: of an article's page, and of a style sheet that such a page names.

    `depth` is the steps from an article's page; a sheet that another one imports leads no further. A page that is no
    whole success shows nothing.
    """
    if page.status != 200 or page.truncated or depth > 1:
        return []
    if page.kind == "article":
        found = _of_article(page, source)
    elif page.kind == "asset" and depth == 0 and _type(page) == "text/css":
        found = _of_sheet(page.body[:SHEET].decode("utf-8", "replace"))
    else:
        return []
    said_once = islice(dict.fromkeys(found), 10 * MOST)
    urls = dict.fromkeys(url for said in said_once if (url := _absolute(page.url, said)) and url != page.url)
    hints = Hints(via="page", referrer=page.hints.referrer if page.kind == "asset" else page.url)
    return [
        Found(url=url, kind="asset", hints=hints, depth=depth + (page.kind == "asset")) for url in islice(urls, MOST)
    ]


def unfit(page: Page, depth: int) -> str | None:
    """Why the answer `page` is not kept as an asset; None: it is one, or leads to one.

    Fonts count only where a style sheet asked for them (`depth` 1), images and sheets everywhere. A page that says that
    there is nothing, or asks to log in, helps nobody who looks at the article.
    """
    if 300 <= page.status < 400 and page.status != 304:
        return None
    if page.status != 200:
        return f"HTTP {page.status}"
    if page.truncated:
        return f"incomplete: {page.truncated}"
    said = _type(page)
    if not page.body:
        return "it is empty"
    if said in _UNSAID and not _looks_right(page.body, depth):
        return "of no stated type"
    font = "font" in said
    if said not in _UNSAID and (not is_type(said) or (font and not depth)):
        return f"{said[:60]}, no image or style sheet"
    return None


def is_type(said: str) -> bool:
    """Whether a Content-Type, in lower case, is that of an image, a style sheet or a font."""
    return said.startswith(_KINDS)


def _type(page: Page) -> str:
    return page.headers.get("content-type", "").partition(";")[0].strip().lower()


def _looks_right(body: bytes, depth: int) -> bool:
    fonts = depth > 0 and body.startswith(_FONT_FILES)
    return fonts or body.startswith(_IMAGES) or body[4:8] == b"ftyp" or b"<svg" in body[:500].lower()


def _of_article(page: Page, source: Source) -> Iterator[str]:
    """What the page names, in the order in which it must not be missed: sheets, the article's images, its picture."""
    if not is_shallow(page.body):
        return
    view = View(decode(page).data, page.url)
    _, rules = recognise.layout(view, recognise.adopted(view, source))
    base = view.base
    yield from (_joined(base, sheet) for sheet in islice(_sheets(view), STYLES))
    view.prune(rules.drop)
    for node in (*_captioned(view, rules), *_containers(view, rules)):
        yield from (_joined(base, said) for said in _images(node))
    yield from (_joined(base, said) for said in view.meta.get("og:image")[:1])


def _sheets(view: View) -> Iterator[str]:
    """The style sheets for a screen, also those that a script will make one of (`rel=preload as=style`)."""
    for node in view.tree.css("link[href]"):
        said = {name: (node.attributes.get(name) or "").lower() for name in ("rel", "as", "media")}
        rel = said["rel"].split()
        named = "stylesheet" in rel and "alternate" not in rel
        if (named or ("preload" in rel and said["as"] == "style")) and said["media"].strip() != "print":
            yield node.attributes.get("href") or ""


def _containers(view: View, rules: Rules) -> list[LexborNode]:
    """Where the article's images stand; of containers in each other the outermost is enough."""
    declared = view.select(", ".join(rules.container)) if rules.container else []
    found = declared or view.select(CONTAINERS)
    return found[:1] if not declared else found


def _captioned(view: View, rules: Rules) -> Iterator[LexborNode]:
    """What holds a declared caption and the picture over it: that of the lead often stands before the container."""
    places = [place.partition("@")[0] for place in rules.captions or () if not place.startswith(_NOT_CSS)]
    for node in view.select(", ".join(places)) if places else ():
        above = node.parent
        for _ in range(CLIMB):
            if above is None or above.tag in ("body", "html"):
                break
            if pictures := above.css("img, amp-img"):
                if len(pictures) == 1:
                    yield above
                break
            above = above.parent


def _images(container: LexborNode) -> Iterator[str]:
    for node in container.css("img, picture, amp-img, [style]"):
        if node.tag == "picture":
            yield from _pictured(node)
        elif node.tag in ("img", "amp-img"):
            yield from _shown(node)
        else:
            yield from _urls(_CSS_URL, node.attributes.get("style") or "")


def _shown(image: LexborNode) -> Iterator[str]:
    """What stands in `src`, the choice of its sizes, and what a script will put there.

    That of a lazy image alone, which has no `src` of its own yet or calls itself lazy: elsewhere the same attributes
    name the large picture that a click opens.
    """
    said = image.attributes
    if (said.get("width") or "").strip() in ("0", "1") or (said.get("height") or "").strip() in ("0", "1"):
        return  # a tracker
    source, sizes = said.get("src") or "", said.get("srcset") or ""
    if source and not _is_inline(source):
        yield source
    yield from _choice(sizes)
    if not source or _is_inline(source) or "lazy" in (said.get("class") or "").lower():
        yield from (said.get(name) or "" for name in _LAZY)
        for name in _LAZY_SETS:
            yield from _choice(said.get(name) or "")


def _pictured(picture: LexborNode) -> Iterator[str]:
    """The choice of the first source that a wide screen takes."""
    nodes = [node for node in picture.css("source") if "max-width" not in (node.attributes.get("media") or "")]
    for node in nodes[:1]:
        for name in ("srcset", *_LAZY_SETS):
            yield from _choice(node.attributes.get(name) or "")


def _choice(candidates: str) -> Iterator[str]:
    """Of a `srcset` one: the smallest that is wide enough for a column, else the widest; for a plain screen."""
    found = [(_width(size), url) for url, size in islice(_candidates(candidates[: 20 * LONGEST]), 50)]
    if found:
        wide = [one for one in found if one[0] >= WIDTH]
        yield (min(wide) if wide else max(found))[1]


def _candidates(text: str) -> Iterator[tuple[str, str]]:
    """(URL, descriptor) of each, split as HTML does (4.8.4.2.1): a comma may be part of a URL."""
    while text := text.lstrip(" \t\n\f\r,"):
        url, _, text = text.replace("\t", " ").replace("\n", " ").partition(" ")
        if url.endswith(","):
            yield url.rstrip(","), ""
        else:
            size, _, text = text.partition(",")
            yield url, size


def _width(size: str) -> float:
    """Pixels that a descriptor stands for: `680w`, `2x`; none is `1x`, as wide as the column."""
    said = (size.split() or ["1x"])[0]
    try:
        return float(said[:-1]) * (1 if said.endswith("w") else WIDTH)
    except ValueError:
        return WIDTH


def _of_sheet(text: str) -> Iterator[str]:
    """What a style sheet shows: sheets that it imports, images, and of each font one file."""
    text = _uncommented(text)
    yield from _urls(_IMPORT, text)
    for face in _FACE.findall(text):
        files = list(_urls(_CSS_URL, face))
        yield from files if len(files) < 2 else [next((f for end in _FONTS for f in files if _ends(f, end)), files[0])]
    yield from _urls(_CSS_URL, _FACE.sub(" ", text))


def _uncommented(text: str) -> str:
    first, *rest = text.split("/*")
    return first + " ".join(part.partition("*/")[2] for part in rest)


def _ends(url: str, end: str) -> bool:
    return re.split("[?#]", url, maxsplit=1)[0].lower().endswith(f".{end}")


def _urls(pattern: re.Pattern[str], text: str) -> Iterator[str]:
    return (
        url
        for found in pattern.finditer(text)
        if (url := next(filter(None, found.groups()), "")) and not _is_inline(url)
    )


def _is_inline(url: str) -> bool:
    return url.lstrip()[:5].lower() == "data:"


def _joined(base: str, said: str) -> str:
    try:
        return urljoin(base, said.strip())
    except ValueError:
        return ""


def _absolute(base: str, said: str) -> str | None:
    """`said` as it will be asked for, without a fragment; None for what is no address of the web."""
    try:
        url = safe(_joined(base, said).partition("#")[0])
        parts = urlsplit(url)
        return (
            url
            if said.strip() and parts.scheme in ("http", "https") and parts.hostname and len(url) <= LONGEST
            else None
        )
    except ValueError:
        return None


def urls_of(found: Iterable[Found]) -> list[str]:
    """The URLs of the assets among `found`."""
    return [f.url for f in found if f.kind == "asset"]
