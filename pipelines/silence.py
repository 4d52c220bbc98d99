"""The dead-man alarm: whether a paper that gives nothing new, or much less, does so by chance. Pure.

The chance comes from the paper's own habit: a Poisson process whose rate follows hour and weekday, wavers from day to
day half as much again as it did, and is known no better than the past's number of articles lets it be (the negative
binomial tail). On feast days (Tết, the two long holidays) all papers give less: the part of what is usual that the
median of the other papers gave on a day holds for each of them, between `LEAST_SEASON` and 1.
"""

from collections.abc import Iterator, Mapping, Sequence
from math import exp, inf, lgamma, log, log1p
from statistics import median

from pipelines.habit import DAY, HOUR, Habit, Season

LEVEL = 1e-4
"""So many silences as long as this one a day would come by chance: one false alarm in 10,000 days of a paper."""
SHORTEST = 3 * HOUR
"""Seconds of silence that are never alarmed, however busy the paper."""
LOOKS = 2
"""Looks that must have found nothing: one may have met a bad moment."""
LEAST_SEASON, ENOUGH, VOTERS = 0.2, 5.0, 3
"""How little is believed of a feast day; articles usual on the day, and papers with as many, below which a day
cannot be told to be one."""
FALL, FALL_DAYS, FALL_ENOUGH = 0.25, 3, 20.0
"""A fall is judged over so many whole days with so many articles usual; it is one below this part of them."""


def silent_chance(habit: Habit, start: float, end: float, season: Season) -> float:
    """The logarithm of the chance that the paper gives nothing between two moments."""
    return _tail(habit, sum(_days(habit, start, end, season)))


def silent_since(habit: Habit, last: float, looks: Sequence[float], season: Season) -> float | None:
    """The look after which a silence since `last` was too long for chance; None: it is not.

    `looks` are the moments, in order, at which looks after `last` ended.
    """
    for look in looks[LOOKS - 1 :]:
        chance = silent_chance(habit, last, look, season)
        if look - last >= SHORTEST and chance + log(habit.rate) < log(LEVEL):
            return look
    return None


def usual(habit: Habit, start: float, end: float, season: Season) -> float:
    """Articles usual between two moments."""
    return sum(expected * season(day) for day, expected in habit.by_day(start, end))


def fall(habit: Habit, days: Mapping[int, int], season: Season) -> tuple[int, float] | None:
    """Articles given and usual over the last whole days (with their counts), if that is a fall and no chance."""
    given, wanted = sum(days.values()), {day: habit.of_day(day) * season(day) for day in days}
    total = sum(wanted.values())
    if len(days) < FALL_DAYS or total < FALL_ENOUGH or given >= FALL * total:
        return None
    wavering = habit.spread * sum(n * n for n in wanted.values()) / total**2 + 1 / habit.articles
    return (given, total) if _at_most(given, total, wavering) < LEVEL else None


def seasons(papers: Sequence[tuple[Habit, Mapping[int, int], float]], days: Sequence[int]) -> dict[int, float]:
    """For each day the part of the usual that the median paper gave, between `LEAST_SEASON` and 1.

    Of each paper: habit, articles by day, and when somebody last looked at it.
    """
    found = {}
    for day in days:
        parts = []
        for habit, counts, until in papers:
            midnight = day * DAY - 7 * HOUR
            expected = (
                sum(n for _, n in habit.by_day(midnight, min(until, midnight + DAY - 1))) if until > midnight else 0
            )
            if expected >= ENOUGH:
                parts.append(counts.get(day, 0) / expected)
        found[day] = min(1.0, max(LEAST_SEASON, median(parts))) if len(parts) >= VOTERS else 1.0
    return found


def _days(habit: Habit, start: float, end: float, season: Season) -> Iterator[float]:
    """Minus the logarithm of each day's chance of nothing, were the habit known for sure."""
    for day, expected in habit.by_day(start, end):
        n = expected * season(day)
        yield log1p(habit.spread * n) / habit.spread if habit.spread > 1e-6 else n


def _tail(habit: Habit, summed: float) -> float:
    """The same for all of the days together, with the doubt about the habit."""
    known = habit.articles + 0.5
    return -known * log1p(summed / known)


def _at_most(count: int, mean: float, wavering: float) -> float:
    """The chance of `count` or fewer, where `mean` are usual and the rate's relative variance is `wavering`."""
    shape = 1 / wavering if wavering > 0 else inf
    p = log(shape / (shape + mean)), log(mean / (shape + mean))
    terms = (lgamma(shape + k) - lgamma(shape) - lgamma(k + 1) + shape * p[0] + k * p[1] for k in range(count + 1))
    return sum(map(exp, terms))


def ordinary(_: int) -> float:
    """The season where nothing is known of other papers."""
    return 1.0
