"""What a page of one paper shows beside its own text: counters, lists, boxes, the day. Nothing here is random."""

import zlib
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from crawler.newsroom.papers import VISITS, articles, as_served
from crawler.newsroom.written import Article, Paper, Section, Trap

_WEEKDAYS = ("Thứ Hai", "Thứ Ba", "Thứ Tư", "Thứ Năm", "Thứ Sáu", "Thứ Bảy", "Chủ Nhật")


class Stock(NamedTuple):
    """What a paper holds at a moment: the day that its pages print, and its articles, the newest first."""

    today: datetime
    articles: Sequence[Article]


class Shelf:
    """The articles of `paper` at `visit`, as lists. `visit` decides every counter and every choice."""

    def __init__(self, paper: Paper, visit: int, stock: Stock | None = None) -> None:
        """`stock`, where the paper holds something else than its samples."""
        self.paper, self.visit = paper, visit
        self.today, held = stock or (VISITS[visit - 1], articles(paper.id, visit))
        self.hidden = {a.id: as_served(a) for a in held if a.behind == "robots"}
        self.articles = [as_served(a) for a in held if a.behind != "robots"]
        self._by_id = {a.id: a for a in self.articles}
        self._lasting = held if stock else articles(paper.id, 1)

    def find(self, numbers: Sequence[int]) -> list[Article]:
        """The articles with these ids, in this order."""
        return [self._by_id[number] for number in numbers]

    def of_section(self, slug: str) -> list[Article]:
        """The articles of a section and of the sections below it, the newest first."""
        top = self.paper.section(slug).names
        return [a for a in self.articles if self.paper.section(a.zone).names[: len(top)] == top]

    def of_tag(self, tag: str) -> list[Article]:
        """The articles with `tag`, the newest first."""
        return [a for a in self.articles if tag in a.tags]

    def traps_of(self, slug: str) -> list[Trap]:
        """The links to no article on the first page of a section."""
        return [trap for trap in self.paper.traps if trap.zone == slug]

    def crumbs(self, slug: str) -> list[Section]:
        """The section called `slug` and those above it, the broadest first."""
        names = self.paper.section(slug).names
        above = [s for s in self.paper.sections if s.names == names[: len(s.names)]]
        return sorted(above, key=lambda s: len(s.names))

    def others(self, article: Article, count: int) -> list[Article]:
        """`count` more of the same paper, other ones at every visit."""
        return self._some(f"others {article.id} {self.visit}", self.articles, count, article)

    def most_read(self, count: int) -> list[Article]:
        """What is read most at this visit."""
        return self._some(f"read {self.visit}", self.articles, count)

    def fixed(self, article: Article, count: int) -> list[Article]:
        """`count` more that stay the same at every visit, as on pages that nobody renders again."""
        stable = [as_served(a) for a in self._lasting if not a.behind and not a.edit]
        return self._some(f"fixed {article.id}", stable, count, article)

    def columns(self, article: Article, count: int) -> list[tuple[str, str]]:
        """`count` unrelated headlines with their teasers, other ones at every visit."""
        lines = self.paper.columns
        chosen = sorted(lines, key=lambda line: _lot(f"{line} {article.id} {self.visit}"))[:count]
        return [(title.strip(), teaser.strip()) for title, _, teaser in (line.partition("|") for line in chosen)]

    def views(self, article: Article) -> int:
        """The view counter, which only grows."""
        return 140 + _lot(str(article.id)) % 4000 + self.visit * (17 + article.id % 97)

    def _some(self, salt: str, among: Sequence[Article], count: int, but: Article | None = None) -> list[Article]:
        left = [a for a in among if but is None or a.id != but.id]
        return sorted(left, key=lambda a: _lot(f"{salt} {a.id}"))[:count]


def weekday(moment: datetime) -> str:
    """The day of the week, as the papers print it."""
    return _WEEKDAYS[moment.weekday()]


def _lot(word: str) -> int:
    """A number drawn by `word`, the same on every machine."""
    return zlib.crc32(word.encode())
