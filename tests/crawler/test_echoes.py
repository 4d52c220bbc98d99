"""A feed that answers with the home feed is told as such: by a crawl's counters, by `sources check`, by `health`."""

import msgspec
import pytest

from archive.store import Archive
from config.sources import Source
from crawler.cli import check
from crawler.echoes import FEW, echoes
from crawler.run import crawl
from pipelines.health import health
from tests.crawler.conftest import Crawl
from tests.crawler.site import Reply, Route, Site, article

RSS = {"Content-Type": "application/rss+xml"}


def feed(site: str, numbers: range, section: str) -> Reply:
    items = "".join(
        f"<item><title>Bài {n}</title><link>{site}/bai-{n}.html</link><category>{section}</category></item>"
        for n in numbers
    )
    return Reply(body=f"<rss version='2.0'><channel><title>Báo</title>{items}</channel></rss>".encode(), headers=RSS)


def serve(site: Site, *feeds: tuple[str, range]) -> Source:
    base = site.url("")
    site.routes |= {f"/bai-{n}.html": article(n) for n in range(1, 20)}
    site.routes |= {path: feed(base, numbers, path) for path, numbers in feeds}
    return site.source(sections=(), pager=None, feeds=tuple(path for path, _ in feeds))


@pytest.mark.usefixtures("here")
def test_a_feed_that_lists_what_another_lists_is_told(
    kept: Archive, run: Crawl, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Site(dict[str, Route]()) as site:
        paper = serve(site, ("/home.rss", range(1, 8)), ("/la.rss", range(1, 8)), ("/kinh-te.rss", range(3, 9)))
        told = run(site, {"sections": (), "pager": None, "feeds": paper.discover.feeds})
    counts = told.sources["sample"]
    assert counts.errors == {"same feed": 1} and counts.found == 8
    assert list(echoes(kept, paper)) == [
        "discover.feeds: /la.rss lists the articles of /home.rss: its name may be unknown to the paper"
    ]
    sections = {
        row["url"]: row["hints"] for row in kept.rows("SELECT url, hints ->> '$.section' AS hints FROM frontier")
    }
    assert sections[site.url("/bai-1.html")] == "/home.rss" and sections[site.url("/bai-8.html")] == "/kinh-te.rss"
    sources = site.sources(sections=(), pager=None, feeds=paper.discover.feeds)
    monkeypatch.setattr(check, "known_sources", lambda: sources)
    ((checked, _),) = check._archive(kept.path, ["sample"], 50)
    assert [
        line for line in checked.trouble if line.startswith("discover.feeds: /la.rss lists the articles of /home.rss")
    ]
    looked = health(kept, sources, {"sample": (paper, ["sample"])}, kept.clock.now(), 28)
    assert looked.papers[0].errors == {"same feed": 1}


@pytest.mark.usefixtures("here")
def test_few_articles_in_common_are_chance(kept: Archive, run: Crawl) -> None:
    with Site(dict[str, Route]()) as site:
        paper = serve(site, ("/a.rss", range(1, FEW)), ("/b.rss", range(1, FEW)))
        told = run(site, {"sections": (), "pager": None, "feeds": paper.discover.feeds})
    assert not told.sources["sample"].errors and not list(echoes(kept, paper))


@pytest.mark.usefixtures("here")
def test_a_feed_that_is_read_again_is_no_echo_of_itself(kept: Archive) -> None:
    with Site(dict[str, Route]()) as site:
        sources = {"sample": serve(site, ("/a.rss", range(1, 8)))}
        for _ in range(2):
            told = crawl(kept, site.sources(sections=(), pager=None, feeds=sources["sample"].discover.feeds))
    assert not told.sources["sample"].errors


def test_what_an_echo_says_of_sections_is_not_believed() -> None:
    from archive.facts import Found, Hints
    from crawler.echoes import unplaced

    found = Found(url="https://a.vn/b-1.html", kind="article", hints=Hints(via="feed", title="B", section="Kinh tế"))
    assert unplaced((found,)) == (msgspec.structs.replace(found, hints=Hints(via="feed", title="B")),)
