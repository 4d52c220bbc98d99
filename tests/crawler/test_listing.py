"""What any list leads to, without the limits of a visit and without what no crawl should follow."""

from datetime import date

import msgspec
import pytest

from archive.facts import Found, Hints, Page
from archive.frontier import Frontier
from archive.store import Archive
from config.declarations import Search, UrlRules
from config.sources import Source, Sources, load
from crawler.discover import MAX_LINKS, discover
from crawler.listing import FULL, FULL_SEARCH, days_of_list, leads_of, next_of
from crawler.sitemaps import SHARDS
from tests.crawler.test_discover import LISTING, PAPER, ROOT, page
from tests.crawler.test_scripted import API, ITEM, answer
from tests.crawler.test_scripted import PAGE as SCRIPTED_PAGE
from tests.crawler.test_scripted import PAPER as SCRIPTED
from tests.crawler.test_scripted import page as scripted

TOPICAL = msgspec.structs.replace(
    PAPER,
    urls=msgspec.structs.replace(PAPER.urls, tag=(r"^/tag/",), topic=(r"^/chu-de/",)),
    discover=msgspec.structs.replace(PAPER.discover, search=Search(url="/tim?q={words}", pager="/tim?q={words}&t={n}")),
)
DATED = UrlRules(article=(r"-(?P<id>\d{17})\.htm$",), section=(r"^/tag/",), id_time=("%Y%m%d%H%M%S*",))


def many(count: int, more: str = "", href: str = "/bai-{}.html") -> str:
    links = "".join(f'<h3><a href="{href.format(n)}">Bài {n}</a></h3>' for n in range(1, count + 1))
    return f'<html><body><div class="list">{links}</div>{more}</body></html>'


def further(body: str, path: str, source: Source = TOPICAL, hints: Hints = Hints()) -> str | None:  # noqa: B008
    found = next_of(page(body, path, hints=hints), source)
    return found.url.removeprefix(ROOT) if found else None


def test_a_list_gives_all_its_articles_as_it_shows_them() -> None:
    found = leads_of(page(LISTING, "/chu-de/lua-12.html"), TOPICAL)
    assert [f.url for f in found] == [f.url for f in discover(page(LISTING), PAPER) if f.kind == "article"]
    assert [f.hints.anchor for f in found] == ["Bài một", "Bài hai", "Bài ba"]
    assert found[0].hints.title == "Bài một đầy đủ" and found[0].hints.referrer == f"{ROOT}/chu-de/lua-12.html"


def test_no_article_of_a_long_list_is_left_out() -> None:
    body = many(MAX_LINKS + 50)
    assert sum(f.kind == "article" for f in leads_of(page(body), TOPICAL)) == MAX_LINKS + 50
    assert sum(f.kind == "article" for f in discover(page(body), TOPICAL)) == MAX_LINKS


def test_a_declared_section_is_paged_beyond_the_limits_of_a_visit() -> None:
    assert PAPER.discover.pager_limit == 3
    assert further(LISTING, "/thoi-su") == "/thoi-su/trang-2.htm"
    assert further(LISTING, "/thoi-su/trang-41.htm") == "/thoi-su/trang-42.htm"
    assert further("<a href='/lien-he'>Liên hệ</a>", "/thoi-su/trang-41.htm") is None
    found = next_of(page(LISTING, "/thoi-su/trang-3.htm", hints=Hints(section=f"{ROOT}/thoi-su")), TOPICAL, 2)
    assert found and (found.kind, found.depth, found.hints.section) == ("section", 3, f"{ROOT}/thoi-su")


def test_a_pages_own_word_for_its_next_one_counts_on_any_list() -> None:
    link = '<a rel="next" href="/chu-de/lua-12.html?trang=2">Trang sau</a>'
    assert further(many(3, link), "/chu-de/lua-12.html") == "/chu-de/lua-12.html?trang=2"
    anchor = '<a href="/tag/lua?page=7">»</a><a href="/tag/lua?page=2">Xem thêm</a>'
    found = next_of(page(many(3, anchor), "/tag/lua", hints=Hints(anchor="lúa")), TOPICAL)
    assert found and (found.url, found.hints.anchor) == (f"{ROOT}/tag/lua?page=2", "Xem thêm")
    assert found.hints.title == "lúa", "the next page goes by what the list is called"
    assert further(many(3, '<a rel="next" href="https://khac.example.vn/tag/lua?page=2">»</a>'), "/tag/lua") is None
    assert further(many(3, '<a rel="next" href="/tag/lua">»</a>'), "/tag/lua") is None


def test_the_pager_of_the_sections_is_tried_on_full_lists_that_show_none() -> None:
    assert further(many(FULL), "/tag/lua.htm") == "/tag/lua/trang-2.htm"
    assert further(many(FULL - 1), "/tag/lua.htm") is None
    assert further(many(FULL, '<a href="/tag/lua/trang-1.htm">1</a>'), "/tag/lua/trang-2.htm") is None
    led = Hints(anchor="Trang sau")
    assert further(many(FULL), "/tag/lua/trang-2.htm", hints=led) is None, "its pages show their pagers"
    assert further(many(FULL), "/tag/lua.htm", msgspec.structs.replace(TOPICAL, discover=PAPER.discover)) is not None
    no_pager = msgspec.structs.replace(TOPICAL.discover, pager=None)
    assert further(many(FULL), "/tag/lua.htm", msgspec.structs.replace(TOPICAL, discover=no_pager)) is None


def test_a_search_is_paged_as_it_is_declared() -> None:
    assert further(many(FULL_SEARCH), "/tim?q=l%C3%BAa+m%C3%B9a") == "/tim?q=l%C3%BAa+m%C3%B9a&t=2"
    assert further(many(FULL_SEARCH), "/tim?q=a&t=2") == "/tim?q=a&t=3"
    assert further(many(FULL_SEARCH - 1), "/tim?q=a") is None


def test_pages_of_tags_and_topics_in_sight_are_leads_but_not_its_own() -> None:
    more = (
        '<a href="/tag/gao">gạo</a><a href="/chu-de/xuat-khau-5.html" title="Xuất khẩu gạo">Chủ đề</a>'
        '<a href="/tag/lua?page=3">3</a><a href="/tag/lua">lúa</a><a href="/van-hoa.htm">Văn hóa</a>'
        '<a href="/tag/tag/tag/a">bẫy</a><a href="https://khac.example.vn/tag/gao">Báo khác</a>'
    )
    found = [f for f in leads_of(page(many(2, more), "/tag/lua?page=4"), TOPICAL) if f.kind == "section"]
    assert [(f.url.removeprefix(ROOT), f.hints.anchor, f.hints.title) for f in found] == [
        ("/tag/gao", "gạo", None),
        ("/chu-de/xuat-khau-5.html", "Chủ đề", "Xuất khẩu gạo"),
    ]
    assert not [f for f in discover(page(many(2, more), "/tag/lua?page=4"), TOPICAL) if f.kind == "section"]


def test_what_is_no_list_or_no_success_leads_nowhere() -> None:
    assert not leads_of(page(LISTING, "/bai-9.html", kind="article"), TOPICAL)
    assert not leads_of(page(LISTING, "/robots.txt", kind="robots"), TOPICAL)
    for broken in ({"status": 404}, {"truncated": "short"}):
        assert not leads_of(page(LISTING, **broken), TOPICAL) and next_of(page(LISTING, **broken), TOPICAL) is None
    assert not leads_of(page("", "/tag/lua"), TOPICAL)
    assert not leads_of(page("<a href=" * 50_000, "/tag/lua"), TOPICAL)


def test_traps_are_no_leads() -> None:
    trap = '<a rel="next" href="/tag/a/tag/a/tag/a/tag/a">»</a><h3><a href="/x/x/x/bai-1.html">Bài</a></h3>'
    assert not [f for f in leads_of(page(many(1, trap), "/tag/a"), TOPICAL) if "/x/" in f.url or "/tag/" in f.url]


def test_the_days_of_older_pages_are_told_by_the_ids_of_what_this_one_shows() -> None:
    source = msgspec.structs.replace(TOPICAL, urls=DATED)
    body = many(FULL, href="/bai-202503{:02}080000123.htm")
    found = next_of(page(body, "/tag/lua.htm"), source)
    days = found and days_of_list(found)
    assert days and date(2025, 3, 19) <= days.last < date(2025, 5, 1) and days.first < date(2000, 1, 1)
    plain = next_of(page(many(FULL), "/tag/lua.htm"), TOPICAL)
    assert plain and days_of_list(plain) is None
    told = next_of(page(many(FULL_SEARCH, href="/bai-202503{:02}080000123.htm"), "/tim?q=a"), source)
    assert told and days_of_list(told) is None, "searches put first what fits best"


INDEX = "".join(
    f"<sitemap><loc>{ROOT}/sitemaps/news-2025-{month}.xml</loc>{lastmod}</sitemap>"
    for month, lastmod in ((1, ""), (2, "<lastmod>2025-02-10T08:00:00+07:00</lastmod>"), (3, ""))
)
OTHERS = (
    f"<sitemap><loc>{ROOT}/sitemaps/tags.xml</loc></sitemap>"
    "<sitemap><loc>https://khac.example.vn/sitemaps/news-2025-1.xml</loc></sitemap>"
    f"<sitemap><loc>{ROOT}/moi.xml</loc><lastmod>2024-12-31</lastmod></sitemap><sitemap><loc>{ROOT}/la.xml</loc></sitemap>"
)


def sitemap(entries: str, root: str = "sitemapindex") -> Page:
    return page(f"<{root}>{entries}</{root}>", "/sitemap.xml", kind="sitemap")


def test_an_index_tells_the_days_of_its_sitemaps() -> None:
    found = leads_of(sitemap(INDEX + OTHERS), TOPICAL)
    told = {f.url.rpartition("/")[2]: days_of_list(f) for f in found}
    assert told == {
        "news-2025-3.xml": (date(2025, 3, 1), date(2025, 3, 31)),
        "news-2025-2.xml": (date(2025, 2, 1), date(2025, 2, 12)),
        "news-2025-1.xml": (date(2025, 1, 1), date(2025, 1, 31)),
        "moi.xml": (date(1990, 1, 1), date(2025, 1, 2)),
        "la.xml": None,
    }
    assert list(told)[:3] == ["news-2025-3.xml", "news-2025-2.xml", "news-2025-1.xml"]
    assert {f.kind for f in found} == {"sitemap"} and {f.depth for f in found} == {1}


def test_an_index_gives_all_its_sitemaps_where_a_visit_reads_the_newest() -> None:
    months = "".join(f"<sitemap><loc>{ROOT}/sitemaps/news-2024-{m}.xml</loc></sitemap>" for m in range(1, 13))
    assert len(leads_of(sitemap(months), TOPICAL)) == 12
    visited = discover(sitemap(months), TOPICAL)
    assert len(visited) == SHARDS and all(f.hints.days is None for f in visited)


def test_a_sitemap_gives_its_articles_with_what_it_says_of_them() -> None:
    entry = f"<url><loc>{ROOT}/bai-7.html</loc><lastmod>2025-03-01</lastmod></url>"
    assert leads_of(sitemap(entry, "urlset"), TOPICAL) == discover(sitemap(entry, "urlset"), TOPICAL)


def test_a_feed_gives_its_articles_with_dates() -> None:
    item = f"<item><title>Bài</title><link>{ROOT}/bai-7.html</link><pubDate>3/9/2025 8:00:00 AM</pubDate></item>"
    feed = page(f"<rss><channel>{item}</channel></rss>", "/rss.rss", kind="feed")
    assert leads_of(feed, TOPICAL) == discover(feed, TOPICAL) != []


def test_lists_that_scripts_fetch_are_read_and_paged_too() -> None:
    ninth = SCRIPTED_PAGE.replace("page=1", "page=9")
    articles = [f"https://song.example.vn/tin-bai/lua/{item['slug']}" for item in (ITEM,)]
    found = leads_of(scripted(answer(ITEM), ninth), SCRIPTED)
    assert [f.url for f in found] == [*articles, SCRIPTED_PAGE.replace("page=1", "page=10")]
    assert found[0].hints.date == ITEM["at"]
    assert leads_of(scripted(answer(), ninth), SCRIPTED) == []
    assert [f.url for f in leads_of(scripted(answer({"slug": "lua"}), f"{API}/menu"), SCRIPTED)] == [SCRIPTED_PAGE]


def test_a_host_of_searches_is_asked_for_nothing_else(kept: Archive) -> None:
    apart = Search(url="https://tim.song.example.vn/?q={words}")
    discover = msgspec.structs.replace(PAPER.discover, search=apart)
    paper = msgspec.structs.replace(PAPER, api_hosts=("tim.song.example.vn",), discover=discover)
    frontier = Frontier(kept, Sources({PAPER.id: paper}, {}))
    search = "https://tim.song.example.vn/?q=l%C3%BAa"
    assert frontier.declared(search) is paper and frontier.declared("https://tim.song.example.vn/robots.txt") is paper
    for url in ("https://tim.song.example.vn/", "https://tim.song.example.vn/bai-1.html", f"{search}&x=1"):
        assert frontier.declared(url) is None
    frontier.add([Found(url=search, kind="section")])
    waiting = {row["url"] for row in kept.rows("SELECT url FROM frontier")}
    assert waiting == {search, "https://tim.song.example.vn/robots.txt"}
    assert next(f.url for f in leads_of(page(LISTING, url=search), paper)) == f"{ROOT}/bai-1.html"


def test_real_papers_lead_on_from_tags_topics_and_searches() -> None:
    papers = load()
    for name, path, link in (
        ("vnexpress", "/tag/lua-gao-216912", "/tag/lua-gao-216912-p2"),
        ("congthuong", "/chu-de/gia-lua-gao.topic", "/chu-de/gia-lua-gao.topic&s_cond=&BRSR=15"),
        ("vietnamnet", "/gia-gao-tag1025541677.html", "/gia-gao-tag1025541677-page1.html"),
        ("znews", "/lua-gao-tim-kiem.html", "/lua-gao-tim-kiem/trang2.html"),
    ):
        paper = papers[name]
        body = f'<a href="{paper.examples.article[0]}">Bài</a><a href="{paper.absolute(link)}">Trang sau</a>'
        at = Page(url=paper.absolute(path), fetched_at="2026-01-01T08:00:00+07:00", body=body.encode(), kind="section")
        assert [f.url for f in leads_of(at, paper) if f.kind == "section"] == [paper.absolute(link)]


@pytest.mark.parametrize("said", [None, "2025-03-01..2025-03-31", "2025-03-01.."])
def test_the_days_of_a_list_are_read_from_its_hints(said: str | None) -> None:
    found = days_of_list(Found(url=ROOT, kind="section", hints=Hints(days=said)))
    assert (found and found.first) == (date(2025, 3, 1) if said else None)
    assert not said or (found and found.last == (date(2025, 3, 31) if said.endswith("31") else date.max))
