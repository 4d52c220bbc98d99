"""The time of day in a text: 12:07, 15h30, 5g30, 11:1', 7 giờ kém 15, 2 giờ rưỡi chiều, 2:28:00 CH, 24h."""

import re
from datetime import timedelta

from pipelines.dates.line import TAKEN, Line
from pipelines.dates.outcome import Reason, Refusal
from pipelines.dates.time_of_day import Clock
from pipelines.dates.words import NUMBERS, PART_SPELLINGS, PARTS, either
from pipelines.dates.zone import offset_of

PART = either(PARTS)
"""Pattern of a part of the day."""
# Sa Pa, Sa Đéc and CH Séc are places, not SA and CH.
_HALF = r"(?P<half>[ap]\. ?m\.?|[ap]m|sa(?! ?(?:pa|dec|huynh|thay|vi)\b)|ch(?! ?(?:sec|czech|phap|dan chu)\b))(?![a-z])"
_SAID = rf"(?:\s?{_HALF}|\s?,?\s?(?:buoi )?(?P<part>{PART})(?![a-z]))?"
_BEFORE = rf"(?:(?<![a-z])(?:buoi )?(?P<first>{PART})\s?,?\s?(?:luc |vao luc |vao )?:?)?"
_OFFSET = r"(?:\s?\(?(?:(?P<sign>[+-])(?P<oh>\d{1,2})(?::?(?P<om>\d{2}))?(?!\d|[/.-]\d)|(?P<zulu>z)(?![a-z]))\)?)?"
_MINUTE_MARK = r"(?:\s?(?:'|phut|ph|p(?!\. ?m)|m)(?![a-z]))"
_SECOND_MARK = r"(?:\s?(?:\"|''|giay|s)(?![a-z]))"
# 5h 14/12, 5 giờ 14-12-2021, 5 giờ 14 tháng 12: those minutes are the day (but not in 5h14 Tháng 12 14, 2021).
_MONTH_FIRST = r"\s?(?:\d{1,2}|[a-z]+(?: [a-z]+)?)[\s,]+\d{1,2}[\s,]+\d{4}"
_NOT_A_CHAIN = r"(?!\d|/\d|\.\d{1,2}\.|-\d{1,2}-\d)"
_NOT_A_DAY = (
    r"(?!\d|/\d|\s/\s?\d{1,2}\s?(?:/\s?(?:\d{4}|\d\d(?!\d|\s?/))|$)|\.\d|-\d{1,2}-\d"
    rf"|\s?(?:thang|thg)(?![a-z])(?!{_MONTH_FIRST}))"
)

_HOURS = NUMBERS | {"khong": 0}
_COLON = re.compile(
    rf"{_BEFORE}(?<![\d:/.])(?P<h>\d{{1,2}})(?::(?P<mi>(?>\d{{1,2}})){_NOT_A_CHAIN}|(?<!\d-\d\d)\s?:\s?(?P<mi2>\d{{2}}){_NOT_A_DAY})"
    rf"(?:\s?:\s?(?P<s>\d{{1,2}})(?!\d)(?:[.,]\d{{1,9}})?(?!\d){_SECOND_MARK}?)?{_OFFSET}"
    rf"{_MINUTE_MARK}?(?:\s?(?:gio|h)(?![a-z]))?{_SAID}"
)
_LETTER = re.compile(
    rf"{_BEFORE}(?<![\d:/.,])(?P<h>\d{{1,2}})\s?(?P<unit>gio|h|g)(?![a-z])"
    r"(?!\s?(?:truoc|sau|nua|lien|dong ho)(?![a-z]))"
    rf"(?:\s?(?P<kem>kem|thieu)\s?(?P<less>\d{{1,2}}|{either(NUMBERS)})(?!\w){_MINUTE_MARK}?|\s?(?P<ruoi>ruoi)(?![a-z])"
    rf"|\s?[:.]?\s?(?P<mi>(?>\d{{1,2}})){_NOT_A_DAY}"
    rf"(?:{_MINUTE_MARK}(?:\s?(?P<s>\d{{1,2}}){_SECOND_MARK})?|:(?P<s2>\d{{2}})(?!\d))?)?{_SAID}"
)
_WORDS = re.compile(
    rf"(?<![a-z])(?:(?P<first>{PART}) (?:luc )?)?(?P<luc>(?:luc|hoi|vao) )?(?P<hw>{either(_HOURS)}) gio(?![a-z])"
    rf"(?: (?P<kem>kem|thieu) (?P<less>\d{{1,2}}|{either(NUMBERS)})(?!\w){_MINUTE_MARK}?| (?P<ruoi>ruoi)"
    rf"| (?P<miw>{either(NUMBERS)})(?: phut|(?= (?:ngay|{PART}))))?(?![a-z]){_SAID}"
)
_HALF_PAST = re.compile(
    rf"{_BEFORE}(?<![\d:/.,])(?:(?P<h>\d{{1,2}})|(?<![a-z])(?P<hw>{either(_HOURS)})) (?P<ruoi>ruoi)(?![a-z]){_SAID}"
)
_HALF_ONLY = re.compile(r"(?<![\d:/.,-])(?P<h>\d{1,2})\s?(?P<half>[ap]\. ?m\.?|[ap]m)(?![a-z])")
_DOTTED_HALF = re.compile(rf"(?<![\d:/.,])(?P<h>\d{{1,2}})\.(?P<mi>[0-5]\d)\s?{_HALF}")
_DOTTED = re.compile(
    r"(?:^|(?<=luc )|(?<=hoi )|(?<=vao )|(?<=\d{4} )|(?<=\d{4}, )|(?<=- )|(?<=\| ))"
    r"(?P<h>\d{1,2})\.(?P<mi>[0-5]\d)(?![\d.])"
    r"(?:\s?(?:gio|h)(?![a-z])|(?=\s?[,|-]?\s?(?:ngay|thu|chu nhat|t[2-7]|\d{1,2}[/-]\d))|(?=\W*$))"
)

_LOOSE_PART = re.compile(
    rf"(?<![a-z])(?:buoi )?(?P<part>{PART})"
    rf"(?=\s?,?\s?(?:ngay|hom|mung|mong|{TAKEN}|\d{{1,2}}\s?[/.-]\s?\d|\d{{1,2}} thang))"
)
_DAY_AFTER = re.compile(rf"\s?,?\s?(?:ngay(?![a-z])|\d{{1,2}}[/.-]\d|{TAKEN})")
_DAY_BEFORE = re.compile(r"\d[/.-]\d{2,4}[\s,.|-]*$")


def take_clocks(line: Line) -> list[Clock]:
    """Take every time of day out of `line`. Refused: hours that do not exist, and a contradicted SA or CH."""
    found = [_colon(line, match) for match in line.take(_COLON)]
    found += [clock for match in line.take(_LETTER) if (clock := _letter(line, match))]
    found += [clock for match in line.take(_WORDS) if (clock := _worded(line, match))]
    found += [clock for match in line.take(_HALF_PAST) if (clock := _worded(line, match))]
    found += [_clock(line, match, int(match["h"]), int(match["mi"])) for match in line.take(_DOTTED_HALF)]
    found += [_clock(line, match, int(match["h"]), None) for match in line.take(_HALF_ONLY)]
    if not found:
        found = [Clock(int(m["h"]), int(m["mi"]), 0, None) for m in line.take(_DOTTED) if int(m["h"]) < 24]
    return found


def take_parts(line: Line) -> list[str]:
    """Take the parts of the day that stand before a date ("chiều 14-12") out of `line`."""
    found = [(match, part_in(line, match, "part")) for match in _LOOSE_PART.finditer(line.folded)]
    for match, part in found:
        if part:
            line.blank(*match.span())
    return [part for _, part in found if part]


def hour_in(part: str, hour: int) -> int:
    """`hour` as the 24-hour clock has it in `part` of the day; refused when no reading or two fit."""
    if hour == 24 and part in ("toi", "dem", "khuya"):
        return hour
    fits = {hour, hour + 12 if hour < 12 else hour} & PARTS[part]
    if len(fits) != 1:
        raise Refusal(Reason.MERIDIEM)
    return fits.pop()


def part_in(line: Line, match: re.Match[str], group: str) -> str | None:
    """The part of the day that `group` of `match` names, None for tôi, đem and other look-alikes."""
    if not match[group] or match[group] not in PARTS:
        return None
    return match[group] if line.means(match.span(group), *PART_SPELLINGS) else None


def _hour(half: str, hour: int) -> int:
    """The 24-hour reading beside AM/SA or PM/CH: 24h.com.vn writes "15:54 PM", .NET "2:28 CH", both are meant."""
    if half[0] in "as":
        if hour > 12:
            raise Refusal(Reason.MERIDIEM)
        return hour % 12
    if hour == 0:
        raise Refusal(Reason.MERIDIEM)
    return hour + 12 if hour < 12 else hour


def _clock(line: Line, match: re.Match[str], hour: int, minute: int | None, second: int = 0) -> Clock:
    """The checked time of `match`, its half or part of the day applied."""
    if not 0 <= hour <= 24 or (minute or 0) > 59 or second > 59 or (hour == 24 and (minute or second)):
        raise Refusal(Reason.IMPOSSIBLE)
    groups = match.groupdict()
    half = groups.get("half")
    if half and not line.means(match.span("half"), half):
        half = None
    if half:
        return Clock(_hour(half, hour), minute, second, None)
    for group in ("first", "part"):
        if groups.get(group) and (part := part_in(line, match, group)):
            hour = _half_day(part, hour) if group == "part" and ":" in match[0] else hour_in(part, hour)
    return Clock(hour, minute, second, None)


def _half_day(part: str, hour: int) -> int:
    """`hour` where sáng and chiều may stand for AM and PM: WordPress writes "12:05 sáng" and "9:10 chiều"."""
    if part in ("sang", "chieu") and 1 <= hour <= 12:
        return hour % 12 + (12 if part == "chieu" else 0)
    return hour_in(part, hour)


def _colon(line: Line, match: re.Match[str]) -> Clock:
    clock = _clock(line, match, int(match["h"]), int(match["mi"] or match["mi2"]), int(match["s"] or 0))
    if match["zulu"]:
        return clock._replace(offset=timedelta(0))
    if not match["sign"]:
        return clock
    if match["sign"] == "-" and not match["s"] and not match[0].endswith(f" -{match['oh']}{match['om']}"):
        raise Refusal(Reason.TWO_DATES)
    return clock._replace(offset=offset_of(match["oh"], match["om"], match["sign"] == "-"))


def _letter(line: Line, match: re.Match[str]) -> Clock | None:
    """A time written with h, g or giờ; None when it is a name ("Tin 24h", "mạng 5G") or a span ("sau 2 giờ")."""
    hour, minute = int(match["h"]), _minute(line, match)
    if minute is None and not _is_hour(line, match):
        return None
    if match["less"] and line.means(match.span("kem"), "kém", "thiếu"):
        hour, minute = hour - 1, _minutes_before(minute)
    return _clock(line, match, hour, minute, int(match["s"] or match["s2"] or 0))


def _minutes_before(minute: int | None) -> int:
    if not 1 <= (minute or 0) <= 59:
        raise Refusal(Reason.IMPOSSIBLE)
    return 60 - (minute or 0)


def _minute(line: Line, match: re.Match[str]) -> int | None:
    groups = match.groupdict()
    if groups.get("ruoi"):
        return 30
    if word := groups.get("less") or groups.get("miw") or groups.get("mi"):
        return int(word) if word.isdigit() else NUMBERS[word]
    return None


def _is_hour(line: Line, match: re.Match[str]) -> bool:
    before, after = line.folded[: match.start()].rstrip(), line.folded[match.end() :]
    word = re.search(r"[a-z]+$", before)
    if match["first"] or match["part"] or match["half"]:
        return True
    day_follows = bool(_DAY_AFTER.match(after))
    if int(match["h"]) > 23:
        said = word is None or word[0] in ("luc", "den", "vao", "hoi", "truoc")
        return said and (int(match["h"]) == 24 or day_follows)
    if match["unit"] == "g":
        beside = day_follows or bool(_DAY_BEFORE.search(before))
        return beside and (word is None or word[0] in ("luc", "hoi", "vao", "khoang"))
    if word and word[0] in ("hon", "gan"):
        return day_follows
    return word is None or word[0] not in ("sau", "trong", "suot", "moi", "them", "mat", "ca")


def _worded(line: Line, match: re.Match[str]) -> Clock | None:
    """A time in words, only where a word beside it says that it is one: "một giờ" is a span."""
    groups = match.groupdict()
    if not (_DAY_AFTER.match(line.folded[match.end() :]) or groups.get("luc") or groups["first"] or groups["part"]):
        return None
    hour, minute = _HOURS[groups["hw"]] if groups["hw"] else int(groups["h"]), _minute(line, match)
    if groups.get("less"):
        hour, minute = hour - 1, _minutes_before(minute)
    return _clock(line, match, hour, minute)


def one_clock(clocks: list[Clock], zones: set[timedelta]) -> Clock | None:
    """The one time of day that all of `clocks` are, in the one zone of `zones`; None when none is said."""
    if not clocks:
        return None
    if len({(clock.hour, clock.minute or 0) for clock in clocks}) > 1:
        raise Refusal(Reason.TWO_DATES)
    offsets = zones | {clock.offset for clock in clocks if clock.offset is not None}
    if len(offsets) > 1:
        raise Refusal(Reason.ZONE)
    best = max(clocks, key=lambda clock: (clock.minute is not None, clock.second))
    return best._replace(offset=offsets.pop() if offsets else None)
