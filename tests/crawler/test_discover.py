import gzip
from datetime import date

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from w3lib.url import safe_url_string

from archive.facts import DropNote, Hints, Page, PageKind
from config.declarations import Discover, Generation, Rules, UrlRules
from config.sources import Source
from config.urls import is_trap
from crawler.backfill import Span
from crawler.discover import MAX_LINKS, discover, shown
from crawler.links import _SAFE, anchors, plain, safe
from crawler.pagers import pager_urls
from crawler.sitemaps import MAX_DEPTH, SHARDS
from pipelines.following import RELATED_DEPTH
from pipelines.pool import dropped
from pipelines.process import process

ROOT = "https://song.example.vn"
PAPER = Source(
    id="songnews",
    title="Báo Sông",
    hosts=("song.example.vn", "cu.example.vn"),
    urls=UrlRules(article=(r"-(?P<id>\d+)\.html$",), section=(r"^/[a-z-]+$",), ignore=(r"^/video/",)),
    discover=Discover(
        feeds=("/rss.rss",),
        sections=("/thoi-su", "/van-hoa.htm"),
        list_links=(".list h3",),
        pager="{section}/trang-{n}.htm",
        feed_order="MDY",
        sitemap_skip=(r"/tags",),
    ),
    rules=Rules(related=(".related a",)),
    generations=(Generation(name="old", rules=Rules(related=(".lienquan", "ld:related"))),),
)


def page(body: str | bytes, path: str = "/thoi-su", kind: PageKind = "section", **more: object) -> Page:
    raw = body.encode() if isinstance(body, str) else body
    fields: dict[str, object] = {
        "url": ROOT + path,
        "fetched_at": "2025-03-10T08:00:00+07:00",
        "body": raw,
        "kind": kind,
    }
    return Page(**(fields | more))  # type: ignore[arg-type]


def with_discover(**changes: object) -> Source:
    return msgspec.structs.replace(PAPER, discover=msgspec.structs.replace(PAPER.discover, **changes))


LISTING = """<html><head><base href="/goc/"></head><body>
<a href="/nav-999.html">Trong trình đơn</a>
<div class="list">
 <h3><a href="https://song.example.vn/bai-1.html#top"><img src=x></a></h3>
 <h3><a href="https://song.example.vn/bai-1.html" title="Bài một đầy đủ">Bài một</a></h3>
 <h3><a href="bai-2.html">Bài <b>hai</b></a> <a href="//cu.example.vn/bai-3.html">Bài ba</a></h3>
 <h3><a href="https://khac.example.vn/bai-4.html">Báo khác</a></h3>
 <h3><a href="/video/bai-5.html">Video</a></h3>
 <h3><a href="javascript:void(0)">x</a><a href="mailto:a@b.vn">y</a><a href="http://[x">z</a></h3>
 <h3><a href="/thoi-su">mục</a></h3>
</div></body></html>"""


@given(st.from_regex(_SAFE, fullmatch=True))
def test_what_looks_safe_has_nothing_to_be_quoted(url: str) -> None:
    assert safe(url) == url == safe_url_string(url)


@pytest.mark.parametrize(
    ("url", "sent"),
    [
        ("https://song.example.vn/tin tuc", "https://song.example.vn/tin%20tuc"),
        ("https://song.example.vn/tin-tức-1.html", "https://song.example.vn/tin-t%E1%BB%A9c-1.html"),
        ("https://song.example.vn/tin-1.html\n", "https://song.example.vn/tin-1.html"),
        ("https://[song", ""),
    ],
)
def test_what_must_be_quoted_is(url: str, sent: str) -> None:
    assert safe(url) == sent


def test_a_section_shows_the_articles_of_the_paper_in_its_order() -> None:
    found = [f for f in discover(page(LISTING), PAPER) if f.kind == "article"]
    assert [f.url for f in found] == [
        f"{ROOT}/bai-1.html",
        f"{ROOT}/goc/bai-2.html",
        "https://cu.example.vn/bai-3.html",
    ]
    first, second, _ = (f.hints for f in found)
    assert (first.via, first.anchor, first.title, first.referrer) == (
        "section",
        "Bài một",
        "Bài một đầy đủ",
        f"{ROOT}/thoi-su",
    )
    assert second.anchor == "Bài hai"
    assert {f.depth for f in found} == {0}


def test_places_that_match_nothing_leave_the_whole_page() -> None:
    found = discover(page(LISTING.replace('class="list"', 'class="danh-sach"')), PAPER)
    assert f"{ROOT}/nav-999.html" in [f.url for f in found]


def test_a_list_is_read_to_a_limit() -> None:
    links = "".join(f'<h3><a href="/bai-{n}.html">x</a></h3>' for n in range(MAX_LINKS + 50))
    found = discover(page(f'<div class="list">{links}</div>'), PAPER)
    assert sum(f.kind == "article" for f in found) == MAX_LINKS


def next_pages(source: Source, path: str, depth: int = 0, body: str = LISTING) -> list[str]:
    return [f.url.removeprefix(ROOT) for f in discover(page(body, path), source, depth) if f.kind == "section"]


def test_the_declared_pager_leads_from_page_to_page() -> None:
    assert next_pages(PAPER, "/thoi-su") == ["/thoi-su/trang-2.htm"]
    assert next_pages(PAPER, "/thoi-su/trang-2.htm", 1) == ["/thoi-su/trang-3.htm"]
    assert next_pages(PAPER, "/thoi-su/trang-3.htm", 2) == []
    assert next_pages(PAPER, "/van-hoa.htm") == ["/van-hoa/trang-2.htm"]
    assert next_pages(PAPER, "/khong-khai-bao") == []


def test_pagers_count_as_they_are_declared() -> None:
    glued = with_discover(pager="{section}&s_cond=&BRSR={n}", pager_first=15, pager_step=15, pager_limit=4)
    assert [u.removeprefix(ROOT) for u in pager_urls(glued, "/thoi-su/")] == [
        f"/thoi-su&s_cond=&BRSR={n}" for n in (15, 30, 45)
    ]
    assert next_pages(glued, "/thoi-su&s_cond=&BRSR=15", 1) == ["/thoi-su&s_cond=&BRSR=30"]
    zero = with_discover(pager="{section}-page{n}", pager_first=1)
    assert next_pages(zero, "/thoi-su") == ["/thoi-su-page1"]
    query = with_discover(pager="{section}?page={n}")
    assert next_pages(query, "/thoi-su?page=2", 1) == ["/thoi-su?page=3"]


def test_without_a_pager_the_page_says_its_next_one() -> None:
    plainly = with_discover(pager=None)
    body = LISTING + '<link rel="next" href="/thoi-su?trang=2">'
    assert next_pages(plainly, "/thoi-su", 0, body) == ["/thoi-su?trang=2"]
    assert next_pages(plainly, "/thoi-su?trang=3", 2, body) == []
    assert next_pages(plainly, "/thoi-su", 0, LISTING) == []
    away = LISTING + '<a rel=next href="https://khac.example.vn/2">tiếp</a>'
    assert next_pages(plainly, "/thoi-su", 0, away) == []


def test_a_page_without_articles_has_no_next_one() -> None:
    assert discover(page("<a href='/thoi-su'>trống</a>"), PAPER) == []


ARTICLE = """<div class="related"><a href="/bai-1.html">chính nó</a><a href="/bai-2.html">Bài hai</a></div>
<ul class="lienquan"><li><a href="/bai-3.html">Bài ba</a></ul><a href="/bai-4.html">ngoài hộp</a>"""


def test_an_article_leads_to_the_related_ones_of_all_its_layouts() -> None:
    no_article = dropped(page(ARTICLE), PAPER, DropNote("gallery")).encoded
    for cleaning in (process(page(ARTICLE, "/ten-khac-1.html", "article"), PAPER).encoded, no_article):
        found = shown(page(ARTICLE, "/ten-khac-1.html", "article"), PAPER, 0, cleaning)
        assert [(f.url.removeprefix(ROOT), f.hints.via, f.hints.anchor, f.depth) for f in found] == [
            ("/bai-2.html", "related", "Bài hai", 1),
            ("/bai-3.html", "related", "Bài ba", 1),
        ]
        assert shown(page(ARTICLE, "/ten-khac-1.html", "article"), PAPER, RELATED_DEPTH, cleaning) == []


def test_an_article_on_several_pages_leads_to_its_others() -> None:
    spread = msgspec.structs.replace(
        PAPER, urls=UrlRules(article=(r"^(?:/trang-(?P<part>\d+))?/[^/]+-(?P<id>\d+)\.html$",))
    )
    pager = "".join(f'<a href="{path}">x</a>' for path in ("/bai-1.html", "/trang-2/bai-1.html", "/trang-3/bai-1.html"))
    hints = Hints(via="feed", date="10/3/2025")
    for path, others in (("/bai-1.html", (2, 3)), ("/trang-2/bai-1.html", (3,))):
        found = discover(page(pager + '<a href="/trang-2/bai-9.html">y</a>', path, "article", hints=hints), spread, 1)
        assert [(f.url, f.depth) for f in found] == [(f"{ROOT}/trang-{n}/bai-1.html", 1) for n in others]
        assert {(f.hints.via, f.hints.date, f.hints.referrer) for f in found} == {("part", "10/3/2025", ROOT + path)}
    assert discover(page(pager, "/bai-1.html", "article"), PAPER) == []


@pytest.mark.parametrize("changes", [{"status": 404}, {"status": 304}, {"truncated": "breaks off"}])
def test_what_is_no_whole_success_leads_nowhere(changes: dict[str, object]) -> None:
    assert discover(page(LISTING, **changes), PAPER) == []


RSS = """<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>Báo Sông</title>
<item><title><![CDATA[Cá về &amp; nước rút]]></title><link>https://song.example.vn/ca-ve-7.html?utm_source=rss</link>
<category>Đời sống</category><pubDate>3/9/2025 6:05:00 PM</pubDate></item>
<item><title>Ở báo khác</title><link>https://khac.example.vn/bai-8.html</link></item>
<item><title>Mục</title><link>https://song.example.vn/thoi-su</link></item>
<item><guid>https://song.example.vn/chi-co-guid-9.html</guid><title>Chỉ có guid</title></item>
</channel></rss>"""


def test_a_feed_gives_articles_with_the_date_as_printed() -> None:
    found = discover(page(RSS, "/rss.rss", "feed"), PAPER)
    assert [f.url for f in found] == [f"{ROOT}/ca-ve-7.html?utm_source=rss", f"{ROOT}/chi-co-guid-9.html"]
    hints = found[0].hints
    assert (hints.via, hints.date, hints.order) == ("feed", "3/9/2025 6:05:00 PM", "MDY")
    assert (hints.title, hints.section, hints.referrer) == ("Cá về & nước rút", "Đời sống", f"{ROOT}/rss.rss")


@pytest.mark.parametrize("body", ["", "/etc/hostname", "<html><body>404</body></html>", "\0\0", "<rss><channel>"])
def test_what_is_no_feed_gives_nothing(body: str) -> None:
    assert discover(page(body, "/rss.rss", "feed"), PAPER) == []


def test_a_feed_with_entities_of_its_own_is_not_read() -> None:
    bomb = '<!DOCTYPE r [<!ENTITY a "ha">]>' + RSS.removeprefix('<?xml version="1.0" encoding="utf-8"?>')
    assert discover(page(bomb, "/rss.rss", "feed"), PAPER) == []
    assert discover(page(bomb.encode("utf-16"), "/rss.rss", "feed"), PAPER) == []


SITEMAP = """<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"
 xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"><!-- x -->
<url><loc> https://song.example.vn/bai-1.html </loc><lastmod>2025-03-10</lastmod>
<news:news><news:publication><news:name>Báo</news:name></news:publication>
<news:publication_date>2025-03-09T18:05:00+07:00</news:publication_date>
<news:title>&lt;![CDATA[Cá về &amp;amp; nước rút]]&gt;</news:title></news:news></url>
<url><loc>https://song.example.vn/bai-2.html</loc><lastmod>2025-03-10</lastmod></url>
<url><loc>https://song.example.vn/thoi-su</loc></url><url><loc>https://khac.example.vn/bai-3.html</loc></url>
<url><loc></loc></url><url/></urlset>"""


def test_a_sitemap_gives_articles_and_the_dates_of_news_only() -> None:
    found = discover(page(SITEMAP, "/sitemap.xml", "sitemap"), PAPER)
    assert [f.url.removeprefix(ROOT) for f in found] == ["/bai-1.html", "/bai-2.html"]
    assert found[0].hints.date == "2025-03-09T18:05:00+07:00" and found[0].hints.title == "Cá về & nước rút"
    assert found[1].hints.date is None, "lastmod is no date of publication"


def test_a_packed_sitemap_is_unpacked_and_a_bomb_is_not() -> None:
    assert len(discover(page(gzip.compress(SITEMAP.encode()), "/s.xml.gz", "sitemap"), PAPER)) == 2
    bomb = gzip.compress(b"<urlset>" + b" " * 60_000_000)
    assert discover(page(bomb, "/s.xml.gz", "sitemap"), PAPER) == []


def index(*shards: tuple[str, str]) -> str:
    rows = "".join(f"<sitemap><loc>{ROOT}{path}</loc><lastmod>{date}</lastmod></sitemap>" for path, date in shards)
    return f"<sitemapindex xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'>{rows}</sitemapindex>"


def test_an_index_gives_its_newest_sitemaps() -> None:
    body = index(*[(f"/news-2025-{m}.xml", f"2025-0{m}-01") for m in range(1, 7)], ("/tags.xml", "2025-09-01"))
    found = discover(page(body, "/sitemap.xml", "sitemap"), PAPER)
    assert [f.url.removeprefix(ROOT) for f in found] == [f"/news-2025-{m}.xml" for m in (6, 5, 4, 3, 2, 1)]
    assert [f.changed_only for f in found] == [False] * SHARDS + [True] * 3
    assert {(f.kind, f.depth, f.back) for f in found} == {("sitemap", 1, False)}
    assert discover(page(body, "/sitemap.xml", "sitemap"), PAPER, MAX_DEPTH) == []


@pytest.mark.parametrize("body", ["", "không phải XML", "<urlset><url><loc>https://song.example.vn/bai-1.html"])
def test_broken_sitemaps_do_no_harm(body: str) -> None:
    assert len(discover(page(body, "/sitemap.xml", "sitemap"), PAPER)) <= 1


def test_entities_in_a_sitemap_are_not_resolved() -> None:
    body = f"""<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/hostname"><!ENTITY b "{"ha" * 500}">]>
    <urlset><url><loc>{ROOT}/&e;-1.html</loc></url><url><loc>{ROOT}/bai-2.html</loc></url></urlset>"""
    urls = [f.url for f in discover(page(body, "/sitemap.xml", "sitemap"), PAPER)]
    assert f"{ROOT}/bai-2.html" in urls and not any(len(u) > 60 for u in urls)


def test_discovery_is_pure_and_takes_hostile_markup() -> None:
    assert len(anchors(page("<div>" * 5_000 + '<a href="/bai-1.html">x</a>'))) == 1
    assert anchors(page("<div>" * 500_000 + '<a href="/bai-1.html">x</a>')) == []
    assert anchors(page(b"%PDF-1.4 \x00\xff" * 1000)) == []
    assert discover(page(LISTING), PAPER) == discover(page(LISTING), PAPER)


@pytest.mark.parametrize(
    ("path", "trap"),
    [
        ("/thoi-su/chinh-tri/quoc-hoi/bai-1.html", False),
        ("/tin/2024/05/12/tin/bai-1.html", False),
        ("/tin/tin/tin/bai-1.html", True),
        ("/a/b/a/b/a/b/bai-1.html", True),
        ("/" + "/".join(map(str, range(20))) + "/bai-1.html", True),
        ("/bai-1.html?q=" + "x" * 1000, True),
    ],
)
def test_addresses_that_grow_are_left_out(path: str, trap: bool) -> None:
    assert is_trap(ROOT + path) is trap
    found = discover(page(f'<div class="list"><h3><a href="{path}">x</a></h3></div>'), PAPER)
    assert not any(f.url == ROOT + path for f in found) if trap else found


def test_a_back_fill_goes_on_where_a_visit_ends() -> None:
    span = Span(date(2024, 1, 1))
    assert discover(page(LISTING, "/thoi-su/trang-3.htm"), PAPER, 2)[-1].kind == "article"
    last = discover(page(LISTING, "/thoi-su/trang-3.htm"), PAPER, 2, span)[-1]
    assert (last.url, last.back, last.hints.span) == (f"{ROOT}/thoi-su/trang-4.htm", True, "2024-01-01..")
    deep = page(LISTING, "/thoi-su/trang-40.htm", hints=last.hints)
    found = discover(deep, PAPER, 39, None, back=True)
    assert found[-1].url == f"{ROOT}/thoi-su/trang-41.htm" and all(f.back for f in found)
    assert found[-1].hints.section == last.hints.section, "one chain"
    old = LISTING.replace("/bai-", "/2023/05/05/bai-").replace("bai-2.html", "/2023/05/05/bai-2.html")
    assert discover(page(old, "/thoi-su/trang-3.htm"), PAPER, 2, span)[-1].kind == "article", "all are older"


def test_plain() -> None:
    assert plain(" <b>Cá</b>&nbsp;về ") == "Cá về"
    assert plain("") is plain(None) is plain("<br>") is None
    assert plain("2 < 3") == "2 < 3"


def test_urls_leave_as_they_will_be_sent() -> None:
    body = '<div class="list"><h3><a href="/tin-tức/bài viết-7.html?q=ă">x</a></h3></div>'
    assert discover(page(body), PAPER)[0].url == f"{ROOT}/tin-t%E1%BB%A9c/b%C3%A0i%20vi%E1%BA%BFt-7.html?q=%C4%83"
