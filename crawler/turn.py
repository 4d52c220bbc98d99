"""A crawl's turn at its archive: the lock with its beats, and room on the disk."""

import asyncio
import logging
from collections.abc import Callable, Mapping
from typing import Any

from scrapy.settings import BaseSettings

from archive import lock
from archive.disk import Room, Wanted
from archive.errors import ArchiveError, LockLost
from archive.store import Archive
from config.sources import DeclarationError

logger = logging.getLogger(__name__)
EVERY = 20
"""Kept pages between two looks at the disk: at most 400 MB, and usually 2."""


class Turn:
    """The turn of one crawl. `take` it, `begin` to give signs of life, `mind` the disk, and `end` it."""

    def __init__(self, archive: Archive, command: str, wanted: Wanted) -> None:
        self._archive, self._command, self._room = archive, command, Room(archive.path, wanted)
        self._lock: lock.Lock | None = None
        self._beats: asyncio.Task[None] | None = None
        self._kept = 0

    async def take(self, stopping: asyncio.Event) -> lock.Claim:
        """The turn, or whose turn it is: `held` is set then. A silent holder is watched first, unless `stopping`."""
        claim = lock.claim(self._archive, self._command)
        if not claim.run and claim.held:
            logger.warning("%s is silent; watching it for %.0f s", claim.held.told(), lock.WATCH)
            await self._archive.clock.sleep(lock.WATCH, until=stopping)
            seen = None if stopping.is_set() else claim.held
            claim = lock.claim(self._archive, self._command, watched=seen, patient=False)
        if claim.held is None:
            self._lock = lock.Lock(self._archive, claim.run)
        for run in claim.over:
            logger.info("run %d was killed, or hung: this crawl takes its place", run)
        return claim

    def begin(self, stats: Callable[[], Mapping[str, Any]], lost: Callable[[BaseException], None]) -> None:
        """Give signs of life as long as the loop turns, with the counters; `lost` is told when the turn was lost.

        Raises `DiskFull` where there is less room than a crawl wants.
        """
        self._beats = asyncio.ensure_future(self._beat(stats, lost))
        self._room.check()
        self._room.reserve()

    def mind(self, pages: int) -> None:
        """So many pages were kept. Raises `DiskFull` when the disk is getting full."""
        before, self._kept = self._kept, self._kept + pages
        if self._kept // EVERY > before // EVERY:
            self._room.check()

    def end(self, outcome: str, stats: Mapping[str, Any]) -> None:
        """Note how the crawl ended, and give the lock back; on a full disk the reserve is there for it."""
        if self._beats:
            self._beats.cancel()
        self._room.release()
        if self._lock:
            self._lock.end(outcome, stats)

    async def _beat(self, stats: Callable[[], Mapping[str, Any]], lost: Callable[[BaseException], None]) -> None:
        assert self._lock
        while True:
            await self._archive.clock.sleep(lock.BEAT)
            try:
                await asyncio.to_thread(self._lock.beat, stats())
            except LockLost as error:
                lost(error)
                return
            except ArchiveError as error:  # the next one may get through, and what is written meets the same trouble
                logger.info("no sign of life could be given: %s", error)


def wanted_by(settings: BaseSettings) -> Wanted:
    """What the settings want to be free on the disk. Raises `DeclarationError` for what is no number."""

    def number(name: str) -> float:
        given = str(settings[name])
        try:
            found = float(given)
        except ValueError:
            found = -1.0
        if not 0 <= found < float("inf"):
            raise DeclarationError(f"{name}={given}: must be a number from 0 up")
        return found

    return Wanted(number("BAOLUU_MIN_FREE_MB") * 1e6, number("BAOLUU_MIN_FREE_PERCENT"))
