"""Weekdays beside a date: Thứ Năm, thứ 5, T5, Th 5, CN, Chúa nhật, Thursday; ordinals ("lần thứ 5") are none."""

import re

from pipelines.dates.line import TAKEN, Line
from pipelines.dates.outcome import Reason, Refusal
from pipelines.dates.words import ENGLISH_MONTH, ENGLISH_WEEKDAYS, WEEKDAYS, either

# "kỳ họp thứ 5", "lần thứ hai", "năm thứ 3": counted things.
_COUNTED = frozenset(
    "lan hop ky phien nghi khoa hoi tap cap hang tri vong bai he xep dung nam tuan thang so vi top mua tran hiep dot"
    " chuong phan ca ban nguoi con vu liep truong doan the lop giai cuoc cuon quyen tang".split()
)
_MONTH = ENGLISH_MONTH.replace("?P<en>", "?:")
_NEXT_DAY = (
    rf"(?=[\s,.:({TAKEN}-]*(?:ngay |mung |mong |hoi |luc |vao )*"
    rf"(?:(?:thang|thg|{_MONTH})[\s.]|th\.? ?\d"
    rf"|\d{{1,2}}\s?[/.-]\s?\d|\d{{1,2}},? ?(?:th|{_MONTH})|\d{{4}}[/.-]|{TAKEN}))"
)
_FULL = re.compile(
    rf"(?<![a-z])thu\s?(?!\d (?:{_MONTH}))(?P<n>{either(WEEKDAYS)})(?![\da-z])(?! muoi|[/.]\d)"
    rf"|(?<![a-z])thu\s(?P<none>[0189]|mot|tam|chin)(?![\da-z]){_NEXT_DAY}"
    r"|(?<![a-z])(?P<sun>chu ?nhat|chua ?nhat|chu ?nhut)(?![a-z])"
)
_SHORT = re.compile(
    rf"(?<![a-z-])(?<!\d )(?:t|th)\.? ?(?P<n>[2-7])(?![\da-z]){_NEXT_DAY}(?!\s?[,/-]?\s?\d{{4}}(?![\d/.-]))"
    rf"|(?<![a-z-])(?P<sun>cn|chn)(?![a-z])\.?{_NEXT_DAY}"
    r"|(?<=\d{4})[\s,(-]+(?:t(?P<n2>[2-7])|(?P<sun2>cn))(?![\da-z/])"
)
_ENGLISH = re.compile(
    r"(?<![a-z])(?P<en>monday|tuesday|wednesday|thursday|friday|saturday|sunday)(?![a-z])"
    rf"|(?:^|(?<=[,|(\[:-])|(?<=[,|(\[:-] )|(?<=on )|(?<=at )|(?<=[\d{TAKEN}] ))"
    rf"(?P<short>mon|tues?|wed|thurs?|thu|fri|sat|sun)(?![a-z])\.?"
    rf"(?=[\s,.{TAKEN}-]*(?:\d|{_MONTH}))"
)


def take_weekdays(line: Line) -> set[int]:
    """Take every weekday out of `line`; Monday is 0."""
    days: set[int] = set()
    for match in list(_FULL.finditer(line.folded)):
        line.blank(*match.span())
        if (day := _full(line, match)) is not None:
            days.add(day)
    for match in line.take(_SHORT):
        number = match["n"] or match["n2"]
        days.add(int(number) - 2 if number else 6)
    for match in line.take(_ENGLISH):
        days.add(ENGLISH_WEEKDAYS.index((match["en"] or match["short"])[:3]))
    return days


def _full(line: Line, match: re.Match[str]) -> int | None:
    """The day that "thứ …" names; None for an ordinal and for thứ tự. Refused: thứ 8, no day of the week."""
    if match["sun"]:
        return 6
    before = re.search(r"([a-z]+)\s*$", line.folded[: match.start()])
    start = match.start()
    if not line.means((start, start + 3), "thứ") or (before and before[1] in _COUNTED):
        return None
    if match["none"]:
        raise Refusal(Reason.WEEKDAY)
    if line.raw[slice(*match.span("n"))] in ("tự", "từ", "bà", "bá"):
        return None
    return WEEKDAYS[match["n"]]
