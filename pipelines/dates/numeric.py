"""Dates in figures: 14/12/2021, 14-12-21, 2021.12.14, 13 - 4 - 2018, 14/12, 08/2023; and figures that are none."""

import re
from collections.abc import Iterator
from datetime import datetime

from pipelines.dates.calendar_day import CalendarDay, Strength, checked, told_year
from pipelines.dates.line import TAKEN, Line
from pipelines.dates.outcome import Reason, Refusal

Span = tuple[int, int]

_CHAIN = re.compile(r"(?<!\d)\d+(?:[/.-]\d+)+(?!\d)")
_SPACED = re.compile(r"(?<!\d)(?<!\d[/.-])(\d{1,4})\s?([/.-])\s?(\d{1,2})\s?\2\s?(\d{2,4})(?!\d|\s?[/.-]\s?\d)")
_SPACED_LONG = re.compile(
    r"(?<!\d)(?<!\d[/.-])(\d{1,2})\s?([/.-])\s?(\d{1,2})\s?\2\s?((?:19|20)\d\d)(?!\d|\s?[/.-]\s?\d)"
)
_DASHED = re.compile(r"(?<![\d/.-])(?<!\d )(\d{1,2})\s?(-)\s?(\d{1,2}),? nam ((?:19|20)\d\d)(?!\d|\s?-\s?\d)")
_SPACED_SHORT = re.compile(r"(?<![\d/.-])(?<!\d )(\d{1,2})\s?/\s?(\d{1,2}|\d{4})(?!\d|\s?[/.-]\s?\d)")
_WHOLE = re.compile(rf"[\s,|{TAKEN}-]*(\d{{1,2}}) (\d{{1,2}}) ((?:19|20)\d\d)[\s,|{TAKEN}-]*")
_YEAR_AFTER = re.compile(
    r"\s?,?\s?nam (?:(?P<y>\d{4})(?!\d)|(?P<word>nay|ngoai|truoc)(?![a-z]))"
    rf"|(?:\s?[,-]\s?|\s)(?P<bare>(?:19|20)\d\d)(?=\s*(?:$|[,|)-]\s|{TAKEN}))"
)
_TIME_BEFORE = re.compile(rf"{TAKEN}[\s,.:(|-]*$")
_TIME_AFTER = re.compile(rf"[\s,.:)|-]*(?:luc |vao luc |vao |hoi )?{TAKEN}")
_DAY_WORD = re.compile(
    r"(?<![a-z])(?:thu (?:[2-7]|hai|ba|tu|nam|sau|bay)|t[2-7]|cn|nhat|sang|trua|chieu|toi|dem)[\s,(]*$"
)
_ENDS = re.compile(rf"\s*(?:$|[,;:|)-]|{TAKEN})")
# The rest of a form that nobody filled in: 15/3/20??, 15/__/____.
_BLANK = re.compile(r"[?_]{2}|/[?_x.]|-[?_x]")
_TOUCHED = re.compile(rf"(?:^|[^\s{TAKEN}])(?:\s*/|[.-])$")
_COUNTED = re.compile(r"(?<![a-z])(?:hon|gan|khoang|chung|bai|tap|ky|phan|so|trang|anh|vong|lop|muc|chiem)\s?$")
_MARK = re.compile(r"(?<![a-z])(?:ngay|hom|mung|mong|ngay thang|ngay dang|thu|nhat)\s?:?\s?$")


def take_numeric(line: Line, order: str, at: datetime | None) -> Iterator[CalendarDay]:
    """Take the dates in figures out of `line`, read day first or as `order` declares; `at` settles 14/12 năm ngoái."""
    found = False
    for pattern in (_SPACED_LONG, _DASHED):
        for match in list(pattern.finditer(line.folded)):
            if day := _chain(line, match.span(), [match[1], match[3], match[4]], {match[2]}, order):
                found = True
                line.blank(*match.span())
                yield day if pattern is _SPACED_LONG else _if_marked(line, day)
    for match in list(_CHAIN.finditer(line.folded)):
        numbers = re.split(r"[/.-]", match[0])
        marks = set(re.findall(r"[/.-]", match[0]))
        if day := _chain(line, match.span(), numbers, marks, order):
            found = True
            line.blank(*match.span())
            yield _with_year(line, day, at)
    if not found:
        yield from _spaced(line, order)


def _if_marked(line: Line, day: CalendarDay) -> CalendarDay:
    """ngày 14-12 năm 2021; unmarked it may be the score of a season."""
    return day if _MARK.search(line.folded[: day.span[0]]) else day._replace(strength=Strength.BARE)


def _with_year(line: Line, day: CalendarDay, at: datetime | None) -> CalendarDay:
    """14/12 năm 2021, 14/12 năm ngoái."""
    match = _YEAR_AFTER.match(line.folded, day.span[1]) if day.year is None else None
    if match is None:
        return day
    line.blank(*match.span())
    written = match["y"] or match["bare"]
    year = int(written) if written else told_year(match["word"], at)
    return checked(day._replace(year=year, strength=Strength.FULL, span=(day.span[0], match.end())))


def _spaced(line: Line, order: str) -> Iterator[CalendarDay]:
    for match in line.take(_SPACED):
        if day := _chain(line, match.span(), [match[1], match[3], match[4]], {match[2]}, order):
            yield day
    for match in line.take(_SPACED_SHORT):
        if day := _chain(line, match.span(), [match[1], match[2]], {"/"}, order):
            yield day
    whole = _WHOLE.fullmatch(line.folded)
    if whole and (day := _chain(line, whole.span(1), list(whole.groups()), {"/"}, order)):
        line.blank(*whole.span())
        yield day


def _chain(line: Line, span: Span, numbers: list[str], marks: set[str], order: str) -> CalendarDay | None:
    """The date that a chain of numbers is; None for scores, fractions, telephone and document numbers."""
    sizes = "".join(str(min(len(number), 5)) for number in numbers)
    if _is_part_of_a_word(line, span, sizes):
        return None
    if len(marks) > 1:
        _refuse_range(sizes)
        return None
    mark = marks.pop()
    if re.fullmatch(r"[12][12]4|4[12][12]|[12][12]2", sizes) or (order == "YMD" and re.fullmatch("2[12][12]", sizes)):
        return _three(numbers, mark, order, span)
    if re.fullmatch(r"[12]4|4[12]", sizes):
        return _month(line, numbers, mark, span)
    if re.fullmatch(r"[12][12]", sizes):
        return _two(line, numbers, mark, order, span)
    return None


def _is_part_of_a_word(line: Line, span: Span, sizes: str) -> bool:
    """v1.2.2021, l4/12/2021, 14/12/20Z1, 34/2021/QH14, 12-3-2021-KH: a letter that touches, or a document's series.

    Where the day is short of three numbers, a mark that touches is the rest of a form: ../03/2023, 15/3/.
    """
    before, after = line.folded[: span[0]], line.folded[span[1] :]
    if re.search(r"(?:^|[^a-z])[a-z]$", before) or re.match(r"/\s?[a-z]|-[a-z]+(?:[/-]|$)", after):
        return True
    if _BLANK.match(after) or (len(sizes) == 2 and (_TOUCHED.search(before) or re.match(r"/(?!\s)", after))):
        return True
    return bool(re.match(r"[a-z](?![a-z])" if sizes.endswith("4") else r"[a-z]|%", after))


def _refuse_range(sizes: str) -> None:
    """10-12/5/2024, 30/4-1/5, tháng 7-8/2021: a range, or nobody can say; other mixtures are no dates."""
    if re.fullmatch(r"[12][12][124]?[124]?[124]?[124]?", sizes):
        raise Refusal(Reason.TWO_DATES)


def _three(numbers: list[str], mark: str, order: str, span: Span) -> CalendarDay | None:
    first, second, third = map(int, numbers)
    short = len(numbers[0]) < 4 and len(numbers[2]) < 4
    if len(numbers[0]) == 4 or (order == "YMD" and short):
        year, month, day = first, second, third
    elif order == "YMD":
        raise Refusal(Reason.IMPOSSIBLE)
    elif order == "MDY":
        year, month, day = third, first, second
    else:
        year, month, day = third, second, first
    return checked(CalendarDay(year, month, day, Strength.MARKED if short else Strength.FULL, span, short))


def _month(line: Line, numbers: list[str], mark: str, span: Span) -> CalendarDay | None:
    """08/2023 and 2023-08; 2010-11 may be a school year, 34/2021 a document, and no month has an hour."""
    year_first = len(numbers[0]) == 4
    year, month = (int(numbers[0]), int(numbers[1])) if year_first else (int(numbers[1]), int(numbers[0]))
    if mark == "." or _is_timed(line, span) or not 1 <= month <= 12 or not 1900 <= year <= 2099:
        return None
    if _MARK.search(line.folded[: span[0]]) or (year_first and mark == "-" and month == year % 100 + 1):
        raise Refusal(Reason.AMBIGUOUS)
    return CalendarDay(year, month, None, Strength.BARE, span)


def _is_timed(line: Line, span: Span) -> bool:
    """Whether a time, a weekday or a part of the day stands right beside."""
    return bool(_TIME_BEFORE.search(line.folded[: span[0]]) or _TIME_AFTER.match(line.folded, span[1]))


def _follows_day_word(line: Line, span: Span) -> bool:
    """Chủ nhật 12.3, sáng 9.5: a weekday or a part of the day before, and nothing counted after."""
    return bool(_DAY_WORD.search(line.whole[: span[0]]) and _ENDS.match(line.folded, span[1]))


def _two(line: Line, numbers: list[str], mark: str, order: str, span: Span) -> CalendarDay | None:
    timed = _is_timed(line, span)
    # A bare 24/7 is around the clock.
    marked = bool(_MARK.search(line.folded[: span[0]]))
    if not marked and not (mark == "/" or (mark == "-" and timed) or (mark == "." and _follows_day_word(line, span))):
        return None
    first, second = map(int, numbers)
    month, day = (first, second) if order == "MDY" else (second, first)
    if not (marked or timed) and _COUNTED.search(line.folded[: span[0]]):
        return None
    if not marked and (month > 12 or day > 31 or 0 in (month, day)):
        return None
    strength = Strength.MARKED if marked or timed else Strength.BARE
    if strength is Strength.BARE and (day, month) == (24, 7):
        raise Refusal(Reason.AMBIGUOUS)
    return checked(CalendarDay(None, month, day, strength, span))
