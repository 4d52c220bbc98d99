"""`python -m tests.bench.clean`: pages per second of one core, beside stock trafilatura on the same pages in one run.

The pages are the sample newsroom's, and the real ones where `BAOLUU_SHARED` has them. Times are medians over repeats
that take turns, so that a noisy machine hits both alike; read the ratio, not the times.
"""

import gc
import statistics
import time
from collections.abc import Callable

import trafilatura

from archive.facts import Page
from config.sources import Source, generic, load
from crawler.newsroom import Newsroom, declared
from pipelines.process import process
from tests.conftest import SHARED

REPEATS = 5
Jobs = list[tuple[Page, Source]]


def newsroom_jobs() -> Jobs:
    """Every readable article of the sample newsroom, as it is served."""
    sources, room = declared(), Newsroom()
    room.port = 8377
    jobs = []
    for truth in room.truth():
        source = sources.of(truth.url)
        assert source is not None
        reply, _ = room.reply(source.id, truth.url.removeprefix(room.base(source.id)), "")
        jobs.append((Page(url=truth.url, fetched_at="2025-03-10T08:00:00+07:00", body=reply.body), source))
    return jobs


def real_jobs() -> Jobs:
    """The real article pages at hand, if any."""
    import json

    jobs, sources = [], load()
    for gold in sorted((SHARED / "pages" / "gold").glob("*.json")):
        told = json.loads(gold.read_text(encoding="utf-8"))
        body = (SHARED / "pages" / "html" / told["file"]).read_bytes()
        source = sources.of(told["url"]) or generic(told["url"])
        jobs.append((Page(url=told["url"], fetched_at="2026-03-08T20:00:00+07:00", body=body), source))
    return jobs


def seconds_a_page(work: Callable[[Page, Source], object], jobs: Jobs) -> float:
    """Processor seconds a page of one pass over `jobs`."""
    gc.collect()
    start = time.process_time()
    for page, source in jobs:
        work(page, source)
    return (time.process_time() - start) / len(jobs)


def stock(page: Page, source: Source) -> object:
    """trafilatura as it comes, with metadata."""
    return trafilatura.bare_extraction(page.body, url=page.url, with_metadata=True)


def main() -> None:
    """Print one line a set of pages."""
    for name, jobs in (("newsroom", newsroom_jobs()), ("real pages", real_jobs())):
        if not jobs:
            print(f"{name}: not here")
            continue
        for work in (process, stock):
            seconds_a_page(work, jobs)
        rounds = [(seconds_a_page(process, jobs), seconds_a_page(stock, jobs)) for _ in range(REPEATS)]
        ours, theirs = (statistics.median(r[i] for r in rounds) for i in (0, 1))
        ratio = statistics.median(b / a for a, b in rounds)
        print(f"{name}: {len(jobs)} pages; baoluu {1e3 * ours:.1f} ms a page, "
              f"trafilatura {1e3 * theirs:.1f} ms a page: {ratio:.1f} times as fast")  # fmt: skip


if __name__ == "__main__":
    main()
