"""A worker's signs of life: they come while its loop is busy, end when it hangs, and are the last before it leaves."""

import asyncio
import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import pytest

from archive.errors import FrontierAway, FrontierError
from archive.store import Archive
from config.clock import SystemClock
from config.sources import Sources

if TYPE_CHECKING:
    from archive.postgres.ledger import Postgres

pytest.importorskip("psycopg", reason="psycopg is not installed (requirements/postgresql.txt)")

from crawler import heart as module
from crawler.heart import HUNG, Heart
from crawler.post import Post

PATIENCE = 20


class Counting(SystemClock):
    """A clock whose intervals are put by hand, and whose pauses are short and counted."""

    def __init__(self) -> None:
        self.at, self.pauses = 0.0, 0

    def interval(self) -> float:
        return self.at

    async def sleep(self, seconds: float, until: asyncio.Event | None = None) -> None:
        self.pauses += 1
        await super().sleep(0.005, until)


@pytest.fixture
def ledger(emptied: "Postgres") -> "Postgres":
    return emptied


@pytest.fixture
def other(postgres: str) -> "Iterator[Postgres]":
    """Another worker."""
    from archive.postgres.ledger import Postgres

    made = Postgres(postgres).open()
    yield made
    made.close()


def wait_for(true: Callable[[], object]) -> None:
    end = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < end
        time.sleep(0.005)


def last(other: "Postgres") -> Any:
    """The last sign of the one worker that there is, and when it left."""
    (row,) = other.conn.execute("SELECT beat, ended FROM workers").fetchall()
    return row


def test_a_busy_loop_delays_no_sign(
    archive: Archive, ledger: "Postgres", other: "Postgres", sources: Sources, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "BEAT", 0.02)

    async def crawl() -> None:
        post = Post(archive, ledger, sources, lambda *_: None, pytest.fail)
        post.join("crawl", only=["songnews"])
        post.begin()
        await asyncio.sleep(0.05)
        for _ in range(3):
            before = last(other)
            wait_for(lambda before=before: last(other) > before)  # nothing else has a turn meanwhile
        post.close(finished=False)

    asyncio.run(crawl())
    (beat, ended) = last(other)
    assert ended > beat, "none came after it had left"


def test_a_crawl_that_hangs_gives_none(ledger: "Postgres", other: "Postgres") -> None:
    clock = Counting()
    ledger.join("crawl", 3600)
    heart = Heart(ledger, clock, pytest.fail)
    heart.begin()
    try:
        began = last(other)
        wait_for(lambda: last(other) > began)
        clock.at += HUNG - 1
        before = last(other)
        wait_for(lambda: last(other) > before)
        clock.at += 2
        turns = clock.pauses + 2
        wait_for(lambda: clock.pauses > turns)
        before, turns = last(other), clock.pauses + 3
        wait_for(lambda: clock.pauses > turns)
        assert last(other) == before
        heart.turned()
        wait_for(lambda: last(other) > before)
    finally:
        heart.end()


def test_a_server_that_is_away_is_tried_again_and_what_is_worse_is_told(
    ledger: "Postgres", monkeypatch: pytest.MonkeyPatch
) -> None:
    troubles: list[Exception | None] = [FrontierAway("away"), FrontierAway("away"), None, FrontierError("dropped")]
    told = list[BaseException]()

    def beat() -> None:
        if trouble := troubles.pop(0):
            raise trouble

    heart = Heart(ledger, Counting(), told.append)
    monkeypatch.setattr(heart._ledger, "beat", beat)
    heart.begin()
    wait_for(lambda: told)
    heart.end()
    assert not troubles and str(told[0]) == "dropped"
    heart.end()


def test_it_may_end_before_it_has_begun(ledger: "Postgres") -> None:
    Heart(ledger, SystemClock(), pytest.fail).end()
