"""The text of a container: blocks with their kinds, captions apart, see-also lines and signatures out of it."""

import pytest

from archive.facts import Page, Record
from config.sources import load
from pipelines.process import process

FIRST = "Đoạn mở đầu đủ dài để đứng làm thân bài, kể một chuyện không có thật ở một nơi không có thật."
VNEXPRESS = load()["vnexpress"]


def record(inside: str) -> Record:
    """The record of a page in VnExpress's layout whose container holds `FIRST` and then `inside`."""
    body = (
        '<html><body><h1 class="title-detail">Tiêu đề</h1><article class="fck_detail">'
        f'<p class="Normal">{FIRST}</p>{inside}</article></body></html>'
    ).encode()
    page = Page(url="https://vnexpress.net/ten-bai-4800001.html", fetched_at="2025-03-01T08:00:00+07:00", body=body)
    output = process(page, VNEXPRESS).output
    assert isinstance(output, Record)
    assert output.blocks[0].text == FIRST
    return output


def blocks(inside: str) -> list[tuple[str, str]]:
    return [(block.kind, block.text) for block in record(inside).blocks[1:]]


@pytest.mark.parametrize(
    ("inside", "expected"),
    [
        ("<p>Một.<br><br>Hai.<br>và tiếp câu hai.</p>", [("p", "Một."), ("p", "Hai. và tiếp câu hai.")]),
        ("<div>Trong div.<div>Con.</div>Đuôi.</div>", [("p", "Trong div."), ("p", "Con."), ("p", "Đuôi.")]),
        ("Chữ trần <b>đậm</b> tiếp.", [("p", "Chữ trần đậm tiếp.")]),
        ("<ol><li>Một<ul><li>Một a</li></ul></li><li>Hai</li></ol>", [("li", "Một"), ("li", "Một a"), ("li", "Hai")]),
        ("<blockquote>A <p>B</p></blockquote><p>Kết.</p>", [("quote", "A"), ("quote", "B"), ("p", "Kết.")]),
        (
            "<p>&lt;_o3a_p&gt;</p><p>Chữ &lt;_o3a_p&gt;liền.&lt;/_o3a_p&gt;</p><p><_o3a_p>Hai.</_o3a_p></p>",
            [("p", "Chữ liền."), ("p", "Hai.")],
        ),
        ("<h2>Đề mục</h2><p>Sau đề mục.</p>", [("h", "Đề mục"), ("p", "Sau đề mục.")]),
        ("<p><strong>Đề mục đậm</strong></p><p>Sau.</p>", [("h", "Đề mục đậm"), ("p", "Sau.")]),
        ("<p><strong>Ông nghĩ gì?</strong></p><p>Tôi nghĩ tốt.</p>", [("p", "Ông nghĩ gì?"), ("p", "Tôi nghĩ tốt.")]),
        ("<p><strong>Xin cảm ơn ông!</strong></p>", [("p", "Xin cảm ơn ông!")]),
        ("<table><tr><th>Năm</th><th>Số</th></tr><tr><td>2024</td><td>3</td></tr></table><p>Kết.</p>",
         [("table", "Năm\tSố\n2024\t3"), ("p", "Kết.")]),
        ("<table><tr><td><p>Hộp một ô.</p><p>Hai đoạn.</p></td></tr></table><p>Kết.</p>",
         [("note", "Hộp một ô."), ("note", "Hai đoạn."), ("p", "Kết.")]),
        ('<div class="box_brief_info"><h3>Nên biết</h3><p>Trong hộp.</p></div><p>Kết.</p>',
         [("h", "Nên biết"), ("note", "Trong hộp."), ("p", "Kết.")]),
        ("<p>* * *</p><p>\u200b\u00a0</p><p>Kết.</p>", [("p", "Kết.")]),
        ('<p style="display:none">Ẩn.</p><p class="x d-none">Ẩn.</p><p hidden>Ẩn.</p><p>Kết.</p>', [("p", "Kết.")]),
        ("<script>var a = 1</script><button>Nút</button><p>Kết.</p>", [("p", "Kết.")]),
        ("<p>Bão số 5 vào bờ.</p>" * 2, [("p", "Bão số 5 vào bờ.")] * 2),
        ("<p>Ba\u0300 con vu\u0300ng cao</p><p>Kết.</p>", [("p", "Bà con vùng cao"), ("p", "Kết.")]),
        ("<p>Kết.</p><h2>Tin liên quan</h2>", [("p", "Kết.")]),
        ("<p>Tin liên quan:</p><p>____</p><p>Ảnh: Lê An</p><p>Kết.</p>", [("p", "Kết.")]),
        ('<div data-component-type="thong_tin"><p class="Normal">Trong hộp.</p></div><p>Kết.</p>',
         [("p", "Trong hộp."), ("p", "Kết.")]),
        ('<div data-component-type="tin_xemthem"><p>Bài chờ tải</p></div><p>Kết.</p>', [("p", "Kết.")]),
    ],
)  # fmt: skip
def test_blocks_keep_their_order_and_kinds(inside: str, expected: list[tuple[str, str]]) -> None:
    assert blocks(inside) == expected


@pytest.mark.parametrize(
    ("inside", "captions"),
    [
        ("<figure><img src=a><figcaption>Cầu mới. Ảnh: An</figcaption></figure>", ["Cầu mới. Ảnh: An"]),
        ("<figure><img src=a></figure>", []),
        ("<table><tr><td><img src=a></td></tr><tr><td>Cầu mới</td></tr></table>", ["Cầu mới"]),
        ('<table><tr><td><img src=a alt="cầu Mới"><em>Cầu mới.</em></td></tr><tr><td>Cầu mới</td></tr></table>',
         ["Cầu mới"]),
        ("<table><tr><td><img src=a></td><td><img src=b></td></tr><tr><td colspan=2>Hai cầu</td></tr></table>",
         ["Hai cầu"]),
        ("<p><img src=a><br><em>Cầu mới</em></p>", ["Cầu mới"]),
        ("<p align=center><img src=a></p><p align=center>Cầu mới</p>", ["Cầu mới"]),
        ("<div><img src=a></div><p>Cầu mới lúc sáng sớm. Ảnh: Lê An.</p>", ["Cầu mới lúc sáng sớm. Ảnh: Lê An."]),
        ("<figure><img><figcaption>Cầu.</figcaption></figure><figure><img><figcaption>CẦU</figcaption></figure>",
         ["Cầu."]),
        ("<figure><img src=a><figcaption>{keywords}</figcaption></figure>", []),
        ("<figure><img src=a><figcaption>Cầu mới.</figcaption></figure><p>Ảnh: Lê An</p>", ["Cầu mới. Ảnh: Lê An"]),
        ("<figure><img src=a><figcaption>Cầu mới.</figcaption><p>Ảnh: Lê An</p></figure>", ["Cầu mới. Ảnh: Lê An"]),
        ("<p><img src=a></p><p>Cầu mới lúc sáng sớm.</p><p>Ảnh: Lê An</p>".replace("<p>C", "<p align=center>C"),
         ["Cầu mới lúc sáng sớm. Ảnh: Lê An"]),
        ("<div><iframe src=v></iframe></div><p>Cầu mới lúc sáng sớm. Video: Lê An</p>",
         ["Cầu mới lúc sáng sớm. Video: Lê An"]),
    ],
)  # fmt: skip
def test_captions_stand_apart_and_once(inside: str, captions: list[str]) -> None:
    found = record(inside + "<p>Kết thúc.</p>")
    assert found.captions == captions
    assert found.paragraphs == [FIRST, "Kết thúc."]


def test_a_paragraph_after_a_picture_is_text() -> None:
    text = "Sau tấm ảnh là một đoạn văn kể tiếp câu chuyện."
    assert blocks(f"<figure><img src=a></figure><p>{text}</p>") == [("p", text)]


def test_a_table_with_flags_is_data() -> None:
    rows = "<tr><td><img src=v> Việt Nam</td><td>3</td></tr><tr><td><img src=l> Lào</td><td>1</td></tr>"
    assert blocks(f"<table>{rows}</table>") == [("table", "Việt Nam\t3\nLào\t1")]


@pytest.mark.parametrize(
    ("line", "titles"),
    [
        ('<p>&gt;&gt; <a href="/bai-a-4700001.html">Bài A</a></p>', ["Bài A"]),
        ('<p><a href="/bai-a-4700001.html"><strong>Bài A</strong></a></p>', ["Bài A"]),
        ('<p>Xem thêm: <a href="/bai-a-4700001.html">Bài A</a>, <a href="/bai-b-4700002.html">Bài B</a></p>',
         ["Bài A", "Bài B"]),
        ('<p>(Xem thêm: <a href="/bai-a-4700001.html">Bài A</a>)</p>', ["Bài A"]),
        ('<ul class="list-news"><li><a href="/bai-a-4700001.html">Bài A</a></li></ul>', ["Bài A"]),
        ('<ul><li><a href="/bai-a-4700001.html">Bài A</a></li><li><a href="/bai-b-4700002.html">Bài B</a></li></ul>',
         ["Bài A", "Bài B"]),
    ],
)  # fmt: skip
def test_see_also_lines_become_related_links(line: str, titles: list[str]) -> None:
    found = record(line + "<p>Kết.</p>")
    assert [r.title for r in found.related] == titles
    assert found.paragraphs == [FIRST, "Kết."]


def test_links_to_elsewhere_stay_text() -> None:
    assert blocks('<p><a href="https://vanban.example.vn/1">Nghị định số 9</a></p><p>Kết.</p>')[0] == (
        "p",
        "Nghị định số 9",
    )


@pytest.mark.parametrize(
    ("line", "authors", "credit"),
    [
        ('<p style="text-align:right;"><strong>Hoàng Phương - Ngọc Thành</strong></p>',
         ["Hoàng Phương", "Ngọc Thành"], None),
        ('<p align="right"><b>Thanh Danh</b> (Theo <i>Reuters</i>)</p>', ["Thanh Danh"], "Reuters"),
        ("<p><em>(Theo TTXVN)</em></p>", [], "TTXVN"),
        ("<p>Tin, ảnh: Lò Thị Hoa</p>", ["Lò Thị Hoa"], None),
        ('<p style="text-align:right"><b>Lê Hoài An</b></p><p style="text-align:right"><i>Phó Giám đốc Sở Y tế</i></p>',
         ["Lê Hoài An"], None),
        ("<p>Câu cuối.<br><strong>Minh Hạnh</strong></p>", ["Minh Hạnh"], None),
        ('<p style="text-align:right"><b>Minh Hạnh</b></p><p>Câu cuối.</p>', ["Minh Hạnh"], None),
        ('<p class="author">Minh Hạnh</p><p>Câu cuối.</p>', ["Minh Hạnh"], None),
        ('<p align="right">Kiều Chiểu</p>', ["Kiều Chiểu"], None),
        ("<p><b>Kiều Chiểu</b></p>", ["Kiều Chiểu"], None),
    ],
)  # fmt: skip
def test_a_signature_is_no_text(line: str, authors: list[str], credit: str | None) -> None:
    found = record(line)
    assert (found.authors, found.credit) == (authors, credit)
    assert set(found.paragraphs) <= {FIRST, "Câu cuối."}


FOOTNOTES = "<p>(1) Sách trắng, tập 2, trang 9</p><p>(2), (3) Niên giám của tỉnh</p>"


@pytest.mark.parametrize(
    ("signed", "notes"),
    [
        ("<p><b>Lê Hoài An</b></p>", FOOTNOTES),
        ("<p><b>Lê Hoài An</b></p><p><i>Phó Giám đốc Sở Y tế</i></p><p>____</p>", FOOTNOTES),
        (
            "<p align=right>Lê Hoài An</p><p align=right>Viện Nghiên cứu Sông ngòi</p>",
            "<p>Tài liệu tham khảo:</p>" + FOOTNOTES,
        ),
    ],
)
def test_footnotes_may_follow_a_signature(signed: str, notes: str) -> None:
    found = record("<p>Câu cuối.</p>" + signed + notes)
    assert found.authors == ["Lê Hoài An"]
    assert found.paragraphs[1] == "Câu cuối."
    assert found.paragraphs[-1] == "(2), (3) Niên giám của tỉnh"
    assert len(found.paragraphs) == 2 + notes.count("<p>")


def test_who_said_a_quotation_did_not_sign_the_article() -> None:
    quoted = '<p>"Sông đã đổi dòng."</p><p align="right">Ông Lê Hoài An</p><p>Câu cuối.</p>'
    found = record(quoted + '<p align="right"><b>Minh Hạnh</b></p>')
    assert found.authors == ["Minh Hạnh"]
    assert found.paragraphs[2:] == ["Ông Lê Hoài An", "Câu cuối."]


@pytest.mark.parametrize(
    "line",
    [
        "<p>Cả nhà cùng vui.</p>",
        "<p>Xin cảm ơn ông!</p>",
        "<ul><li>Nguyễn Văn An</li></ul>",
        "<p>Kiều Chiểu</p>",
        '<p align="right">Bà Trần Bình An</p>',
    ],
)
def test_a_last_line_that_signs_nothing_stays(line: str) -> None:
    found = record(line)
    assert len(found.paragraphs) == 2 and found.authors == []


def test_inline_links_are_kept_beside_the_record() -> None:
    body = f'<article class="fck_detail"><p>{FIRST} <a href="/bai-a-4700001.html#x">liên kết</a>.</p></article>'
    page = Page(
        url="https://vnexpress.net/ten-bai-4800001.html", fetched_at="2025-03-01T08:00:00+07:00", body=body.encode()
    )
    links = process(page, VNEXPRESS).links
    assert [(link.kind, link.url, link.title) for link in links] == [
        ("inline", "https://vnexpress.net/bai-a-4700001.html", "liên kết")
    ]


def test_a_list_of_outside_documents_is_text() -> None:
    items = "".join(f'<li><a href="https://vanban.example.vn/{n}">Nghị định {n}</a></li>' for n in range(6))
    assert blocks(f"<ul>{items}</ul><p>Kết.</p>")[0] == ("li", "Nghị định 0")


def test_a_table_that_frames_the_whole_text_is_no_note() -> None:
    text = "Cả bài nằm trong một bảng chỉ có một ô, như các trang cũ hay dựng. " * 3
    assert blocks(f"<table><tr><td><p>{text}</p><p>Kết.</p></td></tr></table>")[1] == ("p", "Kết.")
