"""Crawls that keep pages and leave their cleaning to another time."""

import pytest

from archive.store import Archive
from crawler.cleaning import Cleaning
from crawler.counts import Counts
from pipelines.pool import CleaningPool
from pipelines.reclean import reclean
from tests.crawler.conftest import Crawl, pages
from tests.crawler.site import Route, Site, article, listing
from tests.stock import Here

ROUTES: dict[str, Route] = {
    "/tin": listing("/bai-1.html", "/bai-2.html"),
    "/bai-1.html": article(1, related=("/bai-3.html", "/bai-1.html")),
    "/bai-2.html": article(2),
    "/bai-3.html": article(3, related=("/bai-4.html",)),
    "/bai-4.html": article(4, related=("/bai-5.html",)),
    "/bai-5.html": article(5),
}


def articles(archive: Archive) -> list[str]:
    return [str(row["url"]).rpartition("/")[2] for row in pages(archive, kind="article")]


@pytest.mark.usefixtures("here")
def test_nothing_is_cleaned_and_the_next_crawl_does_it_and_goes_on(
    kept: Archive, run: Crawl, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Site(dict(ROUTES)) as site:
        with monkeypatch.context() as none:
            none.setattr(CleaningPool, "start", None)
            done = run(site, keep_only=True)
        assert done.outcome == "finished" and done.sources == {"sample": Counts(found=2, kept=5, articles=2)}
        assert articles(kept) == ["bai-1.html", "bai-2.html"] and not list(kept.rows("SELECT 1 FROM cleanings"))
        ended = list[int]()
        monkeypatch.setattr(Cleaning, "end", lambda _: ended.append(1))
        assert run(site).outcome == "finished"
        assert ended, "what is cleaned last waits for nothing"
        assert articles(kept) == [f"bai-{n}.html" for n in (1, 2, 3, 4)], "the fifth is a step too far"
        assert len(list(kept.rows("SELECT 1 FROM articles"))) == 4
        assert site.paths()["/bai-1.html"] == 1


@pytest.mark.usefixtures("here")
def test_what_is_cleaned_by_itself_leads_the_next_crawl(kept: Archive, run: Crawl) -> None:
    with Site(dict(ROUTES)) as site:
        run(site, keep_only=True)
        waiting = "SELECT url, depth, hints ->> '$.via' AS via FROM frontier WHERE visits = 0 AND kind = 'article'"
        assert reclean(kept, site.sources(), Here(), dry_run=True).pages == 2 and not list(kept.rows(waiting))  # type: ignore[arg-type]
        assert reclean(kept, site.sources(), Here()).pages == 2  # type: ignore[arg-type]
        assert list(kept.rows(waiting)) == [{"url": site.url("/bai-3.html"), "depth": 1, "via": "related"}]
        run(site, keep_only=True)
    assert articles(kept) == ["bai-1.html", "bai-2.html", "bai-3.html"]
