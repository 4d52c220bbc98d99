"""Children that die, hang, or are ended, at any moment."""

import os
import signal
import threading
import time
from collections.abc import Iterator
from concurrent.futures import TimeoutError

import pytest

from pipelines.workers import STARTS, Died, Ended, Workers

SECONDS = 60.0


def nothing() -> None:
    """No preparation."""


def slow() -> None:
    """A child that takes its time to be made ready."""
    time.sleep(0.3)


def never() -> None:
    """A child that cannot be prepared."""
    os._exit(3)


def squared(number: int) -> int:
    return number * number


def fails(_: int) -> int:
    raise ValueError("no")


class Picky(Exception):
    """One that `pickle` writes, and cannot read again."""

    def __init__(self, one: int, other: int) -> None:
        super().__init__(f"{one} {other}")


def raises_picky() -> None:
    raise Picky(1, 2)


def stranger() -> object:
    return lambda: 1


def who() -> int:
    return os.getpid()


def sleeps(seconds: float) -> None:
    time.sleep(seconds)


def exits(code: int) -> None:
    os._exit(code)


@pytest.fixture
def workers() -> Iterator[Workers]:
    made = Workers(2, 1000, nothing)
    yield made
    made.close(wait=False)


def test_jobs_are_done_and_what_they_raise_comes_back(workers: Workers) -> None:
    futures = [workers.submit(SECONDS, squared, n) for n in range(50)]
    assert [f.result() for f in futures] == [n * n for n in range(50)]
    with pytest.raises(ValueError, match="no"):
        workers.submit(SECONDS, fails, 1).result()
    with pytest.raises((AttributeError, TypeError)):
        workers.submit(SECONDS, lambda: 1).result()
    with pytest.raises(TypeError, match="cannot be handed over"):
        workers.submit(SECONDS, stranger).result()
    with pytest.raises(TypeError, match="missing"):
        workers.submit(SECONDS, raises_picky).result()
    assert workers.submit(SECONDS, squared, 3).result() == 9


def both(workers: Workers) -> set[int]:
    """The two children, once both have done something: one may be ready long before the other."""
    seen = set[int]()
    while len(seen) < 2:
        seen = {f.result(SECONDS) for f in [workers.submit(SECONDS, who) for _ in range(20)]}
    return seen


def test_every_child_may_be_killed_while_it_waits(workers: Workers) -> None:
    first = both(workers)
    for _ in range(3):
        killed = both(workers)
        for child in killed:
            os.kill(child, signal.SIGKILL)
        while killed & set(workers.pids):
            time.sleep(0.01)
        futures = [workers.submit(SECONDS, squared, n) for n in range(8)]
        assert [f.result(SECONDS) for f in futures] == [n * n for n in range(8)]
    assert not first & both(workers)


def test_a_job_whose_child_dies_says_so_and_the_next_is_done(workers: Workers) -> None:
    with pytest.raises(Died) as told:
        workers.submit(SECONDS, exits, 5).result()
    assert told.value.code == 5 and workers.submit(SECONDS, squared, 2).result() == 4


def test_a_job_that_takes_too_long_is_ended(workers: Workers) -> None:
    workers.submit(SECONDS, squared, 1).result()
    begun = time.monotonic()
    with pytest.raises(TimeoutError):
        workers.submit(0.2, sleeps, 50).result()
    assert time.monotonic() - begun < 10 and workers.submit(SECONDS, squared, 2).result() == 4


def test_a_child_is_replaced_after_its_jobs() -> None:
    workers = Workers(1, 2, nothing)
    seen = [workers.submit(SECONDS, who).result() for _ in range(6)]
    workers.close(wait=True)
    assert len(set(seen)) == 3


def test_closing_waits_for_what_was_submitted() -> None:
    workers = Workers(2, 1000, nothing)
    futures = [workers.submit(SECONDS, squared, n) for n in range(9)]
    workers.close(wait=True)
    assert [f.result(0) for f in futures] == [n * n for n in range(9)] and not workers.pids
    with pytest.raises(Ended):
        workers.submit(SECONDS, squared, 1)


def test_children_that_hang_are_ended_at_once() -> None:
    workers = Workers(3, 1000, nothing)
    for future in [workers.submit(SECONDS, squared, n) for n in range(30)]:
        future.result()
    hanging = [workers.submit(SECONDS, sleeps, 50) for _ in range(6)]
    while sum(f.running() for f in hanging) < 3:
        time.sleep(0.01)
    begun = time.monotonic()
    workers.close(wait=False)
    assert time.monotonic() - begun < 1.5 and not workers.pids
    for future in hanging:
        with pytest.raises(Ended):
            future.result(0)


def priority() -> int:
    return os.getpriority(os.PRIO_PROCESS, 0)


def test_children_stand_behind_while_they_are_made_ready() -> None:
    workers = Workers(1, 1000, slow, nice=3)
    workers.start()
    while not workers.pids:
        time.sleep(0.01)
    assert os.getpriority(os.PRIO_PROCESS, workers.pids[0]) == priority() + 3
    assert workers.submit(SECONDS, priority).result(SECONDS) == priority() + 3
    workers.close(wait=False)


def test_children_that_can_never_start_end_it_with_a_clear_word() -> None:
    workers = Workers(1, 1000, never)
    with pytest.raises(Ended, match=f"{STARTS} processes in a row died before they were ready"):
        workers.submit(SECONDS, squared, 1).result(SECONDS)
    with pytest.raises(Ended):
        workers.submit(SECONDS, squared, 1)
    workers.close(wait=True)


def test_one_that_was_never_used_closes() -> None:
    Workers(2, 1000, nothing).close(wait=True)
    Workers(2, 1000, nothing).close(wait=False)


def test_children_that_can_never_start_do_not_keep_it_from_closing() -> None:
    """It is closed while they are being started: what the one thread gives up is no word meant for the other."""
    workers = Workers(2, 1000, never)
    workers.start()
    closing = threading.Thread(target=workers.close, args=(True,), daemon=True)
    closing.start()
    closing.join(SECONDS)
    assert not closing.is_alive()
