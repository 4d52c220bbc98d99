"""Atom feeds (RFC 4287) of articles."""

import re
from collections.abc import Iterable, Iterator
from urllib.parse import quote
from xml.etree import ElementTree

import msgspec

EPOCH = "1970-01-01T00:00:00+07:00"
"""Stands for the time of what has none: an Atom entry has to have one."""
AUTHORITY = "baoluu.example,2025"
"""Of our tag URIs (RFC 4151): ids that are the same wherever a room is served from."""
NAMESPACE = f"tag:{AUTHORITY}:terms"
"""Of our own elements."""
_NAMESPACE = "http://www.w3.org/2005/Atom"
_END = b"</feed>"
_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 has no place for."""


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One article of a feed."""

    id: str
    title: str
    url: str
    updated: str
    published: str | None = None
    summary: str = ""
    source_title: str = ""
    """Its paper, which stands as the author where no person does."""
    authors: tuple[str, ...] = ()
    via: str = ""
    """Where the paper printed it, if `url` is a room's."""
    captured: str = ""
    """When the page that shows it was fetched; stands with `sha256` in elements of our own (section 6 of the RFC)."""
    sha256: str = ""
    """Of that page's body."""


def tag_of(article: str) -> str:
    """The id of the article with this identity."""
    return f"tag:{AUTHORITY}:{quote(article, safe=':')}"


def feed(*, id: str, title: str, updated: str, self_url: str, site_url: str, entries: Iterable[Entry]) -> bytes:
    """The feed in UTF-8. `updated` and the entries' moments are as RFC 3339 writes them."""
    head = {"id": id, "title": title, "updated": updated, "self_url": self_url, "site_url": site_url}
    return b"".join(written(**head, entries=entries))


def written(
    *, id: str, title: str, updated: str, self_url: str = "", site_url: str = "", entries: Iterable[Entry]
) -> Iterator[bytes]:
    """The same piece by piece, however many entries there are. A file has no address: it can do without `self_url`."""
    root = ElementTree.Element("feed", {"xmlns": _NAMESPACE, "xmlns:baoluu": NAMESPACE})
    _put(root, "id", id)
    _put(root, "title", title)
    _put(root, "updated", updated)
    if self_url:
        ElementTree.SubElement(root, "link", rel="self", type="application/atom+xml", href=_clean(self_url))
    if site_url:
        ElementTree.SubElement(root, "link", rel="alternate", type="text/html", href=_clean(site_url))
    _put(root, "generator", "baoluu")
    whole: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    yield whole.removesuffix(_END)
    for entry in entries:
        yield ElementTree.tostring(_entry(entry), encoding="utf-8")
    yield _END


def _entry(entry: Entry) -> ElementTree.Element:
    one = ElementTree.Element("entry")
    _put(one, "id", entry.id)
    _put(one, "title", entry.title)
    ElementTree.SubElement(one, "link", rel="alternate", type="text/html", href=_clean(entry.url))
    if entry.via:
        ElementTree.SubElement(one, "link", rel="via", type="text/html", href=_clean(entry.via))
    _put(one, "updated", entry.updated)
    if entry.published:
        _put(one, "published", entry.published)
    named = [name for name in map(_clean, entry.authors) if name.strip()]
    for name in named or [_clean(entry.source_title).strip() or "baoluu"]:  # an entry has to have an author
        _put(ElementTree.SubElement(one, "author"), "name", name)
    if entry.source_title:
        ElementTree.SubElement(one, "category", term=_clean(entry.source_title))
    _put(one, "summary", entry.summary)
    if entry.captured:
        _put(one, "baoluu:captured", entry.captured)
        _put(one, "baoluu:sha256", entry.sha256)
    return one


def _put(parent: ElementTree.Element, name: str, text: str) -> None:
    ElementTree.SubElement(parent, name).text = _clean(text)


def _clean(text: str) -> str:
    return _FORBIDDEN.sub("", text)
