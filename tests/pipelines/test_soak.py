"""Very many pages cleaned, and cleaned again: memory stays flat in the parent and in its children."""

import multiprocessing
import os
import random
import re
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from archive.facts import Page
from archive.store import Archive
from config.sources import Source, Sources, generic
from pipelines import cleaner
from pipelines import pool as pool_module
from pipelines.pool import CleaningPool
from pipelines.reclean import reclean
from tests.bench.reclean import copies
from tests.sets import jobs_of

MEGABYTE = 1_000_000
PAGE_SIZE = os.sysconf("SC_PAGE_SIZE")


def resident(process: int | str) -> float:
    """Megabytes of memory that a process holds now."""
    return int(Path(f"/proc/{process}/statm").read_text().split()[1]) * PAGE_SIZE / MEGABYTE


def peak(process: int | str) -> float:
    """Megabytes of memory that a process held at most."""
    told = re.search(r"VmHWM:\s+(\d+) kB", Path(f"/proc/{process}/status").read_text())
    assert told is not None
    return int(told[1]) * 1024 / MEGABYTE


def varied(count: int, seed: int = 4) -> Iterator[tuple[Page, Source]]:
    """So many pages in all sizes, every tenth of a paper that nobody declared, every hundredth cut short."""
    chance, jobs = random.Random(seed), jobs_of("newsroom", "real", "reconstructed")
    for n in range(count):
        page, source = chance.choice(jobs)
        body = page.body if n % 100 else page.body[: chance.randrange(len(page.body))]
        body += b"<p>%d</p>" % n * chance.choice((1, 1, 1, 500))
        yield msgspec.structs.replace(page, body=body), source if n % 10 else generic(page.url)


@pytest.mark.parametrize("count", [500, pytest.param(20_000, marks=pytest.mark.soak)])
def test_a_worker_stays_small(monkeypatch: pytest.MonkeyPatch, count: int) -> None:
    """One child that is never replaced, at a tenth of the pages and at their end."""
    monkeypatch.setattr(pool_module, "TASKS_PER_CHILD", 0)
    seen = []
    with CleaningPool(1) as pool:
        for n, _ in enumerate(pool.map(varied(count)), 1):
            if n in (count // 10, count):
                (child,) = multiprocessing.active_children()
                seen.append((resident(child.pid or "self"), peak(child.pid or "self")))
    (_, early), (_, late) = seen
    assert late < 250 and late - early < 60, seen


def filled(path: Path, count: int) -> Sources:
    """An archive of so many pages of the sample newsroom's articles, each an article of its own."""
    papers: dict[str, Source] = {}
    jobs = jobs_of("newsroom")
    with Archive(path) as archive:
        archive.conn.execute("PRAGMA synchronous=OFF")
        for start in range(0, count, 1000):
            with archive.transaction():
                for page, source in copies(jobs, min(1000, count - start), start):
                    papers[source.id] = source
                    archive.keep_page(source.id, page)
    return Sources(papers, {})


@pytest.mark.parametrize("count", [400, pytest.param(100_000, marks=pytest.mark.soak)])
def test_memory_stays_flat(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, count: int) -> None:
    sources = filled(tmp_path / "archive.db", count)
    seen: list[tuple[float, float]] = []

    def sample(done: int, total: int) -> None:
        if 4 * done >= total:  # whatever is loaded once is loaded by then
            children = [resident(child.pid or "self") for child in multiprocessing.active_children()]
            seen.append((resident("self"), max(children, default=0.0)))

    monkeypatch.setattr(cleaner, "RULES", cleaner.RULES + 1)
    with Archive(tmp_path / "archive.db") as archive, CleaningPool(2) as pool:
        archive.conn.execute("PRAGMA synchronous=OFF")
        report = reclean(archive, sources, pool, progress=sample)
        assert report.pages == count and not report.losses and not report.damaged
        assert not report.dropped, report.dropped
        monkeypatch.setattr(cleaner, "RULES", cleaner.RULES + 1)
        again = reclean(archive, sources, pool, progress=sample)
        assert again.pages == count and not again.changed
    parent, children = [max(each) - each[0] for each in zip(*seen, strict=True)]
    assert parent < 60 and max(child for _, child in seen) < 250, (parent, children)
