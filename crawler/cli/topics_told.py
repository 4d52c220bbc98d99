"""What a topic takes and leaves of an archive, gathered and told."""

import heapq
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from archive.relevance import Profile, names
from archive.topical import Judged

_PHRASES = 15


@dataclass
class Sorted:
    """The articles of an archive as a topic's profile sorts them; of each kind at most `most` are held."""

    most: int
    articles: int = 0
    taken: set[int] = field(default_factory=set)
    papers: Counter[str] = field(default_factory=Counter)
    _held: dict[str, list[tuple[float, int, Judged]]] = field(default_factory=dict)

    def add(self, one: Judged) -> None:
        """Sort one article in."""
        thought, number = one.judgement, one.id
        self.articles += 1
        if thought.taken:
            self.taken.add(number)
            self.papers[one.source] += 1
            self._hold("surest", thought.relevance, one)
            self._hold("inside", -thought.relevance, one)
        elif thought.against and thought.relevance >= 1:
            self._hold("against", thought.relevance, one)
        elif thought.relevance > 0:
            self._hold("outside", thought.relevance, one)

    def _hold(self, kind: str, rank: float, one: Judged) -> None:
        held = self._held.setdefault(kind, [])
        heapq.heappush(held, (rank, -one.id, one))
        if len(held) > self.most:
            heapq.heappop(held)

    def of(self, kind: str) -> list[Judged]:
        """Those that are held of a kind, the first to tell first: `surest`, `inside`, `outside`, `against`."""
        return [one for *_, one in sorted(self._held.get(kind, ()), reverse=True)]


def entry(topic: str, one: Judged) -> dict[str, object]:
    """One article as JSON tells it."""
    thought = one.judgement
    return {
        "topic": topic,
        "url": one.url,
        "source": one.source,
        "title": one.title,
        "published": one.day,
        "relevance": thought.relevance,
        "taken": thought.taken,
        "why": thought.reasons,
        "against": thought.against,
    }


def profile_lines(made: Profile, learnt: Mapping[str, float]) -> Iterator[str]:
    """The weightiest phrases, those that were learnt and those of the file apart."""
    every = made.terms | made.phrases
    for what, chosen in (("declared", every.keys() - learnt.keys()), ("learnt", every.keys() & learnt.keys())):
        top = sorted(chosen, key=lambda term: (-abs(every[term]), term))
        if top:
            more = f" and {len(top) - _PHRASES} more" if len(top) > _PHRASES else ""
            yield f"  {what}: " + ", ".join(f"“{term}” {every[term]:.2f}" for term in top[:_PHRASES]) + more


def sorted_lines(told: Sorted) -> Iterator[str]:
    """What is taken and left, for people."""
    yield f"{len(told.taken)} of {told.articles} articles are of the topic"
    if told.papers:
        yield "  " + ", ".join(f"{paper} {count}" for paper, count in told.papers.most_common())
    for kind, title in (
        ("surest", "Surest:"),
        ("inside", "Just inside:"),
        ("outside", "Just outside:"),
        ("against", "Relevant, but left:"),
    ):
        shown = told.of(kind)
        if kind == "inside":
            shown = [one for one in shown if one not in told.of("surest")]
        if shown:
            yield ""
            yield title
            yield from article_lines(shown)


def article_lines(shown: Iterable[Judged]) -> Iterator[str]:
    """Three lines an article: its relevance, paper, day and title; where it is; why."""
    for one in shown:
        day = f", {one.day[8:10]}/{one.day[5:7]}/{one.day[:4]}" if one.day else ""
        yield f"{one.judgement.relevance:6.2f}  {one.source}{day}: {one.title or '(no title)'}"
        yield f"        {one.url}"
        why = names(one.judgement.reasons)
        against = f"left: {one.judgement.against}" if one.judgement.against else ""
        if told := "; ".join(filter(None, (against, why))):
            yield f"        {told}"
