"""An archive, or some of its pages, as WARC: facts only, as streams, in the order in which they are given.

A file begins with a `warcinfo`; the first one then tells the runs (of the pages, or all) and, of a whole archive, what
was withdrawn. Every page is read in a read transaction of its own, so writers are not held up; what is withdrawn
meanwhile is left out, and so is a page whose bytes are damaged. What has to be remembered lies in a temporary file.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from importlib.metadata import version
from types import TracebackType
from typing import Protocol, Self

import msgspec

from archive import bodies
from archive.bodies import digest
from archive.describe import LICENSE
from archive.errors import DamagedBody
from archive.exports.output import Output, Sink
from archive.exports.records import Earlier, KeptPage, info_record, page_records, row_record, utc
from archive.exports.spool import Spool, mark
from archive.store import Archive
from archive.warc.writer import NewRecord, Pack, ending, packer

NAMED = 20
"""How many of the pages that were left out are named."""
STONES = 500
"""Tombstones that are read at a time."""
Progress = Callable[[int, int], None]
_PAGE = """
SELECT p.id, p.source, p.url, p.kind, p.fetched_at, p.status, p.headers, p.hints, p.truncated, p.tls, b.sha256,
  r.uid AS run, EXISTS (SELECT 1 FROM pages o WHERE o.body = p.body AND o.id <> p.id) AS shared, p.body AS body,
  (SELECT json_group_array(url) FROM (SELECT url FROM assets WHERE page = p.id ORDER BY url)) AS assets
FROM pages p JOIN bodies b ON b.id = p.body LEFT JOIN runs r ON r.id = p.run WHERE p.id = ?
"""
_BEFORE = """
SELECT p.url, p.fetched_at, b.sha256 FROM pages p JOIN bodies b ON b.id = p.body
WHERE p.url = ? AND p.fetched_at < ? AND p.status = 200 ORDER BY p.fetched_at DESC LIMIT 1
"""
_RUN = "SELECT uid, command, started, ended, outcome, stats FROM runs WHERE id = ?"
_STONES = """
SELECT url, reason, withdrawn_at, article, erased_at FROM withdrawals WHERE url > ? ORDER BY url LIMIT ?
"""


class About(msgspec.Struct, frozen=True):
    """What an export says of itself inside: nothing of the moment, so that one state gives the same bytes."""

    selected: str
    """What was chosen, in words."""
    title: str = "An archive of Vietnamese news"
    licence: str = LICENSE


@dataclass
class Streamed:
    """What went out, and what did not."""

    pages: int = 0
    revisits: int = 0
    """Of these, pages whose body stands with an earlier one, or that said that nothing had changed."""
    withdrawn: int = 0
    """Pages that were withdrawn while this ran: left out."""
    damaged: int = 0
    """Pages whose bytes are not what their SHA-256 says: left out."""
    named: list[str] = field(default_factory=list)
    """The first of the damaged ones."""


class Place(Protocol):
    """Where packed records go."""

    @property
    def offset(self) -> int:
        """Bytes in the file at hand."""

    def fits(self, size: int) -> bool:
        """Whether so many bytes may still come into the file at hand."""

    def write(self, data: bytes) -> None:
        """Append to it."""

    def count(self) -> None:
        """Note that it holds one page more."""

    def roll(self) -> None:
        """Begin the next file."""


class Volumes:
    """The files of an export: one, or with a `limit` of bytes several in a folder, `NAME-00001.warc.gz` and on."""

    def __init__(self, output: Output, name: str, limit: int | None = None) -> None:
        self._output, self._limit, self._stack = output, limit, ExitStack()
        self._ending = ending(name) or ".warc.gz"
        self._stem, self._volume = name.removesuffix(ending(name)), 0
        self.pack = packer(self._ending)

    def __enter__(self) -> Self:
        self._begin()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._stack.__exit__(kind, error, at)

    @property
    def offset(self) -> int:
        """Bytes in the file at hand."""
        return self._sink.tell()

    def fits(self, size: int) -> bool:
        """Whether so many bytes may still come into the file at hand."""
        return self._limit is None or self.offset + size <= self._limit

    def write(self, data: bytes) -> None:
        """Append to the file at hand."""
        self._sink.write(data)

    def count(self) -> None:
        """Note that the file at hand holds one page more."""
        self._sink.rows += 1

    def roll(self) -> None:
        """End the file at hand and begin the next one."""
        self._stack.close()
        self._begin()

    def _begin(self) -> None:
        self._volume += 1
        name = "" if self._limit is None else f"{self._stem}-{self._volume:05d}{self._ending}"
        self._sink: Sink = self._stack.enter_context(self._output.open(name))


Note = Callable[[KeptPage, NewRecord, int, int], None]
"""Called with a page, the record that stands for it, where that begins in its file, and how long it is there."""


def write_warc(
    archive: Archive,
    pages: Iterable[int],
    output: Output,
    name: str,
    about: About,
    *,
    whole: bool = False,
    split: int | None = None,
    progress: Progress | None = None,
) -> Streamed:
    """Write `pages` of an archive that is open for reading; `name` says how it is compressed, without an ending: gzip.

    `whole` says that these are all pages: runs and withdrawals go with them. With `split` `output` is a folder, and
    several files are made of at most so many bytes (a page that alone has more stands alone).
    """
    archive.need_whole()
    with closing(Spool()) as spool, Volumes(output, name, split) as files:
        spool.choose(archive, pages)
        return Streaming(archive, spool, files, files.pack, about).run(whole, progress)


class Streaming:
    """The records of one export on their way to their place."""

    def __init__(
        self, archive: Archive, spool: Spool, place: Place, pack: Pack, about: About, note: Note | None = None
    ) -> None:
        self._archive, self._spool, self._place, self._pack, self._about = archive, spool, place, pack, about
        self._note, self._volume, self._done = note or (lambda *_: None), 0, Streamed()

    def run(self, whole: bool, progress: Progress | None = None) -> Streamed:
        """Write everything; `whole`: with all runs and withdrawals."""
        tell, total = progress or (lambda *_: None), self._spool.pages
        if whole:
            self._spool.choose_all_runs(self._archive)
        self._begin()
        for record in self._rows(whole):
            self._put([record])
        for count, (number, known_by) in enumerate(self._spool.chosen(), 1):
            self._page(number, known_by)
            tell(count, total)
        return self._done

    def _page(self, number: int, known_by: int) -> None:
        try:
            page = read(self._archive, number)
        except DamagedBody as error:
            self._done.damaged += 1
            if len(self._done.named) < NAMED:
                self._done.named.append(str(error))
            return
        if page is None or mark(page.url, page.fetched_at) != known_by:
            self._done.withdrawn += 1
            return
        records = self._put_page(page)
        self._done.pages += 1
        self._done.revisits += records[0].kind == "revisit"
        if records[0].kind == "response":
            self._spool.see(page)

    def _put_page(self, page: KeptPage) -> list[NewRecord]:
        """Write a page's records into one file: where they do not fit, into the next, in which no body is yet."""
        records = page_records(page, self._earlier(page))
        packed = [*map(self._pack, records)]
        if not self._place.fits(sum(map(len, packed))):
            self._roll()
            records = page_records(page, self._earlier(page))
            packed = [*map(self._pack, records)]
        self._note(page, records[0], self._place.offset, len(packed[0]))
        for data in packed:
            self._place.write(data)
        self._place.count()
        return records

    def _put(self, records: list[NewRecord]) -> None:
        packed = b"".join(map(self._pack, records))
        if not self._place.fits(len(packed)):
            self._roll()
        self._place.write(packed)

    def _roll(self) -> None:
        """Go on in the next file, unless nothing but its `warcinfo` is in this one."""
        if self._place.offset > self._bare:
            self._place.roll()
            self._spool.forget()
            self._begin()

    def _begin(self) -> None:
        self._volume += 1
        at = utc(self._spool.latest or "1970-01-01T00:00:00+00:00")
        self._place.write(self._pack(info_record(at, info(self._about), str(self._volume))))
        self._bare = self._place.offset

    def _earlier(self, page: KeptPage) -> Earlier | None:
        """What a revisit leads to: never to another revisit, which ReplayWeb.page does not follow."""
        if not page.unchanged:
            return self._spool.earlier(page)
        rows = self._archive.rows(_BEFORE, (page.url, page.fetched_at))
        before = next((Earlier(*row.values()) for row in rows), None)
        return before and (self._spool.holder(before.sha256) or before)

    def _rows(self, whole: bool) -> Iterator[NewRecord]:
        for number in self._spool.runs():
            for row in self._archive.rows(_RUN, (number,)):
                yield row_record("run", row["uid"], row["started"], row)
        after: str | None = "" if whole else None
        while after is not None:
            stones = list(self._archive.rows(_STONES, (after, STONES)))
            for row in stones:
                yield row_record("withdrawal", digest(row["url"].encode()), row["withdrawn_at"], row)
            after = stones[-1]["url"] if stones else None


def read(archive: Archive, number: int) -> KeptPage | None:
    """A page as it was kept, from one state of the file; None: it was withdrawn. Raises `DamagedBody`, naming it."""
    with archive.reading() as db:
        row = next(archive.rows(_PAGE, (number,)), None)
        if row is None:
            return None
        try:
            body = bodies.get(db, row["body"])
        except DamagedBody as error:
            raise DamagedBody(f"{row['url']} of {row['fetched_at']}: {error}") from None
    if digest(body) != row["sha256"]:
        raise DamagedBody(f"{row['url']} of {row['fetched_at']}: its bytes are not those that were kept")
    return KeptPage(**row | {"body": body, "shared": bool(row["shared"])})


def info(about: About) -> dict[str, str]:
    """What the `warcinfo` of an export says."""
    return {
        "software": f"baoluu/{version('baoluu')}",
        "format": "WARC File Format 1.1",
        "conformsTo": "https://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/",
        "title": about.title,
        "description": f"{about.selected}. {about.licence} Bodies are kept decoded: headers of the wire begin with"
        " x-orig-. Request records hold what is known of a request: method, address, host. Metadata records hold what"
        " baoluu knows of a page besides.",
    }
