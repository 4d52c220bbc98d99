"""What a topic's crawl asks the papers' own searches for. Pure.

Most searches find the articles that hold all the words of a question, marked or not, and wherever they stand. So a good
question is a term that many articles of the topic hold, of syllables that few others hold together: "metro" or "thi
thử trực tuyến", where "thi thử" finds every "thi", "thì", "thứ", "thư" and "thu".
"""

import math
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from functools import cache

from archive.learning import TYPICAL
from config.background import background
from config.fold import fold

LENGTH = 300
"""Syllables of an article."""
UNSEEN = 0.2
"""How often a syllable counts that neither the background nor a headline has."""
PROVED, STUBBORN = 60, 60.0
"""So many questions are put to the archive itself, which tells what they find beside the topic; articles that the guess
by syllables counts for beside what the archive holds."""
TOGETHER = 0.6
"""Syllables stand together oftener than by chance: what each further one leaves counts to this power."""


class Syllables:
    """In which part of the news syllables stand, however they are marked: by the background, and by the papers' own
    headlines where these show more of them."""

    def __init__(self, headlines: Iterable[str]) -> None:
        self._counts = Counter(syllable for said in headlines for syllable in fold(said).split())
        self._all = max(self._counts.total(), LENGTH)

    def together(self, said: str) -> float:
        """The part of the news that holds all syllables of `said`, in whatever order."""
        held = sorted(map(self._part, set(fold(said).split())))
        return held[0] * float(math.prod(part**TOGETHER for part in held[1:]))

    def _part(self, syllable: str) -> float:
        known = _background().get(syllable, 0.0)
        count = self._counts[syllable] or (0 if known else UNSEEN)
        return max(known, 1 - math.exp(-LENGTH * count / self._all))


class Asking:
    """What is known of questions: from the parts of the topic's articles, and of all others, that terms stand in, from
    syllables, and from the archive, to which `held` puts a question: how many articles of the topic it finds there, of
    how many, and how many of other subjects, of how many."""

    def __init__(
        self, parts: Mapping[str, tuple[float, float]], syllables: Syllables,
        held: Callable[[str], tuple[int, int, int, int]] = lambda _: (0, 0, 0, 0),
    ) -> None:  # fmt: skip
        self._parts, self._syllables, self._held = parts, syllables, held

    def finds(self, said: str) -> float:
        """The part of the topic's articles that are found, times the part of what is found that is of the topic."""
        own, of_topic, hits, others = self._held(said)
        part, rest = self._parts.get(said) or ((own + 0.5) / (of_topic + 1), 0.0)
        surely = max(0.0, hits - 2 * math.sqrt(hits))  # what a crawl brought beside the topic is what looks like it
        return _finds(part, (surely + STUBBORN * self._guess(said, rest)) / (others + STUBBORN))

    def best(self) -> list[str]:
        """The learnt terms that find most, the best first."""
        guessed = {term: _finds(part, self._guess(term, rest)) for term, (part, rest) in self._parts.items()}
        first = sorted(guessed, key=lambda term: (-guessed[term], term))[:PROVED]
        proved = {term: self.finds(term) for term in first}
        return sorted(proved, key=lambda term: (-proved[term], term))

    def _guess(self, said: str, rest: float) -> float:
        return max(rest, self._syllables.together(said))


def _finds(part: float, rest: float) -> float:
    return part * part * TYPICAL / (part * TYPICAL + rest)


def phrases(
    declared: Iterable[str], learnt: Iterable[str], most: int, good: Callable[[str], bool] = lambda _: True
) -> list[str]:
    """At most so many questions, the best first: the `declared` phrases, then the learnt ones. No two share a syllable,
    and all are `good`."""
    chosen = list[str]()
    for said in (*declared, *learnt):
        words = set(fold(said).split())
        if good(said) and not any(words & set(fold(other).split()) for other in chosen):
            chosen.append(said)
        if len(chosen) == most:
            break
    return chosen


@cache
def _background() -> Mapping[str, float]:
    """The part of all news that holds a syllable, however it is marked."""
    without: dict[str, float] = {}
    for term, part in background().items():
        if " " not in term:
            plain = fold(term)
            without[plain] = without.get(plain, 1.0) * (1 - part)
    return {plain: 1 - part for plain, part in without.items()}
