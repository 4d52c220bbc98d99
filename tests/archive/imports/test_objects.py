"""What Scrapy's -O writes: JSON lines, lists, CSV and XML; pages in them; damage, and what XML can be made to do."""

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest

from archive.facts import Page, Record
from archive.imports.files import Unreadable
from archive.imports.items import Arrival, Refused
from archive.imports.objects import read
from pipelines.exported import process_exported
from tests.conftest import PAPER, record

AT = "2025-03-01T08:00:00+07:00"
URL = "https://song.example.vn/bai-1.html"
ITEM = {"url": URL, "title": "Đê Bến Cỏ", "text": "Một.\n\nHai."}


def taken(path: Path) -> tuple[list[Page], list[Refused]]:
    found = [each.item for each in read(path, AT)]
    return [i.page for i in found if isinstance(i, Arrival)], [i for i in found if isinstance(i, Refused)]


def write(folder: Path, name: str, text: str | bytes) -> Path:
    (folder / name).write_bytes(text.encode() if isinstance(text, str) else text)
    return folder / name


OBJECTS = [ITEM, ITEM | {"url": URL + "?2", "tags": ["a", "b"]}]
JSON = {
    "lines.jsonl": "\n".join(json.dumps(o, ensure_ascii=False) for o in OBJECTS),
    "lines.jl": "\ufeff" + "\r\n".join(json.dumps(o) for o in OBJECTS) + "\r\n\r\n",
    "scrapy.json": "[\n" + ",\n".join(json.dumps(o) for o in OBJECTS) + "\n]",
    "line.json": json.dumps(OBJECTS),
    "indent.json": json.dumps(OBJECTS, indent=4, ensure_ascii=False),
    "scrapy-indent.json": "[\n" + ",\n".join(json.dumps(o, indent=2) for o in OBJECTS) + "\n]",
    "empty.json": "[]",
}


@pytest.mark.parametrize("name", JSON)
def test_json_in_every_layout(tmp_path: Path, name: str) -> None:
    pages, bad = taken(write(tmp_path, name, JSON[name]))
    assert not bad and [json.loads(p.body) for p in pages] == (OBJECTS if name != "empty.json" else [])
    assert all(p.fetched_at == AT and p.headers == {"content-type": "application/json"} for p in pages)


def test_csv_and_xml(tmp_path: Path) -> None:
    rows = 'url,title,text\n{u},Đê,"Một.\n\nHai."\n{u}?2,,x\n'.replace("{u}", URL)
    pages, bad = taken(write(tmp_path, "a.csv", "\ufeff" + rows))
    assert not bad and [p.url for p in pages] == [URL, URL + "?2"]
    assert json.loads(pages[0].body) == {"url": URL, "title": "Đê", "text": "Một.\n\nHai."}
    xml = (
        f'<?xml version="1.0" encoding="utf-8"?><items><item><url>{URL}</url><title>Đê &amp; sông</title>'
        "<tags><value>a</value><value>b</value></tags></item></items>"
    )
    pages, bad = taken(write(tmp_path, "a.xml", xml))
    assert not bad and json.loads(pages[0].body) == {"url": URL, "title": "Đê & sông", "tags": ["a", "b"]}


@pytest.mark.parametrize("field", ["html", "body", "Content", "response"])
def test_an_object_that_holds_the_page_is_the_page(tmp_path: Path, field: str) -> None:
    html = "\ufeff\n<!DOCTYPE html><title>Đê</title><p>x"
    pages, _ = taken(
        write(tmp_path, "a.jl", json.dumps({"link": URL, field: html, "crawled_at": "2021-01-02 03:04:05"}))
    )
    assert pages[0].body.decode() == html and pages[0].headers["content-type"].startswith("text/html")
    assert pages[0].fetched_at == "2021-01-02T03:04:05+07:00"
    pages, _ = taken(write(tmp_path, "b.jl", json.dumps({"link": URL, field: "<p>only a piece</p>"})))
    assert pages[0].headers["content-type"] == "application/json"


BROKEN = [
    "{",
    "no json",
    "[1, 2]",
    "5",
    '{"url": 5}',
    '{"title": "x"}',
    '{"url": "not an address"}',
    '{"url": "https://[::1/"}',
    '{"url": "https://a.vn/", "fetched_at": "never"}',
    '{"url": "https://a.vn/", "fetched_at": "9999-12-31T23:59:59-12:00"}',
    '{"url": "https://a.vn/", "n": NaN}',
    '{"url": "https://a.vn/", "deep": ' + "[" * 100_000 + "}",
    '{"url": "https://a.vn/\\ud800"}',
]


@pytest.mark.parametrize("line", BROKEN, ids=range(len(BROKEN)))
def test_a_broken_line_is_told_and_the_rest_is_taken(tmp_path: Path, line: str) -> None:
    good = json.dumps(ITEM)
    pages, bad = taken(write(tmp_path, "a.jl", f"{good}\n{line}\n{good}\n"))
    assert len(bad) == 1 and bad[0].where == "line 2"
    assert len(pages) == 2 or line == "{"


def test_numbers_of_any_size_do_not_end_the_import(tmp_path: Path) -> None:
    good = json.dumps(ITEM)
    pages, bad = taken(write(tmp_path, "a.jl", f'{good}\n{{"url": "{URL}", "n": {"9" * 40}}}\n{good}\n'))
    assert len(pages) + len(bad) == 3 and len(pages) >= 2


def test_a_line_without_end_and_bytes_that_are_no_utf8(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("archive.imports.objects.LONGEST", 1000)
    good = json.dumps(ITEM).encode()
    pages, bad = taken(write(tmp_path, "a.jl", good + b"\n" + b"x" * 5000 + b"\n\xff\xfe\n" + good))
    assert [b.where for b in bad] == ["line 2", "line 3"] and len(pages) == 2
    with pytest.raises(Unreadable, match="one object a line"):
        taken(write(tmp_path, "b.json", b"[" + b" " * 5000 + b"]"))


def test_a_torn_csv_is_taken_as_far_as_it_is(tmp_path: Path) -> None:
    rows = "url,title\n" + f"{URL},{'x' * 200}\n" * 100
    pages, bad = taken(write(tmp_path, "a.csv", rows.encode() + b"https://a.vn/,\xff\n"))
    assert len(pages) > 50 and len(bad) == 1 and "from here on" in bad[0].why
    for text in (b"", b"a,b\n1,2\n", b"\xff\xfeu\x00"):
        with pytest.raises(Unreadable):
            taken(write(tmp_path, "b.csv", text))


def test_a_torn_xml_is_taken_as_far_as_it_is(tmp_path: Path) -> None:
    item = f"<item><url>{URL}</url></item>"
    pages, bad = taken(write(tmp_path, "a.xml", f"<items>{item * 3}<item><url>htt"))
    assert len(pages) == 3 and len(bad) == 1 and "breaks off" in bad[0].why


XML = {
    "a feed": f"<rss><channel><item><link>{URL}</link><description>x</description></item></channel></rss>",
    "a sitemap": f"<urlset><url><loc>{URL}</loc></url></urlset>",
    "no XML": "url,title",
    "nothing": "",
    "no items": "<items></items>",
}


@pytest.mark.parametrize("which", XML)
def test_other_xml_is_refused(tmp_path: Path, which: str) -> None:
    with pytest.raises(Unreadable):
        taken(write(tmp_path, "a.xml", XML[which]))


def test_entities_are_not_unfolded_nor_fetched(tmp_path: Path) -> None:
    write(tmp_path, "secret", "TOP SECRET")
    entities = '<!ENTITY a "aaaaaaaaaa">' + "".join(
        f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(12)
    )
    for inner in ("&m;", "&file;", '<x y="&l;"/>'):
        text = (
            f'<!DOCTYPE items [{entities}<!ENTITY file SYSTEM "{(tmp_path / "secret").as_uri()}">]>'
            f"<items><item><url>{URL}</url><text>x{inner}</text></item></items>"
        )
        try:
            pages, _ = taken(write(tmp_path, "a.xml", text))
        except Unreadable:
            continue
        assert all(len(p.body) < 10_000 and b"SECRET" not in p.body for p in pages)


def test_our_own_records_come_back_as_they_were(tmp_path: Path) -> None:
    """`scrapy crawl … -O out.jsonl` of ours, taken in again, gives the same record."""
    made = record(
        1,
        "Đê Bến Cỏ",
        "Dẫn của bài.",
        "Một đoạn.",
        "Đoạn nữa.",
        authors=["Trần Mận"],
        tags=["đê điều"],
        section=["Thời sự"],
        published_precision="minute",
        captions=["Con đê."],
        word_count=7,
        language="vi",
    )
    for name, text in (("a.jsonl", msgspec.json.encode(made)), ("a.json", b"[\n" + msgspec.json.encode(made) + b"\n]")):
        (page,), bad = taken(write(tmp_path, name, text))
        output = process_exported(page, PAPER).output
        assert not bad and isinstance(output, Record)
        again: dict[str, Any] = msgspec.to_builtins(output)
        differing = {k for k, v in msgspec.to_builtins(made).items() if again[k] != v}
        assert differing <= {"cleaner", "word_count"}, {k: again[k] for k in differing}
