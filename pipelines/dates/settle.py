"""From the pieces found to one moment: one date, the year, the weekday's word, the zone, the fetch time's."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from pipelines.dates import reader
from pipelines.dates.calendar_day import CalendarDay, day_in
from pipelines.dates.outcome import Reason, Refusal
from pipelines.dates.time_of_day import LOCAL, Clock

_SLACK = timedelta(minutes=5)
_AHEAD = timedelta(days=1)
# Two digits without a fetch time: '29 is near, '45 is the war; '30 to '39 could be either.
_THIS_CENTURY, _LAST_CENTURY = 29, 40
# Beyond so many years ahead of the fetch two digits mean the last century ('54 read in 2024), short of it a slip.
_NEAR = 5

# What databases write for "no date": the zero of SQL Server and of OLE. Unix's zero is a moment like any other.
_NOTHING = {datetime.fromisoformat(f"{day}T00:00") for day in ("1900-01-01", "1899-12-30")}


class Settled(NamedTuple):
    """A calendar date with its precision, day or month."""

    day: date
    precision: str


def one_day(days: Sequence[CalendarDay]) -> CalendarDay:
    """The one date that all of `days` are; refused when they differ."""
    best = max(days, key=lambda day: (day.day is not None, day.strength))
    if not all(_agree(best, day) for day in days):
        raise Refusal(Reason.TWO_DATES)
    return best


def _agree(best: CalendarDay, other: CalendarDay) -> bool:
    years = other.year is None or best.year is None or (best.year - other.year) % 100 == 0
    return years and other.month == best.month and other.day in (None, best.day)


def in_year(found: CalendarDay, clock: Clock | None, at: datetime | None) -> Settled:
    """`found` with its year settled; refused when that takes a fetch time nobody knows."""
    precision = "day" if found.day else "month"
    if found.year is not None:
        year = _century(found, at) if found.short else found.year
        day = day_in(year, found)
        if day is None:
            raise Refusal(Reason.IMPOSSIBLE)
        return Settled(day, precision)
    if at is None:
        raise Refusal(Reason.NO_FETCH_TIME)
    years = range(at.year, at.year - 9, -1)
    day = next(day for year in years if (day := day_in(year, found)) is not None and day <= at.date())
    if clock and day == at.date() and _local(day, clock) > at.replace(tzinfo=None) + _SLACK:
        raise Refusal(Reason.AMBIGUOUS)
    return Settled(day, precision)


def _century(found: CalendarDay, at: datetime | None) -> int:
    number = found.year or 0
    if at is None:
        if _THIS_CENTURY < number < _LAST_CENTURY:
            raise Refusal(Reason.AMBIGUOUS)
        return number + (2000 if number <= _THIS_CENTURY else 1900)
    return number + (1900 if 2000 + number > at.year + _NEAR else 2000)


def last_weekday(weekdays: set[int], clock: Clock | None, at: datetime | None) -> Settled:
    """The latest such weekday whose moment is not after the fetch."""
    if at is None:
        raise Refusal(Reason.NO_FETCH_TIME)
    if len(weekdays) > 1:
        raise Refusal(Reason.TWO_DATES)
    day = at.date() - timedelta(days=(at.weekday() - min(weekdays)) % 7)
    if clock and _local(day, clock) > at.replace(tzinfo=None) + _SLACK:
        day -= timedelta(days=7)
    return Settled(day, "day")


def _local(day: date, clock: Clock | None) -> datetime:
    if clock is None:
        return datetime.combine(day, time())
    return datetime.combine(day, time()) + timedelta(hours=clock.hour, minutes=clock.minute or 0, seconds=clock.second)


def moment(settled: Settled, clock: Clock | None, weekdays: set[int], at: datetime | None) -> tuple[datetime, str]:
    """The moment and its precision, checked against the weekday and the fetch time."""
    if settled.precision == "month" and (clock or weekdays):
        raise Refusal(Reason.AMBIGUOUS)
    if weekdays - {settled.day.weekday()}:
        raise Refusal(Reason.WEEKDAY)
    local = _local(settled.day, clock)
    found = reader.read(local, LOCAL if clock is None or clock.offset is None else clock.offset)
    if clock and local in _NOTHING:
        raise Refusal(Reason.NO_DATE)
    if at is not None:
        found = _not_after(found, local, at)
    if clock is None:
        return found, settled.precision
    return found, "hour" if clock.minute is None else "minute"


def _not_after(found: datetime, local: datetime, at: datetime) -> datetime:
    """Local time marked with a wrong zone is read as local; what still lies more than a day ahead is refused."""
    if found > at + _SLACK and (plain := reader.read(local, LOCAL)) <= at + _SLACK:
        found = plain
    if found > at + _AHEAD:
        raise Refusal(Reason.FUTURE)
    return found
