"""Which format a file has, by its bytes, and the WARC files that it is or holds."""

import hashlib
import io
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Literal, cast

from backports import zstd

from archive.warc.frames import BEGIN, DICTIONARY, GZIP, ZSTD

Format = Literal["warc", "wacz", "torn wacz", "archive", "items", "text", "html"]
WARC_NAMES = (".warc", ".warc.gz", ".warc.zst")
_ITEMS = (".jsonl", ".jl", ".json", ".csv", ".xml")
_ENDS = 1 << 16
"""Bytes at either end of a file by which it is known again."""
_ZIP, _SQLITE = b"PK\x03\x04", b"SQLite format 3\x00"


class Unreadable(ValueError):
    """The file cannot be imported: what it is, and what could be done. Raised by the functions of this module."""


@dataclass(frozen=True)
class Part:
    """A WARC file: a file of its own, or a member of a WACZ."""

    path: Path
    member: str | None
    size: int
    key: str
    """By this it is known again, whatever it is called by then."""
    kind: bytes | None = None
    """Magic of its frames, where its first bytes do not tell."""

    @property
    def name(self) -> str:
        """What it is called."""
        return f"{self.path.name}:{self.member}" if self.member else self.path.name

    @contextmanager
    def open(self) -> Iterator[BinaryIO]:
        """Its bytes, from the first on; they can be sought in. Raises OSError, and `Unreadable` for a damaged WACZ."""
        with ExitStack() as opened:
            stream: BinaryIO = opened.enter_context(self.path.open("rb"))
            if self.member is not None:
                try:
                    stream = _member(opened.enter_context(zipfile.ZipFile(stream)), stream, self.member)
                except (zipfile.BadZipFile, NotImplementedError, RuntimeError, KeyError, EOFError) as error:
                    raise Unreadable(f"{self.path}: {self.member}: {error}") from None
            yield stream


class _Slice(io.RawIOBase):
    """The bytes of a member that is stored as it is: they can be sought in, and whether they are whole its WARC
    records tell themselves. Python's reader would read all before a place again, and refuse the last ones where one
    byte anywhere has changed."""

    def __init__(self, stream: BinaryIO, start: int, size: int) -> None:
        self._stream, self._start, self._size, self._at = stream, start, size, 0

    def tell(self) -> int:
        """Where the next byte is."""
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Go to `offset`, from the first byte on."""
        assert whence == io.SEEK_SET
        self._at = offset
        return offset

    def read(self, size: int = -1) -> bytes:
        """At most so many bytes."""
        self._stream.seek(self._start + self._at)
        left = max(0, self._size - self._at)
        data = self._stream.read(left if size < 0 else min(size, left))
        self._at += len(data)
        return data


def _member(archive: zipfile.ZipFile, stream: BinaryIO, name: str) -> BinaryIO:
    info = archive.getinfo(name)
    member = archive.open(info)  # which looks at the member's own header
    if info.compress_type != zipfile.ZIP_STORED:
        return cast(BinaryIO, member)
    member.close()
    stream.seek(info.header_offset + 26)
    lengths = stream.read(4)
    start = info.header_offset + 30 + int.from_bytes(lengths[:2], "little") + int.from_bytes(lengths[2:], "little")
    return cast(BinaryIO, _Slice(stream, start, info.file_size))


def format_of(path: Path) -> Format:
    """What `path`, a file, holds. Raises `Unreadable` for what is known to be none of these, and OSError."""
    with path.open("rb") as stream:
        head = stream.read(_ENDS)
    if head.startswith(_SQLITE):
        return "archive"
    if head.startswith(_ZIP):
        return "wacz" if zipfile.is_zipfile(path) else "torn wacz"
    if head.startswith(BEGIN) or head.startswith(DICTIONARY) or _unfolded(head).startswith(BEGIN):
        return "warc"
    if head.startswith((GZIP, ZSTD)):
        raise Unreadable(f"{path}: compressed, and no WARC inside; unpack it and import what comes out")
    if path.name.endswith(WARC_NAMES):
        raise Unreadable(f"{path}: is called a WARC file, and does not begin as one")
    suffix = path.suffix.lower()
    return "text" if suffix == ".txt" else "items" if suffix in _ITEMS else "html"


def _unfolded(head: bytes) -> bytes:
    try:
        if head.startswith(GZIP):
            return zlib.decompressobj(wbits=31).decompress(head, len(BEGIN))
        if head.startswith(ZSTD):
            return zstd.ZstdDecompressor().decompress(head, len(BEGIN))
    except (zlib.error, zstd.ZstdError):
        pass
    return b""


def parts_of(path: Path, form: Format) -> list[Part]:
    """The WARC files in `path`, a WARC or WACZ. Raises `Unreadable`, and OSError."""
    if form != "wacz":
        kind = GZIP if form == "torn wacz" else None
        return [Part(path, None, path.stat().st_size, _key(path), kind)]
    try:
        with zipfile.ZipFile(path) as archive:
            members = [m for m in archive.infolist() if m.filename.endswith(WARC_NAMES)]
    except zipfile.BadZipFile as error:
        raise Unreadable(f"{path}: a damaged zip file: {error}") from None
    if not members:
        raise Unreadable(f"{path}: a zip file without a WARC file in it; unpack it and import the folder")
    if locked := [m.filename for m in members if m.flag_bits & 1]:
        raise Unreadable(f"{path}: {locked[0]} is encrypted; unpack it with its password and import the folder")
    whole = _key(path)
    return [Part(path, m.filename, m.file_size, _digest(whole, m.filename, m.CRC)) for m in members]


def _key(path: Path) -> str:
    """A digest of a file's size and ends: enough to know again what was imported, without reading gigabytes."""
    size = path.stat().st_size
    with path.open("rb") as stream:
        first = stream.read(_ENDS)
        stream.seek(max(0, size - _ENDS))
        return _digest(size, first, stream.read(_ENDS))


def _digest(*told: object) -> str:
    return hashlib.sha256(repr(told).encode()).hexdigest()
