"""Lists that section pages fetch by script: JSON of articles, a menu of sections, what "Xem thêm" brings."""

import json
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.facts import Found, Page
from archive.frontier import Frontier
from archive.store import Archive
from config.declarations import Discover, ScriptedList, UrlRules
from config.lists import asked, starts
from config.sources import Source, Sources, load
from config.urls import canonical, classify
from crawler.discover import discover
from crawler.scripted import MAX_BYTES, MAX_ITEMS
from pipelines.dates import read_date

ROOT, API = "https://song.example.vn", "https://api.song.example.vn"
MENU = ScriptedList(url=f"{API}/menu", expect={"status": 1}, items=("data.list", "data.list.children"), menu="slug")
NEWS = ScriptedList(
    url=f"{API}/news?category={{section}}&page={{n}}&limit=20",
    expect={"status": 1},
    items=("data.list",),
    article="/{type.slug}/{category}/{slug}",
    defaults={"type.slug": "tin-bai", "category": "{section}"},
    title="title",
    date="at",
    section="category_name",
)
LATEST = ScriptedList(url="/api/latest", items=("",), article="{link}")
MORE = ScriptedList(url="/timelinelist/{section}/{n}.htm", section_at="#zone@value", first=2)
PAPER = Source(
    id="songnews",
    title="Báo Sông",
    hosts=("song.example.vn",),
    api_hosts=("api.song.example.vn",),
    urls=UrlRules(article=(r"^/tin-bai/[^/?]+/[^/?]+$",), section=(r"^/tin-tuc/[^/?]+$",)),
    discover=Discover(sections=("/tin-tuc/lua",), lists=(MENU, NEWS, LATEST, MORE)),
)
ITEM = {
    "slug": "gat-som",
    "category": "lua",
    "title": "Gặt &amp; phơi",
    "at": "2025-03-09T18:05:00",
    "category_name": "Lúa",
}
PAGE = f"{API}/news?category=lua&page=1&limit=20"


def page(body: Any, url: str = PAGE) -> Page:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Page(url=url, fetched_at="2025-03-10T08:00:00+07:00", body=raw, kind="section")


def answer(*items: Any, status: Any = 1) -> dict[str, Any]:
    return {"status": status, "data": {"list": list(items)}}


def led(body: Any, url: str = PAGE, depth: int = 0, source: Source = PAPER) -> list[tuple[str, str]]:
    return [(f.kind, f.url) for f in discover(page(body, url), source, depth)]


def test_json_gives_articles_with_what_it_says_of_them_and_the_next_page() -> None:
    first, further = discover(page(answer(ITEM)), PAPER)
    assert (first.kind, first.url) == ("article", f"{ROOT}/tin-bai/lua/gat-som")
    told = first.hints
    assert (told.via, told.date, told.order) == ("feed", "2025-03-09T18:05:00", "YMD")
    assert (told.title, told.section, told.referrer) == ("Gặt & phơi", "Lúa", PAGE)
    assert (further.kind, further.url, further.depth) == ("section", f"{API}/news?category=lua&page=2&limit=20", 1)


def test_a_lists_pages_are_read_to_its_limit_and_an_empty_one_has_no_next() -> None:
    assert [kind for kind, _ in led(answer(ITEM), depth=NEWS.limit - 1)] == ["article"]
    assert led(answer()) == []
    assert led(answer({"slug": ""}, {"title": "không địa chỉ"}, "chữ", None, ["x"])) == []


def test_fields_that_an_item_lacks_have_declared_values() -> None:
    bare = {"slug": "ruong-bac", "type": {"slug": ""}}
    assert led(answer(bare))[0] == ("article", f"{ROOT}/tin-bai/lua/ruong-bac")
    assert discover(page(answer(bare)), PAPER)[0].hints.via == "section", "no date: no better than a link"
    other = {"slug": "ruong-bac", "type": {"slug": "anh"}}
    assert led(answer(other)) == [], "no article by the paper's patterns"


@pytest.mark.parametrize("status", [0, "1", True, None, {"1": 1}])
def test_an_answer_that_does_not_say_what_is_expected_leads_nowhere(status: object) -> None:
    assert led(answer(ITEM, status=status)) == []


def test_a_menu_leads_to_the_lists_of_its_sections() -> None:
    menu = answer({"slug": "lua", "children": [{"slug": "lua-mua"}]}, {"slug": "../x?y"}, {"slug": "lua"}, {"slug": 7})
    wanted = [("section", f"{API}/news?category={s}&page=1&limit=20") for s in ("lua", "7", "lua-mua")]
    assert led(menu, f"{API}/menu") == wanted


def test_a_field_alone_is_an_address_and_stays_on_the_papers_hosts() -> None:
    links = ["/tin-bai/lua/a", f"{ROOT}/tin-bai/lua/b?utm_source=x", "https://khac.example.vn/tin-bai/lua/c", "//[x", 5]
    found = led([{"link": link} for link in links], f"{ROOT}/api/latest")
    assert [url for _, url in found] == [f"{ROOT}/tin-bai/lua/a", f"{ROOT}/tin-bai/lua/b?utm_source=x"]
    away = f"{API}/tin-bai/lua/d"
    assert led([{"link": away}], f"{ROOT}/api/latest") == [], "the host of the lists has no articles"


def test_values_are_quoted_as_parts_of_a_path() -> None:
    assert led(answer({"slug": "a/../b?c#d"}))[0][1] == f"{ROOT}/tin-bai/lua/a%2F..%2Fb%3Fc%23d"


def test_a_section_page_goes_over_into_the_list_that_its_script_fetches() -> None:
    links = '<a href="/tin-bai/lua/a">Một</a>'
    body = f'<html><body>{links}<input type="hidden" id="zone" value="1021"></body></html>'.encode()
    assert led(body, f"{ROOT}/tin-tuc/lua") == [
        ("article", f"{ROOT}/tin-bai/lua/a"),
        ("section", f"{ROOT}/timelinelist/1021/2.htm"),
    ]
    assert led(links.encode(), f"{ROOT}/timelinelist/1021/2.htm", 1)[1] == (
        "section",
        f"{ROOT}/timelinelist/1021/3.htm",
    )
    assert len(led(links.encode(), f"{ROOT}/timelinelist/1021/3.htm", 2)) == 1
    for strange in ("", "a/b", "?x", "../.."):
        assert len(led(body.replace(b'"1021"', f'"{strange}"'.encode()), f"{ROOT}/tin-tuc/lua")) == 1


def test_the_starts_are_the_menus_and_what_is_declared() -> None:
    assert starts(PAPER) == [f"{API}/menu", f"{ROOT}/api/latest"]
    named = msgspec.structs.replace(NEWS, sections=("lua", "ca"))
    source = msgspec.structs.replace(PAPER, discover=Discover(lists=(named,)))
    assert starts(source) == [f"{API}/news?category={s}&page=1&limit=20" for s in ("lua", "ca")]


def test_a_lists_address_is_a_section_on_its_host_only() -> None:
    for url in (PAGE, f"{API}/menu", "http://www.song.example.vn/api/latest#x"):
        assert classify(PAPER, url) == "section"
        assert classify(PAPER, canonical(PAPER, url)) == "section"
    assert asked(PAPER, canonical(PAPER, PAGE)) == asked(PAPER, PAGE)
    for url in (
        f"{ROOT}/news?category=lua&page=1&limit=20",
        f"{API}/api/latest",
        f"{API}/news?category=lua",
        "x",
        "http://[a",
    ):
        assert asked(PAPER, url) is None


def test_the_host_of_the_lists_is_asked_for_nothing_else(kept: Archive) -> None:
    frontier = Frontier(kept, Sources({PAPER.id: PAPER}, {}))
    for url in (PAGE, f"{API}/menu", f"{API}/robots.txt", f"{ROOT}/tin-bai/lua/a"):
        assert frontier.declared(url) is PAPER
    for url in (f"{API}/", f"{API}/admin", f"{API}:8080/menu", f"{API}/news?category=lua&page=1&limit=99"):
        assert frontier.declared(url) is None
    assert frontier.add([Found(url=f"{API}/tin-bai/lua/a", kind="article")]) == 0


@pytest.mark.parametrize(
    "body", [b"", b"<html></html>", b"\xff\xfe", b"null", b"[]", b"{", b'"x"', b"1e999", b"[" * 100_000]
)
def test_what_is_no_json_of_this_shape_leads_nowhere(body: bytes) -> None:
    for url in (PAGE, f"{API}/menu", f"{ROOT}/api/latest"):
        assert led(body, url) == []


def test_junk_is_bounded() -> None:
    assert len(led(answer(*({"slug": f"bai-{n}"} for n in range(MAX_ITEMS + 50))))) == MAX_ITEMS + 1
    deep: Any = ITEM
    for _ in range(100):
        deep = [deep]
    assert led(answer(deep)) == []
    assert led(answer(ITEM, {"slug": "x" * (MAX_BYTES + 1)})) == []
    assert led(b"\xef\xbb\xbf" + json.dumps(answer(ITEM)).encode())


JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["status", "data", "list", "slug", "type", "children", "link", "at", ""]), inner, max_size=5
        )
    ),
    max_leaves=20,
)


@given(JUNK, st.sampled_from([PAGE, f"{API}/menu", f"{ROOT}/api/latest"]))
def test_any_json_is_read_and_leads_only_where_it_may(body: Any, url: str) -> None:
    free = msgspec.structs.replace(
        PAPER, discover=Discover(lists=tuple(msgspec.structs.replace(one, expect={}) for one in PAPER.discover.lists))
    )
    for found in discover(page(msgspec.json.encode(body), url), free):
        assert classify(free, found.url) == found.kind


@given(st.binary(max_size=200))
def test_any_bytes_are_read(body: bytes) -> None:
    assert led(body) == []


def test_dien_biens_present_site_is_found_through_its_lists() -> None:
    paper = load()["baodienbienphu"]
    (menu,) = starts(paper)
    sections = led(answer({"menu_slug": "chinh-tri"}), menu, source=paper)
    assert sections == [
        ("section", menu.replace("menu-get-list", "article-get-news-by-category-slug?category_slug=chinh-tri&limit=30"))
    ]
    item = {"article_slug": "ten-bai", "category_slug": "doi-ngoai", "article_type_slug": "tin-bai"}
    base = "https://baodienbienphu.vn/tin-bai"
    assert led(answer(item, {"article_slug": "hai"}), sections[0][1], source=paper) == [
        ("article", f"{base}/doi-ngoai/ten-bai"),
        ("article", f"{base}/chinh-tri/hai"),
    ]


@pytest.mark.parametrize("name", ["tinnhanhchungkhoan", "sggp", "tienphong", "plo"])
def test_the_json_of_onecms_is_read_with_its_seconds(name: str) -> None:
    paper = load()[name]
    first = starts(paper)[0]
    assert first.startswith(f"https://api.{paper.hosts[0]}/api/morenews-zone-")
    shown = paper.examples.article[0]
    item = {"url": urlsplit(shown).path, "title": "Giá &amp; lúa", "date": 1741428300, "zone": {"name": "Kinh tế"}}
    body = json.dumps({"error_code": 0, "data": {"contents": [item], "load_more": True}}).encode()
    (found,) = discover(page(body, first), paper)
    told = found.hints
    assert (found.url, told.title, told.section, told.date) == (shown, "Giá & lúa", "Kinh tế", "1741428300")
    at = datetime.fromisoformat("2025-03-10T08:00:00+07:00")
    assert read_date(told.date, at, told.order).value == "2025-03-08T17:05:00+07:00"


@pytest.mark.parametrize(
    ("name", "end"), [("thanhnien", "htm"), ("baochinhphu", "htm"), ("vtv", "htm"), ("cafef", "chn")]
)
def test_xem_them_is_followed(name: str, end: str) -> None:
    paper = load()[name]
    body = f"""<a class="box-category-link-title" href="{paper.examples.article[0]}">Bài</a>
    <input type="hidden" name="hdZoneId" id="hdZoneId" value="1021119" />"""
    first = paper.absolute(paper.discover.sections[0])
    second, third = (paper.absolute(f"/timelinelist/1021119/{n}.{end}") for n in (2, 3))
    assert led(body.encode(), first, source=paper)[1:] == [("section", second)]
    assert led(body.encode(), second, 1, paper)[1:] == [("section", third)]
    assert led(body.encode(), third, 2, paper)[1:] == []
