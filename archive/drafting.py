"""What was learnt of a topic, beside what its keeper declares: drafting a declaration, and letting the two agree. Pure.

A draft is what a keeper can read: a few phrases, no pieces of phrases, weights of two digits. It takes what the whole
profile took, as nearly as so few phrases can.
"""

from collections.abc import Iterable, Mapping, Sequence
from math import sqrt

from archive.numbered import Doc, number_of, relevances
from archive.relevance import Profile
from archive.terms import LONGEST, runs

SAME = 0.85
"""Two phrases are parts of one where the one is said in the examples nearly as much as the other."""
OTHERS = 20
"""Texts that are not of the topic, from which they tell where the bound of a draft lies."""
WHOLE = 6
"""Syllables of the longest phrase that is put together."""

_Said = Mapping[int, float]
"""How much each term is said in a text, by its hash."""


def drafted(terms: Mapping[str, float], examples: Sequence[Doc], others: Sequence[Doc], most: int) -> dict[str, float]:
    """At most `most` phrases in the place of `terms`, the weightiest first; their weights are for a bound of 1.

    `examples` are of the topic, most of `others` are not. Terms that overlap and are said together are one phrase, and
    the weight of a term that is nothing but a piece of a phrase is that phrase's.
    """
    texts = [_read(one) for one in examples]
    whole = _gathered(_joined(terms, texts), texts)
    readable = [term for term in whole if " " in term] or list(whole)
    top = sorted(readable, key=lambda t: (-whole[t] * _heard(t, texts), t))[:most]
    chosen = {term: whole[term] for term in top}
    scale = _scale(terms, chosen, examples, others)
    rounded = {term: round(weight * scale, 2) for term, weight in chosen.items()}
    return {term: rounded[term] for term in sorted(rounded, key=lambda t: (-rounded[t], t)) if rounded[term] > 0}


def _read(one: Doc) -> _Said:
    return dict(zip(one.ids, one.said, strict=True))


def _mention(phrase: str, text: _Said) -> float:
    """How much a phrase is said: a long one as much as that run of it which is said least."""
    syllables = phrase.split()
    if len(syllables) <= LONGEST:
        return text.get(number_of(phrase), 0.0)
    whole = (run for run in runs(syllables) if run.count(" ") == LONGEST - 1)
    return min(text.get(number_of(run), 1.0 if _is_number(run) else 0.0) for run in whole)


def _is_number(phrase: str) -> bool:
    """Whether it is digits alone, which are not among a text's numbers."""
    return phrase.replace(" ", "").isdigit()


def _heard(phrase: str, texts: Iterable[_Said]) -> float:
    return sum(_mention(phrase, text) for text in texts)


def at_most(made: Profile, one: Doc) -> float:
    """What the relevance of a text cannot exceed, told from its numbers alone: cheap, and near for most texts."""
    text, found = _read(one), 0.0
    for phrase, weight in (made.terms | made.phrases).items():
        found += max(0.0, weight) * (1.0 if _is_number(phrase) else _mention(phrase, text))
    return found / made.threshold


def _joined(terms: Mapping[str, float], texts: Sequence[_Said]) -> dict[str, float]:
    """The terms, of which those of three syllables that overlap and are said together are made one phrase."""
    found = dict(terms)
    for term in sorted(terms, key=lambda t: (-terms[t], t)):
        for other in sorted(found, key=lambda t: (-found[t], t)):
            one, syllables = term.split(), other.split()
            if term not in found or min(len(one), len(syllables)) < LONGEST or one[:2] != syllables[-2:]:
                continue
            longer = " ".join([*syllables, *one[2:]])
            if longer.count(" ") < WHOLE and other != term and _as_much(longer, (term, other), texts):
                found[longer] = found.pop(term) + found.pop(other)
                break
    return found


def _as_much(longer: str, parts: Iterable[str], texts: Sequence[_Said]) -> bool:
    heard = _heard(longer, texts)
    return all(heard >= SAME * _heard(part, texts) for part in parts)


def _gathered(terms: Mapping[str, float], texts: Sequence[_Said]) -> dict[str, float]:
    """The terms without those that are nothing but a piece of another, which has their weight."""
    whole: dict[str, float] = {}
    for term in sorted(terms, key=lambda t: (-t.count(" "), -terms[t], t)):
        holders = [longer for longer in whole if f" {term} " in f" {longer} " and _as_much(longer, (term,), texts)]
        target = max(holders, key=lambda t: (whole[t], t)) if holders else term
        whole[target] = whole.get(target, 0.0) + terms[term]
    return whole


def _scale(
    terms: Mapping[str, float], chosen: Mapping[str, float], examples: Sequence[Doc], others: Sequence[Doc]
) -> float:
    """What makes the sum of the chosen a relevance that takes what all the terms take."""
    docs = [*examples, *others]
    sums = [sum(weight * _mention(term, text) for term, weight in chosen.items()) for text in map(_read, docs)]
    pairs = sorted(((m, t) for m, t in zip(sums, relevances(terms, docs), strict=True) if m > 0), reverse=True)
    if sum(theirs < 1 for _, theirs in pairs) < OTHERS:
        mine = sum(sums[: len(examples)])
        return sum(relevances(terms, examples)) / mine if mine else 1.0
    right = best = 0
    between = pairs[0][0], pairs[0][0]
    for (mine, theirs), (after, _) in zip(pairs, [*pairs[1:], (pairs[-1][0], 0.0)], strict=True):
        right += 1 if theirs >= 1 else -1
        if right > best:
            best, between = right, (mine, after)
    return 1 / sqrt(between[0] * between[1])


def tempered(learnt: Mapping[str, float], declared: Mapping[str, float], examples: Sequence[Doc]) -> dict[str, float]:
    """The learnt weights beside declared ones: lowered by as much as both say the same.

    Each kind is such that a sum of 1 is enough, so the two together would make twice of what is half enough. They are
    such that the examples are as relevant together as by the one that says more of each.
    """
    said = {term: weight for term, weight in declared.items() if weight > 0}
    if not said or not examples:
        return dict(learnt)
    further = {term: weight for term, weight in learnt.items() if term not in declared}
    mine, theirs, rest = (relevances(terms, examples) for terms in (said, learnt, further))
    wanted = sum(max(pair) for pair in zip(mine, theirs, strict=True)) - sum(mine)
    part = min(1.0, wanted / sum(rest)) if sum(rest) > 0 else 1.0
    return {term: round(weight * part, 4) for term, weight in learnt.items() if abs(weight * part) >= 0.0001}
