"""The short way to trafilatura's verdict comes to what `bare_extraction` comes to."""

from pathlib import Path

import msgspec
import pytest
from lxml import etree
from trafilatura.core import bare_extraction
from trafilatura.settings import Document

from archive.facts import Record
from pipelines import searches, verdict
from pipelines.process import process
from tests.pipelines.pages import FIXTURES, SOURCES, name

PARAGRAPHS = "".join(
    f"<p class='Normal'>⟦{n}⟧Bến đò số {n} mở lại sau mùa lũ, người đi chợ đỡ vòng.</p>" for n in range(9)
)
ODD = {
    "plain": "",
    "share": "<div class='share-box'><p>⟦20⟧Chia sẻ bài viết này với bạn bè và người thân của mình</p></div>",
    "comments": "<ul class='comment-list'><li>⟦20⟧Bài viết hay, mong báo đi tiếp các bến khác</li></ul>",
    "hidden": "<section style='display:none'><p>⟦20⟧Đoạn này không ai được thấy trên trang báo</p></section>",
    "teaser": "<p class='teaser'>⟦20⟧Mời xem bài sau về chợ nổi trên sông Hậu</p>",
    "links": "<div><p>⟦20⟧<a href='/a'>Bài khác</a> <a href='/b'>Bài nữa</a></p></div>",
    "list": "<ul><li>⟦20⟧Bến Đình</li><li>⟦21⟧Bến Chùa</li></ul>",
    "main": "<main><p>⟦20⟧Một đoạn nằm trong phần chính của trang báo</p></main>",
    "office": "<p>⟦20⟧<o:p>Đoạn chép từ một tệp văn bản</o:p></p>",
    "forum": "<script type='application/ld+json'>{'@type': 'DiscussionForumPosting'}</script>",
    "body": "<div class='article-body'><p>⟦20⟧Một đoạn</p><p>⟦21⟧Và một đoạn nữa</p></div>",
}


def printed(body: object) -> bytes | None:
    return etree.tostring(body, encoding="utf-8") if isinstance(body, etree._Element) else None


@pytest.mark.parametrize("odd", ODD)
@pytest.mark.parametrize("text", ["", "<p>⟦30⟧Ngắn.</p>", PARAGRAPHS])
def test_the_short_way_finds_the_same(odd: str, text: str) -> None:
    html = f"<html><body><article>{text}{ODD[odd]}{text}</article></body></html>"
    whole = bare_extraction(html, options=verdict._OPTIONS)
    assert printed(verdict._extracted(html)) == printed(whole.body if isinstance(whole, Document) else None)


@pytest.mark.parametrize("odd", ODD)
def test_what_a_search_finds_is_searched_for(odd: str) -> None:
    tree = etree.HTML(f"<article>{PARAGRAPHS}{ODD[odd]}</article>")
    assert searches.may_find(tree) == (odd in ("share", "comments", "hidden", "teaser", "main", "body"))


@pytest.mark.parametrize("fixture", FIXTURES, ids=name)
def test_a_known_verdict_spares_work_and_changes_nothing(fixture: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = SOURCES[fixture.source]
    first = process(fixture.page, source)
    monkeypatch.setattr(verdict, "_extracted", lambda html: pytest.fail("asked again"))
    again = process(fixture.page, source, first.verdicts)
    assert msgspec.json.encode(again) == msgspec.json.encode(first)


@pytest.mark.parametrize(("named", "doubts"), [("", 0), ("class=box", 0), ("class=share-box", 1)])
def test_trafilatura_is_asked_only_where_a_line_is_in_doubt(
    monkeypatch: pytest.MonkeyPatch, named: str, doubts: int
) -> None:
    """A line of prose stays whatever it says; a doubted one stays only where it says so."""
    asked: list[str] = []
    monkeypatch.setattr(verdict, "_extracted", asked.append)
    fixture = next(f for f in FIXTURES if f.name == "tuoitre/2022")
    line, heading = "Bến đò nào cũng có người bán báo.", "<h2>Bớt lo tiền lẻ</h2>"
    body = fixture.page.body.decode().replace(heading, f"<div {named}>{line}</div>{heading}").encode()
    told = process(msgspec.structs.replace(fixture.page, body=body), SOURCES[fixture.source]).output
    assert isinstance(told, Record) and (line in told.paragraphs) == (not doubts)
    assert len(asked) == doubts and "Bớt lo tiền lẻ" in told.paragraphs


def test_a_verdict_is_not_known_of_another_container_or_another_decider(monkeypatch: pytest.MonkeyPatch) -> None:
    fixture = next(f for f in FIXTURES if process(f.page, SOURCES[f.source]).verdicts)
    source = SOURCES[fixture.source]
    known = process(fixture.page, source).verdicts
    changed = msgspec.structs.replace(fixture.page, body=fixture.page.body.replace(b"</p>", b" x</p>"))
    assert not known.keys() & process(changed, source, known).verdicts.keys()
    monkeypatch.setattr(verdict, "_decider", lambda: b"another trafilatura")
    assert not known.keys() & process(fixture.page, source, known).verdicts.keys()
