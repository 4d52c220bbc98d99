"""How many new articles a paper usually gives, by day of the week and hour, from its own past. Pure.

Times are seconds since the epoch; days and hours are Vietnam's, counted from 1970-01-01T00:00+07:00.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import pairwise

import msgspec

HOUR, DAY = 3600, 86400
_OFFSET = 7 * HOUR
REACH = 7
"""Days without a look that the lists of a paper are thought to reach back over: what the next look finds is spread
over them. What is found after a longer gap says nothing about a day."""
OUTAGE = 5.0
"""A day on which a paper gave nothing although so many were usual was an outage, and no part of its habit."""
SURE = 1.5
"""By how much the spread of days is taken to be greater than it was seen to be."""
FEW_DAYS = 3
"""Days of the past below which there is no habit."""


class Habit(msgspec.Struct, frozen=True):
    """What is usual at a paper."""

    rate: float
    """New articles a day."""
    weekdays: tuple[float, ...]
    """The same on a Monday, … Sunday."""
    reached: tuple[float, ...]
    """Share of a day's articles that has come by the end of the first, … 24th hour."""
    articles: float
    """How many the past holds."""
    spread: float
    """How much days differ beyond chance: the variance of a day's rate over its square; 0 for a Poisson process."""

    def of_day(self, day: int) -> float:
        """Articles usual on a whole day."""
        return self.weekdays[weekday(day)]

    def by_day(self, start: float, end: float) -> Iterator[tuple[int, float]]:
        """The days between two moments, each with the articles usual on its part of them."""
        for day in range(day_of(start), day_of(end) + 1):
            midnight = day * DAY - _OFFSET
            share = self._by(end - midnight) - self._by(start - midnight)
            yield day, self.of_day(day) * share

    def _by(self, seconds: float) -> float:
        """Share of a day's articles that has come so many seconds after midnight."""
        if seconds <= 0:
            return 0.0
        if seconds >= DAY:
            return 1.0
        hour, part = divmod(seconds, HOUR)
        before = self.reached[int(hour) - 1] if hour else 0.0
        return before + (self.reached[int(hour)] - before) * part / HOUR


def day_of(moment: float) -> int:
    """The day of a moment."""
    return int((moment + _OFFSET) // DAY)


def hour_of(moment: float) -> int:
    """The hour of a moment; 24 to a day."""
    return int((moment + _OFFSET) // HOUR)


def weekday(day: int) -> int:
    """0 for Monday."""
    return (day + 3) % 7


def days_of(hours: Mapping[int, int]) -> dict[int, int]:
    """Counts by hour, by day."""
    found: dict[int, int] = {}
    for hour, count in hours.items():
        found[hour // 24] = found.get(hour // 24, 0) + count
    return found


def habit(hours: Mapping[int, int], looked: Sequence[int], before: int) -> Habit | None:
    """What was usual before the day `before`; None where fewer than `FEW_DAYS` days tell.

    `hours`: new articles by the hour in which they were first seen. `looked`: the days on which somebody looked, in
    order. The first of them is left out, as it finds what had gathered.
    """
    days = dict(_days(days_of(hours), [day for day in looked if day < before]))
    if len(days) < FEW_DAYS:
        return None
    means = _weekdays(days)
    kept = {day: n for day, n in days.items() if n or means[weekday(day)] < OUTAGE}
    if len(kept) < FEW_DAYS or not any(kept.values()):
        return None
    means = _weekdays(kept)
    at = {hour: n for hour, n in hours.items() if hour // 24 in kept}
    total = sum(kept.values())
    return Habit(sum(means) / 7, tuple(means), tuple(_reached(at)), total, _spread(kept, means))


def _days(counts: Mapping[int, int], looked: Sequence[int]) -> Iterator[tuple[int, float]]:
    """Days with what they gave: what a look finds after days without one is spread over these."""
    for last, day in pairwise(looked):
        if day - last <= REACH:
            for between in range(last + 1, day + 1):
                yield between, counts.get(day, 0) / (day - last)


def _weekdays(days: Mapping[int, float]) -> list[float]:
    """The mean of each day of the week, with one day of the overall mean added: few weeks tell little."""
    mean = sum(days.values()) / len(days)
    sums, counts = [mean] * 7, [1] * 7
    for day, n in days.items():
        sums[weekday(day)] += n
        counts[weekday(day)] += 1
    return [total / count for total, count in zip(sums, counts, strict=True)]


def _reached(hours: Mapping[int, int]) -> Iterator[float]:
    """The running share by the hour of the day, smoothed over the neighbours; every hour has half an article more."""
    plain = [0.5] * 24
    for hour, n in hours.items():
        plain[hour % 24] += n
    smooth = [plain[h - 1] / 4 + plain[h] / 2 + plain[(h + 1) % 24] / 4 for h in range(24)]
    total, so_far = sum(smooth), 0.0
    for share in smooth:
        so_far += share
        yield so_far / total


def _spread(days: Mapping[int, float], means: Sequence[float]) -> float:
    """By moments: the variance beyond Poisson's over the square of the mean; four weeks tell it only roughly."""
    beyond = sum((n - means[weekday(day)]) ** 2 - means[weekday(day)] for day, n in days.items())
    return SURE * max(0.0, beyond) / sum(means[weekday(day)] ** 2 for day in days)


Season = Callable[[int], float]
"""For a day the part of what is usual that papers gave on it; 1 on an ordinary one."""
