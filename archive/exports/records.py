"""What the WARC records of a kept page hold, so that the archive's facts can be made of them again.

A page is a `response` (or a `revisit` that leads to one with the same body), then a `metadata` record with every fact
that HTTP has no place for, then a `request`. The metadata's address is `urn:baoluu:page:` and the page's, as
Browsertrix has its `urn:pageinfo:`: under the page's own address pywb showed the metadata in the page's place. Headers
of the wire (`content-encoding` and the like) belong to a body that was decoded when it was kept: they are written as
`x-orig-…`, as Browsertrix does. What of a header cannot stand in HTTP (an empty name, a line's end) is left out there;
the metadata has all of it. It alone has the headers of a 304: pywb shows a revisit with the headers that stand in it,
and with those of a 304 a browser shows nothing. Ids are made of natural keys, so one state of an archive gives the same
bytes whenever it is exported.
"""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from http import HTTPStatus
from typing import NamedTuple
from urllib.parse import quote
from uuid import UUID, uuid5

import msgspec

from archive.warc.writer import NewRecord

FORMAT = 1
"""Of the JSON in metadata records; its key is `baoluu`."""
_OURS = UUID("d2f4c1de-52a5-4b1d-9a7e-6f1b0c3a77b1")
"""The namespace of our record ids."""
_REVISIT = "http://netpreserve.org/warc/1.1/revisit/"
_HTTP = re.compile("^https?://", re.I)
_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_BROKEN = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]+")
_WIRE = ("content-encoding", "transfer-encoding", "content-length")
_PRINTED = "".join(map(chr, range(0x21, 0x7F))).translate(dict.fromkeys(map(ord, '<>"{}|\\^`')))
"""What may stand in an address as it is."""


class Earlier(NamedTuple):
    """The page that a revisit leads to."""

    url: str
    fetched_at: str
    sha256: str


class KeptPage(msgspec.Struct, frozen=True, kw_only=True):
    """A row of `pages` with its body, the body's digest and the run's name; JSON columns as they stand there."""

    id: int
    source: str
    url: str
    kind: str
    fetched_at: str
    status: int
    headers: str
    hints: str
    truncated: str | None
    tls: str | None
    sha256: str
    run: str | None
    shared: bool
    """Whether other pages show the same body."""
    body: bytes
    assets: str = "[]"
    """URLs of what it shows; an empty one alone: it was looked at, and shows nothing."""

    @property
    def is_http(self) -> bool:
        """Whether its URL is one of the web; a text dump has `urn:sha256:…`."""
        return bool(_HTTP.match(self.url))

    @property
    def named_headers(self) -> dict[str, str]:
        """The response's headers; several values of one name are joined by newlines."""
        return msgspec.json.decode(self.headers, type=dict[str, str])

    @property
    def mime(self) -> str:
        """Its media type with what may follow; `text/plain` of a dump that has none, else empty."""
        told = next((v for name, v in self.named_headers.items() if name.lower() == "content-type"), "")
        return told.partition("\n")[0].strip() or ("" if self.is_http else "text/plain")

    @property
    def unchanged(self) -> bool:
        """Whether the paper said that nothing had changed."""
        return self.status == HTTPStatus.NOT_MODIFIED and not self.body


def named(what: str, *key: str) -> str:
    """The id of the record `what` of the thing with this natural key."""
    return f"urn:uuid:{uuid5(_OURS, chr(0).join((what, *key)))}"


def utc(moment: str) -> str:
    """A moment as WARC writes it: `2025-03-01T00:30:00+07:00` is `2025-02-28T17:30:00Z`."""
    return datetime.fromisoformat(moment).astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def target(url: str) -> str:
    """The URL in one line, its scheme in lower case; what no address may hold is percent-encoded."""
    return quote(_HTTP.sub(lambda found: found[0].lower(), url, count=1), safe=_PRINTED)


def page_records(page: KeptPage, earlier: Earlier | None) -> list[NewRecord]:
    """The records of one page. `earlier` has the same body; of a 304 it is what had not changed."""
    date, url = utc(page.fetched_at), target(page.url)
    main = _answer(page, earlier, url, date)
    facts = NewRecord(
        "metadata",
        named("facts", page.url, page.fetched_at, page.sha256),
        date,
        (
            ("WARC-Target-URI", f"urn:baoluu:page:{url}"),
            ("WARC-Concurrent-To", f"<{main.id}>"),
            ("WARC-Refers-To", f"<{main.id}>"),
        ),
        "application/json",
        payload=_facts(page, url),
    )
    return [main, facts, _request(page, main.id, url, date)] if page.is_http else [main, facts]


def row_record(what: str, name: str, at: str, row: Mapping[str, object]) -> NewRecord:
    """A row of `runs` or `withdrawals`: `urn:baoluu:<what>:<name>`, its columns as JSON."""
    urn = f"urn:baoluu:{what}:{name}"
    told = msgspec.json.encode(row, order="sorted")
    return NewRecord("metadata", named(urn), utc(at), (("WARC-Target-URI", urn),), "application/json", payload=told)


def info_record(at: str, fields: Mapping[str, str], key: str) -> NewRecord:
    """The `warcinfo` that a file begins with; `key` tells it from other files' of one export."""
    told = "".join(f"{name}: {' '.join(value.split())}\r\n" for name, value in fields.items())
    return NewRecord("warcinfo", named("file", key, at, told), at, (), "application/warc-fields", payload=told.encode())


def _answer(page: KeptPage, earlier: Earlier | None, url: str, date: str) -> NewRecord:
    fields = [("WARC-Target-URI", url)]
    if page.truncated:
        fields.append(("WARC-Truncated", "unspecified"))
    name = named("page", page.url, page.fetched_at, page.sha256)
    headers = page.named_headers
    if not page.is_http:
        return NewRecord("resource", name, date, tuple(fields), page.mime, payload=page.body, payload_sha=page.sha256)
    if earlier is None and not page.unchanged:
        head = http_head(page.status, headers, len(page.body))
        return _http("response", name, date, fields, head, page.body, page.sha256)
    why = "server-not-modified" if page.unchanged else "identical-payload-digest"
    fields.append(("WARC-Profile", _REVISIT + why))
    if earlier:
        fields += [
            ("WARC-Refers-To", f"<{named('page', *earlier)}>"),
            ("WARC-Refers-To-Target-URI", target(earlier.url)),
            ("WARC-Refers-To-Date", utc(earlier.fetched_at)),
        ]
    head = b"" if page.unchanged and earlier else http_head(page.status, headers, len(page.body))
    return _http("revisit", name, date, fields, head, b"", earlier.sha256 if earlier else "")


def _http(
    kind: str, name: str, date: str, fields: list[tuple[str, str]], head: bytes, body: bytes, sha: str
) -> NewRecord:
    return NewRecord(kind, name, date, tuple(fields), "application/http; msgtype=response", head, body, sha)


def http_head(status: int, headers: Mapping[str, str], length: int) -> bytes:
    """Status line and headers, one line a value, with the true length of the body; a status outside 100–999 is 000."""
    code = status if 100 <= status <= 999 else 0
    lines = [f"HTTP/1.1 {code:03d} {_phrase(code)}".encode()]
    for name, values in headers.items():
        if _TOKEN.fullmatch(name):
            shown = f"x-orig-{name}" if name.lower() in _WIRE else name
            lines += [_bytes(f"{shown}: {_BROKEN.sub(' ', value)}") for value in values.split("\n")]
    return b"\r\n".join([*lines, b"content-length: %d" % length, b"\r\n"])


def _phrase(code: int) -> str:
    try:
        return HTTPStatus(code).phrase
    except ValueError:
        return "Unknown"


def _bytes(line: str) -> bytes:
    """A header's line as it was on the wire, whose bytes are kept as Latin-1; what never came from there as UTF-8."""
    try:
        return line.encode("latin-1")
    except UnicodeEncodeError:
        return line.encode()


def _facts(page: KeptPage, url: str) -> bytes:
    """Every fact of the page's row; `url` only where the record could not hold it as it was."""
    facts: dict[str, object] = {
        "baoluu": FORMAT,
        "source": page.source,
        "kind": page.kind,
        "status": page.status,
        "hints": msgspec.Raw(page.hints.encode()),
        "headers": msgspec.Raw(page.headers.encode()),
        "truncated": page.truncated,
        "tls": page.tls,
        "run": page.run,
        "sha256": page.sha256,
    }
    more = {"url": page.url} if url != page.url else {}
    shown = {"assets": msgspec.Raw(page.assets.encode())} if page.assets != "[]" else {}
    return msgspec.json.encode(facts | more | shown)


def _request(page: KeptPage, answer: str, url: str, date: str) -> NewRecord:
    """What is known of the request: method, address, host."""
    rest = url.split("://", 1)[1]
    host = re.split("[/?#]", rest, maxsplit=1)[0]
    path = rest[len(host) :].partition("#")[0]
    path = path if path.startswith("/") else f"/{path}"
    head = f"GET {path} HTTP/1.1\r\nHost: {host.rpartition('@')[2]}\r\n\r\n"
    fields = (("WARC-Target-URI", url), ("WARC-Concurrent-To", f"<{answer}>"))
    name = named("request", page.url, page.fetched_at, page.sha256)
    return NewRecord("request", name, date, fields, "application/http; msgtype=request", head=head.encode())
