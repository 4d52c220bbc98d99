"""Invented papers by the dozen, made as they are asked for and served over loopback by a process of their own.

What an address answers is a pure function of paper and path, so that a test can say what each page leads to. Served
by one asyncio loop: a crawl without pauses gets a few thousand answers a second from it.
"""

import asyncio
import multiprocessing
import re
import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping
from functools import partial
from multiprocessing.connection import Connection
from random import Random
from typing import NamedTuple, Protocol, Self

from config.declarations import Discover, Rules, UrlRules
from config.sources import Source, Sources
from tests.ports import free_port

EACH = 20
"""Articles on a section page, and in the feed."""
SHARD = 500
"""Articles in one sitemap."""
SECTIONS = ("/tin", "/doi-song")
PAGER_LIMIT = 3
MOVED, LATE, GONE, BROKEN, CUT = 7, 13, 23, 33, 43
"""Of 120 articles: answers with a redirect, 404, 410, 500, and with a body that breaks off."""
_WORDS = (
    "bản làng mùa nước con đường ruộng bậc thang người dân cán bộ trạm y tế lớp học cây cầu chợ phiên mưa lũ khô hạn"
    " đoàn khảo sát kế hoạch hạt giống nương ngô rừng già suối nhỏ nhà sàn xã huyện tỉnh hội nghị phát triển giữ gìn"
).split()


class Answer(NamedTuple):
    """A status, a body, and where a redirect leads; `cut`: the body ends before its length."""

    status: int
    body: bytes = b""
    location: str = ""
    kind: str = "text/html; charset=utf-8"
    cut: bool = False


class Answers(Protocol):
    """What one host answers."""

    def answer(self, path: str) -> Answer:
        """The answer to a request for `path`."""


class Request(NamedTuple):
    """What was asked of whom, when (monotonic seconds), and whether the whole answer was handed to the system."""

    host: str
    path: str
    at: float


def host_of(paper: int) -> str:
    """The loopback address of a paper, from 1."""
    return f"127.79.{paper // 200}.{paper % 200 + 1}"


def declared(papers: int, articles: int, port: int, pace: float = 0.0, *, faults: bool = True) -> Sources:
    """The declarations of all papers; `articles` at each, numbered from 1."""
    made = {}
    for n in range(1, papers + 1):
        made[f"paper{n}"] = Source(
            id=f"paper{n}", title=f"Báo số {n}", hosts=(host_of(n),), scheme="http", port=port, pace=pace,
            urls=UrlRules(article=(r"-(?P<id>\d+)\.html$",), section=(r"^/(tin|doi-song)(-p\d+)?$",)),
            discover=Discover(
                feeds=("/rss",), sections=SECTIONS, sitemaps=("/sitemap.xml",),
                pager="{section}-p{n}", pager_limit=PAGER_LIMIT,
            ),
            rules=Rules(container=(".body",), title=("h1",), authors=(".author",), related=(".related a",)),
        )  # fmt: skip
    return Sources(made, {})


def path_of(number: int) -> str:
    """The path of an article, as lists name it."""
    return f"/bai-{number}.html"


class Paper:
    """What one paper answers."""

    def __init__(self, number: int, articles: int, port: int, *, faults: bool = True, words: int = 160) -> None:
        self._number, self._articles, self._faults, self._words = number, articles, faults, words
        self.root = f"http://{host_of(number)}:{port}"

    def answer(self, path: str) -> Answer:
        """The answer to a request for `path`."""
        if path == "/robots.txt":
            return Answer(200, b"User-agent: *\nDisallow: /admin\n", kind="text/plain")
        if path in ("/rss", "/sitemap.xml") or path.startswith("/sitemap-"):
            return Answer(200, self._xml(path).encode(), kind="application/xml")
        if found := re.fullmatch(r"/(?:bai|moi)-(\d+)\.html", path):
            return self._article(int(found[1]), path)
        links = self._listed(path)
        return Answer(200, self._list(links)) if links else Answer(404, b"<html><body>404</body></html>")

    def leads_to(self, path: str) -> list[str]:
        """The articles that the list or article at `path` names, by path; nothing for what is no whole success."""
        if path == "/rss":
            return [path_of(n) for n in self._newest()]
        if found := re.fullmatch(r"/sitemap-(\d+)\.xml", path):
            return [path_of(n) for n in self._shard(int(found[1]))]
        if found := re.fullmatch(r"/(?:bai|moi)-(\d+)\.html", path):
            good = (answer := self.answer(path)).status == 200 and not answer.cut
            return [path_of(n) for n in self._related(int(found[1]))] if good else []
        return [path_of(n) for n in self._listed(path)]

    def _newest(self) -> range:
        return range(self._articles, max(0, self._articles - EACH), -1)

    def _shard(self, number: int) -> range:
        return range((number - 1) * SHARD + 1, min(number * SHARD, self._articles) + 1)

    def _listed(self, path: str) -> list[int]:
        found = re.fullmatch(r"/(tin|doi-song)(?:-p(\d+))?", path)
        if not found:
            return []
        first = (int(found[2] or 1) - 1) * EACH
        odd = found[1] == "tin"
        return [n for n in range(self._articles, 0, -1) if n % 2 == odd][first : first + EACH]

    def _related(self, number: int) -> list[int]:
        return sorted({1 + (number * k * 7919) % self._articles for k in (1, 2, 3)} - {number})

    def _xml(self, path: str) -> str:
        if path == "/rss":
            items = "".join(
                f"<item><title>Bài {n}</title><link>{self.root}{path_of(n)}</link>"
                f"<pubDate>Mon, 10 Mar 2025 0{n % 10}:00:00 +0700</pubDate></item>"
                for n in self._newest()
            )
            return f'<?xml version="1.0"?><rss version="2.0"><channel><title>Tin</title>{items}</channel></rss>'
        if path == "/sitemap.xml":
            count = -(-self._articles // SHARD)
            maps = "".join(f"<sitemap><loc>{self.root}/sitemap-{k}.xml</loc></sitemap>" for k in range(1, count + 1))
            return f"<sitemapindex>{maps}</sitemapindex>"
        urls = "".join(f"<url><loc>{self.root}{path}</loc></url>" for path in self.leads_to(path))
        return f"<urlset>{urls}</urlset>"

    def _list(self, links: list[int]) -> bytes:
        shown = "".join(f'<h3><a href="{path_of(n)}">Bài số {n} của báo {self._number}</a></h3>' for n in links)
        return f"<html><body><h1>Tin</h1>{shown}</body></html>".encode()

    def _article(self, number: int, path: str) -> Answer:
        fault = number % 120 if self._faults else 0
        if fault == MOVED and path.startswith("/bai"):
            return Answer(301, location=f"/moi-{number}.html")
        if status := {LATE: 404, GONE: 410, BROKEN: 500}.get(fault):
            return Answer(status, f"<html><body>{status}</body></html>".encode())
        return Answer(200, self._text(number), cut=fault == CUT)

    def _text(self, number: int) -> bytes:
        random = Random(f"{self._number} {number}")
        said = random.choices(_WORDS, k=self._words)
        paragraphs = [" ".join(said[k : k + 40]).capitalize() + "." for k in range(0, len(said), 40)]
        body = "".join(f"<p>{p} (Đoạn {k} của bài {number})</p>" for k, p in enumerate(paragraphs))
        box = "".join(f'<li><a href="{path_of(n)}">Bài số {n}</a></li>' for n in self._related(number))
        return (
            f'<html><head><title>Bài số {number}</title><meta property="article:published_time"'
            f' content="2025-03-{1 + number % 28:02}T08:{number % 60:02}:00+07:00"></head><body>'
            f"<h1>Chuyện thứ {number} ở báo {self._number}</h1><div class='body'>{body}</div>"
            f'<p class="author">Lò Văn {_WORDS[number % len(_WORDS)].capitalize()}</p>'
            f"<ul class='related'>{box}</ul></body></html>"
        ).encode()


class Server:
    """Hosts on loopback addresses, served by a process of their own while entered, all on one free port."""

    def __init__(self, hosts: list[str], made: Callable[[int], Mapping[str, Answers]]) -> None:
        """`made` gives what each host answers, by the port; it is called in the other process."""
        self._here, there = multiprocessing.Pipe()
        serve = multiprocessing.get_context("spawn").Process
        self._process = serve(target=_serve, args=(hosts, made, there), daemon=True)

    def __enter__(self) -> Self:
        self._process.start()
        self.port: int = self._here.recv()
        return self

    def __exit__(self, *_: object) -> None:
        self._here.send("end")
        self._process.join()

    @property
    def process(self) -> int:
        """Its process."""
        return self._process.pid or 0

    def requests(self) -> list[Request]:
        """What was asked since the last call."""
        self._here.send("requests")
        return [Request(*each) for each in self._here.recv()]

    def counted(self) -> Counter[str]:
        """How often each URL was asked for since the last call of this or `requests`."""
        return Counter(f"http://{r.host}:{self.port}{r.path}" for r in self.requests())


class Press(Server):
    """All papers, served while entered."""

    def __init__(self, papers: int, articles: int, *, faults: bool = True, words: int = 160) -> None:
        self.papers, self.articles, self._faults = papers, articles, faults
        hosts = [host_of(n) for n in range(1, papers + 1)]
        super().__init__(hosts, partial(_papers, papers, articles, faults, words))

    def sources(self, pace: float = 0.0) -> Sources:
        """The declarations."""
        return declared(self.papers, self.articles, self.port, pace)

    def paper(self, number: int) -> Paper:
        """What one of them answers."""
        return Paper(number, self.articles, self.port, faults=self._faults)


def _papers(papers: int, articles: int, faults: bool, words: int, port: int) -> Mapping[str, Answers]:
    return {host_of(n): Paper(n, articles, port, faults=faults, words=words) for n in range(1, papers + 1)}


class _Connection(asyncio.Protocol):
    """One connection: requests in their order, each answered at once."""

    def __init__(self, papers: Mapping[str, Answers], asked: list[tuple[str, str, float]]) -> None:
        self._papers, self._asked, self._data = papers, asked, b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._host: str = transport.get_extra_info("sockname")[0]

    def data_received(self, data: bytes) -> None:
        self._data += data
        while b"\r\n\r\n" in self._data:
            head, _, self._data = self._data.partition(b"\r\n\r\n")
            path = head.split(b" ", 2)[1].decode()
            self._asked.append((self._host, path, time.monotonic()))
            self._reply(self._papers[self._host].answer(path))

    def _reply(self, answer: Answer) -> None:
        length = len(answer.body) + 100 * answer.cut
        head = f"HTTP/1.1 {answer.status} X\r\nContent-Type: {answer.kind}\r\nContent-Length: {length}\r\n"
        head += f"Location: {answer.location}\r\n" if answer.location else ""
        self._transport.write(f"{head}\r\n".encode() + answer.body)
        if answer.cut:
            self._transport.close()


def _serve(hosts: list[str], made: Callable[[int], Mapping[str, Answers]], told: Connection) -> None:
    asyncio.run(_serving(hosts, made, told))


async def _serving(hosts: list[str], made: Callable[[int], Mapping[str, Answers]], told: Connection) -> None:
    asked: list[tuple[str, str, float]] = []
    loop, port = asyncio.get_running_loop(), free_port(hosts)
    here = made(port)
    servers = [await loop.create_server(lambda: _Connection(here, asked), host, port) for host in hosts]
    told.send(port)
    ended = asyncio.Event()

    def obey() -> None:
        while told.recv() == "requests":
            told.send(list(asked))
            asked.clear()
        loop.call_soon_threadsafe(ended.set)

    threading.Thread(target=obey, daemon=True).start()
    await ended.wait()
    for server in servers:
        server.close()
