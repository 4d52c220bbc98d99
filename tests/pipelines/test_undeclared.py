"""Pages of papers that nobody declared and no family's marks recognise: each rule on a page of its own."""

import json
import time
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.facts import Page
from config.sources import generic
from pipelines import plain
from pipelines.around import Around
from pipelines.fields import signed, spoken_of
from pipelines.holder import Within
from pipelines.process import process
from pipelines.view import View, text_of

URL = "https://dong.example.vn/nong-thon/lua-chin-som-tren-canh-dong-4415.html"
TITLE = "Lúa chín sớm trên cánh đồng Vân"


def text(number: int) -> str:
    return f"Đoạn {number}: ở cánh đồng thứ {number}, bà con gặt xong trước cơn mưa đầu mùa và phơi thóc trên sân đình."


BODY = "".join(f"<p>{text(n)}</p>" for n in range(6))
TEXTS = [text(n) for n in range(6)]


def made(body: str, head: str = "", title: str = TITLE) -> dict[str, Any]:
    """What `clean` prints for a page of an unknown paper."""
    html = f"<html><head><title>{title}</title>{head}</head><body>{body}</body></html>"
    page = Page(url=URL, fetched_at="2025-03-10T08:00:00+07:00", body=html.encode())
    told: dict[str, Any] = msgspec.to_builtins(process(page, msgspec.structs.replace(generic(URL), kin=())).output)
    return told


def page(above: str = "", inside: str = BODY, below: str = "", head: str = "") -> dict[str, Any]:
    return made(f"<h1>{TITLE}</h1>{above}<div class='nd'>{inside}</div>{below}", head)


def test_captions_stand_apart_and_cards_are_links() -> None:
    card = '<table><tr><td><a href="/xom-ben-mo-hoi-dua-thuyen-4401.html"><img src="/c.jpg"></a></td></tr><tr><td>'
    card += '<a href="/xom-ben-mo-hoi-dua-thuyen-4401.html">Xóm Bến mở hội đua thuyền</a></td></tr></table>'
    photo = '<div class="anh"><img src="/a.jpg"></div><p class="img-desc">Bà con gặt lúa buổi sớm trên đồng Vân.</p>'
    told = page(inside=f"<p>{text(0)}</p>{photo}{BODY[len(text(0)) + 7 :]}{card}<p>{text(9)}</p>")
    assert told["captions"] == ["Bà con gặt lúa buổi sớm trên đồng Vân."]
    assert told["paragraphs"] == [*TEXTS, text(9)]
    assert told["related"] == [
        {"title": "Xóm Bến mở hội đua thuyền", "url": "https://dong.example.vn/xom-ben-mo-hoi-dua-thuyen-4401.html"}
    ]
    assert told["image"] == "https://dong.example.vn/a.jpg"


def test_paragraphs_named_captions_are_text_where_nothing_else_is() -> None:
    told = page(inside="".join(f'<p class="caption-text">{t}</p>' for t in TEXTS))
    assert told["paragraphs"] == TEXTS and told["captions"] == []


def test_see_also_lines_with_their_dates_and_teasers_are_no_text() -> None:
    box = '<div class="bx"><a href="/tin/tram-bom-xa-van-chay-thu-4410.html">Trạm bơm xã Vân chạy thử</a>'
    box += "<p>Sau ba tháng lắp đặt, trạm bơm chạy thử trong hai giờ.</p></div>"
    line = '<p>09/03/2025 <a href="/tin/vuon-oi-tuoi-nho-giot-4402.html">Vườn ổi chuyển sang tưới nhỏ giọt</a></p>'
    told = page(inside=f"{BODY}{line}<p>{text(9)}</p>{box}")
    assert told["paragraphs"] == [*TEXTS, text(9)]
    titles = {"Vườn ổi chuyển sang tưới nhỏ giọt", "Trạm bơm xã Vân chạy thử"}
    assert {r["title"] for r in told["related"]} == titles


LEAD = "Nắng đều cả tháng, nhiều cánh đồng cho gặt sớm mười ngày so với mọi năm."


@pytest.mark.parametrize(
    "above",
    [f'<div class="tom-tat">{LEAD}</div>', f"<h2>{LEAD}</h2>", f'<p class="x"><b>{LEAD}</b></p>', f"<p>{LEAD}</p>"],
)
def test_the_lead_stands_between_title_and_text(above: str) -> None:
    told = page(above)
    assert (told["lead"], told["paragraphs"]) == (LEAD, TEXTS)


def test_a_lead_named_so_inside_the_text_is_the_lead() -> None:
    told = page(inside=f'<p class="sapo">{LEAD}</p>{BODY}')
    assert (told["lead"], told["paragraphs"]) == (LEAD, TEXTS)


def test_what_the_site_says_of_itself_is_no_lead() -> None:
    slogan = "Tiếng nói của bà con trồng lúa trên khắp ba huyện ven sông Vân từ năm 1968."
    head = f'<meta property="og:description" content="{slogan}">'
    told = made(f"<header><p class='description'>{slogan}</p></header><h1>{TITLE}</h1><div>{BODY}</div>", head)
    assert (told["lead"], told["paragraphs"]) == (None, TEXTS)


@pytest.mark.parametrize(
    ("above", "published"),
    [
        ("<div>08:15, 09/03/2025 (GMT+7)</div>", "2025-03-09T08:15:00+07:00"),
        ("<div>Chủ Nhật, ngày 09/03/2025 - 08:15 Lượt xem: 1.204</div>", "2025-03-09T08:15:00+07:00"),
        ("<div>09/03/2025</div>", "2025-03-09T00:00:00+07:00"),
        ("<div>Thứ Hai, 10/03/2025</div>", None),
        ("<div>Trạm bơm xã Vân chạy thử (08/03/2025)</div>", None),
        ("<div>Tin liên quan 13:00, 08/03/2025</div>", None),
        ("<p>Ngày 8/3/2025, cả xã Vân ra đồng gặt lúa giúp các hộ neo người.</p>", None),
    ],
)
def test_the_day_is_read_near_the_title_and_nowhere_else(above: str, published: str | None) -> None:
    told = page(above)
    assert told["published"] == published
    assert told["published_from"] == ("selector" if published else None)


def test_the_pages_head_with_todays_date_gives_way() -> None:
    told = made(f"<div>Thứ Hai, 10/03/2025</div><div>21:40, 08/03/2025</div><h1>{TITLE}</h1><div>{BODY}</div>")
    assert told["published"] == "2025-03-08T21:40:00+07:00"


def test_a_date_that_counts_the_month_first_is_set_right_by_the_printed_one() -> None:
    head = '<meta property="article:published_time" content="3/9/2025 8:15:01 AM">'
    assert page("<div>09/03/2025 08:15</div>", head=head)["published"] == "2025-03-09T08:15:00+07:00"


def test_datelines_with_a_time_come_first_and_days_alone_must_stand_close() -> None:
    texts = ["08/03/2025", "a", "b", "c", "d", "07/03/2025", "09:10 09/03/2025"]
    assert Around(texts).datelines == ["09:10 09/03/2025", "08/03/2025"]


@pytest.mark.parametrize(
    ("above", "below", "authors", "credit"),
    [
        ("<div>Đặng Ngọc Lành</div>", "", ["Đặng Ngọc Lành"], None),
        ("<div>Đặng Ngọc Lành | 08:15, 09/03/2025</div>", "", ["Đặng Ngọc Lành"], None),
        ("<div>By Ines Holloway</div>", "", ["Ines Holloway"], None),
        ("", '<div class="tg">Ngọc Lành (Theo TTXVN)</div>', ["Ngọc Lành"], "TTXVN"),
        ("", '<p align="right"><b>NGỌC LÀNH</b></p>', ["Ngọc Lành"], None),
        ('<span class="tac-gia">Ngọc Lành</span>', "", ["Ngọc Lành"], None),
        ("<div>Nông thôn mới</div>", "<div>Ý kiến bạn đọc</div>", [], None),
    ],
)
def test_who_signs_by_the_title_or_under_the_text(
    above: str, below: str, authors: list[str], credit: str | None
) -> None:
    told = page(above, below=below)
    assert (told["authors"], told["credit"], told["paragraphs"]) == (authors, credit, TEXTS)


def test_names_of_the_site_are_no_authors() -> None:
    head = '<meta property="og:site_name" content="Đồng Vân"><meta name="author" content="Mediatech">'
    head += '<script type="application/ld+json">{"@type":"NewsArticle","author":{"@type":"Person","name":"Đồng Vân"},'
    head += '"publisher":{"@type":"Organization","name":"Cánh Đồng"}}</script>'
    assert page(head=head)["authors"] == []
    assert page('<a rel="author">Ngọc Lành</a>', head=head)["authors"] == ["Ngọc Lành"]
    names = ("Trần Bình An", "Ngọc Lành", "Trần Bình An")
    assert page("".join(f'<a rel="author">{name}</a>' for name in names))["authors"] == list(names[:2])


def test_a_heading_of_the_site_is_not_the_title() -> None:
    head = f'<meta property="og:title" content="{TITLE}">'
    told = made(f"<h1>Báo Cánh Đồng Vân</h1><h2>{TITLE}</h2><div>{BODY}</div>", head, f"Báo Cánh Đồng Vân: {TITLE}")
    assert told["title"] == TITLE
    other = '<meta property="og:title" content="Một bài khác hẳn của hôm qua">'
    assert page(head=other)["title"] == TITLE


def test_the_breadcrumb_is_the_section_and_a_menu_is_not() -> None:
    crumbs = '<a href="/">Trang chủ</a> » <a href="/n">Nông thôn</a> » <a href="/l">Lúa</a>'
    body = f'<div class="breadcrumbs">%s</div><h1>{TITLE}</h1><div>{BODY}</div>'
    assert made(body % crumbs)["section"] == ["Nông thôn", "Lúa"]
    menu = "".join(f'<li><a href="/{n}">Mục {n}</a></li>' for n in range(9))
    items = '{"name":"Mục 3"},{"name":"Mục 4"}'
    ld = f'<script type="application/ld+json">{{"@type":"BreadcrumbList","itemListElement":[{items}]}}</script>'
    assert made(body % menu, ld)["section"] == ["Mục 3", "Mục 4"]


def test_keywords_are_tags_where_the_text_speaks_of_them() -> None:
    assert page(head='<meta name="keywords" content="cánh đồng, mưa đầu mùa, giá lúa">')["tags"] == [
        "cánh đồng",
        "mưa đầu mùa",
        "giá lúa",
    ]
    assert page(head='<meta name="keywords" content="báo chí, tin tức, thời sự, cánh đồng">')["tags"] == []
    shown = '<div class="the-tags"><a href="/tag/a">mưa đầu mùa,</a> <a href="/tag/b">#sân đình</a></div>'
    assert page(below=shown)["tags"] == ["mưa đầu mùa", "sân đình"]


def test_the_longer_list_of_tags_is_believed_where_it_holds_the_shorter() -> None:
    assert spoken_of(["a"], [["A", "b", "c"]], "a b c") == ["A", "b", "c"]
    assert spoken_of(["d"], [["a", "b", "c"]], "a b c") == ["d"]
    assert spoken_of([], [["x", "y"], ["a"]], "a b c") == ["a"]


def test_what_stands_around_a_text_is_no_text() -> None:
    foot = "<p>Ghi rõ nguồn báo Cánh Đồng khi phát hành lại thông tin từ trang này.</p><p>© 2025 Cánh Đồng</p>"
    calls = "<p>Xem clip:</p><p>Bình chọn</p><p>* Mời quý khán giả theo dõi các chương trình của đài trên mạng!</p>"
    told = page(inside=f"<p>Cỡ chữ</p>{BODY}<p>Quảng cáo</p>{calls}<p>{text(9)}</p>{foot}")
    assert told["paragraphs"] == [*TEXTS, text(9)]


def test_a_heading_and_a_list_that_trafilatura_loses_are_text() -> None:
    inside = BODY + f"<h3>Vụ sau</h3><p>{text(7)}</p><ul><li>gieo sớm;</li><li>bớt đạm.</li></ul><p>{text(8)}</p>"
    told = page(inside=inside)
    kinds = [(b["kind"], b["text"]) for b in told["blocks"][6:]]
    assert kinds == [("h", "Vụ sau"), ("p", text(7)), ("li", "gieo sớm;"), ("li", "bớt đạm."), ("p", text(8))]


def test_signed_reads_only_whole_lines() -> None:
    assert signed(["Ngọc Lành kể chuyện gặt lúa trên đồng Vân"]) == []
    assert signed(["x", "Par Maëlle Quéméner et Yann Le Goff"]) == ["Maëlle Quéméner", "Yann Le Goff"]


def test_a_text_that_is_only_in_structured_data_is_taken_as_it_is() -> None:
    told = " ".join(TEXTS)
    ld = json.dumps({"@type": "NewsArticle", "headline": TITLE, "articleBody": told})
    head = f'<script type="application/ld+json">{ld}</script>'
    assert text(3) in made(f"<h1>{TITLE}</h1><div id='app'></div>", head)["text"]


def test_scripts_are_left_out_before_trafilatura_reads() -> None:
    script = "<script>var a = '<p>không phải chữ của bài</p>';</script>"
    html = f"<html><body>{script}<article>{BODY}</article><SCRIPT type='x'>1</SCRIPT><style>p{{}}</style></body></html>"
    assert [line.text for line in plain.read(html)] == TEXTS
    assert plain.read("<script>") == [] and plain.read("") == []


@pytest.mark.parametrize(
    "around",
    [
        "<SCRIPT>a()</script>{}<SCRIPT>b()</SCRIPT>",
        "<svg viewBox='0 0 9 9'/>{}<svg><path d='M0 0'/></svg>",
        '<script type="application/ld+json">{{"text": "<!-- a"}}</script>{}<!-- b -->',
        '<script type="application/ld+json">{{"text": "<style>"}}</script>{}<style>.b</style>',
        "<!-->{}<!-- b -->",
        "<!-- a --!>{}<!-- b -->",
    ],
)
def test_nothing_but_scripts_drawings_and_comments_is_left_out(around: str) -> None:
    before, after = around.split("{}")
    lightened = plain._lightened(around.format(BODY))
    assert BODY in lightened and (before + after).count("ld+json") == lightened.count("ld+json")
    assert "a()" not in lightened and "b()" not in lightened and "b -->" not in lightened


def test_what_is_left_out_is_found_in_no_time() -> None:
    for odd in ("<script ", "<svg/><script>", "<!-- --", "<style></", "<!--><svg>"):
        start = time.process_time()
        plain._lightened(odd * 40_000)
        assert time.process_time() - start < 2, odd


@given(st.text("ab", max_size=12), st.lists(st.text("ab", max_size=4)))
def test_a_text_is_found_wherever_the_last_one_ended(whole: str, texts: list[str]) -> None:
    within = Within(whole)
    assert [within.holds(text) for text in texts] == [text in whole for text in texts]


def test_a_long_text_need_not_be_read_to_its_end() -> None:
    body = View("<p>Một <b>hai</b> <i>ba</i></p>", URL).tree.css_first("p")
    assert body is not None
    assert [text_of(body, most) for most in (2, 5, 6, 8)] == ["Một", "Một hai", "Một hai ba", "Một hai ba"]


def test_many_pieces_of_the_title_in_one_element_do_not_hold_a_page_up() -> None:
    start = time.process_time()
    told = page(below="<div>" + "<b>Lúa chín sớm trên</b> " * 4_000 + "</div>")
    assert told["paragraphs"][:6] == TEXTS
    assert time.process_time() - start < 10


@pytest.mark.soak
def test_the_time_for_many_paragraphs_grows_with_them() -> None:
    """Sixteen times the text takes no more than sixteen times as long, with room for a busy machine."""

    def seconds(count: int) -> float:
        inside = "".join(f"<p>{text(n)}</p>" for n in range(count))
        start = time.process_time()
        assert len(page(inside=inside)["paragraphs"]) == count
        return time.process_time() - start

    seconds(100)
    assert seconds(16_000) < 1.7 * 16 * seconds(1_000)
