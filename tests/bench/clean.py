"""`python -m tests.bench.clean [--each]`: how long a page takes one core, beside stock trafilatura in the same run.

The pages are the sample newsroom's, and the real and reconstructed ones where `BAOLUU_SHARED` has them. Times are
medians over repeats that take turns, so that a noisy machine hits both alike; read the ratio, not the times.
"""

import gc
import json
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any

import trafilatura

from archive.facts import Page
from config.sources import Source, generic, load
from crawler.newsroom import Newsroom, declared
from pipelines.process import process
from tests.conftest import SHARED

REPEATS = 7
FETCHED = "2026-03-08T20:00:00+07:00"
SOURCES = load()
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
    return [_job(told, "html", FETCHED) for told in _golds("gold")]


def hidden_jobs() -> Jobs:
    """The real pages as those of papers that nobody declared."""
    return [(page, generic(page.url)) for page, _ in real_jobs()]


def reconstructed_jobs() -> Jobs:
    """The reconstructed pages at hand, if any, at the times of their fetching."""
    routes = SHARED / "pages" / "reconstructed" / "routes.json"
    fetched = json.loads(routes.read_text(encoding="utf-8")) if routes.exists() else {}
    return [_job(told, "reconstructed", fetched[told["url"]]["fetched_at"]) for told in _golds("reconstructed/*")]


def _golds(folder: str) -> Iterator[dict[str, Any]]:
    for gold in sorted((SHARED / "pages").glob(f"{folder}/*.json")):
        yield json.loads(gold.read_text(encoding="utf-8"))


def _job(told: dict[str, Any], folder: str, at: str) -> tuple[Page, Source]:
    body = (SHARED / "pages" / folder / told["file"]).read_bytes()
    return Page(url=told["url"], fetched_at=at, body=body), SOURCES.of(told["url"]) or generic(told["url"])


SETS: dict[str, Callable[[], Jobs]] = {
    "newsroom": newsroom_jobs,
    "real pages": real_jobs,
    "real pages, undeclared": hidden_jobs,
    "reconstructed pages": reconstructed_jobs,
}


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


def measured(jobs: Jobs) -> str:
    """Milliseconds a page of both, and their ratio."""
    for work in (process, stock):
        seconds_a_page(work, jobs)
    rounds = [(seconds_a_page(process, jobs), seconds_a_page(stock, jobs)) for _ in range(REPEATS)]
    ours, theirs = (statistics.median(r[i] for r in rounds) for i in (0, 1))
    ratio = statistics.median(b / a for a, b in rounds)
    return f"baoluu {1e3 * ours:5.1f} ms a page, trafilatura {1e3 * theirs:5.1f} ms a page: {ratio:4.1f} times as fast"


def main() -> None:
    """Print one line a set of pages; with `--each`, one a real page beneath it."""
    for name, make in SETS.items():
        jobs = make()
        print(f"{name}: {len(jobs)} pages; {measured(jobs)}" if jobs else f"{name}: not here", flush=True)
        for job in jobs if "--each" in sys.argv and name != "newsroom" else []:
            print(f"    {measured([job] * 4)}  {job[0].url[:70]}", flush=True)


if __name__ == "__main__":
    main()
