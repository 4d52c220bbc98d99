"""The dead-man alarm's arithmetic, on simulated papers."""

from math import exp
from random import Random

import pytest

from pipelines.habit import DAY, HOUR, Habit, habit, weekday
from pipelines.silence import LEAST_SEASON, fall, ordinary, seasons, silent_chance, silent_since
from tests.bench.silence import FEAST, FIRST_DAY, START, Watched, arrivals, delay, false_alarms

EVENLY = tuple((hour + 1) / 24 for hour in range(24))


def even(rate: float, articles: float = 1e9, spread: float = 0.0) -> Habit:
    return Habit(rate, (rate,) * 7, EVENLY, articles, spread)


def midnight(day: int) -> float:
    return day * DAY - 7 * HOUR


def test_the_chance_of_a_poisson_silence() -> None:
    chance = silent_chance(even(24.0), midnight(5) + 20 * HOUR, midnight(6) + 4 * HOUR, ordinary)
    assert exp(chance) == pytest.approx(exp(-8), rel=1e-6)


def test_what_is_less_sure_takes_longer() -> None:
    looks = [midnight(10) + h * HOUR for h in range(1, 2000)]
    times = [silent_since(h, midnight(10), looks, ordinary) for h in (even(24), even(24, 20), even(24, 1e9, 0.3))]
    sure, few, wavering = [(t - midnight(10)) / HOUR for t in times if t is not None]
    assert sure < few and sure < wavering
    assert sure == 13  # 24 silences a day, one in 240,000 of which is as long as this: exp(-12.4)


def test_one_look_is_never_enough_nor_two_hours() -> None:
    last = midnight(10)
    assert silent_since(even(1000), last, [last + 10 * HOUR], ordinary) is None
    assert silent_since(even(1000), last, [last + HOUR, last + 2 * HOUR], ordinary) is None
    assert silent_since(even(1000), last, [last + HOUR, last + 3 * HOUR], ordinary) == last + 3 * HOUR


def test_a_habit_follows_weekdays_and_hours() -> None:
    watched = Watched(list(arrivals(Random("habit"), 50, 28)))
    for hour in range(1, 28 * 24):
        watched.look(START + hour * HOUR)
    assert watched.habit
    by_day = [watched.habit.of_day(FIRST_DAY + n) for n in range(7)]
    work = [n for n, day in zip(by_day, range(FIRST_DAY, FIRST_DAY + 7), strict=True) if weekday(day) < 5]
    rest = [n for n, day in zip(by_day, range(FIRST_DAY, FIRST_DAY + 7), strict=True) if weekday(day) >= 5]
    assert min(work) > 1.5 * max(rest)
    night = sum(n for _, n in watched.habit.by_day(midnight(FIRST_DAY), midnight(FIRST_DAY) + 4 * HOUR))
    assert night < 0.05 * watched.habit.of_day(FIRST_DAY)


def test_gaps_and_outages_are_no_part_of_the_habit() -> None:
    looked = [day for day in range(100, 130) if day not in (110, 111)]
    hours = {day * 24 + 8: 20 for day in looked} | {112 * 24 + 8: 60, 120 * 24 + 8: 0, 121 * 24 + 8: 0}
    usual = habit(hours, looked, 129)
    assert usual and usual.rate == pytest.approx(20, rel=0.01) and usual.spread < 0.02
    assert habit(hours, looked[:3], 129) is None


def test_the_first_look_finds_what_had_gathered() -> None:
    hours = {100 * 24 + 8: 500} | {day * 24 + 8: 10 for day in range(101, 110)}
    usual = habit(hours, range(100, 110), 110)
    assert usual and usual.rate == pytest.approx(10, rel=0.01)


def test_a_feast_is_what_most_papers_have() -> None:
    quiet = [(even(20), {5: 6}, midnight(6)) for _ in range(3)]
    assert seasons([*quiet, (even(20), {5: 0}, midnight(6))], [5]) == {5: pytest.approx(0.3, rel=0.01)}
    assert seasons([*quiet[:2], (even(1), {5: 0}, midnight(6))], [5]) == {5: 1.0}
    assert seasons([(even(20), {}, midnight(6))] * 4, [5]) == {5: LEAST_SEASON}


def test_a_fall_is_no_small_number_of_a_small_paper() -> None:
    assert fall(even(30, 800), {1: 2, 2: 1, 3: 3}, ordinary) == (6, 90.0)
    assert fall(even(30, 800), {1: 20, 2: 15, 3: 10}, ordinary) is None
    assert fall(even(3, 80), {1: 0, 2: 0, 3: 1}, ordinary) is None
    assert fall(even(30, 800, 2.0), {1: 2, 2: 1, 3: 3}, ordinary) is None


def test_a_weekly_journal_is_told_after_two_issues_and_not_before() -> None:
    """Five articles each Thursday, looked at daily; it dies after the tenth issue."""
    hours = {day * 24 + 9: 5 for day in range(FIRST_DAY, FIRST_DAY + 70) if weekday(day) == 3}
    last = max(hours) // 24
    usual = habit(hours, range(FIRST_DAY - 7, last + 1), last)
    assert usual
    looks = [midnight(last + n) + 9 * HOUR for n in range(1, 60)]
    since = silent_since(usual, midnight(last) + 9 * HOUR, looks, ordinary)
    assert since is not None and 14 <= (since - midnight(last)) / DAY <= 22


def test_false_alarms_are_rare_and_the_dead_are_soon_named() -> None:
    assert len(false_alarms(7, 12, 40)) <= 1
    assert delay(1, 300, 30) <= 4 and 12 <= delay(1, 10, 30) <= 72
    assert 100 <= delay(1, 1, 40) <= 24 * 21


def test_a_feast_alarms_nobody() -> None:
    assert len(false_alarms(3, 12, 60, feast=FEAST)) <= 1
