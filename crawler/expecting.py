"""What a lead of a topic's crawl is expected to bring: from its words, where it stood, and what such leads brought.

The words of a link tell by how much likelier they are on an article of the topic than on any other (`Titles`). Where it
stood tells how many links there lead to articles of the topic at all; a first guess of that (`RATES`) is corrected by
what came of the leads that were followed, for each kind of place and for each list (`Expecting.shift`). Pure.
"""

import math
from bisect import bisect_right
from collections.abc import Iterable, Mapping

from archive.leads import Yield
from archive.relevance import Profile, damping
from archive.terms import WEIGHTS, clauses, runs
from config.fold import fold, is_marked

RATES: Mapping[str, float] = {
    "seed": 0.99, "again": 0.99, "topic": 0.8, "related": 0.55, "inline": 0.6, "tag": 0.5, "search": 0.4, "wish": 0.5,
    "beside": 0.06, "section": 0.04, "feed": 0.04, "sitemap": 0.03,
}  # fmt: skip
"""Part of the links at a place that lead to articles of the topic; `beside` are those of articles of other topics."""
GAINS: Mapping[str, float] = {
    "search": 4.0, "topic": 5.0, "tag": 2.0, "sitemap": 1.2, "index": 1.0, "feed": 0.7, "section": 0.6,
}  # fmt: skip
"""Articles of the topic, not known yet, that a list leads to."""
STUBBORN = 2.0
"""Finds that a first guess counts for."""
FADING = 0.8
"""What a list's next page brings, beside the page before."""
_EDGES = (0.001, 0.03, 0.08, 0.15, 0.25, 0.4, 0.6, 0.85, 1.2, 1.8)
_OF_ALL = (0.66, 0.12, 0.08, 0.05, 0.035, 0.02, 0.012, 0.008, 0.006, 0.005, 0.004)
_OF_TOPIC = (0.03, 0.03, 0.05, 0.07, 0.09, 0.12, 0.14, 0.14, 0.13, 0.11, 0.09)
"""How headlines are spread over those edges before any was seen."""


class Words:
    """How much a few words are of a topic: the weights of its terms that they hold, marked or not."""

    def __init__(self, profile: Profile) -> None:
        self._marked = profile.terms | profile.phrases
        self._plain: dict[str, float] = {}
        for term, weight in self._marked.items():
            plain = fold(term)
            self._plain[plain] = max(weight, self._plain.get(plain, weight))

    def weigh(self, said: str) -> float:
        """The relevance of `said` as a headline, 1 being much: it is taken as one however short it is."""
        weights = self._marked if is_marked(said) else self._plain
        found = {term for clause in clauses(said) for term in runs(clause) if term in weights}
        share = WEIGHTS["title"] / (WEIGHTS["title"] + damping(0))
        return share * sum(weights[term] for term in found)


class Titles:
    """How the headlines of the topic, and all that were seen, are spread over weights."""

    def __init__(self, all_seen: Mapping[int, float], of_topic: Mapping[int, float]) -> None:
        """Counts by `bin_of` the headlines' weights."""
        every, own = _spread(all_seen, _OF_ALL, 60), _spread(of_topic, _OF_TOPIC, 6)
        self._odds: list[float] = []
        for bin, (one, other) in enumerate(zip(own, every, strict=True)):
            odds = math.log(one / other)
            self._odds.append(max(odds, self._odds[bin - 1]) if bin else odds)

    def odds(self, weight: float) -> float:
        """The logarithm of by how much likelier a headline of this weight is of the topic."""
        return self._odds[bin_of(weight)]


def bin_of(weight: float) -> int:
    """The class of a headline's weight."""
    return bisect_right(_EDGES, weight)


def _spread(counts: Mapping[int, float], first: Iterable[float], stubborn: float) -> list[float]:
    total = sum(counts.values()) + stubborn
    return [(counts.get(bin, 0.0) + stubborn * part) / total for bin, part in enumerate(first)]


def probability(rate: float, *odds: float) -> float:
    """`rate` as it is after what else speaks for it or against it, in logarithms of odds."""
    rate = min(max(rate, 0.001), 0.999)
    return 1 / (1 + math.exp(-(math.log(rate / (1 - rate)) + sum(odds))))


def shift(known: Yield | None) -> float:
    """What leads brought, beside what was expected of them: a logarithm of odds, 0 before anything came of any."""
    return math.log((known.found + STUBBORN) / (known.followed + STUBBORN)) if known else 0.0
