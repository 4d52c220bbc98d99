"""Reading places, structured data, and the pages of papers that nobody declared."""

import json
import re

import msgspec
import pytest

from archive.facts import Hints, Page, Record
from config.declarations import Rules
from config.sources import Source, generic
from pipelines import jsonld, places
from pipelines.fields import headline, tags
from pipelines.normalise import clean, unescaped
from pipelines.process import process
from pipelines.view import View

VIEW = View(
    """<html><head><meta name="keywords" content="một, hai"><meta property="og:title" content="T&amp;#7921;a">
    <script type="application/ld+json">{"@graph":[{"@type":"NewsArticle","author":[{"@type":"Person","name":"An"},
    {"@type":"Organization","name":"Báo"}],"image":{"url":"/a.jpg"},}]}</script></head>
    <body><h1 class="t">Tựa<br>hai dòng</h1><img class="i" data-original="/b.jpg"><p class="n"> </p>
    <p class="n">Có</p></body></html>""",
    "https://a.example.vn/x/y.html",
)


@pytest.mark.parametrize(
    ("place", "expected"),
    [
        (".t", ["Tựa hai dòng"]),
        (".i@data-original", ["/b.jpg"]),
        (".n", ["Có"]),
        ("meta:keywords", ["một, hai"]),
        ("meta:OG:title", ["Tựa"]),
        ("ld:author.name", ["An"]),
        ("ld:image.url", ["/a.jpg"]),
        ("ld:no.such", []),
        ("h2", []),
    ],
)
def test_a_place_is_read(place: str, expected: list[str]) -> None:
    assert places.values(VIEW, (place,)) == expected


def test_the_first_place_that_yields_wins() -> None:
    assert places.value(VIEW, ("h2", "ld:headline", ".n", ".t")) == "Có"
    assert places.value(VIEW, None) is None


@pytest.mark.parametrize(
    ("href", "expected"),
    [
        ("/z.html#a", "https://a.example.vn/z.html"),
        ("z.html", "https://a.example.vn/x/z.html"),
        ("//cdn.example.vn/a.jpg", "https://cdn.example.vn/a.jpg"),
        ("//ten-bai-20250101.chn", "https://a.example.vn/ten-bai-20250101.chn"),
        ("javascript:void(0)", None),
        ("http://[::1", None),
        ("mailto:a@b.vn", None),
    ],
)
def test_links_become_absolute(href: str, expected: str | None) -> None:
    assert VIEW.absolute(href) == expected


def test_broken_structured_data_is_mended_or_passed_over() -> None:
    told = jsonld.read(
        ["{", '{"@type":"BreadcrumbList","itemListElement":[{"name":"Trang chủ"},{"item":{"name":"Xã hội"}},]}']
    )
    assert told.breadcrumb == ("Xã hội",) and told.article == {}
    assert jsonld.read(["[" * 9000]).article == {}
    nested = '[{"name":"Trang chủ"}],[{"item":{"name":"Xã hội"}}],[{"name":"Nông thôn"}]'
    told = jsonld.read([f'{{"@type":"BreadcrumbList","itemListElement":[{nested}]}}'])
    assert told.breadcrumb == ("Xã hội", "Nông thôn")


def test_text_is_cleaned() -> None:
    assert clean("  Ba\u0300\u00a0con\u200b \n vu\u0300ng\u00adcao {keywords} ") == "Bà con vùngcao"
    assert unescaped("CH&amp;#205; QU&#7888;C") == "CHÍ QUỐC"


@pytest.mark.parametrize(
    ("title", "named", "expected"),
    [
        ("ĐẤT VÀ NGƯỜI MƯỜNG LAY Mùa cá về", "", ("ĐẤT VÀ NGƯỜI MƯỜNG LAY", "Mùa cá về")),
        ("TP HCM họp bàn về giao thông", "", (None, "TP HCM họp bàn về giao thông")),
        ("CLB TDTT HCM đổi sân tập", "", (None, "CLB TDTT HCM đổi sân tập")),
        ("Chuyên đề: Đường về bản làng xa", "Đường về bản làng xa", ("Chuyên đề:", "Đường về bản làng xa")),
        ("Đường về bản - Báo Sông", "", (None, "Đường về bản")),
    ],
)
def test_a_kicker_stands_apart(title: str, named: str, expected: tuple[str | None, str]) -> None:
    head = f'<meta property="og:site_name" content="Báo Sông"><meta property="og:title" content="{named}">'
    assert headline(View(f"<head>{head}</head><h1>{title}</h1>", "https://a.vn/"), Rules(title=("h1",))) == expected


def test_tags_are_cut_and_stand_once() -> None:
    view = View('<a class="k">một, Hai,</a><a class="k">hai</a><a class="k"># ba</a>', "https://a.vn/")
    assert tags(view, Rules(tags=(".k",))) == ["một", "Hai", "ba"]


UNDECLARED = """<html lang="vi"><head><title>Lúa chín sớm - Báo Đồng</title>
<meta property="og:site_name" content="Báo Đồng">
<meta property="og:title" content="Lúa chín sớm"><meta name="author" content="Báo Đồng">
<meta property="og:image" content="/lua.jpg">
<meta property="og:description" content="Nắng đều, nhiều cánh đồng cho gặt sớm mười ngày so với mọi năm.">
<script type="application/ld+json">{"@type":"NewsArticle","headline":"Lúa chín sớm",
"datePublished":"2025-03-09T06:05:00+07:00",
"author":{"@type":"Person","name":"Trần Bình An"}}</script></head>
<body><nav><a href="/">Trang chủ</a></nav><article><h1>Lúa chín sớm</h1>
<h2 class="intro">Nắng đều, nhiều cánh đồng cho gặt sớm mười ngày so với mọi năm.</h2>
%s</article><footer>Giấy phép số 1</footer></body></html>"""
TEXT = "".join(
    f"<p>Đoạn {n}: ở cánh đồng thứ {n}, bà con gặt xong trước cơn mưa đầu mùa và phơi thóc ngay trên sân đình làng.</p>"
    for n in range(1, 7)
)


def test_an_undeclared_page_is_read_by_trafilatura_and_what_it_says_of_itself() -> None:
    url = "https://dong.example.vn/lua-chin-som.html"
    page = Page(url=url, fetched_at="2025-03-10T08:00:00+07:00", body=(UNDECLARED % TEXT).encode())
    told = process(page, generic(url))
    assert isinstance(told.output, Record)
    assert told.article == "dong.example.vn:/lua-chin-som.html"
    assert told.output.title == "Lúa chín sớm"
    assert told.output.lead == "Nắng đều, nhiều cánh đồng cho gặt sớm mười ngày so với mọi năm."
    assert len(told.output.paragraphs) == 6
    assert told.output.authors == ["Trần Bình An"]
    assert told.output.published == "2025-03-09T06:05:00+07:00" and told.output.published_from == "json-ld"
    assert told.output.image == "https://dong.example.vn/lua.jpg" and told.output.language == "vi"


def test_a_description_that_no_reader_sees_is_no_lead() -> None:
    url = "https://dong.example.vn/lua-chin-som.html"
    body = (re.sub("<h2.*?</h2>", "", UNDECLARED) % TEXT).encode()
    told = process(Page(url=url, fetched_at="2025-03-10T08:00:00+07:00", body=body), generic(url)).output
    assert isinstance(told, Record) and told.lead is None and len(told.paragraphs) == 6


def test_a_paper_that_names_itself_as_author_is_no_credit() -> None:
    url = "https://dong.example.vn/lua-chin-som.html"
    page = Page(url=url, fetched_at="2025-03-10T08:00:00+07:00", body=(UNDECLARED % TEXT).encode())
    told = process(page, generic(url)).output
    assert isinstance(told, Record) and told.credit is None


def test_a_title_that_the_declared_places_lack_is_looked_for_elsewhere() -> None:
    view = View("<head><meta property='og:title' content='Lúa chín sớm'></head>", "https://a.vn/")
    assert headline(view, Rules(title=("h1.old",))) == (None, "Lúa chín sớm")


FAMILIES = {
    "vccorp": """<h1 data-role="title">Lúa chín sớm</h1><h2 data-role="sapo">Nắng đều cả tháng.</h2>
        <div class="detail-content afcbc-body" data-role="content">%s<p>Câu cuối.</p></div>""",
    "mastercms": """<h1 class="detail-title">Lúa chín sớm</h1><div class="detail-sapo">Nắng đều cả tháng.</div>
        <div class="__MASTERCMS_CONTENT">%s<p>Câu cuối.</p></div>""",
    "onecms": """<h1 class="article__title">Lúa chín sớm</h1><div class="article__sapo">Nắng đều cả tháng.</div>
        <div class="article__body zce-content-body">%s<div class="cms-relate"><a href="/b-post2.html">B</a></div>
        <p>Câu cuối.</p></div>""",
}


@pytest.mark.parametrize("family", FAMILIES)
def test_an_undeclared_paper_is_read_by_the_family_whose_marks_it_bears(family: str) -> None:
    url = "https://dong.example.vn/lua-chin-som-1.html"
    head = '<head><meta property="article:published_time" content="2025-03-09T06:05:00+07:00"></head>'
    text = f"{FAMILIES[family] % TEXT}<div><p>Đọc nhiều: Cá về</p></div>"
    body = f"<html>{head}<body>{text}</body></html>".encode()
    told = process(Page(url=url, fetched_at="2025-03-10T08:00:00+07:00", body=body), generic(url))
    assert isinstance(told.output, Record)
    assert told.article == "dong.example.vn:/lua-chin-som-1.html"
    assert (told.output.source, told.output.title) == ("dong.example.vn", "Lúa chín sớm")
    assert told.output.lead == "Nắng đều cả tháng."
    assert told.output.paragraphs[-1] == "Câu cuối." and len(told.output.paragraphs) == 7


def test_hints_fill_what_a_page_does_not_say() -> None:
    source: Source = generic("https://dong.example.vn/a.html")
    body = f"<html><body><article>{TEXT}</article></body></html>".encode()
    hints = Hints(via="feed", date="Sun, 09 Mar 2025 06:05:00 +0700", title="Từ nguồn tin", section="Nông nghiệp")
    page = Page(url="https://dong.example.vn/a.html", fetched_at="2025-03-10T08:00:00+07:00", body=body, hints=hints)
    told = process(page, source).output
    assert isinstance(told, Record)
    assert (told.title, told.section, told.published_from) == ("Từ nguồn tin", ["Nông nghiệp"], "feed")


def test_half_a_character_reaches_no_record() -> None:
    """JSON may escape one half of a surrogate pair, which no encoding can write; and control characters."""
    said = r'{"@type": "NewsArticle", "headline": "Mưa lớn \ud83d", "author": {"name": "Lê\u0000 Bình"}}'
    text = "".join(
        f"<p>Đoạn thứ {n} kể về trận mưa lớn ở miền núi đêm qua và những ngôi nhà bị ngập.</p>" for n in range(9)
    )
    body = f'<script type="application/ld+json">{said}</script><body><article>{text}</article></body>'.encode()
    url, hints = "https://dong.example.vn/a\ud83d.html", Hints(section="Thời sự \udc00")
    told = process(Page(url=url, fetched_at="2025-03-10T08:00:00+07:00", body=body, hints=hints), generic(url))
    assert isinstance(told.output, Record)
    assert told.output.title == "Mưa lớn \ufffd"
    assert told.output.section == ["Thời sự \ufffd"]
    assert json.loads(msgspec.json.encode(told))["article"].startswith("dong.example.vn:/a%EF%BF%BD")
    assert clean("a\x00b\ud800") == "ab\ufffd"
