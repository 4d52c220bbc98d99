"""Pages that are no articles, each with its reason."""

import random
from pathlib import Path

import pytest

from archive.facts import Drop, Hints, Page, Record
from config.sources import generic, load
from pipelines.process import process

SOURCES = load()
LAODONG_LIKE = (
    b'<html><body><script>document.cookie="D1N=0a1b2c3d"+"; path=/";'
    b"window.location.reload(true);</script></body></html>"
)
ARTICLE = (Path(__file__).parents[1] / "fixtures" / "pages" / "vnexpress" / "2019" / "page.html").read_bytes()
URL = "https://vnexpress.net/ten-bai-4801234.html"


def reason(body: bytes, url: str = URL, **more: object) -> str:
    page = Page(url=url, fetched_at="2025-03-01T08:00:00+07:00", body=body, **more)  # type: ignore[arg-type]
    output = process(page, SOURCES.of(url) or generic(url)).output
    return output.drop.reason if isinstance(output, Drop) else "record"


def html(inside: str, title: str = "Trang", head: str = "") -> bytes:
    return f"<html><head><title>{title}</title>{head}</head><body>{inside}</body></html>".encode()


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (b"", "empty"),
        (b" \n\x00\x00 ", "empty"),
        (b"%PDF-1.4 \x00 stream", "not-html"),
        (b"PK\x03\x04 docx", "not-html"),
        (b"\x89PNG\r\n\x1a\n", "not-html"),
        (b'{"status":1,"data":[]}', "not-html"),
        (b'<?xml version="1.0"?><rss version="2.0"><channel></channel></rss>', "not-html"),
        (bytes(random.Random(3).randrange(256) for _ in range(9000)), "not-html"),
        (LAODONG_LIKE, "blocked"),
        (html("<p>Checking your browser before accessing</p>", "Just a moment..."), "blocked"),
        (html('<div class="g-recaptcha"></div><p>Xác minh bạn là người</p>'), "blocked"),
        (html("<h1>Đăng nhập</h1><form><input name=ten><input type=password></form>"), "blocked"),
        (html("<h1>Không tìm thấy trang</h1><p>Bài viết đã bị gỡ.</p>", "404"), "soft-404"),
        (html("<p>Tin tức trong ngày</p>"), "empty"),
        (html('<article class="fck_detail"></article>'), "empty"),
        (ARTICLE[: len(ARTICLE) // 2], "truncated"),
        (ARTICLE[:-20], "truncated"),
        (ARTICLE, "record"),
    ],
)
def test_what_is_no_article_is_dropped_with_its_reason(body: bytes, expected: str) -> None:
    assert reason(body) == expected


@pytest.mark.parametrize(
    ("status", "expected"),
    [(403, "blocked"), (429, "blocked"), (503, "blocked"), (404, "not-article"), (410, "not-article"),
     (500, "not-article"), (301, "not-article"), (200, "record")],
)  # fmt: skip
def test_a_status_that_is_no_success_makes_no_article(status: int, expected: str) -> None:
    assert reason(ARTICLE, status=status) == expected


def test_a_body_known_to_be_cut_is_truncated() -> None:
    assert reason(ARTICLE, truncated="gzip ended early") == "truncated"


def test_another_content_type_is_no_page() -> None:
    assert reason(ARTICLE, headers={"content-type": "image/jpeg"}) == "not-html"


@pytest.mark.parametrize(
    "url",
    [
        "https://vnexpress.net/kinh-doanh",
        "https://vnexpress.net/kinh-doanh-p2",
        "https://vnexpress.net/",
        "https://tuoitre.vn/kinh-doanh.htm",
        "https://vietnamnet.vn/vn/thoi-su/chinh-tri/",
        "https://baoquocte.vn/the-gioi/tieu-diem&s_cond=&BRSR=15",
        "https://undeclared.example.vn/",
    ],
)
def test_sections_and_front_pages_are_no_articles(url: str) -> None:
    assert reason(ARTICLE, url) == "not-article"


def test_a_front_page_in_an_articles_place_is_no_article() -> None:
    teasers = "".join(
        f"<h3><a href='/bai-{n}-480000{n}.html'>Tiêu đề dài số {n} của trang nhất</a></h3>" for n in range(9)
    )
    body = html(teasers + "<p>" + "Tóm tắt của một bài trên trang nhất, đủ dài để giống văn bản. " * 12 + "</p>")
    assert reason(body) == "not-article"


def test_a_video_page_and_a_gallery_are_told_apart() -> None:
    video = html('<article class="fck_detail"><video src="a.mp4"></video></article>')
    gallery = html('<article class="fck_detail">' + "<figure><img src=a.jpg></figure>" * 4 + "</article>")
    assert reason(video) == "video"
    assert reason(gallery) == "gallery"


def test_no_bytes_make_it_raise() -> None:
    """Mutations of a real layout, deep nesting, absurd numbers and broken structured data."""
    chance = random.Random(11)
    bodies = [
        b'<article class="fck_detail">' + b"<div>" * 3000 + b"x",
        b'<article class="fck_detail"><table><tr><td colspan="9007199254740992">a<td>b</table></article>',
        b'<script type="application/ld+json">' + b"[" * 5000 + b'</script><article class="fck_detail"><p>abc</p>',
        b'<script type="application/ld+json">{"@type":["NewsArticle",5],"author":[null,5,{"name":{}}],"headline":'
        + b"9" * 5000 + b'}</script><article class="fck_detail"><p>abc abc</p>',
        b'<base href="http://[bad"><article class="fck_detail"><p><a href="http://[::1">x</a><a href="//">y</a>z</p>',
        "<article class=fck_detail><p>⟦0⟧⟦99999999999999999999⟧ abc</p></article>".encode(),
        b"<frameset><frame src=x></frameset><p>", b"<template><article class=fck_detail><p>x</p></article></template>",
    ]  # fmt: skip
    for _ in range(40):
        broken = bytearray(ARTICLE)
        for _ in range(chance.randrange(1, 300)):
            broken[chance.randrange(len(broken))] = chance.randrange(256)
        bodies += [bytes(broken), ARTICLE[: chance.randrange(len(ARTICLE))]]
    for body in bodies:
        hints = Hints(via="feed", date="không phải ngày", title="x")
        for source in (SOURCES["vnexpress"], generic("https://a.example.vn/")):
            page = Page(url=URL, fetched_at="2025-03-01T08:00:00+07:00", body=body, hints=hints)
            assert isinstance(process(page, source).output, Drop | Record)


def test_a_lead_alone_is_an_article_but_not_under_pictures_or_a_video() -> None:
    lead = (
        '<h1 class="title-detail">Tin</h1><p class="description">Bản tin ngắn chỉ có một câu dẫn, không có gì thêm.</p>'
    )
    inside = '<article class="fck_detail">%s</article>'
    assert reason(html(lead + inside % "")) == "record"
    assert reason(html(lead + inside % ("<figure><img src=a.jpg></figure>" * 3))) == "gallery"
    assert reason(html(lead + inside % "<video src=a.mp4></video>")) == "video"


def _whole(end: str) -> bytes:
    text = "".join(f"<p>Đoạn văn số {n} của bài báo kể một chuyện đủ dài để ai cũng đọc được.</p>" for n in range(9))
    boxes = '<div class="a"><div class="b"><div class="c"><div class="d">'
    return f"<html><body>{boxes}<h1>Tít bài</h1>{text}{end}".encode()


@pytest.mark.parametrize("end", ["</div></div></div></div></body></html>", "</div></div></div></div>"])
def test_a_page_may_leave_out_its_last_end_tags(end: str) -> None:
    url = "https://khong-khai.example.vn/bai"
    page = Page(url=url, fetched_at="2025-03-10T08:00:00+07:00", body=_whole(end))
    assert isinstance(process(page, generic(url)).output, Record)


@pytest.mark.parametrize("end", ["<p>Đoạn cuối bị c", "<p class='x", "<p>Đoạn cuối.</p>"])
def test_a_page_that_breaks_off_is_none(end: str) -> None:
    url = "https://khong-khai.example.vn/bai"
    page = Page(url=url, fetched_at="2025-03-10T08:00:00+07:00", body=_whole(end))
    output = process(page, generic(url)).output
    assert isinstance(output, Drop) and output.drop.reason == "truncated"
