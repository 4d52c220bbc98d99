"""What of a text is compared with others: the folded words of its prose, their five-word runs, and a sample of these.

Prose are the paragraphs that end as sentences do, and long ones: headlines in a row, menus, results and price tables
are none, nor are lists of headlines with teasers. A run (shingle) is five folded words one after another, as a number
of 63 bits that is the same on every machine.

The sample is chosen by place: of every `WINDOW` runs one after another the smallest number is kept (winnowing). So two
texts that share `WINDOW` + 4 words in a row share a kept run, and a short text that stands whole in a long one is not
lost by bad luck, as it is where every sixteenth number is kept: of a 60-word text a third would share fewer than three.
A text of few runs keeps `LEAST`, so that short ones are found after edits too.
"""

import re
import sys
from array import array
from collections.abc import Iterator
from functools import cached_property, lru_cache
from hashlib import blake2b
from heapq import nsmallest
from typing import NamedTuple

import msgspec

RUN = 5
"""Words of a run."""
WINDOW = 15
"""Runs of which one is kept: an eighth of all. See docs/copies.md for what 7, 15 and 31 find and cost."""
LEAST = 16
"""Runs that a text keeps at least."""
SHORTEST = 20
"""Words of the shortest prose that is compared."""
NUMBERS = 0.35
"""Share of numbers from which a text is a table (lottery, prices), whatever its punctuation."""
_LONG = 40
"""Words from which a paragraph is prose without a full stop: headlines have up to thirty."""

_STOPS, _CLOSERS = (".", "!", "?", "…", ":"), "\"”’')»]" + "".join(filter(str.isspace, map(chr, range(0x3001))))
"""What ends a sentence, and what may follow before its paragraph ends."""
_SECOND = re.compile(r"""[.!?…]["”’')»]*\s+\S""")
_TOKEN = re.compile(r"\d+(?:[.,:/-]\d+)+(?!\w)|\w+|[“”\"«»]")
_MARKS = '“”"«»'
_AROUND = ".,;:!?()"
"""What stands around words and is part of none."""
_NO_DIGITS = bytes({*range(256)} - {*b"0123456789"})
_BASE = 0x9E3779B97F4A7C15
_MOST = 1 << 16
"""Words of which the number is known without being computed again."""
_SQUARE = pow(_BASE, 2, 1 << 64)
_LANE = 128
"""Bits of a word where the words of a text are one long number: a product of two of 64 bits has room."""
_OPENS, _CLOSES = "“«", "”»"


class Sample(NamedTuple):
    """The runs by which a text is found, how many of them were chosen by place, and how many it has."""

    runs: frozenset[int]
    placed: int
    of: int


class Reading(msgspec.Struct, frozen=True, dict=True):
    """The prose of one text. `words` are folded; a number with its points and strokes is one of them."""

    words: list[str]
    quoted: list[bool]
    """Whether each word stands between quotation marks."""

    @cached_property
    def runs(self) -> list[int]:
        """The number of the run that begins at each word but the last four; none where there is nothing to compare."""
        return [] if self.nothing else _runs(self.words)

    @cached_property
    def every(self) -> frozenset[int]:
        """The different runs."""
        return frozenset(self.runs)

    @cached_property
    def numbers(self) -> list[int]:
        """Where numbers stand."""
        return [at for at, word in enumerate(self.words) if is_number(word)]

    @cached_property
    def between(self) -> list[tuple[tuple[str, ...], str]]:
        """Each number with the two words on either side, numbers among them told as #."""
        words = ["", "", *self.words, "", ""]
        for at in self.numbers:
            words[at + 2] = "#"
        return [((words[at], words[at + 1], words[at + 3], words[at + 4]), self.words[at]) for at in self.numbers]

    @cached_property
    def sample(self) -> Sample:
        """The runs by which the text is found."""
        runs = self.runs
        placed = set(_least(runs)) if len(runs) > WINDOW else {min(runs)} if runs else set()
        more = nsmallest(LEAST, self.every) if len(placed) < LEAST else ()
        return Sample(frozenset(placed.union(more)), len(placed), len(runs))

    @property
    def nothing(self) -> str:
        """Why it is not compared; empty where it is."""
        if len(self.words) < SHORTEST:
            return f"{len(self.words)} words of prose; it takes {SHORTEST}"
        most = len("".join(self.words).encode().translate(None, _NO_DIGITS))  # looking at each costs many times as much
        if most >= NUMBERS * len(self.words) and len(self.numbers) >= NUMBERS * len(self.words):
            return f"a table of numbers: {len(self.numbers)} of {len(self.words)} words"
        return ""


def reading(folded: str) -> Reading:
    """The prose of a folded text, its paragraphs apart by blank lines."""
    words: list[str] = []
    quoted: list[bool] = []
    for paragraph in _prose(folded.split("\n\n")):
        found = _tokens(paragraph)
        if not any(map(paragraph.__contains__, _MARKS)):
            words += found
            quoted += [False] * len(found)
            continue
        within = False  # a quotation is closed at the latest where its paragraph ends
        for token in found:
            if token == '"':
                within = not within
            elif token in _OPENS or token in _CLOSES:
                within = token in _OPENS
            else:
                words.append(token)
                quoted.append(within)
    return Reading(words, quoted)


read = lru_cache(maxsize=128)(reading)
"""`reading`, remembered for who compares a text with many."""


def _tokens(paragraph: str) -> list[str]:
    """What `_TOKEN` finds; most words stand between spaces and stops, and need no search."""
    found: list[str] = []
    for piece in paragraph.split():
        if piece.isalnum() or (piece := piece.strip(_AROUND)).isalnum():
            found.append(piece)
        else:
            found += _TOKEN.findall(piece)
    return found


def _prose(paragraphs: list[str]) -> Iterator[str]:
    """The paragraphs that are prose. A single sentence between two headlines is a teaser in a list of them."""
    are = [p.rstrip(_CLOSERS).endswith(_STOPS) or p.count(" ") >= _LONG for p in paragraphs]
    for at, paragraph in enumerate(paragraphs):
        if are[at]:
            alone = at and not are[at - 1] and not any(are[at + 1 : at + 2])
            if not alone or _SECOND.search(paragraph):
                yield paragraph


def is_number(word: str) -> bool:
    """Whether a word holds a digit."""
    return not word.isalpha() and any("0" <= c <= "9" for c in word)


def _least(runs: list[int]) -> list[int]:
    """The least of every `WINDOW` neighbours, of which there are more; each place once.

    One is the least of all windows that hold it until a smaller one comes in, or it falls out itself: so the next
    place is found without looking at the windows between.
    """
    found, least, at, last = list[int](), 0, -1, len(runs) - WINDOW
    start = 0
    while start <= last:
        if at < start:
            window = runs[start : start + WINDOW]
            least = min(window)
            at = start + WINDOW - 1 - window[::-1].index(least)  # where it stands last
        found.append(least)
        coming = runs[start + WINDOW : at + WINDOW]
        if coming and min(coming) < least:
            for step, run in enumerate(coming, start + WINDOW):
                if run < least:
                    least, at, start = run, step, step - WINDOW + 1
                    break
        else:
            start = at + 1
    return found


def _runs(words: list[str]) -> list[int]:
    """A polynomial over the words' own numbers, of which the highest bit is left out.

    All runs are computed at once: the words are the lanes of one long number, of which pairs are made, of these fours,
    and of these runs. That takes half of the time of going from run to run.
    """
    count = max(0, len(words) - RUN + 1)
    own, low = int.from_bytes(b"".join(map(_NUMBERS.__getitem__, words)), "little"), _low(len(words).bit_length())
    pairs = own * _BASE + (own >> _LANE) & low
    fours = pairs * _SQUARE + (pairs >> 2 * _LANE) & low
    runs = fours * _BASE + (own >> 4 * _LANE)
    told = array("Q", ((runs & low) >> 1).to_bytes(_LANE // 8 * len(words), "little"))
    if sys.byteorder == "big":
        told.byteswap()
    return told[: 2 * count : 2].tolist()


@lru_cache
def _low(size: int) -> int:
    """The lower half of so many lanes as `size` bits can count."""
    return int.from_bytes((b"\xff" * 8 + bytes(8)) * (1 << size), "little")


class _Numbers(dict[str, bytes]):
    """The words' own numbers, as lanes, of as many as were read since it was full."""

    def __missing__(self, word: str) -> bytes:
        if len(self) >= _MOST:
            self.clear()
        number = self[word] = blake2b(word.encode(), digest_size=8).digest()[::-1] + bytes(8)
        return number


_NUMBERS = _Numbers()
