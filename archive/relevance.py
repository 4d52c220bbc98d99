"""How much an article is of a topic: the weights of the topic's terms, summed up, and the reasons. Pure.

A term counts the more often it is said for the text's length (`c / (c + DAMP * length / 400)`, of which the first
mentions count most), so that neither a long text nor one word said over and over is relevant by that alone. Weights are
such that 1 is just enough. They come from the topic's file and from `archive.learning`.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

import msgspec

from archive.terms import LONGEST, WEIGHTS, Counted, Text, clauses, counted, phrase
from config.topics import Topic

DAMP, USUAL = 6.0, 400.0
"""Mentions that bring half of a term's weight in an article of `USUAL` syllables. One in a headline counts three."""
SHORTEST = 120.0
"""Syllables, weighted by field, from which a text is taken at its word: a shorter one counts as so long."""
SHOWN = 12
"""Reasons that are kept."""


class Profile(msgspec.Struct, frozen=True):
    """What a topic looks for."""

    terms: dict[str, float]
    """Weights of terms of up to three syllables."""
    phrases: dict[str, float] = {}
    """Weights of longer phrases, which are looked for one by one."""
    must: tuple[tuple[str, ...], ...] = ()
    without: tuple[str, ...] = ()
    papers: tuple[str, ...] = ()
    since: str | None = None
    """First day, `YYYY-MM-DD`."""
    until: str | None = None
    threshold: float = 1.0


class Reason(NamedTuple):
    """A phrase that speaks for an article, or against it, by how much, and where it stands."""

    phrase: str
    share: float
    places: tuple[str, ...]


class Judgement(msgspec.Struct, frozen=True):
    """What was thought of an article: it is of the topic where `relevance` is 1 or more and nothing is `against`."""

    relevance: float
    reasons: tuple[Reason, ...] = ()
    """The weightiest first; a term that is part of a longer one is told with that."""
    against: str | None = None
    """Why it is not of the topic, whatever its relevance."""

    @property
    def taken(self) -> bool:
        """Whether it is of the topic."""
        return self.relevance >= 1 and self.against is None


def profile_of(topic: Topic, learnt: Mapping[str, float] | None = None) -> Profile:
    """The profile of a declared topic, with the terms that were learnt; what is declared goes before those."""
    may = {phrase(said): weight for said, weight in topic.phrases.may.items()}
    short = {said: weight for said, weight in may.items() if said.count(" ") < LONGEST}
    return Profile(
        terms=dict(learnt or {}) | short,
        phrases={said: weight for said, weight in may.items() if said not in short},
        must=tuple(tuple(map(phrase, line.split("|"))) for line in topic.phrases.must),
        without=tuple(map(phrase, topic.phrases.without)),
        papers=topic.papers,
        since=str(topic.since) if topic.since else None,
        until=str(topic.until) if topic.until else None,
        threshold=topic.threshold,
    )


def damping(length: float) -> float:
    """Mentions that bring half of a term's weight in a text of `length` weighted syllables."""
    return DAMP * max(length, SHORTEST) / USUAL


def judge(
    profile: Profile, text: Text, day: str | None = None, paper: str = "", of: Counted | None = None
) -> Judgement:
    """What `text`, published on `day` by `paper`, is to a topic; `of` are its terms where they are known."""
    of = of or counted(text)
    damp = damping(of.length)
    shares = {
        term: weight * of.counts[term] / (of.counts[term] + damp)
        for term, weight in profile.terms.items()
        if term in of.counts
    }
    spelt: dict[str, str] = {}
    for said, weight in profile.phrases.items():
        spelt = spelt or spelt_fields(text)
        if count := sum(WEIGHTS[name] * told.count(f" {said} ") for name, told in spelt.items()):
            shares[said] = weight * count / (count + damp)
    relevance = sum(shares.values()) / profile.threshold
    against = _against(profile, text, spelt, day, paper)
    if relevance < 0.3 and against is None:  # nobody asks why such an article is not of the topic
        return Judgement(round(relevance, 3))
    spelt = spelt or spelt_fields(text)
    return Judgement(round(relevance, 3), tuple(_reasons(shares, profile.threshold, spelt)), against)


def spelt_fields(text: Text) -> dict[str, str]:
    """The fields of `text` as syllables between blanks, clauses parted by `|`."""
    fields = {name: " | ".join(" ".join(clause) for clause in clauses(said)) for name, said in text.fields().items()}
    return {name: f" {said} " for name, said in fields.items() if said}


def _against(profile: Profile, text: Text, spelt: dict[str, str], day: str | None, paper: str) -> str | None:
    if profile.papers and paper and paper not in profile.papers:
        return f"the topic is collected from {', '.join(profile.papers)} alone"
    if day and profile.since and day < profile.since:
        return f"published before {profile.since}"
    if day and profile.until and day > profile.until:
        return f"published after {profile.until}"
    if not (profile.must or profile.without):
        return None
    told = "|".join((spelt or spelt_fields(text)).values())
    for line in profile.must:
        if not any(f" {said} " in told for said in line):
            return f"it lacks {' or '.join(f'“{said}”' for said in line)}"
    for said in profile.without:
        if f" {said} " in told:
            return f"“{said}” stands in it"
    return None


def _reasons(shares: Mapping[str, float], threshold: float, spelt: Mapping[str, str]) -> Iterator[Reason]:
    """The shares, those of a term's parts added to it where the part hardly stands alone."""
    whole: dict[str, float] = {}
    for term in sorted(shares, key=lambda t: (-t.count(" "), -abs(shares[t]), t)):
        holder = next((longer for longer in whole if f" {term} " in f" {longer} "), term)
        whole[holder] = whole.get(holder, 0.0) + shares[term] / threshold
    for term in sorted(whole, key=lambda t: (-abs(whole[t]), t))[:SHOWN]:
        places = tuple(name for name, told in spelt.items() if f" {term} " in told)
        yield Reason(term, round(whole[term], 3), places)


def names(reasons: Iterable[Reason], most: int = 4) -> str:
    """The weightiest reasons in one line: `“đối ngoại đảng” (title, text), …`."""
    return ", ".join(f"“{r.phrase}” ({', '.join(r.places)})" for r in list(reasons)[:most])
