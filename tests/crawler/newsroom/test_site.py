"""The sample papers as web sites: what is true stands on the pages, and every link leads where it should."""

import json
import re
import unicodedata
from html import unescape
from urllib.parse import urljoin, urlsplit
from xml.etree import ElementTree

import pytest
from selectolax.lexbor import LexborHTMLParser

from crawler.newsroom.papers import VISITS, articles, papers
from crawler.newsroom.site import COOKIE, STUB, Site
from crawler.newsroom.truth import Truth, truths

NAMES = ("suoinga", "nhiplang", "bendo", "bonphuong")


def site(name: str, visit: int = 1) -> Site:
    paper = papers()[name]
    return Site(paper, visit, f"http://{paper.host}:8377")


def text_of(body: bytes) -> str:
    """What `body` shows, without any white space."""
    shown = LexborHTMLParser(body.decode()).body
    assert shown is not None
    text = re.sub("[\u200b\ufeff]", "", unicodedata.normalize("NFC", shown.text(separator=" ")))
    return "".join(text.split())


def links_of(body: bytes, url: str) -> set[str]:
    nodes = LexborHTMLParser(body.decode()).css("a[href]")
    hrefs = (node.attributes["href"] or "" for node in nodes)
    return {urljoin(url, href).split("#")[0] for href in hrefs if not href.startswith(("javascript:", "#"))}


def path_of(url: str) -> str:
    parts = urlsplit(url)
    return parts.path + (f"?{parts.query}" if parts.query else "")


def reached(shown: Site) -> dict[str, int]:
    """Every address that links, feeds and sitemaps lead to, with the status that it answers."""
    todo, seen = [shown.base + "/"], {}
    while todo:
        url = todo.pop()
        if url in seen:
            continue
        reply = shown.reply(path_of(url), COOKIE)
        seen[url] = reply.status
        if reply.location:
            todo.append(shown.base + reply.location)
        if reply.kind.startswith("text/html") and reply.body:
            todo += links_of(reply.body, url)
            found = re.findall(r'<link rel="alternate"[^>]*href="([^"]+)"', reply.body.decode())
            todo += [urljoin(url, unescape(href)) for href in found]
    return seen


@pytest.mark.parametrize("visit", [1, 2])
@pytest.mark.parametrize("name", NAMES)
def test_what_is_true_stands_on_the_page(name: str, visit: int) -> None:
    shown = site(name, visit)
    for truth in truths(papers()[name], visit, shown.base):
        text = "".join(text_of(shown.reply(path_of(url)).body) for url in (truth.url, *truth.further))
        for said in _told(truth):
            assert "".join(said.split()) in text, (truth.url, said)


def _told(truth: Truth) -> list[str]:
    lines = [cell for block in truth.blocks for cell in re.split(r"[\t\n]", block.text)]
    people = [*truth.authors, *([truth.credit] if truth.credit else [])]
    return [*filter(None, (truth.kicker, truth.title, truth.lead)), *lines, *truth.captions, *people, *truth.section]


@pytest.mark.parametrize(
    ("name", "path", "date"),
    [
        ("suoinga", "/tin-tuc/van-hoa/212801/mua-hoa-ban-ban-na-hin-mo-hoi-xoe", "07:45 - Chủ Nhật, 02/03/2025"),
        ("nhiplang", "/thoi-su/khi-chiec-loa-thon-biet-lang-nghe-160926", "Thứ Tư, 5/3/2025 11:1'(GMT+7)"),
        ("bendo", "/tim-thay-bo-van-khac-sach-thuoc-trong-gac-chua-2411021.html", "Thứ Hai, 03/03/2025 - 14:27"),
        ("bendo", "/vn/van-hoa/phuong-roi-nuoc-mot-gia-dinh-815109.html", "25/02/2025  10:02 GMT+7"),
        ("bonphuong", "/tranh-kinh-lai-thieu-ke-chuyen-o-lyon-310110.html", "15:48 | 27/02/2025 |"),
    ],
)
def test_each_paper_has_its_own_date_format(name: str, path: str, date: str) -> None:
    page = unicodedata.normalize("NFC", unescape(site(name).reply(path).body.decode()))
    assert date in page


def test_the_header_shows_the_day_of_the_visit() -> None:
    for name in NAMES:
        assert "Thứ Hai, 10/03/2025" in site(name, 1).reply("/").body.decode()
        assert "Thứ Ba, 11/03/2025" in site(name, 2).reply("/").body.decode()


@pytest.mark.parametrize("visit", [1, 2])
@pytest.mark.parametrize("name", NAMES)
def test_every_link_leads_somewhere_except_the_declared_dead_ends(name: str, visit: int) -> None:
    shown = site(name, visit)
    dead = {shown.base + t.path for t in papers()[name].traps if t.kind in ("gone", "dead-feed")}
    seen = reached(shown)
    assert {url for url, status in seen.items() if status == 404} == dead
    former = {shown.base + shown.former_url(a) for a in articles(name, visit) if a.old_slug}
    assert {url for url, status in seen.items() if status == 301} == former
    assert {shown.base + shown.url(a) for a in articles(name, visit)} <= set(seen)
    assert {shown.base + t.path for t in papers()[name].traps} <= set(seen)


@pytest.mark.parametrize("name", NAMES)
def test_sections_have_pages_and_an_empty_one_behind_the_last(name: str) -> None:
    shown = site(name)
    pages = {p for s in papers()[name].sections for p in _pages(shown, s.slug)}
    assert len(pages) >= 2
    for section in papers()[name].sections:
        listed = set()
        for path in _pages(shown, section.slug) or [shown.section_url(section.slug)]:
            listed |= links_of(shown.reply(path).body, shown.base + path)
        assert {shown.base + shown.url(a) for a in shown.shelf.of_section(section.slug)} <= listed
    behind = {"suoinga": "/tin-tuc/xa-hoi?page=3", "nhiplang": "/thoi-su?page=2"}
    behind |= {"bendo": "/thoi-su-page2", "bonphuong": "/doi-song&s_cond=&BRSR=6"}
    assert shown.reply(behind[name]).status == 200


def _pages(shown: Site, zone: str) -> list[str]:
    """The numbered addresses of a section, none where it has one page only."""
    layout, count = papers()[shown.paper.id].layouts["new"], len(shown.shelf.of_section(zone))
    numbers = range(-(-count // layout.page_size))
    pages = [layout.pager.format(zone=zone, n=n + layout.first, offset=n * layout.page_size) for n in numbers]
    return pages if len(pages) > 1 else []


@pytest.mark.parametrize("name", NAMES)
def test_pages_depend_on_the_visit_and_on_nothing_else(name: str) -> None:
    first, again, later = site(name, 1), site(name, 1), site(name, 2)
    same = changed = 0
    for article in articles(name, 1):
        path = first.url(article)
        assert first.reply(path, COOKIE) == again.reply(path, COOKIE)
        if first.reply(path, COOKIE) == later.reply(path, COOKIE):
            same += 1
        else:
            changed += 1
    assert changed > same
    assert same == (3 if name == "bendo" else 0)


@pytest.mark.parametrize("name", NAMES)
def test_feeds_and_sitemaps_are_well_formed_and_complete(name: str) -> None:
    paper, shown = papers()[name], site(name)
    readable = {a.id for a in articles(name, 1) if a.behind != "robots"}
    for feed in paper.feeds:
        items = ElementTree.fromstring(shown.reply(feed.path).body).findall("./channel/item")
        assert items and all(item.findtext("pubDate", "").endswith("+0700") for item in items)
        if not feed.zone:
            assert len(items) == len(readable)
    if paper.sitemap:
        assert len(_locations(shown, paper.sitemap, "-2411101" if paper.shard else "-310190")) >= len(readable)


def _locations(shown: Site, path: str, never: str) -> list[str]:
    tree = ElementTree.fromstring(shown.reply(path).body)
    found = [node.text or "" for node in tree.iter("{http://www.sitemaps.org/schemas/sitemap/0.9}loc")]
    if tree.tag.endswith("sitemapindex"):
        shards = [loc for loc in found if "article" in loc]
        assert len(shards) == 2
        found = [loc for shard in shards for loc in _locations(shown, path_of(shard), never)]
    assert all(never not in loc for loc in found)
    return found


def test_structured_data_of_the_present_layout_is_json_with_a_spaced_offset() -> None:
    shown = site("bendo", 2)
    for article in shown.shelf.articles:
        page = shown.reply(shown.url(article), COOKIE).body.decode()
        blocks = [json.loads(b) for b in re.findall(r"ld\+json\">\s*(\{.*?\})\s*</script>", page, re.DOTALL)]
        assert [b["@type"] for b in blocks] == (["BreadcrumbList", "NewsArticle"] if article.layout == "new" else [])
        for block in blocks[1:]:
            assert re.fullmatch(r"2025-0[23]-\d\dT\d\d:\d\d:\d\d\.000 \+07:00", block["datePublished"])
            names = [unescape(author["name"]) for author in block["author"]]
            assert names == list(article.authors)


def test_the_traps_answer_as_such() -> None:
    shown = site("bendo")
    stubbed = next(a for a in articles("bendo", 1) if a.behind == "cookie")
    stub = shown.reply(shown.url(stubbed))
    assert (stub.status, stub.body.decode()) == (200, STUB) and 150 < len(stub.body) < 200
    assert stubbed.title in shown.reply(shown.url(stubbed), COOKIE).body.decode()
    soft = site("nhiplang").reply("/van-hoa-xa-hoi/hoi-thi-bay-mam-ngu-qua-160899")
    assert soft.status == 200 and "Không tìm thấy" in soft.body.decode()
    paper = site("bonphuong").reply("/lich-tiep-cong-dan-thang-3-2025-310190.html")
    assert paper.kind == "application/pdf" and paper.body.startswith(b"%PDF")
    assert site("nhiplang").reply("/robots.txt").status == 404
    assert "Disallow: /tin-tuc/noi-bo/" in site("suoinga").reply("/robots.txt").body.decode()
    assert "Sitemap: http://127.77.0.3:8377/sitemap.xml" in site("bendo").reply("/robots.txt").body.decode()


def test_captions_stand_twice_and_placeholders_stay_unfilled() -> None:
    page = site("nhiplang").reply("/van-hoa-xa-hoi/giu-tieng-trong-quan-o-an-thuan-160914").body.decode()
    assert page.count(">Đêm hát đối đáp dưới trăng tại sân đình An Thuận.<") == 2
    old = site("bendo").reply("/vn/van-hoa/phuong-roi-nuoc-mot-gia-dinh-815109.html").body.decode()
    assert old.count("{keywords}") == 2
    assert old.count("Ba thế hệ thay nhau ngâm mình dưới ao đình") == 4


def test_the_updated_article_says_when() -> None:
    page = site("bendo").reply("/chuyen-pha-dien-dau-tien-qua-song-tien-cho-khach-mien-phi-2411033.html").body.decode()
    assert "Cập nhật: 07/03/2025   15:20 (GMT+07:00)" in page and "Thứ Năm, 06/03/2025 - 08:30" in page


def test_visits_are_a_day_apart() -> None:
    assert [v.isoformat() for v in VISITS] == ["2025-03-10T08:00:00+07:00", "2025-03-11T08:00:00+07:00"]
