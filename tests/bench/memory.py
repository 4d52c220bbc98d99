"""`python -m tests.bench.memory [PAGES]`: what a crawl's process holds in memory while it keeps page after page.

Fifty invented papers over loopback without pauses, cleaning on; 50,000 pages unless another number is given. The
resident memory of the crawling process is read once a second, that of its cleaning processes beside it. Printed by
tenths of the crawl, and as the ratio of the last fifth to the first one, in which imports and caches still fill.
"""

import os
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from statistics import mean
from typing import NamedTuple

from archive.store import Archive
from crawler.counts import Counts
from crawler.run import crawl
from tests.press import Press

PAGES, PAPERS = 50_000, 50
PAGE_SIZE = os.sysconf("SC_PAGE_SIZE")
MB = 1_000_000


class Sample(NamedTuple):
    """At so many kept pages: resident bytes of the crawl, and of its largest child; seconds since its start."""

    pages: int
    crawl: int
    child: int
    at: float


def resident(process: int) -> int:
    """Resident bytes of a process; 0 for one that has ended."""
    try:
        return int(Path(f"/proc/{process}/statm").read_text().split()[1]) * PAGE_SIZE
    except (OSError, IndexError):
        return 0


def children(process: int) -> Iterator[int]:
    """The processes that `process` has started."""
    for task in Path(f"/proc/{process}/task").iterdir():
        yield from map(int, (task / "children").read_text().split())


class Watch:
    """Called by a crawl with its counts; takes a sample when `seconds` have passed since the last one."""

    def __init__(self, seconds: float = 1.0, aside: Iterable[int] = ()) -> None:
        """`aside` are children that are no cleaning processes."""
        self.samples, self._seconds, self._aside = list[Sample](), seconds, set(aside)
        self._start, self._next = time.monotonic(), 0.0

    def __call__(self, counts: Mapping[str, Counts], queue: Mapping[str, int]) -> None:
        now, me = time.monotonic(), os.getpid()
        if now < self._next:
            return
        self._next = now + self._seconds
        child = max((resident(c) for c in children(me) if c not in self._aside), default=0)
        kept = sum(of.kept for of in counts.values())
        self.samples.append(Sample(kept, resident(me), child, now - self._start))


def parts(samples: list[Sample], count: int) -> list[list[Sample]]:
    """The samples by equal parts of the pages."""
    last = samples[-1].pages + 1
    return [[s for s in samples if k * last <= s.pages * count < (k + 1) * last] for k in range(count)]


class Held(NamedTuple):
    """One crawl: pages kept, bytes of the file, samples."""

    kept: int
    size: int
    samples: list[Sample]

    @property
    def ratio(self) -> float:
        """The crawl's mean over the last fifth of its pages, by that over the first."""
        first, *_, last = parts(self.samples, 5)
        return mean(s.crawl for s in last) / mean(s.crawl for s in first)

    @property
    def flat(self) -> float:
        """The crawl's mean over the last fifth of its pages, by that over the second, when caches have filled."""
        _, second, *_, last = parts(self.samples, 5)
        return mean(s.crawl for s in last) / mean(s.crawl for s in second)

    @property
    def grown(self) -> float:
        """Megabytes that the crawl has gained since the end of its first fifth."""
        first, *_, last = parts(self.samples, 5)
        return (last[-1].crawl - first[-1].crawl) / MB


def measure(pages: int) -> Held:
    """Crawl once."""
    each = pages // PAPERS
    with (
        Press(PAPERS, each, faults=False, words=600) as press,
        tempfile.TemporaryDirectory() as folder,
        Archive(Path(folder) / "archive.db") as archive,
    ):
        watch = Watch(1.0 if pages > 10_000 else 0.2, aside=list(children(os.getpid())))
        done = crawl(archive, press.sources(), on_progress=watch)
        kept = sum(of.kept for of in done.sources.values())
        size = archive.path.stat().st_size
    return Held(kept, size, watch.samples)


def main(pages: int) -> None:
    """Crawl once, and print the table and the ratio."""
    held = measure(pages)
    kept, size, samples = held
    took = samples[-1].at
    print(f"memory: {kept} pages of {PAPERS} papers in {took:.0f} s, {kept / took:.0f} a second; {size / MB:.0f} MB")
    print("memory: pages        crawl MB   largest cleaning process MB")
    for of in filter(None, parts(samples, 10)):
        print(
            f"memory: {of[-1].pages:6}     {mean(s.crawl for s in of) / MB:8.1f}   {max(s.child for s in of) / MB:8.1f}"
        )
    print(f"memory: the last fifth holds {held.ratio:.2f} of the first; {held.grown:+.1f} MB since its end")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else PAGES)
