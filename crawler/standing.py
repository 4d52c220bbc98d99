"""Telling who watches a crawl how it stands, about once a second."""

import asyncio
import contextlib
from collections.abc import Iterable, Mapping

from archive.errors import ArchiveError
from archive.ledger import Ledger
from archive.paces import Pace, paces
from archive.store import Archive
from crawler.counts import Counts, Paused, Progress, Standing

EVERY = 1.0
LONGER = 5.0
"""Seconds beyond its usual pause for which a host must be left alone to be called paused."""


class Teller:
    """What one crawl tells. Begun and ended by the session; without a listener it does nothing."""

    def __init__(self, listener: Progress | None, counts: Mapping[str, Counts], archive: Archive) -> None:
        self._listener, self._counts, self._archive = listener, counts, archive
        self._began, self._why = archive.clock.seconds(), dict[str, str]()
        self._frontier: Archive | Ledger | None = None
        self._limit: int | None = None
        self._back = self._assets = False
        self._ticks: asyncio.Task[None] | None = None
        self.pending = (0, 0)
        """How many pages have been cleaned of those that were pending at the start; written from another thread."""

    def begin(self) -> None:
        """Tell from now on."""
        if self._listener:
            self._ticks = asyncio.ensure_future(self._tick())

    def ready(self, frontier: Archive | Ledger, limit: int | None, *, back: bool, assets: bool = False) -> None:
        """What was pending is cleaned, and pages are fetched by that frontier now, so many at most; `back` tells
        whether it is a back-fill, `assets` whether what pages show is fetched too."""
        self._frontier, self._limit, self._back, self._assets = frontier, limit, back, assets

    def trouble(self, host: str, what: str) -> None:
        """The last failure of `host`."""
        self._why[host] = what

    def end(self) -> None:
        """Tell once more, and no longer."""
        if self._ticks:
            self._ticks.cancel()
            self._tell()

    async def _tick(self) -> None:
        """As seldom as it must be for the counting to take no more than a twentieth of the time."""
        clock = self._archive.clock
        while True:
            began = clock.interval()
            self._tell()
            await clock.sleep(max(EVERY, 20 * (clock.interval() - began)))

    def _tell(self) -> None:
        if self._listener:
            with contextlib.suppress(ArchiveError):  # whoever writes next meets it too
                self._listener(self._counts, self._standing())

    def _standing(self) -> Standing:
        now = self._archive.clock.seconds()
        if self._frontier is None:
            return Standing(at=now, began=self._began, pending=self.pending)
        hosts = paces(self._frontier, tuple(self._counts), now, back=self._back, assets=self._assets)
        return standing(hosts, self._why, now, self._began, self._limit)


def standing(hosts: Iterable[Pace], why: Mapping[str, str], now: float, began: float, limit: int | None) -> Standing:
    """How a crawl of `hosts` stands. `why` is the last failure of a host."""
    queue, paused, allowed, least = dict[str, int](), list[Paused](), 0.0, 0.0
    for host in hosts:
        if host.free > now + host.pause + LONGER:
            failed = f"{host.failures} failures in a row" if host.failures > 1 else "failed"
            paused.append(Paused(host.host, host.source, host.free, why.get(host.host, failed)))
        if host.due:
            queue[host.source] = queue.get(host.source, 0) + host.due
            least = max(least, host.due * host.pause)
            if host.free <= now + host.pause + LONGER:
                allowed += 60 / host.pause if host.pause else float("inf")
    bound = allowed if 0 < allowed < float("inf") else None
    return Standing(now, began, queue, tuple(paused), bound, least, limit)
