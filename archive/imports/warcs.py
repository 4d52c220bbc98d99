"""Pages from WARC files: responses, resources and revisits of any writer, and the facts that exports of ours add."""

from collections.abc import Iterator
from http import HTTPStatus
from typing import Annotated, BinaryIO

import msgspec

from archive import bodies
from archive.encoding import CUT, SHORT, TooLarge, decoded, encodings_of
from archive.facts import Hints, Page, PageKind
from archive.imports.addresses import address, universal
from archive.imports.items import Arrival, Item, Passed, Read, Refused, Revisit, RunRow, Tombstone
from archive.looks import readable
from archive.warc.digests import Digest, digest_in
from archive.warc.frames import Mark
from archive.warc.http import Fields, NotHttp, Response, parted, response
from archive.warc.reader import LARGEST, START, Lost, Record, records

RUN, WITHDRAWAL = "urn:baoluu:run:", "urn:baoluu:withdrawal:"
"""What begins the WARC-Target-URI of a `metadata` record that holds such a row of an archive of ours."""
LONG = "the record was longer than what is kept of one"
SEGMENT = "further segments of it were not joined"
_LYING = "its bytes are not those of its payload's digest"
_NOT_MODIFIED = "server-not-modified"


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """What an archive of ours knew of a page beyond the response: the `metadata` record right behind it, JSON."""

    baoluu: int
    source: str
    kind: PageKind
    status: Annotated[int, msgspec.Meta(ge=0, le=999)]
    headers: dict[str, str]
    sha256: str
    hints: Hints = Hints()
    truncated: str | None = None
    tls: str | None = None
    run: str | None = None
    assets: tuple[str, ...] = ()
    url: str | None = None
    """Only where the record could not hold it as it was."""


def read(stream: BinaryIO, mark: Mark = START, kind: bytes | None = None, largest: int = LARGEST) -> Iterator[Read]:
    """What the WARC file holds from `mark` on. What cannot be taken comes as `Refused`, with its offset.

    `kind` and `largest` are as for `records`.
    """
    held: Read | None = None
    held_id = ""
    for found in records(stream, mark, largest, kind):
        told = _told(found, held_id) if held and isinstance(found, Record) else None
        if held and told and isinstance(found, Record):
            yield Read(_with(held.item, told, found), found.after, held.at)
            held = None
            continue
        if held:
            yield held
            held = None
        read = _read(found, largest)
        if isinstance(read.item, Arrival | Revisit) and isinstance(found, Record):
            held, held_id = read, found.get("warc-record-id")
        else:
            yield read
    if held:
        yield held


def _read(found: Record | Lost, largest: int) -> Read:
    if isinstance(found, Record):
        return Read(_item(found, largest), found.after, found.at)
    return Read(Refused(_where(found.offset), _lost(found), found.url), found.after)


def _where(offset: int) -> str:
    return f"offset {offset:,}"


def _lost(lost: Lost) -> str:
    if lost.until is None:
        return f"{lost.why}; from here on the file is lost"
    return f"{lost.why}; lost up to offset {lost.until:,}"


def _item(record: Record, largest: int) -> Item:
    where, kind = _where(record.at.offset), record.kind
    if kind == "metadata":
        return _row(record) or Passed(kind)
    if kind not in ("response", "resource", "revisit"):
        return Passed(kind or "untyped")
    try:
        url = address(record.url)
    except ValueError as error:
        return Refused(where, str(error), record.url[:200])
    if not url:
        return Refused(where, "it has no WARC-Target-URI") if not record.url else Passed(record.url.partition(":")[0])
    try:
        at = universal(record.date)
    except ValueError:
        return Refused(where, f"its WARC-Date is no time: {record.date[:40]!r}", url)
    if wrong := _lies(record):
        return Refused(where, wrong, url)
    try:
        if kind == "resource":
            return _resource(record, url, at, where)
        if kind == "revisit":
            return _revisit(record, url, at, where)
        return _response(record, url, at, where, largest)
    except (NotHttp, TooLarge) as error:
        return Refused(where, str(error), url)


def _lies(record: Record) -> str:
    """Whether the digest of a record's block is not that of its bytes."""
    block = None if record.cut else digest_in(record.get("warc-block-digest"))
    return (
        "" if block is None or block.fits(record.block) else f"its bytes are not those of its {block.algorithm} digest"
    )


def _payload(record: Record, *readings: bytes) -> tuple[Digest | None, bool]:
    """The payload's digest, if it is that of the bytes in one of their readings: only by such a one may a later record
    name them. And whether it lies.

    Writers disagree whether chunks and encodings belong to a payload; where a block's digest fits, that of a payload in
    yet another reading harms nobody.
    """
    payload = digest_in(record.get("warc-payload-digest"))
    if payload is None or record.cut:
        return None, False
    if any(payload.fits(reading) for n, reading in enumerate(readings) if reading not in readings[:n]):
        return payload, False
    return None, digest_in(record.get("warc-block-digest")) is None


def _values(fields: Fields, name: str) -> list[str]:
    return [value for n, value in fields if n.lower() == name]


def _headers(fields: Fields) -> dict[str, str]:
    """As pages carry them. The content encoding is undone, as that of a crawled page is."""
    told: dict[str, str] = {}
    for name, value in fields:
        key = name.lower()
        if key != "content-encoding":
            told[key] = f"{told[key]}\n{value}" if key in told else value
    return told


def _response(record: Record, url: str, at: str, where: str, largest: int) -> Item:
    found = response(record.block)
    encodings = encodings_of(_values(found.fields, "content-encoding"), url, found.body)
    body, whole = decoded(found.body, encodings, largest)
    truncated = record.get("warc-truncated") or (LONG if record.cut else None)
    truncated = truncated or (None if found.whole else SHORT) or (None if whole else CUT)
    truncated = truncated or (SEGMENT if record.get("warc-segment-number") else None)
    page = _page(url, at, body, found.status, _headers(found.fields), truncated)
    payload, lies = _payload(record, parted(record.block)[1], found.body, body)
    return Refused(where, _LYING, url) if lies else Arrival(page=page, where=where, payload=payload)


def _resource(record: Record, url: str, at: str, where: str) -> Item:
    kind = record.get("content-type")
    cut = LONG if record.cut else SEGMENT if record.get("warc-segment-number") else None
    page = _page(url, at, record.block, 200, {"content-type": kind} if kind else {}, cut)
    payload, lies = _payload(record, record.block)
    return Refused(where, _LYING, url) if lies else Arrival(page=page, where=where, payload=payload)


def _revisit(record: Record, url: str, at: str, where: str) -> Item:
    found = response(record.block) if record.block.strip() else Response(0, (), b"", True)
    headers = _headers(found.fields)
    if _NOT_MODIFIED in record.get("warc-profile"):
        return Arrival(page=_page(url, at, b"", HTTPStatus.NOT_MODIFIED, headers, None), where=where)
    digest = digest_in(record.get("warc-payload-digest"))
    try:
        refers_url = address(record.get("warc-refers-to-target-uri").strip("<>"))
        refers_at = universal(record.get("warc-refers-to-date"))
    except ValueError:
        refers_url = refers_at = ""
    if not digest and not refers_url:
        return Refused(where, "a revisit that names neither a digest nor what it repeats", url)
    page, named = _page(url, at, b"", found.status or 200, headers, None), str(digest or "")
    refers_at = refers_at if refers_url else ""
    return Revisit(page=page, where=where, digest=named, refers_url=refers_url, refers_at=refers_at)


def _page(url: str, at: str, body: bytes, status: int, headers: dict[str, str], truncated: str | None) -> Page:
    hints = Hints(via="replay")
    return Page(
        url=url, fetched_at=at, body=body, status=status, headers=headers, hints=hints, truncated=truncated or None
    )


def _row(record: Record) -> RunRow | Tombstone | None:
    """The row of an archive of ours in a `metadata` record, if it holds one, and one that every command can read."""
    rows: tuple[tuple[str, type[RunRow | Tombstone]], ...] = ((RUN, RunRow), (WITHDRAWAL, Tombstone))
    for prefix, made in rows:
        if record.url.startswith(prefix):
            try:
                row = msgspec.json.decode(record.block, type=made)
            except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
                return None
            return row if _sane(row) else None
    return None


def _sane(row: RunRow | Tombstone) -> bool:
    times = (row.started, row.ended) if isinstance(row, RunRow) else (row.withdrawn_at,)
    try:
        if any(time is not None and universal(time) != time for time in times):
            return False
        return readable(row.stats or "{}") and bool(row.uid) if isinstance(row, RunRow) else bool(address(row.url))
    except ValueError:
        return False


def _told(record: Record, of: str) -> Told | None:
    """What a `metadata` record says of the record with the id `of`, if it is one of ours."""
    if record.kind != "metadata" or not of:
        return None
    if of not in (record.get("warc-refers-to"), record.get("warc-concurrent-to")):
        return None
    if not record.get("content-type").startswith("application/json") or b'"baoluu"' not in record.block:
        return None
    try:
        return msgspec.json.decode(record.block, type=Told)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None


def _with(item: Item, told: Told, record: Record) -> Item:
    """A page as it was kept: the response's bytes, and everything else as our metadata have it. Refused where those
    are of other bytes: somebody has changed the one or the other."""
    assert isinstance(item, Arrival | Revisit)
    if isinstance(item, Arrival) and bodies.digest(item.page.body) != told.sha256:
        if item.page.truncated == LONG:
            return item  # what it has more was cut off here
        where = _where(record.at.offset)
        return Refused(where, f"its bytes are not those whose SHA-256 is {told.sha256[:80]}", item.page.url)
    page = msgspec.structs.replace(
        item.page, url=told.url or item.page.url, status=told.status, headers=told.headers, hints=told.hints,
        kind=told.kind, truncated=told.truncated, tls=told.tls,
    )  # fmt: skip
    made = msgspec.structs.replace(item, page=page, source=told.source, run=told.run, assets=told.assets)
    return msgspec.structs.replace(made, digest=f"sha256:{told.sha256}") if isinstance(made, Revisit) else made
