"""A topic's crawl of the corpus without a server: the project's own frontier, leads and learning over `Web`'s pages.

Pages are cleaned perfectly, and one at a time is fetched, the best lead of all papers first. What a crawl over HTTP
does differently is that twenty papers are asked side by side; `tests.bench.focused` measures that.
"""

from collections.abc import Collection
from pathlib import Path
from random import Random
from typing import NamedTuple

import msgspec

from archive.cleaners import note_newest
from archive.derive import derive_article
from archive.facts import Cleaned, Link, Page
from archive.frontier import Frontier
from archive.leads import Lead
from archive.store import Archive
from config.clock import stamp
from config.sources import Sources
from config.topics import Topic
from config.urls import article_key
from crawler.focus import Focus
from tests.corpus import measure, records
from tests.corpus.corpus import Corpus
from tests.corpus.render import render
from tests.corpus.serve import declared
from tests.corpus.web import Shown, Web

PORT = 8080
_KINDS = ("related", "inline", "tag", "topic")


class Fetched(NamedTuple):
    """One page, and the lead that it was fetched for."""

    url: str
    lead: Lead | None


class Simulated:
    """The papers of a corpus, and crawls of them."""

    def __init__(self, corpus: Corpus) -> None:
        self.corpus, self.web = corpus, Web(corpus, PORT)
        self.sources: Sources = declared(corpus, PORT)

    def wanted(self, topic: str) -> set[str]:
        """The addresses of a topic's articles."""
        return {self.web.url(article) for article in self.corpus.of_topic(topic)}

    def topic(self, name: str, seeds: int, random: int = 7) -> Topic:
        """A declaration of the topic, with so many of its articles as seeds."""
        chosen = Random(random).sample(self.corpus.of_topic(name), seeds)
        return Topic(title=name, name="t", seeds=tuple(self.web.url(article) for article in chosen))

    def crawl(
        self, topic: Topic, archive: Archive | None = None, most: int | None = None, failing: Collection[str] = ()
    ) -> "Crawled":
        """Crawl for `topic` into `archive` (a new one) until it ends by itself, or for `most` pages; the addresses that
        are `failing` answer 503."""
        kept = archive or Archive(Path(":memory:"))
        with kept.transaction():
            for source in self.sources:
                note_newest(kept, source, records.CLEANER)
        frontier = Frontier(kept, self.sources, polite=False, topic=topic.name)
        focus = Focus(kept, frontier, self.sources, topic, list(self.sources))
        focus.begin()
        fetched: list[Fetched] = []
        while most is None or len(fetched) < most:
            focus.wait_for_the_best()
            lease = frontier.take(kept.clock.seconds())
            if lease is None:
                focus.wait_no_longer()
                lease = frontier.take(kept.clock.seconds())
            if lease is None:
                if focus.learn_last():
                    continue
                break
            page, shown = self._page(lease.url, lease.source, stamp(kept.clock.now()))
            page = msgspec.structs.replace(page, kind=lease.kind, hints=lease.hints)
            if lease.url in failing:
                page = msgspec.structs.replace(page, status=503)
            if lease.kind != "robots":
                lead = next(iter(focus.leads.known([lease.key]).values()), None)
                fetched.append(Fetched(lease.url, lead))
            with kept.transaction():
                number = kept.keep_page(self.sources[lease.source], page)
                frontier.settle(lease, page, number)
                focus.settle(lease, page)
            if lease.kind == "article" and page.status == 200:
                self._clean(kept, number, page, shown)
                focus.judge(lease.key, article_key(self.sources[lease.source], lease.url))
                if focus.wants_to_learn:
                    focus.learn()
        focus.finish()
        return Crawled(kept, focus, fetched)

    def harvest(self, topic: str, crawled: "Crawled") -> measure.Harvest:
        """The curve of a crawl."""
        return measure.harvest([one.url for one in crawled.fetched], self.wanted(topic))

    def _page(self, url: str, paper: str, at: str) -> tuple[Page, Shown | None]:
        shown = self.web.page(url)
        if shown is None:
            return Page(url=url, fetched_at=at, body=b"", status=404), None
        kind, body = render(shown, self.corpus.papers[paper])
        return Page(url=url, fetched_at=at, body=body, headers={"content-type": kind}), shown

    def _clean(self, archive: Archive, number: int, page: Page, shown: Shown | None) -> None:
        assert shown
        assert shown.article
        article = shown.article
        record = msgspec.structs.replace(records.record(self.corpus, article, shown.story), url=page.url)
        links = tuple(Link(s.url, s.anchor, s.kind) for s in shown.steps if s.kind in _KINDS)  # type: ignore[arg-type]
        key = article_key(self.sources[article.paper], page.url)
        with archive.transaction():
            archive.put_cleaning(number, records.CLEANER, Cleaned(output=record, article=key, links=links))
            derive_article(archive, key, self.sources)


class Crawled(NamedTuple):
    """A crawl that ended."""

    archive: Archive
    focus: Focus
    fetched: list[Fetched]
