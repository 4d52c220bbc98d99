"""What `clean --explain` tells: the same stages, and for each field, line and element whose rule it was."""

import msgspec
import pytest

from archive.facts import Drop, DropNote, Hints, Page, Record
from config.clock import stamp
from config.sources import Source, generic, load
from crawler.newsroom import VISITS, declared
from crawler.newsroom.papers import papers
from crawler.newsroom.site import Site
from crawler.newsroom.truth import truths
from pipelines.account import Account, Field, Row, unexplained
from pipelines.body import DEBRIS
from pipelines.explain import explain
from pipelines.fixtures import Fixture
from pipelines.pool import CleaningPool, dropped
from pipelines.process import process
from pipelines.trace import Trace
from tests.pipelines.pages import FIXTURES, SOURCES, name

AT = "2026-10-05T09:00:00+07:00"
SENTENCE = "Sáng nay bà con xóm Bãi dọn rác trên bờ sông, ai cũng mang theo một chiếc bao và một đôi găng tay."
TEXT = "".join(f"<p>Đoạn {n}. {SENTENCE}</p>" for n in (1, 2, 3))
DUMP = f"""Chính trịĐối ngoại
HOẠT ĐỘNG ĐỐI NGOẠI Hội nghị bàn việc trồng rừng ở Pá Chùa
10:41 - Thứ Năm, 28/01/2021 Lượt xem: 1635 In bài viết
ĐBP - {SENTENCE} Cùng dự có đại diện hạt kiểm lâm huyện và các trưởng bản.

Bà con bản Pá Chùa xem bản đồ rừng. Ảnh: Lò Văn Sương

Đoạn một. {SENTENCE} {SENTENCE}
Đoạn hai. {SENTENCE} {SENTENCE}
Chia sẻ
Tin, ảnh: Lò Văn Sương
Bình luận
Back To Top
"""


def page(html: str, url: str, **more: object) -> Page:
    return Page(url=url, fetched_at=AT, body=html.encode(), headers={"content-type": "text/html"}, **more)  # type: ignore[arg-type]


def told(html: str, url: str, source: Source | None = None) -> Account:
    paper = source or SOURCES.of(url) or generic(url)
    return explain(page(html, url), paper, SOURCES.layers(paper))


def field(account: Account, called: str) -> Field:
    return next(f for f in account.fields if f.name == called)


def row(account: Account, text: str) -> Row:
    return next(r for r in account.lines if text in r.text)


@pytest.mark.parametrize("fixture", FIXTURES, ids=name)
def test_explaining_gives_the_very_bytes_that_cleaning_gives(fixture: Fixture) -> None:
    source, trace = SOURCES[fixture.source], Trace()
    plain = process(fixture.page, source)
    assert msgspec.json.encode(process(fixture.page, source, trace=trace)) == msgspec.json.encode(plain)
    account = explain(fixture.page, source, SOURCES.layers(source))
    assert msgspec.json.encode(account.output) == msgspec.json.encode(plain.output)
    assert account.declared and account.layout.generation == getattr(plain.output, "generation", None)


@pytest.mark.parametrize("fixture", FIXTURES, ids=name)
def test_every_field_says_where_it_comes_from_and_every_block_is_a_line(fixture: Fixture) -> None:
    source = SOURCES[fixture.source]
    account = explain(fixture.page, source, SOURCES.layers(source))
    record = account.output
    assert isinstance(record, Record)
    for one in account.fields:
        assert bool(one.value) == bool(getattr(record, one.name)) == bool(one.origin), one.name
        # an empty field tells all its places, and of a full one at most the places after the first are not asked
        assert one.value is not None or all(a.result != "not asked" for a in one.asked), one.name
    kept = [r for r in account.lines if r.kept and r.taken != "joined"]
    assert [r.taken for r in kept] == [b.kind for b in record.blocks]
    lines = [DEBRIS.sub(" ", r.text).strip() for r in kept]  # told as they stand on the page
    assert all(b.text.startswith(line) for b, line in zip(record.blocks, lines, strict=True))


@pytest.mark.parametrize("paper", sorted(papers()))
def test_the_sample_newsroom_explains_itself_byte_for_byte(paper: str) -> None:
    sources = declared()
    source, site = sources[paper], Site(papers()[paper], 1, sources[paper].base)
    urls = [t.url for t in truths(papers()[paper], 1, source.base)] + [
        source.base + t.path for t in papers()[paper].traps
    ]
    for url in urls:
        reply = site.reply(url.removeprefix(source.base))
        kept = Page(url=url, fetched_at=stamp(VISITS[0]), body=reply.body, headers={"content-type": reply.kind})
        account = explain(kept, source, sources.layers(source))
        assert msgspec.json.encode(account.output) == msgspec.json.encode(process(kept, source).output)
        assert (account.refusal is None) == isinstance(account.output, Record)
        assert account.layout.generation is None or account.layout.layer


def test_a_field_tells_its_place_its_layer_and_what_was_asked_before() -> None:
    account = told(
        '<h1 class="detail-title">Dọn rác bãi sông</h1><div data-role="content">'
        f'{TEXT}</div><p class="sapo">Một sapo.</p>',
        "https://baochinhphu.vn/ten-bai-102260228093004191.htm",
    )
    title, authors, section = (field(account, n) for n in ("title", "authors", "section"))
    assert (title.origin, title.layer) == ("h1.detail-title", "family")
    assert [(a.place, a.result) for a in title.asked][:3] == [
        ("[data-role=title]", "nothing"), ("h1.detail-title", "gave"), ("h1", "not asked"),
    ]  # fmt: skip
    assert authors.value is None and {a.result for a in authors.asked} == {"nothing"}
    assert {a.layer for a in authors.asked} == {"source"} == {a.layer for a in section.asked}
    assert (account.layout.generation, account.layout.layer) == ("2022", "source")
    lead = field(account, "lead")
    assert (lead.value, lead.origin, len(lead.asked)) == ("Một sapo.", ".sapo", 4)


def test_a_title_that_the_declared_places_do_not_give_is_told_with_the_default_place() -> None:
    source = msgspec.structs.replace(SOURCES["dantri"], generations=(), rules=msgspec.structs.replace(
        SOURCES["dantri"].rules, title=("h1.none",), container=("main",)))  # fmt: skip
    account = told(f"<h1>Dọn rác</h1><main>{TEXT}</main>", "https://dantri.com.vn/a-20250713201500123.htm", source)
    title = field(account, "title")
    assert (title.value, title.origin, title.layer) == ("Dọn rác", "h1", "defaults")
    assert next(a.place for a in title.asked if a.result == "nothing") == "h1.none"


def test_an_unreadable_date_is_told_with_the_reason() -> None:
    account = told(
        '<h1>Dọn rác</h1><div data-role="publishdate">Thứ Hai, 28/02/2026 09:30</div>'
        f'<div data-role="content">{TEXT}</div>',
        "https://baochinhphu.vn/ten-bai-102260228093004191.htm",
    )
    when = field(account, "published")
    assert when.value is None
    said = next(a for a in when.asked if a.place == "[data-role=publishdate]")
    assert said.result == "gave" and said.first == ["Thứ Hai, 28/02/2026 09:30 → refused: weekday"]


def test_each_line_is_told_for_what_it_was_taken() -> None:
    body = (
        "<p><b>Dọn rác bãi sông</b></p>"
        f"{TEXT}"
        '<figure><img src="a.jpg"><figcaption>Bãi sông sáng nay. Ảnh: Tú Lan</figcaption></figure>'
        '<div type="Vote">Bạn có dọn rác không?</div>'
        '<p style="display:none">Dòng không ai thấy</p>'
        "<p>Đọc tiếp</p><p>* * *</p>"
        '<p><a href="/ghe-sach-185260902080000222.htm">Ghe sách về làng xóm bên kia sông</a></p>'
        '<p style="text-align:right"><strong>Tú Lan</strong></p>'
    )
    account = told(
        f'<h1 data-role="title">Dọn rác bãi sông</h1><div data-role="content">{body}</div>',
        "https://thanhnien.vn/don-rac-185261004091512345.htm",
    )
    taken = {
        "Dọn rác bãi sông": "repeated", "Đoạn 1.": "p", "Bãi sông sáng nay": "caption", "Dòng không": "hidden",
        "Đọc tiếp": "declared", "* * *": "left-out", "Ghe sách": "related", "Tú Lan": "signature",
    }  # fmt: skip
    found = {text: next(r for r in account.lines if r.text.startswith(text)).taken for text in taken}
    assert found == taken
    assert row(account, "Đọc tiếp").why == "no part of the text: drop_lines 'Đọc tiếp' (family)"
    assert [(c.what.selector, c.what.elements, c.layer) for c in account.pruned] == [("div[type=Vote]", 1, "family")]
    assert account.pruned[0].what.words == ["Bạn có dọn rác không?"]
    assert ".readmore-body-box" in account.unmatched
    assert field(account, "authors").origin.startswith("signature at the end of the text: 'Tú Lan'")
    assert field(account, "related").origin == "see-also lines of the text"


def test_lines_from_an_ending_line_on_are_told_with_its_pattern() -> None:
    account = told(
        f'<h1>Dọn rác</h1><div class="editor-content">{TEXT}<p>Các tin khác</p><p>Dòng dưới cùng</p></div>',
        "https://baodienbienphu.vn/tin-bai/xa-hoi/don-rac",
    )
    for text in ("Các tin khác", "Dòng dưới cùng"):
        assert row(account, text).taken == "declared"
        assert row(account, text).why.endswith("end_lines 'Các tin khác' (family)")


def test_an_undeclared_paper_tells_whose_rules_it_took_and_by_which_mark() -> None:
    head = '<meta property="article:published_time" content="2026-10-04T09:15:00+07:00"><h1>Dọn rác</h1>'
    lead = '<h2 class="detail-sapo">Người bãi bồi rủ nhau dọn rác.</h2>'
    text = f'<div class="VCSortableInPreviewMode afcbc-body">{TEXT}</div>'
    account = told(head + lead + text, "https://la.vn/bai-1.htm")
    assert not account.declared
    assert (account.layout.adopted, account.layout.adopted_by) == ("VCCorp", ".VCSortableInPreviewMode")
    assert (field(account, "text").origin, field(account, "text").layer) == (".afcbc-body", "family")


def test_a_family_whose_rules_find_no_lead_is_not_taken() -> None:
    account = told(
        f'<h1>Dọn rác</h1><div class="VCSortableInPreviewMode afcbc-body">{TEXT}</div>', "https://la.vn/1.htm"
    )
    assert account.layout.adopted is None and "no container" in str(field(account, "text").origin)


def test_without_a_container_the_text_is_said_to_be_trafilaturas() -> None:
    account = told(f"<h1>Dọn rác</h1><article>{TEXT}</article>", "https://la.vn/bai-1.htm")
    assert (
        field(account, "text").origin == "no container: what trafilatura finds in the whole page, read where it stands"
    )
    assert [r.taken for r in account.lines if "Đoạn" in r.text] == ["p", "p", "p"]


@pytest.mark.parametrize(
    ("html", "url", "status", "rule"),
    [
        ("<html><p>x", "https://thanhnien.vn/a-185261004091512345.htm", 403, "judged by status"),
        ("<html><p>x", "https://thanhnien.vn/thoi-su.htm", 200, "urls.section = '^/[a-z0-9-]+(?:/[a-z0-9-]+)*"),
        ("<html><p>x", "https://thanhnien.vn/tag/lua-123456.htm", 200, "urls.tag = ('^/(?:tags?|tu-khoa)/',)"),
        ("<html><p>x", "https://thanhnien.vn/tim-kiem.htm?keywords=lua", 200, "discover.search"),
        ("<html><h1>404</h1>", "https://thanhnien.vn/a-185261004091512345.htm", 200, "judged when the text"),
    ],
)
def test_a_drop_tells_the_rule_that_dropped_it(html: str, url: str, status: int, rule: str) -> None:
    paper = SOURCES["thanhnien"]
    account = explain(page(html, url, status=status), paper, SOURCES.layers(paper))
    assert isinstance(account.output, Drop) and account.refusal is not None
    assert account.refusal.reason == account.output.drop.reason
    assert account.refusal.rule.startswith(rule)


def test_a_page_whose_container_is_missing_tells_where_it_was_looked_for() -> None:
    account = told("<h1>404</h1>", "https://thanhnien.vn/a-185261004091512345.htm")
    assert [a.result for a in field(account, "text").asked] == ["nothing"] * 3
    assert [(t.generation, t.shown) for t in account.layout.tried] == [
        ("2022", False),
        ("2018", False),
        ("2017", False),
    ]


def test_a_mark_of_no_article_is_told_with_its_layer() -> None:
    rules = msgspec.structs.replace(SOURCES["dantri"].rules, not_article=("div.live",))
    paper = msgspec.structs.replace(SOURCES["dantri"], generations=(), rules=rules)
    account = told("<h1>a</h1><div class=live></div>", "https://dantri.com.vn/a-20250713201500123.htm", paper)
    assert account.refusal is not None and account.refusal.rule == "not_article = 'div.live' (defaults)"


def test_each_line_of_a_dump_is_told_for_what_it_was_taken() -> None:
    source = load()["baodienbienphu"]
    kept = Page(
        url="urn:sha256:1", fetched_at=AT, body=DUMP.encode(), headers={"content-type": "text/plain"},
        hints=Hints(via="import"),
    )  # fmt: skip
    account = explain(kept, source, SOURCES.layers(source))
    assert msgspec.json.encode(account.output) == msgspec.json.encode(process(kept, source).output)
    assert [r.taken for r in account.lines] == [
        "section", "title", "date", "lead", "caption", "p", "p", "declared", "signature", "declared", "declared",
    ]  # fmt: skip
    assert next(r.why for r in account.lines if r.taken == "declared") == "dump.drop 'Chia sẻ'"
    assert field(account, "authors").origin == "line 'Tin, ảnh: Lò Văn Sương'"
    assert field(account, "published").origin.startswith("line '10:41 - Thứ Năm")


def test_a_signature_beside_a_named_author_is_told_too() -> None:
    account = told(
        f'<h1 data-role="title">Dọn rác</h1><p data-role="author">Tú Lan</p><div data-role="content">{TEXT}'
        '<p style="text-align:right"><strong>Chu Văn</strong></p></div>',
        "https://thanhnien.vn/don-rac-185261004091512345.htm",
    )
    authors = field(account, "authors")
    assert (authors.value, authors.origin) == (["Tú Lan", "Chu Văn"], "[data-role=author]")
    assert authors.notes == ["and the signature at the end of the text: 'Chu Văn'"]


def test_a_page_whose_cleaning_was_ended_has_only_its_drop_to_show() -> None:
    kept, paper = page("<h1>a</h1>", "https://thanhnien.vn/a-185261004091512345.htm"), SOURCES["thanhnien"]
    account = unexplained(paper, dropped(kept, paper, DropNote("hang", "the page took longer than its time limit")))
    assert account.refusal is not None and account.refusal.reason == "hang"
    assert account.refusal.rule == "judged by the process that cleans" and not account.fields


def test_a_child_explains_as_this_process_does() -> None:
    fixture = FIXTURES[0]
    source = SOURCES[fixture.source]
    with CleaningPool(1) as pool:
        there = pool.explain(fixture.page, source, SOURCES.layers(source))
    assert msgspec.json.encode(there) == msgspec.json.encode(explain(fixture.page, source, SOURCES.layers(source)))


def test_what_the_walk_and_the_stages_make_of_the_remaining_lines_is_told() -> None:
    laws = "".join(f'<li><a href="https://luat.example.org/{n}">Luật số {n} về bến bãi</a></li>' for n in range(6))
    account = told(
        '<div data-role="content"><h1 data-role="title">ĐẤT VÀ NGƯỜI BÃI BỒI Dọn rác bãi sông</h1>'
        f"{TEXT}<ul>{laws}</ul>"
        '<p><a href="/ben-cu-185261004091500001.htm">Bến cũ được dựng lại trên nền đá</a>, theo tổ tự quản xóm.</p>'
        '<p>Một câu dài bị ngắt<br>ở giữa dòng.</p><img src="/anh/bai-song.jpg"><h3>Có thể bạn thích</h3></div>',
        "https://thanhnien.vn/don-rac-185261004091512345.htm",
    )
    assert row(account, "ĐẤT VÀ NGƯỜI").taken == "field"
    assert row(account, "Luật số 3").kept
    doubted = row(account, "Bến cũ được dựng lại")
    assert doubted.kept and doubted.why.startswith("in doubt for its links")
    assert (row(account, "ở giữa dòng").taken, row(account, "ở giữa dòng").kept) == ("joined", True)
    last = row(account, "Có thể bạn thích")
    assert (last.taken, last.why) == ("left-out", "a heading with nothing under it")
    assert field(account, "kicker").origin == "the words in capitals before the title"
    image = field(account, "image")
    assert image.origin == "no picture named in the head: the first of the container"
    assert image.value == "https://thanhnien.vn/anh/bai-song.jpg"


def test_a_kicker_inside_the_titles_element_is_said_to_be_cut_off() -> None:
    account = told(
        '<h1 data-role="title"><span data-role="title-top">Bãi bồi:</span> Dọn rác bãi sông</h1>'
        f'<div data-role="content">{TEXT}</div>',
        "https://thanhnien.vn/don-rac-185261004091512345.htm",
    )
    assert field(account, "title").value == "Dọn rác bãi sông"
    assert field(account, "title").notes == ["the kicker inside its element is cut off"]
