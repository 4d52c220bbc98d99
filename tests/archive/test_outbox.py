"""Letters to a frontier of several machines: told twice is once, and told too late they end nobody's lease."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import msgspec
import pytest

from archive.frontier import Frontier
from archive.outbox import Answered, Cleaned, Ended, Failed, Letter, tell
from archive.revisit import DAY, LONGEST_PAUSE
from config.sources import Sources
from tests.archive.standing import PACE, ROOT, Still, answer, article, open_hosts, rests, row, taken

if TYPE_CHECKING:
    from archive.frontier import Lease
    from archive.postgres.ledger import Postgres

LATE: dict[str, "Callable[[Lease], Letter]"] = {
    "answered": lambda lease: Answered(lease, answer(lease), "aa"),
    "gone": lambda lease: Answered(lease, answer(lease, 404), "aa"),
    "moved": lambda lease: Answered(lease, answer(lease, 301, location="/bai-9.html"), "aa"),
    "failed": lambda lease: Failed(lease, "it broke", host_fault=True),
    "no fault": lambda lease: Failed(lease, "it broke", host_fault=False),
    "given up": lambda lease: Failed(lease, "it broke", host_fault=None),
    "ended": lambda lease: Ended(lease),
}


@pytest.fixture
def one(shared: "Postgres", papers: Sources, still: Still) -> Frontier:
    """A frontier with an article to fetch."""
    frontier = Frontier(shared, papers)
    frontier.add([article(1)])
    open_hosts(frontier, still)
    return frontier


@pytest.fixture
def lost(one: Frontier, other: "Postgres", papers: Sources, still: Still) -> "Lease":
    """A lease whose request left, whose worker was then given up for dead, and which `one` holds now."""
    two = Frontier(other, papers)
    lease = two.sent(taken(two, still))
    other.leave(finished=False)
    assert taken(one, still).key == lease.key
    still.at += 60
    return two.sent(lease)


@pytest.mark.parametrize("how", LATE)
def test_what_is_told_of_a_lost_lease_ends_nothing_but_its_host_was_asked(
    one: Frontier, lost: "Lease", papers: Sources, still: Still, how: str
) -> None:
    before = row(one.ledger, lost.key)
    tell(one, papers, LATE[how](lost))
    assert row(one.ledger, lost.key) == before
    assert rests(one.ledger, lost) >= still.at + PACE
    sql = "SELECT failures FROM hosts WHERE host = ?"
    assert one.ledger.conn.execute(sql, (lost.host,)).fetchone() == (0,)


@pytest.mark.parametrize(("asked", "paused"), [(500.0, 500.0), (9 * DAY, LONGEST_PAUSE)])
def test_what_a_host_asked_for_holds_whoever_was_told(
    one: Frontier, lost: "Lease", papers: Sources, still: Still, asked: float, paused: float
) -> None:
    before = row(one.ledger, lost.key)
    tell(one, papers, Answered(lost, answer(lost, 429, retry_after=f"{asked:.0f}"), "aa"))
    assert rests(one.ledger, lost) == still.at + paused and row(one.ledger, lost.key) == before


def test_what_the_page_of_a_lost_lease_led_to_counts(one: Frontier, lost: "Lease", papers: Sources) -> None:
    assert tell(one, papers, Answered(lost, answer(lost), "aa", (article(2),))) == 1
    assert tell(one, papers, Answered(lost, answer(lost), "aa", (article(2),))) == 0


def visited(one: Frontier, papers: Sources, still: Still, content: str) -> Cleaned:
    """Visit the article when it is due, whose cleaning is `content`; what is told of that, and has been once."""
    still.at = max(still.at, float(str(row(one.ledger, f"{ROOT}/bai-1.html")["due"])))
    while (lease := taken(one, still)).kind == "robots":
        one.settle(lease, answer(lease, 404), None)
    tell(one, papers, Answered(lease, answer(lease), content))
    letter = Cleaned(lease, content, "2025-03-01")
    tell(one, papers, letter)
    return letter


def seen(one: Frontier) -> tuple[float, float]:
    """What visits to the paper's articles found, of all ages."""
    sql = "SELECT coalesce(sum(visits), 0), coalesce(sum(changes), 0) FROM revisits"
    visits, changes = one.ledger.conn.execute(sql).fetchone()
    return float(visits), float(changes)


@pytest.mark.parametrize(("content", "changes"), [("c1 bb", 1), ("c1 aa", 0)])
def test_a_cleaning_that_is_told_twice_counts_once(
    one: Frontier, papers: Sources, still: Still, content: str, changes: int
) -> None:
    tell(one, papers, visited(one, papers, still, "c1 aa"))
    assert seen(one) == (0, 0), "nothing is known before the first visit"
    letter = visited(one, papers, still, content)
    before = row(one.ledger, letter.lease.key)
    assert seen(one) == (1, changes) and before["changes"] == changes
    tell(one, papers, letter)
    assert seen(one) == (1, changes) and row(one.ledger, letter.lease.key) == before
    visited(one, papers, still, content)
    assert seen(one)[1] == pytest.approx(changes, rel=0.01) and row(one.ledger, letter.lease.key)["changes"] == changes
    assert seen(one)[0] == pytest.approx(2, rel=0.01), "another visit that found the same is one more"


def test_cleanings_by_other_rules_are_not_compared(one: Frontier, papers: Sources, still: Still) -> None:
    for content in ("c1 aa", "c2 bb"):
        visited(one, papers, still, content)
    assert seen(one) == (0, 0)
    letter = visited(one, papers, still, "c2 cc")
    assert seen(one) == (1, 1)
    tell(one, papers, msgspec.structs.replace(letter, content=None))
    visited(one, papers, still, "c2 cc")
    assert seen(one)[1] == pytest.approx(1, rel=0.01), "a drop in between leaves what was known"
