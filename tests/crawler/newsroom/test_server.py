"""The sample newsroom over HTTP, on loopback."""

import gzip
import http.client
import socket
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime

import pytest
from click.testing import CliRunner

from config.clock import VIETNAM
from crawler.newsroom import VISITS, Newsroom
from crawler.newsroom.__main__ import main
from crawler.newsroom.papers import papers
from crawler.newsroom.site import COOKIE, STUB

STATIC = "/vn/van-hoa/phuong-roi-nuoc-mot-gia-dinh-815109.html"
COUNTED = "/tin-tuc/van-hoa/212801/mua-hoa-ban-ban-na-hin-mo-hoi-xoe"


@pytest.fixture(scope="module")
def newsroom() -> Iterator[Newsroom]:
    with Newsroom(now=lambda: datetime(2025, 3, 10, 8, 30, tzinfo=VIETNAM)) as running:
        yield running


@pytest.fixture(autouse=True)
def first_visit(newsroom: Newsroom) -> None:
    newsroom.visit = 1
    newsroom.requests.clear()


def fetch(
    newsroom: Newsroom, paper: str, path: str, method: str = "GET", **headers: str
) -> tuple[int, dict[str, str], bytes]:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    with closing(http.client.HTTPConnection(papers()[paper].host, newsroom.port, timeout=10)) as connection:
        connection.request(method, path, headers=named)
        answer = connection.getresponse()
        return answer.status, {k.lower(): v for k, v in answer.getheaders()}, answer.read()


def test_four_addresses_share_one_port(newsroom: Newsroom) -> None:
    for paper in papers():
        assert newsroom.base(paper) == f"http://{papers()[paper].host}:{newsroom.port}"
        status, headers, body = fetch(newsroom, paper, "/")
        assert status == 200 and papers()[paper].title in body.decode()
        assert headers["date"] == "Mon, 10 Mar 2025 01:30:00 GMT"


def test_every_truth_is_served(newsroom: Newsroom) -> None:
    newsroom.visit = 2
    for truth in newsroom.truth():
        assert truth.url.startswith(newsroom.base(truth.source))
    assert len(newsroom.truth("bendo")) == 12
    assert {e.source for e in newsroom.planted_edits} == set(papers())
    assert len(newsroom.planted_edits) == 7


def test_what_has_not_changed_is_not_sent_again(newsroom: Newsroom) -> None:
    _, headers, _ = fetch(newsroom, "bendo", STATIC)
    assert headers["last-modified"] == "Mon, 10 Mar 2025 01:00:00 GMT"
    newsroom.visit = 2
    tagged = fetch(newsroom, "bendo", STATIC, If_None_Match=headers["etag"])
    dated = fetch(newsroom, "bendo", STATIC, If_Modified_Since=headers["last-modified"])
    assert (tagged[0], tagged[2]) == (304, b"") == (dated[0], dated[2])
    assert tagged[1]["etag"] == headers["etag"]


def test_what_has_changed_is_sent_again(newsroom: Newsroom) -> None:
    _, headers, body = fetch(newsroom, "suoinga", COUNTED)
    same = fetch(newsroom, "suoinga", COUNTED, If_None_Match=headers["etag"])
    newsroom.visit = 2
    since = headers["last-modified"]
    later = fetch(newsroom, "suoinga", COUNTED, If_None_Match=headers["etag"], If_Modified_Since=since)
    assert same[0] == 304 and later[0] == 200 and later[2] != body
    assert later[1]["last-modified"] == "Tue, 11 Mar 2025 01:00:00 GMT"
    assert fetch(newsroom, "suoinga", COUNTED, If_Modified_Since="never")[0] == 200


def test_compression_is_used_when_asked_for(newsroom: Newsroom) -> None:
    _, plain_headers, plain = fetch(newsroom, "bonphuong", "/ngoai-giao")
    _, headers, packed = fetch(newsroom, "bonphuong", "/ngoai-giao", Accept_Encoding="gzip, br")
    assert "content-encoding" not in plain_headers and headers["content-encoding"] == "gzip"
    assert gzip.decompress(packed) == plain and len(packed) < len(plain)


def test_head_gives_headers_only(newsroom: Newsroom) -> None:
    status, headers, body = fetch(newsroom, "nhiplang", "/thoi-su", "HEAD")
    assert (status, body) == (200, b"") and int(headers["content-length"]) > 1000


def test_moved_gone_and_dead_addresses(newsroom: Newsroom) -> None:
    for url in newsroom.traps["moved"]:
        paper = next(name for name in papers() if url.startswith(newsroom.base(name)))
        status, headers, _ = fetch(newsroom, paper, url.removeprefix(newsroom.base(paper)))
        assert status == 301
        assert fetch(newsroom, paper, headers["location"])[0] == 200
    (gone,) = newsroom.traps["gone"]
    status, headers, _ = fetch(newsroom, "suoinga", gone.removeprefix(newsroom.base("suoinga")))
    assert status == 404 and "etag" not in headers
    assert fetch(newsroom, "bonphuong", "/rss_feed/ban-doc")[0] == 404


def test_a_cookie_opens_the_page_behind_the_stub(newsroom: Newsroom) -> None:
    (blocked,) = newsroom.traps["blocked"]
    path = blocked.removeprefix(newsroom.base("bendo"))
    status, headers, stub = fetch(newsroom, "bendo", path)
    assert (status, stub.decode()) == (200, STUB) and "etag" not in headers
    assert "Bảo tàng Sông nước" in fetch(newsroom, "bendo", path, Cookie=f"a=b; {COOKIE}")[2].decode()


def test_tracking_parameters_do_not_matter(newsroom: Newsroom) -> None:
    assert fetch(newsroom, "suoinga", COUNTED + "?utm_source=rss")[2] == fetch(newsroom, "suoinga", COUNTED)[2]


def test_requests_are_written_down(newsroom: Newsroom) -> None:
    fetch(newsroom, "suoinga", "/robots.txt", User_Agent="reader/1 (+mailto:a@b.example)")
    fetch(newsroom, "nhiplang", "/robots.txt")
    first, second = newsroom.requests
    assert (first.host, first.path, first.status) == ("127.77.0.1", "/robots.txt", 200)
    assert first.agent == "reader/1 (+mailto:a@b.example)"
    assert (second.host, second.status) == ("127.77.0.2", 404)
    assert first.at == datetime(2025, 3, 10, 8, 30, tzinfo=VIETNAM).timestamp()


def test_a_connection_is_kept_and_ended_with_the_newsroom() -> None:
    with Newsroom() as running:
        connection = http.client.HTTPConnection("127.77.0.1", running.port, timeout=10)
        for _ in range(2):
            connection.request("GET", "/robots.txt")
            assert connection.getresponse().read()
        port = running.port
    connection.close()
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.77.0.1", port), timeout=5)


def test_a_taken_port_is_refused_and_nothing_stays_open(newsroom: Newsroom) -> None:
    with pytest.raises(OSError, match="in use"), Newsroom(newsroom.port):
        pass


def test_there_are_two_visits(newsroom: Newsroom) -> None:
    with pytest.raises(ValueError, match="no visit 3"):
        newsroom.visit = 3
    assert newsroom.visit == 1 and len(VISITS) == 2


def test_it_can_be_looked_at_for_a_while(newsroom: Newsroom) -> None:
    shown = CliRunner().invoke(main, ["--port", "0", "--visit", "2", "--seconds", "0.05"])
    assert shown.exit_code == 0 and shown.output.count("http://127.77.0.") == 4
    taken = CliRunner().invoke(main, ["--port", str(newsroom.port), "--seconds", "0"])
    assert taken.exit_code == 1 and "cannot be used" in taken.output
