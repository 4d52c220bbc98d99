"""The browser's tests see what they are there to see, and Datasette's own pages give them no reason to."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from archive.store import Archive
from tests.browser import rooms
from tests.browser.axe import assert_accessible, axe
from tests.browser.conftest import OpenPage
from tests.browser.rooms import Room, Trap
from tests.browser.seen import Seen
from tests.hostile_archive import Hostile
from tests.hostile_pages import FIELDS, HACK, MARKUP, RAW, RAW_BODY, REACH, TITLES

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

STRICT = "default-src 'none'; script-src 'self'; style-src 'self'"
CLEANED = {"control", "nul", "rtl", "lines", "header", "zalgo", "emoji", "nfd", "blank"}
"""Titles that the cleaner changes: it leaves no control characters, and writes NFC."""


class Bare:
    """A page that fails no test: what it would have failed for is in `seen`."""

    def __init__(self, page: Page, seen: Seen) -> None:
        self.page, self.seen = page, seen

    def show(self, markup: str, policy: str = "", path: str = "/thu") -> None:
        """Show `markup` as if it were a page of the room, with this Content-Security-Policy."""
        headers = {"Content-Type": "text/html; charset=utf-8"} | ({"Content-Security-Policy": policy} if policy else {})
        whole = f'<!doctype html><html lang="vi"><head><title>Thử</title></head><body><main><h1>Thử</h1>{markup}</main>'
        self.page.route(f"**{path}", lambda route: route.fulfill(body=whole, headers=headers))
        self.page.goto(path)

    def wait(self, *kinds: str) -> None:
        """Return when faults of these kinds were seen; much comes after a page's load. AssertionError: they were not.

        Nothing is asked for that is only a hint, as a `preconnect` is: a browser may pass it over.
        """
        for _ in range(240):
            if self.kinds >= {*kinds}:
                return
            self.page.wait_for_timeout(50)
        raise AssertionError(f"not seen: {kinds}, but {self.kinds}")

    @property
    def kinds(self) -> set[str]:
        """Of what was seen."""
        return {fault.kind for fault in self.seen.faults}


@pytest.fixture
def bare(browser: Browser, room: Room, trap: Trap) -> Iterator[Bare]:
    trap.came.clear()
    with rooms.opened(browser, room, "desktop") as context:
        seen = Seen(room.host, lambda: list(trap.came))
        seen.watch(context)
        yield Bare(context.new_page(), seen)


@pytest.mark.parametrize(
    ("kind", "markup"),
    [
        ("console", "<script>console.error('hỏng')</script>"),
        ("console", "<img src='/khong-co.png' alt=''>"),
        ("error", "<script>throw new Error('hỏng')</script>"),
        ("hacked", f"<script>{HACK}</script>"),
        ("hacked", f"<iframe title='k' srcdoc='<script>{HACK}</script>'></iframe>"),
        ("dialog", "<script>alert(1)</script>"),
        ("popup", "<script>window.open('about:blank')</script>"),
        ("foreign", "<script src='https://song.example.vn/a.js'></script>"),
        ("foreign", "<script>fetch('http://127.0.0.1:1/a')</script>"),
        ("foreign", f"<img src='{REACH}a.png' alt=''>"),
        ("foreign", f"<script>new WebSocket('{REACH.replace('http', 'ws')}')</script>"),
        ("foreign", f"<meta http-equiv='refresh' content='0;url={REACH}'>"),
        ("failed", "<script>fetch('/treo')</script>"),
    ],
)
def test_trouble_fails_a_test(bare: Bare, kind: str, markup: str) -> None:
    bare.page.route("**/treo", lambda route: route.abort())
    bare.show(markup)
    bare.wait(kind)
    with pytest.raises(AssertionError, match=f"{kind}: "):
        bare.seen.check()


def test_every_frame_is_watched_from_its_start(bare: Bare) -> None:
    frame = f"<iframe title='k' sandbox='allow-scripts' srcdoc='<script>{HACK}</script>'></iframe>"
    bare.show(frame * 12)
    rooms.settle(bare.page)
    assert [fault.kind for fault in bare.seen.faults] == ["hacked"] * 12


@pytest.mark.parametrize("markup", [f"<script>{HACK}</script>", "<p style='color: red'>Đỏ</p>", f"<img src='{REACH}'>"])
def test_what_a_policy_forbids_is_seen_and_does_not_happen(bare: Bare, markup: str) -> None:
    bare.show(markup, STRICT)
    bare.wait("csp")
    rooms.settle(bare.page)
    assert bare.kinds == {"csp"}


def test_what_is_kept_raw_would_be_seen(bare: Bare) -> None:
    """The page that the archive holds, shown as it is: a view of it that lets it do this fails its test."""
    bare.show(RAW + RAW_BODY)
    bare.wait("hacked", "dialog", "foreign")


@pytest.mark.parametrize("name", ["script", "attribute", "textarea", "title", "svg", "comment", "json"])
def test_a_text_that_is_not_escaped_would_be_seen(bare: Bare, name: str) -> None:
    places = f'<input title="{MARKUP[name]}"><textarea>{MARKUP[name]}</textarea><!-- {MARKUP[name]} -->{MARKUP[name]}'
    bare.show(places)
    bare.wait("hacked")


def test_what_is_expected_must_come(bare: Bare) -> None:
    bare.show("<script>console.error('một')</script>")
    bare.wait("console")
    bare.seen.expect("console", "một")
    bare.seen.check()
    bare.seen.expect("console", "hai")
    with pytest.raises(AssertionError, match="expected, but not seen: console 'hai'"):
        bare.seen.check()


@pytest.mark.parametrize("policy", ["", STRICT])
def test_axe_sees(bare: Bare, policy: str) -> None:
    bare.show("<img src='data:,'><input>", policy)
    assert {each.rule for each in axe(bare.page)} == {"image-alt", "label"}
    with pytest.raises(AssertionError, match=r"image-alt \(critical\)(.|\n)*<img src="):
        assert_accessible(bare.page)


def test_axe_praises(bare: Bare) -> None:
    bare.show("<label>Tìm <input></label>")
    assert_accessible(bare.page)


def test_a_phone_and_a_reader_without_scripts(open_page: OpenPage, page: Page, phone: Page) -> None:
    silent = open_page(javascript=False)
    told = []
    for each in (page, phone, silent):
        each.goto("/-/actor")
        told.append((each.viewport_size or {})["width"])
    assert told == [1280, 390, 1280]
    assert phone.evaluate("navigator.maxTouchPoints") == 1
    silent.set_content("<noscript><p>Không có mã</p></noscript>")
    assert silent.get_by_text("Không có mã").is_visible()


def test_stock_pages_are_sound(page: Page, room: Room, hostile: Hostile) -> None:
    with Archive(Path(hostile.path), write=False) as archive:
        of = "SELECT id, title FROM articles WHERE article = ?"
        row = next(archive.rows(of, (hostile.titles["attribute"],)))
    for path in ("", "/articles?_size=max", f"/articles/{row['id']}", "/topics", "/pages?_sort_desc=id"):
        page.goto(f"/{room.database}{path}")
        assert page.title()
    page.goto(f"/{room.database}/articles/{row['id']}")
    assert row["title"] in page.locator("td.col-title").inner_text()


def test_the_archive_holds_what_it_says(hostile: Hostile) -> None:
    with Archive(Path(hostile.path), write=False) as archive:
        rows = {row["article"]: row for row in archive.rows("SELECT * FROM articles")}
        drops = {row["article"]: row["reason"] for row in archive.rows("SELECT article, reason FROM cleanings")}
        copies = list(archive.rows("SELECT article, original FROM copies WHERE original IS NOT NULL"))
        topics = {row["topic"] for row in archive.rows("SELECT topic FROM topical")}
        raw = archive.page(hostile.raw_page)
    titles = {name: rows[article]["title"] for name, article in hostile.titles.items()}
    assert titles.pop("empty") is None
    for name, title in titles.items():
        assert title == (TITLES[name].strip() if name not in CLEANED else title) and title
    for name in FIELDS:
        assert HACK in str(rows[hostile.fields[name]][name])
    assert {*hostile.paths.values(), hostile.links, *hostile.newsroom.values()} <= rows.keys()
    precisions = [rows[article]["published_precision"] for article in hostile.dates.values()]
    assert precisions == ["minute", "day", "month", None]
    assert rows[hostile.revised]["revisions"] == 2 and rows[hostile.newsroom["revised"]]["revisions"] > 1
    assert {"article": rows[hostile.copy]["id"], "original": rows[hostile.copied]["id"]} in copies
    assert drops[hostile.gallery] == "gallery" and hostile.withdrawn not in drops
    assert {hostile.topic, hostile.hostile_topic} == topics
    assert RAW.encode() in raw.body
