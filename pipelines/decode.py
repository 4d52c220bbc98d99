"""Bytes to text: byte order mark, then valid UTF-8, then what is declared, then a detector."""

import codecs
import re

import msgspec

from archive.facts import Page

_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_DECLARED = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([\w-]{2,30})""", re.I)
CONTROLS = bytes(c for c in range(32) if c not in b"\t\n\r\f") + b"\x7f"
"""Bytes that no text holds."""

_STYLE = re.compile(rb"""<style(?:\s(?:[^<>"']|"[^"<]*"|'[^'<]*')*)?>""")
_NEAR = 1 << 15
"""Bytes from the start, or from the last one, in which a `<style>` is looked for."""
_PIECE = 1 << 14
"""Bytes that are decoded at a time to see whether they are UTF-8."""

_USABLE = re.compile(r"utf-8|cp\d+|iso8859-\d+|koi8-[ru]|gb\w+|big5\w*|euc_\w+|shift_jis\w*|mac-\w+")


class Text(msgspec.Struct, frozen=True):
    """A decoded body. `lossy`: some bytes had no meaning and stand as U+FFFD."""

    data: bytes
    """The text in UTF-8, styles left out: what the parser takes, so that most pages need no string of the whole."""
    encoding: str
    lossy: bool = False

    @property
    def text(self) -> str:
        """The body as a string."""
        return self.data.decode("utf-8")


def decode(page: Page) -> Text:
    """The page's body as text; never raises.

    A declaration that lies is passed over: valid UTF-8 is UTF-8 whatever the header says (the order of FAULTS and
    of the HTML standard's sniffing, with UTF-8 put first).
    """
    body = page.body
    for mark, encoding in _MARKS:
        if body.startswith(mark):
            return _certain(body[len(mark) :], encoding)
    plain = _without_styles(body)
    if any(map(plain.__contains__, CONTROLS)):
        plain = plain.translate(None, CONTROLS)
    if _is_utf8(plain):
        return Text(plain, "utf-8")
    return _declared(page, plain) or _detected(body) or _certain(plain, "utf-8")


def declared(page: Page) -> str | None:
    """The encoding that the header or the document names, in Python's spelling, or None."""
    header = re.search(r"charset\s*=\s*[\"']?([\w-]+)", page.headers.get("content-type", ""), re.I)
    inside = _DECLARED.search(page.body[:4096])
    for name in (header and header[1], inside and inside[1].decode("ascii")):
        try:
            found = codecs.lookup(name or "none").name
        except LookupError:
            continue
        if _USABLE.fullmatch(found):
            return "cp1252" if found == "iso8859-1" else found
    return None


def _without_styles(body: bytes) -> bytes:
    """`body` with the `<style>` elements of its head empty: they can be most of its bytes, and no rule reads them.

    One is looked for near the start or near the last, as searching the whole page costs more than it spares. What
    holds any `<` is left alone, so that nothing but style is cut, whatever the markup around it.
    """
    kept, start, at, whole = [], 0, 0, memoryview(body)
    while (at := body.find(b"<style", at, at + _NEAR)) >= 0:
        opened = _STYLE.match(body, at)
        at = body.find(b"<", opened.end()) if opened else at + 1
        if opened and body.startswith(b"</style", at):
            kept.append(whole[start : opened.end()])
            start = at
    return b"".join((*kept, whole[start:])) if kept else body


def _is_utf8(body: bytes) -> bool:
    """Whether `body` is valid UTF-8. Read in pieces: one string of a large page takes up to five times as long."""
    start, end, whole = 0, 0, memoryview(body)
    try:
        while start < len(body):
            end = start + _PIECE
            start += codecs.utf_8_decode(whole[start:end], "strict", end >= len(body))[1]
    except UnicodeDecodeError:
        return False
    return True


def _text(text: str, encoding: str, *, lossy: bool = False) -> Text:
    return Text(text.encode("utf-8", "replace"), encoding, lossy=lossy)


def _certain(body: bytes, encoding: str) -> Text:
    text = body.decode(encoding, "replace")
    return _text(text, encoding, lossy="\ufffd" in text)


def _declared(page: Page, body: bytes) -> Text | None:
    """The body in its declared encoding. UTF-8 may be broken in a few places and is still the best reading."""
    name = declared(page)
    if name is None:
        return None
    if name == "utf-8":
        text = body.decode("utf-8", "replace")
        return _text(text, name, lossy=True) if text.count("\ufffd") * 200 < len(text) else None
    try:
        return _text(body.decode(name), name)
    except (UnicodeDecodeError, ValueError):
        return None


def _detected(body: bytes) -> Text | None:
    from charset_normalizer import from_bytes  # of a thousand pages hardly one is in doubt

    best = from_bytes(body[:200_000], threshold=0.2).best()
    if best is None:
        return None
    try:
        return _text(body.decode(best.encoding), best.encoding)
    except (UnicodeDecodeError, LookupError):
        return None
