"""A crawl keeps nothing of what was withdrawn, even a moment ago, and goes on with the rest."""

from pathlib import Path

from archive.store import Archive
from archive.withdraw import find, withdraw
from tests.crawler.conftest import Crawl, pages
from tests.crawler.site import Reply, Site, article, paper


def test_what_was_withdrawn_is_not_asked_for_again(kept: Archive, run: Crawl) -> None:
    with Site(paper(3)) as site:
        run(site)
        withdraw(kept, find(kept, site.sources(), site.url("/bai-2.html")), "luật")
        assert run(site).outcome == "finished"
        assert site.paths()["/bai-2.html"] == 1 and not pages(kept, url=site.url("/bai-2.html"))


def test_what_is_withdrawn_while_it_is_fetched_is_not_kept(kept: Archive, run: Crawl, tmp_path: Path) -> None:
    def taken(_: int) -> Reply:
        with Archive(kept.path) as second:
            withdraw(second, find(second, site.sources(), site.url("/bai-2.html")), "luật")
        return article(2)

    with Site(paper(3) | {"/bai-2.html": taken}) as site:
        done = run(site)
    counts = done.sources["sample"]
    assert (done.outcome, counts.articles, counts.dropped["withdrawn"]) == ("finished", 2, 1)
    assert len(pages(kept, kind="article")) == 2
    assert not list(kept.rows("SELECT 1 FROM frontier WHERE leased IS NOT NULL OR key LIKE '%bai-2%'"))
