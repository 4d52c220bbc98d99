"""How an article ends: who signs it and where it was taken from, printed as its last lines."""

import msgspec

from pipelines.people import byline, is_position
from pipelines.walk import Line

_LAST = 6
"""Lines from the end in which a signature is looked for."""
_LONGEST = 200


class Signature(msgspec.Struct):
    """What the closing lines say: persons who signed, and the paper or agency the text was taken from."""

    authors: list[str] = []
    credit: str | None = None


def signature(lines: list[Line]) -> tuple[list[Line], Signature]:
    """`lines` without the signature at their end, and what it says.

    The office that stands under a name goes with it: it is neither text nor an author. A note may follow a
    signature that is set to the right.
    """
    signed = Signature()
    cut = len(lines)
    for at in range(len(lines) - 1, max(len(lines) - 1 - _LAST, -1), -1):
        line = lines[at]
        if len(line.text) > _LONGEST or line.kind == "table":
            break
        found = byline(line.text) if _may_sign(line) else None
        if found is not None:
            cut = at
            signed.authors = found.authors + [a for a in signed.authors if a not in found.authors]
            signed.credit = found.credit or signed.credit
        elif not (line.side == "right" or is_position(line.text)):
            break
    near = max(cut - _LAST, 0)
    return lines[:near] + [line for line in lines[near:cut] if not _signs_early(line, signed)], signed


def _signs_early(line: Line, signed: Signature) -> bool:
    """Whether `line` is a signature with only a note or two below it; what it says is added to `signed`."""
    found = byline(line.text) if line.side == "right" and len(line.text) <= _LONGEST else None
    if found is None:
        return False
    signed.authors = found.authors + [a for a in signed.authors if a not in found.authors]
    signed.credit = signed.credit or found.credit
    return True


def _may_sign(line: Line) -> bool:
    """Whether `line` is set as a signature is: at the right, in bold or italics, or as a plain short last line."""
    return line.side == "right" or (line.kind in ("p", "note", "h") and not line.text.endswith(("?", "!", ":")))
