"""CDXJ, the index by which replaying software finds a record: sorted lines of key, time and JSON.

The key is the address turned around as the Internet Archive's tools turn it (`vn,example)/tin?a=1`): host reversed
without `www` and default port, everything in lower case, escapes in one spelling, doubled slashes and dot segments
resolved, no slash at the end, parts of the query sorted. The known library for it (surt) has a licence that ours cannot
take in; a test compares the keys. Session numbers in queries stay, unlike there.
"""

import hashlib
import json
import re
import zlib
from collections.abc import Callable, Iterable
from urllib.parse import quote_from_bytes, unquote_to_bytes

LINES = 3000
"""Lines in one block of a compressed index, as others' tools have it."""
_SPLIT = re.compile(r"(https?)://([^/?#]*)([^?#]*)(\?[^#]*)?(?:#.*)?", re.I | re.S)
_WWW = re.compile(r"www\d*\.")
_PLAIN = "".join(map(chr, range(0x21, 0x7F))).replace("%", "").replace("#", "")
_PORTS = {"http": ":80", "https": ":443"}


def key(url: str) -> str:
    """The key of an address; of what is none of the web the address itself."""
    if not (found := _SPLIT.fullmatch(url)):
        return "".join(url.split()).lower()
    scheme, host, path, query = found.groups()
    host = host.rpartition("@")[2].lower().removesuffix(_PORTS[scheme.lower()])
    name, _, port = host.partition(":") if "]" not in host else (host, "", "")
    turned = ",".join(reversed(_WWW.sub("", name.strip("."), count=1).split("."))) + (f":{port}" if port else "")
    parts = sorted(_spelt(query or "")[1:].split("&"))
    return f"{turned}){_resolved(_spelt(path))}" + (f"?{'&'.join(parts)}" if parts != [""] else "")


def line(url: str, at: str, told: dict[str, str]) -> str:
    """A line of the index; `at` as in the record: `2025-03-01T00:30:00Z`."""
    return f"{key(url)} {re.sub('[^0-9]', '', at)} {json.dumps({'url': url} | told)}\n"


def compressed(lines: Iterable[str], data: Callable[[bytes], object], name: str) -> Iterable[str]:
    """Write sorted lines in gzip blocks to `data`, a file called `name`; answers the lines of the index of blocks."""
    yield f"!meta 0 {json.dumps({'format': 'cdxj-gzip-1.0', 'filename': name})}\n"
    offset, block = 0, list[str]()
    for one in lines:
        block.append(one)
        if len(block) == LINES:
            offset, told = _block(block, offset, data)
            yield told
            block = []
    if block:
        yield _block(block, offset, data)[1]


def _block(lines: list[str], offset: int, data: Callable[[bytes], object]) -> tuple[int, str]:
    """Write one block; answers where the next one begins, and the line that tells of this one."""
    member = zlib.compressobj(wbits=16 + zlib.MAX_WBITS)
    packed = member.compress("".join(lines).encode()) + member.flush()
    data(packed)
    told = {"offset": offset, "length": len(packed), "digest": f"sha256:{hashlib.sha256(packed).hexdigest()}"}
    return offset + len(packed), f"{lines[0].partition(' {')[0]} {json.dumps(told)}\n"


def _spelt(text: str) -> str:
    """Lower case, and each escape undone or written in one way."""
    plain = text.encode()
    while (undone := unquote_to_bytes(plain)) != plain:
        plain = undone
    return quote_from_bytes(plain, safe=_PLAIN).lower()


def _resolved(path: str) -> str:
    """The path without doubled slashes, dot segments and a slash at its end; at least a slash."""
    parts = list[str]()
    for part in path.split("/"):
        if part == "..":
            parts = parts[:-1]
        elif part not in ("", "."):
            parts.append(part)
    return "/" + "/".join(parts)
