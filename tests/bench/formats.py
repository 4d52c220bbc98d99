"""`python -m tests.bench.formats`: archives going out as WARC and WACZ, and in, beside others copying the records.

The pages are a made-up crawl (`crawled`), 60 to 130 KB each, 2,000 of them. What is measured runs in a process of its
own, in turns, and the medians count: seconds, seconds of the processor, and the most memory it held (VmHWM). The floor
is warcio copying the WARC that was exported, record by record; FastWARC copies beside it. Ratios are of one run: pages
per second over warcio's. Then memory at 40,000 pages, where each is run once.
"""

import argparse
import io
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import NamedTuple

from archive.exports.export import Wanted
from archive.exports.export import export as make
from archive.imports.files import format_of, parts_of
from archive.imports.intake import Intake, Taken
from archive.imports.progress import Standing
from archive.imports.warcs import read
from archive.repack import repack
from archive.store import Archive
from config.sources import Sources
from tests.bench.crawled import crawled

PAGES, LARGE = 2_000, 40_000
REPEATS = 3
STORIES = 200
"""Of a paper: some 450 pages."""
FLOOR = "warcio copies gz"
NOBODY = Sources({}, {})


class Measured(NamedTuple):
    """What one run took: seconds, those of the processor, the most memory in bytes; and bytes that came out."""

    wall: float
    cpu: float
    peak: int
    out: int


def fill(path: Path, pages: int) -> None:
    """An archive of so many pages of as many papers as that takes."""
    with Archive(path) as archive:
        paper, left = 1, pages
        while left:
            fetched = crawled(1, STORIES, paper)[:left]
            run = archive.start_run(f"crawl paper{paper}")
            with archive.transaction():
                for of in fetched:
                    archive.keep_page(of.source, of.page, run)
            archive.end_run(run, "finished", {"pages": len(fetched)})
            paper, left = paper + 1, left - len(fetched)


def pack(path: Path) -> None:
    """Let bodies lean on others, as in an archive that has stood for a while."""
    with Archive(path) as archive:
        repack(archive)


def export(ending: str) -> Callable[[Path, Path], None]:
    """Of the archive a WARC or WACZ."""

    def run(archive: Path, out: Path) -> None:
        with Archive(archive, write=False) as opened:
            written = Wanted(format="wacz" if ending == ".wacz" else "warc")
            make(opened, NOBODY, written, out.with_name(f"{out.name}{ending}"), lambda *_: None)

    return run


def warcio_copies(source: Path, out: Path) -> None:
    """Every record as it is, packed anew."""
    from warcio.archiveiterator import ArchiveIterator
    from warcio.warcwriter import WARCWriter

    with source.open("rb") as stream, out.open("wb") as target:
        writer = WARCWriter(target, gzip=True)
        for record in ArchiveIterator(stream, no_record_parse=True):
            writer.write_record(record)


def fastwarc_copies(source: Path, out: Path) -> None:
    """The same by FastWARC, at our level: every record a member of its own."""
    from fastwarc import ArchiveIterator, GzipWriter

    from archive.warc.writer import GZIP_LEVEL

    with source.open("rb") as stream, out.open("wb") as target:
        writer = GzipWriter(target, compression_level=GZIP_LEVEL)
        for record in ArchiveIterator(stream, parse_http=False):
            record.write(writer)
            writer.finish()


def imported(source: Path, out: Path) -> None:
    """The file into a new archive, kept and not cleaned, as `import --keep-only` does."""
    with Archive(out) as archive:
        intake, taken = Intake(archive, NOBODY, archive.start_run("import")), Taken()
        for part in parts_of(source, format_of(source)):
            standing = Standing(archive, part, "")
            with part.open() as stream:
                intake.take(read(stream, standing.mark, part.kind), taken, standing.note)
            standing.end(taken)
    if taken.refused or taken.awaited or not taken.pages:
        raise SystemExit(f"not taken whole: {taken}")


ARCHIVE, PACKED, WARC, ZST, WACZ = "archive.db", "packed.db", "floor.warc.gz", "floor.warc.zst", "floor.wacz"
TASKS: dict[str, tuple[str, Callable[[Path, Path], None]]] = {
    FLOOR: (WARC, warcio_copies),
    "FastWARC copies gz": (WARC, fastwarc_copies),
    "export .warc.gz": (ARCHIVE, export(".warc.gz")),
    "export .warc.gz, repacked": (PACKED, export(".warc.gz")),
    "export .warc.zst": (ARCHIVE, export(".warc.zst")),
    "export .warc": (ARCHIVE, export(".warc")),
    "export .wacz": (ARCHIVE, export(".wacz")),
    "import .warc.gz": (WARC, imported),
    "import .warc.zst": (ZST, imported),
    "import .wacz": (WACZ, imported),
}
"""What is measured, with the file that it reads: the archive, the same repacked, or what was made of it."""


def child(*args: str) -> str:
    """Run a part of this in a process of its own; what it says."""
    command = [sys.executable, "-m", "tests.bench.formats", *args]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def measured(name: str, folder: Path) -> Measured:
    """One run of a task."""
    return Measured(*json.loads(child("--task", name, str(folder))))


def task(name: str, folder: Path) -> Measured:
    """The task itself, here."""
    source, run = TASKS[name]
    with tempfile.TemporaryDirectory(dir=folder) as made:
        start, cpu = time.perf_counter(), time.process_time()
        run(folder / source, Path(made) / "out")
        took, spent = time.perf_counter() - start, time.process_time() - cpu
        size = sum(path.stat().st_size for path in Path(made).iterdir())
    status = io.StringIO(Path("/proc/self/status").read_text())
    peak = next(int(line.split()[1]) * 1024 for line in status if line.startswith("VmHWM"))
    return Measured(took, spent, peak, size)


LARGE_TASKS = ("export .warc.gz", "export .wacz", "import .warc.gz")
"""Of these, memory at the large size."""


def beside(folder: Path) -> None:
    """Beside the archive the same repacked, and what goes out of it."""
    with Archive(folder / ARCHIVE, write=False) as archive:
        for name in (WARC, ZST, WACZ):
            form = Wanted(format="wacz" if name == WACZ else "warc")
            make(archive, NOBODY, form, folder / name, lambda *_: None)
        archive.conn.execute("VACUUM INTO ?", (str(folder / PACKED),))
    pack(folder / PACKED)


def table(pages: int, took: dict[str, list[Measured]]) -> None:
    """The figures as rows of a table."""
    floor = {part: median(getattr(one, part) for one in took[FLOOR]) for part in ("wall", "cpu")}
    print(f"{pages:,} pages, medians of {len(took[FLOOR])} runs in turns\n")
    print("| | pages/s of the processor | of warcio's | pages/s by the clock | of warcio's | KB a page | peak MB |")
    print("|---|---|---|---|---|---|---|")
    for name, runs in took.items():
        wall, cpu = (median(getattr(one, part) for one in runs) for part in ("wall", "cpu"))
        by_cpu, by_clock = (
            f"{pages / cpu:.0f} | {floor['cpu'] / cpu:.2f}",
            f"{pages / wall:.0f} | {floor['wall'] / wall:.2f}",
        )
        size, peak = runs[0].out / pages / 1000, max(one.peak for one in runs) / 1e6
        print(f"| {name} | {by_cpu} | {by_clock} | {size:.1f} | {peak:.0f} |")


def measure(pages: int, repeats: int) -> None:
    """Everything, in turns."""
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        child("--fill", str(pages), str(folder))
        child("--beside", str(folder))
        took: dict[str, list[Measured]] = {name: [] for name in TASKS}
        for _ in range(repeats):
            for name, runs in took.items():
                runs.append(measured(name, folder))
        table(pages, took)


def measure_large(pages: int) -> None:
    """Memory of what goes out of a large archive, and in."""
    with tempfile.TemporaryDirectory() as made:
        child("--fill", str(pages), made)
        with Archive(Path(made) / ARCHIVE, write=False) as archive:
            make(archive, NOBODY, Wanted(format="warc"), Path(made) / WARC, lambda *_: None)
        for name in LARGE_TASKS:
            one = measured(name, Path(made))
            print(
                f"{name}, {pages:,} pages: {one.peak / 1e6:.0f} MB at most, {pages / one.cpu:.0f} pages/s", flush=True
            )


def main() -> None:
    """Measure; children are called with what they are for."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--pages", type=int, default=PAGES)
    parser.add_argument("--repeats", type=int, default=REPEATS)
    parser.add_argument("--large", type=int, default=LARGE, help="0: not at all")
    parser.add_argument("--task", nargs=2)
    parser.add_argument("--fill", nargs=2)
    parser.add_argument("--beside")
    given = parser.parse_args()
    if given.task:
        print(json.dumps(task(given.task[0], Path(given.task[1]))))
    elif given.fill:
        fill(Path(given.fill[1]) / ARCHIVE, int(given.fill[0]))
    elif given.beside:
        beside(Path(given.beside))
    else:
        measure(given.pages, given.repeats)
        if given.large:
            measure_large(given.large)


if __name__ == "__main__":
    main()
