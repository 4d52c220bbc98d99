"""Hours of the day at which a host may be asked, as a declaration writes them: `22:00-06:00`, Vietnam's time."""

import re
from datetime import datetime, timedelta
from typing import NamedTuple

from config.clock import moment

_HOURS = re.compile(r"\s*(\d{1,2}):(\d{2})\s*-\s*(\d{1,2}):(\d{2})\s*")
DAY = 24 * 60


class Hours(NamedTuple):
    """Minutes of the day, from (included) and until (excluded); over midnight where `until` is not after `start`."""

    start: int
    until: int

    def holds(self, seconds: float) -> bool:
        """Whether a moment (seconds since the epoch) lies within."""
        now = moment(seconds)
        minute = now.hour * 60 + now.minute
        if self.start < self.until:
            return self.start <= minute < self.until
        return minute >= self.start or minute < self.until

    def opening(self, seconds: float) -> float:
        """The moment itself where it lies within, else the next at which these hours begin."""
        if self.holds(seconds):
            return seconds
        now = moment(seconds)
        opens = _at(now, self.start)
        return (opens if opens > now else opens + timedelta(days=1)).timestamp()


def hours_of(text: str) -> Hours:
    """`22:00-06:00` read. Raises ValueError, which says what is wrong."""
    found = _HOURS.fullmatch(text)
    if not found:
        raise ValueError(f"{text!r} is no span of hours; write it like 22:00-06:00")
    numbers = [int(part) for part in found.groups()]
    start, until = numbers[0] * 60 + numbers[1], numbers[2] * 60 + numbers[3]
    if max(numbers[1], numbers[3]) > 59 or start >= DAY or until > DAY:
        raise ValueError(f"{text!r} names a time that no clock shows; the day goes from 00:00 to 24:00")
    if start == until % DAY:
        raise ValueError(f"{text!r} is empty, or the whole day: leave it out to ask at any hour")
    return Hours(start, until)


def _at(day: datetime, minute: int) -> datetime:
    return day.replace(hour=minute // 60, minute=minute % 60, second=0, microsecond=0)
