"""The declarations of the sample papers, over the families of the real ones."""

import pytest

from archive.facts import Drop, Page, Record
from archive.parts import joined
from config.clock import stamp
from config.sources import load
from config.urls import article_key, canonical, classify
from crawler.newsroom import PORT, VISITS, declared
from crawler.newsroom.papers import articles, papers
from crawler.newsroom.site import Site
from crawler.newsroom.truth import Truth, truths
from pipelines.process import process

NAMES = ("suoinga", "nhiplang", "bendo", "bonphuong")


def test_they_are_the_four_papers_and_no_real_ones() -> None:
    sources = declared(9000)
    assert set(sources) == set(papers()) == set(NAMES)
    assert not set(sources) & set(load())
    for name, source in sources.items():
        assert source.hosts == (papers()[name].host,)
        assert source.base == f"http://{papers()[name].host}:9000"
        assert source.title == papers()[name].title


@pytest.mark.parametrize("name", NAMES)
def test_examples_and_articles_are_classed_right(name: str) -> None:
    source = declared()[name]
    for kind in ("article", "section", "other"):
        assert getattr(source.examples, kind)
        for path in getattr(source.examples, kind):
            assert classify(source, source.absolute(path)) == kind, path
    for article in articles(name, 2):
        url = source.absolute(papers()[name].path(article))
        assert classify(source, url) == "article"
        assert article_key(source, url) == f"{name}:{article.id}"
        assert canonical(source, url + "?utm_source=rss#inner-article") == url


@pytest.mark.parametrize("name", NAMES)
def test_generated_pager_addresses_are_those_of_the_site(name: str) -> None:
    source, paper = declared()[name], papers()[name]
    assert source.discover.pager is not None
    layout = paper.layouts["new"]
    for section in source.discover.sections:
        second = source.discover.pager.format(section=section, n=source.discover.pager_first)
        zone = section.strip("/").removeprefix("tin-tuc/")
        assert second == layout.pager.format(zone=zone, n=layout.first + 1, offset=layout.page_size)
        assert classify(source, source.absolute(second)) == "section"


@pytest.mark.parametrize("visit", [1, 2])
@pytest.mark.parametrize("name", NAMES)
def test_the_rules_of_the_real_families_clean_every_article(name: str, visit: int) -> None:
    source = declared()[name]
    site = Site(papers()[name], visit, source.base)
    for truth in truths(papers()[name], visit, source.base):
        records = []
        for url in (truth.url, *truth.further):
            body, html = site.reply(url.removeprefix(source.base)).body, {"content-type": "text/html"}
            page = Page(url=url, fetched_at=stamp(VISITS[visit - 1]), body=body, headers=html)
            record = process(page, source).output
            assert isinstance(record, Record), url
            records.append(record)
        assert _differences(joined(records), truth) == {}, truth.url


@pytest.mark.parametrize("reason", ["soft-404", "video", "gallery", "not-html"])
def test_traps_are_dropped_for_what_they_are(reason: str) -> None:
    for name, paper in papers().items():
        source = declared()[name]
        for trap in paper.traps:
            if trap.kind == reason:
                reply = Site(paper, 1, source.base).reply(trap.path)
                headers = {"content-type": reply.kind}
                page = Page(
                    url=source.absolute(trap.path), fetched_at=stamp(VISITS[0]), body=reply.body, headers=headers
                )
                dropped = process(page, source).output
                assert isinstance(dropped, Drop) and dropped.drop.reason == reason


def _differences(record: Record, truth: Truth) -> dict[str, tuple[object, object]]:
    fields = ("kicker", "title", "lead", "credit", "published", "modified")
    lists = ("blocks", "captions", "authors", "section", "tags")
    pairs = {f: (getattr(record, f) or "", getattr(truth, f)) for f in fields}
    pairs |= {f: (tuple(getattr(record, f)), getattr(truth, f)) for f in lists}
    return {f: pair for f, pair in pairs.items() if pair[0] != pair[1]}


def test_the_default_port_is_the_one_that_is_served() -> None:
    assert declared()["bendo"].base == f"http://127.77.0.3:{PORT}"
