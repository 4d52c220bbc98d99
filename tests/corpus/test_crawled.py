"""The project's own crawler finds and reads the served papers: what focused crawls are measured on can be crawled."""

from pathlib import Path

import pytest

from archive.store import Archive
from config.sources import Sources
from crawler.run import crawl
from tests.corpus import Corpus
from tests.corpus.serve import Served
from tests.faults.orders import HereToo


def test_a_plain_crawl_brings_whole_papers_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("crawler.cleaning.CleaningPool", HereToo)
    corpus = Corpus(1, "A", 250)
    names = ("tiachop", "bensong", "tayho")
    with Served(corpus) as served, Archive(tmp_path / "kept.db") as archive:
        outcome = crawl(archive, Sources({name: served.sources[name] for name in names}, {}))
        assert outcome.outcome == "finished"
        kept = {row["url"]: row["text"] for row in archive.rows("SELECT url, text FROM articles")}
        true = {served.web.url(a): a.at(None).text for a in corpus.articles if a.paper in names}
        assert kept == true
        asked = served.fetched()
    assert set(true) <= set(asked)
    assert len(asked) == len(set(asked)), "no page was asked for twice"
