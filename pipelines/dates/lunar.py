"""The lunar calendar: a gloss beside a solar date is put aside, everything else lunar is refused.

Which words are lunar is common knowledge of Vietnamese readers: âm lịch, tháng Giêng and Chạp, mùng and rằm,
Tết, a leap month, and years named by stem and branch.
"""

import re
from typing import NamedTuple

from pipelines.dates.line import ASIDE, Line
from pipelines.dates.outcome import Reason, Refusal

_STEM_BRANCH = (
    r"(?:giap|at|binh|dinh|mau|ky|canh|tan|nham|quy)"
    r" (?:ty|ti|suu|dan|mao|meo|thin|ngo|mui|than|dau|tuat|hoi)(?![a-z])"
)
# AL alone may be somebody's initials.
_CALENDAR = r"(?:(?<![a-z])(?:am lich|lich am|nong lich)|(?:(?<=[\d(])|(?<=\d ))a\.?l(?![a-z])\.?)"
_HARD = rf"{_CALENDAR}|(?<![a-z])(?:thang (?:gieng|chap)(?![a-z])|thang [\da-z]+ nhuan(?![a-z])|ram thang)"
_FEASTS = "giao thua|gio to(?![a-z])|trung thu|doan ngo|vu lan"
_SOFT = rf"(?<![a-z])(?:(?:mung|mong|ngay|\d{{1,2}}) ?\w* ?tet(?![a-z])|(?:mung|mong) \w|{_FEASTS})"
_STILL_LUNAR = re.compile(_HARD)
_FESTIVE = re.compile(_SOFT)
_LUNAR_YEAR = re.compile(rf"(?<![a-z]){_STEM_BRANCH}")
_SIGN = re.compile(rf"{_HARD}|{_SOFT}|(?<![a-z]){_STEM_BRANCH}|(?<=\d )am(?![a-z])")
_COUNTS = re.compile(r"\d|mung|mong|ram|tet|nam ")
_NUMBERS = r"(?:ngay |mung |mong )?\d{1,2}\s?(?:[/.-]|thang)\s?\d{1,2}(?:\s?(?:[/.-]|nam) ?\d{2,4})?"
_DAY_AND_MONTH = re.compile(_NUMBERS)
_GLOSSES = (
    re.compile(r"\([^()]*\)|\[[^\[\]]*\]"),
    re.compile(r"(?<![a-z])(?<!tin )(?:tuc|nham)(?: la| vao| ngay)*(?![a-z])[^|;()]*"),
    re.compile(rf"(?<![\d/.-]){_NUMBERS}\s?\(?(?:{_CALENDAR}|am(?![a-z]))\)?"),
    re.compile(rf"(?<!\d)(?<!\d )(?<!\d \(){_CALENDAR}\s?:?\s?{_NUMBERS}(?!\d)"),
)
_WITH_ITS_MARK = re.compile(r"(?:\d|tháng \w+(?: một| hai)?) ?\(?(?:âm|â\.?l)\b")
_MORNING = re.compile(r"\d ?am\b(?! l[iị]ch)")


class Glosses(NamedTuple):
    """Whether a lunar gloss was `found`; `vague` when one has no day and month of its own, so that 15/8 beside it may
    be the lunar date."""

    found: bool
    vague: bool


def put_lunar_aside(line: Line) -> Glosses:
    """Take lunar glosses out of `line`. Refused: a lunar date that is no gloss."""
    found = vague = False
    for pattern in _GLOSSES:
        for match in list(pattern.finditer(line.folded)):
            if _SIGN.search(match[0]) and _COUNTS.search(match[0]) and not _is_morning(line, match):
                line.blank(*match.span(), ASIDE)
                found = True
                vague = vague or not _DAY_AND_MONTH.search(match[0])
    marked = _WITH_ITS_MARK.search(line.raw)
    if _STILL_LUNAR.search(line.folded) or (marked and ASIDE not in line.folded[slice(*marked.span())]):
        raise Refusal(Reason.LUNAR)
    return Glosses(found, vague)


def is_festive(line: Line) -> bool:
    """Whether `line` speaks of Tết or mùng, so that a date without its year is lunar."""
    return bool(_FESTIVE.search(line.whole))


def has_lunar_year(line: Line) -> bool:
    """Whether a year by stem and branch (Giáp Thìn) is left in `line`: the year of a date that has no other."""
    return bool(_LUNAR_YEAR.search(line.folded))


def _is_morning(line: Line, match: re.Match[str]) -> bool:
    """The AM of "8:30 am"; âm of the calendar carries its mark when anything does."""
    return bool(_MORNING.search(line.raw[slice(*match.span())]))
