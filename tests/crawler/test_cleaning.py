import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from archive.errors import Withdrawn
from archive.facts import DropNote
from archive.store import Archive
from crawler import cleaning as cleaning_module
from crawler.cleaning import AHEAD, MOST, Cleaning
from crawler.stopping import Stopped
from pipelines.pool import CleaningPool
from pipelines.stored import Chunk, Made, clean_chunk, reader
from tests import stock

COUNT = 40
NOTHING = dict[int, DropNote | Made]()


class Pool:
    """Two children that clean in this process, as soon as they are let."""

    workers = 2

    def __init__(self, odd: Mapping[int, DropNote | Made] = NOTHING) -> None:
        self.jobs: list[int] = []
        self.free = asyncio.Event()
        self._odd = odd

    async def fresh(self, chunks: Sequence[Chunk]) -> list[Made | DropNote]:
        self.jobs.append(sum(len(chunk.numbers) for chunk in chunks))
        await self.free.wait()
        made = [one for chunk in chunks for one in clean_chunk(chunk, stock.process)]
        reader(chunks[0].path).close()
        reader.cache_clear()
        return [self._odd.get(one.number) or one for one in made]


@pytest.fixture
def filled(archive: Archive) -> Archive:
    """Pages of `COUNT` articles that are not cleaned."""
    stock.keep(archive, *(stock.page(n) for n in range(1, COUNT + 1)), clean=False)
    return archive


async def cleaned(archive: Archive, pool: Any, took: list[int], stop: bool = False) -> list[Made | BaseException]:
    """Hand over all pages one after the other, then let the children work."""
    cleaning, source = Cleaning(archive, pool), stock.PAPER
    numbers = archive.pending(source.id, "c1")
    tasks = [asyncio.ensure_future(cleaning.clean(n, source, lambda made: took.append(made.number))) for n in numbers]
    await asyncio.sleep(0)
    if stop:
        cleaning.stop()
    pool.free.set()
    return await asyncio.gather(*tasks, return_exceptions=True)


def test_pages_wait_in_groups_while_the_children_are_busy(filled: Archive) -> None:
    pool, took = Pool(), list[int]()
    said: list[str] = []
    filled.conn.set_trace_callback(said.append)
    made = asyncio.run(cleaned(filled, pool, took))
    filled.conn.set_trace_callback(None)
    alone = pool.workers + AHEAD
    assert pool.jobs == [1] * alone + [MOST, MOST, COUNT - alone - 2 * MOST]
    assert 0 < said.count("COMMIT") < len(pool.jobs), "what comes at one time shares a transaction"
    assert took == [one.number for one in made if isinstance(one, Made)] and len(took) == COUNT
    assert all(isinstance(one, Made) and one.ready and one.row and not one.reason for one in made)


def test_no_more_is_cleaned_than_writing_can_follow(filled: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, size in (("MOST", 2), ("AT_ONCE", 2), ("CLEANED", 4)):
        monkeypatch.setattr(cleaning_module, name, size)
    took, ahead = list[int](), list[int]()

    class Watched(Pool):
        async def fresh(self, chunks: Sequence[Chunk]) -> list[Made | DropNote]:
            ahead.append(sum(self.jobs) - len(took))
            return await super().fresh(chunks)

    asyncio.run(cleaned(filled, Watched(), took))
    assert len(took) == COUNT and max(ahead) < 4 + 2 * (Pool.workers + AHEAD)


def test_what_hangs_is_a_drop_and_what_was_withdrawn_is_told(filled: Archive) -> None:
    pages = filled.pending(stock.PAPER.id, "c1")
    pool = Pool({pages[5]: DropNote("hang", "too long"), pages[6]: Made(pages[6], None, None, None)})
    took = list[int]()
    made = asyncio.run(cleaned(filled, pool, took))
    assert isinstance(made[5], Made) and made[5].reason == "hang" and made[5].row
    assert isinstance(made[6], Withdrawn) and pages[6] not in took and len(took) == COUNT - 1


def test_a_stop_leaves_what_is_not_cleaned(filled: Archive) -> None:
    took = list[int]()
    made = asyncio.run(cleaned(filled, Pool(), took, stop=True))
    assert [type(one) for one in made] == [Stopped] * COUNT and not took


def test_a_stop_leaves_what_is_not_written(filled: Archive) -> None:
    async def stopped() -> list[Made | BaseException]:
        pool = Pool()
        pool.free.set()
        cleaning, source = Cleaning(filled, pool), stock.PAPER  # type: ignore[arg-type]
        numbers = filled.pending(source.id, "c1")
        tasks = [asyncio.ensure_future(cleaning.clean(n, source, lambda one: took.append(one.number))) for n in numbers]
        while cleaning._writing is None:
            await asyncio.sleep(0)
        cleaning.stop()
        return await asyncio.gather(*tasks, return_exceptions=True)

    took = list[int]()
    made = asyncio.run(stopped())
    assert [type(one) for one in made] == [Stopped] * COUNT and not took


def test_a_page_alone_is_written_at_once(filled: Archive) -> None:
    async def alone() -> None:
        pool = Pool()
        pool.free.set()
        number, *_ = filled.pending(stock.PAPER.id, "c1")
        cleaning = Cleaning(filled, pool)  # type: ignore[arg-type]
        task = asyncio.ensure_future(cleaning.clean(number, stock.PAPER, lambda _: None))
        for _ in range(20):  # turns of the loop, none of which waits for a moment
            await asyncio.sleep(0)
        assert task.done()

    asyncio.run(alone())


def test_what_comes_last_is_written_at_once_and_what_fills_a_transaction_too(
    filled: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever gathers is woken: no time to gather in is waited out."""
    monkeypatch.setattr(cleaning_module, "GATHER", 3600.0)
    monkeypatch.setattr(cleaning_module, "AT_ONCE", 10)
    monkeypatch.setattr(cleaning_module, "MOST", 4)

    class OneByOne(Pool):
        async def fresh(self, chunks: Sequence[Chunk]) -> list[Made | DropNote]:
            for _ in range(3 * len(self.jobs)):  # they come in turn, so that the first of them is not written alone
                await asyncio.sleep(0)
            return await super().fresh(chunks)

    took = list[int]()
    made = asyncio.run(asyncio.wait_for(cleaned(filled, OneByOne(), took), 60))
    assert len(took) == COUNT and all(isinstance(one, Made) for one in made)


def test_at_the_end_what_is_cleaned_is_written_while_the_rest_is(
    filled: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cleaning_module, "GATHER", 3600.0)
    took = list[int]()

    class LastWaits(Pool):
        async def fresh(self, chunks: Sequence[Chunk]) -> list[Made | DropNote]:
            last = sum(self.jobs) + len(chunks[0].numbers) == COUNT
            made = await super().fresh(chunks)
            while last and len(took) < COUNT - len(made):
                await asyncio.sleep(0)
            return made

    async def ended() -> None:
        pool = LastWaits()
        pool.free.set()
        cleaning = Cleaning(filled, pool)  # type: ignore[arg-type]
        numbers = filled.pending(stock.PAPER.id, "c1")
        waits = [cleaning.clean(n, stock.PAPER, lambda made: took.append(made.number)) for n in numbers]
        tasks = [asyncio.ensure_future(each) for each in waits]
        cleaning.end()
        await asyncio.wait_for(asyncio.gather(*tasks), 60)

    asyncio.run(ended())
    assert len(took) == COUNT


def test_a_fault_is_told_to_all_that_waited_for_it(filled: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    pool = CleaningPool(1)
    pool.close()
    made = asyncio.run(_with(filled, pool))
    assert {type(one).__name__ for one in made} == {"CleaningStopped"}


async def _with(archive: Archive, pool: CleaningPool) -> list[Made | BaseException]:
    cleaning = Cleaning(archive, pool)
    waits = (cleaning.clean(n, stock.PAPER, lambda _: None) for n in archive.pending(stock.PAPER.id, "c1"))
    return await asyncio.gather(*waits, return_exceptions=True)
