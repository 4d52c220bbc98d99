"""Prints of one story among texts that are numbers: several papers run the same agency's text, cut and retitled.

Three prints of one story are one example of a topic, not three: word for word they share what is of the event more than
of the topic. `archive.copies` finds copies exactly; here a sample of the terms is enough. Pure.
"""

from collections.abc import Iterable, Sequence

from archive.numbered import Doc

SAMPLED = 16
"""One term of so many is compared."""
LEAST = 12
"""Terms to compare below which a text, of some 70 syllables, is too short to tell."""
SAME = 0.6
"""Part of the shorter one's terms that two prints share at least. Texts of one subject share up to 0.3: its words, and
the words that all texts have."""


class Prints:
    """Which of `docs` are prints of one story; what was compared once is remembered."""

    def __init__(self, docs: Sequence[Doc]) -> None:
        self._docs = docs
        self._sampled: dict[int, frozenset[int]] = {}
        self._same: dict[tuple[int, int], bool] = {}

    def stories(self, places: Iterable[int]) -> list[list[int]]:
        """`places` by the stories that stand there, each with the earliest first."""
        found: list[list[int]] = []
        for place in sorted(places):
            story = next((one for one in found if self._are_same(one[0], place)), None)
            if story is None:
                found.append([place])
            else:
                story.append(place)
        return found

    def _are_same(self, one: int, other: int) -> bool:
        if (one, other) not in self._same:
            a, b = self._terms(one), self._terms(other)
            least = min(len(a), len(b))
            self._same[one, other] = least >= LEAST and len(a & b) > SAME * least
        return self._same[one, other]

    def _terms(self, place: int) -> frozenset[int]:
        if place not in self._sampled:
            self._sampled[place] = frozenset(term for term in self._docs[place].ids if (term >> 31) % SAMPLED == 0)
        return self._sampled[place]
