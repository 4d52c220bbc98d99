"""A paper's recent past: its new articles by hour and day, when somebody looked, and what is usual."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

import msgspec

from archive.looks import Look, seconds
from archive.store import Archive
from archive.vitals import New, first_list, new, newest_few, printed_days
from config.clock import VIETNAM, stamp
from config.sources import Source
from pipelines.habit import Habit, day_of, days_of, habit

ENOUGH = 100
"""New articles in the asked days below which the past is read further back."""
BEFORE = 8
"""Days before the asked ones that are read too: a gap before the first may be spread over them."""
Kept = tuple[Source, Sequence[str]]
"""A paper: its declaration, and the names under which the archive kept its pages."""
_FIRST = date(1970, 1, 1)


class Past(msgspec.Struct, frozen=True):
    """What one paper gave, and when somebody looked."""

    source: Source
    names: Sequence[str]
    recent: New
    """Since `BEFORE` days before the asked ones."""
    new: New
    """The same, or further back where the recent days hold few."""
    looks: list[Look]
    days: dict[int, int | None]
    """New articles on each of the asked days; None where nobody looked."""
    habit: Habit | None


def past(
    archive: Archive,
    paper: Kept,
    looks: list[Look],
    spans: Sequence[tuple[str, str]],
    at: datetime,
    days: int,
) -> Past:
    """The past of `paper` at a moment. `looks` are those of the read days; `spans` the days of all crawls."""
    source, names = paper
    today, since = day_of(at.timestamp()), stamp(at - timedelta(days=days + BEFORE))
    looked = {day for look in looks for day in range(day_of(look.began), day_of(look.ended) + 1)}
    recent = found = new(archive, names, since, stamp(at))
    watched = sorted(looked)
    if recent.total < ENOUGH:
        found = newest_few(archive, names, stamp(at))
        watched = sorted({*_earlier(archive, names, found, spans, today - days - BEFORE + 1), *looked})
    usual = habit(found.hours, watched, min(day_of(found.last), today)) if found.last is not None else None
    counts = days_of(found.hours)
    shown = {day: counts.get(day, 0) if day in looked or day in counts else None
             for day in range(today - days + 1, today + 1)}  # fmt: skip
    return Past(source, names, recent, found, looks, shown, usual or _printed(archive, names, found))


def _earlier(
    archive: Archive, names: Sequence[str], found: New, spans: Sequence[tuple[str, str]], before: int
) -> list[int]:
    """The days before `before` on which crawls ran, from the paper's first list, or oldest article read, on."""
    begun = first_list(archive, names)
    if begun is None:
        return []
    start = day_of(seconds(begun))
    if found.total + found.late >= ENOUGH and found.hours:
        start = max(start, min(found.hours) // 24)
    ran = {day for first, last in spans for day in range(_day(first), _day(last) + 1)}
    return sorted(day for day in ran if start <= day < before)


def _printed(archive: Archive, names: Sequence[str], found: New) -> Habit | None:
    """Of a paper that was not watched long enough: the pace at which the days on its articles follow each other."""
    if found.seen is None:
        return None
    printed = printed_days(archive, names, stamp(datetime.fromtimestamp(found.seen, VIETNAM))[:10])
    if len(printed) < 2:
        return None
    rate = (len(printed) - 1) / max(1, _day(printed[0]) - _day(printed[-1]))
    evenly = tuple((hour + 1) / 24 for hour in range(24))
    return Habit(rate, (rate,) * 7, evenly, len(printed), 1.0)


def day_text(day: int) -> str:
    """A day as `YYYY-MM-DD`."""
    return (_FIRST + timedelta(days=day)).isoformat()


def _day(text: str) -> int:
    return (date.fromisoformat(text) - _FIRST).days
