"""Whether two articles read like one: what their titles, dates and texts say. Pure.

Thresholds: unrelated articles of one paper share at most a fifth of the shorter one's five-word runs, moved ones
nearly all; a daily column (prices, lottery, weather) shares up to 0.94 with yesterday's, so there the date, the
numbers in the text and a higher share decide (SITES.md 8; DESIGN.md, Copies).
"""

import re
from collections.abc import Sequence
from functools import cached_property, lru_cache
from typing import NamedTuple

from archive.facts import Record
from config.fold import fold

RUN = 5
EDITED, MOVED, SAME = 0.6, 0.9, 0.97
"""Shares of the shorter text's runs that stand in the longer: one article edited, moved, and as good as unchanged."""
HINTED = 0.3
"""What suffices beside an equal title, where the paper itself says that two addresses are one article's."""
SHORT = 20
"""Words below which an equal text says little beside an equal title."""
_WORD = re.compile(r"\w+")
_NUMBER = re.compile(r"\d+")
_STATED = ("json-ld", "meta", "selector", "url")
_PRECISE = {"minute": 16, "hour": 13, "day": 10}
"""How much of a moment, `YYYY-MM-DDTHH:MM`, its precision vouches for."""


class Face:
    """What one state of an article says of itself."""

    def __init__(self, record: Record) -> None:
        self._record = record
        self.title = plain(record.title or "")
        self.day = record.published[:10] if record.published else None

    @cached_property
    def words(self) -> list[str]:
        """The words of the text, without marks."""
        return _WORD.findall(fold(self._record.text))

    @cached_property
    def runs(self) -> frozenset[tuple[str, ...]]:
        """Its five-word runs; of a shorter text the whole."""
        return frozenset(tuple(self.words[at : at + RUN]) for at in range(max(len(self.words) - RUN + 1, 1)))

    @cached_property
    def numbers(self) -> frozenset[str]:
        """The numbers in the text."""
        return frozenset(_NUMBER.findall(self._record.text))

    @cached_property
    def moment(self) -> str:
        """When it was published, as far as that is vouched for; "" for no day. What only a feed says is a day."""
        length = _PRECISE.get(self._record.published_precision or "", 0)
        if self._record.published_from not in _STATED:
            length = min(length, 10)
        return (self._record.published or "")[:length]


class Likeness(NamedTuple):
    """How far two states agree."""

    title: bool
    text: float
    """Share of the shorter text's runs that stand in the longer."""
    numbers: float
    """The same of its numbers."""
    day: bool | None
    """Whether they were published on one day; None where either does not say."""
    moment: int
    """How much of the publication moments agrees: letters of `YYYY-MM-DDTHH:MM`, 0 where they differ."""
    words: int
    """Of the shorter text."""
    same: bool
    """Whether both texts are the same words."""


@lru_cache(maxsize=65_536)
def plain(title: str) -> str:
    """A title as it is compared: words without marks."""
    return " ".join(_WORD.findall(fold(title)))


def likeness(one: Face, other: Face) -> Likeness:
    """How far two states agree."""
    length = min(len(one.moment), len(other.moment))
    return Likeness(
        title=bool(one.title) and one.title == other.title,
        text=_share(one.runs, other.runs) if one.words and other.words else 0.0,
        numbers=_share(one.numbers, other.numbers),
        day=one.day == other.day if one.day and other.day else None,
        moment=length if length and one.moment[:length] == other.moment[:length] else 0,
        words=min(len(one.words), len(other.words)),
        same=one.words == other.words,
    )


def borne_out(seen: Likeness) -> bool:
    """Whether what a paper's canonical link or redirect says may be believed.

    Papers lead from deleted articles to others, and templates print wrong canonical links; a fixed address of a daily
    column shows another text in the evening. So days must not differ; where the moments are not the same, or not
    known, title, text and numbers must agree; where only the day of one is known, the numbers must.
    """
    if seen.day is False:
        return False
    if not seen.moment:
        return seen.title and seen.text >= MOVED and seen.numbers >= MOVED
    is_near = seen.text >= EDITED or (seen.title and seen.text >= HINTED)
    return is_near and (seen.moment == 16 or seen.numbers >= MOVED)


def is_move(seen: Likeness) -> bool:
    """Whether title, date and text alone show one article: what decides where the paper leaves no trace of the move.

    To the minute nine tenths of text and numbers suffice; with only the day of one of them, all numbers must be there
    and the text be as good as unchanged, for a column may come out twice a day.
    """
    if not seen.title or not seen.moment:
        return False
    if seen.moment == 16:
        return seen.text >= MOVED and seen.numbers >= MOVED
    return seen.text >= SAME and seen.numbers == 1 and seen.words >= SHORT


def is_same(seen: Likeness) -> bool:
    """Whether two addresses of one scheme without ids show one article: everything agrees, to the minute."""
    return seen.title and seen.moment == 16 and seen.same and seen.words >= SHORT


def reads_alike(one: Record, other: Record) -> bool:
    """Whether two states of an article, at two of its addresses, say the same in two layouts."""
    return plain(one.title or "") == plain(other.title or "") and Face(one).words == Face(other).words


def _share(one: frozenset[object], other: frozenset[object]) -> float:
    short = min(len(one), len(other))
    return len(one & other) / short if short else 1.0


def best(ones: Sequence[Face], others: Sequence[Face]) -> list[Likeness]:
    """The likenesses of every state of one article with every state of another."""
    return [likeness(one, other) for one in ones for other in others]
