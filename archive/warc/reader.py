"""Reading WARC files as streams: records one by one, and what was lost between them."""

from collections.abc import Iterator
from typing import BinaryIO, NamedTuple

import msgspec

from archive.warc.frames import Damage, Frames, Mark
from archive.warc.http import fields

HEADERS = 1 << 16
"""Bytes that the headers of a record may have."""
START = Mark(0)
LARGEST = 20 << 20
"""Bytes of a record's block that are kept; what it has more is cut off. Articles' pages have a hundredth of it."""


class Record(msgspec.Struct, frozen=True):
    """One record with its block."""

    headers: dict[str, str]
    """Lower-case names; of one that comes twice the first value."""
    block: bytes
    cut: bool
    """Whether the block was longer than what is kept of one."""
    at: Mark
    """Where it begins."""
    after: Mark
    """Where the next one may begin."""

    def get(self, name: str) -> str:
        """A header's value, or nothing."""
        return self.headers.get(name, "")

    @property
    def kind(self) -> str:
        """warcinfo, response, resource, request, metadata, revisit, conversion, or continuation."""
        return self.get("warc-type").lower()

    @property
    def url(self) -> str:
        """Its address, without the angle brackets of early writers; empty without one."""
        return self.get("warc-target-uri").removeprefix("<").removesuffix(">")

    @property
    def date(self) -> str:
        """Its time as written; empty without one."""
        return self.get("warc-date")


class Lost(NamedTuple):
    """Bytes of the file that could not be read as records."""

    offset: int
    until: int | None
    """Where reading goes on; None: nowhere, the rest is lost."""
    why: str
    url: str = ""
    """What the damaged record was of, where its headers could still be read."""
    after: Mark | None = None
    """That place, exactly: a frame may hold many records."""

    def __str__(self) -> str:
        span = f"offset {self.offset:,}" + ("" if self.until is None else f" to {self.until:,}")
        return f"{span}: {f'{self.url}: ' if self.url else ''}{self.why}" + (
            ", and all that follows is lost" if self.until is None else ""
        )


def records(
    stream: BinaryIO, mark: Mark = START, largest: int = LARGEST, kind: bytes | None = None
) -> Iterator[Record | Lost]:
    """The records of a WARC file from `mark` on, in their order, and what lies between them that is none.

    A record is given once its end is seen to be where it says. Of a block `largest` bytes are held, one at a time.
    `kind` is the magic of the frames, for a file whose first bytes do not tell.
    """
    try:
        frames = Frames(stream, kind)
        frames.seek(mark)
    except Damage as damage:
        yield Lost(damage.offset, None, damage.why)
        return
    while True:
        at: Mark | None = None
        try:
            if (begins := frames.begins()) is None:
                return
            at = frames.mark
            if not begins:
                raise Damage(at.offset, "no WARC record begins here")
            yield _record(frames, at, largest)
        except Damage as damage:
            since = at.offset if at else damage.offset
            until = frames.resume(max(since, damage.offset))
            yield Lost(since, until, damage.why, damage.url, None if until is None else frames.mark)
            if until is None:
                return


def _record(frames: Frames, at: Mark, largest: int) -> Record:
    headers = _headers(frames, at)
    try:
        length = _length(headers, at)
        block = frames.read(min(length, largest))
        there = len(block) + frames.skip(length - len(block))
        if there < length:
            raise Damage(at.offset, f"the record ends after {there:,} of {length:,} bytes")
        if not _ends(frames, at):
            raise Damage(at.offset, f"it does not end where its Content-Length of {length:,} says")
    except Damage as damage:
        damage.url = damage.url or headers.get("warc-target-uri", "").strip("<>")
        raise
    return Record(headers, block, length > len(block), at, frames.mark)


def _ends(frames: Frames, at: Mark) -> bool:
    """Whether a record ends here: with its frame, with its two empty lines, or where another one begins.

    Raises `Damage` where its own frame is damaged behind it: its checksum does not fit.
    """
    try:
        return frames.skip_blank() >= len(b"\r\n\r\n") or frames.begins() is not False
    except Damage as damage:
        if damage.offset == at.offset:
            raise
        return True


def _headers(frames: Frames, at: Mark) -> dict[str, str]:
    lines, size = list[bytes](), 0
    while (line := frames.line(HEADERS - size)).strip(b"\r\n"):
        lines.append(line)
        size += len(line)
    if not line:
        raise Damage(at.offset, "the file ends within the headers of a record")
    told: dict[str, str] = {}
    for name, value in fields(b"".join(lines[1:]), "utf-8"):
        told.setdefault(name.lower(), value)
    return told


def _length(headers: dict[str, str], at: Mark) -> int:
    told = headers.get("content-length", "")
    if not (told.isascii() and told.isdigit() and len(told) < 16):
        raise Damage(at.offset, f"its Content-Length is no number: {told[:40]!r}")
    return int(told)
