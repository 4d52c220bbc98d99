"""The decompressed bytes of a WARC file, with the place in the file that they come from.

A frame is a gzip member, a zstd frame, or what stands uncompressed. Most writers give every record a frame of its own,
so a damaged frame costs its own record, and reading goes on at the next one.
Of the libraries warcio has no zstd and needs minutes for a frame of 2 MB that unfolds to 2 GB; FastWARC takes a torn
record for a whole one, and reads on into the next frame where a record's Content-Length lies.
"""

import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import BinaryIO, NamedTuple

from backports import zstd

READ, STEP = 1 << 16, 1 << 18
"""Bytes that are read from the file, and that a frame unfolds to, at a time."""
SCAN = 1 << 20
"""Bytes that are looked through at a time for the next frame after a damage."""
GZIP, ZSTD, DICTIONARY = b"\x1f\x8b\x08", b"\x28\xb5\x2f\xfd", b"\x5d\x2a\x4d\x18"
BEGIN = b"WARC/1."
"""What a record begins with; no other version of the format is known."""
WINDOW_LOG = 26
"""zstd frames may ask for 64 MiB to look back on; `zstd -19` makes them look back on 8 MiB."""
LARGEST_DICTIONARY = 8 << 20
SEARCHED = 64 << 20
"""Bytes of a frame that are looked through after a damage: one frame may hold many records, or unfold without end."""


class Mark(NamedTuple):
    """A place from which a file can be read on: the offset of a frame, and the bytes to pass over in it."""

    offset: int
    inside: int = 0


class Damage(ValueError):
    """The bytes at `offset` of the file are not what they should be. Raised by the methods of `Frames`."""

    def __init__(self, offset: int, why: str) -> None:
        super().__init__(why)
        self.offset, self.why, self.url = offset, why, ""


class _Gzip:
    """A gzip member, called as zstd frames are: what is not unfolded yet is kept for the next call."""

    def __init__(self) -> None:
        self._inner = zlib.decompressobj(wbits=31)

    @property
    def eof(self) -> bool:
        """Whether the member's end was read."""
        return self._inner.eof

    @property
    def unused_data(self) -> bytes:
        """What was fed beyond it."""
        return self._inner.unused_data

    def decompress(self, data: bytes, max_length: int) -> bytes:
        """At most so many bytes of what `data` unfolds to."""
        tail = self._inner.unconsumed_tail
        return self._inner.decompress(tail + data if tail else data, max_length)


class Frames:
    """The bytes of a WARC file without their compression, read forward.

    `stream` can be sought in. Where a frame begins with a record, `line`, `read` and `skip` end: whatever the record
    before says of its length, another one has begun. `begins` goes over.
    """

    def __init__(self, stream: BinaryIO, kind: bytes | None = None) -> None:
        """`kind` is the magic of the frames, for a file whose first bytes do not tell."""
        self._stream = stream
        stream.seek(0)
        head = self._raw(4)
        told = GZIP if head.startswith(GZIP) else ZSTD if head in (ZSTD, DICTIONARY) else b""
        self._kind = told if kind is None else kind
        self._new = self._decoders(head)
        self.seek(Mark(0))

    def _decoders(self, head: bytes) -> "Callable[[], _Gzip | zstd.ZstdDecompressor]":
        if self._kind == GZIP:
            return _Gzip
        options = {int(zstd.DecompressionParameter.window_log_max): WINDOW_LOG}
        words = _dictionary(self._raw) if head == DICTIONARY else None
        return lambda: zstd.ZstdDecompressor(words, options)

    def _raw(self, size: int) -> bytes:
        """Bytes of the file. One that cannot be read any further is damaged: its disk, or the zip file around it."""
        try:
            return self._stream.read(size)
        except (OSError, EOFError, zipfile.BadZipFile, zlib.error) as error:
            why = error.strerror if isinstance(error, OSError) else error
            raise Damage(self._stream.tell(), f"the file cannot be read any further: {why}") from None

    @property
    def mark(self) -> Mark:
        """Where the next byte stands; exact after `begins`."""
        inside = self._passed + self._at
        return Mark(self._frame, inside) if self._kind else Mark(self._frame + inside)

    def seek(self, mark: Mark) -> None:
        """Go to `mark`."""
        self._chunks = self._unfolded(mark.offset) if self._kind else self._plain(mark.offset)
        self._buffer, self._at, self._frame, self._passed = b"", 0, mark.offset, 0
        self._next: tuple[int, bytes] | None = None
        self._broken: Damage | None = None
        left = mark.inside
        while left > 0 and self._has(over=True):
            left -= self.skip(left)

    def begins(self) -> bool | None:
        """Whether a record begins with the next byte; None at the end of the file."""
        if not self._has(over=True):
            return None
        while len(self._buffer) - self._at < len(BEGIN) and (peeked := self._peek()) and peeked[0] == self._frame:
            self._passed, self._buffer = self._passed + self._at, self._buffer[self._at :] + peeked[1]
            self._at, self._next = 0, None
        rest = self._buffer[self._at : self._at + len(BEGIN)]
        if len(rest) < len(BEGIN) and (peeked := self._peek()):
            rest += peeked[1][: len(BEGIN) - len(rest)]  # the frames of this file do not go by its records
        return rest == BEGIN

    def skip_blank(self) -> int:
        """Pass over what ends lines; answers how many bytes that were."""
        passed = 0
        while self._has() and self._buffer[self._at] in b"\r\n":
            self._at += 1
            passed += 1
        return passed

    def line(self, limit: int) -> bytes:
        """The next line with its end, or as much as there is of it."""
        parts: list[bytes] = []
        while self._has():
            found = self._buffer.find(b"\n", self._at)
            end = found + 1 if found >= 0 else len(self._buffer)
            parts.append(self._buffer[self._at : end])
            self._at = end
            if (limit := limit - len(parts[-1])) < 0:
                raise Damage(self._frame, "its headers do not end")
            if found >= 0:
                break
        return b"".join(parts)

    def read(self, size: int) -> bytes:
        """So many bytes, or as many as there are."""
        parts: list[bytes] = []
        while size > 0 and self._has():
            parts.append(self._buffer[self._at : self._at + size])
            self._at += len(parts[-1])
            size -= len(parts[-1])
        return parts[0] if len(parts) == 1 else b"".join(parts)

    def skip(self, size: int) -> int:
        """Pass over so many bytes; answers how many there were."""
        passed = 0
        while passed < size and self._has():
            step = min(size - passed, len(self._buffer) - self._at)
            self._at, passed = self._at + step, passed + step
        return passed

    def resume(self, after: int) -> int | None:
        """Go to the next record, in this frame or behind the offset `after`; answers the offset of its frame."""
        with suppress(Damage):
            if self._kind and self._within():
                return self._frame
        with suppress(Damage):
            return self._found(max(after, self._frame if self._kind else 0) + 1)
        return None

    def _found(self, at: int) -> int | None:
        """Go to the first frame from the offset `at` on that begins with a record."""
        magic, tail = self._kind or BEGIN, b""
        self._stream.seek(at)
        while chunk := self._raw(SCAN):
            window, base = tail + chunk, at - len(tail)
            found = window.find(magic)
            while found >= 0:
                if self._is_record(base + found):
                    self.seek(Mark(base + found))
                    return base + found
                found = window.find(magic, found + 1)
            at, tail = at + len(chunk), window[1 - len(magic) :]
            self._stream.seek(at)
        return None

    def _within(self) -> bool:
        """Go to the next line that begins a record, or to the next frame that does."""
        seen = 0
        while seen < SEARCHED and self._has(over=True):
            if self._at == self._passed == 0 and self._buffer.startswith(BEGIN):
                return True
            if (found := self._buffer.find(b"\n" + BEGIN, self._at)) >= 0:
                self._at = found + 1
                return True
            seen, left = seen + len(self._buffer) - self._at, self._buffer[-len(BEGIN) :]
            peeked = self._peek()
            if peeked and peeked[0] == self._frame:
                self._passed += len(self._buffer) - len(left)
                self._buffer, self._at, self._next = left + peeked[1], 0, None
            else:
                self._at = len(self._buffer)
        return False

    def _is_record(self, offset: int) -> bool:
        self._stream.seek(offset)
        data = self._raw(READ)
        try:
            return (self._new().decompress(data, len(BEGIN)) if self._kind else data).startswith(BEGIN)
        except (zlib.error, zstd.ZstdError):
            return False

    def _has(self, *, over: bool = False) -> bool:
        """Whether there is a byte in the buffer, if need be from the next frame: `over`, or if no record begins it."""
        if self._at < len(self._buffer):
            return True
        if (peeked := self._peek()) is None:
            return False
        offset, chunk = peeked
        if offset == self._frame:
            self._passed += len(self._buffer)
        elif over or not chunk.startswith(BEGIN):
            self._frame, self._passed = offset, 0
        else:
            return False
        self._buffer, self._at, self._next = chunk, 0, None
        return True

    def _peek(self) -> tuple[int, bytes] | None:
        if self._broken:
            raise self._broken
        if self._next is None:
            try:
                self._next = next(self._chunks, None)
            except Damage as damage:
                self._broken = damage  # for whoever comes next: a generator that raised has ended
                raise
        return self._next

    def _plain(self, offset: int) -> Iterator[tuple[int, bytes]]:
        self._stream.seek(offset)
        while chunk := self._raw(STEP):
            yield offset, chunk

    def _unfolded(self, offset: int) -> Iterator[tuple[int, bytes]]:
        """What the frames from `offset` on unfold to, each piece with its frame's offset; the first of a frame is
        long enough to tell whether it begins a record."""
        self._stream.seek(offset)
        raw = self._raw(READ)
        while raw:
            decoder, made = self._new(), b""
            while not decoder.eof:
                try:
                    made += decoder.decompress(raw, STEP)
                except (zlib.error, zstd.ZstdError) as error:
                    raise Damage(offset, f"cannot be decompressed: {error}") from None
                raw = b""
                if len(made) >= len(BEGIN):
                    yield offset, made
                    made = b""
                elif not decoder.eof and not (raw := self._raw(READ)):
                    raise Damage(offset, "the file ends within a record")
            if made:
                yield offset, made
            raw = decoder.unused_data
            offset = self._stream.tell() - len(raw)
            raw = raw or self._raw(READ)


def _dictionary(read: Callable[[int], bytes]) -> "zstd.ZstdDict | None":
    """The dictionary in the first frame of a `.warc.zst`, which may be compressed itself (iipc, WARC-zstd 0.1)."""
    size = int.from_bytes(read(4), "little")
    if size > LARGEST_DICTIONARY:
        raise Damage(0, f"its dictionary has {size} bytes")
    data = read(size)
    try:
        if data.startswith(ZSTD):
            data = zstd.ZstdDecompressor().decompress(data, LARGEST_DICTIONARY)
        words = zstd.ZstdDict(data)
        zstd.ZstdDecompressor(words)  # a torn one is refused only here
        return words
    except (zstd.ZstdError, ValueError) as error:
        raise Damage(0, f"its dictionary cannot be read: {error}") from None
