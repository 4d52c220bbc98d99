"""The papers as webs of pages: what each page shows and where it leads, without a server.

Every paper has a home page, sections with pagers, tag pages, topic pages, a search, a feed and sitemaps by month. A
list shows the newest first. Topic pages exist where a paper has `TOPIC_FROM` articles of a subject, for two subjects
of three; editors miss one article of seven there. A tag page shows every article with the tag.
"""

import re
from collections.abc import Iterator
from datetime import datetime
from functools import cached_property
from random import Random
from typing import Literal, NamedTuple
from urllib.parse import parse_qs, urlencode, urlsplit

from config.fold import fold
from tests.corpus import links, pages
from tests.corpus.corpus import Corpus
from tests.corpus.stories import Story
from tests.corpus.truth import Article, LinkKind, Paper

LISTED = 20
"""Articles on a page of a list."""
FEED_ITEMS = 50
TOPIC_FROM, TOPIC_HAS, TOPIC_MISSED = 8, 0.67, 0.15
PageKind = Literal["home", "section", "tag", "topic", "search", "feed", "sitemap", "article"]


class Step(NamedTuple):
    """A link as a page shows it."""

    url: str
    kind: LinkKind | Literal["next", "sitemap"]
    anchor: str
    article: int | None = None
    """The article that it leads to."""
    published: datetime | None = None
    """When that was published, where a feed or a sitemap says so."""


class Shown(NamedTuple):
    """One page."""

    url: str
    kind: PageKind
    title: str
    steps: tuple[Step, ...]
    article: Article | None = None
    story: Story = Story("", "", ())
    """An article's text, as it stands at the moment."""


class Web:
    """The pages of all papers, as they are at `moment` (by default after the last article).

    `port` is where they are served on their loopback addresses; None: under their public hosts. `moment` may be set
    to a later one, as time goes by. `page(url)` is None for what is not there.
    """

    def __init__(self, corpus: Corpus, port: int | None = None, moment: datetime | None = None) -> None:
        self.corpus, self.port = corpus, port
        self.moment = moment or max(a.published for a in corpus.articles)
        self._papers = {self._host(paper): paper for paper in corpus.papers.values()}

    def base(self, paper: str) -> str:
        """The root of a paper, without a slash at its end."""
        found = self.corpus.papers[paper]
        return f"https://{found.host}" if self.port is None else f"http://{found.address}:{self.port}"

    def url(self, article: Article) -> str:
        """Where an article stands."""
        return self.base(article.paper) + pages.path(self.corpus.papers[article.paper], article)

    def search(self, paper: str, query: str) -> str:
        """The address of a paper's search for all words of `query`."""
        return f"{self.base(paper)}{pages.SEARCH}?{urlencode({'q': query})}"

    def links(self, url: str) -> list[str]:
        """The addresses to which the page at `url` leads, for `measure.breadth_first`."""
        found = self.page(url)
        return [step.url for step in found.steps] if found else []

    def page(self, url: str) -> Shown | None:
        """The page at `url`."""
        parts = urlsplit(url)
        paper = self._papers.get(parts.netloc)
        if paper is None:
            return None
        query = parse_qs(parts.query)
        return self._found(url, paper, parts.path or "/", query, int(query.get("page", ["1"])[0]))

    def _host(self, paper: Paper) -> str:
        return urlsplit(self.base(paper.id)).netloc

    def _found(self, url: str, paper: Paper, path: str, query: dict[str, list[str]], page: int) -> Shown | None:
        if turned := re.fullmatch(r"(.+)/trang-(\d+)\.htm", path):
            path, page = f"{turned[1]}.htm", int(turned[2])
        if n := self._by_path.get((paper.id, path)):
            article = self.corpus.articles[n - 1]
            return self._article(url, paper, article) if article.published <= self.moment else None
        if path == pages.HOME:
            return Shown(url, "home", paper.title, (*self._menu(paper), *self._steps(self._there(paper)[:LISTED])))
        if path == pages.FEED:
            return Shown(url, "feed", paper.title, tuple(self._steps(self._there(paper)[:FEED_ITEMS])))
        if path == pages.SITEMAP or path.startswith("/sitemaps/"):
            return self._sitemap(url, paper, path)
        if path == pages.SEARCH:
            wanted = query.get("q", [""])[0]
            where = f"{path}?{urlencode({'q': wanted})}"
            return self._list(url, paper, where, "search", wanted, self._searched(paper, wanted), page)
        if listed := self._lists[paper.id].get(path):
            kind, title, ids = listed
            return self._list(url, paper, path, kind, title, [n for n in ids if self._is_out(n)], page)
        return None

    @cached_property
    def _by_path(self) -> dict[tuple[str, str], int]:
        """Article ids, plus one, by paper and path."""
        papers = self.corpus.papers
        return {(a.paper, pages.path(papers[a.paper], a)): a.id + 1 for a in self.corpus.articles}

    @cached_property
    def _lists(self) -> dict[str, dict[str, tuple[PageKind, str, list[int]]]]:
        """By paper and path the lists: kind, title, ids of all articles, the newest first."""
        found: dict[str, dict[str, tuple[PageKind, str, list[int]]]] = {}
        for paper in self.corpus.papers.values():
            found[paper.id] = {path: ("section", name, []) for name, path in paper.sections.items()}
        for article in reversed(self.corpus.articles):
            paper = self.corpus.papers[article.paper]
            own = found[paper.id]
            own[paper.sections[article.section]][2].append(article.id)
            for name in article.story.tags:
                own.setdefault(pages.tag(paper, name), ("tag", name, []))[2].append(article.id)
            if self._on_topic_page(article):
                title = self.corpus.writer.title(article.subject)
                own.setdefault(pages.topic(paper, title), ("topic", title, []))[2].append(article.id)
        return {
            paper: {path: one for path, one in own.items() if one[0] != "topic" or len(one[2]) >= TOPIC_FROM}
            for paper, own in found.items()
        }

    def _on_topic_page(self, article: Article) -> bool:
        name = f"{self.corpus.seed}/{self.corpus.generator}/{article.paper}/{article.subject}"
        kept = article.kind in ("report", "copy") and Random(name).random() < TOPIC_HAS
        return kept and Random(f"{name}/{article.id}").random() >= TOPIC_MISSED

    def _is_out(self, n: int) -> bool:
        return self.corpus.articles[n].published <= self.moment

    def _there(self, paper: Paper) -> list[int]:
        """The ids of what a paper has, the newest first."""
        return [n for n in self._own[paper.id] if self._is_out(n)]

    @cached_property
    def _own(self) -> dict[str, list[int]]:
        found: dict[str, list[int]] = {paper: [] for paper in self.corpus.papers}
        for article in reversed(self.corpus.articles):
            found[article.paper].append(article.id)
        return found

    def _searched(self, paper: Paper, wanted: str) -> list[int]:
        words = fold(wanted).split()
        return [n for n in self._there(paper) if words and all(f" {w} " in self._folded(n) for w in words)]

    def _folded(self, n: int) -> str:
        if n not in self._texts:
            story = self.corpus.articles[n].story
            words = re.findall(r"\w+", fold(f"{story.title} {story.text}"))
            self._texts[n] = f" {' '.join(words)} "
        return self._texts[n]

    @cached_property
    def _texts(self) -> dict[int, str]:
        return {}

    def _steps(self, ids: list[int]) -> Iterator[Step]:
        for n in ids:
            article = self.corpus.articles[n]
            yield Step(self.url(article), "list", article.at(self.moment).title, n, article.published)

    def _menu(self, paper: Paper) -> Iterator[Step]:
        for name, path in paper.sections.items():
            yield Step(self.base(paper.id) + path, "section", name)

    def _list(
        self, url: str, paper: Paper, path: str, kind: PageKind, title: str, ids: list[int], page: int
    ) -> Shown | None:
        shown = ids[(page - 1) * LISTED : page * LISTED]
        if page > 1 and not shown:
            return None
        steps = [*self._menu(paper), *self._steps(shown)]
        if len(ids) > page * LISTED:
            where = f"{path}&page={page + 1}" if kind == "search" else pages.further(paper, path, page + 1)
            steps.append(Step(self.base(paper.id) + where, "next", "Trang sau"))
        return Shown(url, kind, title, tuple(steps))

    def _sitemap(self, url: str, paper: Paper, path: str) -> Shown | None:
        months: dict[str, list[int]] = {}
        for n in self._there(paper):
            at = self.corpus.articles[n].published
            months.setdefault(pages.month(at.year, at.month), []).append(n)
        if path == pages.SITEMAP:
            steps = tuple(Step(self.base(paper.id) + month, "sitemap", "") for month in months)
            return Shown(url, "sitemap", paper.title, steps)
        return Shown(url, "sitemap", paper.title, tuple(self._steps(months[path]))) if path in months else None

    def _article(self, url: str, paper: Paper, article: Article) -> Shown:
        steps = [*self._menu(paper)]
        for link in links.of(self.corpus)[article.id]:
            other = self.corpus.articles[link.target]
            steps.append(Step(self.url(other), link.kind, link.anchor, other.id))
        story, base = article.at(self.moment), self.base(paper.id)
        steps += [Step(base + pages.tag(paper, name), "tag", name) for name in article.story.tags]
        if self._on_topic_page(article):
            title = self.corpus.writer.title(article.subject)
            path = pages.topic(paper, title)
            if path in self._lists[paper.id]:
                steps.append(Step(base + path, "topic", f"Chủ đề: {title}"))
        return Shown(url, "article", story.title, tuple(steps), article, story)
