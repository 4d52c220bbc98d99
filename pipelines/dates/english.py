"""English dates on Vietnamese pages and in feeds: 14 Dec 2021, December 14, 2021, 14-Dec-21, Dec 2021."""

import re
from collections.abc import Iterator

from pipelines.dates.calendar_day import CalendarDay, Strength, checked
from pipelines.dates.line import TAKEN, Line
from pipelines.dates.words import ENGLISH_MONTH, ENGLISH_MONTHS

_YEAR = rf"(?:[\s,./{TAKEN}|-]*(?P<y>\d{{4}})(?![\d:]))"
_DAY_FIRST = re.compile(
    rf"(?<![\d:/.])(?P<d>\d{{1,2}})(?:st|nd|rd|th)?(?: of)?[\s/,.-]*(?<![a-z]){ENGLISH_MONTH}"
    rf"(?:{_YEAR}|(?:-(?P<yy>\d\d)|\s(?P<short>\d\d)(?=\s?{TAKEN}))(?!\d))?"
)
_MONTH_FIRST = re.compile(
    rf"(?<![a-z]){ENGLISH_MONTH}[\s,/.-]*(?P<d>(?>\d{{1,2}}))(?:st|nd|rd|th)?"
    rf"(?![\d:]|/(?!(?:19|20)\d\d)){_YEAR}?"
)
_YEAR_FIRST = re.compile(
    rf"(?<![\d:/.-])(?P<y>(?:19|20)\d\d)[\s/.-]{ENGLISH_MONTH}[\s/.-](?P<d>\d{{1,2}})(?![\d:/]|,?\s?\d{{4}})"
)
_MONTH_ONLY = re.compile(rf"(?<![a-z]){ENGLISH_MONTH}[\s,/.-]*(?P<y>\d{{4}})(?![\d:])")


def take_english(line: Line) -> Iterator[CalendarDay]:
    """Take the dates with an English month out of `line`."""
    for pattern in (_YEAR_FIRST, _DAY_FIRST, _MONTH_FIRST, _MONTH_ONLY):
        for match in line.take(pattern):
            yield checked(_read(match))


def _read(match: re.Match[str]) -> CalendarDay:
    """A year makes it sure: without one, "may" is also cloud, sewing and luck."""
    groups = match.groupdict()
    month = ENGLISH_MONTHS.index(match["en"][:3]) + 1
    day = int(groups["d"]) if groups.get("d") else None
    if short := groups.get("yy") or groups.get("short"):
        return CalendarDay(int(short), month, day, Strength.MARKED, match.span(), short=True)
    year = int(match["y"]) if match["y"] else None
    strength = Strength.BARE if year is None else Strength.FULL if day else Strength.MARKED
    return CalendarDay(year, month, day, strength, match.span())
