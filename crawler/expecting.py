"""What a lead of a topic's crawl is expected to bring: from its words, where it stood, and what such leads brought.

The words of a link tell by how much likelier they are on an article of the topic than on any other (`Titles`). Where it
stood tells how many links there lead to articles of the topic at all; a first guess of that (`RATES`) is corrected by
what came of the leads that were followed, for each kind of place and for each list (`calibrated`, `shift`). Pure.
"""

import math
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise

from archive.leads import Yield
from archive.relevance import Profile
from archive.terms import clauses
from config.fold import fold, is_marked

RATES: Mapping[str, float] = {
    "seed": 0.99, "again": 0.99, "part": 0.99, "topic": 0.8, "related": 0.55, "inline": 0.6, "tag": 0.5, "search": 0.4,
    "section": 0.03, "feed": 0.03, "sitemap": 0.02,
}  # fmt: skip
"""Part of the links at a place that lead to articles of the topic."""
GAINS: Mapping[str, float] = {
    "search": 1.0, "topic": 5.0, "tag": 1.5, "sitemap": 0.5, "index": 0.5, "feed": 0.4, "section": 0.3,
}  # fmt: skip
"""Articles of the topic, not known yet, that a list leads to at a paper of which nothing is known."""
HERE: Mapping[str, float] = {
    "search": 0.3, "topic": 0.0, "tag": 0.0, "sitemap": 0.2, "index": 0.1, "feed": 0.1, "section": 0.05,
}  # fmt: skip
"""And more of these for each article of the topic that the paper is known to have."""
STUBBORN = 2.0
"""Finds that a first guess counts for."""
ANYWHERE = 0.05
"""Part of all links of a paper that lead to articles of the topic: by so much a further place says more than none."""
MORE = 4
"""Further places of a link that are counted, each half as much as the one before: they are not independent."""
FADING = 0.8
"""What a list's next page brings, beside the page before."""
CUTS = (0.5, 0.75, 0.9, 0.95, 0.98, 0.995)
"""The headlines of all subjects fall into classes of this weight and less, by their parts."""
_OF_TOPIC = (0.10, 0.10, 0.15, 0.15, 0.2, 0.15, 0.15)
"""How those of the topic fall into these classes, as a first guess."""
UNSEEN = 0.3
"""Part of the topic's articles whose headlines are like the first guess, whatever was found: those with telling ones
are found first."""
SHARED = 1.0
"""What a term says of a headline at least, in logarithms of how much oftener it stands in the topic's articles than in
others: words of the section say so much, too."""
FURTHER = 0.6
"""How much each further term of a headline counts beside the one before: they are not independent."""
DECLARED = 8.0
"""What a declared phrase says of a headline, beside its weight in the topic's file."""
FEW = 30
"""Headlines below which nothing is known of how they look."""


class Words:
    """How much a few words are of a topic: the terms that they hold, marked or not.

    Of a full text all terms are summed up. A headline has ten words, half of them of its section or of all news, and
    summed up these outweigh the one that tells the topic. So here a term counts by how much rarer it is elsewhere, less
    `SHARED`; of terms that overlap those count that tell most together; and each further one counts for less.
    """

    def __init__(self, profile: Profile, parts: Mapping[str, tuple[float, float]] | None = None) -> None:
        """`parts` are the parts of the topic's articles, and of all others, that the learnt terms stand in."""
        known = parts or {}
        weights = profile.terms | profile.phrases
        told = {
            term: math.log(known[term][0] / known[term][1]) - SHARED if term in known else DECLARED * weight
            for term, weight in weights.items()
        }
        self._marked = {term: weight for term, weight in told.items() if weight > 0 or weights[term] < 0}
        self._plain: dict[str, float] = {}
        for term, weight in self._marked.items():
            plain = fold(term)
            self._plain[plain] = max(weight, self._plain.get(plain, weight))
        self._lengths = sorted({term.count(" ") + 1 for term in self._marked})

    def weigh(self, said: str) -> float:
        """How much `said` tells as a headline: 0 nothing, about 5 for one word that only the topic has."""
        weights = self._marked if is_marked(said) else self._plain
        found = {term for clause in clauses(said) for term in self._tiled(clause, weights)}
        return sum(
            weight * FURTHER**n for n, weight in enumerate(sorted(map(weights.__getitem__, found), reverse=True))
        )

    def _tiled(self, clause: Sequence[str], weights: Mapping[str, float]) -> tuple[str, ...]:
        """The terms of `clause` that do not overlap and weigh most together."""
        best: list[tuple[float, tuple[str, ...]]] = [(0.0, ())]
        for end in range(1, len(clause) + 1):
            ways = [best[end - 1]]
            for length in self._lengths:
                term = " ".join(clause[end - length : end]) if length <= end else ""
                if term in weights:
                    weight, before = best[end - length]
                    ways.append((weight + weights[term], (*before, term)))
            best.append(max(ways))
        return best[-1][1]


class Titles:
    """By how much likelier a headline is of the topic, from its weight."""

    def __init__(self, all_seen: Iterable[float], of_topic: Iterable[float]) -> None:
        """The weights of headlines of all subjects, and of those that are of the topic."""
        every, own = sorted(all_seen), list(of_topic)
        if len(every) < FEW:
            every += [0.0] * (FEW - len(every))
        self._edges = sorted({every[int(cut * len(every))] for cut in CUTS})
        parts, first = [0.0] * (len(self._edges) + 1), [0.0] * (len(self._edges) + 1)
        for part, guess, at in zip(_parts(), _OF_TOPIC, (*CUTS, 1.0), strict=True):
            middle = every[min(int((at - part / 2) * len(every)), len(every) - 1)]
            bin = self._bin(middle) if at < 1 else len(self._edges)  # above all edges are few, even if none was seen
            parts[bin] += part
            first[bin] += guess
        counts = Counter(map(self._bin, own))
        told = [(counts[bin] + STUBBORN * guess) / (len(own) + STUBBORN) for bin, guess in enumerate(first)]
        told = [(1 - UNSEEN) * one + UNSEEN * guess for one, guess in zip(told, first, strict=True)]
        self._odds = _rising(
            [math.log((one + 0.002) / (other + 0.002)) for one, other in zip(told, parts, strict=True)], parts
        )

    def odds(self, weight: float) -> float:
        """The logarithm of by how much likelier a headline of this weight is of the topic."""
        return self._odds[self._bin(weight)]

    def _bin(self, weight: float) -> int:
        return bisect_left(self._edges, weight)


def _parts() -> list[float]:
    """The part of all headlines in each class."""
    return [upto - before for before, upto in pairwise((0.0, *CUTS, 1.0))]


def _rising(values: Sequence[float], weights: Sequence[float]) -> list[float]:
    """`values` as they are when none may be less than the one before: neighbours that are take their mean."""
    pools: list[tuple[float, float, int]] = []
    for value, weight in zip(values, weights, strict=True):
        mean, mass, count = value, weight + 1e-6, 1
        while pools and pools[-1][0] > mean:
            other, more, n = pools.pop()
            mean, mass, count = (mean * mass + other * more) / (mass + more), mass + more, count + n
        pools.append((mean, mass, count))
    return [mean for mean, _, count in pools for _ in range(count)]


def probability(rate: float, *odds: float) -> float:
    """`rate` as it is after what else speaks for it or against it, in logarithms of odds."""
    return 1 / (1 + math.exp(-(_logit(rate) + sum(odds))))


def further(rates: Iterable[float]) -> float:
    """What it says of a link that it stands at further places of these rates, in logarithms of odds."""
    lifts = sorted((max(0.0, _logit(rate) - _logit(ANYWHERE)) for rate in rates), reverse=True)[:MORE]
    return sum(lift * 0.5 ** (n + 1) for n, lift in enumerate(lifts))


def shift(expected: float, found: float, followed: float) -> float:
    """By how much leads brought more than was expected of `followed` of them, in logarithms of odds; 0 of none."""
    one, other = (found + 1) / (followed + 2), (expected + 1) / (followed + 2)
    return (_logit(one) - _logit(other)) * followed / (followed + STUBBORN)


def worth(leads: Iterable[float]) -> tuple[float, int]:
    """What the best of a list's leads bring together and how many these are: so many that they and the list bring most
    finds a page. A list full of poor leads is worth no more than these."""
    best, gain = (0.0, 0), 0.0
    for count, chance in enumerate(sorted(leads, reverse=True), 1):
        gain += chance
        if gain / (1 + count) > best[0] / (1 + best[1]):
            best = gain, count
    return best


def calibrated(guess: float, known: Iterable[tuple[float, Yield]]) -> float:
    """`guess` corrected by what came of leads of which about as much was expected, each with how much it counts."""
    followed = found = 0.0
    for counts, one in known:
        followed += counts * one.followed
        found += counts * one.found
    return (found + STUBBORN * guess) / (followed + STUBBORN)


def _logit(part: float) -> float:
    part = min(max(part, 0.001), 0.999)
    return math.log(part / (1 - part))
