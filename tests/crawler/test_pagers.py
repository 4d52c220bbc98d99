"""Every declared pager, from a section to its further pages: address, frontier key, kind, the page after it."""

import pytest
from scrapy import Request

from archive.facts import Page
from config.sources import Source, load
from config.urls import canonical, classify
from crawler.discover import discover

PAPERS = load()
PAGED = [paper for paper in PAPERS.values() if paper.discover.pager and paper.discover.pager_limit > 2]
SECOND_AND_THIRD = [
    ("vietnamnet", "/chinh-tri", "/chinh-tri-page1", "/chinh-tri-page2"),
    ("baoquocte", "/the-gioi/tieu-diem", "/the-gioi/tieu-diem&s_cond=&BRSR=15", "/the-gioi/tieu-diem&s_cond=&BRSR=30"),
    ("congthuong", "/thoi-su", "/thoi-su&s_cond=&BRSR=15", "/thoi-su&s_cond=&BRSR=30"),
    ("haiquanonline", "/chuyen-dong/thue", "/chuyen-dong/thue&s_cond=&BRSR=20", "/chuyen-dong/thue&s_cond=&BRSR=40"),
    ("thoidai", "/thoi-su", "/thoi-su&s_cond=&BRSR=16", "/thoi-su&s_cond=&BRSR=32"),
    ("tuoitre", "/thoi-su.htm", "/thoi-su/trang-2.htm", "/thoi-su/trang-3.htm"),
    ("dantri", "/thoi-su.htm", "/thoi-su/trang-2.htm", "/thoi-su/trang-3.htm"),
    ("baotintuc", "/the-gioi-130ct0.htm", "/the-gioi-130ct0/trang-2.htm", "/the-gioi-130ct0/trang-3.htm"),
    ("vtcnews", "/chinh-tri-47.html", "/chinh-tri-47/trang-2.html", "/chinh-tri-47/trang-3.html"),
    ("vnexpress", "/the-gioi", "/the-gioi-p2", "/the-gioi-p3"),
    ("baodantoc", "/phong-su.htm", "/phong-su-p2.htm", "/phong-su-p3.htm"),
    ("qdnd", "/chinh-tri", "/chinh-tri/p/2", "/chinh-tri/p/3"),
    ("cand", "/thoi-su", "/thoi-su/page-2/", "/thoi-su/page-3/"),
    ("baodautu", "/dau-tu-d2", "/dau-tu-d2/p2", "/dau-tu-d2/p3"),
    ("tuyengiao", "/kinh-te", "/kinh-te?page=2", "/kinh-te?page=3"),
    ("kienthuc", "/xa-hoi/", "/xa-hoi?page=2", "/xa-hoi?page=3"),
    ("baovanhoa", "/di-san", "/di-san/?page=2", "/di-san/?page=3"),
    ("vneconomy", "/dau-tu.htm", "/dau-tu.htm?trang=2", "/dau-tu.htm?trang=3"),
    (
        "dangcongsan",
        "/noidung/tintuc/Lists/XaydungDang/View.aspx",
        "/noidung/tintuc/Lists/XaydungDang/View.aspx?Page=2",
        "/noidung/tintuc/Lists/XaydungDang/View.aspx?Page=3",
    ),
]


def after(paper: Source, url: str, depth: int) -> str | None:
    """The next page that the section page at `url` leads to."""
    body = f'<a href="{paper.examples.article[0]}">Bài</a>'.encode()
    page = Page(url=url, fetched_at="2026-03-10T08:00:00+07:00", body=body, kind="section")
    return next((found.url for found in discover(page, paper, depth) if found.kind == "section"), None)


@pytest.mark.parametrize(("name", "section", "second", "third"), SECOND_AND_THIRD)
def test_a_section_leads_to_its_second_page_and_that_to_its_third(
    name: str, section: str, second: str, third: str
) -> None:
    paper = PAPERS[name]
    assert section in paper.discover.sections
    assert after(paper, paper.absolute(section), 0) == paper.absolute(second)
    assert after(paper, paper.absolute(second), 1) == paper.absolute(third)


@pytest.mark.parametrize("paper", PAGED, ids=lambda paper: paper.id)
def test_a_further_page_is_a_section_of_its_own_however_it_is_written(paper: Source) -> None:
    for section in map(paper.absolute, paper.discover.sections):
        urls = [section]
        for depth in range(paper.discover.pager_limit - 1):
            # As it is sent, and as the frontier keys it, it is still that page.
            found = after(paper, urls[-1], depth)
            assert found and after(paper, canonical(paper, urls[-1]), depth) == found
            urls.append(found)
            assert classify(paper, found) == classify(paper, canonical(paper, found)) == "section"
            assert Request(found).url == found
            assert canonical(paper, canonical(paper, found)) == canonical(paper, found)
        assert len({canonical(paper, url) for url in urls}) == len(urls)
        assert after(paper, urls[-1], len(urls) - 1) is None


def test_the_families_with_a_pager_are_all_tried() -> None:
    tried = {PAPERS[name].family for name, *_ in SECOND_AND_THIRD}
    assert {paper.family for paper in PAGED} <= tried
