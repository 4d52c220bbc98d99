"""Days of scheduled crawls over a newsroom that lives, in simulated time: nothing is lost, nobody is offended.

Each run of the days is a process of its own, which prints its figures; its seed is in them, and
`python -m tests.crawler.days --seed N --days N` lives the same days again.
"""

import json
import subprocess
import sys
from typing import Any

import pytest

from tests.conftest import ROOT
from tests.crawler.days import START, plan
from tests.crawler.days_judged import alarms_wrong, distinct, manners_wrong, versions
from tests.crawler.living import DAY, HOUR, Living, Rate
from tests.crawler.living_server import Asked


def lived(*options: str, timeout: float = 300) -> dict[str, Any]:
    """The figures of some days."""
    command = [sys.executable, "-m", "tests.crawler.days", *options]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=timeout, check=False)
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    print({name: value for name, value in found.items() if name != "wrong"})
    return found


def test_three_days_with_an_outage_lose_nothing() -> None:
    told = lived("--seed", "32", "--days", "3")
    assert told["wrong"] == []
    assert told["runs"] == {"finished": 20, "skipped": 1}
    assert told["revisions"] > told["articles"] > 50 and told["not modified"] > 50
    assert any(line.startswith("bonphuong unreachable") for line in told["alarms"])


def test_the_same_seed_lives_the_same_days() -> None:
    one, other = (lived("--seed", "5", "--days", "1", "--runs", "2") for _ in range(2))
    assert one["requests"] > 100 and one["digest"] == other["digest"]


@pytest.mark.soak
@pytest.mark.parametrize(("seed", "runs", "light"), [(1, 13, ()), (2, 7, ("--light",)), (3, 7, ("--light",))])
def test_twenty_four_days_lose_nothing_and_the_alarm_names_the_silent_paper(
    seed: int, runs: int, light: tuple[str, ...]
) -> None:
    told = lived("--seed", str(seed), "--days", "24", *light, timeout=3000)
    assert told["wrong"] == []
    assert told["runs"] == {"finished": 24 * runs - 1, "skipped": 1}
    assert {line.split(":")[0] for line in told["alarms"]} >= {"bonphuong unreachable", "suoinga silent"}


def asked(at: float, **more: Any) -> Asked:
    return Asked(**({"at": at, "paper": "bendo", "path": "/x", "status": 200} | more))


def test_the_judge_sees_haste() -> None:
    assert not list(manners_wrong([asked(10), asked(12), asked(11, paper="suoinga")], 2.0))
    assert ["1.500 s after the last" in told for told in manners_wrong([asked(10), asked(11.5)], 2.0)] == [True]
    told = list(manners_wrong([asked(10, status=429, wait=600.0), asked(13), asked(611)], 2.0))
    assert len(told) == 1 and "597 s too early" in told[0]


def test_a_change_that_was_taken_back_unseen_is_no_revision() -> None:
    living = Living(3, START, 12, {"bendo": Rate(30)}, 8377)
    truths = [[living.truth(life, s.version) for s in life.states] for life in living.lives["bendo"]]
    back = [of for of in truths if len(of) > 2 and distinct([of[0], of[2]]) == [of[0]] and of[1] != of[0]]
    assert back and all(len(distinct(of[:3])) == 3 for of in back)


def test_the_judge_counts_what_was_served_whole() -> None:
    log = [asked(n, life="bendo:1", version=v) for n, v in enumerate((1, 1, 0, 2, 2, 1))]
    assert versions([*log, asked(9, life="bendo:2"), asked(9, life="bendo:1", status=304, version=3)]) == {
        "bendo:1": [1, 2, 1]
    }


@pytest.mark.parametrize(
    ("alarms", "said"),
    [
        ([(7, "bonphuong", "unreachable"), (150, "suoinga", "silent")], []),
        ([(150, "suoinga", "silent")], ["the outage of bonphuong was told -1.0 h"]),
        ([(20, "bonphuong", "unreachable"), (150, "suoinga", "silent")], ["the outage of bonphuong was told 20.0 h"]),
        ([(7, "bonphuong", "unreachable")], ["the silence of suoinga was told -1.0 h"]),
        (
            [(7, "bonphuong", "unreachable"), (150, "suoinga", "silent"), (151, "bendo", "silent")],
            ["bendo is said to be"],
        ),
        (
            [(7, "bonphuong", "unreachable"), (150, "suoinga", "silent"), (300, "suoinga", "silent")],
            ["suoinga is said"],
        ),
    ],
)
def test_the_judge_wants_the_right_alarms_in_time(alarms: list[tuple[float, str, str]], said: list[str]) -> None:
    given = plan(1, 24)._replace(down=(0, 2), quiet=(4, 8))
    told = list(
        alarms_wrong(
            [(at * HOUR, *more) for at, *more in alarms],  # type: ignore[misc]
            [],
            "bonphuong",
            "suoinga",
            given,
            0.0,
            [2 * HOUR * n for n in range(200)],
        )
    )
    assert len(told) == len(said) and all(part in text for part, text in zip(said, told, strict=True))


def test_a_plan_is_its_seed_and_has_everything_in_it() -> None:
    def made(seed: int) -> Living:
        return Living(seed, START, 12, {"bendo": Rate(20), "nhiplang": Rate(6, renumbered=0.2)}, 8377)

    one = made(3)
    assert one.lives == made(3).lives != made(4).lives
    lives = [life for of in one.lives.values() for life in of]
    paths = [{one.papers[life.name.partition(":")[0]].path(s.article) for s in life.states} for life in lives]
    versions = [[state.version for state in life.states] for life in lives]
    assert any(len(of) > 1 for of in paths) and any(len(life.names) > 1 for life in lives)
    assert any(of[-1] == 1 < len(of) for of in versions), "touched or moved, and not edited"
    assert any(of[-1] >= 3 for of in versions) and any(life.gone < START.timestamp() + 12 * DAY for life in lives)
    texts = [one.truth(life, 1).paragraphs for life in lives]
    assert len({part for text in texts for part in text}) == sum(map(len, texts)), "no two paragraphs are alike"
