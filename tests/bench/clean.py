"""`python -m tests.bench.clean [--each] [--repeats N]`: cleaning beside other extractors, in one run, as one table.

The pages are the sample newsroom's, and the real and reconstructed ones where `BAOLUU_SHARED` has them. A method's
pace is pages a second on one core; beside it stands how many times that of stock trafilatura (body and metadata) it
is: the median of as many ratios as there are repeats, for which the methods take turns, so that a noisy machine hits
all alike. Read the ratios. The other columns are those of `tests.columns`; "-" is what a method does not tell. Pages
are cleaned for the first time at every repeat: nothing is remembered of them.
"""

import argparse
import gc
import statistics
import time
from collections.abc import Callable, Iterator, Sequence

from archive.facts import Page
from config.sources import Source
from pipelines.pool import keep_memory
from pipelines.process import process
from tests.columns import figures
from tests.methods import DESCRIBED, METHODS, STOCK, Method, is_here, label, stock
from tests.quality import scores
from tests.sets import Cases, Jobs, titled

REPEATS = 7
UNTOLD = ("authors", "to the minute", "sections", "tags")
"""The columns of which a method without fields tells nothing."""


Work = Callable[[Page, Source], object]


def seconds_a_page(work: Work, jobs: Jobs) -> float:
    """Processor seconds a page of one pass over `jobs`."""
    gc.collect()
    start = time.process_time()
    for page, source in jobs:
        work(page, source)
    return (time.process_time() - start) / len(jobs)


def in_turn(works: Sequence[Work], jobs: Jobs, repeats: int) -> list[list[float]]:
    """Seconds a page of each of `works`, once a repeat, after one pass of each that does not count."""
    for work in works:
        seconds_a_page(work, jobs)
    rounds = [[seconds_a_page(work, jobs) for work in works] for _ in range(repeats)]
    return [list(each) for each in zip(*rounds, strict=True)]


def rows(name: str, known: Cases, methods: Sequence[Method], repeats: int) -> Iterator[list[str]]:
    """One row a method: set, method, pages a second, times stock, and the columns of its scores."""
    times = in_turn([m.clean for m in methods], [(case.page, case.source) for case in known], repeats)
    base = times[methods.index(STOCK)]
    for method, seconds in zip(methods, times, strict=True):
        ratio = statistics.median(b / s for b, s in zip(base, seconds, strict=True))
        pace = [f"{1 / statistics.median(seconds):.0f}", f"{ratio:.1f}"]
        yield [f"{len(known)} {name}", label(method), *pace, *scored(method, known)]
        if method is STOCK:
            yield [f"{len(known)} {name}", "  its description as lead", "", "", *scored(DESCRIBED, known)]


def scored(method: Method, known: Cases) -> list[str]:
    """The columns of a method's scores on the pages."""
    told = figures(scores(known, method))
    return ["-" if column in UNTOLD and not method.fields else value for column, value in told.items()]


def each_page(name: str, known: Cases, repeats: int) -> Iterator[str]:
    """One line a page: how long it takes, and stock."""
    yield f"\n{name}: a page, milliseconds, those of stock trafilatura, and how many times as fast"
    for _, page, source, _ in known:
        mine, theirs = in_turn([process, stock], [(page, source)] * 4, repeats)
        ratio = statistics.median(t / m for m, t in zip(mine, theirs, strict=True))
        yield f"{1e3 * statistics.median(mine):6.1f} {1e3 * statistics.median(theirs):6.1f} {ratio:5.1f}  {page.url}"


def table(lines: list[list[str]]) -> Iterator[str]:
    """The rows in columns, the first two to the left."""
    width = [max(map(len, column)) for column in zip(*lines, strict=True)]
    for line in lines:
        cells = (c.ljust(w) if i < 2 else c.rjust(w) for i, (c, w) in enumerate(zip(line, width, strict=True)))
        yield "  ".join(cells).rstrip()


def main() -> None:
    """Print the table; with `--each`, the pages one by one as well."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--each", action="store_true", help="also tell the pace of every page of a real paper")
    parser.add_argument("--repeats", type=int, default=REPEATS, metavar="N", help="passes that count (default: 7)")
    args = parser.parse_args()
    keep_memory()  # as the processes do that clean
    methods = [method for method in METHODS if is_here(method)]
    for method in set(METHODS) - set(methods):
        print(f"{method.needs} is not installed (`pip install -r requirements/bench.txt`): left out")
    sets = titled("newsroom", "real", "reconstructed")
    lines = [["pages", "method", "pages/s", "x stock", *figures([])]]
    for name, known in sets.items():
        if known:
            lines += rows(name, known, methods, args.repeats)
        else:
            print(f"{name}: not here (set BAOLUU_SHARED)")
    print(*table(lines), sep="\n", flush=True)
    for name, known in sets.items() if args.each else ():
        if name == "newsroom":  # its pages are small and alike
            continue
        print(*each_page(name, known, args.repeats), sep="\n", flush=True)


if __name__ == "__main__":
    main()
