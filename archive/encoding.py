"""Content encodings undone with a limit on what comes out, and with an answer to whether the end was there.

Scrapy takes a gzip body that breaks off for a whole one, and a bomb of 1 MB unfolds to 2 GB in it.
"""

import zlib
from collections.abc import Iterable
from typing import Protocol

import brotli
from backports import zstd

STEP = 1 << 16
KNOWN = ("gzip", "x-gzip", "deflate", "br", "zstd")
GZIP = b"\x1f\x8b\x08"
MAGIC = {"gzip": GZIP, "x-gzip": GZIP, "zstd": b"\x28\xb5\x2f\xfd"}


class TooLarge(ValueError):
    """The decoded body passes the limit. Raised by `decoded`."""


class _Decoder(Protocol):
    """One compressed stream: bytes in, at most `STEP` bytes out a call."""

    @property
    def eof(self) -> bool:
        """Whether the stream's end was read."""

    def step(self, data: bytes) -> tuple[bytes, bytes]:
        """(what came out, what is still to be fed)."""


class _Zlib:
    """gzip, and deflate with or without its zlib frame."""

    def __init__(self, bits: int) -> None:
        self._inner = zlib.decompressobj(wbits=bits)

    @property
    def eof(self) -> bool:
        """Whether the stream's end was read."""
        return self._inner.eof

    def step(self, data: bytes) -> tuple[bytes, bytes]:
        """(what came out, what is still to be fed)."""
        made = self._inner.decompress(data, STEP)
        return made, self._inner.unused_data if self._inner.eof else self._inner.unconsumed_tail


class _Zstd:
    """One zstd frame."""

    def __init__(self) -> None:
        self._inner = zstd.ZstdDecompressor()

    @property
    def eof(self) -> bool:
        """Whether the frame's end was read."""
        return self._inner.eof

    def step(self, data: bytes) -> tuple[bytes, bytes]:
        """(what came out, what is still to be fed)."""
        made = self._inner.decompress(data, STEP)
        return made, self._inner.unused_data if self._inner.eof else b""


class _Brotli:
    """A brotli stream."""

    def __init__(self) -> None:
        self._inner = brotli.Decompressor()

    @property
    def eof(self) -> bool:
        """Whether the stream's end was read."""
        return bool(self._inner.is_finished())

    def step(self, data: bytes) -> tuple[bytes, bytes]:
        """(what came out, what is still to be fed)."""
        return self._inner.process(data, output_buffer_limit=STEP), b""


def decoded(body: bytes, encodings: Iterable[str], limit: int) -> tuple[bytes, bool]:
    """`body` without its content encodings, listed as they were applied, and whether it is whole.

    A body that breaks off gives what there is of it; one that cannot be read at all stays as it is. More than
    `limit` bytes raise `TooLarge`. An encoding that is not `KNOWN` ends the work: what lies under it stays.
    """
    whole = True
    for name in reversed([e.strip().lower() for e in encodings]):
        if name in KNOWN:
            body, complete = _undo(body, name, limit)
            whole = whole and complete
        elif name not in ("", "identity"):
            break
    return body, whole


def _undo(body: bytes, name: str, limit: int) -> tuple[bytes, bool]:
    """One encoding undone. gzip and zstd may hold several streams; what follows the last is no part of the body."""
    magic, rest, out = MAGIC.get(name, b""), body, bytearray()
    if not body or not body.startswith(magic):
        return body, True  # the header lies, or somebody on the way has undone it already
    while rest.startswith(magic) and (rest or not out):
        decoder = _decoder(name, rest)
        try:
            rest = _drain(decoder, rest, out, limit)
        except (zlib.error, zstd.ZstdError, brotli.error):
            return (bytes(out), False) if out else (body, body.lstrip()[:1] == b"<")
        if not decoder.eof:
            return bytes(out), False
        if not magic:
            break
    return bytes(out), True


def _drain(decoder: _Decoder, data: bytes, out: bytearray, limit: int) -> bytes:
    """Feed `data` until the stream ends or nothing more comes; answers what is left."""
    while True:
        made, data = decoder.step(data)
        out += made
        if len(out) > limit:
            raise TooLarge(f"more than {limit} bytes when decoded")
        if decoder.eof or not (made or data):
            return data


def _decoder(name: str, body: bytes) -> _Decoder:
    if name == "br":
        return _Brotli()
    if name == "zstd":
        return _Zstd()
    if name == "deflate":
        framed = len(body) > 1 and body[0] & 15 == 8 and int.from_bytes(body[:2]) % 31 == 0
        return _Zlib(15 if framed else -15)
    return _Zlib(31)
