"""What the places that date a page say of each other, and which of them to believe.

They are trusted in the declared order, but for three errors that another place shows up: local time marked as UTC (or
UTC printed as local time), the clock of the rendering in place of a date, and a change in place of the publication.
"""

import re
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from functools import cached_property

import msgspec

from archive.facts import Origin, Precision
from config.clock import stamp
from pipelines.dates import read_date

_ZONE, _DAY, _SAME = timedelta(hours=7), timedelta(days=1), timedelta(minutes=5)
_RENDERING = timedelta(minutes=2)
_UTC = re.compile(r"(?:(?<=\d)Z|[+-]00:?00|\b(?:GMT|UTC))\s*$", re.IGNORECASE)
_MACHINE = re.compile(r"\d{4}-\d\d-\d\d")


class Reading(msgspec.Struct, frozen=True, dict=True):
    """What one place says: `value` as the record keeps it, `raw` as the page prints it."""

    value: str
    raw: str
    precision: Precision
    origin: Origin

    @cached_property
    def first(self) -> datetime:
        """The first instant that it may mean, to the minute."""
        return datetime.fromisoformat(self.value).replace(second=0)

    @cached_property
    def last(self) -> datetime:
        """The last instant that it may mean, to the minute."""
        span = {"minute": 0, "hour": 59, "day": 24 * 60 - 1, "month": 31 * 24 * 60 - 1}[self.precision]
        return self.first + timedelta(minutes=span)

    @property
    def is_utc(self) -> bool:
        """Whether it is marked as UTC."""
        return bool(_UTC.search(self.raw))

    @property
    def is_printed(self) -> bool:
        """Whether a reader sees it; what a reader sees is local time."""
        return self.origin == "selector" and not _MACHINE.match(self.raw)

    def as_local(self) -> "Reading":
        """The same with its mark of UTC left out of account."""
        told = read_date(self.raw).value if self.is_utc else None
        if told is None:
            return self
        return msgspec.structs.replace(self, value=stamp(datetime.fromisoformat(told) - _ZONE))

    def __str__(self) -> str:
        return f"{self.origin} {self.raw!r}"


class Choice(msgspec.Struct, frozen=True):
    """The reading believed, and what was seen on the way to it."""

    reading: Reading
    notes: tuple[str, ...] = ()
    is_local: bool = False
    """Whether its place marks local time as UTC."""


def choose(readings: Sequence[Reading], changed: Reading | None, at: datetime) -> Choice:
    """One of `readings` (at least one, the most trusted first), set right where another shows it wrong.

    `changed` is when the page says that it was last changed, `at` when it was fetched.
    """
    chosen = _in_zone(finest(readings[0], readings), readings, changed)
    for better in (_not_the_rendering, _not_the_change):
        found = better(chosen.reading, readings, changed, at)
        if found is not None:
            notes = (*chosen.notes, found.notes[0])
            chosen = _in_zone(finest(found.reading, readings), readings, changed)
            chosen = msgspec.structs.replace(chosen, notes=(*notes, *chosen.notes))
    return msgspec.structs.replace(chosen, notes=(*chosen.notes, *_left(chosen, readings, changed)))


def finest(best: Reading, readings: Sequence[Reading]) -> Reading:
    """`best`, or where it lacks the minute the first reading of the same day that has it."""
    if best.precision == "minute":
        return best
    finer = (r for r in readings if r.precision == "minute" and r.value[:10] == best.value[:10])
    return next(finer, best)


def _in_zone(best: Reading, readings: Sequence[Reading], changed: Reading | None) -> Choice:
    """`best` in local time, where a wrong zone shows: against the fetch time, or by another place seven hours off."""
    local = best.as_local()
    if local is not best and local.value == best.value:
        return Choice(best, (f"{best} would lie after the fetch: local time marked as UTC",), True)
    for other in readings:
        gap = _gap(best, other)
        if gap == _ZONE and best.is_utc and not other.is_utc:
            return Choice(local, (f"{best} is local time marked as UTC: {other}",), True)
        is_change = changed is not None and other.first == changed.first
        if gap == -_ZONE and other.is_printed and not best.is_printed and not is_change:
            return Choice(other, (f"{best} is UTC marked as local time: {other}",))
    return Choice(best)


def _gap(one: Reading, other: Reading) -> timedelta:
    """How much later `one` is; nothing where either lacks the minute."""
    return one.first - other.first if one.precision == other.precision == "minute" else timedelta()


def _not_the_rendering(
    best: Reading, readings: Sequence[Reading], changed: Reading | None, at: datetime
) -> Choice | None:
    """An earlier reading, where `best` is the moment or day of the fetch and nothing else bears it out."""
    others = [r for r in readings if r is not best and not _is_now(r, at)]
    if not _is_now(best, at) or any(abs(best.first - r.first) <= _DAY for r in others):
        return None
    earlier = next((r for r in others if best.first - r.last > _DAY), None)
    note = f"{best} is when the page was made, not written: {earlier}"
    return Choice(earlier, (note,)) if earlier else None


def _is_now(reading: Reading, at: datetime) -> bool:
    if reading.precision == "minute":
        return abs(at - reading.first) <= _RENDERING
    return reading.precision == "day" and reading.first.date() == at.date()


def _not_the_change(best: Reading, readings: Sequence[Reading], changed: Reading | None, at: datetime) -> Choice | None:
    """An earlier reading of the page, where `best` is the minute of its last change."""
    if changed is None or best.precision != "minute" or changed.first != best.first:
        return None
    own = (r for r in readings if r.origin not in ("feed", "sitemap"))
    earlier = next((r for r in own if best.first - r.last > _SAME), None)
    note = f"{best} is the last change, not the publication: {earlier}"
    return Choice(earlier, (note,)) if earlier else None


def _left(chosen: Choice, readings: Sequence[Reading], changed: Reading | None) -> Iterator[str]:
    """What still differs: by a zone, or by more than a day. The time of the last change may."""
    best = chosen.reading
    for other in readings:
        told = any(note.startswith(f"{other} ") for note in chosen.notes)
        if told or (changed and other.first == changed.first):
            continue
        if abs(_gap(best, other)) == _ZONE:
            yield f"{other} differs by the seven hours between UTC and local time; taken: {best}"
        elif other.first - best.last > _DAY or best.first - other.last > _DAY:
            yield f"{other} differs by more than a day; taken: {best}"
