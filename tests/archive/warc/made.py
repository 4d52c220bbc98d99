"""WARC files in every shape that writers give them, with pages about invented events."""

import base64
import gzip
import hashlib
import io
import zlib
from collections.abc import Iterable
from itertools import pairwise

from backports import zstd

from archive.warc.reader import Lost, Record, records

DATE = "2025-03-01T01:00:00Z"
ENDS = b"\r\n\r\n"


def sha1(data: bytes) -> str:
    """As most writers write a digest."""
    return "sha1:" + base64.b32encode(hashlib.sha1(data).digest()).decode()


def sha256(data: bytes) -> str:
    return "sha256:" + hashlib.sha256(data).hexdigest()


def warc(kind: str, block: bytes, *, end: str = "\r\n", version: str = "1.1", **headers: str | None) -> bytes:
    """One record; `headers` are fields with `_` for `-`, which take the place of the usual ones, None of none."""
    usual = {
        "WARC-Type": kind,
        "WARC-Record-ID": f"<urn:uuid:{hashlib.md5(kind.encode() + block + str(headers).encode()).hexdigest()}>",
        "WARC-Date": DATE,
        "Content-Length": str(len(block)),
    }
    told = usual | {name.replace("_", "-"): value for name, value in headers.items()}
    lines = [f"WARC/{version}", *(f"{name}: {value}" for name, value in told.items() if value is not None)]
    return (end.join(lines) + 2 * end).encode() + block + 2 * end.encode()


def http(body: bytes, *headers: str, status: str = "200 OK", kind: str | None = "text/html; charset=utf-8") -> bytes:
    """An HTTP response as a server sends it."""
    told = [f"HTTP/1.1 {status}", *([f"Content-Type: {kind}"] if kind else []), *headers]
    return "\r\n".join([*told, "", ""]).encode() + body


def response(
    url: str, body: bytes, *headers: str, status: str = "200 OK", kind: str | None = "text/html", **fields: str | None
) -> bytes:
    """A `response` record of `url`."""
    block = http(body, *headers, status=status, kind=kind)
    told: dict[str, str | None] = {"WARC_Target_URI": url, "Content_Type": "application/http; msgtype=response"}
    return warc("response", block, **told | fields)


def article(number: int, words: int = 20) -> bytes:
    """A page that is another for every number."""
    text = "".join(
        f"<p>Đoạn {n} của bài {number}: làng chài Bến Cỏ sửa lại con đê {number * n}.</p>" for n in range(words)
    )
    return f"<!doctype html><title>Bài {number}</title><h1>Bài {number}</h1>{text}".encode()


def some(count: int = 5) -> list[bytes]:
    """Records of so many pages."""
    return [response(f"https://song.example.vn/bai-{n}.html", article(n)) for n in range(1, count + 1)]


def each_gzip(made: Iterable[bytes]) -> bytes:
    return b"".join(gzip.compress(record, mtime=0) for record in made)


def each_zstd(made: Iterable[bytes]) -> bytes:
    options = {int(zstd.CompressionParameter.checksum_flag): 1}
    return b"".join(zstd.compress(record, options=options) for record in made)


def dictionary(made: Iterable[bytes]) -> "zstd.ZstdDict":
    return zstd.train_dict([*made, *some(60)], 4096)


def with_dictionary(made: list[bytes], *, packed: bool = False) -> bytes:
    """As `.warc.zst` files of the Internet Archive's begin: a skippable frame with the dictionary."""
    words = dictionary(made)
    data = zstd.compress(words.dict_content) if packed else words.dict_content
    head = b"\x5d\x2a\x4d\x18" + len(data).to_bytes(4, "little") + data
    return head + b"".join(zstd.compress(record, zstd_dict=words) for record in made)


def in_blocks(made: list[bytes], size: int = 700) -> bytes:
    """As bgzip does: gzip members of a fixed size that split records, and an empty one at the end."""
    whole = b"".join(made)
    cuts = [*range(0, len(whole), size), len(whole)]
    return b"".join(gzip.compress(whole[a:b], mtime=0) for a, b in pairwise(cuts)) + gzip.compress(b"", mtime=0)


SHAPES = {
    "plain": b"".join,
    "gzip": each_gzip,
    "zstd": each_zstd,
    "zstd with a dictionary": with_dictionary,
    "zstd with a packed dictionary": lambda made: with_dictionary(made, packed=True),
    "one gzip member": lambda made: gzip.compress(b"".join(made), mtime=0),
    "one zstd frame": lambda made: zstd.compress(b"".join(made)),
    "bgzip": in_blocks,
    "two records a member": lambda made: each_gzip([b"".join(made[n : n + 2]) for n in range(0, len(made), 2)]),
}
"""How a list of records becomes a file."""


def read(data: bytes, **options: object) -> tuple[list[Record], list[Lost]]:
    """Its records, and what was lost."""
    found = list(records(io.BytesIO(data), **options))  # type: ignore[arg-type]
    return [r for r in found if isinstance(r, Record)], [r for r in found if isinstance(r, Lost)]


def blocks(made: Iterable[bytes]) -> list[bytes]:
    """What stands between the headers and the end of each record."""
    return [one.partition(ENDS)[2].removesuffix(ENDS) for one in made]


def bomb(size: int) -> bytes:
    """A gzip member of a record whose block are `size` zeros, made without holding them."""
    pack, step = zlib.compressobj(9, zlib.DEFLATED, 31), bytes(1 << 20)
    head = f"WARC/1.1\r\nWARC-Type: response\r\nWARC-Target-URI: https://song.example.vn/b\r\nWARC-Date: {DATE}\r\n"
    parts = [pack.compress(f"{head}Content-Length: {size}\r\n\r\n".encode())]
    parts += [pack.compress(step[: min(len(step), size - at)]) for at in range(0, size, len(step))]
    return b"".join([*parts, pack.compress(ENDS), pack.flush()])
