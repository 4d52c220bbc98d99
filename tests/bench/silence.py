"""The dead-man alarm on simulated time: how often it is false, and how late it is. `python -m tests.bench.silence`.

Papers of 0.1 to 300 articles a day: Poisson arrivals that follow the hours of a newsroom and rest at weekends, looked
at every hour. Every look is judged as `baoluu health` judges it.
"""

from collections.abc import Iterator, Sequence
from random import Random
from typing import Any

import click

from pipelines.habit import DAY, HOUR, Habit, Season, day_of, habit, hour_of, weekday
from pipelines.silence import SHORTEST, ordinary, seasons, silent_since

_HOURS = [1, 1, 1, 1, 2, 6, 12, 14, 14, 14, 14, 12, 9, 9, 12, 14, 14, 12, 9, 7, 6, 5, 3, 2]
FIRST_DAY = 20_000
START = FIRST_DAY * DAY - 7 * HOUR
PAST, ENOUGH = 28, 100
WEEKEND = 0.4
FEAST, FEAST_RATE = range(50, 57), 0.3
"""Days of a feast on which every paper gives this part of what is usual."""


def rates(papers: int) -> list[float]:
    """Articles a day, spread evenly in the logarithm from 0.1 to 300."""
    return [0.1 * 3000 ** (n / (papers - 1)) for n in range(papers)]


def arrivals(
    random: Random, rate: float, days: int, weekend: float = WEEKEND, waver: float = 0.0, feast: range = range(0)
) -> Iterator[float]:
    """Moments at which articles appear. `waver`: the variance of a day's rate over its square."""
    most = max(_HOURS) / sum(_HOURS) * 24
    moment, day, factor = float(START), -1, 1.0
    while True:
        moment += random.expovariate(rate * most / DAY * 4)
        today = int((moment - START) // DAY)
        if today >= days:
            return
        if today != day:
            day, factor = today, random.gammavariate(1 / waver, waver) if waver else 1.0
            factor *= (weekend if weekday(FIRST_DAY + today) >= 5 else 1.0) * (FEAST_RATE if today in feast else 1.0)
        share = _HOURS[int((moment - START) % DAY // HOUR)] / max(_HOURS)
        if random.random() < min(1.0, share * factor / 4):
            yield moment


class Watched:
    """One paper, looked at every hour; articles count from the look that found them."""

    def __init__(self, moments: Sequence[float]) -> None:
        self._seen = [START + ((moment - START) // HOUR + 1) * HOUR for moment in moments]
        self.hours: dict[int, int] = {}
        self.days: list[int] = []
        self.last, self.until, self._at = 0.0, 0.0, 0
        self.habit: Habit | None = None
        self._before = -1

    def look(self, now: float) -> None:
        """Look once."""
        while self._at < len(self._seen) and self._seen[self._at] <= now:
            hour = hour_of(self._seen[self._at])
            self.hours[hour] = self.hours.get(hour, 0) + 1
            self.last, self._at = self._seen[self._at], self._at + 1
        self.until = now
        if not self.days or self.days[-1] != day_of(now):
            self.days.append(day_of(now))
        if self.last and day_of(self.last) != self._before:
            self._before = day_of(self.last)
            self.habit = self._usual(self._before)

    def alarmed(self, season: Season) -> bool:
        """Whether the silence since the newest article is told."""
        if not self.habit or self.until - self.last < SHORTEST:
            return False
        looks = [self.until - HOUR, self.until] if self.until - HOUR > self.last else [self.until]
        return silent_since(self.habit, self.last, looks, season) is not None

    def _usual(self, before: int) -> Habit | None:
        """The habit before a day: over `PAST` days, or as far back as there are `ENOUGH` articles."""
        recent = {h: n for h, n in self.hours.items() if before - PAST <= h // 24}
        few = sum(recent.values()) < ENOUGH
        first = self.days[0] if few else before - PAST
        return habit(self.hours if few else recent, [d for d in self.days if d >= first], before)


def false_alarms(
    seed: int, papers: int, days: int, waver: float = 0.0, feast: range = range(0), minds_feasts: bool = True
) -> list[float]:
    """The rate of the paper for each false alarm."""
    pace = rates(papers)
    watched = [
        Watched(list(arrivals(Random(f"{seed} {n}"), r, days, waver=waver, feast=feast))) for n, r in enumerate(pace)
    ]
    found, told, known = [], [0.0] * papers, dict[int, float]()

    def season(day: int) -> float:
        return known.get(day, 1.0)

    for hour in range(1, days * 24):
        now = START + hour * HOUR
        for paper in watched:
            paper.look(now)
        if minds_feasts:
            voters = [(p.habit, days_of_last(p, day_of(now)), p.until) for p in watched if p.habit]
            known.update(seasons(voters, [day_of(now) - 1, day_of(now)]))
        for n, paper in enumerate(watched):
            if paper.alarmed(season) and told[n] != paper.last:
                told[n] = paper.last
                found.append(pace[n])
    return found


def days_of_last(paper: Watched, today: int) -> dict[int, int]:
    """What a paper gave yesterday and today."""
    return {day: sum(paper.hours.get(day * 24 + h, 0) for h in range(24)) for day in (today - 1, today)}


def delay(seed: int, rate: float, before: int, waver: float = 0.0, most: int = 400) -> float:
    """Hours from the moment at which a paper dies, at ten in the morning, to the alarm; no other paper is known."""
    died = START + before * DAY + 10 * HOUR
    watched = Watched([m for m in arrivals(Random(f"{seed} {rate}"), rate, before + 1, waver=waver) if m < died])
    for hour in range(1, (before + most) * 24):
        now = START + hour * HOUR
        watched.look(now)
        if now > died and watched.alarmed(ordinary):
            return (now - died) / HOUR
    return float("inf")


@click.command()
@click.option("--seed", default=1)
@click.option("--papers", default=100)
@click.option("--days", default=90)
def main(seed: int, papers: int, days: int) -> None:
    """Print false alarms and delays."""
    kinds: list[tuple[str, dict[str, Any]]] = [
        ("Poisson", {}),
        ("Poisson, a week's feast", {"feast": FEAST}),
        ("the same, were feasts not minded", {"feast": FEAST, "minds_feasts": False}),
        ("days that differ by half", {"waver": 0.25}),
    ]
    for name, more in kinds:
        found = false_alarms(seed, papers, days, **more)
        told = f", at papers of {[round(r, 1) for r in found]} a day" if found else ""
        click.echo(f"{name}: {len(found)} false alarms, {papers} papers, {days} days{told}")
    for rate in (0.1, 0.5, 1, 3, 10, 30, 100, 300):
        cells = []
        for waver in (0.0, 0.25):
            hours = sorted(delay(seed + n, rate, 60 if rate >= 1 else 200, waver) for n in range(9))
            cells.append(f"{hours[0]:5.0f} {hours[4]:5.0f} {hours[8]:5.0f}")
        click.echo(f"{rate:5} a day: hours to the alarm, least, median, most: {cells[0]}; days that differ: {cells[1]}")


if __name__ == "__main__":
    main()
