"""What a reader asked for, read from the address, and the errors that a page answers with."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from archive.room.words import LANGUAGES
from archive.store import Archive

_DAY = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})|(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})|(\d{4})|(\d{1,2})[/.-](\d{4})")
MOST = 10_000
"""The highest page, and the highest number of any kind that an address may hold."""


class Missing(Exception):
    """What was asked for is not in the archive: 404. The argument is a key of the words, more are its values."""

    def __init__(self, key: str, **values: object) -> None:
        super().__init__(key)
        self.key, self.values = key, values


class Wrong(Missing):
    """The address asks for what cannot be: 400."""


@dataclass(frozen=True)
class Ask:
    """One request: the values of its address, and the language."""

    path: Mapping[str, str]
    """What the route's pattern caught, decoded."""
    args: Mapping[str, str]
    """The first value of each name in the query."""
    lang: str = LANGUAGES[0]
    given: dict[str, Any] = field(default_factory=dict)
    """What the page needed that no reader can answer, such as the papers' health."""

    def text(self, name: str) -> str:
        """A value of the query without blanks around it, at most a thousand letters."""
        return self.args.get(name, "").strip()[:1000]

    def number(self, name: str, default: int, most: int = MOST) -> int:
        """A whole number from 1 to `most`. Raises `Wrong`."""
        said = self.text(name)
        if not said:
            return default
        if not (said.isascii() and said.isdecimal() and 1 <= int(said) <= most):
            raise Wrong("wrong_number", name=name, said=said, most=most)
        return int(said)

    def choice(self, name: str, among: tuple[str, ...]) -> str:
        """One of `among`; the first where nothing is said. Raises `Wrong`."""
        said = self.text(name) or among[0]
        if said not in among:
            raise Wrong("wrong_choice", name=name, said=said, among=", ".join(among))
        return said

    def day(self, name: str, *, last: bool = False) -> str | None:
        """A day as `YYYY-MM-DD`: so written, or day first; of a month or year its first day, or its `last`."""
        said = self.text(name)
        if not said:
            return None
        found = _DAY.fullmatch(said)
        if found is None:
            raise Wrong("wrong_day", said=said)
        y, m, d, d2, m2, y2, year, m3, y3 = found.groups()
        numbers = (y or y2 or year or y3, m or m2 or m3 or ("12" if last else "1"), d or d2 or ("31" if last else "1"))
        whole = bool(d or d2)
        told = "{:04d}-{:02d}-{:02d}".format(*map(int, numbers))
        if not _stands(told, whole):
            raise Wrong("wrong_day", said=said)
        return told


def _stands(day: str, whole: bool) -> bool:
    """Whether there is such a day; of a month's 31st it is enough that there is the month."""
    from datetime import date

    try:
        date.fromisoformat(day if whole else f"{day[:8]}01")
    except ValueError:
        return False
    return True


Question = Any
"""A function of (Archive, Room, Ask) that answers plain data."""
__all__ = ["Archive", "Ask", "Missing", "Question", "Wrong"]
