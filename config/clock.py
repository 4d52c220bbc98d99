"""The one clock of the project.

Everything that needs the time of day, an interval or a pause asks a `Clock`, so that a test or the sample newsroom
can run days in seconds; nothing else reads a clock or waits (a test looks for it). Vietnam has kept UTC+7 since June
1975; papers print local time.
"""

import time
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import asyncio

VIETNAM = timezone(timedelta(hours=7))


class Timer(Protocol):
    """A call that is to come."""

    def cancel(self) -> None:
        """Let it not come."""


class Clock(Protocol):
    """What a clock answers, and how one waits by it."""

    def now(self) -> datetime:
        """The moment, aware, in +07:00."""

    def seconds(self) -> float:
        """Seconds since the epoch, as frontier, leases and pauses count them."""

    def interval(self) -> float:
        """Seconds since some fixed moment, of this process only: for how long something takes.

        Unlike `seconds` it never jumps when somebody puts the machine's clock.
        """

    async def sleep(self, seconds: float, until: "asyncio.Event | None" = None) -> None:
        """Return when so many `seconds` have passed, or as soon as `until` is set."""

    def later(self, seconds: float, call: Callable[[], object]) -> Timer:
        """Let the running loop call `call` when so many `seconds` have passed."""


class _Waits:
    """Intervals and waiting by the running loop."""

    def interval(self) -> float:
        """Seconds since some fixed moment, which nobody puts."""
        return time.monotonic()

    async def sleep(self, seconds: float, until: "asyncio.Event | None" = None) -> None:
        """Return when so many `seconds` have passed, or as soon as `until` is set."""
        import asyncio  # most commands wait for nothing, and it takes as long to import as all of `config`

        if until is None:
            await asyncio.sleep(seconds)
            return
        with suppress(TimeoutError):
            await asyncio.wait_for(until.wait(), seconds)

    def later(self, seconds: float, call: Callable[[], object]) -> Timer:
        """Let the running loop call `call` when so many `seconds` have passed."""
        import asyncio

        return asyncio.get_running_loop().call_later(seconds, call)


class SystemClock(_Waits):
    """The machine's clock."""

    def now(self) -> datetime:
        """The moment, aware, in +07:00."""
        return datetime.now(VIETNAM)

    def seconds(self) -> float:
        """Seconds since the epoch."""
        return time.time()


class ServerClock(_Waits):
    """The clock of another machine, as far as it is known: that of this one until it is `put`."""

    def __init__(self) -> None:
        self._ahead = time.time() - time.monotonic()

    def put(self, seconds: float, began: float) -> None:
        """The other clock showed so many `seconds` since the epoch, somewhen between the interval `began` and now."""
        self._ahead = seconds - (began + time.monotonic()) / 2

    def now(self) -> datetime:
        """The moment, aware, in +07:00."""
        return datetime.fromtimestamp(self.seconds(), VIETNAM)

    def seconds(self) -> float:
        """Seconds since the epoch."""
        return time.monotonic() + self._ahead


class ShiftedClock(_Waits):
    """A clock that started at `start` when it was made and runs at the machine's pace; `start` may be moved."""

    def __init__(self, start: datetime) -> None:
        self.move(start)

    def move(self, start: datetime) -> None:
        """Make it `start` now."""
        self._start, self._zero = start.astimezone(VIETNAM), time.monotonic()

    def now(self) -> datetime:
        """The moment, aware, in +07:00."""
        return self._start + timedelta(seconds=time.monotonic() - self._zero)

    def seconds(self) -> float:
        """Seconds since the epoch."""
        return self.now().timestamp()


def stamp(moment: datetime) -> str:
    """`moment` as the archive writes it: `YYYY-MM-DDTHH:MM:SS+07:00`."""
    return moment.astimezone(VIETNAM).isoformat(timespec="seconds")


def moment(seconds: float) -> datetime:
    """The moment so many `seconds` after the epoch, aware, in +07:00."""
    return datetime.fromtimestamp(seconds, VIETNAM)
