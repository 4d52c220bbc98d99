"""How an article ends: who signs it and where it was taken from, printed as its last lines."""

import re
from collections.abc import Iterable

import msgspec

from pipelines.people import Byline, byline, is_position
from pipelines.walk import Line

_LAST = 6
"""Lines from the end in which a signature is looked for."""
_LONGEST = 200
_FOOTNOTE = re.compile(
    r"(?:\(\d{1,3}(?:, ?\d{1,3})*\)|\[\d{1,3}\]|\(?\*{1,3}\)?)\s*\S|(?:chú thích|ghi chú|tài liệu tham khảo)\s*:?$",
    re.I,
)


class Signature(msgspec.Struct):
    """What the closing lines say: persons who signed, and the paper or agency the text was taken from."""

    authors: list[str] = []
    credit: str | None = None


def signature(lines: list[Line]) -> tuple[list[Line], Signature]:
    """`lines` without the signature at their end, and what it says.

    The office that stands under a name goes with it: it is neither text nor an author. Footnotes may follow a
    signature, and a note or two one that is set to the right.
    """
    end = _before_footnotes(lines)
    cut, signed = _last_lines(lines[:end])
    kept = lines[:cut]
    if not signed.authors and (early := _set_apart(kept)):
        kept = kept[: early.start] + kept[early.stop :]
        _add(signed, map(_said, lines[early.start : early.stop]))
    return kept + lines[end:], signed


def _before_footnotes(lines: list[Line]) -> int:
    """Where the footnotes at the end begin: journals print theirs under the signature, at times dozens."""
    end = len(lines)
    while end and _FOOTNOTE.match(lines[end - 1].text):
        end -= 1
    return end


def _last_lines(lines: list[Line]) -> tuple[int, Signature]:
    """Where the signature begins that is the end of `lines`, and what it says."""
    cut, signed = len(lines), Signature()
    said: dict[int, Byline | None] = {}
    for at in range(len(lines) - 1, max(len(lines) - 1 - _LAST, -1), -1):
        line = lines[at]
        if len(line.text) > _LONGEST or line.kind == "table":
            break
        said[at] = _said(line)
        if _may_sign(line) and said[at] is not None:
            cut = at
        elif not (line.side == "right" or is_position(line.text)):
            break
    _add(signed, [said[at] for at in range(cut, len(lines))])
    return cut, signed


def _set_apart(lines: list[Line]) -> range | None:
    """The lines of a signature set to the right with only a note or two below it, offices included."""
    first = max(len(lines) - _LAST, 0)
    last = next((n for n in range(len(lines) - 1, first - 1, -1) if _signs_right(lines[n])), None)
    if last is None:
        return None
    start = stop = last
    while start > first and _signs_right(lines[start - 1]):
        start -= 1
    while stop + 1 < len(lines) and lines[stop + 1].side == "right" and is_position(lines[stop + 1].text):
        stop += 1
    return range(start, stop + 1)


def _signs_right(line: Line) -> bool:
    return line.side == "right" and len(line.text) <= _LONGEST and _said(line) is not None


def _said(line: Line) -> Byline | None:
    return byline(line.text, placed=line.side == "right" or line.bold > 0.95)


def _add(signed: Signature, sayings: Iterable[Byline | None]) -> None:
    """What the lines of a signature say, to what is known of it."""
    for said in filter(None, sayings):
        signed.authors += [a for a in said.authors if a not in signed.authors]
        signed.credit = signed.credit or said.credit


def _may_sign(line: Line) -> bool:
    """Whether `line` is set as a signature is: at the right, in bold or italics, or as a plain short last line."""
    return line.side == "right" or (line.kind in ("p", "note", "h") and not line.text.endswith(("?", "!", ":")))
