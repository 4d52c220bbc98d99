"""Time gone by since the post: 5 giờ trước, cách đây 2 ngày, nửa tiếng trước, 2 hours ago."""

import re
from typing import NamedTuple

from pipelines.dates.line import Line
from pipelines.dates.outcome import Reason, Refusal
from pipelines.dates.words import NUMBERS, either

_UNITS = {
    "second": "giay|seconds?|secs?|s",
    "minute": "phut|ph|p|'|minutes?|mins?",
    "hour": "gio|tieng(?: dong ho)?|h|g|hours?|hrs?",
    "day": "ngay|hom|days?",
    "week": "tuan(?: le)?|weeks?",
    "month": "thang|months?",
}
_PRECISION = {"second": "minute", "minute": "minute", "hour": "hour", "day": "day", "week": "day", "month": "month"}
_COUNT = (
    r"(?:(?P<n>(?<![\d.,/:-])(?<!thu )(?<!thu)\d{1,3})"
    rf"|(?<![a-z])(?<!thu )(?P<w>{either(NUMBERS)}|nua|an?|one)(?=\s))"
)
_UNIT = "|".join(f"(?P<{name}>{spelling})" for name, spelling in _UNITS.items())
# 1h30 trước, 1h 30m trước.
_MINUTES = r"(?:(?<=\dh)\s?(?P<minutes>[0-5]?\d)\s?(?:m|p|')?(?=\s(?:truoc|ago)|\s?$))?"
_PIECE = re.compile(rf"{_COUNT}\s?(?:{_UNIT})(?![a-z])(?:\s(?P<more>ruoi)(?![a-z]))?{_MINUTES}")
_BARE_PIECE = re.sub(r"\?P<\w+>", "?:", _PIECE.pattern)
_AFTER_AGO = r"luc|vao|tai|dang|cap nhat|in |by |boi |\d{1,2}[:hg]\d"
_AGO = re.compile(
    r"(?P<since>(?<![a-z])cach (?:day|nay) (?:khoang |hon |gan |chung )?)?"
    rf"(?P<span>(?:{_BARE_PIECE}(?:\s|,|va|and)*)+)"
    rf"(?P<ago>(?:(?:ve )?truoc(?: day)?|ago)(?![a-z])(?!\s?(?!{_AFTER_AGO})[a-z\d]))?"
)


class Elapsed(NamedTuple):
    """`counts` by dateparser's unit ({"hour": 2, "minute": 15}) and the precision of the smallest unit said."""

    counts: dict[str, int]
    precision: str


def take_elapsed(line: Line) -> Elapsed | None:
    """Take "N units ago" out of `line`; refused: half a day, week or month."""
    if not re.search(r"truoc|cach|ago", line.folded):
        return None
    for match in _AGO.finditer(line.folded):
        a_day_of_a_month = line.folded[: match.start()].endswith("ngay ") and "thang" in match["span"]
        if (match["ago"] or match["since"]) and not a_day_of_a_month:
            line.blank(*match.span())
            return _counted(match["span"])
    return None


def _counted(span: str) -> Elapsed:
    counts: dict[str, int] = {}
    unit = ""
    for piece in _PIECE.finditer(span):
        unit = next(name for name in _UNITS if piece[name])
        half = piece["w"] == "nua" or bool(piece["more"])
        if half and unit != "hour":
            raise Refusal(Reason.AMBIGUOUS)
        counts[unit] = counts.get(unit, 0) + _number(piece)
        if piece["minutes"]:
            unit = "minute"
            counts[unit] = counts.get(unit, 0) + int(piece["minutes"])
        if half:
            unit = "minute"
            counts[unit] = counts.get(unit, 0) + 30
    return Elapsed(counts, _PRECISION[unit])


def _number(piece: re.Match[str]) -> int:
    if piece["n"]:
        return int(piece["n"])
    return {"nua": 0, "a": 1, "an": 1, "one": 1}.get(piece["w"], NUMBERS.get(piece["w"], 0))
