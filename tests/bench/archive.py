"""`python -m tests.bench.archive`: bytes and reads of stored pages beside WARC.gz with a CDX, as ratios of one run.

The crawl is made up (`crawled`): three papers of two layouts each, refetches, sections and feeds. The WARC is what
warcio writes of the same pages, response records with their headers, gzip a record; its CDX is a sorted list in
memory, so a WARC read is bisect, seek, gunzip and parse. A read of ours is found by URL and time too. Sizes of ours
are those of the tables `bodies` and `pages` with all their indexes, by dbstat. The real pages come in where they are.
"""

import tempfile
import time
from bisect import bisect_left
from collections.abc import Callable, Iterable
from io import BytesIO
from pathlib import Path
from random import Random
from statistics import median, quantiles
from typing import BinaryIO, NamedTuple

from warcio.archiveiterator import ArchiveIterator
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from archive.facts import Hints, Page
from archive.frames import RECENT, frame
from archive.grounds import Grounds
from archive.repack import Report, repack
from archive.store import Archive
from tests.bench.crawled import START, Fetched, captured, crawled
from tests.conftest import SHARED

READS = 1500
TABLES = ("bodies", "sqlite_autoindex_bodies_1", "bodies_base", "pages", "sqlite_autoindex_pages_1", "pages_source",
          "pages_body")  # fmt: skip


class Warc:
    """A WARC.gz and its CDX."""

    def __init__(self, path: Path, pages: Iterable[Page]) -> None:
        self.path, self._cdx = path, list[tuple[str, str, int]]()
        start = time.perf_counter()
        with path.open("wb") as out:
            writer = WARCWriter(out, gzip=True)
            for page in pages:
                self._cdx.append((page.url, page.fetched_at, out.tell()))
                writer.write_record(self._record(writer, page))
        self.seconds = time.perf_counter() - start
        self._cdx.sort()
        self._file: BinaryIO = path.open("rb")

    def _record(self, writer: WARCWriter, page: Page) -> object:
        http = StatusAndHeaders(f"{page.status} OK", list(page.headers.items()), protocol="HTTP/1.1")
        return writer.create_warc_record(
            page.url, "response", payload=BytesIO(page.body), http_headers=http,
            warc_headers_dict={"WARC-Date": page.fetched_at},
        )  # fmt: skip

    def read(self, url: str, at: str) -> bytes:
        """The body of one page."""
        self._file.seek(self._cdx[bisect_left(self._cdx, (url, at))][2])
        record = next(iter(ArchiveIterator(self._file)))
        return bytes(record.content_stream().read())

    @property
    def bytes(self) -> int:
        return self.path.stat().st_size


class Size(NamedTuple):
    """Bytes of the tables of pages, and of all their bodies' frames."""

    tables: int
    rows: int
    frames: int


def size(archive: Archive) -> Size:
    """What the pages take now."""
    stat = dict(archive.conn.execute("SELECT name, sum(pgsize) FROM dbstat GROUP BY name").fetchall())
    tables = {name: stat.get(name, 0) for name in TABLES}
    frames = archive.conn.execute("SELECT sum(length(data)) FROM bodies").fetchone()[0]
    return Size(sum(tables.values()), sum(of for name, of in tables.items() if "pages" in name), frames)


def fill(archive: Archive, crawl: list[Fetched]) -> tuple[dict[int, Fetched], float]:
    """Keep all pages as a crawl does; answers their numbers, and seconds."""
    start = time.perf_counter()
    numbers = dict(captured(archive, crawl, Grounds()))
    return numbers, time.perf_counter() - start


def tell_sizes(name: str, before: Size, after: Size, warc: Warc, pages: int, archive: Archive) -> None:
    """Bytes beside the WARC's."""
    file = archive.path.stat().st_size
    print(f"{name}: {pages} pages, {warc.bytes / pages / 1000:.1f} KB a page as WARC.gz")
    print(f"  before repack {before.tables / warc.bytes:.3f} of the WARC.gz, after {after.tables / warc.bytes:.3f}"
          f" ({after.tables / pages / 1000:.1f} KB a page), the whole file {file / warc.bytes:.3f}")  # fmt: skip
    print(f"  of what is left, {after.rows / after.tables:.0%} are rows of pages with URLs, headers and hints"
          f" ({after.rows / pages:.0f} bytes a page), {after.frames / after.tables:.0%} frames")  # fmt: skip


def tell_visits(archive: Archive, numbers: dict[int, Fetched]) -> None:
    """Bytes of a body, by what the page is to the one before."""
    found: dict[str, list[int]] = {}
    for number, of in numbers.items():
        body = "SELECT length(data) FROM bodies WHERE id = (SELECT body FROM pages WHERE id = ?)"
        what = {"first": "first fetch", "edited": "refetch with a small edit", "moved": "refetch with moved boxes"}
        found.setdefault(what.get(of.visit, of.page.kind), []).append(
            archive.conn.execute(body, (number,)).fetchone()[0]
        )
    for visit, sizes in sorted(found.items()):
        print(f"  {visit}: {median(sizes):.0f} bytes of body in the median, {max(sizes)} at most ({len(sizes)} bodies)")


Read = Callable[[str, str], bytes]


def timed(read: Read, page: Page) -> float:
    """Microseconds of one read, whose bytes are checked."""
    start = time.perf_counter()
    found = read(page.url, page.fetched_at)
    took = time.perf_counter() - start
    assert found == page.body
    return took * 1e6


def reader(archive: Archive) -> Read:
    """Reads of an open archive, by URL and time."""

    def read(url: str, at: str) -> bytes:
        found = archive.conn.execute("SELECT id FROM pages WHERE url = ? AND fetched_at = ?", (url, at)).fetchone()
        return archive.page(found[0]).body

    return read


def reads(archive: Archive, warc: Warc, pages: list[Page]) -> dict[str, list[float]]:
    """Microseconds of random reads, each in turn from the WARC, from the open archive, and with nothing remembered."""
    took = dict[str, list[float]]()

    def take(name: str, read: Read) -> None:
        took.setdefault(name, []).append(timed(read, random.choice(pages)))

    random = Random(2608)
    for _ in range(READS):
        take("WARC + CDX", warc.read)
        take("open archive", reader(archive))
    for _ in range(READS // 3):
        take("WARC + CDX", warc.read)
        RECENT.clear()
        take("open archive, no base in memory", reader(archive))
        RECENT.clear()
        with Archive(archive.path, write=False) as fresh:
            take("fresh connection, no base in memory", reader(fresh))
    return took


def tell_reads(took: dict[str, list[float]]) -> None:
    """A line a kind of read."""
    warc_p50, warc_p95 = median(took["WARC + CDX"]), quantiles(took["WARC + CDX"], n=20)[-1]
    for name, of in took.items():
        p50, p95 = median(of), quantiles(of, n=20)[-1]
        print(
            f"  read, {name}: p50 {p50:.0f} µs ({p50 / warc_p50:.2f} of WARC), p95 {p95:.0f} µs ({p95 / warc_p95:.2f})"
        )


def packed(archive: Archive) -> tuple[Report, float, float]:
    """Repack; answers its report, seconds, and seconds of the processor: others may be at work beside it."""
    start, cpu = time.perf_counter(), time.process_time()
    return repack(archive), time.perf_counter() - start, time.process_time() - cpu


def real() -> list[Fetched]:
    """The real pages, where they are: one fetch each."""
    found = []
    for path in sorted((SHARED / "pages" / "html").glob("*/*")):
        kind = "feed" if path.suffix == ".rss" else "section" if "list" in path.name else "article"
        page = Page(url=f"https://{path.parent.name}/{path.name}", fetched_at=START.isoformat(), body=path.read_bytes(),
                    headers={"content-type": "text/html"}, kind=kind, hints=Hints())  # type: ignore[arg-type]  # fmt: skip
        found.append(Fetched(path.parent.name, page, "first"))
    return found


class Figures(NamedTuple):
    """Of one crawl: pages, bytes of its WARC.gz, of our tables before and after repack, and microseconds of reads."""

    pages: int
    warc: int
    before: int
    after: int
    took: dict[str, list[float]]


def measure(name: str, crawl: list[Fetched], folder: Path) -> Figures:
    """Everything about one crawl, told as it comes."""
    pages = [of.page for of in crawl]
    warc = Warc(folder / f"{name[:4]}.warc.gz", pages)
    with Archive(folder / f"{name[:4]}.db") as archive:
        numbers, kept = fill(archive, crawl)
        before = size(archive)
        report, took, cpu = packed(archive)
        assert not report.damaged and report.moved == 0
        after = size(archive)
        tell_sizes(name, before, after, warc, len(pages), archive)
        tell_visits(archive, numbers)
        start = time.perf_counter()
        for page in pages:
            frame(page.body)
        capture = (time.perf_counter() - start) / len(pages)
        print(f"  repack: {len(pages) / took:.0f} pages/s, {len(pages) / cpu:.0f} a second of one core;"
              f" a level-3 frame at capture takes {capture * 1e3:.2f} ms;"
              f" keeping a page takes {kept / warc.seconds:.2f} of writing it into the WARC")  # fmt: skip
        took = reads(archive, warc, pages)
        tell_reads(took)
    return Figures(len(pages), warc.bytes, before.tables, after.tables, took)


def main() -> None:
    """Measure the made-up crawl and the real pages."""
    with tempfile.TemporaryDirectory() as folder:
        measure("made-up crawl", crawled(), Path(folder))
        if pages := real():
            measure("real pages", pages, Path(folder))


if __name__ == "__main__":
    main()
