"""The spellings that most pages use, read at sight: 2021-12-14T12:07:00+07:00, Thứ ba, 14/12/2021, 12:07 (GMT+7).

The finders take the same out of them, in five times as long. What is not quite of these shapes is left to them, and so
is whatever is to be refused for its figures.
"""

import re
from datetime import date, timedelta
from typing import NamedTuple

from pipelines.dates.time_of_day import LOCAL, Clock

_MACHINE = re.compile(
    r"((?:19|20)[0-9]{2})-([0-9]{2})-([0-9]{2})[T ]([0-9]{2}):([0-9]{2}):([0-9]{2})(?:\.[0-9]{1,9})?"
    r"(?:(-| ?\+)(0[0-9]):?([0-5][0-9])|(Z))?"
)
_WEEKDAYS = ("thứ hai", "thứ ba", "thứ tư", "thứ năm", "thứ sáu", "thứ bảy", "chủ nhật")
_TIME = r"(?P<hour{0}>[0-9]{{1,2}}):(?P<minute{0}>[0-9]{{2}})"
_BETWEEN = r"(?: ?[,|-])? "
_PRINTED = re.compile(
    rf"(?:(?P<weekday>{'|'.join(_WEEKDAYS)}),? )?(?:{_TIME.format('')}{_BETWEEN})?"
    rf"(?P<day>[0-9]{{1,2}})(?P<mark>[/-])(?P<month>[0-9]{{1,2}})(?P=mark)(?P<year>(?:19|20)[0-9]{{2}})"
    rf"(?(hour)|{_BETWEEN}{_TIME.format('2')}(?: (?P<half>[AP]M))?)(?P<zone> GMT\+7| \(GMT\+0?7(?::00)?\))?",
    re.I,
)


class Common(NamedTuple):
    """What such a text says."""

    day: date
    clock: Clock
    weekdays: set[int]


def at_sight(text: str, order: str) -> Common | None:
    """The pieces of `text`, or None where it is for the finders."""
    text = text.strip()
    if match := _MACHINE.fullmatch(text):
        year, month, day, hour, minute, second, sign, hours, minutes, zulu = match.groups()
        offset = timedelta(0) if zulu else None
        if sign:
            offset = timedelta(hours=int(hours), minutes=int(minutes)) * (-1 if sign == "-" else 1)
        return _common(year, month, day, Clock(int(hour), int(minute), int(second), offset), set())
    if order != "DMY" or not (match := _PRINTED.fullmatch(text)):
        return None
    weekdays = {_WEEKDAYS.index(match["weekday"].casefold())} if match["weekday"] else set[int]()
    hour, minute = int(match["hour"] or match["hour2"]), int(match["minute"] or match["minute2"])
    if half := match["half"]:
        late = half[0] in "Pp"
        if hour > 23 or (hour == 0 if late else hour > 12):
            return None
        hour = max(hour, hour % 12 + 12) if late else hour % 12
    clock = Clock(hour, minute, 0, LOCAL if match["zone"] else None)
    return _common(match["year"], match["month"], match["day"], clock, weekdays)


def _common(year: str, month: str, day: str, clock: Clock, weekdays: set[int]) -> Common | None:
    if clock.hour > 23 or (clock.minute or 0) > 59 or clock.second > 59:
        return None
    try:
        return Common(date(int(year), int(month), int(day)), clock, weekdays)
    except ValueError:
        return None
