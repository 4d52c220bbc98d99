"""When to come again by how often an article and its paper change, and what that brings."""

from random import Random
from typing import NamedTuple

import pytest

from archive.frontier import Frontier
from archive.habits import Habits
from archive.revisit import (
    AGES,
    DAY,
    HOUR,
    LATEST,
    SHORTEST,
    SOONEST,
    next_visit,
    pause_class,
    stretch_of,
    visit_class,
)
from archive.store import Archive
from tests.archive.standing import Still, answer, article, open_hosts, row, taken

DAYS = 120 * DAY
ARTICLES = 400


def test_without_knowledge_age_alone_decides() -> None:
    assert stretch_of(0, 0, 0, 0) == 1.0
    for age in (0.0, HOUR, 3 * HOUR, DAY, 9 * DAY, 500 * DAY):
        assert next_visit("article", 0.0, age, 1.0) == next_visit("article", 0.0, age)


def test_habits_are_bounded_both_ways() -> None:
    for age in (0.0, 60.0, HOUR, 5 * HOUR, DAY, 3 * DAY, 9 * DAY, 500 * DAY):
        plain = (next_visit("article", 0.0, age) or 0) - age
        for visits, changes, own, found in ((0, 0, 9, 9), (500, 500, 9, 9), (9999, 0, 50, 0), (9, 1, 1, 1)):
            stretch = stretch_of(visits, changes, own, found)
            pause = (next_visit("article", 0.0, age, stretch) or 0) - age
            assert SOONEST <= stretch <= LATEST
            assert min(SHORTEST, plain) <= pause <= LATEST * plain + 1e-6
            assert stretch >= 1 or pause <= plain


def test_what_changed_comes_sooner_and_what_seldom_does_later() -> None:
    assert stretch_of(0, 0, 1, 1) < 1 < stretch_of(200, 0, 3, 0)
    assert stretch_of(200, 80, 0, 0) < 1, "a paper that edits much"
    assert stretch_of(200, 2, 3, 1) < stretch_of(200, 2, 3, 0), "at one that seldom does, this article did"
    assert stretch_of(0, 0, 2, 2) < stretch_of(0, 0, 40, 2), "long ago counts less"


def test_a_visit_belongs_to_the_pause_that_it_ends() -> None:
    for step, age in enumerate(AGES):
        assert visit_class(age) == visit_class(1.9 * age) == step
        assert pause_class(age) == step + 1
    assert pause_class(0.0) == visit_class(HOUR / 2) == 0
    assert pause_class(400 * DAY) == visit_class(400 * DAY) == len(AGES)


def test_old_visits_fade(stood: Archive) -> None:
    habits = Habits(stood.conn)
    for n in range(2000):
        habits.note("songnews", HOUR, changed=n < 1000)
    (found,) = stood.rows("SELECT * FROM revisits")
    assert found["age"] == 0 and 195 < found["visits"] < 201
    assert found["changes"] / found["visits"] < 0.01


def test_an_article_that_was_found_changed_is_due_sooner(frontier: Frontier, stood: Archive, still: Still) -> None:
    frontier.add([article(1), article(2)])
    open_hosts(frontier, still)
    for _ in range(2):
        lease = taken(frontier, still)
        frontier.settle(lease, answer(lease), None)
    still.at += HOUR
    dues = []
    for changed in (True, False):
        lease = taken(frontier, still)
        frontier.settle(lease, answer(lease), None)
        frontier.learn(lease, changed)
        due = row(stood, lease.key)["due"]
        assert isinstance(due, float)
        dues.append((due - still.at) / HOUR)
    assert 2 < dues[0] < 3 and 4.9 < dues[1] < 5.1
    (seen,) = stood.rows("SELECT visits, changes FROM revisits WHERE source = 'songnews'")
    assert 1.9 < seen["visits"] <= 2 and 0.9 < seen["changes"] <= 1


class _Told(NamedTuple):
    """What a schedule brought: fetches, edits that were seen as a revision of their own, mean delay in hours."""

    fetches: int
    seen: int
    delay: float


def _edits(random: Random, expected: float) -> list[float]:
    """Moments of an article's edits: so many are expected, at a rate that falls as (1 + age / 3 h) ** -2."""
    moments, passed = [], 0.0
    while (passed := passed + random.expovariate(1.0)) < expected:
        left = passed / expected
        moments.append(3 * HOUR * left / (1 - left))
    return [moment for moment in moments if moment < DAYS]


def _visited(habits: Habits | None, paper: str, edits: list[float], fixed: float) -> tuple[int, int, list[float]]:
    """Visit one article for DAYS. Answers the fetches, how many saw a change, and each edit's delay.

    Without `habits` every pause is `fixed` times that by age. No edit waits longer than LATEST times that pause.
    """
    at, seen, fetches, delays = 0.0, 0, 1, list[float]()
    while True:
        stretch = fixed
        if habits:
            known = habits.seen(paper, pause_class(at))
            stretch = stretch_of(*known, fetches - 1, seen)
        bound = LATEST * ((next_visit("article", 0.0, at) or 0.0) - at)
        before, at = at, next_visit("article", 0.0, at, stretch) or 0.0
        if at > DAYS:
            return fetches, seen, delays
        new = [at - edit for edit in edits if before < edit <= at]
        assert all(delay <= bound + 1e-6 for delay in new)
        fetches, delays, seen = fetches + 1, delays + new, seen + bool(new)
        if habits:
            habits.note(paper, at, changed=bool(new))


PAPERS = {"never": (0.0, 1.0), "seldom": (0.1, 1.0), "often": (1.0, 1.0), "live": (20.0, 0.1)}
"""Edits that an article is expected to get, and the share of articles that get them; the others get 0.05."""


def _simulated(habits: Habits | None, seed: int, fixed: float = 1.0) -> dict[str, _Told]:
    random, told = Random(seed), {}
    for paper, (expected, share) in PAPERS.items():
        fetches, seen, delays = 0, 0, list[float]()
        for _ in range(ARTICLES):
            edits = _edits(random, expected if random.random() < share else 0.05)
            one, changed, late = _visited(habits, paper, edits, fixed)
            fetches, seen, delays = fetches + one, seen + changed, delays + late
        told[paper] = _Told(fetches, seen, round(sum(delays) / max(1, len(delays)) / HOUR, 2))
    return told


def _total(told: dict[str, _Told]) -> _Told:
    fetches, seen = (sum(paper[k] for paper in told.values()) for k in (0, 1))
    return _Told(int(fetches), int(seen), sum(paper.delay * paper.seen for paper in told.values()) / seen)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_habits_see_more_for_the_same_number_of_fetches(stood: Archive, seed: int) -> None:
    """Papers that edit never, seldom, often, and in live blogs only, beside the plain ages made closer or wider for all
    alike until they cost as much."""
    with stood.transaction():
        known = _simulated(Habits(stood.conn), seed)
    plain, mine = _simulated(None, seed), _total(known)
    steps = [_simulated(None, seed, fixed) for fixed in (0.5, 0.6, 0.7, 0.8, 0.9, 1.0, 1.1, 1.25, 1.5, 2.0)]
    alike = next(_total(step) for step in reversed(steps) if _total(step).fetches >= mine.fetches)
    assert alike.fetches >= mine.fetches
    assert mine.seen > 1.1 * alike.seen and mine.delay < alike.delay
    assert known["never"].fetches < plain["never"].fetches
    assert known["live"].seen > plain["live"].seen and known["often"].seen > plain["often"].seen
