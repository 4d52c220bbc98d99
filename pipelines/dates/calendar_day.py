"""A day, month or quarter as a text names it, before the year is settled."""

from calendar import monthrange
from datetime import date, datetime
from enum import IntEnum
from typing import NamedTuple

from pipelines.dates.outcome import Reason, Refusal

_FIRST_YEAR, _LAST_YEAR = 1800, 2099


class Strength(IntEnum):
    """How surely a piece of text is a date, so how much other text may stand around it."""

    ALONE = 0
    """Thứ Năm: a date only where nothing else stands; "Thứ hai, …" counts arguments."""
    BARE = 1
    """14/12, 08/2023, tháng 5: a date only where nothing else is said."""
    MARKED = 2
    """ngày 14/12, 14/12/21, 14 tháng 12: a date beside a few words."""
    FULL = 3
    """14/12/2021: a date beside anything."""


class CalendarDay(NamedTuple):
    """`year` None is not said; `short` marks a year of two digits, still 0–99; `day` None means the whole month."""

    year: int | None
    month: int
    day: int | None
    strength: Strength
    span: tuple[int, int]
    short: bool = False


def checked(found: CalendarDay) -> CalendarDay:
    """`found` when such a day exists (29 February in some year at least), else a refusal."""
    if not 1 <= found.month <= 12 or (found.day is not None and not 1 <= found.day <= 31):
        raise Refusal(Reason.IMPOSSIBLE)
    year = 2000 if found.year is None or found.short else found.year
    if not _FIRST_YEAR <= year <= _LAST_YEAR or (found.day or 1) > monthrange(year, found.month)[1]:
        raise Refusal(Reason.IMPOSSIBLE)
    return found


def told_year(word: str, at: datetime | None) -> int:
    """The year that "nay", "ngoai" or "truoc" after năm means at the fetch time `at`."""
    if at is None:
        raise Refusal(Reason.NO_FETCH_TIME)
    return at.year - (word != "nay")


def day_in(year: int, found: CalendarDay) -> date | None:
    """`found` in `year`, None when that year has no such day."""
    if (found.day or 1) > monthrange(year, found.month)[1]:
        return None
    return date(year, found.month, found.day or 1)
