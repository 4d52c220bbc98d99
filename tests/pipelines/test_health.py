"""`health` over simulated weeks of scheduled runs: who is silent, who is not, and what nobody can know."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest

from archive.store import Archive
from config.clock import ShiftedClock
from config.declarations import Discover
from config.sources import Sources
from pipelines.health import Health, Paper, health
from tests.watched import START, Fault, World, out

RATES = {"baolon": 30.0, "baovua": 12.0, "baonho": 4.0, "tapchi": 0.7}
QUARTER = 0.25


@pytest.fixture
def clock() -> ShiftedClock:
    return ShiftedClock(START)


def run_all(world: World, days: Sequence[float]) -> None:
    for day in days:
        world.run(day)


def every(step: float, start: float, end: float) -> list[float]:
    return [start + n * step for n in range(round((end - start) / step))]


def judged(world: World, day: float, days: int = 28) -> Health:
    kept = {name: (source, [name]) for name, source in world.sources.items()}
    return health(world.archive, world.sources, kept, START + timedelta(days=day), days)


def one(told: Health, name: str) -> Paper:
    return next(paper for paper in told.papers if paper.source == name)


@pytest.fixture(scope="module")
def outage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Twenty-six days of a run each six hours; one paper is out on the 22nd and 23rd."""
    clock, path = ShiftedClock(START), tmp_path_factory.mktemp("health") / "a.db"
    with Archive(path, clock=clock) as archive:
        world = World(archive, clock, RATES, {"baovua": out("down", 21, 23)})
        run_all(world, every(QUARTER, QUARTER, 26))
        yield world


def test_a_two_day_outage_names_exactly_that_paper(outage: World) -> None:
    told = judged(outage, 22.9)
    assert {alarm.source for alarm in told.alarms} == {"baovua"}
    kinds = {alarm.kind: alarm for alarm in told.alarms}
    assert set(kinds) == {"unreachable", "silent"}
    assert "ConnectionRefusedError" in kinds["unreachable"].what and "ConnectionRefusedError" in kinds["silent"].what
    assert kinds["unreachable"].since == "2025-03-24T06:00:00+07:00"  # six hours after the first look that failed


def test_before_and_after_nobody_is_named(outage: World) -> None:
    for day in every(1.5, 4.1, 21):
        assert judged(outage, day).alarms == []
    assert judged(outage, 24.1).alarms == judged(outage, 26).alarms == []


def test_the_counts_are_those_of_the_archive(outage: World) -> None:
    paper = one(judged(outage, 26, days=10), "baolon")
    sql = "SELECT count(*) FROM articles WHERE source = 'baolon' AND first_seen >= '2025-03-20'"
    (articles,) = outage.archive.conn.execute(sql).fetchone()
    assert paper.new == articles == sum(day.new or 0 for day in paper.days) > 200
    assert (paper.undated, paper.late) == (0.0, 0)
    assert paper.found.found == paper.found.kept == paper.found.cleaned > 200
    assert paper.usual == pytest.approx(30 * (5 + 2 * 0.6) / 7, rel=0.15)
    assert paper.authors and paper.authors.share == 1.0


@pytest.mark.parametrize(
    ("fault", "kinds", "said"),
    [
        (out("refusing", 15), {"unreachable", "silent"}, "HTTP 403"),
        (out("blocked", 15), {"refused", "silent"}, ": blocked "),
        (out("same", 15), {"same"}, "one and the same"),
        (out("quiet", 15), {"silent"}, "nothing new since"),
    ],
)
def test_the_alarm_says_why(archive: Archive, clock: ShiftedClock, fault: Fault, kinds: set[str], said: str) -> None:
    world = World(archive, clock, {"baovua": 20.0, "tapchi": 0.7}, {"baovua": fault})
    run_all(world, every(0.5, 0.5, 18))
    told = judged(world, 17.6)
    assert {(a.source, a.kind) for a in told.alarms} == {("baovua", kind) for kind in kinds}
    assert all(said in alarm.what for alarm in told.alarms if alarm.kind != "drift")
    assert all(alarm.next for alarm in told.alarms)


def test_a_paper_that_never_gave_anything_is_named(archive: Archive, clock: ShiftedClock) -> None:
    world = World(archive, clock, {"baomoi": 20.0, "tapchi": 0.7}, {"baomoi": out("refusing", 0)})
    run_all(world, [0.1, 0.6])
    assert {a.kind for a in judged(world, 0.7).alarms} == {"unreachable"}
    run_all(world, [1.1, 1.6])
    told = judged(world, 1.7)
    assert {(a.source, a.kind) for a in told.alarms} == {("baomoi", "unreachable"), ("baomoi", "never")}
    assert one(told, "baomoi").last_new is None


def test_a_paper_that_was_never_reached_has_no_page_and_is_named(archive: Archive, clock: ShiftedClock) -> None:
    world = World(archive, clock, {"baomoi": 20.0, "tapchi": 0.7}, {"baomoi": out("down", 0)})
    run_all(world, every(0.5, 0.5, 3))
    told = health(archive, world.sources, {"tapchi": (world.sources["tapchi"], ["tapchi"])}, START + timedelta(2.6), 28)
    assert {(a.source, a.kind) for a in told.alarms} == {("baomoi", "unreachable"), ("baomoi", "never")}


def test_days_on_which_nobody_looked_are_gaps_and_no_silence(archive: Archive, clock: ShiftedClock) -> None:
    world = World(archive, clock, RATES)
    run_all(world, every(0.5, 0.5, 12))
    for day in (13.2, 14.2):
        world.run(day, outcome="skipped")
    told = judged(world, 15.9, days=14)
    assert [(a.source, a.kind) for a in told.alarms] == [(None, "no-crawl")]
    days = one(told, "baolon").days
    assert [day.new is None for day in days[-5:]] == [False, True, True, True, True]
    world.run(16.5)
    after = judged(world, 16.6, days=14)
    assert after.alarms == [] and one(after, "baolon").days[-1].new
    assert one(after, "baolon").usual == pytest.approx(one(told, "baolon").usual, rel=0.01)


def test_a_paper_that_the_schedule_forgot_is_named(archive: Archive, clock: ShiftedClock) -> None:
    world = World(archive, clock, {"baovua": 20.0, "baonho": 5.0})
    run_all(world, every(0.5, 0.5, 10))
    for day in every(0.5, 10, 13):
        world.run(day, only=["baovua"])
    assert [(a.source, a.kind) for a in judged(world, 12.6).alarms] == [("baonho", "unseen")]


def test_a_killed_run_is_a_look_at_what_it_reached(archive: Archive, clock: ShiftedClock) -> None:
    world = World(archive, clock, {"baovua": 20.0})
    run_all(world, every(0.5, 0.5, 6))
    archive.conn.execute("UPDATE runs SET ended = NULL, outcome = NULL, stats = NULL WHERE started >= '2025-03-06'")
    paper = one(judged(world, 5.6, days=7), "baovua")
    assert [day.new is not None for day in paper.days[-6:]] == [True] * 6


def test_a_run_that_may_be_under_way_is_no_silence(archive: Archive, clock: ShiftedClock) -> None:
    world = World(archive, clock, {"baovua": 20.0}, {"baovua": out("quiet", 8)})
    run_all(world, every(0.5, 0.5, 9))
    assert [a.kind for a in judged(world, 8.6).alarms] == ["silent"]
    archive.conn.execute("UPDATE runs SET ended = NULL, outcome = NULL, stats = NULL WHERE started >= '2025-03-11T12'")
    assert judged(world, 8.6).alarms == []


def test_a_paper_without_lists_is_not_unreachable(archive: Archive, clock: ShiftedClock) -> None:
    world = World(archive, clock, {"baovua": 20.0})
    run_all(world, every(0.5, 0.5, 9))
    archive.conn.execute("DELETE FROM pages WHERE kind = 'feed' AND fetched_at >= '2025-03-10'")
    assert {a.kind for a in judged(world, 8.6).alarms} == {"unreachable"}
    bare = msgspec.structs.replace(world.sources["baovua"], discover=Discover())
    kept = {"baovua": (bare, ["baovua"])}
    assert health(archive, Sources({"baovua": bare}, {}), kept, START + timedelta(days=8.6), 28).alarms == []


def test_a_short_outage_is_none(archive: Archive, clock: ShiftedClock) -> None:
    world = World(archive, clock, {"tapchi": 0.7}, {"tapchi": out("down", 6)})
    run_all(world, [*every(0.5, 0.5, 6), *every(1 / 24, 6, 6.2)])
    assert judged(world, 6.2).alarms == []
    run_all(world, every(1 / 24, 6.2, 6.35))
    assert [a.kind for a in judged(world, 6.35).alarms] == ["unreachable"]


def test_a_replay_is_no_look(archive: Archive, clock: ShiftedClock) -> None:
    world = World(archive, clock, {"baovua": 20.0})
    run_all(world, every(0.5, 0.5, 6))
    archive.conn.execute("UPDATE runs SET command = 'crawl --replay' WHERE started >= '2025-03-07'")
    archive.conn.execute(
        "DELETE FROM revisions WHERE first_page IN (SELECT id FROM pages WHERE fetched_at > '2025-03-07')"
    )
    assert [day.new for day in one(judged(world, 5.6, days=7), "baovua").days[-2:]] == [None, None]


def test_what_was_printed_long_before_is_no_news(archive: Archive, clock: ShiftedClock) -> None:
    world = World(archive, clock, {"baovua": 20.0})
    run_all(world, every(0.5, 0.5, 6))
    before = one(judged(world, 5.6), "baovua")
    archive.conn.execute("UPDATE articles SET published_day = date(substr(first_seen, 1, 10), '-4 days') WHERE id % 2")
    after = one(judged(world, 5.6), "baovua")
    assert after.late > 20 and after.new == before.new - after.late


def test_a_fall_is_told_where_silence_is_not(archive: Archive, clock: ShiftedClock) -> None:
    world = World(archive, clock, {"baolon": 30.0}, {"baolon": out("few", 15)})
    run_all(world, every(0.25, 0.25, 21))
    told = judged(world, 20.8)
    assert [(a.source, a.kind) for a in told.alarms] == [("baolon", "fewer")]


def test_nothing_is_written(outage: World, tmp_path: Path) -> None:
    changes = outage.archive.conn.total_changes
    judged(outage, 26)
    assert outage.archive.conn.total_changes == changes
