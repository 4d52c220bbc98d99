"""HTTP messages as WARC records hold them (RFC 9112), and the headers of records, which are written alike."""

import re
from typing import NamedTuple

_STATUS = re.compile(rb"HTTP/\d(?:\.\d)?[ \t]+(\d{3})(?:[ \t\r\n]|$)", re.I)
_BLANK = re.compile(rb"\r?\n\r?\n")
_CHUNK = re.compile(rb"[ \t]*([0-9a-fA-F]{1,16})[ \t]*(?:;[^\r\n]*)?\r?\n")
Fields = tuple[tuple[str, str], ...]
"""Names as written and values, in their order; one name may come several times."""


class NotHttp(ValueError):
    """The block of a record that should hold an HTTP response does not begin as one. Raised by `response`."""


class Response(NamedTuple):
    """An HTTP response; `body` is without its transfer encoding, and still in its content encodings."""

    status: int
    fields: Fields
    body: bytes
    whole: bool
    """Whether the body's end was there, as far as chunks tell."""


def fields(lines: bytes, encoding: str = "latin-1") -> Fields:
    """The fields of a header block. Folded lines are joined; a line without a colon is passed over.

    HTTP's are read as Latin-1, which loses no byte; those of records are UTF-8.
    """
    found: list[tuple[str, str]] = []
    for line in lines.decode(encoding, errors="replace").replace("\r\n", "\n").split("\n"):
        if line[:1] in (" ", "\t") and found:
            found[-1] = (found[-1][0], f"{found[-1][1]} {line.strip()}")
        elif ":" in line:
            name, _, value = line.partition(":")
            found.append((name.strip(), value.strip()))
    return tuple(found)


def response(block: bytes) -> Response:
    """The response in `block`. Raises `NotHttp`."""
    found = _STATUS.match(block)
    if not found:
        raise NotHttp("it does not begin as an HTTP response")
    head, body = parted(block)
    told = fields(head.partition(b"\n")[2])
    chunked = any(n.lower() == "transfer-encoding" and "chunked" in v.lower() for n, v in told)
    body, whole = unchunked(body) if chunked else (body, True)
    return Response(int(found[1]), told, body, whole)


def parted(block: bytes) -> tuple[bytes, bytes]:
    """Head and body, as it was sent; a blank line stands between."""
    found = _BLANK.search(block)
    return (block[: found.start()], block[found.end() :]) if found else (block, b"")


def unchunked(body: bytes) -> tuple[bytes, bool]:
    """`body` without its chunks, and whether the last one was there. A body that has none, as where the writer undid
    them and left the header, comes back as it is."""
    parts, at = list[bytes](), 0
    while found := _CHUNK.match(body, at):
        size = int(found[1], 16)
        if size == 0:
            return b"".join(parts), True
        part = body[found.end() : found.end() + size]
        parts.append(part)
        at = found.end() + size
        if len(part) < size:
            return b"".join(parts), False
        at += 2 if body.startswith(b"\r\n", at) else body.startswith(b"\n", at)
    return (b"".join(parts), False) if parts else (body, True)
