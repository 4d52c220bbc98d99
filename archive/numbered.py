"""Texts as numbers, for learning from many of them at once. Pure."""

import zlib
from array import array
from collections.abc import Iterable, Mapping

import msgspec

from archive.relevance import damping
from archive.terms import Counted


class Doc(msgspec.Struct, frozen=True):
    """An article of a sample as numbers: each term's (`number_of`), and how much it is said there (0 to 1)."""

    ids: "array[int]"
    said: "array[float]"


def doc(of: Counted) -> Doc:
    """The terms of a text as numbers."""
    damp = damping(of.length)
    words = {term: count for term, count in of.counts.items() if not is_number(term)}
    return Doc(array("q", map(number_of, words)), array("f", (c / (c + damp) for c in words.values())))


def number_of(term: str) -> int:
    """The number of a term, the same in every process: what is learnt must not depend on the drawing of `hash`."""
    told = term.encode()
    return zlib.crc32(told) << 31 | zlib.adler32(told) >> 1


def relevances(terms: Mapping[str, float], docs: Iterable[Doc]) -> list[float]:
    """What `archive.relevance.judge` gives for these terms, to the rounding, for texts that are numbers already."""
    weights = {number_of(term): weight for term, weight in terms.items()}
    return [
        sum(weights[term] * said for term, said in zip(one.ids, one.said, strict=True) if term in weights)
        for one in docs
    ]


def is_number(term: str) -> bool:
    """Whether a term is made of digits alone: years and amounts tell when something happened, not what."""
    return term[0].isdigit() and term.replace(" ", "").isdigit()
