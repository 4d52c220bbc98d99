"""Every declared paper: its examples are what they are called, and its articles stay themselves."""

import re

import pytest

from config.declarations import Examples
from config.lists import address, asked, starts
from config.sources import Source, load
from config.urls import article_key, canonical, classify, subject_of

PAPERS = list(load().values())
ARTICLES = [(paper, url) for paper in PAPERS for url in paper.examples.article]


def name(value: Source | str) -> str:
    """What a test calls a paper or an address."""
    return value.id if isinstance(value, Source) else re.sub(r"^https?://", "", value)


@pytest.mark.parametrize("paper", PAPERS, ids=name)
def test_the_examples_are_what_they_are_called(paper: Source) -> None:
    for kind in Examples.__struct_fields__:
        urls = getattr(paper.examples, kind)
        assert urls, f"no example of: {kind}"
        assert {url: classify(paper, url) for url in urls} == dict.fromkeys(urls, kind)


@pytest.mark.parametrize("paper", PAPERS, ids=name)
def test_sections_and_their_further_pages_are_sections(paper: Source) -> None:
    from crawler.pagers import pager_urls

    for section in paper.discover.sections:
        pages = [paper.absolute(section), *(pager_urls(paper, section) if paper.discover.pager else ())]
        assert {url: classify(paper, url) for url in pages} == dict.fromkeys(pages, "section")


LISTED = [paper for paper in PAPERS if paper.discover.lists]


@pytest.mark.parametrize("paper", LISTED, ids=name)
def test_the_lists_that_scripts_fetch_are_sections(paper: Source) -> None:
    pages = [address(paper, rules, "muc-1", n) for rules in paper.discover.lists for n in (1, 2)]
    assert {url: classify(paper, canonical(paper, url)) for url in pages} == dict.fromkeys(pages, "section")
    assert all(asked(paper, url) for url in (*pages, *starts(paper)))


@pytest.mark.parametrize(("paper", "url"), [a for a in ARTICLES if "ten-bai" in a[1].casefold()], ids=name)
def test_the_number_is_the_article_whatever_the_slug(paper: Source, url: str) -> None:
    other = re.sub("ten-bai", "ten-khac", url, flags=re.I)
    numbered = "/" not in article_key(paper, url)
    assert (article_key(paper, url) == article_key(paper, other)) == numbered
    assert canonical(paper, url) != canonical(paper, other)


@pytest.mark.parametrize(("paper", "url"), ARTICLES, ids=name)
def test_an_article_is_the_same_on_every_host_unless_it_counts_apart(paper: Source, url: str) -> None:
    here = article_key(paper, re.sub("//[^/]+", f"//{paper.hosts[0]}", url))
    for host in paper.hosts:
        for prefix in ("", "www.", "m."):
            there = article_key(paper, re.sub("^https?://[^/]+", f"http://{prefix}{host}", url) + "#binh-luan")
            assert (there == here) == (host == paper.hosts[0] or host not in paper.own_ids)


SAME = [
    ("suckhoedoisong", "/ten-bai-n153232.html", "/ten-khac-169153232.htm"),
    ("thethaovanhoa", "/the-thao/ten-bai-n20201127144503371.htm", "/ten-khac-20201127144503371.htm"),
    ("vov", "/chinh-tri/ten-bai-1026812.vov", "/the-gioi/ten-khac-post1026812.vov"),
    ("vovworld", "/vi-VN/kinh-te/ten-bai-2206831.vov", "/vi-VN/kinh-te/ten-khac-2206831.vov5"),
    ("qdnd", "/xa-hoi/ten-bai-746174", "/xa-hoi/tin-tuc/ten-khac-746174"),
    ("tapchicongsan", "/web/guest/kinh-te/-/2018/820123/a.aspx", "/vi_VN/web/guest/kinh-te/-/2018/820123/b.aspx"),
    ("cand", "/doi-song/Ten-bai-545123/", "/doi-song/ten-khac-i545123"),
    ("24h", "/bong-da/ten-bai-c48a1684664.html", "/tin-tuc-quoc-te/ten-khac-c415a1684664.html"),
]


@pytest.mark.parametrize(("paper", "one", "other"), SAME)
def test_addresses_of_two_times_are_one_article(paper: str, one: str, other: str) -> None:
    source = load_once(paper)
    assert article_key(source, source.absolute(one)) == article_key(source, source.absolute(other))


APART = [
    ("dangcongsan", "/noidung/tintuc/Lists/{}/View_Detail.aspx?ItemID=12", "Tinhoatdong", "XaydungDang"),
    ("dangcongsan", "/noidung/tintuc/Lists/Tinhoatdong/View_Detail.aspx?ItemID={}", "12", "13"),
    ("petrotimes", "https://{}petrotimes.vn/ten-bai-612345.html", "", "petrovietnam."),
    ("vneconomy", "/mot-ten-bai-dai-hon-nam-{}.htm", "chu", "chu-nua"),
    ("danviet", "/ten-bai-{}", "d1340325.html", "7771340325.htm"),
]


@pytest.mark.parametrize(("paper", "url", "one", "other"), APART)
def test_two_articles_stay_two(paper: str, url: str, one: str, other: str) -> None:
    source = load_once(paper)
    keys = [article_key(source, source.absolute(url.format(part))) for part in (one, other)]
    assert keys[0] != keys[1]


SUBJECTS = [
    ("vnexpress", "/chu-de/gia-gao-1403", "topic"),
    ("vnexpress", "/tag/lua-gao-216912", "tag"),
    ("vnexpress", "/tag/lua-gao-216912-p2", "tag"),
    ("vietnamnet", "/su-kien/tinh-hinh-mua-lu-606483.html", "topic"),
    ("vietnamnet", "/gia-gao-tag1025541677.html", "tag"),
    ("nhandan", "/chu-de/mua-gat-som-704825.html", "topic"),
    ("nhandan", "/tu-khoa/lua-tag17202.html", "tag"),
    ("plo", "/chu-de/mua-gat-som-12345.html", "topic"),
    ("kienthuc", "/chu-de/mua-gat-som-12345.html", "topic"),
    ("vietnamplus", "/topic/mua-gat-som-1204.vnp", "topic"),
    ("congthuong", "/chu-de/gia-lua-gao.topic", "topic"),
    ("congthuong", "/chu-de/gia-lua-gao.topic&s_cond=&BRSR=15", "topic"),
    ("baoquocte", "/tag/gia-gao-185757.tag", "tag"),
    ("hanoimoi", "/mua-gat-som-event123.html", "topic"),
    ("baodanang", "/lua-gao-ptag.html", "tag"),
    ("tuoitre", "/chu-de/lua-gao.html", "topic"),
    ("tuoitre", "/chu-de/lua-gao/7297.html", "topic"),
    ("laodong", "/tags/lua-gao-31135.ldo", "tag"),
    ("dantri", "/tag/lua-gao-1167", "tag"),
    ("dantri", "/su-kien/mua-gat-som-20250713190300123.htm", None),
    ("znews", "/tieu-diem/lua-gao.html", "topic"),
    ("znews", "/lua-gao-tim-kiem.html", "search"),
    ("vtcnews", "/tieu-diem/lua-gao/trang-2.html", "topic"),
    ("thanhnien", "/tac-gia/ten-nguoi-18515656.htm", None),
    ("vnexpress", "/thoi-su", None),
]


@pytest.mark.parametrize(("paper", "path", "subject"), SUBJECTS)
def test_lists_on_one_subject_are_sections_and_no_articles(paper: str, path: str, subject: str | None) -> None:
    """Seen so in pages and crawlers that are public; before, they were articles or nothing."""
    source = load_once(paper)
    url = source.absolute(path)
    assert subject_of(source, url) == subject_of(source, canonical(source, url)) == subject
    if subject:
        assert classify(source, url) == classify(source, canonical(source, url)) == "section"


def test_articles_below_su_kien_stay_articles() -> None:
    dantri = load_once("dantri")
    assert classify(dantri, dantri.absolute("/su-kien/mua-gat-som-20250713190300123.htm")) == "article"


def load_once(paper: str) -> Source:
    """The paper called so, from the declarations read above."""
    return next(source for source in PAPERS if source.id == paper)


@pytest.mark.parametrize("folder", ["tag", "tags", "tu-khoa", "tac-gia", "author"])
@pytest.mark.parametrize("end", ["-1234.html", "-123456.html", "-1234567.htm", "-123456"])
def test_tag_and_author_pages_are_no_articles(folder: str, end: str) -> None:
    """Seen so on VCCorp, OneCMS, VietNamNet, VOV, Thanh Niên and Dân trí; they end like articles."""
    taken = [
        paper.id for paper in load().values() if classify(paper, paper.absolute(f"/{folder}/x-y{end}")) == "article"
    ]
    assert not taken
