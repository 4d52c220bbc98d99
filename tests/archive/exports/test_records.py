"""What the records of a page say, whatever its headers, body and address are."""

import hashlib
from io import BytesIO

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from archive.exports.records import KeptPage, page_records, target, utc
from archive.facts import Hints
from archive.warc.writer import packer
from tests.archive.exports.reading import Seen, seen

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
HEADERS = st.dictionaries(
    TEXT | st.sampled_from(["content-length", "Content-Encoding", "set-cookie"]), TEXT, max_size=5
)
URLS = TEXT.map(lambda rest: f"https://song.example.vn/{rest}") | TEXT.map(lambda rest: f"HTTP://{rest}")


def kept(**of: object) -> KeptPage:
    fields: dict[str, object] = {
        "id": 1, "source": "songnews", "url": "https://song.example.vn/a-1.html", "kind": "article",
        "fetched_at": "2025-03-01T00:30:00+07:00", "status": 200, "headers": "{}", "hints": "{}", "truncated": None,
        "tls": None, "run": None, "shared": False, "body": b"",
    }  # fmt: skip
    body = of.get("body", b"")
    assert isinstance(body, bytes)
    return KeptPage(**{**fields, "sha256": hashlib.sha256(body).hexdigest(), **of})  # type: ignore[arg-type]


def written(page: KeptPage) -> list[Seen]:
    return seen(BytesIO(b"".join(map(packer("a.warc"), page_records(page, None)))))


@given(URLS, HEADERS, st.binary(max_size=600), st.integers(-5, 1200), TEXT)
def test_whatever_a_page_is_its_body_and_facts_come_back(
    url: str, headers: dict[str, str], body: bytes, status: int, title: str
) -> None:
    page = kept(
        url=url, body=body or b"-", status=status, headers=msgspec.json.encode(headers).decode(),
        hints=msgspec.json.encode(Hints(title=title)).decode(),
    )  # fmt: skip
    answer, facts, request = written(page)
    assert [answer.kind, facts.kind, request.kind] == ["response", "metadata", "request"]
    assert answer.payload == page.body
    assert answer.status == f"{status if 100 <= status <= 999 else 0:03d}"
    assert int(answer.http[-1][1]) == len(page.body), "the true length stands last"
    told = facts.told
    assert (told["headers"], told["status"], told["sha256"]) == (headers, status, page.sha256)
    assert told["hints"] == ({"title": title} if title else {"title": ""})
    assert told.get("url", answer.warc["warc-target-uri"]) == url
    assert answer.warc["warc-target-uri"].isascii() and len(answer.warc["warc-target-uri"].split()) == 1


def test_headers_stand_as_they_came_a_line_a_value() -> None:
    headers = {
        "content-type": "text/html",
        "set-cookie": "a=1\nb=2",
        "x-who": "Bá»\x99",
        "x-vn": "Đò",
        "x-cr": "a\rb\x00c",
    }
    (record, *_) = page_records(kept(headers=msgspec.json.encode(headers).decode(), body=b"1234"), None)
    assert record.head.split(b"\r\n") == [
        b"HTTP/1.1 200 OK",
        b"content-type: text/html",
        b"set-cookie: a=1",
        b"set-cookie: b=2",
        "x-who: Bộ".encode(),
        "x-vn: Đò".encode(),
        b"x-cr: a b c",
        b"content-length: 4",
        b"",
        b"",
    ]


def test_headers_of_the_wire_are_told_apart_from_those_of_the_body() -> None:
    headers = {"content-encoding": "br", "Transfer-Encoding": "chunked", "content-length": "99"}
    (answer, facts, _) = written(kept(headers=msgspec.json.encode(headers).decode(), body=b"1234"))
    assert answer.http == [
        ("x-orig-content-encoding", "br"),
        ("x-orig-Transfer-Encoding", "chunked"),
        ("x-orig-content-length", "99"),
        ("content-length", "4"),
    ]
    assert facts.told["headers"] == headers


def test_names_that_http_cannot_have_are_only_in_the_facts() -> None:
    headers = {"": "a", "x y": "b", "x:y": "c", "x\ny": "d", "xé": "e"}
    (answer, facts, _) = written(kept(headers=msgspec.json.encode(headers).decode()))
    assert answer.http == [("content-length", "0")] and facts.told["headers"] == headers


def test_a_request_says_what_is_known_of_it() -> None:
    page = kept(url="https://me:word@song.example.vn:8443?q=đò#x")
    assert page_records(page, None)[2].head == b"GET /?q=%C4%91%C3%B2 HTTP/1.1\r\nHost: song.example.vn:8443\r\n\r\n"


def test_times_are_those_of_greenwich() -> None:
    assert utc("2025-03-01T00:30:00+07:00") == "2025-02-28T17:30:00Z"
    assert utc("0999-03-01T00:30:00+00:00") == "0999-03-01T00:30:00Z"


def test_an_address_keeps_its_escapes() -> None:
    assert target("https://a.vn/%C4%91?a=b&c=d%20e#f") == "https://a.vn/%C4%91?a=b&c=d%20e#f"


def test_ids_are_those_of_the_page_and_not_of_the_moment() -> None:
    first, again = page_records(kept(body=b"a"), None), page_records(kept(body=b"a", id=7, run="r", shared=True), None)
    other = page_records(kept(body=b"b"), None)
    assert [r.id for r in first] == [r.id for r in again]
    assert len({r.id for r in [*first, *other]}) == 6
