"""Days and months told from the moment of the fetch: hôm nay, tối qua, thứ 5 tuần trước, tháng trước, yesterday."""

import re
from datetime import date, datetime, timedelta
from typing import NamedTuple

from pipelines.dates.clock import PART, part_in
from pipelines.dates.line import TAKEN, Line
from pipelines.dates.outcome import Reason, Refusal

_DAY = re.compile(
    rf"(?<![a-z])(?:(?:(?P<part>{PART}) )?(?:ngay )?(?:hom|bua) (?P<day>nay|qua|kia)"
    rf"|(?P<part2>{PART}) (?P<day2>nay|qua)|(?P<english>today|yesterday))(?![a-z])"
)
# "3 hôm nay" is a span of days, "08:15 hôm nay" is not.
_COUNTED = re.compile(r"(?:^|[^\d:.,hg])\d{1,3} $")
_BACK = {"nay": 0, "qua": 1, "kia": 2, "today": 0, "yesterday": 1}
_WEEK = re.compile(
    r"(?<![a-z])(?:(?<!\d )|(?<=thu \d ))(?<!dau )(?<!giua )(?<!cuoi )"
    r"(?P<week>tuan (?:truoc|nay)|last week)(?![a-z])(?! (?:do|khi|ngay|tran|tet))"
)
_MONTH = re.compile(
    rf"(?:(?<![a-z])ngay (?P<d>\d{{1,2}}) |(?<![a-z\d{TAKEN}])(?<!\d )(?:(?:dau|giua|cuoi) )?)"
    r"(?P<month>thang (?:truoc|nay)|last month)(?![a-z])(?! (?:do|khi|ngay|tran|tet))"
)
_COMING = re.compile(
    rf"(?<![a-z])(?:(?:ngay|sang|trua|chieu|toi|dem) mai|ngay (?:mot|kia)|tomorrow|(?:tuan|thang|nam) toi|sap toi"
    rf"|tuan sau|{TAKEN} toi)(?![a-z])"
)


class Deictic(NamedTuple):
    """`back` days ago, or with `months` the month so long ago; `part` of the day, `day` of the month when said."""

    back: int | None = None
    weeks: int | None = None
    months: int | None = None
    day: int | None = None
    part: str | None = None

    def on(self, at: datetime, weekdays: set[int]) -> tuple[date, str]:
        """The day or month meant at the fetch time `at`, and the precision; refused: a week without its day."""
        today = at.date()
        if self.months is not None:
            return _month_back(today, self.months, self.day)
        if self.weeks is None:
            return today - timedelta(days=self.back or 0), "day"
        if len(weekdays) == 1:
            return today - timedelta(days=today.weekday() - min(weekdays) + 7 * self.weeks), "day"
        if self.weeks == 0:
            raise Refusal(Reason.NO_DATE)
        return today - timedelta(days=7), "day"


def _month_back(today: date, months: int, day: int | None) -> tuple[date, str]:
    first = today.replace(day=1)
    if months:
        first = (first - timedelta(days=1)).replace(day=1)
    if day is None:
        return first, "month"
    try:
        return first.replace(day=day), "day"
    except ValueError:
        raise Refusal(Reason.IMPOSSIBLE) from None


def take_deictic(line: Line) -> Deictic | None:
    """Take the first such word out of `line`."""
    for match in line.take(_DAY):
        word = match["day"] or match["day2"] or match["english"]
        part = part_in(line, match, "part") or part_in(line, match, "part2")
        counted = part is None and _COUNTED.search(match.string[: match.start()])
        if counted or (match["day2"] and part is None):
            continue
        back = 3 if line.raw[slice(*match.span("day"))] == "kìa" else _BACK[word]
        if any(word not in other[0] for other in line.take(_DAY)):
            raise Refusal(Reason.TWO_DATES)
        return Deictic(back=back, part=part)
    for match in line.take(_MONTH):
        return Deictic(months=int("nay" not in match["month"]), day=int(match["d"]) if match["d"] else None)
    for match in line.take(_WEEK):
        return Deictic(weeks=int("nay" not in match["week"]))
    return None


def refuse_coming(line: Line) -> None:
    """Refuse what is still to come: ngày mai, thứ Hai tới, tuần sau."""
    for match in _COMING.finditer(line.folded):
        if not match[0].endswith("toi") or line.means((match.end() - 3, match.end()), "tới"):
            raise Refusal(Reason.FUTURE)
