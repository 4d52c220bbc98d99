"""Whether one of two articles is a copy of the other, decided on both whole texts and told with its reason.

A copy may be retitled, trimmed, cluttered with boxes, corrected, or one story of several in a roundup: so what counts
is how much of the shorter text stands in the longer one, word by word. Unrelated articles share up to a fifth, mostly
formulas; copies half and more (DESIGN). docs/copies.md gives the figures behind every threshold here.
"""

import re
from typing import Literal

import msgspec

from archive.shingles import RUN, Reading
from config.fold import fold

COPY = 0.45
"""Share of the shorter text's runs that stand in the longer one, from which it is a copy."""
OWN = 0.6
"""The same within one paper, which tells what happened before in the same words again when it goes on with a story."""
WHOLE = 0.8
"""Share from which a text stands whole in the other."""
FEW = 40
"""Words that a copy shares at least, unless it stands whole in the other: a formula has fewer."""
UNQUOTED = 0.35
"""Share of what stands outside quotation marks: two reports of one speech quote the same sentences."""
INNER, EDGE = 0.3, 35
"""Share of what stands further from both ends of the shorter text than so many words: openings and closings are
formulas."""
ENOUGH = 20
"""Runs of which a share can be told."""
HALF, PIECE = 0.5, 0.4
"""A text of which less than half is another's holds that among other stories; less than two fifths is a piece."""
REPLACED, FEWEST = 1 / 2, 5
"""Share of the numbers in shared sentences that another number stands for, from which a text is another issue of a
column and no copy, and how many at least: corrections change one or two."""

Kind = Literal["whole", "trimmed", "extended", "roundup", "part"]
_DIGITS = re.compile(r"\d+(?:[.,:/-]\d+)*")
_DAY = re.compile(
    r"(.*?)(?:\b(?:hom nay|ngay mai)\b|(?<![\d.,/])(?:0?[1-9]|[12]\d|3[01])/(?:0?[1-9]|1[0-2])(?:/\d{4})?(?![\d/%])"
    r"|\bngay (?:\d{1,2}[-.]\d{1,2}(?:[-.]\d{4})?|\d{1,2} thang \d{1,2})\b)"
)
"""A title up to the first day in it. A bare 3-1 is a score."""
_WORD = re.compile(r"\w+|#")
_STRETCH = re.compile(b"\1+")
_STEM = 3
"""Words before the first number of a title that name a column: "giá vàng hôm nay 15/3"."""


_NAMED = 2
"""Words by which a title names a series."""


class Told(msgspec.Struct, frozen=True):
    """What is looked at of one article."""

    source: str
    title: str
    day: str | None
    """Of publication."""
    reading: Reading


class Likeness(msgspec.Struct, frozen=True):
    """Two articles beside each other, the one and the other in the order in which they were given."""

    why_not: str
    """Why neither is a copy; empty where one is."""
    one: float = 0.0
    """Share of the one's runs that stand in the other."""
    other: float = 0.0
    words: int = 0
    """Words of the shorter that stand in runs of the longer."""
    longest: int = 0
    """Words of the longest passage they share."""


def judge(one: Told, other: Told) -> Likeness:
    """Decide on two articles. The same whichever comes first, but for the order of the shares."""
    if why_not := _column_by_title(one, other):
        return Likeness(why_not)
    a, b = one.reading, other.reading
    if nothing := a.nothing or b.nothing:
        return Likeness(nothing)
    shares = len(a.every & b.every) / len(a.every), len(a.every & b.every) / len(b.every)
    short, long = (a, b) if len(a.every) <= len(b.every) else (b, a)
    share, least = max(shares), OWN if one.source == other.source else COPY
    if share < least:
        within = " of one paper" if least == OWN else ""
        return Likeness(f"{share:.0%} of the shorter text stands in the other{within}; it takes {least:.0%}", *shares)
    found = [run in long.every for run in short.runs]
    words, longest = _covered(found)
    return Likeness(_why_not(one, other, short, long, found, share, words), *shares, words, longest)


def kind(taken: float, left_in: float) -> Kind:
    """What a copy made of the other text, `taken` of it standing in the original, of which it left `left_in` in.

    whole: each stands in the other. roundup: the copy holds the other among other stories; part: it is a small piece
    of the other; trimmed: it left something out; extended: it added something.
    """
    if min(taken, left_in) >= WHOLE:
        return "whole"
    if taken >= left_in:
        return "part" if left_in < PIECE else "trimmed"
    return "roundup" if taken < HALF else "extended"


def shape(title: str) -> str:
    """A title without case and marks, any number for any other: what two issues of a column have in common."""
    return " ".join(_WORD.findall(_DIGITS.sub("#", fold(title))))


def series(title: str) -> str | None:
    """What the titles of all issues of a column have in common: all up to a day ("Giá vàng 15/3: …", "Thời tiết hôm nay
    …"). None for a title that names no day, or nothing before it."""
    dated = _DAY.match(fold(title))
    return shape(dated[1]) if dated and len(_WORD.findall(dated[1])) >= _NAMED else None


def _why_not(one: Told, other: Told, short: Reading, long: Reading, found: list[bool], share: float, words: int) -> str:
    """Why two texts that share enough are no copies; empty where they are."""
    if share < WHOLE and words < FEW:
        return f"{words} words in common, as a formula has; it takes {FEW}"
    if share < WHOLE and (inner := _share(found[EDGE:-EDGE])) is not None and inner < INNER:
        return f"they share their openings and closings, and {inner:.0%} of what stands between"
    free = found
    if any(short.quoted):
        free = [hit for at, hit in enumerate(found) if not any(short.quoted[at : at + RUN])]
    if (outside := _share(free)) is not None and outside < UNQUOTED:
        return f"they quote the same words, and share {outside:.0%} of the rest"
    return _column_by_numbers(one, other, short, long)


def _column_by_title(one: Told, other: Told) -> str:
    """Whether the titles alone tell two issues of one paper's column."""
    if one.source != other.source or one.title == other.title:
        return ""
    first, second = shape(one.title), shape(other.title)
    if "#" in first and first == second:
        return "issues of a recurring column: one paper, and the titles differ only in numbers"
    stem = _stem(first)
    if stem and stem == _stem(second) and one.day != other.day:
        return f"issues of a recurring column: one paper, two days, and both titles begin “{stem}”"
    return ""


def _stem(shaped: str) -> str:
    """A title's beginning up to its first number, where it is long enough to name a column."""
    before, number, _ = shaped.partition(" #")
    return f"{before}{number}" if number and len(before.split()) >= _STEM else ""


def _column_by_numbers(one: Told, other: Told, short: Reading, long: Reading) -> str:
    """Whether the same sentences hold other numbers, as the next day's issue of a column does."""
    kept, replaced = _numbers(short, long)
    title = shape(one.title)
    if one.source == other.source and title == shape(other.title) and one.day != other.day and replaced:
        return f"issues of a recurring column: one paper, one title, two days, and {replaced} numbers replaced"
    if replaced >= FEWEST and replaced >= REPLACED * (kept + replaced):
        return f"issues of a recurring column: {replaced} of {kept + replaced} numbers replaced in the same sentences"
    return ""


def _numbers(short: Reading, long: Reading) -> tuple[int, int]:
    """How many numbers of the shorter text stand in the longer one between the same words, and how many others do."""
    there: dict[tuple[str, ...], set[str]] = {}
    for around, number in long.between:
        there.setdefault(around, set()).add(number)
    kept = replaced = 0
    for around, number in short.between:
        if numbers := there.get(around):
            kept += number in numbers
            replaced += number not in numbers
    return kept, replaced


def _share(found: list[bool]) -> float | None:
    return sum(found) / len(found) if len(found) >= ENOUGH else None


def _covered(found: list[bool]) -> tuple[int, int]:
    """Words that stand in the runs that were found, and those of the longest stretch of them."""
    words = longest = upto = 0
    for stretch in _STRETCH.finditer(bytes(found)):
        start, end = stretch.start(), stretch.end() + RUN - 1
        words += end - max(start, upto)
        longest, upto = max(longest, end - start), end
    return words, longest
