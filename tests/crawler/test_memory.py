"""The memory of a crawl does not grow with its pages: a short form of `tests.bench.memory`.

Counted are the blocks that Python's own allocator has given out: they do not depend on the machine, and every object
that is kept for a page is at least one of them. Once caches are filled, 1,500 pages more may leave two a page. What
is on its way at a moment counts too: so the least of some moments is taken.
"""

import asyncio
import gc
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from archive import levels
from archive.shingles import _NUMBERS as NUMBERS
from archive.shingles import read
from archive.store import Archive
from crawler.counts import Counts, Standing
from crawler.run import crawl, reactor_loop
from crawler.session import Session
from tests.press import Press

FROM, PAGES, MOMENTS = 360, 1500, 30


@pytest.mark.usefixtures("here")
def test_memory_is_flat(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: dict[int, list[int]] = {FROM: [], FROM + PAGES: []}

    async def keep(self: Session, kept: object) -> int | None:
        number = await original(self, kept)  # type: ignore[arg-type]
        pages = sum(of.kept for of in self.counts.values())
        if start := next((start for start in seen if start <= pages < start + MOMENTS), 0):
            while (c := self.cleaning) and (c._waiting or c._tasks or c._made or c._writing):
                await asyncio.sleep(0.01)  # what waits is now few pages, now some hundred
            reactor.runUntilCurrent()  # drops the deadlines of requests that have ended, as it does every minute
            NUMBERS.clear()  # bounded, and far from full here: a number for each word that was met
            read.cache_clear()  # bounded too: the texts that were compared, of which there are few here
            gc.collect()
            seen[start].append(sys.getallocatedblocks())
        return number

    reactor_loop()
    from twisted.internet import reactor

    original = Session.keep
    monkeypatch.setattr(Session, "keep", keep)
    monkeypatch.setattr(levels, "FRESH", 500)  # runs in memory: bounded, and with so short texts never poured here
    with Press(6, 320, faults=False, words=40) as press, Archive(tmp_path / "a.db") as archive:
        told: list[int] = []

        def watch(counts: Mapping[str, Counts], standing: Standing) -> None:
            told.append(sum(of.kept for of in counts.values()))

        crawl(archive, press.sources(), on_progress=watch)
    grown = (min(seen[FROM + PAGES]) - min(seen[FROM])) / PAGES
    print(f"{grown:.2f} blocks a page")
    assert grown < 2, f"{grown:.1f} blocks a page"
