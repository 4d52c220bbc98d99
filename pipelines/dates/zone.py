"""Time zones: GMT+7 means +07:00 here, as every Vietnamese paper means it, never POSIX's −07:00."""

import re
from datetime import timedelta

from pipelines.dates.line import TAKEN, Line
from pipelines.dates.outcome import Reason, Refusal
from pipelines.dates.time_of_day import LOCAL

_OFFSET = re.compile(
    r"(?<![a-z])(?:gmt|utc|g\.m\.t\.?|u\.t\.c\.?|mui gio(?= ?\+))\s*"
    r"(?:(?P<sign>\+\s*|-)(?P<h>\d{1,2})(?::?(?P<m>\d{2}))?(?![\d/])|(?P<bare>0?7)(?!\d|\s?[/.:-]\s?\d|[hg]))?(?![a-z])"
)
_PLUS = re.compile(r"(?<=[\s(])\+(?P<h>\d{2}):?(?P<m>\d{2})(?![\d/:])")
# RFC 822 and the neighbours' abbreviations.
_SHORT = {
    "ict": 7, "wib": 7, "est": -5, "edt": -4, "cdt": -5, "pst": -8, "pdt": -7, "cet": 1, "cest": 2, "msk": 3,
    "sgt": 8, "hkt": 8, "jst": 9, "kst": 9,
}  # fmt: skip
_LONG = {
    "indochina time": 7, "gio dong duong": 7, "asia/ho_chi_minh": 7, "asia/saigon": 7, "asia/bangkok": 7,
    "mui gio viet nam": 7, "gio viet nam": 7, "gio vn": 7, "gio ha noi": 7, "gio quoc te": 0, "gio bac kinh": 8,
    "gio tokyo": 9, "gio seoul": 9,
}  # fmt: skip
_NAMED = re.compile(
    rf"(?:theo )?(?<![a-z])(?P<long>{'|'.join(_LONG)})(?![a-z])"
    rf"|(?:(?<=[\d'(\[{TAKEN}])|(?<=[\d'){TAKEN}] )|(?<=[ap]m ))(?P<short>{'|'.join(_SHORT)})(?![a-z])"
)
# CST, IST and BST each mean several zones.
_UNKNOWN = re.compile(
    r"(?<=\d) ?\(?(?:cst|ist|bst|ast)(?![a-z])"
    r"|(?<![a-z])(?:theo gio(?![a-z])|gio dia phuong|gio mien dong"
    r"|gio (?:my|phap|nga|uc|duc|nhat|han|london|paris|moscow)(?![a-z]))"
)


def offset_of(hours: str, minutes: str | None, negative: bool = False) -> timedelta:
    """The offset that `hours` and `minutes` say; refused outside −12:00 … +14:00."""
    offset = timedelta(hours=int(hours), minutes=int(minutes or 0)) * (-1 if negative else 1)
    if not timedelta(hours=-12) <= offset <= timedelta(hours=14) or int(minutes or 0) > 59:
        raise Refusal(Reason.ZONE)
    return offset


def take_zones(line: Line) -> set[timedelta]:
    """Take every named zone out of `line`; the offsets they stand for. Refused: a zone nobody can place."""
    offsets = {_offset(match) for match in line.take(_OFFSET)}
    offsets |= {offset_of(match["h"], match["m"]) for match in line.take(_PLUS)}
    for match in line.take(_NAMED):
        offsets.add(timedelta(hours=_LONG[match["long"]] if match["long"] else _SHORT[match["short"]]))
    if _UNKNOWN.search(line.folded):
        raise Refusal(Reason.ZONE)
    return offsets


def _offset(match: re.Match[str]) -> timedelta:
    if match["bare"]:
        return LOCAL
    return offset_of(match["h"] or "0", match["m"], (match["sign"] or "").startswith("-"))
