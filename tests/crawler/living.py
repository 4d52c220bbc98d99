"""A newsroom that lives: the sample papers over days, by a seeded plan, as they are at any moment.

Each paper publishes day by day, edits some articles (after minutes, hours or days; some twice, some back), moves some
to another slug or section (the old address redirects; the id stays), and takes some down. `renumber` lets some moved
articles take another id, as a paper does that moves to another system. Truth is the plan itself.
"""

from bisect import bisect_right
from collections.abc import Iterator
from datetime import datetime
from functools import lru_cache
from random import Random
from typing import Any, NamedTuple

import msgspec

from config.clock import VIETNAM
from crawler.newsroom.papers import papers
from crawler.newsroom.render import slug
from crawler.newsroom.shelf import Stock
from crawler.newsroom.site import Site
from crawler.newsroom.truth import Truth, truth_of
from crawler.newsroom.written import Article, Paper
from tests.bench.invented import COMMON, COMPOUNDS, MIDDLING

MINUTE, HOUR, DAY = 60.0, 3600.0, 86400.0
BUSY = (0, 0, 0, 0, 0, 1, 3, 5, 6, 6, 6, 5, 4, 4, 5, 6, 6, 5, 4, 3, 2, 2, 1, 1)
"""How a day's articles fall into its hours."""
LISTED = 200
"""Articles that a paper's lists, feeds and sitemaps show, the newest."""
WORDS = [*COMMON, *MIDDLING, *COMPOUNDS]
NAMES = "Lò Văn Pán|Vừ A Dế|Quàng Thị Ỏm|Đèo Nguyệt Hà|Hoàng Bá Thạch|Phùng Lệ Ngân|Tòng Duy Khảo|Mùa Thị Chía".split(
    "|"
)
PICTURES = "anh-1.jpg anh-2.jpg anh-3.jpg".split()
MODIFIED = "bendo"
"""The paper whose pages say when they were last changed."""


class Rate(NamedTuple):
    """How much of what a paper does: articles a day, and shares of them."""

    a_day: float
    edited: float = 0.35
    moved: float = 0.08
    gone: float = 0.05
    touched: float = 0.1
    renumbered: float = 0.0


class State(NamedTuple):
    """What an article is from a moment on. `version` counts what a reader sees of it, from 1."""

    at: float
    version: int
    article: Article


class Life(NamedTuple):
    """One article from its publication to the day on which it is taken down, if ever."""

    name: str
    """Its id in the archive, as long as it keeps its number."""
    states: list[State]
    gone: float
    status: int
    """What its address answers then."""

    @property
    def names(self) -> set[str]:
        """All ids that the archive may know it by."""
        return {f"{self.name.partition(':')[0]}:{state.article.id}" for state in self.states}

    def redirects(self, number: int) -> bool:
        """Whether its addresses with this id lead to where it stands now; of another id, with every second article."""
        return number == self.states[-1].article.id or bool(self.states[0].article.id % 2)

    def at(self, moment: float) -> State | None:
        """What it is at a moment; None: not there."""
        known = bisect_right(self.states, moment, key=lambda state: state.at)
        return self.states[known - 1] if known and moment < self.gone else None


class Living:
    """The papers of one plan, for `days` from `start`; `quiet` is when one of them publishes nothing."""

    def __init__(
        self,
        seed: int,
        start: datetime,
        days: int,
        rates: dict[str, Rate],
        port: int,
        quiet: dict[str, tuple[float, float]] | None = None,
    ) -> None:
        self.start, self.port = start.timestamp(), port
        self.papers = {name: _larger(papers()[name]) for name in rates}
        self.lives: dict[str, list[Life]] = {}
        self.by_path: dict[str, dict[str, Life]] = {}
        self._numbers: dict[tuple[str, str], int] = {}
        self._changes: dict[str, list[float]] = {}
        for name, rate in rates.items():
            silent = (quiet or {}).get(name, (0.0, 0.0))
            made = [
                life(Random(f"{seed} {name} {n}"), self.papers[name], at, n, rate)
                for n, at in enumerate(_published(Random(f"{seed} {name}"), self.start, days, rate.a_day))
                if not silent[0] <= at < silent[1]
            ]
            self.lives[name] = made
            self.by_path[name] = {self.papers[name].path(s.article): one for one in made for s in one.states}
            self._numbers |= {
                (name, self.papers[name].path(s.article)): s.article.id for one in made for s in one.states
            }
            self._changes[name] = sorted({s.at for one in made for s in one.states} | {one.gone for one in made})
        self._site = lru_cache(64)(self._made)
        self._online = lru_cache(64)(self._there)

    def base(self, name: str) -> str:
        return f"http://{self.papers[name].host}:{self.port}"

    def number(self, name: str, path: str) -> int:
        """The id in the path of an article."""
        return self._numbers[name, path]

    def change(self, name: str, at: float) -> int:
        """The number of the last change of a paper before a moment."""
        return bisect_right(self._changes[name], at)

    def online(self, name: str, at: float) -> list[tuple[Life, State]]:
        """The articles that are there, the newest first."""
        return self._online(name, self.change(name, at))

    def site(self, name: str, at: float, shown: Life | None = None) -> Site:
        """The paper as a web site at a moment: its lists; with `shown` the page of that article, which may be old.

        What the pages show beside the text changes with every hour, at one paper only with every day, at one never.
        """
        every = {"nhiplang": DAY, "bendo": 1e9}.get(name, HOUR)
        rendered = (at - self.start) // every * every + self.start
        return self._site(name, self.change(name, at), rendered, shown and shown.name)

    def truth(self, life: Life, version: int) -> Truth:
        """What a reader saw of one version."""
        name = life.name.partition(":")[0]
        state = next(s for s in life.states if s.version == version)
        return truth_of(self.papers[name], state.article, 2, self.base(name))

    def _there(self, name: str, change: int) -> list[tuple[Life, State]]:
        at = self._changes[name][change - 1] if change else 0.0
        found = [(one, state) for one in self.lives[name] if (state := one.at(at))]
        return sorted(found, key=lambda pair: pair[1].article.published, reverse=True)

    def _made(self, name: str, change: int, rendered: float, shown: str | None) -> Site:
        online = self._online(name, change)
        some = [state.article for _, state in online[: 12 if shown else LISTED]]
        if shown:
            some += [state.article for one, state in online[12:] if one.name == shown]
        visit, day = int((rendered - self.start) // HOUR) + 2, datetime.fromtimestamp(rendered, VIETNAM)
        return Site(self.papers[name], visit, self.base(name), Stock(day, some))


def _larger(paper: Paper) -> Paper:
    """The paper with lists of a usual length, and without the traps that name articles of the samples."""
    layouts = {name: msgspec.structs.replace(layout, page_size=10) for name, layout in paper.layouts.items()}
    return msgspec.structs.replace(paper, layouts=layouts)


def _published(random: Random, start: float, days: int, a_day: float) -> Iterator[float]:
    """When articles appear, on whole minutes; a day before the start too."""
    for day in range(-1, days):
        for _ in range(round(random.gauss(a_day, a_day**0.5 / 2))):
            hour = random.choices(range(24), BUSY)[0]
            yield start - start % MINUTE + day * DAY + hour * HOUR + random.randrange(60) * MINUTE


def life(random: Random, paper: Paper, at: float, number: int, rate: Rate) -> Life:
    """What becomes of one article."""
    first = written(random, paper, at, 2_500_000 + number)
    states, article, version = [State(at, 1, first)], first, 1
    gone, status = (
        (at + random.uniform(6 * HOUR, 8 * DAY), random.choice((404, 410)))
        if _drawn(random, rate.gone)
        else (1e12, 404)
    )
    for when, what in sorted(_plan(random, at, rate)):
        if what == "back":
            changed = msgspec.structs.replace(first, slug=article.slug, zone=article.zone, id=article.id)
        else:
            changed = CHANGES[what](random, paper, article)
        if paper.id == MODIFIED:
            changed = msgspec.structs.replace(changed, modified=datetime.fromtimestamp(when - when % MINUTE, VIETNAM))
        seen = _seen(changed) != _seen(article)
        version, article = version + seen, changed
        states.append(State(when, version, article))
    return Life(f"{paper.id}:{first.id}", states, gone, status)


def _plan(random: Random, at: float, rate: Rate) -> Iterator[tuple[float, str]]:
    if _drawn(random, rate.edited):
        when = at + random.choice(
            (random.uniform(5, 50) * MINUTE, random.uniform(2, 10) * HOUR, random.uniform(1, 6) * DAY)
        )
        yield when, "edit"
        if _drawn(random, 0.3):
            yield when + random.uniform(1, 40) * HOUR, random.choice(("edit", "back"))
    if _drawn(random, rate.touched):
        yield at + random.uniform(1, 60) * HOUR, "touch"
    if _drawn(random, rate.moved):
        yield at + random.uniform(0.5, 100) * HOUR, random.choice(("slug", "zone"))
    if _drawn(random, rate.renumbered):
        yield at + random.uniform(3, 100) * HOUR, "renumber"


def _drawn(random: Random, share: float) -> bool:
    return random.random() < share


def written(random: Random, paper: Paper, at: float, number: int) -> Article:
    """One invented article."""
    title = sentence(random, random.randrange(8, 14)).rstrip(".")
    parts = [paragraph(random) for _ in range(random.randrange(4, 9))]
    if random.random() < 0.5:
        parts.insert(1, f"![{sentence(random, 12)}]({random.choice(PICTURES)})")
    zones = [section.slug for section in paper.sections if not section.hidden]
    return Article(
        id=number,
        slug=slug(title),
        zone=random.choice(zones),
        published=datetime.fromtimestamp(at, VIETNAM),
        title=title,
        lead=paragraph(random),
        body="\n\n".join(parts),
        authors=(random.choice(NAMES),),
    )


def _edit(random: Random, paper: Paper, article: Article) -> Article:
    """A reader sees that something has changed: a paragraph, the title, the lead, or who signs."""
    kind = random.choice(("more", "more", "fewer", "words", "title", "lead", "author"))
    parts = article.body.split("\n\n")
    if kind == "title":
        return msgspec.structs.replace(article, title=sentence(random, random.randrange(8, 14)).rstrip("."))
    if kind == "lead":
        return msgspec.structs.replace(article, lead=paragraph(random))
    if kind == "author":
        return msgspec.structs.replace(
            article, authors=(random.choice([n for n in NAMES if n not in article.authors]),)
        )
    if kind == "fewer" and len(parts) > 4:
        del parts[-1]
    elif kind == "words":
        parts[-1] = f"{parts[-1]} {sentence(random, 9)}"
    else:
        parts.append(paragraph(random))
    return msgspec.structs.replace(article, body="\n\n".join(parts))


def _slug(random: Random, paper: Paper, article: Article) -> Article:
    return msgspec.structs.replace(article, slug=f"{article.slug[:40].rstrip('-')}-{random.choice(PICTURES)[4]}-moi")


def _zone(random: Random, paper: Paper, article: Article) -> Article:
    others = [section.slug for section in paper.sections if not section.hidden and section.slug != article.zone]
    return msgspec.structs.replace(article, zone=random.choice(others))


def _renumber(random: Random, paper: Paper, article: Article) -> Article:
    return msgspec.structs.replace(article, id=article.id + 4_000_000)


CHANGES: dict[str, Any] = {
    "edit": _edit,
    "touch": lambda random, paper, article: article,
    "slug": _slug,
    "zone": _zone,
    "renumber": _renumber,
}


def _seen(article: Article) -> tuple[object, ...]:
    """What makes a revision."""
    return article.title, article.lead, article.body, article.authors


def paragraph(random: Random) -> str:
    """A few sentences, of which no other article has one."""
    return " ".join(sentence(random, random.randrange(10, 18)) for _ in range(random.randrange(2, 4)))


def sentence(random: Random, words: int) -> str:
    """Vietnamese words, with a number now and then."""
    made = random.choices(WORDS, k=words)
    if random.random() < 0.3:
        made[random.randrange(1, words)] = str(random.randrange(13, 980))
    text = " ".join(made)
    return text[0].upper() + text[1:] + "."
