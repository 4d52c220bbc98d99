"""The run lock with real processes: one crawl at a time, whatever is killed, stopped, or put back."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest

from archive import lock as locks
from archive.errors import ArchiveLocked, LockLost
from archive.lock import SILENT, Lock, claim, open_crawls
from archive.store import Archive
from config.clock import ShiftedClock, stamp
from tests.conftest import ROOT

SEED = 2612
ROUNDS = 6


class Child:
    """One process of `tests.archive.locking`."""

    def __init__(self) -> None:
        line = [sys.executable, "-m", "tests.archive.locking"]
        self.process = subprocess.Popen(line, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def tell(self, line: str) -> None:
        assert self.process.stdin
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()

    def __call__(self, line: str) -> Any:
        self.tell(line)
        assert self.process.stdout
        return json.loads(self.process.stdout.readline())


@pytest.fixture
def child() -> Iterator[Child]:
    started = Child()
    yield started
    started.process.kill()
    started.process.communicate()


@pytest.fixture
def now() -> ShiftedClock:
    """The machine's time, to be moved."""
    return ShiftedClock(datetime.now().astimezone())


@pytest.fixture
def free(tmp_path: Path, now: ShiftedClock) -> Iterator[Archive]:
    """An archive that nobody crawls, with one URL under way in the frontier."""
    with Archive(tmp_path / "archive.db", clock=now) as archive:
        archive.conn.execute(
            "INSERT INTO frontier (key, url, source, host, kind, priority, due, leased, added, hints)"
            " VALUES ('a', 'a', 'x', 'x', 'article', 1, 0, 9e12, 0, '{}')"
        )
        yield archive


def run(archive: Archive, number: int) -> dict[str, Any]:
    (row,) = archive.rows("SELECT * FROM runs WHERE id = ?", (number,))
    return row | {"stats": json.loads(row["stats"] or "{}")}


def wait_for(true: Callable[[], object]) -> None:
    end = time.monotonic() + 20
    while not true():
        assert time.monotonic() < end
        time.sleep(0.01)


def test_exactly_one_of_those_that_start_in_the_same_instant_runs(child: Child, tmp_path: Path) -> None:
    random, before = Random(SEED), list[int]()
    path = tmp_path / "raced.db"
    for n in range(ROUNDS):
        if n % 3 == 0:  # the file is made in the race, too
            path, before = tmp_path / f"raced{n}.db", []
        kill = random.choice(["kill", "end"])
        claims = child(f"race {path} 5 {SEED}-{n} {kill}")
        (winner,) = [run for run, held, _ in claims if held is None]
        assert all(held in (None, winner) for _, held, _ in claims), (SEED, n, claims)
        assert [over for run, _, over in claims if run == winner] == [before], (SEED, n, claims)
        before = [winner] if kill == "kill" else []
        with Archive(path) as archive:
            for number, held, _ in claims:
                if held:
                    found = run(archive, number)
                    assert found["outcome"] == "skipped" and found["stats"]["held_by"]["run"] == winner


def test_a_living_crawl_is_not_disturbed_and_the_skipped_one_says_by_whom(child: Child, free: Archive) -> None:
    number, pid = child(f"hold {free.path} 5")
    claimed = claim(free, "crawl vnexpress")
    assert claimed.held and claimed.held.run == number and not claimed.over
    assert f"run {number} (`crawl`, process {pid}, last sign of life" in claimed.held.told()
    skipped = run(free, claimed.run)
    assert (skipped["outcome"], skipped["command"]) == ("skipped", "crawl vnexpress") and skipped["ended"]
    assert skipped["stats"] == {"held_by": {"run": number, "command": "crawl", "process": pid, "silent": 0}}
    assert child("write") is True
    with pytest.raises(KeyError):
        run(free, number)["stats"]["held_by"]
    assert run(free, number)["ended"] is None


def test_a_killed_crawls_place_is_taken_at_once_with_its_leases(child: Child, free: Archive) -> None:
    number, _ = child(f"hold {free.path} 5")
    ((killed, lives),) = open_crawls(free)
    assert lives
    free.conn.execute("UPDATE frontier SET holder = ?", (killed.holder,))
    free.conn.execute("INSERT INTO hosts (host, source, pace) SELECT host, source, 2 FROM frontier")
    child.process.kill()
    child.process.wait()
    before = free.clock.seconds()
    claimed = claim(free, "crawl")
    assert claimed.held is None and claimed.over == (number,)
    assert free.conn.execute("SELECT leased, holder FROM frontier").fetchall() == [(None, None)]
    rests = free.conn.execute("SELECT next FROM hosts").fetchone()[0]
    assert rests >= before + 2, "its request may have left just before"
    left = run(free, number)
    assert left["outcome"] is None and left["ended"] == stamp(locks.moment(killed.beat))
    assert [crawl.run for crawl, _ in open_crawls(free)] == [claimed.run]


def test_a_stopped_crawl_is_watched_then_replaced_and_writes_nothing_when_it_wakes(
    child: Child, free: Archive, now: ShiftedClock
) -> None:
    number, pid = child(f"hold {free.path} 0.02")
    os.kill(pid, signal.SIGSTOP)
    assert claim(free, "crawl").held, "silent for a moment only"
    now.move(now.now() + timedelta(seconds=SILENT + 5))
    first = claim(free, "crawl")
    assert first.run == 0 and first.held and first.held.run == number
    assert claim(free, "crawl", patient=False).held, "who will not wait does not take over"
    taken = claim(free, "crawl", watched=first.held)
    assert taken.held is None and taken.over == (number,)
    mine = Lock(free, taken.run)
    ended = run(free, number)
    os.kill(pid, signal.SIGCONT)
    assert child("a late write") == "LockLost"
    assert free.conn.execute("SELECT error FROM frontier").fetchall() == [(None,)]
    time.sleep(0.1)
    assert run(free, number) == ended, "nor does its beat come through"
    mine.end("finished", {})


@pytest.mark.parametrize("jump", [timedelta(days=1), timedelta(days=-1)])
def test_a_clock_that_jumps_costs_a_living_crawl_nothing(
    child: Child, free: Archive, now: ShiftedClock, jump: timedelta
) -> None:
    number, _ = child(f"hold {free.path} 0.02")
    now.move(now.now() + jump)
    first = claim(free, "crawl")
    assert first.run == 0 and first.held
    wait_for(lambda: [crawl.beat for crawl, _ in open_crawls(free)] != [first.held.beat])
    second = claim(free, "crawl", watched=first.held)
    assert second.held and second.held.run == number and run(free, second.run)["outcome"] == "skipped"
    assert child("write") is True


def test_a_stopped_crawl_is_found_out_even_when_the_clock_was_put_back(
    child: Child, free: Archive, now: ShiftedClock
) -> None:
    number, pid = child(f"hold {free.path} 5")
    os.kill(pid, signal.SIGSTOP)
    now.move(now.now() - timedelta(days=1))
    first = claim(free, "crawl")
    assert first.run == 0 and first.held and "in the future of this clock" in first.held.told()
    assert claim(free, "crawl", watched=first.held).over == (number,)


def test_one_that_was_stopped_inside_a_write_is_named(
    child: Child, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("archive.store.BUSY_MS", 100)
    with Archive(tmp_path / "a.db") as archive:
        number, pid = child(f"hold {archive.path} 5")
        child.tell("stop inside")
        wait_for(lambda: Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "T")
        with pytest.raises(ArchiveLocked, match=rf"run {number} \(`crawl`, process {pid}.*kill -9"):
            claim(archive, "crawl")
        os.kill(pid, signal.SIGCONT)
        assert child.process.stdout and json.loads(child.process.stdout.readline()) is True


def test_a_copy_of_the_file_is_free(child: Child, free: Archive, tmp_path: Path) -> None:
    number, _ = child(f"hold {free.path} 5")
    free.conn.execute("VACUUM INTO ?", (str(tmp_path / "copy.db"),))
    with Archive(tmp_path / "copy.db") as copy:
        claimed = claim(copy, "crawl")
        assert claimed.held is None and claimed.over == ()
        assert run(copy, number)["ended"] is None, "whether it has ended is not known there"


def test_other_runs_neither_hold_the_lock_nor_wait_for_it(free: Archive) -> None:
    free.start_run("reclean")
    claimed = claim(free, "crawl")
    assert claimed.held is None and claimed.over == ()
    lock = Lock(free, claimed.run)
    free.end_run(free.start_run("reclean"), "finished", {})
    assert claim(free, "crawl").held, "nor does this process crawl twice at a time"
    lock.end("finished", {"sources": {}})
    assert run(free, claimed.run)["stats"] == {"sources": {}} and not list(open_crawls(free))
    assert claim(free, "crawl").held is None


def test_a_beat_brings_the_counters_and_fails_once_the_place_is_taken(free: Archive) -> None:
    lock = Lock(free, claim(free, "crawl").run)
    lock.beat({"sources": {"x": {"kept": 3}}})
    stats = run(free, lock.run)["stats"]
    assert stats["sources"] == {"x": {"kept": 3}} and set(stats["lock"]) == {"holder", "file", "beat"}
    free.conn.execute("UPDATE runs SET ended = 'taken' WHERE id = ?", (lock.run,))
    with pytest.raises(LockLost):
        lock.beat({})
    with pytest.raises(LockLost), free.transaction() as db:
        db.execute("UPDATE frontier SET error = 'written'")
    with pytest.raises(LockLost):
        lock.end("finished", {})
    assert free.conn.execute("SELECT error FROM frontier").fetchall() == [(None,)]
    free.start_run("after the end this archive may be written again")
