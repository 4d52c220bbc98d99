"""The small parts: the wake-up of the engine, addresses, pages, conditions, settings."""

import asyncio
import gzip
import socket
from typing import Any

import pytest
from scrapy import Spider, signals
from scrapy.core.engine import ExecutionEngine
from scrapy.core.scheduler import BaseScheduler
from scrapy.crawler import AsyncCrawlerRunner, Crawler
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Headers, HtmlResponse, Request, Response
from scrapy.settings import Settings
from twisted.internet.address import IPv4Address

from archive.facts import Hints
from archive.frontier import Lease
from archive.honesty import Whole, conditions
from archive.store import Archive
from crawler import run
from crawler.addresses import PublicResolver, is_address, is_public
from crawler.middlewares import DecodeMiddleware
from crawler.pages import headers_of, page_of
from crawler.wake import wake
from tests.crawler.conftest import Crawl
from tests.crawler.site import HTML, Reply, Site, article, paper


class Counting(BaseScheduler):
    """Notes how often the engine asks; says that there is more to come until it has been asked thrice."""

    asked = 0

    def has_pending_requests(self) -> bool:
        return type(self).asked < 3

    def enqueue_request(self, request: Request) -> bool:
        return False

    def next_request(self) -> None:
        type(self).asked += 1


def test_the_engine_asks_its_scheduler_when_it_is_woken() -> None:
    """Pins what `wake` reaches for: the engine's heartbeat alone would take ten seconds here."""

    async def crawl() -> int:
        Counting.asked = 0
        crawler = AsyncCrawlerRunner(Settings({"SCHEDULER": Counting})).create_crawler(Spider)
        opened = asyncio.Event()
        crawler.signals.connect(opened.set, signals.spider_opened, weak=False)
        task = asyncio.ensure_future(crawler.crawl_async(name="idle"))
        await opened.wait()
        turns = 0
        while not task.done():
            wake(crawler)
            await asyncio.sleep(0.01)
            turns += 1
            assert turns < 400
        await task
        return Counting.asked

    assert run.reactor_loop().run_until_complete(crawl()) >= 3
    assert ExecutionEngine._SLOT_HEARTBEAT_INTERVAL == 5


def test_waking_an_engine_without_a_spider_does_nothing() -> None:
    class Engine:
        _slot = None

    crawler = Crawler(Spider)
    crawler._engine = Engine()  # type: ignore[assignment]
    wake(crawler)


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("8.8.8.8", True),
        ("2606:4700::1111", True),
        ("127.0.0.1", False),
        ("10.1.2.3", False),
        ("172.16.0.1", False),
        ("192.168.1.1", False),
        ("169.254.169.254", False),
        ("100.64.0.1", False),
        ("0.0.0.0", False),
        ("224.0.0.1", False),
        ("::1", False),
        ("fe80::1%eth0", False),
        ("fd00::1", False),
        ("::ffff:127.0.0.1", False),
        ("2002:7f00:1::", False),
    ],
)
def test_public_addresses(address: str, public: bool) -> None:
    assert is_public(address) is public
    assert is_address(address.partition("%")[0]) and not is_address("vietnamnet.vn")


class Receiver:
    """Twisted's receiver of a resolution, noting what it is told."""

    def __init__(self) -> None:
        self.found: list[Any] = []
        self.done = asyncio.Event()

    def resolutionBegan(self, resolution: object) -> None:  # noqa: N802
        """The resolution has begun."""

    def addressResolved(self, address: object) -> None:  # noqa: N802
        self.found.append(address)

    def resolutionComplete(self) -> None:  # noqa: N802
        self.done.set()


def resolve(name: str, answers: list[str] | None, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    async def answered() -> list[str]:
        async def getaddrinfo(*_: object, **__: object) -> list[Any]:
            if answers is None:
                raise socket.gaierror
            return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (a, 80)) for a in answers]

        monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", getaddrinfo)
        receiver = Receiver()
        PublicResolver(None).resolveHostName(receiver, name, 80)  # type: ignore[arg-type]
        await receiver.done.wait()
        assert all(isinstance(a, IPv4Address) for a in receiver.found)
        return [a.host for a in receiver.found]

    return asyncio.run(answered())


def test_names_resolve_to_public_addresses_only(monkeypatch: pytest.MonkeyPatch) -> None:
    assert resolve("song.example.vn", ["8.8.8.8", "127.0.0.1"], monkeypatch) == ["8.8.8.8"]
    assert resolve("rebound.example.vn", ["10.0.0.1"], monkeypatch) == []
    assert resolve("gone.example.vn", None, monkeypatch) == []
    assert resolve("127.77.0.1", ["127.77.0.1"], monkeypatch) == ["127.77.0.1"], "an address is the frontier's to judge"


def response(body: bytes = b"<html></html>", flags: list[str] | None = None, **headers: str) -> Response:
    told = {name.replace("_", "-"): value for name, value in headers.items()}
    return HtmlResponse("https://song.example.vn/x", body=body, headers=told, flags=flags)


def test_a_page_is_the_response_as_it_came() -> None:
    raw = Headers(
        {"Content-Type": "text/html", "Set-Cookie": ["a=1", "b=2"], "X-Old": "tiếng".encode("latin-1", "ignore")}
    )
    assert headers_of(raw)["set-cookie"] == "a=1\nb=2" and "content-type" in headers_of(raw)
    page = page_of(response(b"\xff\x00"), "article", Hints(anchor="a"), "2025-03-10T08:00:00+07:00")
    assert page.body == b"\xff\x00" and page.hints.anchor == "a" and page.truncated is None


@pytest.mark.parametrize(
    ("flags", "body", "whole"),
    [
        ([], b"<html><p>x", True),
        (["dataloss"], b"<html></html>", False),
        (["partial"], b"<html><p>x</p></HTML >\n", True),
        (["partial"], b"<html><p>x", False),
        (["partial"], b"User-agent: *", True),
    ],
)
def test_when_a_body_counts_as_whole(flags: list[str], body: bytes, whole: bool) -> None:
    page = page_of(response(body, flags), "article", Hints(), "2025-03-10T08:00:00+07:00")
    assert (page.truncated is None) is whole


def test_decoding() -> None:
    decode, request = DecodeMiddleware(limit=10_000), Request("https://song.example.vn/x")
    decode.process_request(request)
    assert request.headers["Accept-Encoding"] == b"gzip, deflate, br, zstd"
    packed = gzip.compress(b"<html>" + b"x" * 5000)
    done = decode.process_response(request, response(packed, Content_Encoding="gzip"))
    assert done.body.startswith(b"<html>") and "Content-Encoding" not in done.headers and done.flags == []
    assert decode.process_response(request, response(packed)).body == done.body, "gzip without saying so"
    cut = decode.process_response(request, response(packed[:-9], Content_Encoding="gzip"))
    assert cut.flags and page_of(cut, "article", Hints(), "x").truncated
    file = Response("https://song.example.vn/sitemap.xml.gz", body=packed)
    assert decode.process_response(request, file) is file, "a file that is meant to be packed stays so"
    with pytest.raises(IgnoreRequest):
        decode.process_response(request, response(gzip.compress(bytes(20_000)), Content_Encoding="gzip"))


def test_conditions_come_from_the_newest_whole_page(kept: Archive, run: Crawl) -> None:
    tagged = article(1)._replace(headers=HTML | {"ETag": '"v1"', "Last-Modified": "Mon, 10 Mar 2025 01:00:00 GMT"})
    with Site(paper(1) | {"/bai-1.html": tagged}) as site:
        run(site)
    host, url = f"{site.host}:{site.port}", site.url("/bai-1.html")

    def asked(path: str) -> dict[str, str]:
        sql = "SELECT key, whole FROM frontier WHERE url = ?"
        key, whole = kept.conn.execute(sql, (site.url(path),)).fetchone()
        lease = Lease(key=key, url=url, source="sample", host=host, kind="article", whole=whole)
        return conditions(kept.conn, lease, site.url(path))

    assert asked("/bai-1.html") == {}, "nothing is proved yet"
    kept.conn.execute("UPDATE hosts SET proofs = 2")
    assert asked("/bai-1.html") == {"If-None-Match": '"v1"'}
    assert asked("/tin") == {}
    lease = Lease(key=url, url=url, source="sample", host=host, kind="article", whole=Whole("ab", etag='"v1"').told())
    assert conditions(kept.conn, lease, url) == {"If-None-Match": '"v1"'}
    assert conditions(kept.conn, lease, site.url("/khac.html")) == {}, "that was another address"


def test_a_lease_is_plain_data() -> None:
    lease = Lease(key="k", url="u", source="s", host="h", kind="article")
    assert lease.hints == Hints() and lease.tries == 0


def test_certificates_are_verified(kept: Archive, run: Crawl) -> None:
    settings = Settings()
    settings.setmodule("crawler.settings", priority="project")
    assert settings.getbool("DOWNLOAD_VERIFY_CERTIFICATES")
    assert not settings.getbool("COOKIES_ENABLED") and not settings.getbool("RETRY_ENABLED")
    assert not settings.getbool("TELNETCONSOLE_ENABLED") and not settings.getbool("HTTPCACHE_ENABLED")


def test_an_http_1_0_server_is_understood(kept: Archive, run: Crawl) -> None:
    body = article(1).body
    raw = Reply(raw=b"HTTP/1.0 200 OK\r\nContent-Type: text/html\r\n\r\n" + body)
    with Site(paper(1) | {"/bai-1.html": raw}) as site:
        outcome = run(site)
    assert outcome.sources["sample"].cleaned == 1
