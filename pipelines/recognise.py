"""What kind of page this is: which generation of its paper's layout, or why it is no article."""

import re
from functools import lru_cache
from typing import TYPE_CHECKING

import msgspec

from archive.facts import DropNote, Page
from config.declarations import Family, Generation, Rules, layer
from config.sources import Source, bare_host, host_in
from config.urls import classify, is_print
from pipelines import places
from pipelines.decode import CONTROLS
from pipelines.defaults import UNDECLARED, completed
from pipelines.view import View, text_of

if TYPE_CHECKING:
    from pipelines.body import Body
    from pipelines.story import Story

_BLOCKED = frozenset((401, 403, 407, 418, 429, 451, 503, 521, 522, 523, 525, 530))
_MAGIC = (
    b"%PDF",
    b"PK\x03\x04",
    b"GIF8",
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"\x1f\x8b",
    b"RIFF",
    b"\xd0\xcf\x11\xe0",
    b"OggS",
)
_NOTHING = b"\x00 \t\r\n\f\xef\xbb\xbf"
_HTML_TYPES = ("html", "text/plain", "octet-stream", "xml")
_FEED = re.compile(
    rb"\s*(?:<\?xml[^>]*>\s*)?(?:<!--(?:(?!-->).)*-->\s*)*<(?:rss|feed|urlset|sitemapindex|rdf:RDF|svg)\b", re.S
)
_MARKUP = re.compile(rb"<(?:!doctype\s+html|html|head|body|div|p|article|section|table|title|meta|h1|span|a)\b", re.I)
_COOKIE_STUB = re.compile(r"document\.cookie|D1N=", re.I)
_RELOAD = re.compile(r"location\s*(?:\.\s*(?:reload|href|replace|assign)|=)|http-equiv=.refresh", re.I)
_CHALLENGE = re.compile(
    r"just a moment|attention required|access denied|ddos protection|checking your browser|verify you are (?:a )?human"
    r"|are you a robot|xác minh bạn (?:là|không phải)|kiểm tra trình duyệt|cf-chl|__cf_chl|g-recaptcha|hcaptcha",
    re.I,
)
_NOT_FOUND = re.compile(
    r"\b404\b|not found|không (?:được )?tìm thấy|không tồn tại|đã bị (?:xóa|xoá|gỡ)|không còn tồn tại", re.I
)
_LEFT_OPEN = 2
"""Divisions that sloppy templates leave unclosed; a page cut in its article leaves more."""
_ENDED = re.compile(rb"</(?:html|body)", re.I)
_VIDEO = re.compile(r"/(?:video|videos|clip|tv|podcast|media)(?:[/-]|$)|^video\.", re.I)
_GALLERY = re.compile(r"/(?:anh|photo|photos|infographics?|thu-vien-anh|emagazine-anh|dt360)(?:[/-]|$)", re.I)
_STUB = 2_000
"""Bytes: the cookie stubs seen are about 177; no article page is this small."""
_SPARSE = 600
"""Characters of visible text below which a page can be a challenge or an error page."""


def refused(page: Page) -> DropNote | None:
    """Why the response cannot be an HTML page of an article, judged by status, type and first bytes; or None."""
    if page.status >= 300:
        return DropNote("blocked" if page.status in _BLOCKED else "not-article", f"HTTP {page.status}")
    if page.truncated:
        return DropNote("truncated", page.truncated)
    if not page.body[:1_000].strip(_NOTHING) and not page.body.strip(_NOTHING):
        return DropNote("empty", f"{len(page.body)} bytes")
    return _foreign(page)


def _foreign(page: Page) -> DropNote | None:
    kind = page.headers.get("content-type", "").split(";")[0].strip().lower()
    if kind and not any(t in kind for t in _HTML_TYPES):
        return DropNote("not-html", kind)
    magic = next((m for m in _MAGIC if page.body.startswith(m)), None)
    if magic:
        return DropNote("not-html", f"starts with {magic!r}")
    if _FEED.match(page.body[:2000]):
        return DropNote("not-html", "feed or sitemap")
    if page.body[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return None
    start = page.body[:4096]
    if len(start.translate(None, CONTROLS)) < 0.95 * len(start):
        return DropNote("not-html", "binary")
    return None if _MARKUP.search(page.body) else DropNote("not-html", "no markup")


def unfit(view: View, page: Page, source: Source, rules: Rules) -> DropNote | None:
    """Why the opened page cannot be an article whatever text it holds, or None."""
    return _stubbed(view) or _listed(page, source) or _cut_short(view) or _marked(view, rules)


def untold(view: View, found: "Body", told: "Story") -> DropNote | None:
    """Why what was read is no article: there is no text, or it lost letters on the way.

    A lead alone is a short article where the text's place is there and holds no pictures or video instead.
    """
    if not told.blocks and not (told.lead and found.placed and found.pictures < 3 and not _shows_video(view)):
        return _hollow(view, found.pictures)
    if view.lossy and "\ufffd" in told.text:
        return DropNote("charset", "the text lost letters in decoding")
    return None


def _stubbed(view: View) -> DropNote | None:
    """Whether the page is a script that sets a cookie and loads the page again (Lao Động's `D1N`, 200 OK)."""
    text = view.text if len(view.data) < 4 * _STUB else ""  # no character takes more than four bytes
    if len(text) < _STUB and _COOKIE_STUB.search(text) and _RELOAD.search(text):
        return DropNote("blocked", "cookie stub")
    return None


def _cut_short(view: View) -> DropNote | None:
    """Whether the document breaks off: inside a tag, in the middle of text, or with its boxes left open.

    A document may leave out its last end tags (HTML, 13.1.2.4), so a missing `</body>` alone says nothing.
    """
    if _ENDED.search(view.data[-2_000:]):
        return None
    tail, lower = view.text[-50_000:].rstrip(), view.text.lower()
    if _ENDED.search(tail.encode()):
        return None
    if tail.rfind("<") > tail.rfind(">"):
        return DropNote("truncated", "ends inside a tag")
    if "<body" not in lower:
        return None
    left_open = lower.count("<div") - lower.count("</div")
    if tail.endswith(">") and left_open <= _LEFT_OPEN:
        return None
    return DropNote("truncated", "the body is not ended")


def _listed(page: Page, source: Source) -> DropNote | None:
    """Whether the URL names a section or the front page rather than an article."""
    if classify(source, page.url) == "section":
        return DropNote("not-article", "section page")
    if re.fullmatch(r"https?://[^/]+/?(?:\?.*)?", page.url):
        return DropNote("not-article", "front page")
    return None


def adopted(view: View, source: Source) -> Source:
    """`source` itself, or an undeclared paper with the rules of the family whose marks its page bears.

    Many provincial and trade papers run on a CMS that is declared for others. A layout of theirs that is not the
    family's, where text, lead or date stand elsewhere, is read better as one of which nothing is known.
    """
    for family in source.kin:
        mark = next(filter(view.has, family.marks), None)
        if mark is None:
            continue
        rules, generations = _borrowed(family)
        paper = msgspec.structs.replace(source, urls=family.urls, rules=rules, generations=generations)
        if _fits(view, next((g.rules for g in generations if _shows(view, g)), rules)):
            if view.trace is not None:
                view.trace.adopted = (family, mark)
            return paper
    return source


def _fits(view: View, rules: Rules) -> bool:
    """Whether the page has a text, a lead and a date where `rules` look for them."""
    dated = any(texts for _, texts in places.each(view, rules.published))
    led = rules.lead is None or places.value(view, rules.lead) is not None
    return bool(places.nodes(view, rules.container)) and led and dated


@lru_cache(maxsize=256)
def _borrowed(family: Family) -> tuple[Rules, tuple[Generation, ...]]:
    """The family's rules and generations for a paper of which nothing else is known: what its own template changed,
    structured data may still tell."""
    layered = (msgspec.structs.replace(g, rules=_helped(layer(family.rules, g.rules))) for g in family.generation)
    return _helped(family.rules), tuple(layered)


def _helped(rules: Rules) -> Rules:
    section = ("ld:breadcrumb", *(rules.section or ()), *(UNDECLARED.section or ()))
    tags = rules.tags and (*rules.tags, *(UNDECLARED.tags or ()))
    authors = (*(rules.authors or ()), *(UNDECLARED.authors or ()))
    return msgspec.structs.replace(rules, section=section, tags=tags, authors=authors)


def layout(view: View, source: Source) -> tuple[str | None, Rules]:
    """The generation that the page's marks show, and its rules; the rules of no generation where none matches.

    The rules are completed with the defaults.
    """
    for generation in source.generations:
        shown = _shows(view, generation)
        if view.trace is not None:
            view.trace.layout(generation, shown)
        if shown:
            return generation.name, completed(generation.rules)
    return None, completed(source.rules)


def _shows(view: View, generation: Generation) -> bool:
    if generation.host and bare_host(generation.host) != host_in(view.url):
        return False
    if generation.url and not re.search(generation.url, view.url):
        return False
    return generation.when is None or view.has(generation.when)


def _marked(view: View, rules: Rules) -> DropNote | None:
    """Whether a declared mark says that the page is no article."""
    mark = next(filter(view.has, rules.not_article), None)
    return DropNote("not-article", mark) if mark else None


def may_be_article(view: View, source: Source) -> bool:
    """Whether a page without a declared container is worth reading whole.

    On a declared paper it must name itself an article at an article's address, as a front page served in an article's
    place, a tag page or an error page does not. `og:type` alone is not believed: CafeF's lists are "article" too.
    """
    if _NOT_FOUND.search(_heading(view)):
        body = view.tree.body
        if source.urls.article or body is None or len(text_of(body)) < _SPARSE:
            return False
    if not source.urls.article or source.kin or is_print(source, view.url):
        return True
    titles = view.meta.get("og:title")
    typed = "article" in view.meta.get("og:type") and any(text_of(h) in titles for h in view.tree.css("h1"))
    return (typed or bool(view.ld.article)) and classify(source, view.url) == "article"


def _hollow(view: View, pictures: int) -> DropNote:
    """Why a page without an article's text has none; `pictures` is how many stood where the text should."""
    body = view.tree.body
    text = text_of(body) if body is not None else ""
    heading = _heading(view)
    if len(text) < _SPARSE and _CHALLENGE.search(heading + " " + text + " " + (view.tree.html or "")[:20_000]):
        return DropNote("blocked", "challenge page")
    if len(text) < _SPARSE and view.tree.css_first("form input[type=password]") is not None:
        return DropNote("blocked", "log-in page")
    if _NOT_FOUND.search(heading) or (len(text) < _SPARSE and _NOT_FOUND.search(text)):
        return DropNote("soft-404", heading[:120])
    if _shows_video(view):
        return DropNote("video", "no text")
    pictures = max(pictures, len(view.tree.css("figure figcaption")))
    if pictures >= 3 or _GALLERY.search(view.url):
        return DropNote("gallery", f"no text, {pictures} pictures")
    return DropNote("empty" if len(text) < _SPARSE else "not-article", "no article text")


def _shows_video(view: View) -> bool:
    """Whether the page is made for a video: by its address, its head or a player."""
    typed = "VideoObject" in view.ld.types or any(t.startswith("video") for t in view.meta.get("og:type"))
    return typed or bool(_VIDEO.search(view.url)) or view.tree.css_first("video") is not None


def _heading(view: View) -> str:
    return " ".join(text_of(n) for n in view.tree.css("title, h1"))
