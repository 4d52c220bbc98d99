"""A sample of an archive's texts, and in how many of them a term stands.

The texts are read anew for every question, so that what other connections write counts at once; what is kept is only
how they were last spelt, one sample a process, and that depends on nothing but the texts.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from functools import lru_cache

import msgspec

from archive.store import Archive
from archive.terms import joined

SAMPLE = 100
"""Articles of the sample, spread over the archive; up to twice as many where they cannot be spread evenly."""
_TEXTS = """
SELECT id, coalesce(title, '') || char(10) || text AS said FROM articles
WHERE id IN (SELECT value FROM json_each(?)) ORDER BY id
"""


def known(archive: Archive, number: int, last: int, terms: Iterable[str]) -> tuple[Counter[str], int]:
    """In how many articles of the sample each term stands, and how many these are: the one with this `number` is left
    out. `last` is the highest number of the archive."""
    numbers = list(range(1, last + 1, max(1, last // SAMPLE)))
    rows = list(archive.rows(_TEXTS, (msgspec.json.encode(numbers).decode(),)))
    sample = _sample_of(tuple(row["said"] for row in rows))
    but = sum(1 << at for at, row in enumerate(rows) if row["id"] == number)
    return Counter({term: sample.holding(term, but) for term in terms}), len(rows) - but.bit_count()


class Sample:
    """Texts as they are searched for terms; `texts` as they are kept."""

    def __init__(self, texts: tuple[str, ...]) -> None:
        self._spelt = [joined(text) for text in texts]
        self._all = (1 << len(texts)) - 1
        found: dict[str, int] = defaultdict(int)
        for at, text in enumerate(self._spelt):
            for syllable in set(text.split()):
                found[syllable] |= 1 << at
        self._with = dict(found)

    def holding(self, term: str, but: int = 0) -> int:
        """In how many texts the term stands; those whose bits are set in `but` do not count."""
        bits = self._all & ~but
        for syllable in term.split():
            bits &= self._with.get(syllable, 0)
        if " " not in term:
            return bits.bit_count()
        return sum(f" {term} " in self._spelt[at] for at in _places(bits))


@lru_cache(maxsize=1)
def _sample_of(texts: tuple[str, ...]) -> Sample:
    """The sample of these texts: the last one is kept, for an archive changes less often than it is asked."""
    return Sample(texts)


def _places(bits: int) -> Iterator[int]:
    """The numbers of the bits that are set."""
    while bits:
        lowest = bits & -bits
        yield lowest.bit_length() - 1
        bits ^= lowest
