"""Headers that keep readers and the archive safe, on every answer of the room and of Datasette's own pages.

Pages run no script of ours. Datasette's stock pages have a few inline ones: they are let in by their digests, which are
taken from the installed templates, so that nothing which a paper wrote can ever be among them. Spreadsheets take cells
that begin with = or + for formulas: CSV of Datasette's own tables is written anew on its way out.
"""

import base64
import csv
import hashlib
import io
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from archive.cells import safe
from archive.room.gate import refusal, refuse, while_wanted
from archive.room.room import Room

OURS = b"baoluu-page"
"""A header, taken away again, by which our own pages are known."""
csv.field_size_limit(1 << 30)  # texts are longer than the 131,072 letters after which csv ends an answer half-way
ROBOTS = b"x-robots-tag"
_COMMON = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"x-frame-options", b"SAMEORIGIN"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
    (b"x-dns-prefetch-control", b"off"),
    (ROBOTS, b"noindex, nofollow, noarchive"),
)
POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self' data:; frame-src 'self'; form-action 'self'; base-uri 'none';"
    " frame-ancestors 'self'"
)
"""Of our own pages: no script at all."""
_STOCK = (
    "default-src 'none'; script-src 'self' {digests}; style-src 'self' 'unsafe-inline'; img-src 'self' data:;"
    " connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
RAW = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'none'; base-uri 'none'"
"""Of a paper's own page: an origin of its own, no scripts, forms, frames or popups, nothing fetched from anywhere."""
_SCRIPT = re.compile(r"<script>(.*?)</script>", re.S)
_FACET = "DATASETTE_ALLOW_FACET = {{ datasette_allow_facet }};"


@cache
def stock_policy() -> str:
    """The policy for Datasette's own pages, with the digests of the scripts in its installed templates."""
    import datasette

    told = []
    for page in sorted((Path(datasette.__file__).parent / "templates").glob("*.html")):
        for script in _SCRIPT.findall(page.read_text(encoding="utf-8")):
            told += [script.replace("{{ datasette_allow_facet }}", value) for value in ("true", "false")]
    digests = (base64.b64encode(hashlib.sha256(one.encode()).digest()).decode() for one in told if "{{" not in one)
    return _STOCK.format(digests=" ".join(f"'sha256-{one}'" for one in dict.fromkeys(digests)))


def guarded(app: Any, room: Room) -> Any:
    """The ASGI application with safe headers on what it answers."""

    async def asked(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "http":
            sender = _Sender(send, scope["path"].endswith(".csv"), room.indexed)
            if why := refusal(scope):
                await refuse(why, sender)
            else:
                await while_wanted(app, scope, receive, sender, room.clock)
        else:
            try:
                await app(scope, receive, send)
            finally:
                if scope["type"] == "lifespan":
                    room.close()

    return asked


class _Sender:
    """Sends one answer on, its headers mended."""

    def __init__(self, send: Any, table: bool, indexed: bool) -> None:
        self._send, self._table, self._indexed = send, table, indexed
        self._cells: _Cells | None = None

    async def __call__(self, message: Any) -> None:
        if message["type"] == "http.response.start":
            headers = [(name.lower(), value) for name, value in message.get("headers", [])]
            ours = any(name == OURS for name, _ in headers)
            if self._table and not ours and message["status"] == 200:
                self._cells = _Cells()
                headers = [pair for pair in headers if pair[0] != b"content-length"]
            mended = _mended(headers, ours)
            kept = [pair for pair in mended if not (self._indexed and pair[0] == ROBOTS)]
            message = message | {"headers": kept}
        elif self._cells is not None:
            more = message.get("more_body", False)
            message = message | {"body": self._cells.feed(message.get("body", b""), more)}
        await self._send(message)


def _mended(headers: list[tuple[bytes, bytes]], ours: bool) -> Iterator[tuple[bytes, bytes]]:
    """Ours set their own policy where they need another one; what is said twice is said once."""
    named = {name for name, _ in headers}
    yield from (pair for pair in headers if pair[0] != OURS)
    yield from (pair for pair in _COMMON if pair[0] not in named)
    if b"cache-control" not in named:
        yield b"cache-control", b"private"  # made for a language, and with the name by which the reader came
    if b"content-security-policy" not in named:
        yield b"content-security-policy", (POLICY if ours else stock_policy()).encode()


class _Cells:
    """CSV that comes in pieces, its cells made safe."""

    def __init__(self) -> None:
        self._rest = b""

    def feed(self, piece: bytes, more: bool) -> bytes:
        """What can be sent on. A row is held back until it is whole: until a line ends outside of quotes."""
        self._rest += piece
        end = len(self._rest) if not more else _whole(self._rest)
        ready, self._rest = self._rest[:end], self._rest[end:]
        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\r\n")
        for row in csv.reader(io.StringIO(ready.decode("utf-8", "replace"), newline="")):
            writer.writerow([safe(cell) for cell in row])
        return out.getvalue().encode()


def _whole(data: bytes) -> int:
    """Up to where `data` is whole rows."""
    end = data.rfind(b"\n") + 1
    while end and data.count(b'"', 0, end) % 2:
        end = data.rfind(b"\n", 0, end - 1) + 1
    return end
