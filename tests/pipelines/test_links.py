"""The links of a page: each kept as what it is and where it stands."""

from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.facts import Link, Page, Record
from config.declarations import Rules, UrlRules
from config.sources import DeclarationError, Source, SourceFile, generic, parse
from pipelines.fixtures import ROOT
from pipelines.links import LONGEST, MOST, short
from pipelines.process import process
from tests.conftest import PAPER
from tests.crawler.site import LINES
from tests.pipelines.pages import SOURCES

HERE = "https://song.example.vn/bai-1.html"
SONG = msgspec.structs.replace(
    PAPER,
    rules=Rules(
        container=(".body",),
        title=("h1",),
        lead=("p.sapo",),
        tags=("ul.tags li", "meta:news_keywords"),
        related=(".box .list a, .next a",),
        topics=(".topic h3 a", ".event a"),
        drop=(".topic",),
    ),
)


def made(inside: str, around: str = "", source: Source = SONG, url: str = HERE) -> tuple[Record, list[Link]]:
    """The record of a page whose text is LINES with `inside` after the second of them, and its links."""
    lines = [f"<p>{line}</p>" for line in LINES]
    body = "".join([*lines[:2], inside, *lines[2:]])
    page = "<html><head><title>T</title></head><body><h1>Nước rút ở bản ven sông</h1><p class='sapo'>Dẫn của bài, "
    page += f"có <a href='/dan-7.html'>một liên kết</a>.</p><div class='body'>{body}</div>{around}</body></html>"
    cleaned = process(Page(url=url, fetched_at="2025-03-01T08:00:00+07:00", body=page.encode()), source)
    assert isinstance(cleaned.output, Record), cleaned.output
    return cleaned.output, list(cleaned.links)


def told(links: list[Link], kind: str) -> list[tuple[str, str, str]]:
    """(path, words, place) of the links of one kind."""
    root = "https://song.example.vn"
    return [(link.url.removeprefix(root), link.title, link.place) for link in links if link.kind == kind]


def test_a_link_in_the_text_is_told_with_its_paragraph() -> None:
    record, links = made(
        "<h2>Tiêu đề giữa bài</h2><p>Đoạn thứ tư có <a href='/bai-2.html#x'>một <b>bài</b> cũ</a>.</p>"
        "<table><tr><td>Xã</td><td><a href='https://ngoai.example.com/a'>Nguồn</a></td></tr>"
        "<tr><td>Huyện</td><td>Hai</td></tr></table><p>Đoạn thứ sáu lại có <a href='/bai-2.html'>bài ấy</a>.</p>"
    )
    assert [block.kind for block in record.blocks][2:6] == ["h", "p", "table", "p"]
    assert told(links, "inline") == [
        ("/dan-7.html", "một liên kết", "lead"),
        ("/bai-2.html", "một bài cũ", "paragraph 4"),
        ("https://ngoai.example.com/a", "Nguồn", "paragraph 5"),
    ]


def test_a_see_also_line_is_told_with_the_paragraph_above_it_and_is_no_link_of_the_text() -> None:
    record, links = made("<p>Xem thêm: <a href='/bai-3.html'>Mùa nước nổi</a></p>")
    assert told(links, "related") == [("/bai-3.html", "Mùa nước nổi", "paragraph 2")]
    assert "/bai-3.html" not in [url for url, *_ in told(links, "inline")]
    assert [entry.title for entry in record.related] == ["Mùa nước nổi"]


def test_boxes_tags_and_pages_on_the_subject_are_told_with_the_selector_that_shows_them() -> None:
    _, links = made(
        "<div class='topic'><h3><a href='/su-kien/lu-2025.html'>Lũ trên sông</a></h3><a href='/bai-8.html'>Bài</a>"
        "</div>",
        "<div class='box'><div class='list'><a href='/bai-4.html'>Bài bốn</a></div></div>"
        "<div class='next'><a href='/bai-5.html' title='Bài năm'><img src='x.jpg'></a></div>"
        "<ul class='tags'><li><a href='/tag/lu'>#lũ</a></li><li><a href='/tag/song'>sông</a></li></ul>",
    )
    assert told(links, "related") == [("/bai-4.html", "Bài bốn", ".box .list"), ("/bai-5.html", "Bài năm", ".next")]
    assert told(links, "tag") == [("/tag/lu", "lũ", "ul.tags li"), ("/tag/song", "sông", "ul.tags li")]
    assert told(links, "topic") == [("/su-kien/lu-2025.html", "Lũ trên sông", ".topic h3")]
    assert [link.kind for link in links] == ["related", "related", "inline", "tag", "tag", "topic"]


def test_tags_elsewhere_and_other_schemes_are_none() -> None:
    _, links = made(
        "<p>Thư cho <a href='mailto:a@example.vn'>tòa soạn</a>, <a href='javascript:x()'>mở</a>.</p>",
        "<ul class='tags'><li><a href='https://ngoai.example.com/tag/lu'>lũ</a></li>"
        "<li><a href='javascript:tag()'>sông</a></li></ul>",
    )
    assert [link.url for link in links] == ["https://song.example.vn/dan-7.html"]


@pytest.mark.parametrize("href", ["/bai-1.html", "https://www.song.example.vn/tit-moi-1.html?utm_source=x#y", HERE])
def test_the_article_itself_is_no_link(href: str) -> None:
    record, links = made(
        f"<p>Trong <a href='{href}'>bài này</a> có thêm ảnh.</p>", f"<div class='next'><a href='{href}'>Bài</a></div>"
    )
    assert [link.url for link in links] == ["https://song.example.vn/dan-7.html"] and not record.related


def test_without_ids_the_article_itself_is_known_by_its_path() -> None:
    paper = msgspec.structs.replace(SONG, urls=UrlRules(article=("^/tin/",)))
    inside = "<p>Trong <a href='/tin/b%C3%A0i/?a=1'>bài</a> và <a href='/tin/khac'>bài khác</a> ấy.</p>"
    _, links = made(inside, "", paper, "https://song.example.vn/tin/bài")
    assert [url for url, *_ in told(links, "inline")] == ["/dan-7.html", "/tin/khac"]


def test_links_to_lists_inside_the_container_are_no_links_of_the_text() -> None:
    """Tags and pages on a subject that stand in the text's own element."""
    _, links = made(
        "<ul class='tags'><li><a href='/tag/lu'>lũ</a></li></ul><div class='event'><a href='/dong/lu'>Lũ</a></div>"
    )
    assert [(link.kind, link.place) for link in links] == [
        ("inline", "lead"),
        ("tag", "ul.tags li"),
        ("topic", ".event"),
    ]


def test_a_link_of_the_container_that_stands_in_no_paragraph_is_told_with_the_container() -> None:
    _, links = made("<figure><img src='a.jpg'><figcaption>Ảnh: <a href='/bai-6.html'>Bến cũ</a></figcaption></figure>")
    assert told(links, "inline")[1:] == [("/bai-6.html", "Bến cũ", ".body")]


def test_a_line_that_was_cut_in_mid_sentence_keeps_its_links() -> None:
    record, links = made(
        "<p>Nước lên, theo <a href='/bai-2.html'>tin cũ</a>,<br>rồi rút, như <a href='/bai-3.html'>tin mới</a>.</p>"
    )
    assert len(record.blocks) == len(LINES) + 1
    assert {place for _, _, place in told(links, "inline")[1:]} == {"paragraph 3"} and len(told(links, "inline")) == 3


def test_where_nothing_is_declared_tags_and_links_of_the_text_are_kept_too() -> None:
    paper = msgspec.structs.replace(generic(HERE), kin=())
    record, links = made(
        "<p>Nước lên, theo <a href='/bai-2.html'>tin cũ</a> của xã, rồi rút ngay trong đêm hôm ấy.</p>",
        "<div class='tag-box'><a href='/tag/nuoc'>nước</a> <a href='/tag/ban'>bản</a></div>",
        paper,
    )
    at = next(n for n, block in enumerate(record.blocks, 1) if "tin cũ" in block.text)
    assert ("/bai-2.html", "tin cũ", f"paragraph {at}") in told(links, "inline")
    assert told(links, "tag") == [("/tag/nuoc", "nước", ".tag-box"), ("/tag/ban", "bản", ".tag-box")]


BAR = (
    '<section class="section section-menu-topic" id="section-menu-topic"><ul class="ul-mn-topic parent"><li class='
    '"li-title-topic"><a href="/" data-medium="Logo" title="VnExpress"><svg></svg></a> <a data-medium="Menu-Topic" '
    'href="https://vnexpress.net/topic/rung-quoc-gia-28001" title="Rừng quốc gia"> Rừng quốc gia </a></li><li><a '
    'href="https://vnexpress.net/khi-vang-tro-lai-rung-4788888.html">Khỉ vàng trở lại rừng</a></li></ul></section>'
)
"""As VnExpress sets it above the text of an article on a subject."""


@pytest.mark.parametrize(
    ("name", "topic"),
    [
        ("nhandan/2022", ("/chu-de/trong-rung.html", "Chủ đề trồng rừng", ".related-topic > h3")),
        ("baoquocte/2021", ("/su-kien/thang-huu-nghi.html", "Tháng hữu nghị", ".article-detail-similar h3")),
        ("vnexpress/2019", ("/topic/rung-quoc-gia-28001", "Rừng quốc gia", ".li-title-topic")),
    ],
)
def test_the_papers_pages_on_a_subject_are_found_where_they_are_declared(name: str, topic: tuple[str, ...]) -> None:
    source, folder = name.split("/")[0], ROOT / name
    body = (folder / "page.html").read_bytes()
    body = body.replace(b"<body>", b"<body>" + BAR.encode()) if source == "vnexpress" else body
    page = msgspec.json.decode((folder / "page.json").read_bytes()) | {"body": body}
    links = process(msgspec.convert(page, Page), SOURCES[source]).links
    root = SOURCES[source].base
    assert [(k.url.removeprefix(root), k.title, k.place) for k in links if k.kind == "topic"] == [topic]


def test_a_page_made_of_links_gives_a_bounded_number() -> None:
    count = 4_000
    inside = "".join(f"<p>Đoạn có <a href='/x-{n}.html'>liên kết {n}</a> ở giữa.</p>" for n in range(2, count))
    boxes = "".join(f"<a href='/y-{n}.html'>Bài {n}</a>" for n in range(2, count))
    tags = "".join(f"<li><a href='/tag/{n}'>thẻ {n}</a></li>" for n in range(2, count))
    _, links = made(
        inside, f"<div class='next'>{boxes}</div><ul class='tags'>{tags}</ul><div class='event'>{boxes}</div>"
    )
    kinds = [link.kind for link in links]
    assert {kind: kinds.count(kind) for kind in kinds} == dict.fromkeys(("related", "inline", "tag", "topic"), MOST)
    long = f"<p>Và <a href='/{'z' * LONGEST}.html'>một</a>, <a href='/bai-2.html'>{'hai ' * 9_000}</a>.</p>"
    _, links = made(long)
    assert [len(title) for _, title, _ in told(links, "inline")] == [12, 300]


def test_a_place_in_the_head_is_refused_for_topics() -> None:
    text = 'title = "Báo"\nhosts = ["song.example.vn"]\n[rules]\ntopics = ["meta:article:tag"]\n'
    with pytest.raises(DeclarationError, match="topics"):
        parse(Path("song.toml"), text, SourceFile)


@pytest.mark.parametrize(
    ("selector", "place"),
    [
        (".article__related .story__heading a", ".article__related .story__heading"),
        ("a[data-content-name=article-tags]", "a[data-content-name=article-tags]"),
        (".topic h3:not(.article-title) a", ".topic h3"),
        (".tags  > li a[href]", ".tags > li"),
    ],
)
def test_a_place_is_told_short(selector: str, place: str) -> None:
    assert short(selector) == place


_INLINE = st.sampled_from(["<a href='/b-{n}.html'>l {n}</a>", "chữ {n}", "<b>đậm {n}</b>", "<br>", "<i>x</i>"])
_BLOCK = st.builds(
    lambda tag, parts: f"<{tag}>{' '.join(parts)}</{tag}>",
    st.sampled_from(["p", "h2", "li", "blockquote", "div", "td"]),
    st.lists(_INLINE, min_size=1, max_size=4),
)


@given(st.lists(_BLOCK, max_size=12))
def test_a_paragraph_that_is_named_exists_and_holds_the_words(blocks: list[str]) -> None:
    inside = "".join(block.replace("{n}", f"{n}00") for n, block in enumerate(blocks))
    record, links = made(inside)
    for link in links:
        if link.kind == "inline" and link.place.startswith("paragraph "):
            assert link.title in record.blocks[int(link.place.split()[1]) - 1].text
    assert {link.kind for link in links} <= {"inline", "related"}
    assert len({(link.kind, link.url) for link in links}) == len(links)
