"""Writing WARC 1.1 records, each a gzip member or zstd frame of its own, so that a reader can jump to any of them.

An own writer of these few lines and not warcio's: the same records must give the same bytes, each body is hashed once
for the block and never again, and a record has to be whole in memory before it is known whether it still fits into its
file; warcio knows no zstd. Measured on 300 generated pages of 76 KB, processor time a page: gzip level 9, which warcio
takes, 2.30 ms and 17.19 KB; level 6, taken here, 2.22 ms and 17.32 KB; level 5 1.55 ms and 17.54 KB; level 1 0.77 ms
and 19.74 KB. zstd level 3 0.23 ms and 16.73 KB; level 9, taken here, 1.22 ms and 15.47 KB; level 12 2.93 ms and
15.39 KB. A SHA-256 takes 0.06 ms.
"""

import hashlib
import re
import zlib
from collections.abc import Callable, Iterable
from typing import NamedTuple

from backports import zstd

GZIP_LEVEL = 6
ZSTD_LEVEL = 9
_GZIP = 16 + zlib.MAX_WBITS
"""zlib's way to ask for gzip's frame; its header carries no time and no name."""
_CONTROL = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029]+")
"""What could end a line for some reader."""


class NewRecord(NamedTuple):
    """A record to be written. Its block is `head` (HTTP's status line and headers, or nothing), then `payload`."""

    kind: str
    """warcinfo, response, resource, request, metadata or revisit."""
    id: str
    """`urn:uuid:…`"""
    date: str
    """`YYYY-MM-DDTHH:MM:SSZ`"""
    fields: tuple[tuple[str, str], ...]
    """Further named fields, in their order; addresses in angle brackets where the standard has them."""
    content_type: str
    head: bytes = b""
    payload: bytes = b""
    payload_sha: str = ""
    """SHA-256 of the payload, hexadecimal, where the record states it; of a revisit that of what it stands for."""


Pack = Callable[[NewRecord], bytes]


def packer(name: str) -> Pack:
    """What turns a record into the bytes of a file with this name: `.warc.gz`, `.warc.zst` or `.warc`.

    Raises ValueError for any other ending.
    """
    if not (end := ending(name)):
        raise ValueError(f"{name}: a WARC file's name ends with {', '.join(_ENDINGS)}")
    squeeze = _ENDINGS[end.lower()]
    return lambda record: squeeze(parts(record))


def ending(name: str) -> str:
    """The ending by which `packer` knows the file, as it is written there; empty where there is none."""
    return next((name[-len(end) :] for end in _ENDINGS if name.lower().endswith(end)), "")


def parts(record: NewRecord) -> tuple[bytes, ...]:
    """The bytes of a record, uncompressed, in pieces: a body is not copied for it."""
    block = hashlib.sha256(record.head)
    block.update(record.payload)
    lines = [
        "WARC/1.1",
        f"WARC-Type: {record.kind}",
        f"WARC-Record-ID: <{record.id}>",
        f"WARC-Date: {record.date}",
        *(f"{name}: {one_line(value)}" for name, value in record.fields),
        f"WARC-Block-Digest: sha256:{block.hexdigest()}",
        *([f"WARC-Payload-Digest: sha256:{record.payload_sha}"] if record.payload_sha else []),
        f"Content-Type: {one_line(record.content_type)}",
        f"Content-Length: {len(record.head) + len(record.payload)}",
        "\r\n",
    ]
    return "\r\n".join(lines).encode(), record.head, record.payload, b"\r\n\r\n"


def one_line(value: str) -> str:
    """A value that cannot begin another line, whatever a reader takes for a line's end."""
    return _CONTROL.sub(" ", value).strip()


def _gzip(pieces: Iterable[bytes]) -> bytes:
    member = zlib.compressobj(GZIP_LEVEL, zlib.DEFLATED, _GZIP)
    return b"".join([*map(member.compress, pieces), member.flush()])


def _zstd(pieces: Iterable[bytes]) -> bytes:
    """A frame that states its size and has a checksum."""
    options: dict[int, int] = {
        zstd.CompressionParameter.compression_level: ZSTD_LEVEL,
        zstd.CompressionParameter.checksum_flag: 1,
    }
    return zstd.compress(b"".join(pieces), options=options)


_ENDINGS: dict[str, Callable[[Iterable[bytes]], bytes]] = {
    ".warc.gz": _gzip,
    ".warc.zst": _zstd,
    ".warc": b"".join,
}
ENDINGS = tuple(_ENDINGS)
"""Of the names of WARC files."""
