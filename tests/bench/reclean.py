"""`python -m tests.bench.reclean [pages]`: re-cleaning stored pages on two cores, beside stock trafilatura on one.

An archive is filled with copies of the sample newsroom's articles and, where `BAOLUU_SHARED` has them, of the real
pages, each with its own URL, and cleaned. Then every page is cleaned again under rules of another id: read, cleaned,
compared, written, gone over to. Stock (body and metadata) cleans the same pages in the same run, before and after.
"""

import multiprocessing
import os
import re
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

import msgspec

from archive.store import Archive
from config.sources import Source, Sources
from pipelines import cleaner
from pipelines.pool import CleaningPool
from pipelines.reclean import reclean
from tests.bench.clean import seconds_a_page
from tests.methods import stock
from tests.sets import Jobs, jobs_of

PAGES, WORKERS = 2_000, 2


def copies(jobs: Jobs, count: int, start: int = 0) -> Jobs:
    """`count` pages: the given ones over and over, every copy with an id of its own in its URL, from `start` on."""
    made = []
    for n in range(start, start + count):
        page, source = jobs[n % len(jobs)]
        url = re.sub(r"(\d{5,})(?!.*\d{5})", lambda found, n=n: str(int(found[1]) + 7 * n), page.url)  # type: ignore[misc]
        body = page.body + f"<!-- {n} -->".encode()
        made.append((msgspec.structs.replace(page, url=url, body=body), source))
    return made


def filled(archive: Archive, jobs: Jobs) -> Sources:
    """Keep the pages; answers their papers."""
    papers: dict[str, Source] = {}
    with archive.transaction():
        for page, source in jobs:
            papers[source.id] = source
            archive.keep_page(source.id, page)
    return Sources(papers, {})


class Cost(NamedTuple):
    """What one pass took: seconds by the clock, processor seconds of all its processes, a child's most memory in MB."""

    seconds: float
    cpu: float
    peak: int


def again(archive: Archive, sources: Sources) -> Cost:
    """Clean every page again under another id of the same rules; the children are started before."""
    cleaner.RULES += 1000
    with CleaningPool(WORKERS) as pool:
        pool.start()
        list(pool.map([(archive.page(1), next(iter(sources.values())))] * 8 * WORKERS))
        start, cpu = time.perf_counter(), used()
        reclean(archive, sources, pool)
        return Cost(time.perf_counter() - start, used() - cpu, peak())


def used() -> float:
    """Processor seconds of this process and its living children."""
    ticks = 0
    for child in multiprocessing.active_children():
        stat = Path(f"/proc/{child.pid}/stat").read_text().rpartition(")")[2].split()
        ticks += int(stat[11]) + int(stat[12])
    return time.process_time() + ticks / os.sysconf("SC_CLK_TCK")


def peak() -> int:
    """Megabytes of the child that has ever held most."""
    told = [Path(f"/proc/{child.pid}/status").read_text() for child in multiprocessing.active_children()]
    return max(int(found[1]) for status in told if (found := re.search(r"VmHWM:\s+(\d+)", status))) // 1024


class Again(NamedTuple):
    """Seconds a page: by the clock, of all our processors, and of stock's one; ours of the first pass; peak in MB."""

    wall: float
    cpu: float
    stock: float
    first: float
    peak: int
    free: float
    """How many times the pace of stock on one core two free cores have."""


def measure(jobs: Jobs, count: int) -> Again:
    """The medians of three rounds over so many copies of the pages."""
    with tempfile.TemporaryDirectory() as folder, Archive(Path(folder) / "archive.db") as archive:
        sources = filled(archive, copies(jobs, count))
        first = again(archive, sources)
        rounds = []
        for _ in range(3):
            before = seconds_a_page(stock, jobs)
            ours = again(archive, sources)
            rounds.append((ours.seconds / count, ours.cpu / count, (before + seconds_a_page(stock, jobs)) / 2))
    wall, cpu, theirs = (statistics.median(r[i] for r in rounds) for i in (0, 1, 2))
    free = statistics.median(WORKERS * theirs / cpu for _, cpu, theirs in rounds)
    return Again(wall, cpu, theirs, first.cpu / count, ours.peak, free)


def tell(name: str, count: int, took: Again) -> None:
    """One line for a set of pages."""
    blind = WORKERS * took.stock / took.first
    print(f"{name}: {count} pages; re-cleaning takes {1e3 * took.cpu:.1f} ms of a processor a page with all it does, "
          f"trafilatura {1e3 * took.stock:.1f}: {took.free:.1f} times one core's pace on two free cores "
          f"({took.stock / took.wall:.1f} by the clock of this run; {blind:.1f} when cleaned for the first time); "
          f"a child's peak {took.peak} MB")  # fmt: skip


def main() -> None:
    """Measure the newsroom's and the real pages."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else PAGES
    for name, jobs in (("newsroom", jobs_of("newsroom")), ("real pages", jobs_of("real"))):
        if jobs:
            tell(name, count, measure(jobs, count))
        else:
            print(f"{name}: not here")


if __name__ == "__main__":
    main()
