"""The dead-man alarm on simulated time: how often it is false, and how late it is. `python -m tests.bench.silence`.

Papers of 0.1 to 300 articles a day: Poisson arrivals that follow the hours of a newsroom and rest at weekends, looked
at every hour. Every look is judged as `baoluu health` judges it.
"""

from collections.abc import Iterator, Sequence
from random import Random

import click

from pipelines.habit import DAY, HOUR, Habit, habit, hour_of, weekday
from pipelines.silence import SHORTEST, ordinary, silent_since

_HOURS = [1, 1, 1, 1, 2, 6, 12, 14, 14, 14, 14, 12, 9, 9, 12, 14, 14, 12, 9, 7, 6, 5, 3, 2]
START = 20_000 * DAY - 7 * HOUR
PAST = 28


def rates(papers: int) -> list[float]:
    """Articles a day, spread evenly in the logarithm from 0.1 to 300."""
    return [0.1 * 3000 ** (n / (papers - 1)) for n in range(papers)]


def arrivals(random: Random, rate: float, days: int, weekend: float, waver: float = 0.0) -> Iterator[float]:
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
        share = _HOURS[int((moment - START) % DAY // HOUR)] / max(_HOURS)
        share *= weekend if weekday(START // DAY + 1 + today) >= 5 else 1.0
        if random.random() < min(1.0, share * factor / 4):
            yield moment


class Watched:
    """One paper, looked at every `every` seconds; articles count from the look that found them."""

    def __init__(self, moments: Sequence[float], every: int = HOUR) -> None:
        self.every, self.seen = every, [START + ((m - START) // every + 1) * every for m in moments]
        self.hours: dict[int, int] = {}
        self.last, self._at, self._habit = 0.0, 0, (-1, None)  # type: tuple[int, Habit | None]
        self.days: list[int] = []

    def look(self, now: float) -> float | None:
        """Look once, judge once: since when the paper is alarmed, or None."""
        while self._at < len(self.seen) and self.seen[self._at] <= now:
            hour = hour_of(self.seen[self._at])
            self.hours[hour] = self.hours.get(hour, 0) + 1
            self.last, self._at = self.seen[self._at], self._at + 1
        day = hour_of(now) // 24
        if not self.days or self.days[-1] != day:
            self.days.append(day)
        if not self.last or now - self.last < SHORTEST:
            return None
        known = self._known(hour_of(self.last) // 24)
        if known is None:
            return None
        looks = [now - self.every, now] if now - self.every > self.last else [now]
        return silent_since(known, self.last, looks, ordinary)

    def _known(self, before: int) -> Habit | None:
        """The habit before a day: over `PAST` days, or as far back as a hundred articles."""
        if self._habit[0] != before:
            recent = {h: n for h, n in self.hours.items() if before - PAST <= h // 24}
            past = recent if sum(recent.values()) >= 100 else self.hours
            first = before - PAST if past is recent else self.days[0]
            self._habit = before, habit(past, [d for d in self.days if d >= first], before)
        return self._habit[1]


def false_alarms(seed: int, papers: int, days: int, waver: float = 0.0, weekend: float = 0.4) -> list[float]:
    """The rate of the paper for each false alarm."""
    found = []
    for n, rate in enumerate(rates(papers)):
        watched, alarmed = Watched(list(arrivals(Random(f"{seed} {n}"), rate, days, weekend, waver))), 0.0
        for hour in range(1, days * 24):
            if watched.look(START + hour * HOUR) and watched.last != alarmed:
                alarmed = watched.last
                found.append(rate)
    return found


def delay(seed: int, rate: float, before: int, waver: float = 0.0, most: int = 400) -> float:
    """Hours from the moment at which a paper of so many articles a day dies (at ten in the morning) to the alarm."""
    watched = Watched(list(arrivals(Random(f"{seed} {rate}"), rate, before, 0.4, waver)))
    died = START + before * DAY + 10 * HOUR
    cut = Watched([m for m in arrivals(Random(f"{seed} {rate}"), rate, before + 1, 0.4, waver) if m < died])
    watched = cut
    for hour in range(1, (before + most) * 24):
        now = START + hour * HOUR
        if watched.look(now) and now > died:
            return (now - died) / HOUR
    return float("inf")


@click.command()
@click.option("--seed", default=1)
@click.option("--papers", default=100)
@click.option("--days", default=90)
def main(seed: int, papers: int, days: int) -> None:
    """Print false alarms and delays."""
    for name, waver in (("Poisson", 0.0), ("days that differ by half", 0.25)):
        found = false_alarms(seed, papers, days, waver)
        click.echo(f"{name}: {len(found)} false alarms in {papers} papers x {days} days {[round(r, 1) for r in found]}")
        for rate in (0.1, 0.5, 1, 3, 10, 30, 100, 300):
            hours = sorted(delay(seed + n, rate, 60 if rate >= 1 else 200, waver) for n in range(5))
            click.echo(f"  {rate:5} a day: alarmed {hours[0]:.0f} … {hours[2]:.0f} … {hours[4]:.0f} h after it died")


if __name__ == "__main__":
    main()
