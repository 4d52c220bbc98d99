"""The papers' sitemap indices by the names they use: what holds articles is followed, what holds none is not."""

import pytest

from archive.facts import Page
from config.sources import load
from crawler.discover import discover

PAPERS = load()
INDEX = [
    (
        "tuoitre",
        "/sitemaps/index.rss",
        ["/StaticSitemaps/sitemaps-2026-3-1-5.xml", "/google-news-sitemap.xml"],
        ["/sitemaps/category.rss", "/sitemaps/topics.xml", "/sitemap-video.xml"],
    ),
    ("thanhnien", "/sitemap.xml", ["/sitemaps/sitemaps-2026-3-6-10.xml"], ["/sitemaps/category.rss"]),
    (
        "nhandan",
        "/sitemap.xml",
        ["/sitemaps/news-2026-3.xml", "/sitemaps/google-news.xml", "/sitemaps/daily-news.xml"],
        ["/sitemaps/categories.xml", "/sitemaps/topics.xml"],
    ),
    (
        "vietnamnet",
        "/sitemap.xml",
        ["/sitemap-article-03-2026-01.xml", "/sitemap-news.xml"],
        ["/sitemap-categories.xml", "/sitemap-tags-1.xml", "/sitemap-image.xml", "/sitemap-video.xml"],
    ),
    (
        "daidoanket",
        "/sitemap.xml",
        ["/sitemap-article-daily.xml", "/sitemap-news.xml"],
        ["/sitemap-category.xml", "/sitemap-event.xml"],
    ),
    (
        "dantri",
        "/sitemap.xml",
        ["/google-news-sitemap.xml"],
        ["/sitemaps/categories.xml", "/sitemaps/topics.xml"],
    ),
]


@pytest.mark.parametrize(("name", "index", "followed", "skipped"), INDEX)
def test_an_index_leads_to_what_holds_articles(name: str, index: str, followed: list[str], skipped: list[str]) -> None:
    paper = PAPERS[name]
    for some, expected in ((followed, followed), (skipped, [])):
        rows = "".join(f"<sitemap><loc>{paper.absolute(path)}</loc></sitemap>" for path in some)
        body = f"<sitemapindex xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'>{rows}</sitemapindex>".encode()
        page = Page(url=paper.absolute(index), fetched_at="2026-03-10T08:00:00+07:00", body=body, kind="sitemap")
        assert [found.url for found in discover(page, paper)] == [paper.absolute(path) for path in expected]


@pytest.mark.parametrize(("name", "index"), [(name, index) for name, index, *_ in INDEX])
def test_the_index_is_a_declared_sitemap(name: str, index: str) -> None:
    assert index in PAPERS[name].discover.sitemaps


def test_the_words_of_a_picture_are_those_of_a_link_however_they_are_escaped() -> None:
    paper = PAPERS["tuoitre"]
    body = f"""<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"
     xmlns:image="http://www.google.com/schemas/sitemap-image/1.1"><url><loc>{paper.examples.article[0]}</loc>
     <image:image><image:loc>https://anh.vn/1.jpg</image:loc>
     <image:title>&lt;![CDATA[Giá lúa &amp;amp; gạo]]&gt;</image:title></image:image></url></urlset>"""
    url = paper.absolute("/StaticSitemaps/sitemaps-2026-3-1-5.xml")
    page = Page(url=url, fetched_at="2026-03-10T08:00:00+07:00", body=body.encode(), kind="sitemap")
    (found,) = discover(page, paper)
    assert (found.hints.anchor, found.hints.title) == ("Giá lúa & gạo", None)
