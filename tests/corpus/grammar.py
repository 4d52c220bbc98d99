"""Sentences from a stock of phrases: lists with alternatives inside alternatives, spelt out by a seeded `Voice`.

A stock file begins with `key: value` lines and goes on with lists: `@name`, then one alternative a line. In it
`[a|b|]` chooses, `{name}` takes from a list or from what the voice knows (`{chief}`, `{day}`), `{#3-900}` is a number.
"""

import re
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from random import Random
from typing import NamedTuple

HERE = Path(__file__).parent / "stock"
SENTENCES = frozenset({"fact", "past", "scene", "view"})
"""Lists of whole sentences: a full stop is put behind what is taken from them."""

_TOKEN = re.compile(r"\[|\]|\||\{[^}]*\}|[^\[\]|{}]+")
_TIDY: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern), by)
    for pattern, by in (
        (r"\s+", " "),
        (r" (?=[,.;:!?”])", ""),
        (r"(?<=“) ", ""),
        (r"[.,](?=”[,.;])", ""),
        (r"\.(?=”(?= –| [^A-ZĐÀ-Ỹ]))", ""),
        (r"([?!])\.", r"\1"),
        (r"[.,]+(?=[,;])|,(?=\.)|\.(?=\.)", ""),
    )
)
_SPACES = re.compile(r"\s+")
_START = re.compile(r"(?:^|[.?!]”? |: “|^“|[.?!,]? “)[a-zđà-ỹ]")


class Number(NamedTuple):
    """A number between two, both included."""

    low: int
    high: int


class Ref(NamedTuple):
    """What stands in a list, or what the voice knows under this name."""

    name: str


Part = "str | Number | Ref | tuple[Phrase, ...]"
Phrase = tuple[object, ...]
"""Parts in their order; a tuple among them is a choice of phrases."""


class Stock(NamedTuple):
    """One file: its `key: value` lines and its lists."""

    name: str
    facts: Mapping[str, str]
    lists: Mapping[str, tuple[Phrase, ...]]

    def listed(self, key: str) -> tuple[str, ...]:
        """The values of a line that holds several."""
        return tuple(part.strip() for part in self.facts.get(key, "").split("|") if part.strip())


def read(name: str) -> Stock:
    """The stock file of this name. `from: OTHER list list` takes lists over from another one.

    Raises ValueError, with the place, for a line that cannot be read or a list that nobody declares.
    """
    return _read(name)


@cache
def _read(name: str) -> Stock:
    facts: dict[str, str] = {}
    lists: dict[str, list[Phrase]] = {}
    at: list[Phrase] | None = None
    for number, line in enumerate((HERE / f"{name}.txt").read_text(encoding="utf-8").splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        if line.startswith("@"):
            at = lists.setdefault(line[1:].strip(), [])
        elif at is None:
            key, colon, value = line.partition(":")
            if not colon:
                raise ValueError(f"{name}.txt:{number}: neither `key: value` nor part of a list")
            facts[key.strip()] = value.strip()
        else:
            at.append(_phrase(line, f"{name}.txt:{number}"))
    whole = {key: tuple(found) for key, found in lists.items()}
    if "from" in facts:
        other, *names = facts["from"].split()
        whole = {key: read(other).lists[key] for key in names} | whole
    return Stock(name, facts, whole)


def names(kind: str) -> list[str]:
    """The stock files of a kind (`topic`, `near`, `plain`), by name."""
    found = sorted(path.stem for path in HERE.glob("*.txt") if path.stem != "common")
    return [name for name in found if read(name).facts.get("kind") == kind]


def _phrase(line: str, where: str) -> Phrase:
    """A line taken apart."""
    stack: list[list[list[object]]] = [[[]]]
    for token in _TOKEN.findall(line.strip()):
        if token == "[":
            stack.append([[]])
        elif token == "|":
            stack[-1].append([])
        elif token == "]":
            done = tuple(tuple(alternative) for alternative in stack.pop())
            if not stack:
                raise ValueError(f"{where}: a bracket is closed that was not opened")
            stack[-1][-1].append(done)
        else:
            stack[-1][-1].append(_leaf(token))
    if len(stack) != 1 or len(stack[0]) != 1:
        raise ValueError(f"{where}: a bracket is not closed, or a bar stands outside brackets")
    return tuple(stack[0][0])


def _leaf(token: str) -> object:
    if not token.startswith("{"):
        return token
    if token.startswith("{#"):
        low, high = token[2:-1].split("-")
        return Number(int(low), int(high))
    return Ref(token[1:-1].lower())


class Voice:
    """Speaks for one article: takes from the subject's lists before the common ones, and repeats itself little."""

    def __init__(self, random: Random, stocks: tuple[Stock, ...], known: Mapping[str, Callable[[], str]]) -> None:
        self._next, self._stocks, self._known = random.random, stocks, known
        self._used: set[tuple[str, int]] = set()
        self._lists: dict[str, tuple[Phrase, ...]] = {}

    def say(self, name: str) -> str:
        """One text from the list `name`, tidied: its sentences begin with capitals and are pointed."""
        return tidy(self._from(name))

    def piece(self, name: str) -> str:
        """One part of a sentence from the list `name`."""
        return _SPACES.sub(" ", self._from(name)).strip()

    def line(self, name: str, at: int) -> str:
        """The line at a place of the list `name`, tidied."""
        return tidy(self._spell(self._list(name)[at]))

    def _list(self, name: str) -> tuple[Phrase, ...]:
        if name not in self._lists:
            found = next((stock.lists[name] for stock in self._stocks if name in stock.lists), None)
            if found is None:
                raise ValueError(f"{self._stocks[0].name}: there is no list {name!r}")
            self._lists[name] = found
        return self._lists[name]

    def _from(self, name: str) -> str:
        return self._known[name]() if name in self._known else self.anew(name)

    def anew(self, name: str) -> str:
        """One alternative of the list `name`, whatever the voice knows under that name."""
        found = self._list(name)
        at = int(self._next() * len(found))
        for _ in range(3):
            if (name, at) not in self._used:
                break
            at = int(self._next() * len(found))
        self._used.add((name, at))
        made = self._spell(found[at])
        return made + "." if name in SENTENCES else made

    def _spell(self, phrase: Phrase) -> str:
        made: list[str] = []
        for part in phrase:
            if type(part) is str:
                made.append(part)
            elif type(part) is Ref:
                made.append(self._from(part.name))
            elif type(part) is Number:
                made.append(_pointed(part.low + int(self._next() * (part.high - part.low + 1))))
            else:
                made.append(self._spell(part[int(self._next() * len(part))]))  # type: ignore[arg-type,index]
        return "".join(made)


def _pointed(number: int) -> str:
    """`number` as papers print it; years and small numbers without a point."""
    return f"{number // 1000}.{number % 1000:03}" if number >= 3000 else str(number)


def tidy(text: str) -> str:
    """`text` with its spaces, points and capitals set right."""
    for pattern, by in _TIDY:
        text = pattern.sub(by, text)
    return _START.sub(lambda found: found[0][:-1] + found[0][-1].upper(), text.strip())
