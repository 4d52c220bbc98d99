"""Sitemaps and feeds that send robots to the front page, as VnExpress' daily sitemaps do: nothing is taken for them."""

import pytest

from archive.store import Archive
from tests.crawler.conftest import Crawl, pages
from tests.crawler.site import Reply, Site, article, listing

XML = {"Content-Type": "application/xml"}


def index(*urls: str) -> Reply:
    shards = "".join(
        f"<sitemap><loc>{url}</loc><lastmod>2025-03-0{n}</lastmod></sitemap>" for n, url in enumerate(urls, 1)
    )
    body = f"<sitemapindex xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'>{shards}</sitemapindex>"
    return Reply(body=body.encode(), headers=XML)


@pytest.mark.usefixtures("here")
def test_a_sitemap_that_leads_to_the_front_page_is_given_up_and_the_front_page_stays_a_list(
    kept: Archive, run: Crawl
) -> None:
    home = Reply(302, headers={"Location": "/"})
    routes = {"/": listing("/bai-1.html"), "/bai-1.html": article(1), "/sitemap-2.xml": home, "/tin.rss": home}
    with Site(dict(routes)) as site:
        site.routes["/sitemap.xml"] = index(site.url("/sitemap-2.xml"))
        lists = {"sections": (), "pager": None, "sitemaps": ("/sitemap.xml",), "feeds": ("/tin.rss",)}
        run(site, lists)
        rows = {row["url"]: row for row in kept.rows("SELECT * FROM frontier WHERE kind IN ('sitemap', 'feed')")}
        assert sorted(rows) == [site.url(path) for path in ("/sitemap-2.xml", "/sitemap.xml", "/tin.rss")]
        for path in ("/sitemap-2.xml", "/tin.rss"):
            assert rows[site.url(path)]["error"] == f"leads to {site.url('/')}"
        run(site, lists | {"sections": ("/",)})
    assert [page["url"] for page in pages(kept, kind="article")] == [site.url("/bai-1.html")]


@pytest.mark.usefixtures("here")
def test_a_sitemap_that_has_moved_is_followed(kept: Archive, run: Crawl) -> None:
    with Site({"/bai-1.html": article(1), "/sitemap.xml": Reply(301, headers={"Location": "/so-do.xml"})}) as site:
        url = site.url("/bai-1.html")
        site.routes["/so-do.xml"] = Reply(body=f"<urlset><url><loc>{url}</loc></url></urlset>".encode(), headers=XML)
        run(site, {"sections": (), "pager": None, "sitemaps": ("/sitemap.xml",)})
    assert [page["url"] for page in pages(kept, kind="article")] == [url]
