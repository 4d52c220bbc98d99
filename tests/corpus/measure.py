"""How well something found what is true: precision and recall, false pairs, harvest curves, and simple baselines."""

import re
from collections import Counter, defaultdict, deque
from collections.abc import Callable, Collection, Iterable, Sequence
from typing import NamedTuple

from config.fold import fold
from tests.corpus.corpus import Corpus
from tests.corpus.truth import Article

SYLLABLES = 5
"""Of a shingle."""
_WORD = re.compile(r"\w+")


class Score(NamedTuple):
    """How a set of finds compares with the truth. Of nothing found the precision is 1; of nothing true, the recall."""

    right: int
    found: int
    true: int

    @property
    def precision(self) -> float:
        return self.right / self.found if self.found else 1.0

    @property
    def recall(self) -> float:
        return self.right / self.true if self.true else 1.0

    @property
    def f1(self) -> float:
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0


def score(found: Iterable[object], true: Collection[object], ignored: Collection[object] = ()) -> Score:
    """`found` against `true`; what is `ignored` counts on neither side."""
    left_out = set(ignored)
    mine, theirs = set(found) - left_out, set(true) - left_out
    return Score(len(mine & theirs), len(mine), len(theirs))


def topic_score(corpus: Corpus, topic: str, found: Iterable[int]) -> Score:
    """Article ids taken as of `topic` against the truth; roundups with a story of it count on neither side."""
    kinds = {a.id: corpus.relation(topic, a) for a in corpus.articles}
    true = [n for n, kind in kinds.items() if kind == "in"]
    return score(found, true, [n for n, kind in kinds.items() if kind == "mixed"])


def copy_score(corpus: Corpus, found: Iterable[tuple[int, int]]) -> Score:
    """Pairs of article ids taken as copies against the clear pairs; pairs that are not clear, and pairs within one
    paper, count on neither side."""
    pairs = [(min(pair), max(pair)) for pair in found]
    unclear = {(p.one, p.other) for p in corpus.pairs if not p.clear}
    within = {pair for pair in pairs if corpus.articles[pair[0]].paper == corpus.articles[pair[1]].paper}
    return score(pairs, {(p.one, p.other) for p in corpus.pairs if p.clear}, unclear | within)


def false_per_thousand(said: Score) -> float:
    """False finds among a thousand."""
    return 1000 * (1 - said.precision)


def shingles(text: str) -> set[int]:
    """The folded 5-grams of syllables, hashed: the same in one process only."""
    words = _WORD.findall(fold(text))
    return {hash(tuple(words[k : k + SYLLABLES])) for k in range(len(words) - SYLLABLES + 1)}


def containment(one: set[int], other: set[int]) -> float:
    """Which part of the smaller set is in the other."""
    return len(one & other) / min(len(one), len(other)) if one and other else 0.0


def likeness(corpus: Corpus, wanted: Callable[[Article, Article], bool], most: int = 400) -> list[float]:
    """For each report its greatest containment with an earlier report or copy that is `wanted` beside it, sorted.

    Shingles that more than `most` articles have are not followed from one to the other, as formulas of openings and
    names of offices would lead everywhere; they count in the containment.
    """
    sets = [shingles(a.story.text) for a in corpus.articles]
    holders: dict[int, list[int]] = defaultdict(list)
    found: list[float] = []
    for article, own in zip(corpus.articles, sets, strict=True):
        if article.kind not in ("report", "copy"):
            continue
        if article.kind == "report":
            beside = Counter(n for one in own if len(holders[one]) <= most for n in holders[one])
            near = (n for n, _ in beside.most_common(25) if wanted(article, corpus.articles[n]))
            found.append(max((containment(own, sets[n]) for n in near), default=0.0))
        for one in own:
            holders[one].append(article.id)
    return sorted(found)


def quantile(values: Sequence[float], at: float) -> float:
    """The value below which the part `at` of the sorted `values` lies."""
    return values[min(len(values) - 1, int(len(values) * at))]


def keyword_match(corpus: Corpus, topic: str) -> list[int]:
    """The baseline for relevance: articles with one of the topic's key phrases in title, lead, text or tags."""
    keys = [fold(key) for key in corpus.writer.keys(topic)]
    found = []
    for article in corpus.articles:
        text = fold(" ".join((article.story.title, article.story.text, *article.story.tags)))
        if any(key in text for key in keys):
            found.append(article.id)
    return found


class Harvest(NamedTuple):
    """What a crawl brought home, page by page: `at[k]` wanted articles after k + 1 pages."""

    at: tuple[int, ...]
    wanted: int

    def rate(self, budget: int) -> float:
        """Wanted articles a page, after `budget` pages (or all, if there were fewer)."""
        pages = min(budget, len(self.at))
        return self.at[pages - 1] / pages if pages else 0.0

    def recall(self, budget: int) -> float:
        """The part of the wanted articles found after `budget` pages."""
        return self.at[min(budget, len(self.at)) - 1] / self.wanted if self.at and self.wanted else 0.0

    def pages_for(self, part: float) -> int | None:
        """How many pages it took until this part of the wanted was found; None if it never was."""
        return next((k + 1 for k, found in enumerate(self.at) if found >= part * self.wanted), None)


def harvest(fetched: Iterable[str], wanted: Collection[str]) -> Harvest:
    """The curve of a crawl: the URLs that it fetched, in its order, and those that it should find."""
    seen: set[str] = set()
    at: list[int] = []
    for url in fetched:
        if url in wanted:
            seen.add(url)
        at.append(len(seen))
    return Harvest(tuple(at), len(set(wanted)))


def breadth_first(seeds: Iterable[str], links: Callable[[str], Iterable[str]], budget: int) -> list[str]:
    """The baseline for crawls: every link in the order in which it was met, each URL once, `budget` pages."""
    queue, fetched = deque(dict.fromkeys(seeds)), list[str]()
    known = set(queue)
    while queue and len(fetched) < budget:
        url = queue.popleft()
        fetched.append(url)
        for other in links(url):
            if other not in known:
                known.add(other)
                queue.append(other)
    return fetched
