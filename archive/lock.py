"""The run lock: one crawl at a time writes an archive's frontier.

The lock is the open row of a crawl in `runs`. While it lasts, `stats` says which process holds it, of which file, and
when that process last gave a sign of life (its *beat*); ending the run gives the lock back. So no crawl can hold it and
be missing from the list of runs.

A crawl that finds the lock held by a living process is *skipped*, and its own row says by whom. A dead holder (killed,
or the machine was restarted) is replaced at once. A living one that has been silent for `SILENT` seconds (stopped, or
hung) is first watched for `WATCH` seconds, as the clock may only have been put: it is judged by whether its beat
changes. Taken over, it writes nothing any more: `Archive.transaction` asks in every transaction whether `holds` still
holds, and raises `LockLost` before anything is written. A holder that was stopped in the midst of a write keeps the
file itself locked, and nobody can take over; `ArchiveLocked` then names it.

A copy of the file (a backup, a merge) holds the same rows; the lock is of one file only, and its copy is free.
"""

import os
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing
from typing import Any

import msgspec

from archive.errors import ArchiveLocked, LockLost, clear_errors
from archive.holders import alive, holder, number
from archive.leases import returned
from archive.store import BUSY_MS, Archive
from config.clock import moment, stamp

BEAT = 15.0
"""Seconds between two signs of life."""
SILENT = 300.0
"""Seconds without one, after which a living holder is watched; half of what a lease lasts."""
WATCH = 2 * BEAT
"""Seconds for which it is watched before it is replaced."""
_OPEN = """
SELECT id AS run, command, started, stats ->> '$.lock.holder' AS holder, stats ->> '$.lock.beat' AS beat
FROM runs WHERE ended IS NULL AND outcome IS NULL AND stats ->> '$.lock.file' = ? ORDER BY id
"""
_HERE = set[tuple[str, int]]()
"""(file, run) of the crawls under way in this process: of what else it seems to hold it is no longer the holder."""


class Holder(msgspec.Struct, frozen=True, kw_only=True):
    """A crawl whose row is open, and the process in it."""

    run: int
    command: str
    started: str
    holder: str
    beat: float
    silent: float
    """Seconds since its last sign of life, by the asking archive's clock; below 0 where that was put back."""

    @property
    def quiet(self) -> bool:
        """Whether its last sign of life is too old, or from a future that a clock was put back from."""
        return abs(self.silent) > SILENT

    def told(self) -> str:
        """It, for people."""
        sign = f"{self.silent:.0f} s ago" if self.silent >= 0 else "in the future of this clock"
        return f"run {self.run} (`{self.command}`, process {number(self.holder)}, last sign of life {sign})"


class Claim(msgspec.Struct, frozen=True):
    """What asking for the lock came to."""

    run: int
    """The number of the run: of the crawl that has the lock now, or of the skipped one; 0: `held` is to be watched."""
    held: Holder | None = None
    """The crawl that has it instead."""
    over: tuple[int, ...] = ()
    """The runs whose place was taken."""


def open_crawls(archive: Archive) -> Iterator[tuple[Holder, bool]]:
    """The crawls of this file that have not ended, and whether the process of each lives."""
    file, now, mine = file_of(archive), archive.clock.seconds(), holder(os.getpid())
    for row in list(archive.rows(_OPEN, (file,))):
        found = Holder(**row, silent=now - row["beat"])
        lives = (file, found.run) in _HERE if found.holder == mine else alive(found.holder)
        yield found, lives


def claim(archive: Archive, command: str, *, watched: Holder | None = None, patient: bool = True) -> Claim:
    """Ask for the lock, in one transaction: take it, or take it over, or note that this crawl is skipped.

    Without `patient` a silent holder is not given up either. `watched` is what an earlier call answered `WATCH`
    seconds ago: if it gave no sign since, its place is taken. Raises `ArchiveLocked`, which names who holds the file.
    """
    try:
        with archive.transaction():
            return _claim(archive, command, watched, patient)
    except ArchiveLocked as error:
        found = [crawl.told() for crawl, lives in open_crawls(archive) if lives]
        if not found:
            raise
        stuck = "if it has hung or is stopped in the midst of a write, end that process (kill -9) and try again"
        raise ArchiveLocked(f"{error}; {found[-1]} holds it: {stuck}") from None


def _claim(archive: Archive, command: str, watched: Holder | None, patient: bool) -> Claim:
    found = list(open_crawls(archive))
    for crawl, lives in found:
        if lives and watched and (crawl.run, crawl.beat) == (watched.run, watched.beat):
            continue
        if lives and crawl.quiet and patient and not watched:
            return Claim(0, crawl)
        if lives:
            return Claim(_note_skipped(archive, command, crawl), crawl)
    for crawl, _ in found:
        _end(archive, crawl)
    run, file = archive.start_run(command), file_of(archive)
    archive.conn.execute("UPDATE runs SET stats = ? WHERE id = ?", (_stats(archive, file, {}), run))
    return Claim(run, None, tuple(crawl.run for crawl, _ in found))


def _note_skipped(archive: Archive, command: str, by: Holder) -> int:
    run = archive.start_run(command)
    held = {"run": by.run, "command": by.command, "process": int(number(by.holder)), "silent": round(by.silent)}
    archive.end_run(run, "skipped", {"held_by": held})
    return run


def _end(archive: Archive, crawl: Holder) -> None:
    """Close the row of a crawl that is no more, at its last sign of life, and return its leases."""
    ended = stamp(moment(crawl.beat))
    archive.conn.execute("UPDATE runs SET ended = ? WHERE id = ?", (ended, crawl.run))
    returned(archive.conn, crawl.holder, archive.clock.seconds())


class Lock:
    """The lock in the hands of run `run`, from `claim` until `end`: meanwhile the archive writes by it only."""

    def __init__(self, archive: Archive, run: int) -> None:
        self._archive, self.run, self._file = archive, run, file_of(archive)
        self._archive.holds = run
        _HERE.add((self._file, run))

    def beat(self, stats: Mapping[str, Any]) -> None:
        """Give a sign of life, with the counters so far. Over a connection of its own: any thread may call it.

        Raises `LockLost` when another crawl has taken over, or another file stands at the path.
        """
        if not self._file:
            return
        path = self._archive.path
        with (
            clear_errors(path),
            closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=rw", uri=True, isolation_level=None)) as db,
        ):
            db.execute(f"PRAGMA busy_timeout={BUSY_MS}")
            db.execute("PRAGMA synchronous=NORMAL")
            row = (_stats(self._archive, self._file, stats), self.run)
            if not db.execute("UPDATE runs SET stats = ? WHERE id = ? AND ended IS NULL", row).rowcount:
                raise LockLost(f"{path}: another crawl has taken the place of run {self.run}, or the file was replaced")

    def end(self, outcome: str, stats: Mapping[str, Any]) -> None:
        """Note how the run ended, which gives the lock back."""
        try:
            self._archive.end_run(self.run, outcome, stats)
        finally:
            self._archive.holds = None
            _HERE.discard((self._file, self.run))


def file_of(archive: Archive) -> str:
    """What tells the archive's file from its copies: device and inode; empty for one in memory."""
    if not archive.path.exists():
        return ""
    found = archive.path.stat()
    return f"{found.st_dev}:{found.st_ino}"


def _stats(archive: Archive, file: str, stats: Mapping[str, Any]) -> str:
    lock = {"holder": holder(os.getpid()), "file": file, "beat": archive.clock.seconds()}
    return msgspec.json.encode({**stats, "lock": lock}, order="sorted").decode()
