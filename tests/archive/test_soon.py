"""When there will be something to take: the least of what each host says for itself, without asking all of them."""

import re
from collections.abc import Iterator
from random import Random
from typing import TYPE_CHECKING

import pytest

from archive.facts import Found
from archive.frontier import Frontier
from archive.ledger import Ledger
from archive.revisit import BREAKS, DAY, HOUR, ROBOTS_HOLDS
from archive.store import Archive
from archive.turns import BACK, CLASSES, PLAIN, WITH_BACK
from config.sources import Sources
from tests.archive.standing import Still, article, embedded, source

if TYPE_CHECKING:
    from archive.postgres.ledger import Postgres

HOSTS, ROUNDS = 6, 60


def several(count: int) -> Sources:
    return Sources({f"paper{n}": source(f"paper{n}", f"p{n}.example.vn") for n in range(count)}, {})


@pytest.fixture
def many() -> Sources:
    return several(HOSTS)


def filled(stood: Archive | Ledger, sources: Sources) -> Frontier:
    frontier = Frontier(stood, sources)
    frontier.add(found(sources))
    return frontier


def found(sources: Sources) -> Iterator[Found]:
    for paper in sources.values():
        root = f"https://{paper.hosts[0]}"
        yield from (article(n, root) for n in range(3))
        yield Found(url=f"{root}/old.xml", kind="sitemap", back=True)


def shake(stood: Archive | Ledger, still: Still, random: Random) -> None:
    """Put hosts and rows into any state."""
    now = still.at
    for (host,) in stood.conn.execute("SELECT host FROM hosts ORDER BY host").fetchall():
        given = (now + random.choice([-9, 0, 1, 30, 5000]), random.choice([None, now, now - 2 * DAY]),
                 random.choice([0, 0, BREAKS]), host)  # fmt: skip
        stood.conn.execute("UPDATE hosts SET next = ?, robots_at = ?, failures = ? WHERE host = ?", given)
    for (key,) in stood.conn.execute("SELECT key FROM frontier ORDER BY key").fetchall():
        row = (random.choice([None, now - 5, now + 3, now + 70, now + HOUR / 2, now + 2 * HOUR]), random.choice([0, 2]),
               random.choice([None] * 9 + [now - 1, now + 50]), key)  # fmt: skip
        stood.conn.execute("UPDATE frontier SET due = ?, tries = ?, leased = ? WHERE key = ?", row)


def said(stood: Archive | Ledger, now: float, classes: range) -> Iterator[float]:
    """What each host says, reckoned here: its pace or pause, where it has something, else when a URL is tried again."""
    for host in list(stood.rows("SELECT * FROM hosts")):
        rows = list(stood.rows("SELECT * FROM frontier WHERE host = ? AND due IS NOT NULL", (host["host"],)))
        leased = stood.rows("SELECT 1 FROM frontier WHERE host = ? AND leased > ?", (host["host"], now))
        if next(leased, None):
            continue
        opened = host["robots_at"] is not None and host["robots_at"] > now - ROBOTS_HOLDS
        allowed = {0, *classes} if opened else {0}
        probed = allowed & {0, 1, 2, 3} if host["failures"] >= BREAKS else allowed
        again = [row["due"] for row in rows if row["priority"] in allowed and row["tries"] and row["due"] > now]
        if any(row["due"] <= now and row["priority"] in probed for row in rows):
            yield max(now, host["next"])
        elif again and min(again) <= now + HOUR:
            yield max(host["next"], min(again))


@pytest.mark.parametrize(("classes", "back"), [(CLASSES, False), (range(BACK.stop), True)])
def test_it_is_the_least_of_all_hosts(
    stood: Archive | Ledger, many: Sources, still: Still, classes: range, back: bool
) -> None:
    filled(stood, many)
    frontier = Frontier(stood, many, back=still.at if back else None)
    random, seen = Random(7), set[float | None]()
    for _ in range(ROUNDS):
        shake(stood, still, random)
        told = frontier.next_due(still.at)
        assert told == min(said(stood, still.at, classes), default=None)
        seen.add(told and told - still.at)
    assert len(seen) > 4, "states of all kinds"


def waiting(stood: Archive | Ledger, still: Still, count: int) -> Frontier:
    """Every host has something, and its pace is to pass first."""
    frontier = filled(stood, several(count))
    stood.conn.execute("UPDATE hosts SET robots_at = ?, next = ?", (still.at, still.at + 1))
    stood.conn.execute("DELETE FROM frontier WHERE priority = 0")
    return frontier


@embedded
def test_hosts_behind_the_first_that_has_something_are_not_asked(stood: Archive, still: Still) -> None:
    steps = list[int]()
    for count in (20, 60):
        frontier = waiting(stood, still, count)
        steps.append(0)

        def step() -> None:
            steps[-1] += 1

        stood.conn.set_progress_handler(step, 10)
        assert frontier.next_due(still.at) == still.at + 1
        stood.conn.set_progress_handler(None, 0)
    assert steps[1] < 2 * steps[0]


def test_nor_are_they_by_a_server(emptied: "Postgres", still: Still) -> None:
    emptied.clock = still
    frontier = waiting(emptied, still, 40)
    given = frontier._given(still.at, frontier._manners.awake(still.at))
    for turns in (PLAIN, WITH_BACK):
        plan = "\n".join(line for (line,) in emptied.conn.execute(f"EXPLAIN ANALYZE {turns.next}", given))
        looks = sum(map(int, re.findall(r"frontier_take .*loops=(\d+)", plan)))
        assert 0 < looks < 40, plan
