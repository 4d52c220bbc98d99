"""An archive, or some of its pages, as one WACZ 1.1.1 file: a zip of the WARC, its index and a list of the articles.

See specs.webrecorder.net/wacz/1.1.1. The index is always in blocks (`index.cdx.gz` with `index.idx`), also for a few
pages: py-wacz finds no index else, and ReplayWeb.page reads it by parts. The WARC and the index are stored as they
are, being compressed already. All is written as a stream; lines wait in a temporary file of SQLite's to be sorted.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from importlib.metadata import version
from typing import IO, cast
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

import msgspec

from archive.exports.output import Output
from archive.exports.records import KeptPage, target, utc
from archive.exports.spool import Spool
from archive.exports.warc import About, Progress, Streamed, Streaming
from archive.store import Archive
from archive.warc import cdxj
from archive.warc.writer import NewRecord, packer

WACZ = "1.1.1"
WARC_NAME = "data.warc.gz"
_INDEX = "index.cdx.gz"
_TITLE = "SELECT article, title FROM articles WHERE page = ?"
_SINCE_1980 = (1980, 1, 1, 0, 0, 0)
"""The earliest time that a zip knows: one state of an archive gives the same bytes."""
_EXTRA = b"UT\x01\x00\x00"
"""An extended timestamp without times. Files of any size have an extra field before them, which ReplayWeb.page passes
over only where the directory at the zip's end has one too; there zipfile has none but for large files."""


class _Entry:
    """A file in the zip that is being written: a place without an end."""

    def __init__(self, out: IO[bytes]) -> None:
        self.offset, self.sha, self._out = 0, hashlib.sha256(), out

    def fits(self, size: int) -> bool:
        """Always: nothing is split."""
        return True

    def write(self, data: bytes) -> None:
        """Append."""
        self._out.write(data)
        self.sha.update(data)
        self.offset += len(data)

    def count(self) -> None:
        """Pages are counted elsewhere."""

    def roll(self) -> None:
        """Never called."""
        raise AssertionError


class _Zip:
    """The zip, and what it says of the files in it."""

    def __init__(self, zip_file: ZipFile) -> None:
        self.resources, self._zip = list[dict[str, object]](), zip_file

    @contextmanager
    def entry(self, path: str, *, stored: bool = False, listed: bool = True) -> Iterator[_Entry]:
        """A file of any size."""
        info = ZipInfo(path, _SINCE_1980)
        info.compress_type = ZIP_STORED if stored else ZIP_DEFLATED
        info.external_attr, info.extra = 0o644 << 16, _EXTRA
        with self._zip.open(info, "w", force_zip64=True) as out:
            yield (entry := _Entry(out))
        if listed:
            name = path.rpartition("/")[2]
            told = {"name": name, "path": path, "hash": f"sha256:{entry.sha.hexdigest()}", "bytes": entry.offset}
            self.resources.append(told)


def write_wacz(
    archive: Archive,
    pages: Iterable[int],
    output: Output,
    about: About,
    *,
    whole: bool = False,
    progress: Progress | None = None,
) -> Streamed:
    """Write `pages` of an archive that is open for reading as one file; `whole` as for a WARC."""
    archive.need_whole()
    with closing(Spool()) as spool, output.open() as sink:
        spool.choose(archive, pages)
        with ZipFile(cast(IO[bytes], sink), "w") as zip_file:
            package = _Zip(zip_file)
            with package.entry(f"archive/{WARC_NAME}", stored=True) as warc:
                note = _noting(archive, spool)
                done = Streaming(archive, spool, warc, packer(WARC_NAME), about, note).run(whole, progress)
            _index(package, spool)
            _articles(package, spool)
            _describe(package, about, utc(spool.latest or "1970-01-01T00:00:00+00:00"))
        sink.rows = done.pages
    return done


def _noting(archive: Archive, spool: Spool) -> Callable[[KeptPage, NewRecord, int, int], None]:
    """What notes of each page its line in the index and, of a page that an article shows, in the list of pages.

    A dump without an address of the web is in neither: nobody can go there, and with a first key that is none of a
    host ReplayWeb.page finds no page at all.
    """

    def note(page: KeptPage, record: NewRecord, offset: int, length: int) -> None:
        if not page.is_http:
            return
        spool.note("index", cdxj.line(target(page.url), record.date, _where(page, record, offset, length)))
        if page.kind == "article":
            for row in archive.rows(_TITLE, (page.id,)):
                told = {"id": row["article"], "url": target(page.url), "ts": record.date, "size": len(page.body)}
                spool.note("articles", _line(told | {"title": row["title"] or page.url}))

    return note


def _where(page: KeptPage, record: NewRecord, offset: int, length: int) -> dict[str, str]:
    """What the index tells of a record. A 304 that leads to another page is shown as that one."""
    mime = page.mime.partition(";")[0].strip().lower() or "application/octet-stream"
    return {
        "mime": "warc/revisit" if record.kind == "revisit" else mime,
        "status": str(page.status) if record.head or not page.unchanged else "200",
        **({"digest": f"sha256:{record.payload_sha}"} if record.payload_sha else {}),
        "length": str(length),
        "offset": str(offset),
        "filename": WARC_NAME,
    }


def _index(package: _Zip, spool: Spool) -> None:
    with package.entry(f"indexes/{_INDEX}", stored=True) as data:
        blocks = "".join(cdxj.compressed(spool.sorted("index"), data.write, _INDEX))
    with package.entry("indexes/index.idx") as out:
        out.write(blocks.encode())


def _articles(package: _Zip, spool: Spool) -> None:
    with package.entry("pages/pages.jsonl") as out:
        out.write(_line({"format": "json-pages-1.0", "id": "pages", "title": "Articles"}).encode())
        for line in spool.noted("articles"):
            out.write(line.encode())


def _describe(package: _Zip, about: About, at: str) -> None:
    told = {
        "profile": "data-package",
        "wacz_version": WACZ,
        "title": about.title,
        "description": f"{about.selected}. {about.licence}",
        "licenses": [{"name": "other-closed", "title": about.licence}],
        "created": at,
        "software": f"baoluu/{version('baoluu')}",
        "resources": package.resources,
    }
    data = msgspec.json.format(msgspec.json.encode(told)) + b"\n"
    with package.entry("datapackage.json", listed=False) as out:
        out.write(data)
    digest = {"path": "datapackage.json", "hash": f"sha256:{hashlib.sha256(data).hexdigest()}"}
    with package.entry("datapackage-digest.json", listed=False) as out:
        out.write(msgspec.json.encode(digest))


def _line(told: dict[str, object]) -> str:
    return msgspec.json.encode(told).decode() + "\n"
