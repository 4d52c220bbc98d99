"""Waiting for something unless the crawl is stopped before."""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")


class Stopped(Exception):
    """The crawl was stopped before this was done; it stays to be done."""


class Breakable:
    """What is waited for unless a crawl is stopped before."""

    def __init__(self) -> None:
        self._tasks, self._stopped = set[asyncio.Task[Any]](), False

    async def until_stopped(self, work: Coroutine[Any, Any, T]) -> T:
        """The result of `work`. Raises Stopped as soon as `stop` is called."""
        if self._stopped:
            work.close()
            raise Stopped("the crawl was stopped")
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        try:
            return await task
        except asyncio.CancelledError:
            if not self._stopped:
                task.cancel()
                raise
            raise Stopped("the crawl was stopped") from None
        finally:
            self._tasks.discard(task)

    def stop(self) -> None:
        """Break off what is under way, and whatever is begun later."""
        self._stopped = True
        for task in self._tasks:
            task.cancel()
