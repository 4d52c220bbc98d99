"""Signs of life of a worker on a shared frontier, from a thread of their own, over a connection of their own.

What keeps the loop busy (a long commit, a file that somebody else has locked) or the post (a server that is slow to
take a letter) thus delays none, and nobody is given what is being fetched here. A crawl that hangs is given up all the
same: when its post has had no turn for `HUNG` seconds, the signs end.
"""

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress
from threading import Thread

from archive import lock
from archive.errors import FrontierAway
from archive.postgres.ledger import BEAT, Postgres
from config.clock import Clock

logger = logging.getLogger(__name__)
HUNG = lock.SILENT
"""Seconds without a turn of the post after which a crawl has hung; so long it may be silent for others at its archive,
too."""


class Heart:
    """The signs of life of one worker: `begin` when it has joined, `end` before it leaves."""

    def __init__(self, ledger: Postgres, clock: Clock, lost: Callable[[BaseException], None]) -> None:
        """`ledger` is a connection of the worker. `lost` is called with what ends the crawl, in the thread."""
        self._ledger, self._clock, self._lost = ledger.beside(lasting=False), clock, lost
        self._loop, self._over = asyncio.new_event_loop(), asyncio.Event()
        self._thread = Thread(target=self._run, name="signs of life", daemon=True)
        self._turned = clock.interval()

    def begin(self) -> None:
        """Give signs of life from now on."""
        self.turned()
        self._thread.start()

    def turned(self) -> None:
        """The post has its turn: the crawl does not hang."""
        self._turned = self._clock.interval()

    def end(self) -> None:
        """Give no more: the last one was given when this returns."""
        with suppress(RuntimeError):  # it has ended before
            self._loop.call_soon_threadsafe(self._over.set)
        if self._thread.is_alive():
            self._thread.join()
        self._loop.close()
        self._ledger.close()

    def _run(self) -> None:
        self._loop.run_until_complete(self._work())

    async def _work(self) -> None:
        while not self._over.is_set():
            try:
                self._ledger.server.reconnect()
                if self._clock.interval() - self._turned < HUNG:
                    self._ledger.beat()
            except FrontierAway as error:
                logger.info("no sign of life could be given: %s", error)
            except Exception as error:  # noqa: BLE001 -- a crawl without it would work on what others are given
                self._lost(error)
                return
            await self._clock.sleep(BEAT, until=self._over)
