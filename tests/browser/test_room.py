"""The reading room as its readers meet it: every page at both widths, searching, comparing, citing, the keyboard."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

import pytest

from tests.archive.feeds import check
from tests.browser import rooms
from tests.browser.axe import assert_accessible
from tests.browser.conftest import OpenPage
from tests.browser.rooms import Room
from tests.browser.seen import Seen
from tests.hostile_archive import Hostile

if TYPE_CHECKING:
    from playwright.sync_api import Page

OVERFLOW = "document.documentElement.scrollWidth > document.documentElement.clientWidth + 1"
PLAIN = (
    "/", "/overview", "/search", "/search?q=doi+ngoai&folded=1&order=newest", "/search?q=xyzzy", "/search?q=-a",
    "/search?source=bendo&since=2025&until=03/2025&section=x", "/sources", "/source/suoinga", "/source/hiem", "/topics",
    "/topic/{topic}", "/topic/{hostile_topic}", "/stories", "/runs", "/run/1", "/health", "/help", "/take",
    "/page/{raw_page}", "/url?url=https://song.example.vn/bai-1.html", "/search?since=abc", "/article/khong/co",
)  # fmt: skip
PARTS = ("", "history", "diff", "copies", "related", "why", "report?note=sai&field=lead")
OF = ("newsroom.revised", "newsroom.copied", "newsroom.parts", "revised", "copied", "links", "raw")


def pages() -> list[str]:
    told = [f"{{{name}}}/{part}".removesuffix("/") for name in OF[:1] for part in PARTS]
    told += [f"{{{name}}}" for name in OF[1:]] + ["{newsroom.copied}/copies", "{revised}/diff", "{copied}/copies"]
    return [*PLAIN, *told]


def filled(path: str, room: Room, hostile: Hostile) -> str:
    """`path` with the identities and names that it is about."""
    if path.startswith("{"):
        name, _, part = path[1:].partition("}")
        holder, _, key = name.partition(".")
        identity = getattr(hostile, holder)[key] if key else getattr(hostile, holder)
        return room.article(identity, part.strip("/"))
    return path.format(topic=hostile.topic, hostile_topic=hostile.hostile_topic, raw_page=hostile.raw_page)


def came(page: Page, address: str) -> None:
    """Return when the page of this address is whole: a click returns before that."""
    page.wait_for_url(address)
    page.wait_for_load_state()


@pytest.mark.parametrize("path", pages())
def test_every_page_is_sound_at_both_widths(page: Page, phone: Page, seen: Seen, room: Room, hostile: Hostile,
                                            path: str) -> None:  # fmt: skip
    if "abc" in path or "khong" in path:
        seen.expect("console", "40")
    if path.startswith("/page/"):
        seen.expect("console")
        seen.expect("csp")
    for one in (page, phone):
        one.goto(filled(path, room, hostile))
        assert one.locator("h1").count() == 1
        assert one.locator("html").get_attribute("lang") == "vi"
        assert not one.evaluate(OVERFLOW), "the page is wider than the screen"
        one.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
        assert_accessible(one)
        assert not one.evaluate(OVERFLOW), "opened, the page is wider than the screen"


def test_both_spellings_find_and_are_marked_as_printed(page: Page) -> None:
    for query, marks in (("doi ngoai", {"đối", "ngoại"}), ("đối ngoại", {"đối", "ngoại"}), ("đoi ngoai", {"đối"})):
        page.goto("/")
        page.get_by_role("searchbox").fill(query)
        page.keyboard.press("Enter")
        came(page, "**/search?*")
        hits = page.locator(".hit")
        assert "Đối ngoại nhân dân" in hits.first.inner_text()
        assert marks <= {mark.lower() for mark in hits.first.locator("mark").all_inner_texts()}


def test_a_reader_narrows_opens_compares_and_goes_back(page: Page, hostile: Hostile) -> None:
    page.goto("/search?q=th%C6%B0+vi%E1%BB%87n")
    page.locator("aside").get_by_role("link", name="Tạp chí Nhịp Làng").click()
    came(page, "**source=nhiplang*")
    assert set(page.locator(".hit .meta a").all_inner_texts()) == {"Tạp chí Nhịp Làng"}
    page.locator(".hit h3 a").first.click()
    came(page, "**/article/**")
    assert page.locator("article mark").count()
    page.goto("/")
    page.get_by_role("link", name="Cà phê Pu Sao được giá, người trồng vẫn giữ nếp hái chín").last.click()
    came(page, "**/diff*")
    assert page.locator("td del").all_inner_texts() == ["87%, tăng 9"]
    assert page.locator("td ins").all_inner_texts() == ["78%, tăng 6"]
    page.go_back()
    assert page.get_by_role("searchbox").is_visible()


def test_who_copied_whom_is_told_and_compared(page: Page, room: Room, hostile: Hostile) -> None:
    page.goto(room.article(hostile.newsroom["copied"], "copies"))
    assert page.locator("svg.points circle").count() >= 2
    page.get_by_role("link", name="So sánh").first.click()
    page.locator("table.sides").first.wait_for()
    assert page.locator("table.sides ins, table.sides del").count()


def test_citations_and_results_are_taken_along(page: Page, seen: Seen, room: Room, hostile: Hostile) -> None:
    seen.expect("failed", "ABORTED")  # so the browser calls a navigation that becomes a download
    page.goto(room.article(hostile.newsroom["plain"]))
    for name, begins in (("BibTeX", "@online{"), ("RIS", "TY  - NEWS\r\n"), ("CSL JSON", '[{"id":')):
        with page.expect_download() as waiting:
            page.get_by_role("link", name=name, exact=True).click()
        assert waiting.value.path().read_bytes().decode().startswith(begins)
    page.goto("/search?q=doi")
    with page.expect_download() as waiting:
        page.get_by_role("link", name="CSV").click()
    rows = list(csv.DictReader(io.StringIO(waiting.value.path().read_text(encoding="utf-8-sig"))))
    assert len(rows) >= page.locator(".hit").count() and rows[0]["title"]


def test_every_feed_reads_well(page: Page, room: Room, hostile: Hostile) -> None:
    for path in ("/search.atom", "/search.atom?q=doi+ngoai", f"/search.atom?topic={hostile.hostile_topic}"):
        told = check(page.request.get(path).body())
        assert told.entries and all(entry.id.startswith("tag:") for entry in told.entries)


def test_with_the_keyboard_alone(page: Page) -> None:
    page.goto("/help")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    page.wait_for_url("**#main")
    page.goto("/")
    for _ in range(30):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.name") == "q":
            break
    page.keyboard.type("thư viện")
    page.keyboard.press("Enter")
    came(page, "**/search?*")
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("!!document.activeElement.closest('.hit h3')"):
            break
    outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    page.keyboard.press("Enter")
    came(page, "**/article/**")
    assert outline != "none" and page.locator("article.story h1").count() == 1


def test_everything_is_readable_without_scripts(open_page: OpenPage, room: Room, hostile: Hostile) -> None:
    page = open_page(javascript=False)
    page.goto("/search?q=doi")
    assert page.locator(".hit").count()
    page.locator("summary").first.click()
    page.get_by_label("Sắp xếp").select_option("oldest")
    page.get_by_role("button", name="Tìm").click()
    came(page, "**order=oldest*")
    assert page.locator(".hit").count()
    page.goto(room.article(hostile.newsroom["revised"], "diff"))
    assert page.locator("ins").count()


def test_the_language_stays_as_chosen(page: Page) -> None:
    page.goto("/search?q=doi&source=bendo")
    page.get_by_role("link", name="English").click()
    came(page, "**lang=en*")
    assert "q=doi" in page.url and "source=bendo" in page.url
    page.goto("/help")
    assert page.locator("html").get_attribute("lang") == "en"
    assert page.get_by_role("heading", name="How to search").is_visible()


def test_no_text_acts_wherever_it_is_shown(page: Page, room: Room, hostile: Hostile) -> None:
    """The guards of `seen` fail this test for whatever any of them does."""
    named = [*hostile.titles.values(), *hostile.fields.values(), *hostile.paths.values(), hostile.links, hostile.raw]
    for identity in named:
        answer = page.goto(room.article(identity))
        assert answer and answer.status == 200, identity
    for path in ("/search?q=con+nuoc&size=100", "/search?q=%3Cscript%3Ewindow.hacked%3D1%3C/script%3E", "/runs",
                 "/source/hiem", f"/topic/{hostile.hostile_topic}", "/sources", "/stories",
                 "/search?q=a&source=%22%3E%3Cimg+src%3Dx+onerror%3Dwindow.hacked%3D1%3E",
                 room.article(hostile.copied, "copies"), room.article(hostile.revised, "diff"),
                 room.article(hostile.raw, "why"), room.article(hostile.links, "related"),
                 room.article(hostile.titles["script"], "report?note=%3C/textarea%3E%3Cscript%3Ehacked=1%3C/script%3E"),
                 "/url?url=javascript:window.hacked%3D1"):  # fmt: skip
        page.goto(path)
        for link in page.locator("a[href]").all():
            assert (link.get_attribute("href") or "").startswith(("http://", "https://", "/", "#")), path
    rooms.settle(page)


def test_a_stored_page_can_do_nothing(page: Page, seen: Seen, hostile: Hostile) -> None:
    seen.expect("csp")
    seen.expect("console")
    page.goto(f"/page/{hostile.raw_page}")
    rooms.settle(page)
    frame = page.frames[1]
    assert "Bấm" in frame.locator("body").inner_text()
    assert frame.evaluate("window.origin") == "null"
    frame.get_by_text("Bấm").first.click()
    rooms.settle(page)
    assert page.url.endswith(f"/page/{hostile.raw_page}") and len(page.context.pages) == 1


def test_a_stored_page_opened_alone_can_do_nothing(page: Page, seen: Seen, hostile: Hostile) -> None:
    seen.expect("csp")
    seen.expect("console")
    page.goto(f"/raw/{hostile.raw_page}/view")
    rooms.settle(page)
    assert page.evaluate("window.origin") == "null"


def test_the_stock_pages_work_under_the_policy(page: Page, room: Room) -> None:
    for path in ("", "/articles", "/articles?_facet=source", "/copiers", "/runs"):
        page.goto(f"/{room.database}{path}")
        assert page.locator("h1").count()
    page.goto(f"/{room.database}/articles")
    page.locator("th .dropdown-menu-icon").first.click()
    assert page.locator(".dropdown-menu").first.is_visible()
