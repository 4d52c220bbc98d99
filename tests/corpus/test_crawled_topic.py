"""The project's own crawler collects a topic from the served papers, and goes on where it was stopped."""

from pathlib import Path
from urllib.parse import urlsplit

import pytest

from archive.store import Archive
from config.sources import Sources
from config.topics import Topic
from crawler.run import crawl
from tests.corpus import Corpus, serve
from tests.corpus.serve import Served
from tests.crawler.site import Reply
from tests.faults.orders import HereToo


def test_a_topic_is_collected_and_the_crawl_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("crawler.cleaning.CleaningPool", HereToo)
    corpus = Corpus(1, "A", 600)
    name = max(corpus.topics, key=lambda t: len(corpus.of_topic(t)))
    with Served(corpus) as served, Archive(tmp_path / "kept.db") as archive:
        wanted = {served.web.url(a) for a in corpus.of_topic(name)}
        topic = Topic(title=name, name="t", seeds=tuple(sorted(wanted)[:5]))
        first = crawl(archive, served.sources, topic=topic, limit=8)
        early = served.fetched()
        assert first.collected and first.collected.waiting, "it was stopped early"
        done = crawl(archive, served.sources, topic=topic)
        asked = served.fetched()
        assert done.outcome == "finished"
        assert done.collected and not done.collected.waiting
        assert "hardly worth it" in done.collected.told()
        articles = [url for url in asked if url in wanted]
        assert len(articles) == len(set(articles)), "no article was asked for twice"
        assert len(set(articles)) >= 0.8 * len(wanted)
        assert set(early) & wanted
        members = "SELECT a.url FROM topical t JOIN articles a ON a.id = t.article WHERE t.topic = 't'"
        kept = {row["url"] for row in archive.rows(members)}
        assert len(kept & wanted) >= 0.8 * len(kept)
        before = len(asked)
        papers = Sources({n: served.sources[n] for n in ("bensong",)}, {})
        crawl(archive, papers, only=("bensong",), limit=1)
        assert len(served.fetched()) > before, "a plain crawl has its own work"


def test_what_is_learnt_last_is_followed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is learnt before all that is due was fetched; learning takes time, in which its leads fall due."""
    monkeypatch.setattr("crawler.cleaning.CleaningPool", HereToo)
    monkeypatch.setattr("crawler.focus.LEARN_AFTER", 1000)
    corpus = Corpus(1, "A", 600)
    name = max(corpus.topics, key=lambda t: len(corpus.of_topic(t)))
    with Served(corpus) as served, Archive(tmp_path / "kept.db") as archive:
        wanted = sorted(served.web.url(a) for a in corpus.of_topic(name))
        done = crawl(archive, served.sources, topic=Topic(title=name, name="t", seeds=tuple(wanted[:5])))
        assert done.outcome == "finished"
        assert done.collected and not done.collected.waiting


def test_a_seed_whose_paper_fails_does_not_end_the_crawl(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("crawler.cleaning.CleaningPool", HereToo)
    corpus = Corpus(1, "A", 600)
    name = max(corpus.topics, key=lambda t: len(corpus.of_topic(t)))
    answer = serve._Routes.get
    with Served(corpus) as served, Archive(tmp_path / "kept.db") as archive:
        wanted = {served.web.url(a) for a in corpus.of_topic(name)}
        seeds = tuple(sorted(wanted)[:5])
        gone = urlsplit(seeds[0]).path
        monkeypatch.setattr(
            serve._Routes,
            "get",
            lambda routes, path, default=None: Reply(503) if path == gone else answer(routes, path, default),
        )
        done = crawl(archive, served.sources, topic=Topic(title=name, name="t", seeds=seeds))
        assert done.collected and done.collected.found >= 0.5 * len(wanted)
