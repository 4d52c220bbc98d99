"""Pages that are no plain articles: photo stories, videos, live blogs, pages for printing; tables and pictures."""

import json
from typing import Any

import msgspec
import pytest

from archive.facts import Page
from config.declarations import Rules
from config.sources import generic, load
from config.urls import article_key, canonical, classify
from pipelines.fields import image
from pipelines.process import process
from pipelines.view import View

SOURCES = load()
ADDRESS = "https://tuoitre.vn/ben-ca-mua-gio-100250309080000111.htm"
PAGE = """<html><head><title>Bến cá mùa gió</title><meta property="og:title" content="Bến cá mùa gió">%s</head><body>
<h1 class="detail-title" data-role="title">Bến cá mùa gió</h1>
<h2 class="detail-sapo" data-role="sapo">Gió chướng về sớm, bến cá sáng đèn từ ba giờ.</h2>
<div class="detail-content afcbc-body" data-role="content">%s</div></body></html>"""
PHOTO = """<figure class="VCSortableInPreviewMode" type="Photo"><img src="/a%s.jpg" alt="Thuyền về Bến">
<figcaption class="PhotoCMS_Caption"><p>Thuyền về bến - Ảnh: LÊ DÂN</p></figcaption></figure>"""


def text(number: int) -> str:
    return f"Đoạn {number}: bà con ở bến cá kể về mùa gió chướng và những chuyến biển dài ngày hơn mọi năm."


def told(body: str, head: str = "", url: str = ADDRESS) -> dict[str, Any]:
    """What `clean` prints for a page with this in its text's place."""
    source = SOURCES.of(url) or generic(url)
    page = Page(url=url, fetched_at="2025-03-10T20:00:00+07:00", body=(PAGE % (head, body)).encode())
    made: dict[str, Any] = msgspec.to_builtins(process(page, source).output)
    return made


def blocks(body: str, head: str = "") -> list[tuple[str, str]]:
    return [(b["kind"], b["text"]) for b in told(body, head)["blocks"]]


def test_a_photo_story_is_a_gallery() -> None:
    assert told("".join(PHOTO % n for n in range(4)))["drop"]["reason"] == "gallery"


def test_a_photo_story_with_text_is_an_article() -> None:
    made = told(f"<p>{text(1)}</p>" + "".join(PHOTO % n for n in range(4)) + f"<p>{text(2)}</p>")
    assert made["paragraphs"] == [text(1), text(2)]
    assert made["captions"] == ["Thuyền về bến - Ảnh: LÊ DÂN"]


def test_a_video_page_is_an_article_where_it_has_text() -> None:
    url, head = "https://tuoitre.vn/video/ben-ca-mua-gio-1.htm", '<meta property="og:type" content="video.other">'
    film = '<div type="VideoStream"><video src="a.mp4"></video></div>'
    assert told(film, head, url)["drop"]["reason"] == "video"
    assert told(f"{film}<p>{text(1)}</p><p>{text(2)}</p>", head, url)["paragraphs"] == [text(1), text(2)]


ENTRY = '<div class="live"><span class="time">%s</span>%s<p>%s</p></div>'
LIVE = [("10:30", "", 1), ("9h05", "<h3>Thuyền thứ ba cập bến</h3>", 2), ("08:00 - 9/3", "<p><b>Chia cá</b></p>", 3)]


def test_the_entries_of_a_live_blog_are_headed_blocks() -> None:
    inside = "".join(ENTRY % (at, title, text(n)) for at, title, n in LIVE)
    assert blocks(f"<p>{text(0)}</p>{inside}") == [
        ("p", text(0)),
        ("h", "10:30"),
        ("p", text(1)),
        ("h", "9h05 Thuyền thứ ba cập bến"),
        ("p", text(2)),
        ("h", "08:00 - 9/3 Chia cá"),
        ("p", text(3)),
    ]


def test_one_time_on_a_line_makes_no_live_blog() -> None:
    assert blocks(f"<p>{text(0)}</p><p>10:30</p><p>{text(1)}</p>") == [("p", text(0)), ("p", "10:30"), ("p", text(1))]


UPDATES = [
    {"@type": "BlogPosting", "datePublished": f"2025-03-09T0{n}:30:00+07:00", "headline": f"Thuyền thứ {n} cập bến",
     "articleBody": f"<p>{text(n)}</p><p>Bà con chia cá ngay trên bãi, phần thứ {n}.</p>"}
    for n in (3, 2, 1)
]  # fmt: skip


def live_head(**more: Any) -> str:
    live = {"@type": "LiveBlogPosting", "headline": "Bến cá mùa gió", "datePublished": "2025-03-09T01:00:00+07:00"}
    return f'<script type="application/ld+json">{json.dumps(live | more, ensure_ascii=False)}</script>'


def test_entries_that_only_structured_data_tells_are_taken_from_there() -> None:
    made = told('<div id="live"></div>', live_head(liveBlogUpdate=UPDATES))
    assert [(b["kind"], b["text"]) for b in made["blocks"]][:4] == [
        ("h", "03:30 Thuyền thứ 3 cập bến"),
        ("p", text(3)),
        ("p", "Bà con chia cá ngay trên bãi, phần thứ 3."),
        ("h", "02:30 Thuyền thứ 2 cập bến"),
    ]
    assert made["published"] == "2025-03-09T01:00:00+07:00" and len(made["blocks"]) == 9


def test_entries_that_stand_on_the_page_are_not_taken_twice() -> None:
    inside = "".join(f"<h3>Thuyền thứ {n} cập bến</h3>{UPDATES[3 - n]['articleBody']}" for n in (3, 2, 1))
    assert blocks(inside, live_head(liveBlogUpdate=UPDATES)) == blocks(inside)


@pytest.mark.parametrize("updates", [None, 7, "x", [None, {"articleBody": 5}, {}], {"articleBody": ""}])
def test_broken_updates_are_passed_over(updates: Any) -> None:
    head = live_head(liveBlogUpdate=updates)
    assert blocks(f"<p>{text(0)}</p><p>{text(1)}</p>", head) == [("p", text(0)), ("p", text(1))]


@pytest.mark.parametrize(
    ("printed", "read"),
    [
        ("https://baoquocte.vn/print/ben-ca-140288.html", "https://baoquocte.vn/ben-ca-140288.html"),
        ("https://baoquocte.vn/amp/ben-ca-140288.html", "https://baoquocte.vn/ben-ca-140288.html"),
        ("https://www.tuyengiao.vn/thoi-su/ben-ca-130656/print", "https://tuyengiao.vn/thoi-su/ben-ca-130656"),
        ("https://tuoitre.vn/print/ben-ca-100250309080000111.htm", "https://tuoitre.vn/ben-ca-100250309080000111.htm"),
    ],
)
def test_a_page_for_printing_is_its_article(printed: str, read: str) -> None:
    source = SOURCES.of(read)
    assert source is not None
    assert classify(source, printed) == "article"
    assert article_key(source, printed) == article_key(source, read)
    assert canonical(source, printed) == canonical(source, read)


def test_what_merely_begins_like_a_page_for_printing_is_not_taken_for_one() -> None:
    source = SOURCES["baoquocte"]
    assert classify(source, "https://baoquocte.vn/print") != "article"
    assert canonical(source, "https://baoquocte.vn/printing/a") == "https://baoquocte.vn/printing/a"


def test_a_page_for_printing_without_the_papers_markup_is_read_whole() -> None:
    url = "https://baoquocte.vn/print/ben-ca-140288.html"
    body = "<h1>Bến cá mùa gió</h1><div>" + "".join(f"<p>{text(n)}</p>" for n in range(4)) + "</div>"
    page = Page(url=url, fetched_at="2025-03-10T20:00:00+07:00", body=f"<html><body>{body}</body></html>".encode())
    made = process(page, SOURCES["baoquocte"])
    assert msgspec.to_builtins(made.output)["paragraphs"] == [text(n) for n in range(4)]
    assert made.article == "baoquocte:140288"


def test_the_cells_of_a_table_stay_in_their_columns() -> None:
    table = """<table><tr><th colspan="2">Bến</th><th rowspan="2">Tấn</th></tr><tr><td>Tên</td><td>Xã</td></tr>
    <tr><td rowspan="2">Cửa Lạch</td><td>Vạn Hải</td><td>12</td></tr><tr><td>Vạn Sơn</td><td>7</td></tr>
    <tr><td colspan="9007199254740993">Tổng: 19</td></tr></table>"""
    (rows,) = [told for kind, told in blocks(f"<p>{text(0)}</p>{table}<p>{text(1)}</p>") if kind == "table"]
    assert [row.split("\t") for row in rows.split("\n")] == [
        ["Bến", "", "Tấn"],
        ["Tên", "Xã"],
        ["Cửa Lạch", "Vạn Hải", "12"],
        ["", "Vạn Sơn", "7"],
        ["Tổng: 19"],
    ]


def test_a_caption_that_is_printed_again_is_no_text() -> None:
    made = told(f"<p>{text(0)}</p>{PHOTO % 1}<p>Thuyền về Bến - Ảnh: Lê Dân.</p><p>{text(1)}</p>")
    assert made["captions"] == ["Thuyền về bến - Ảnh: LÊ DÂN"]
    assert made["paragraphs"] == [text(0), text(1)]


@pytest.mark.parametrize("named", ["/img/logo.png", "/img/share-fb.png", "/img/og_image.jpg"])
def test_the_sites_own_picture_is_not_the_articles(named: str) -> None:
    body = '<body><div class="t"><img src="/ca.jpg"></div></body>'
    html = f'<head><meta property="og:image" content="{named}"></head>{body}'
    rules = Rules(container=(".t",), image=("meta:og:image",))
    assert image(View(html, "https://a.vn/b.html"), rules) == "https://a.vn/ca.jpg"


def test_what_an_undeclared_page_calls_its_publishers_logo_is_not_the_articles_picture() -> None:
    ld = {"@type": "NewsArticle", "publisher": {"@type": "Organization", "logo": {"url": "/vi/bao.jpg"}}}
    head = (
        f'<meta property="og:image" content="/vi/bao.jpg"><script type="application/ld+json">{json.dumps(ld)}</script>'
    )
    body = f'<article><img src="/ca.jpg">{"".join(f"<p>{text(n)}</p>" for n in range(4))}</article>'
    url = "https://bao.example.vn/ben-ca-mua-gio-2.html"
    html = f"<html><head>{head}</head><body>{body}</body></html>"
    page = Page(url=url, fetched_at="2025-03-10T20:00:00+07:00", body=html.encode())
    assert msgspec.to_builtins(process(page, generic(url)).output)["image"] == "https://bao.example.vn/ca.jpg"
