"""The differences between two states of an article, passage by passage and word by word.

Words are what blanks part, which in Vietnamese are syllables. A passage is compared with the one that it became, so an
edited paragraph reads as one paragraph with marked words, and a new one as new.
"""

import difflib
import html
import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

from archive.facts import Record

FIELDS = ("kicker", "title", "lead", "blocks", "captions", "authors", "credit", "published")
"""What counts as content of an article, in the order in which it is read."""
LISTED = ("blocks", "captions", "authors")
"""The fields of several passages; the others are compared whole, however unlike."""
ALIKE = 0.4
"""Two passages are one, edited, when they share this part of their words."""
MOST_PAIRS = 2_500
"""A rewritten stretch with more pairs of passages than this is told as taken out and put in."""
MOST_STEPS = 2_000_000
"""Two lists whose comparison would take more than so many steps, about a second, are told as taken out and put in."""
LINKING = 1
"""A single kept word between two changes is told as changed too: it makes a diff hard to read."""

Sign = Literal[" ", "-", "+"]
Runs = tuple[tuple[Sign, str], ...]


@dataclass(frozen=True)
class Change:
    """One changed passage of one field; `words` are (sign, text) in reading order, kept words included."""

    field: str
    words: Runs

    def plain(self, around: int = 8) -> str:
        """One line: `[-old-]` and `{+new+}`, with up to `around` kept words on each side of a change."""
        return self.marked({" ": "{}", "-": "[-{}-]", "+": "{{+{}+}}"}, around)

    def marked(self, marks: dict[Sign, str], around: int, shown: Callable[[str], str] = str) -> str:
        """The passage with each run in its mark, a format string, and its words as `shown` gives them."""
        last = len(self.words) - 1
        return " ".join(
            marks[sign].format(shown(text if sign != " " else _near(text.split(), around, at > 0, at < last)))
            for at, (sign, text) in enumerate(self.words)
        )

    def html(self) -> str:
        """The whole passage with `<del>` and `<ins>`, escaped."""
        whole = 1_000_000
        return self.marked({" ": "{}", "-": "<del>{}</del>", "+": "<ins>{}</ins>"}, whole, html.escape)


def changes(before: Record, after: Record) -> Iterator[Change]:
    """What differs between two states, field by field, passage by passage."""
    for field in FIELDS:
        old, new = _passages(before, field), _passages(after, field)
        for tag, a, b, c, d in _opcodes(old, new):
            if tag != "equal":
                alone = field not in LISTED and b > a and d > c
                for one, other in [(old[a], new[c])] if alone else _pairs(old[a:b], new[c:d]):
                    yield Change(field, tuple(word_diff(one, other)))


def word_diff(before: str, after: str) -> Iterator[tuple[Sign, str]]:
    """The words of two texts as (sign, text) runs: kept " ", taken out "-", put in "+"."""
    old, new = re.findall(r"\S+", before), re.findall(r"\S+", after)
    for kept, a, b, c, d in _stretches(old, new):
        if kept:
            yield " ", " ".join(old[a:b])
            continue
        if b > a:
            yield "-", " ".join(old[a:b])
        if d > c:
            yield "+", " ".join(new[c:d])


def _stretches(old: list[str], new: list[str]) -> Iterator[tuple[bool, int, int, int, int]]:
    """(kept, from, to, from, to) of the stretches of two lists of words, alternately kept and changed."""
    found: list[tuple[bool, int, int, int, int]] = []
    opcodes = _opcodes(old, new)
    for at, (tag, a, b, c, d) in enumerate(opcodes):
        kept = tag == "equal" and not (b - a <= LINKING and 0 < at < len(opcodes) - 1)
        if found and not kept and not found[-1][0]:
            _, a, _, c, _ = found.pop()
        found.append((kept, a, b, c, d))
    return iter(found)


def _opcodes(old: list[str], new: list[str]) -> list[tuple[str, int, int, int, int]]:
    """What became of `old`, as `difflib` tells it: it looks, more than once, at every pair of equal members."""
    others = Counter(new)
    if sum(count * others[one] for one, count in Counter(old).items()) > MOST_STEPS:
        return [("equal" if old == new else "replace", 0, len(old), 0, len(new))]
    told: list[tuple[str, int, int, int, int]] = []
    told.extend(difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes())
    return told


def _pairs(old: list[str], new: list[str]) -> Iterator[tuple[str, str]]:
    """The passages of a rewritten stretch, in order, each beside what it became; "" where there is none."""
    rest = 0
    for text, place in zip(old, _places(old, new), strict=True):
        if place is not None:
            yield from (("", added) for added in new[rest:place])
            rest = place + 1
        yield text, "" if place is None else new[place]
    yield from (("", added) for added in new[rest:])


def _places(old: list[str], new: list[str]) -> list[int | None]:
    """Which of `new` each of `old` became: the pairs, in order, that share the most words between them."""
    if len(old) * len(new) > MOST_PAIRS:
        return [None] * len(old)
    words = [[Counter(text.split()) for text in side] for side in (old, new)]
    likeness = [[_likeness(one, other) for other in words[1]] for one in words[0]]
    best = [[0.0] * (len(new) + 1) for _ in range(len(old) + 1)]
    for i in reversed(range(len(old))):
        for j in reversed(range(len(new))):
            best[i][j] = max(best[i + 1][j], best[i][j + 1], best[i + 1][j + 1] + likeness[i][j])
    found: list[int | None] = []
    j = 0
    for i in range(len(old)):
        while j < len(new) and best[i][j] == best[i][j + 1]:
            j += 1
        paired = j < len(new) and best[i][j] > best[i + 1][j]
        found.append(j if paired else None)
        j += paired
    return found


def _likeness(one: "Counter[str]", other: "Counter[str]") -> float:
    """The part of their words that two passages share; 0 below `ALIKE`."""
    shared = 2 * (one & other).total() / ((one.total() + other.total()) or 1)
    return shared if shared >= ALIKE else 0.0


def _near(words: list[str], around: int, after: bool, before: bool) -> str:
    """Kept words next to a change: `after` one, `before` one, or both; the rest is left out."""
    room = around * (after + before)
    if len(words) <= room:
        return " ".join(words)
    head, tail = words[: around * after], words[len(words) - around * before :] if before else []
    return " ".join([*head, "…", *tail])


def _passages(record: Record, field: str) -> list[str]:
    value = getattr(record, field)
    if field == "blocks":
        return [block.text for block in record.blocks]
    return list(value) if isinstance(value, list) else [value] if value else []
