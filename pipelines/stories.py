"""Telling how many different stories some articles are: copies, updates and a column's daily issues count once.

Two articles are one story where at least `SAME` of the shorter one's five-word runs stand in the other (DESIGN:
unrelated articles of one paper share at most a fifth, copies half and more, daily columns nearly all), or where their
titles differ only in numbers.
"""

import re
from collections.abc import Sequence
from functools import cached_property

from config.fold import fold

SAME = 0.3
MOST = 40
"""Articles that are compared with one another, the newest."""
_RUN = 5
_WORD = re.compile(r"\w+")
_NUMBER = re.compile(r"\d+")


class Stories:
    """Articles by their number, with their titles and texts (what recurs left out)."""

    def __init__(self, titles: Sequence[str], texts: Sequence[str]) -> None:
        self._titles, self._texts = titles, texts

    def among(self, articles: Sequence[int]) -> int:
        """How many different stories the first `MOST` of these articles are."""
        found: list[int] = []
        for article in articles[:MOST]:
            if not any(self._same(article, other) for other in found):
                found.append(article)
        return len(found)

    def _same(self, one: int, other: int) -> bool:
        title = self._keys[one]
        if title and title == self._keys[other]:
            return True
        a, b = self._runs(one), self._runs(other)
        short = min(len(a), len(b))
        return len(a & b) >= SAME * short if short else False

    @cached_property
    def _keys(self) -> list[str]:
        return [_NUMBER.sub("#", " ".join(_WORD.findall(fold(title)))) for title in self._titles]

    @cached_property
    def _known(self) -> dict[int, frozenset[int]]:
        return {}

    def _runs(self, article: int) -> frozenset[int]:
        """The five-word runs of an article; numbers count as equal."""
        if article not in self._known:
            words = _NUMBER.sub("#", fold(self._texts[article])).split()
            runs = (hash(tuple(words[at : at + _RUN])) for at in range(max(len(words) - _RUN + 1, 0)))
            self._known[article] = frozenset(runs)
        return self._known[article]
