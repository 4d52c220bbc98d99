"""The one clock of the project.

Everything that needs the time of day or an interval asks a `Clock`, so that a test or the sample newsroom can
run days in seconds. Vietnam has kept UTC+7 since June 1975; papers print local time.
"""

import time
from datetime import datetime, timedelta, timezone
from typing import Protocol

VIETNAM = timezone(timedelta(hours=7))


class Clock(Protocol):
    """What a clock answers."""

    def now(self) -> datetime:
        """The moment, aware, in +07:00."""

    def seconds(self) -> float:
        """Seconds since the epoch, as frontier, leases and pauses count them."""


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """The moment, aware, in +07:00."""
        return datetime.now(VIETNAM)

    def seconds(self) -> float:
        """Seconds since the epoch."""
        return time.time()


class ShiftedClock:
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
