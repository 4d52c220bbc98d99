"""What a reader asked for, read from the address, and the errors that a page answers with."""

import re
from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from archive.room.words import LANGUAGES

_SPANS = (
    re.compile(r"(?P<y>\d{4})(?:-(?P<m>\d{1,2})(?:-(?P<d>\d{1,2}))?)?"),
    re.compile(r"(?:(?:(?P<d>\d{1,2})[/.-])?(?P<m>\d{1,2})[/.-])(?P<y>\d{4})"),
)
"""A year, month or day: as ISO 8601 has it, and as Vietnamese readers write it."""
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
        found = next((match for span in _SPANS if (match := span.fullmatch(said))), None)
        if found is None:
            raise Wrong("wrong_day", said=said)
        try:
            return _end(found, last=last)
        except ValueError:
            raise Wrong("wrong_day", said=said) from None


def _end(found: re.Match[str], *, last: bool) -> str:
    """The first day of a span, or its last. ValueError where there is no such day."""
    year, month, day = int(found["y"]), found["m"], found["d"]
    in_year = int(month) if month else 12 if last else 1
    in_month = int(day) if day else monthrange(year, in_year)[1] if last else 1
    return date(year, in_year, in_month).isoformat()
