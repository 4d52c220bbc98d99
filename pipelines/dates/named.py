"""Dates whose month is a Vietnamese word: 14 tháng 12 năm 2021, Tháng Năm 5, 2022, 14 Th4, 2021, quý III/2023."""

import re
from collections.abc import Iterator
from datetime import datetime

from pipelines.dates.calendar_day import CalendarDay, Strength, checked, told_year
from pipelines.dates.line import TAKEN, Line
from pipelines.dates.outcome import Reason, Refusal
from pipelines.dates.words import MONTHS, NUMBERS, YEAR_WORDS, either, year_in_words

_GAP = rf"[\s,./{TAKEN}|-]*"
_MONTH = rf"(?:(?P<m>(?>\d{{1,2}}))(?!\d)|(?P<mw>{either(MONTHS)})(?![a-z]))"
_THANG = r"(?:thang|thg\.?|(?:th|t)\.?(?=\s?\d))\s?"
_YEAR = (
    rf"(?:{_GAP}(?:nam\s?:?\s?|(?<!\d))(?P<y>\d{{4}})(?![\d:])|{_GAP}nam\s?(?P<yy>\d{{2}})(?!\d)"
    rf"|{_GAP}nam (?P<yn>nay|ngoai|truoc)(?![a-z])|{_GAP}nam {YEAR_WORDS})"
)
_NO_UNIT = r"(?!\s?(?:ngay|tuan|tuoi|lan|nguoi)(?![a-z]))"
_DAY_FIRST = re.compile(
    rf"(?:(?<![a-z])(?P<ngay>ngay|hom)\s?:?\s?)?(?:(?P<mung>mung|mong)\s?)?"
    rf"(?:(?<![\d:/.])(?<!\b[a-z])(?P<d>\d{{1,2}})|(?<![a-z])(?P<dw>{either(NUMBERS)})(?=[\s,]))"
    rf"{_GAP}{_THANG}{_MONTH}(?:{_YEAR}|{_NO_UNIT})"
)
_MONTH_FIRST = re.compile(
    rf"(?<![a-z]){_THANG}{_MONTH}[\s,.{TAKEN}]+(?P<d>\d{{1,2}})"
    rf"(?!\d|\s?[/:hg-]\s?\d){_YEAR}"
)
_MONTH_THEN_DAY = re.compile(
    rf"(?<![a-z]){_THANG}{_MONTH}[\s,./{TAKEN}-]*(?P<ngay>ngay)\s?(?P<d>\d{{1,2}})(?!\d|\s?[/:hg-]\s?\d){_YEAR}?"
)
_YEAR_FIRST = re.compile(
    rf"(?<![a-z])nam\s?(?P<y>\d{{4}}){_GAP}{_THANG}{_MONTH}{_GAP}(?P<ngay>ngay)\s?(?P<d>\d{{1,2}})(?!\d|\s?[/:hg-]\s?\d)"
)
_MONTH_ONLY = re.compile(
    r"(?<![a-z])(?:(?:dau|giua|cuoi|thuong tuan|trung tuan|ha tuan) )?"
    rf"{_THANG}{_MONTH}(?!\s?[/.-]\s?\d{{1,2}}(?!\d)){_YEAR}?{_NO_UNIT}"
)
_SHORT_MONTH = re.compile(r"(?<![a-z\d])t(?P<m>1[0-2]|0?[1-9])\s?[/-]\s?(?P<y>(?:19|20)\d\d)(?![\d/-])")
_QUARTERS = dict(zip("i ii iii iv 1 2 3 4 mot hai ba tu".split(), [1, 2, 3, 4] * 3, strict=True)) | {"nhat": 1}
_QUARTER = re.compile(
    rf"(?<![a-z])(?:(?:dau|giua|cuoi) )?(?P<quy>quy|qui|q\.?)\s?(?P<q>{either(_QUARTERS)})(?![a-z\d]){_YEAR}?"
)
_BLANK_FORM = re.compile(r"(?<![a-z])ngay[\s._]*$")
_NAMES_MONTH = re.compile("thang|thg")
_UNREAD_YEAR = re.compile(r"\s?,?\s?nam [a-z]")


def take_named(line: Line, at: datetime | None) -> Iterator[CalendarDay]:
    """Take the dates with a month word out of `line`; năm nay and năm ngoái count from `at`."""
    for pattern, read in (
        (_YEAR_FIRST, _day),
        (_DAY_FIRST, _day),
        (_MONTH_FIRST, _day),
        (_MONTH_THEN_DAY, _day),
        (_SHORT_MONTH, _whole_month),
        (_MONTH_ONLY, _whole_month),
        (_QUARTER, _quarter),
    ):
        for match in list(pattern.finditer(line.folded)):
            if found := read(line, match, at):
                line.blank(*match.span())
                yield checked(found)


def _day(line: Line, match: re.Match[str], at: datetime | None) -> CalendarDay | None:
    """A day with its month; None for "ba tháng 10", a span of months."""
    groups = match.groupdict()
    marked = groups.get("ngay") or groups.get("mung")
    if groups.get("dw") and not marked:
        return None
    year, short = _year(groups, match, at)
    if year is None:
        if not _NAMES_MONTH.search(match[0]):
            return _on_a_badge(match) if groups.get("d") else None
        _refuse_unread_year(line, match)
        if groups.get("mung"):
            raise Refusal(Reason.LUNAR)
    strength = Strength.FULL if year is not None and not short else Strength.MARKED
    day = int(groups["d"]) if groups["d"] else NUMBERS[groups["dw"]]
    if _is_maybe_a_span(groups, day) and not marked and "," not in match[0]:
        strength = Strength.BARE
    return CalendarDay(year, _month(groups), day, strength, match.span(), short)


def _on_a_badge(match: re.Match[str]) -> CalendarDay | None:
    """15 Th3, as WordPress themes print it on pictures; "15 T3" and "15 Th 3" may be Tuesdays."""
    found = re.fullmatch(r"(\d{1,2})\s?th(\d{1,2})", match[0].strip())
    return CalendarDay(None, int(found[2]), int(found[1]), Strength.BARE, match.span()) if found else None


def _is_maybe_a_span(groups: dict[str, str], day: int) -> bool:
    """9 tháng năm 2023: the ninth of May, or nine months of the year."""
    return groups["mw"] == "nam" and groups["y"] is not None and day <= 12


def _whole_month(line: Line, match: re.Match[str], at: datetime | None) -> CalendarDay | None:
    """A month; None for the label "ngày tháng năm". Refused: the empty form "ngày … tháng 12 năm 2021", and tháng sau
    (next month, or June)."""
    groups = match.groupdict()
    year, short = _year(groups, match, at)
    if _BLANK_FORM.search(line.folded[: match.start()]):
        if year is None and groups.get("mw") == "nam":
            return None
        raise Refusal(Reason.NO_DATE)
    if year is None:
        if not _NAMES_MONTH.search(match[0]):
            return None
        if groups.get("mw") == "sau" and line.raw[slice(*match.span("mw"))] != "sáu":
            raise Refusal(Reason.AMBIGUOUS)
        _refuse_unread_year(line, match)
    sure = year is not None and (groups.get("mw") != "nam" or match[0].count("nam") > 1)
    return CalendarDay(year, _month(groups), None, Strength.MARKED if sure else Strength.BARE, match.span(), short)


def _quarter(line: Line, match: re.Match[str], at: datetime | None) -> CalendarDay | None:
    """The first month of a quarter; Q.1 without a year is a district of the city."""
    word = match["quy"] in ("quy", "qui")
    if word and not line.means(match.span("quy"), "quý", "quí"):
        return None
    year, short = _year(match.groupdict(), match, at)
    if year is None and not word:
        return None
    return CalendarDay(year, 3 * _QUARTERS[match["q"]] - 2, None, Strength.BARE, match.span(), short)


def _month(groups: dict[str, str]) -> int:
    return int(groups["m"]) if groups["m"] else MONTHS[groups["mw"]]


def _year(groups: dict[str, str], match: re.Match[str], at: datetime | None) -> tuple[int | None, bool]:
    """The year said and whether it has two digits."""
    if groups.get("y"):
        return int(groups["y"]), False
    if groups.get("yy"):
        return int(groups["yy"]), True
    if groups.get("thousand"):
        return year_in_words(match), False
    if not groups.get("yn"):
        return None, False
    return told_year(groups["yn"], at), False


def _refuse_unread_year(line: Line, match: re.Match[str]) -> None:
    """A year that is said, but not as a number: năm Ất Tỵ."""
    after = line.folded[match.end() :]
    if _UNREAD_YEAR.match(after):
        raise Refusal(Reason.LUNAR)
    if match.groupdict().get("mw") == "nam" and re.match(r" (?:nay|ngoai|truoc)(?![a-z])", after):
        raise Refusal(Reason.AMBIGUOUS)
