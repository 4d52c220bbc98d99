"""Stored pages: what is known of one, the page itself where it can do nothing, its source, and a download."""

import re
from typing import Any

import msgspec

from archive.room.ask import Ask, Missing
from archive.room.room import Room
from archive.store import Archive

_PAGE = """
SELECT p.id, p.source, p.url, p.kind, p.fetched_at, p.status, p.headers, p.truncated, p.run, p.tls, b.sha256, b.size
FROM pages p JOIN bodies b ON b.id = p.body WHERE p.id = ?
"""
_CLEANINGS = """
SELECT cleaner, article, reason, output ->> '$.drop.detail' AS detail, notes FROM cleanings WHERE page = ? ORDER BY id
"""


ACTING = (
    "script, link, base, meta[http-equiv], iframe, frame, frameset, object, embed, applet, portal, fencedframe, use,"
    " feimage, video, audio, template, dialog, button, input, select, textarea"
)
"""Elements that are left out of the view of a stored page."""
MOST_TAGS = 20_000
"""Tags of a page that is viewed. So many inside of each other take a second and a half, ten times as many minutes, in
which no other thread runs."""


class Cleaning(msgspec.Struct, frozen=True):
    """What one cleaner made of the page."""

    cleaner: str
    article: str
    reason: str | None
    detail: str | None
    notes: list[str]


class Stored(msgspec.Struct, frozen=True, kw_only=True):
    """One stored response."""

    id: int
    source: str
    url: str
    kind: str
    fetched_at: str
    status: int
    headers: dict[str, str]
    truncated: str | None
    run: int | None
    tls: str | None
    sha256: str
    size: int
    kept: bool
    """Whether its bytes are here: a published copy has none."""
    cleanings: list[Cleaning]


def stored(archive: Archive, room: Room, ask: Ask) -> Stored:
    """What is known of the page with this number."""
    number = _number(ask)
    row = next(archive.rows(_PAGE, (number,)), None)
    if row is None:
        raise Missing("no_page", page=number)
    made = [msgspec.convert(each | {"notes": msgspec.json.decode(each["notes"])}, Cleaning)
            for each in archive.rows(_CLEANINGS, (number,))]  # fmt: skip
    row["headers"] = msgspec.json.decode(row["headers"])
    return msgspec.convert(row | {"kept": not archive.published, "cleanings": made}, Stored)


def body(archive: Archive, room: Room, ask: Ask) -> tuple[bytes, str, bytes]:
    """(its bytes as they were kept, a file name for them, its text in UTF-8)."""
    from pipelines.decode import decode

    number = _number(ask)
    if archive.published:
        raise Missing("no_bytes")
    if archive.conn.execute("SELECT 1 FROM pages WHERE id = ?", (number,)).fetchone() is None:
        raise Missing("no_page", page=number)
    page = archive.page(number)
    stem = re.sub(r"[^A-Za-z0-9.-]+", "-", page.url.partition("://")[2])[-80:].strip("-.") or "page"
    if page.kind == "asset":  # nothing to be read, but in a style sheet
        said = page.headers.get("content-type", "").lower()
        return page.body, stem, page.body.decode("utf-8", "replace").encode() if said.startswith("text/") else b""
    text = page.body.decode(decode(page).encoding, "replace")
    return page.body, f"{stem}.html", text.encode("utf-8", "replace")


def harmless(text: bytes) -> bytes:
    """The page without what could act or reach out before any policy is asked: browsers connect for a `preconnect` and
    at the press on a link, and fetch what an SVG `use` names, whatever the policy says. Where links led stands in their
    titles. The source and the download stay as they came."""
    from selectolax.lexbor import LexborHTMLParser

    if len(re.findall(rb"<[A-Za-z]", text)) > MOST_TAGS:
        raise Missing("too_many_tags")
    tree = LexborHTMLParser(text.decode("utf-8", "replace"))
    for node in tree.css(ACTING):
        node.decompose()
    for node in tree.css("[href]"):
        for name in [name for name in node.attributes if name.rpartition(":")[2] == "href"]:  # SVG's `xlink:href` too
            node.attrs["title"] = node.attributes[name] or ""
            del node.attrs[name]
    return (tree.html or "").encode("utf-8", "replace")


def _number(ask: Ask) -> int:
    said: Any = ask.path["id"]
    if not (said.isascii() and said.isdecimal() and len(said) < 16):
        raise Missing("no_page", page=said)
    return int(said)
