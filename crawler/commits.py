"""Keeping pages in groups: those that come while the loop is busy share one transaction, and one wait for the disk."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Generic, TypeVar

from archive.journal import Journal
from archive.store import Archive
from archive.together import together

T = TypeVar("T")


class Commits(Generic[T]):
    """What is to be written, gathered until the loop has nothing else that is ready to run."""

    def __init__(self, archive: Archive, journal: Journal, written: Callable[[], None]) -> None:
        """`written` is called when a group has been committed: what it says holds, but for a power cut."""
        self._archive, self._journal, self._tell = archive, journal, written
        self._waiting: list[tuple[Callable[[], T], asyncio.Future[T]]] = []
        self._written: list[tuple[T | Exception, asyncio.Future[T]]] = []
        self._thread = ThreadPoolExecutor(1)
        self._syncing: asyncio.Task[None] | None = None

    async def write(self, work: Callable[[], T]) -> T:
        """What `work` gives once its group is on the disk. Raises what it raises, or trouble with the file."""
        loop = asyncio.get_running_loop()
        future: asyncio.Future[T] = loop.create_future()
        if not self._waiting:
            loop.call_soon(self._commit)
        self._waiting.append((work, future))
        return await future

    def close(self) -> None:
        """Let the thread end."""
        self._thread.shutdown()

    def _commit(self) -> None:
        group, self._waiting = self._waiting, []
        made: list[T | Exception]
        try:
            made = together(self._archive, [work for work, _ in group], light=True)
            self._journal.mind()
            self._tell()
        except Exception as error:  # noqa: BLE001 -- each that waits is told
            made = [error] * len(group)
        self._written += zip(made, (future for _, future in group), strict=True)
        if self._syncing is None:
            self._syncing = asyncio.ensure_future(self._sync())

    async def _sync(self) -> None:
        """Wait for the disk as often as something has been written meanwhile."""
        loop = asyncio.get_running_loop()
        while self._written:
            written, self._written = self._written, []
            trouble: Exception | None = None
            try:
                await loop.run_in_executor(self._thread, self._journal.sync)
            except Exception as error:  # noqa: BLE001 -- each that waits is told
                trouble = error
            for one, future in written:
                _tell(future, trouble or one)
        self._syncing = None


def _tell(future: "asyncio.Future[T]", one: T | Exception) -> None:
    if not future.done():
        future.set_exception(one) if isinstance(one, Exception) else future.set_result(one)
