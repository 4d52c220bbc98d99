"""Learning a topic's terms from a few articles: what is frequent in them, and rare in others.

A term's weight is the log-odds of standing in an article of the topic against standing in any other. A few examples
say little of a topic, so what is like them is learnt from too, step by step: the articles of a sample that are surely
of the topic, then those that are like these. What an article itself taught is never what it is judged by: it is judged
by weights that were learnt without it (cross-fitting), or each would seem to be of the topic more than any other one.
The bound between topic and rest lies in the valley between the two heaps that the sample then shows.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

import msgspec

from archive.numbered import Doc, doc, is_number, number_of
from archive.prints import Prints
from archive.relevance import USUAL
from archive.terms import LONGEST, Counted, clauses, runs

SUPPORT = 1.35
"""Examples that a term stands in at least: an example counts 1, an article that was found to be like them `LIKE`."""
SHARE = 0.02
"""And part of all examples, so that what belongs to one event is no term of the topic."""
LIKE = 0.7
MOST_TERMS = 300
TYPICAL = 0.02
"""Part of all articles that are of a topic, to weigh how many of those with a term are."""
LEAST = 0.5
"""Log-odds from which a term says anything."""
GROWTH = 2
"""By so much the examples may grow in a step, the surest first. From three examples four times as many at once took
in a neighbouring topic: what is twelfth by two or three articles is a guess."""
SPREAD = 1.5
"""They are taken evenly from so many times as many of the surest."""
STEPS, FOLDS = 8, 5
LOW, HIGH = 0.5, 1.0
GROWING, LAST = 0.75, 0.6
"""The bound is looked for between these parts of the examples' middle relevance, the nearer to the third the rather."""
PRIOR = 300
"""Articles that the general background counts for."""

AGREE, PHRASE = 8, 8
"""From so many examples on, of terms that stand in the very same ones so many weigh in full; more of them grow together
only as the root of their number does, for they are hardly independent."""

Background = Mapping[str, float]
"""Parts of general news in which terms stand."""


class Learnt(msgspec.Struct, frozen=True):
    """What was learnt. With `terms` an article is of the topic from a sum of 1."""

    terms: dict[str, float]
    parts: dict[str, tuple[float, float]]
    """The part of the topic's articles that each term stands in, and the part of all others."""
    found: frozenset[int]
    """The places in the sample of what is taken to be of the topic."""
    sure: float
    """How far apart the topic and the rest are: relevance of the middle example, learnt without it."""


def learn(
    seeds: Sequence[Counted],
    sample: Sequence[Doc],
    read: Callable[[int], Counted],
    *,
    known: Iterable[int] = (),
    background: Background | None = None,
    headlines: Iterable[str] = (),
    room: int = MOST_TERMS,
    steps: int = STEPS,
) -> Learnt | None:
    """The terms of the topic of `seeds`, against `sample`, most of which is of other topics.

    `read` gives the terms of an article of the sample by its place there; `known` are places of articles that are taken
    to be of the topic to begin with. `headlines` are those of whatever the papers write, which tell of their words what
    neither a small sample nor the background does. None where there is no example, or nothing that the examples have in
    common.
    """
    every = [*sample, *map(doc, seeds)]
    own = range(len(sample), len(every))
    examples = dict.fromkeys(own, 1.0) | dict.fromkeys(known, LIKE)
    if not examples:
        return None
    first = len(examples)
    made, left = _Model(every, background or {}, _known_to(background or {}, seeds), headlines), set[int]()
    for step in range(steps):
        weights, honest = made.fit(examples, [n for n in range(len(sample)) if n not in examples and n not in left])
        if not weights:
            return None
        scores = made.scores(range(len(every)), weights)
        judged = [honest[n] for n in made.first]
        middle = _middle(judged)
        shown = [honest.get(n, scores[n]) for n in range(len(every))]
        if step == 0 and not known:
            bound = 0.8 * math.sqrt(middle * _middle(scores[n] for n in own))
        else:
            bound = _valley(shown, _low(judged), LAST if step == steps - 1 else GROWING)
        like = sorted((n for n in range(len(sample)) if shown[n] >= bound), key=lambda n: -shown[n])
        most = round(GROWTH ** (step + 1) * first) if step < steps - 1 else len(like)
        examples = dict.fromkeys(own, 1.0) | dict.fromkeys(_spread(like[: round(SPREAD * most)], most), LIKE)
        left = set(like) - examples.keys()
    named = _named(weights, seeds, (read(n) for n in examples if n < len(sample)))
    scale = max(bound, 1e-9)
    top = sorted(named, key=lambda term: -named[term])[:room]
    terms = {term: round(named[term] / scale, 4) for term in top}
    parts = {term: made.parts[number_of(term)] for term in terms}
    return Learnt(terms, parts, frozenset(like), middle / scale)


class _Model:
    """Weights of terms, fitted to examples."""

    def __init__(
        self, docs: Sequence[Doc], background: Background, known: float = 1.0, headlines: Iterable[str] = ()
    ) -> None:
        """`known` is the part of the examples' syllables that the background knows."""
        self._docs = docs
        self._general = {number_of(term): part for term, part in background.items()}
        self._prior = PRIOR * known**LONGEST if background else 0.0
        self._told, self._headlines = _told(headlines)
        self._prints = Prints(docs)
        self.parts: dict[int, tuple[float, float]] = {}
        """Of the terms fitted last: the part of the topic's articles that has one, and the part of all others."""
        self.first: list[int] = []
        """Of the examples fitted last: the first of each story."""
        self._shared: dict[int, float] = {}

    def fit(self, examples: Mapping[int, float], others: Sequence[int]) -> tuple[dict[int, float], dict[int, float]]:
        """The weights, and the score of each example by weights that were fitted without its story."""
        stories = self._prints.stories(examples)
        weighed = _once(examples, stories)
        there = self._count(weighed)
        wanted = {term for term, count in there.items() if count >= SUPPORT} if len(stories) > 1 else set(there)
        beside = Counter[int]()
        for n in others:
            beside.update(wanted.intersection(self._docs[n].ids))
        self._shared = self._formulas(wanted, stories)
        said = self._said(wanted, weighed)
        weights = self._weights(there, said, sum(weighed.values()), beside, len(others))
        parts = self.parts
        honest: dict[int, float] = {}
        folds = min(FOLDS, len(stories))
        for fold in range(folds if folds > 1 else 0):
            held = {n: weighed[n] for story in stories[fold::folds] for n in story}
            less, unsaid = self._count(held), self._said(wanted, held)
            rest = {term: there[term] - less.get(term, 0.0) for term in wanted}
            still = {term: said[term] - unsaid.get(term, 0.0) for term in wanted}
            part = self._weights(rest, still, sum(weighed.values()) - sum(held.values()), beside, len(others))
            honest |= self.scores(held, part)
        self.parts = parts
        self.first = [story[0] for story in stories]
        return weights, honest or self.scores(examples, weights)

    def scores(self, places: Iterable[int], weights: Mapping[int, float]) -> dict[int, float]:
        """The score of each document."""
        found = {}
        for n in places:
            one = self._docs[n]
            found[n] = sum(
                weights[term] * said for term, said in zip(one.ids, one.said, strict=True) if term in weights
            )
        return found

    def _count(self, examples: Mapping[int, float]) -> dict[int, float]:
        found: dict[int, float] = defaultdict(float)
        for n, weight in examples.items():
            for term in self._docs[n].ids:
                found[term] += weight
        return found

    def _said(self, wanted: set[int], examples: Mapping[int, float]) -> dict[int, float]:
        """How much the terms are said in all examples together."""
        found: dict[int, float] = defaultdict(float)
        for n, weight in examples.items():
            one = self._docs[n]
            for term, much in zip(one.ids, one.said, strict=True):
                if term in wanted:
                    found[term] += weight * much
        return found

    def _formulas(self, wanted: set[int], stories: Sequence[Sequence[int]]) -> dict[int, float]:
        """The part of its weight that a term keeps that stands in the same stories as many others.

        A sentence that papers repeat word for word is some hundred terms, which say little more than a phrase does;
        counted each for itself they outweigh all that the topic is about. Among few examples too many agree by chance.
        """
        if len(stories) < AGREE:
            return {}
        where: dict[int, int] = defaultdict(int)
        for place, story in enumerate(stories):
            for n in story:
                for term in wanted.intersection(self._docs[n].ids):
                    where[term] |= 1 << place
        size = Counter(where.values())
        return {term: math.sqrt(PHRASE / size[there]) for term, there in where.items() if size[there] > PHRASE}

    def _weights(
        self, there: Mapping[int, float], said: Mapping[int, float], examples: float, beside: Mapping[int, int],
        others: int,
    ) -> dict[int, float]:  # fmt: skip
        """The weights of the terms that tell most. Of a few examples thousands stand in two and nowhere else; what is
        said more, or in headline and lead, is rather what they are about than what they have in common by chance."""
        least = min(max(SUPPORT, SHARE * examples), examples)
        found: dict[int, tuple[float, float, float]] = {}
        self.parts = {}
        for term, count in there.items():
            if count < least - 1e-9:  # thirds do not add up to one
                continue
            part = min(count / (examples + 0.5), 0.98)
            other = beside.get(term, 0) + self._prior * self._general.get(term, 0.0) + self._told.get(term, 0.0)
            rest = (other + 0.5) / (others + self._prior + self._headlines + 1)
            odds = math.log(part / (1 - part)) - math.log(rest / (1 - rest))
            odds *= self._shared.get(term, 1.0)
            if odds > LEAST * self._shared.get(term, 1.0):
                found[term] = (round(odds * part, 6), said[term], odds)
                self.parts[term] = part, rest
        top = sorted(found, key=lambda term: (-found[term][0], -found[term][1], term))[:MOST_TERMS]
        return {term: found[term][2] for term in top}


def _once(examples: Mapping[int, float], stories: Iterable[Sequence[int]]) -> dict[int, float]:
    """What each example counts for, when a story counts as often as its weightiest print."""
    found: dict[int, float] = {}
    for story in stories:
        counts = [examples[n] for n in story]
        found |= {n: examples[n] * max(counts) / sum(counts) for n in story}
    return found


def _known_to(background: Background, texts: Iterable[Counted]) -> float:
    """The part of the texts' syllables that the background knows; 1 where there is no text."""
    found = {term for of in texts for term in of.counts if " " not in term and not is_number(term)}
    return sum(term in background for term in found) / len(found) if found else 1.0


def _told(headlines: Iterable[str]) -> tuple[dict[int, float], float]:
    """How many articles hold each term if they are written in the words of the headlines, and of how many that tells:
    as many as the headlines would fill."""
    counts, syllables = Counter[int](), 0
    for said in headlines:
        for clause in clauses(said):
            syllables += len(clause)
            counts.update(map(number_of, runs(clause)))
    filled = syllables / USUAL
    return {term: filled * (1 - math.exp(-count / filled)) for term, count in counts.items()}, filled


def _named(weights: Mapping[int, float], seeds: Iterable[Counted], more: Iterator[Counted]) -> dict[str, float]:
    """The weights under the terms' own names, which the examples tell."""
    named: dict[str, float] = {}
    for of in (*seeds, *more):
        named.update((term, weights[number]) for term in of.counts if (number := number_of(term)) in weights)
        if len(named) >= len(weights):
            break
    return named


def _middle(values: Iterable[float]) -> float:
    ordered = sorted(values)
    return ordered[len(ordered) // 2]


def _low(values: Iterable[float]) -> float:
    """What four of five examples exceed."""
    ordered = sorted(values)
    return ordered[len(ordered) // 5]


def _spread(ranked: Sequence[int], most: int) -> Sequence[int]:
    """At most so many of `ranked`, from all its parts: the first ones may all be copies of one story."""
    return [ranked[k * len(ranked) // most] for k in range(most)] if len(ranked) > most else ranked


def _valley(scores: Iterable[float], middle: float, usual: float) -> float:
    """Where between `LOW` and `HIGH` times `middle` fewest scores lie, within an eighth to either side."""
    there = [score for score in scores if score > 0]
    best, bound = math.inf, usual * middle
    for step in range(round((HIGH - LOW) / 0.02) + 1):
        part = LOW + 0.02 * step
        at = part * middle
        near = sum(0.87 * at <= score <= 1.15 * at for score in there)
        cost = (near + 0.5) * (1 + 0.6 * abs(math.log(part / usual)))
        if cost < best:
            best, bound = cost, at
    return bound
