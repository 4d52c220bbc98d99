"""Bytes to text in the order: byte order mark, valid UTF-8, what is declared, a detector."""

import random

import msgspec
import pytest

from archive.facts import Drop, Page, Record
from config.sources import generic, load
from pipelines import decode as decoding
from pipelines.decode import declared, decode
from pipelines.fixtures import Fixture
from pipelines.process import process
from tests.pipelines.pages import FIXTURES, SOURCES, name

TEXT = "Chợ phiên họp sáng thứ bảy, bà con gùi rau cải, măng đắng xuống bán từ lúc trời còn tối."
HTML = f'<html lang="vi"><head><meta charset="%s"></head><body><p>{TEXT}</p></body></html>'


def page(body: bytes, content_type: str = "text/html") -> Page:
    return Page(
        url="https://a.example.vn/x-1.html",
        fetched_at="2025-03-01T08:00:00+07:00",
        body=body,
        headers={"content-type": content_type},
    )


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-8"])
def test_a_byte_order_mark_decides(encoding: str) -> None:
    told = decode(page((HTML % "windows-1252").encode(encoding), "text/html; charset=iso-8859-1"))
    assert TEXT in told.text and not told.lossy


@pytest.mark.parametrize("lie", ["iso-8859-1", "windows-1258", "utf-16", "hex", "no-such-thing"])
def test_valid_utf8_is_utf8_whatever_the_header_says(lie: str) -> None:
    told = decode(page((HTML % lie).encode(), f"text/html; charset={lie}"))
    assert told.encoding == "utf-8" and TEXT in told.text


def test_a_declared_encoding_is_used_where_it_fits() -> None:
    body = '<meta charset="windows-1252"><p>Café résumé naïve façade à côté</p>'.encode("cp1252")
    assert "Café résumé" in decode(page(body)).text
    assert decode(page(body)).encoding == "cp1252"


@pytest.mark.parametrize("name", ["rot13", "hex", "unicode_escape", "punycode", "utf-32", ""])
def test_what_is_no_page_encoding_is_not_believed(name: str) -> None:
    assert declared(page(b"<p>x</p>", f"text/html; charset={name}")) is None


def test_controls_are_taken_out() -> None:
    assert decode(page(b"<p>a\x00b\x08c\td</p>")).text == "<p>abc\td</p>"


STYLE = b"<style media='a > b'>p{color:red} /* " + b"x" * 50_000 + b" */</style>"


@pytest.mark.parametrize(
    ("body", "left"),
    [
        (STYLE, b"<style media='a > b'></style>"),
        (
            STYLE + b"<title>a</title>" + STYLE,
            b"<style media='a > b'></style><title>a</title><style media='a > b'></style>",
        ),
        (b"<style>a:after{content:'<p>'}</style><p>x", None),
        (b"<style>p{color:red}", None),
        (b'<p title="<style">a</p>b</style>', None),
        (b"<p>what <style> is</p>", None),
        (b"<stylesheet>a</stylesheet>", None),
        (b"<style data-x='a\">'b'>p{}</style>", None),
    ],
)
def test_style_is_left_out_and_nothing_else(body: bytes, left: bytes | None) -> None:
    assert decode(page(body)).data == (body if left is None else left)


@pytest.mark.parametrize("fixture", FIXTURES, ids=name)
def test_leaving_styles_out_changes_no_record(fixture: Fixture, monkeypatch: pytest.MonkeyPatch) -> None:
    """Styles between any two tags of a page, in its scripts and comments too."""
    chance, source = random.Random(fixture.name), SOURCES[fixture.source]
    parts = fixture.page.body.split(b"<")
    for at in range(1, len(parts)):
        if chance.random() < 0.2:
            parts[at] = chance.choice((b"style>p{}</style><", b"style media='>'>a</style ><", b"style>")) + parts[at]
    found = msgspec.structs.replace(fixture.page, body=b"<".join(parts))
    told = msgspec.structs.replace(process(found, source), verdicts={})
    monkeypatch.setattr(decoding, "_without_styles", lambda body: body)
    assert (
        msgspec.structs.replace(process(found, source), verdicts={}) == told
        and len(decode(found).data) > len(found.body) * 0.99
    )


def test_broken_bytes_beside_the_text_cost_nothing() -> None:
    body = HTML.replace("%s", "utf-8").encode().replace(b"</head>", b"<!-- \xff\xfe ads --></head>")
    told = process(page(body), generic("https://a.example.vn/")).output
    assert isinstance(told, Record) and TEXT in told.text


def test_broken_bytes_in_the_text_drop_the_page() -> None:
    article = f'<html><body><article class="fck_detail"><p>{TEXT}</p><p>Giá tăng</p></article></body></html>'
    body = article.encode().replace("Giá".encode(), b"Gi\xff\xfe\xe1", 1)
    found = Page(
        url="https://vnexpress.net/a-4800000.html",
        fetched_at="2025-03-01T08:00:00+07:00",
        body=body,
        headers={"content-type": "text/html; charset=utf-8"},
    )
    told = process(found, load()["vnexpress"]).output
    assert isinstance(told, Drop) and told.drop.reason == "charset"
