"""The corpus: articles of twenty papers over eight weeks, with everything that is true of them."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from functools import cached_property
from itertools import combinations
from random import Random

from tests.corpus import copies, names
from tests.corpus.grown import Grown
from tests.corpus.mixed import Mixed
from tests.corpus.paperlist import filed, papers
from tests.corpus.plan import Draft, Plan
from tests.corpus.stories import Story, Writer
from tests.corpus.truth import Article, Edit, Family, Member, Negative, Pair, Relation

SIZE = 5200
WRITERS: Mapping[str, Callable[[int], Writer]] = {"A": Grown, "B": Mixed}
_EDITED = 0.05
_SIGNED = 0.75
_USUAL, _ASTRAY = 0.7, 0.1
"""Papers that file a subject where one expects it, not under their general news; and single articles put there."""


class Corpus:
    """One corpus. The same `seed`, `generator` and `size` give the same one, whatever Python hashes by.

    `size` is about the number of articles: 5,200 take some seconds, 600 serve quick tests.
    Raises ValueError for a generator that is none of `WRITERS`.
    """

    def __init__(self, seed: int = 1, generator: str = "A", size: int = SIZE) -> None:
        if generator not in WRITERS:
            raise ValueError(f"there is no generator {generator!r}: {' or '.join(WRITERS)}")
        self.seed, self.generator, self.size = seed, generator, size
        self.writer = WRITERS[generator](seed)
        self.papers = papers()
        self.topics = self.writer.subjects("topic")
        plan = Plan(seed, self.writer, size, self.papers)
        self._drafts = sorted(plan.drafts, key=lambda d: (d.at, d.paper, d.story.title))
        self._texts = plan.texts
        self.articles = list(self._numbered())

    def _random(self, *what: object) -> Random:
        return Random("/".join(map(str, (self.seed, self.generator, *what))))

    def _numbered(self) -> Iterator[Article]:
        counts = {paper: 100_000 + 1000 * k for k, paper in enumerate(self.papers)}
        staff = {p: [names.person(self._random("staff", p, k)).name for k in range(25)] for p in self.papers}
        for n, draft in enumerate(self._drafts):
            random = self._random("article", n)
            counts[draft.paper] += random.randrange(1, 9)
            author = random.choice(staff[draft.paper]) if draft.kind == "report" and random.random() < _SIGNED else ""
            yield Article(
                id=n,
                paper=draft.paper,
                number=counts[draft.paper],
                kind=draft.kind,
                subject=draft.subject,
                event=draft.event,
                story=draft.story,
                published=draft.at.replace(second=0, microsecond=0),
                section=self._section(draft, random),
                author=author,
                credit=draft.credit,
                mute=draft.mute,
                mentions=draft.mentions,
                edits=tuple(_edits(draft, random)),
            )

    def _section(self, draft: Draft, random: Random) -> str:
        """Papers file the same news differently: each has its habit for a subject, and departs from it now and then."""
        habit = self._random("habit", draft.paper, draft.subject).random()
        usual = habit < _USUAL and random.random() > _ASTRAY
        return filed(self.papers[draft.paper], draft.section if usual else "Thời sự")

    def relation(self, topic: str, article: Article) -> Relation:
        """Whether `article` is of `topic`."""
        if article.kind == "roundup":
            return "mixed" if topic in article.mentions else "out"
        if article.subject == topic:
            return "in"
        near = article.kind in ("report", "copy") and self.writer.near(article.subject) == topic
        return "near" if near else "out"

    def of_topic(self, topic: str) -> list[Article]:
        """The articles of a topic."""
        return [a for a in self.articles if self.relation(topic, a) == "in"]

    @cached_property
    def families(self) -> list[Family]:
        """The texts that went round."""
        shown: dict[int, list[int]] = defaultdict(list)
        for n, draft in enumerate(self._drafts):
            for family in draft.families:
                shown[family].append(n)
        return [self._family(k, shown[k]) for k in range(len(self._texts)) if len(shown[k]) > 1]

    def _family(self, number: int, shown: list[int]) -> Family:
        text = self._texts[number]
        first = self.articles[shown[0]].published
        members = []
        for n in shown:
            article, draft = self.articles[n], self._drafts[n]
            late = (article.published - first).total_seconds() / 3600
            kept = copies.kept(text.story.text, article.story.text)
            members.append(Member(n, draft.changes, bool(article.credit), round(late, 2), kept))
        return Family(number, text.subject, text.owner, text.story, tuple(members))

    @cached_property
    def pairs(self) -> list[Pair]:
        """All pairs of articles of different papers that show one text. Score the `clear` ones; a pair that is not
        clear is neither right nor wrong to find."""
        found: dict[tuple[int, int], Pair] = {}
        for family in self.families:
            for one, other in combinations(sorted(m.article for m in family.members), 2):
                a, b = self.articles[one], self.articles[other]
                if a.paper != b.paper:
                    shared = copies.shared(a.story.text, b.story.text)
                    if (one, other) not in found or found[one, other].shared < shared:
                        found[one, other] = Pair(one, other, family.id, shared)
        return list(found.values())

    @cached_property
    def negatives(self) -> list[Negative]:
        """Pairs of different papers that look alike and are no copies; of each group of look-alikes at most 40."""
        groups: dict[str, list[int]] = defaultdict(list)
        for n, draft in enumerate(self._drafts):
            for look in draft.looks:
                groups[look].append(n)
        true = {(pair.one, pair.other) for pair in self.pairs}
        found = []
        for look in sorted(groups):
            why = look.partition(":")[0]
            pairs = [
                (one, other)
                for one, other in combinations(groups[look], 2)
                if self.articles[one].paper != self.articles[other].paper and (one, other) not in true
            ]
            chosen = self._random("negatives", look).sample(pairs, min(len(pairs), 40 if why != "formula" else 400))
            found += [Negative(one, other, why) for one, other in sorted(chosen)]  # type: ignore[arg-type]
        return found

    def alike(self, one: Article, other: Article) -> bool:
        """Whether two articles have something in common by plan: an event, a text, a speech, a column, a list."""
        a, b = self._drafts[one.id], self._drafts[other.id]
        return one.event == other.event or bool(set(a.looks) & set(b.looks) or set(a.families) & set(b.families))


def _edits(draft: Draft, random: Random) -> Iterator[Edit]:
    """What the paper changes later: nothing, mostly."""
    if draft.kind not in ("report", "copy") or random.random() >= _EDITED:
        return
    story, at = draft.story, draft.at.replace(second=0, microsecond=0)
    for _ in range(random.choice((1, 1, 1, 2))):
        kind, made = _edited(story, random)
        at += timedelta(minutes=random.randrange(20, 1800))
        if made != story:
            story = made
            yield Edit(at, kind, made)  # type: ignore[arg-type]


def _edited(story: Story, random: Random) -> tuple[str, Story]:
    kind = random.choice(("title", "number", "number", "added", "removed", "wording"))
    paragraphs = list(story.paragraphs)
    at = random.randrange(len(paragraphs))
    if kind == "title":
        return kind, story._replace(title=f"{story.title.rstrip('?')}: {paragraphs[at].split(',')[0][:40].strip()}")
    if kind == "added":
        paragraphs.insert(at + 1, f"Bổ sung lúc {random.randrange(6, 23)} giờ: {copies.sentences(paragraphs[at])[-1]}")
    elif kind == "removed" and len(paragraphs) > 3:
        del paragraphs[at]
    else:
        changed = copies.corrected(paragraphs[at], random)
        kind = "number" if re.sub(r"\d", "", changed) == re.sub(r"\d", "", paragraphs[at]) else "wording"
        paragraphs[at] = changed
    return kind, story._replace(paragraphs=tuple(paragraphs))


def day_of(article: Article) -> datetime:
    """Midnight of the day on which it was published."""
    return article.published.replace(hour=0, minute=0)
