"""Keeping pages in groups: those that come while others are packed share one transaction, and a wait for the disk."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Generic, NamedTuple, TypeVar

from archive.bodies import Packed
from archive.facts import Page
from archive.grounds import Grounds, Group
from archive.journal import Journal
from archive.store import Archive
from archive.together import together

T = TypeVar("T")
GATHER = 0.01
"""Seconds in which what is committed gathers for one wait for the disk."""


class _Waiting(NamedTuple, Generic[T]):
    body: bytes
    group: Group | None
    work: Callable[[Packed], T]
    future: "asyncio.Future[T]"


class Commits(Generic[T]):
    """Packs bodies beside the loop, commits those that were packed together, and waits for the disk beside the loop."""

    def __init__(self, archive: Archive, journal: Journal, written: Callable[[int], None]) -> None:
        """`written` is told how many a committed group was: from then on it holds, but for a power cut."""
        self._archive, self._journal, self._committed = archive, journal, written
        self._waiting: list[_Waiting[T]] = []
        self._written: list[tuple[T | Exception, asyncio.Future[T]]] = []
        self._grounds = Grounds()
        self._packer, self._syncer = ThreadPoolExecutor(1), ThreadPoolExecutor(1)
        self._packing: asyncio.Task[None] | None = None
        self._syncing: asyncio.Task[None] | None = None

    async def write(self, source: str, page: Page, work: Callable[[Packed], T]) -> T:
        """What `work` gives of the packed body of `page` once its group is on the disk.

        Raises what it raises, or trouble with the file.
        """
        future: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._waiting.append(
            _Waiting(page.body, self._grounds.group(self._archive.conn, source, page.kind, page.status), work, future)
        )
        if self._packing is None:
            self._packing = asyncio.ensure_future(self._pack())
        return await future

    def close(self) -> None:
        """Let the threads end."""
        self._packer.shutdown()
        self._syncer.shutdown()

    async def _pack(self) -> None:
        loop = asyncio.get_running_loop()
        while self._waiting:
            group, self._waiting = self._waiting, []
            made: list[T | Exception]
            try:
                packed = await loop.run_in_executor(self._packer, self._packed, group)
                made = self._commit(group, packed)
            except Exception as error:  # noqa: BLE001 -- each that waits is told
                made = [error] * len(group)
            self._written += zip(made, (each.future for each in group), strict=True)
            if self._syncing is None:
                self._syncing = asyncio.ensure_future(self._sync())
        self._packing = None

    def _packed(self, group: list[_Waiting[T]]) -> list[Packed]:
        return [self._grounds.pack(each.body, each.group) for each in group]

    def _commit(self, group: list[_Waiting[T]], packed: list[Packed]) -> list[T | Exception]:
        works = [partial(each.work, of) for each, of in zip(group, packed, strict=True)]
        made = together(self._archive, works, light=True)
        self._committed(len(group))
        return made

    async def _sync(self) -> None:
        """Wait for the disk as often as something has been written meanwhile."""
        loop = asyncio.get_running_loop()
        while self._written:
            await self._archive.clock.sleep(GATHER)
            written, self._written = self._written, []
            trouble: Exception | None = None
            try:
                await loop.run_in_executor(self._syncer, self._journal.sync)
            except Exception as error:  # noqa: BLE001 -- each that waits is told
                trouble = error
            for one, future in written:
                tell(future, trouble or one)
        self._syncing = None


def tell(future: "asyncio.Future[T]", one: T | Exception) -> None:
    """Give `future` its result, or its error, unless nobody waits for it any more."""
    if not future.done():
        future.set_exception(one) if isinstance(one, Exception) else future.set_result(one)
