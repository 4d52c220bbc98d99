"""Cleaning beside fetching: kept pages on their way through the children."""

import asyncio
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import chain, groupby
from typing import NamedTuple

from archive.errors import Withdrawn
from archive.facts import DropNote
from archive.store import Archive
from archive.together import together
from config.sources import Source
from crawler.commits import tell
from crawler.stopping import Stopped
from pipelines.pool import SECONDS_PER_PAGE, CleaningPool, dropped
from pipelines.stored import Chunk, Made, fresh

AHEAD = 3
"""Jobs that wait at the children, so that none of them does while much is written."""
MOST, AT_ONCE = 16, 64
"""Pages of one job, and of one transaction."""
CLEANED = 2 * AT_ONCE
"""Pages that are cleaned and wait to be written, from which the children get no more: each is held in memory."""
GATHER = 0.1
"""Seconds in which what has been cleaned gathers for one transaction, while more is on its way: an article's runs of
words fall all over their table, and the full-text index grows by a segment each time."""
BEHIND = 15
"""By so much cleaning stands behind fetching where a machine is short of time: only what fetches has hosts waiting."""


def children() -> CleaningPool:
    """The processes that clean for a crawl, not started yet."""
    return CleaningPool(None, SECONDS_PER_PAGE, BEHIND)


class Waiting(NamedTuple):
    """A kept page that is to be cleaned."""

    number: int
    source: Source
    take_in: Callable[[Made], None]
    future: "asyncio.Future[Made]"


class Cleaning:
    """Pages are handed over one by one where the children are free, else as many at a time as came meanwhile.

    The children read them from the archive, so no body crosses a process border twice.
    """

    def __init__(self, archive: Archive, pool: CleaningPool) -> None:
        self._archive, self._pool = archive, pool
        self._waiting, self._tasks = deque[Waiting](), dict[asyncio.Task[None], list[Waiting]]()
        self._made: list[tuple[Waiting, Made | DropNote]] = []
        self._writing: asyncio.Task[None] | None = None
        self._enough = asyncio.Event()
        """Nothing is gained by gathering more."""
        self._ending = self._over = False

    async def clean(self, number: int, source: Source, take_in: Callable[[Made], None]) -> Made:
        """The cleaning of the kept page `number`, which `take_in` writes, inside a transaction that it may share.

        Raises Stopped when the crawl is stopped before, and Withdrawn when the page was withdrawn meanwhile.
        """
        if self._over:
            raise Stopped("the crawl was stopped")
        future: asyncio.Future[Made] = asyncio.get_running_loop().create_future()
        self._waiting.append(Waiting(number, source, take_in, future))
        self._hand_out()
        return await future

    def end(self) -> None:
        """Hardly anything more comes: what has been cleaned is written while the rest is."""
        self._ending = True
        self._enough.set()

    def stop(self) -> None:
        """What is not cleaned yet stays pending."""
        self._over = True
        made = (each for each, _ in self._made)
        for each in (*self._waiting, *chain.from_iterable(self._tasks.values()), *made):
            tell(each.future, Stopped("the crawl was stopped"))
        self._waiting.clear()
        self._made.clear()
        for task in (*self._tasks, *([self._writing] if self._writing else [])):
            task.cancel()

    def _hand_out(self) -> None:
        while self._waiting and len(self._tasks) < self._pool.workers + AHEAD and len(self._made) < CLEANED:
            job = [self._waiting.popleft() for _ in range(min(MOST, len(self._waiting)))]
            job.sort(key=lambda each: each.source.id)
            task = asyncio.ensure_future(self._do(job))
            self._tasks[task] = job
            task.add_done_callback(self._done)

    def _done(self, task: "asyncio.Task[None]") -> None:
        del self._tasks[task]
        if not self._over:
            self._hand_out()
            if self._gathered:
                self._enough.set()
            if self._made and self._writing is None:
                self._writing = asyncio.ensure_future(self._write())

    @property
    def _gathered(self) -> bool:
        """Whether a transaction is full, or not worth waiting for."""
        return len(self._made) >= AT_ONCE or self._ending or not (self._waiting or self._tasks)

    async def _do(self, job: Sequence[Waiting]) -> None:
        """Clean some pages, and leave them to be written."""
        try:
            made = await self._pool.fresh(list(self._chunks(job)))
            self._made += zip(job, made, strict=True)
        except Exception as error:  # noqa: BLE001 -- each that waits is told
            for each in job:
                tell(each.future, error)

    async def _write(self) -> None:
        """Take in what has been cleaned, as much in one transaction as comes meanwhile."""
        while self._made:
            self._enough.clear()
            if not self._gathered:
                await self._archive.clock.sleep(GATHER, self._enough)
            else:
                await asyncio.sleep(0)
            made, self._made = self._made[:AT_ONCE], self._made[AT_ONCE:]
            self._hand_out()
            done: Sequence[Made | Exception]
            try:
                done = together(self._archive, [partial(self._finish, *each) for each in made], light=True)
            except Exception as error:  # noqa: BLE001 -- each that waits is told
                done = [error] * len(made)
            for (each, _), one in zip(made, done, strict=True):
                tell(each.future, one)
        self._writing = None

    def _chunks(self, job: Sequence[Waiting]) -> Iterator[Chunk]:
        path, bare = str(self._archive.path), frozenset[str]()
        for name, group in groupby(job, key=lambda each: each.source.id):
            of = list(group)
            yield Chunk(path, name, of[0].source, tuple(each.number for each in of), dry=False, wanted=bare, fresh=True)

    def _finish(self, each: Waiting, made: Made | DropNote) -> Made:
        if isinstance(made, DropNote):
            made = fresh(each.number, dropped(self._archive.page(each.number), each.source, made))
        if made.row is None:
            raise Withdrawn(f"page {each.number} was withdrawn before it was cleaned")
        each.take_in(made)
        return made
