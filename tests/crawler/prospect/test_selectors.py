"""Where fields stand, learned from a few pages: what is proposed holds on all of them, what does not is not."""

from datetime import datetime

import msgspec
import pytest

from archive.facts import Block, Cleaned, Drop, DropNote, Page, Record
from config.declarations import UrlRules
from config.sources import Source
from crawler.prospect import judge
from crawler.prospect.elements import Read
from crawler.prospect.opened import opened
from crawler.prospect.proposal import Proposal
from crawler.prospect.selectors import Finder, Place
from pipelines.process import process

HOST = "https://bao.example.vn"
AT = "2026-06-24T09:00:00+07:00"
PAPER = Source(
    id="x",
    title="x",
    hosts=("bao.example.vn",),
    urls=UrlRules(article=(r"-(?P<id>\d+)\.html$",), section=(r"^/[a-z-]+$",)),
)
LINES = (
    "Sáng sớm, những chuyến xe đầu tiên lăn bánh qua mặt cầu còn thơm mùi gỗ mới ở bến số {n}, dài {n}0 mét.",
    "Ông Hai Lành, người trông bến đò cũ số {n}, kể rằng suốt mùa nước nổi bà con phải đi vòng gần {n} cây số.",
    "Việc dựng cầu số {n} được chia cho từng tổ: tổ chặt cây, tổ đóng cọc, tổ nấu cơm, không ai nhận tiền công.",
    "Đến nay nơi ấy đã có thêm {n} điểm đậu xe và một mái che cho học sinh đứng chờ khi trời mưa to gió lớn.",
)


def read(number: int, main: str, head: str = "") -> Read:
    """An article page whose `main` may use {n}, {text} and {title}."""
    text = "".join(f"<p>{line.format(n=number)}</p>" for line in LINES)
    title = f"Cây cầu số {number} đã thông xe"
    body = main.replace("{text}", text).replace("{title}", title).replace("{n}", str(number))
    head = head.replace("{n}", str(number)).replace("{title}", title)
    html = f"<html><head><title>{title}</title>{head}</head><body><div class='khung'>{body}</div></body></html>"
    page = Page(url=f"{HOST}/cay-cau-{number}.html", fetched_at=AT, body=html.encode())
    view, record = opened(page), process(page, Source(id="y", title="y", hosts=("bao.example.vn",))).output
    assert view is not None and isinstance(record, Record)
    return Read(view, record, datetime.fromisoformat(AT))


def find(main: str, head: str = "", numbers: tuple[int, ...] = (1, 2, 3)) -> dict[str, Place]:
    every = ("container", "title", "lead", "published", "authors", "section", "tags", "captions", "note")
    return Finder([read(n, main, head) for n in numbers], PAPER).find(every)


MAIN = '<h1 class="td">{title}</h1><div class="luc">{n}/6/2026 08:15</div><div class="noi-dung">{text}</div>'


def test_title_container_and_date_are_named() -> None:
    found = find(MAIN)
    assert found["container"].places == ("div.noi-dung",) and found["title"].places == ("h1.td",)
    assert found["published"].places == ("div.luc",)
    assert {(place.holds, place.of) for place in found.values()} == {(3, 3)}


def test_the_date_of_today_in_the_head_of_every_page_is_no_date_of_publication() -> None:
    today = '<div class="hom-nay">Thứ Tư, 24/6/2026 09:00</div>'
    assert find(today + MAIN)["published"].places == ("div.luc",)
    assert "published" not in find(today + MAIN.replace("{n}/6/2026 08:15", "mới đây"))


def test_what_the_head_says_comes_before_what_the_page_shows_and_must_agree() -> None:
    head = '<meta property="article:published_time" content="2026-06-0{n}T08:15:00+07:00">'
    assert find(MAIN, head)["published"].places == ("meta:article:published_time", "div.luc")
    wrong = head.replace("T08:15", "T07:40")  # another minute than the page shows
    assert find(MAIN, wrong)["published"].places == ("meta:article:published_time",)


def test_a_lead_is_found_behind_the_papers_prefix() -> None:
    lead = "Ba tháng sau trận lũ lớn, cây cầu số {n} nối hai bờ đã thông xe nhờ công góp của dân."
    head = f'<meta name="description" content="{lead}">'
    found = find(MAIN.replace('<div class="noi', f'<p class="mo-dau">(BST) - {lead}</p><div class="noi'), head)
    assert found["lead"].places == ("p.mo-dau",)
    assert "lead" not in find(MAIN, head)


def test_an_element_that_is_right_on_one_page_and_wrong_on_another_is_not_proposed() -> None:
    pages = [read(n, MAIN) for n in (1, 2)]
    pages.append(
        read(3, MAIN.replace('class="td"', 'class="tdk"') + '<h3 class="td">Đọc nhiều nhất trong tuần qua</h3>')
    )
    found = Finder(pages, PAPER).find(("title",))
    assert not any("td" in place for place in (found["title"].places if "title" in found else ()))


def test_authors_need_a_name_that_says_so_or_the_head() -> None:
    found = find(MAIN + '<div class="tac-gia">Trần Thị Mai</div><div class="bien-tap">Lê Văn Thuận</div>')
    assert found["authors"].places == ("div.tac-gia",)
    assert "authors" not in find(MAIN + '<div class="cuoi">Trần Thị Mai</div>')


def test_a_breadcrumb_differs_between_pages_and_a_menu_does_not() -> None:
    menu = '<div class="menu-cate"><a href="/thoi-su">Thời sự</a><a href="/kinh-te">Kinh tế</a></div>'
    assert "section" not in find(menu + MAIN)
    pages = [
        read(n, f'{menu}<div class="dan"><a href="/muc-{c}">Mục {c}</a></div>{MAIN}') for n, c in ((1, "a"), (2, "b"))
    ]
    assert Finder(pages, PAPER).find(("section",))["section"].places == ("div.dan a",)


def test_captions_stand_beside_pictures_and_not_in_cards_of_other_articles() -> None:
    picture = '<div class="anh"><img src="/a.jpg"><p class="chu-thich">Cầu số {n}.</p></div>'
    other = '<a href="/bai-khac-99.html"><img src="/b.jpg"></a>'
    card = f'<div class="the">{other}<p class="desc-khac">Chuyện khác {{n}}</p></div>'
    assert find(MAIN.replace("{text}", "{text}" + picture))["captions"].places == ("p.chu-thich",)
    assert "captions" not in find(MAIN.replace("{text}", "{text}" + card))


def test_articles_of_another_layout_are_left_to_the_generic_way() -> None:
    pages = [read(1, MAIN), read(2, MAIN), read(3, MAIN.replace("noi-dung", "than-bai"))]
    finder = Finder(pages, PAPER)
    assert finder.container == "div.noi-dung" and finder.reads == pages[:2]
    assert finder.find(("container",))["container"] == Place(("div.noi-dung",), 2, 3)


def proposal(*fields: str) -> Proposal:
    rules = {field: Place((f".{field}",), 1, 1) for field in fields}
    return Proposal(id="x", title="x", base=HOST, hosts=("bao.example.vn",), rules=rules)


def result(record: Record, *gone: int) -> Cleaned:
    blocks = [block for n, block in enumerate(record.blocks) if n not in gone]
    made = msgspec.structs.replace(record, blocks=blocks, paragraphs=[b.text for b in blocks])
    return Cleaned(output=msgspec.structs.replace(made, text="\n\n".join(made.paragraphs)), article="x:1")


@pytest.mark.parametrize(
    ("losing", "kept"),
    [
        ("authors", {"container", "title", "lead", "tags"}),
        ("container", set[str]()),
        ("nothing", {"container", "title", "lead", "authors", "tags"}),
    ],
)
def test_a_rule_under_which_text_is_lost_is_left_out_and_told(losing: str, kept: set[str]) -> None:
    blocks = [Block("p", line.format(n=1)) for line in LINES]
    record = Record(url=HOST, source="x", blocks=blocks, paragraphs=[b.text for b in blocks], text="…")
    pages = [msgspec.structs.replace(record), record]
    reads = [read(1, MAIN)._replace(record=page) for page in pages]

    def attempt(made: Proposal) -> list[Cleaned]:
        gone = (0, 2) if losing in made.rules else ()
        return [result(page, *gone) for page in pages]

    made = judge.without_losses(proposal("container", "title", "lead", "authors", "tags"), reads, attempt)
    assert set(made.rules) == kept
    assert [key for key, _ in made.doubts] == ([] if losing == "nothing" else ["lost"])


def test_a_rule_that_makes_an_article_a_drop_is_left_out() -> None:
    reads = [read(n, MAIN) for n in (1, 2)]
    drop = Cleaned(output=Drop(url=HOST, drop=DropNote("empty")), article="x")

    def attempt(made: Proposal) -> list[Cleaned]:
        return [drop if "note" in made.rules else result(page.record) for page in reads]

    assert set(judge.without_losses(proposal("lead", "note"), reads, attempt).rules) == {"lead"}
