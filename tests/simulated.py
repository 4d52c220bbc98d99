"""Simulated time: a clock, and an asyncio loop that lives by it, under which waiting costs nothing.

The loop's own time is the clock's, so every timer in it (ours, asyncio's, Scrapy's, Twisted's) waits in simulated
time. When nothing can go on, the clock is put to the moment of the next timer. What goes on outside of the loop holds
the time still: a thread, and a request until the server says that it stalls. So the same seed gives the same run, to
the millisecond, on a fast machine and on a busy one.
"""

import asyncio
import selectors
import socket
import threading
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from datetime import datetime
from types import SimpleNamespace
from typing import Any

from config.clock import VIETNAM, Timer

STEP = 1e-6
"""Seconds by which timers come late. One that came early, by the rounding of the time, would wait again for ever."""
TURNS = 20_000
"""Turns of the loop without any time passing after which a `STEP` passes, as it would on a real machine."""
PATIENCE = 60.0
"""Real seconds without anything happening after which a simulation has hung."""


class SimulatedClock:
    """A `config.clock.Clock` whose time passes only when nothing else can happen."""

    def __init__(self, start: datetime) -> None:
        self.at = start.timestamp()
        self.flying, self.stalled = set[str](), set[str]()
        """Requests under way, and those of them for which the server takes its time."""
        self.threads = 0
        self.refusal: Callable[[str], Exception | None] = lambda url: None
        """Why a URL's host cannot be reached now, or None."""

    @property
    def held(self) -> bool:
        """Whether something goes on outside of the loop."""
        return self.threads > 0 or bool(self.flying - self.stalled)

    def move(self, at: float) -> None:
        """Let time pass between two runs; never back."""
        self.at = max(self.at, at)

    def now(self) -> datetime:
        return datetime.fromtimestamp(self.at, VIETNAM)

    def seconds(self) -> float:
        return self.at

    def interval(self) -> float:
        return self.at

    async def sleep(self, seconds: float, until: asyncio.Event | None = None) -> None:
        if until is None:
            await asyncio.sleep(seconds)
            return
        with suppress(TimeoutError):
            await asyncio.wait_for(until.wait(), seconds)

    def later(self, seconds: float, call: Callable[[], object]) -> Timer:
        return asyncio.get_running_loop().call_later(max(seconds, STEP), call)


class SimulatedLoop(asyncio.SelectorEventLoop):
    """A loop on `clock`."""

    def __init__(self, clock: SimulatedClock) -> None:
        self._simulated = clock
        super().__init__(_Selector(clock))
        self._clock_resolution = STEP / 2  # a double tells moments of our days apart to 2.4e-7 s

    def time(self) -> float:
        return self._simulated.at

    def run_in_executor(self, executor: Any, func: Any, *args: Any) -> Any:
        """Time stands still while the thread works."""
        return asyncio.wrap_future(held_thread(self._simulated, self, func, *args), loop=self)

    async def getaddrinfo(self, host: Any, port: Any, **more: Any) -> Any:
        """Resolved here: threads would answer in any order."""
        return socket.getaddrinfo(host, port, **more)


class _Selector(selectors.DefaultSelector):  # type: ignore[valid-type,misc]
    def __init__(self, clock: SimulatedClock) -> None:
        super().__init__()
        self._clock, self._waited, self._turns = clock, 0.0, 0

    def select(self, timeout: float | None = None) -> Any:
        ready = super().select(0)
        if ready or (timeout is not None and timeout <= 0):
            self._waited, self._turns = 0.0, self._turns + 1
            if self._turns % TURNS == 0:
                self._clock.at += STEP
            return ready
        if self._clock.held or timeout is None:
            ready = super().select(0.5)
            self._waited = 0.0 if ready else self._waited + 0.5
            if self._waited >= PATIENCE:
                raise RuntimeError(f"nothing happens: {self._clock.flying=} {self._clock.threads=} {timeout=}")
            return ready
        self._clock.at, self._turns = self._clock.at + timeout + STEP, 0
        return []


class HeldThreads:
    """In the place of the ThreadPoolExecutor of `Session.begin`, of which the loop does not know."""

    clock: SimulatedClock

    def __init__(self, *_: object) -> None: ...

    def submit(self, func: Any, *args: Any) -> "Future[Any]":
        return held_thread(self.clock, asyncio.get_running_loop(), func, *args)

    def shutdown(self, wait: bool = True) -> None: ...


def held_thread(clock: SimulatedClock, loop: asyncio.AbstractEventLoop, func: Any, *args: Any) -> "Future[Any]":
    """Call `func` in a thread; time stands still until whoever waits for it has been told."""
    future: Future[Any] = Future()

    def work() -> None:
        try:
            result = func(*args)
        except BaseException as error:  # noqa: BLE001 -- the boundary of a thread
            future.set_exception(error)
        else:
            future.set_result(result)
        with suppress(RuntimeError):
            loop.call_soon_threadsafe(ended)

    def ended() -> None:
        clock.threads -= 1

    future.set_running_or_notify_cancel()
    clock.threads += 1
    threading.Thread(target=work, daemon=True).start()
    return future


def install(clock: SimulatedClock) -> None:
    """Put the crawls of this process on `clock`: call it before the first, in a process of its own."""
    import scrapy.utils.asyncio
    import uvloop

    import crawler.download
    import crawler.run
    import crawler.session

    uvloop.new_event_loop = lambda: SimulatedLoop(clock)  # type: ignore[assignment]
    HeldThreads.clock = clock
    crawler.session.ThreadPoolExecutor = HeldThreads  # type: ignore[misc,attr-defined]
    download = crawler.download.DownloadHandler.download_request

    async def held(self: Any, request: Any) -> Any:
        name = request.url.partition("://")[2]
        if refused := clock.refusal(request.url):
            raise refused
        clock.flying.add(name)
        try:
            return await download(self, request)
        finally:
            clock.flying.discard(name)
            clock.stalled.discard(name)

    crawler.download.DownloadHandler.download_request = held  # type: ignore[method-assign]
    scrapy.utils.asyncio.time = SimpleNamespace(monotonic=clock.seconds)  # type: ignore[attr-defined]
    crawler.run.reactor_loop()
    from twisted.internet import reactor

    reactor.seconds = clock.seconds  # type: ignore[attr-defined]
