"""Verifying an archive: the parts of a check, how far each has come, and what was found wrong.

A part goes through rows by number and can end anywhere; the table `checks` says where to go on. A part without
numbers is checked whole. Nothing is written to an archive in which something was found wrong before the cursor moved.
"""

import sqlite3
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import islice, takewhile
from math import ceil

import msgspec

from archive.errors import ArchiveError, clear_errors
from archive.store import Archive
from config.clock import stamp

KEPT = 100
"""Findings of a pass that are kept for whoever asks later."""
_SECONDS = 1.0
_RESUME = timedelta(days=1)
"""A whole run that was killed goes on, unless it lies longer back than this."""


class Finding(msgspec.Struct, frozen=True):
    """One thing that is wrong: what, and what to do next."""

    what: str
    next: str


@dataclass(frozen=True)
class Step:
    """One row that was looked at: its number, what is wrong with it, and what is only worth saying."""

    upto: int
    wrong: tuple[Finding, ...] = ()
    note: str | None = None
    checked: bool = True
    """False for a row that cannot be checked here."""


@dataclass(frozen=True)
class Part:
    """One part of the check: the table it walks through, and the steps through the rows after a number, in order."""

    name: str
    steps: Callable[[Archive, int], Iterator[Step]]
    table: str = ""
    """Empty for what is only checked whole, once a pass."""
    daily: bool = False
    """Whether it is checked whole at every call, as it costs little."""

    def extent(self, archive: Archive) -> tuple[int, int]:
        """How many rows there are, and the number of the last one: what comes later is for the next pass."""
        if not self.table:
            return 1, 0
        found = archive.conn.execute(f"SELECT count(*), max(id) FROM {self.table}").fetchone()  # noqa: S608
        return int(found[0]), int(found[1] or 0)


@dataclass
class Result:
    """What one part's check gave."""

    part: str
    checked: int = 0
    passed_over: int = 0
    wrong: list[Finding] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    whole: bool = True
    """Whether the part has been checked to its end."""


Progress = Callable[[str, int, int], None]
"""Called with (part, rows done, rows in all)."""


class _Checks:
    """The cursors in the table `checks`; without a writer (a file that is read-only or damaged) they stand still."""

    def __init__(self, archive: Archive, writer: Archive | None) -> None:
        self._archive, self.writer, self.trouble = archive, writer, ""
        self._next = 0.0

    def begin(self, key: str) -> tuple[int, list[Finding]]:
        """Where the part called `key` goes on, and what this pass has found so far; 0 begins a new pass."""
        asked = "SELECT upto, found FROM checks WHERE part = ?"
        row = self._archive.conn.execute(asked, (key,)).fetchone()
        if row and row[0]:
            return int(row[0]), msgspec.json.decode(row[1], type=list[Finding])
        self._write(
            "INSERT INTO checks (part, upto, begun) VALUES (?, 0, ?) ON CONFLICT (part)"
            " DO UPDATE SET begun = excluded.begun, found = '[]'",
            (key, self._now()),
        )
        return 0, []

    def note(self, key: str, upto: int, found: list[Finding], *, at_once: bool = False) -> None:
        """The part has come to row `upto`. Written once a second, as each costs the disk an fsync."""
        now = self._archive.clock.interval()
        if at_once or now >= self._next:
            self._next = now + _SECONDS
            told = msgspec.json.encode(found[:KEPT]).decode()
            self._write("UPDATE checks SET upto = ?, found = ? WHERE part = ?", (upto, told, key))

    def end(self, keys: Iterable[str]) -> None:
        """The pass over these parts has come to its end; the next begins at the first row."""
        for key in keys:
            self._write("UPDATE checks SET upto = 0, ended = ? WHERE part = ?", (self._now(), key))

    def forget(self, prefix: str) -> None:
        """Begin a pass anew that was broken off too long ago."""
        asked = (prefix, stamp(self._archive.clock.now() - _RESUME))
        where = "part LIKE ? || '%' AND begun < ? AND upto > 0"
        if self._archive.conn.execute(f"SELECT 1 FROM checks WHERE {where}", asked).fetchone():  # noqa: S608
            self._write(f"UPDATE checks SET upto = 0 WHERE {where}", asked)  # noqa: S608 -- two fixed strings

    def _now(self) -> str:
        return stamp(self._archive.clock.now())

    def _write(self, sql: str, values: tuple[object, ...]) -> None:
        if self.writer is None:
            return
        try:
            with self.writer.transaction() as db:
                db.execute(sql, values)
        except ArchiveError as error:
            self.writer, self.trouble = None, str(error)


class Verification:
    """One call of `verify`: `parts` over `archive`, noted through `writer`, whole or `percent` of the rows."""

    def __init__(
        self, archive: Archive, writer: Archive | None, percent: float | None, progress: Progress | None = None
    ) -> None:
        self._archive, self._checks = archive, _Checks(archive, writer)
        self._percent, self._progress = percent, progress
        self._prefix = "" if percent else "whole "
        self._checks.forget("whole ")

    @property
    def unnoted(self) -> str:
        """Why the cursors could not be written, if so: the next call begins where this one began."""
        return self._checks.trouble

    def run(self, parts: Iterable[Part]) -> Iterator[Result]:
        """The results, part by part. A whole run that was killed goes on with the part, and the row, it was at."""
        chosen = list(parts)
        new_pass = self._begins(chosen)
        for part in chosen:
            if part.table or part.daily or not self._percent or new_pass:
                result = self._check(part)
                if part.name == "file" and result.wrong:
                    self._checks.writer = None  # nothing is written to a damaged file
                yield result
        if not self._percent:
            self._checks.end(self._prefix + part.name for part in chosen)

    def _begins(self, parts: list[Part]) -> bool:
        """Whether the first numbered part begins a new pass: then the parts without numbers have their turn."""
        first = next((part.name for part in parts if part.table), "")
        row = self._archive.conn.execute("SELECT upto FROM checks WHERE part = ?", (first,)).fetchone()
        return not row or row[0] == 0

    def _check(self, part: Part) -> Result:
        result = Result(part.name)
        try:
            with clear_errors(self._archive.path):
                if part.table:
                    self._go_on(part, result)
                else:
                    for step in part.steps(self._archive, 0):
                        self._take(result, step, 1)
        except (ArchiveError, sqlite3.DatabaseError) as error:
            result.wrong.append(Finding(f"cannot be read to its end: {error}", RESTORE))
            result.whole = False
        return result

    def _go_on(self, part: Part, result: Result) -> None:
        """Check a numbered part from where it was left. What a killed whole run found before is told again."""
        key, (total, last) = self._prefix + part.name, part.extent(self._archive)
        upto, before = self._checks.begin(key)
        most = ceil(total * self._percent / 100) if self._percent else None
        steps = takewhile(lambda step: step.upto <= last, part.steps(self._archive, upto))
        for step in islice(steps, most):
            self._take(result, step, most or total)
            upto = step.upto
            self._checks.note(key, upto, before + result.wrong)
        if following := next(steps, None):
            result.whole = False
            if following.wrong:  # it may have been mended, so it is told now
                self._take(result, following, most or total)
        self._checks.note(key, upto, before + result.wrong, at_once=True)
        if self._percent and result.whole:
            self._checks.end([key])
        if not self._percent:
            result.wrong[:0] = before

    def _take(self, result: Result, step: Step, total: int) -> None:
        result.checked += step.checked
        result.passed_over += not step.checked
        result.wrong.extend(step.wrong)
        if step.note:
            result.notes.append(step.note)
        if self._progress:
            done = result.checked + result.passed_over
            self._progress(result.part, done, max(done, total))


RESTORE = "put the newest good backup in its place, then `baoluu merge` this file into it: what is damaged is left out"


def begun(archive: Archive) -> datetime | None:
    """When the whole run began that was killed and will be gone on with, if there is one."""
    row = archive.conn.execute("SELECT min(begun) FROM checks WHERE part LIKE 'whole %' AND upto > 0").fetchone()
    return datetime.fromisoformat(row[0]) if row[0] else None
