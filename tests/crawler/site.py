"""Small loopback sites for crawler tests: routes in, a log of what was asked out."""

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socketserver import TCPServer
from ssl import SSLContext
from typing import NamedTuple, Self

import msgspec

from config.declarations import Discover, Rules, UrlRules
from config.sources import Source, Sources
from crawler.newsroom import declared as newsroom

HTML = {"Content-Type": "text/html; charset=utf-8"}
LINES = (
    "Sáng nay, đoàn khảo sát của huyện đã đi dọc bờ sông để đo lại mực nước sau ba ngày mưa lớn.",
    "Theo trạm quan trắc, mực nước rút chậm hơn dự báo, nhưng các hộ ven bờ đã trở về nhà an toàn.",
    "Bà con trong bản góp công sửa lại con đường bị sạt, để xe chở nông sản kịp ra chợ phiên cuối tuần.",
)


class Reply(NamedTuple):
    """What a route answers; `raw` is sent as it stands, and the connection closed after it."""

    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = HTML
    raw: bytes = b""
    wait: float = 0.0
    drip: Iterable[bytes] = ()
    """Sent after the rest, piece by piece; the iterable may sleep."""


Route = Reply | Callable[[int], Reply]
"""A callable gets the number of the request for its path, from 1."""


class Asked(NamedTuple):
    """One request: path with query, headers, and when it came (monotonic seconds)."""

    path: str
    headers: dict[str, str]
    at: float


class Site:
    """One site on a loopback address, serving while entered."""

    def __init__(
        self, routes: dict[str, Route], host: str = "127.78.1.1", port: int = 0, tls: SSLContext | None = None
    ) -> None:
        self.routes, self.host, self.asked = routes, host, list[Asked]()
        self.scheme = "https" if tls else "http"
        self.open, self.most = 0, 0
        """Connections that are open now, and that were at most."""
        self._lock, self._seen = threading.Lock(), Counter[str]()
        self._server = _Server((host, port), _Handler)
        self._server.site = self
        if tls:
            self._server.socket = tls.wrap_socket(self._server.socket, server_side=True, do_handshake_on_connect=False)
        self.port: int = self._server.server_port

    def __enter__(self) -> Self:
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def url(self, path: str) -> str:
        return f"{self.scheme}://{self.host}:{self.port}{path}"

    def paths(self) -> Counter[str]:
        """How often each path was asked for."""
        return Counter(asked.path for asked in self.asked)

    def source(self, name: str = "sample", pace: float = 0.0, **discover: object) -> Source:
        """The declaration of the site."""
        source = declare(name, self.host, self.port, pace, **discover)
        return msgspec.structs.replace(source, scheme=self.scheme)

    def sources(self, **more: object) -> Sources:
        source = self.source(**more)  # type: ignore[arg-type]
        return Sources({source.id: source}, {})

    def answer(self, path: str, headers: dict[str, str]) -> Reply:
        with self._lock:
            self.asked.append(Asked(path, headers, time.monotonic()))
            self._seen[path] += 1
            route = self.routes.get(path, Reply(404, b"<html><body>404</body></html>"))
            return route(self._seen[path]) if callable(route) else route


def declare(name: str, host: str, port: int | None, pace: float = 0.0, **discover: object) -> Source:
    """A paper whose articles are `/…-123.html` and whose one section is `/tin`; without a port it is a public one."""
    lists: dict[str, object] = {"sections": ("/tin",), "pager": "{section}-p{n}"}
    return Source(
        id=name,
        title=name,
        hosts=(host,),
        scheme="http",
        port=port,
        pace=pace,
        urls=UrlRules(article=(r"-(?P<id>\d+)\.html$",), section=(r"^/tin(-p\d+)?$",)),
        discover=Discover(**(lists | discover)),  # type: ignore[arg-type]
        rules=Rules(container=(".body",), title=("h1",), related=(".related a",)),
    )


def article(number: int, *, related: tuple[str, ...] = (), words: int = 1) -> Reply:
    """An invented article of the sample markup."""
    text = "".join(f"<p>{line} ({number}.{k})</p>" for k in range(words) for line in LINES)
    box = "".join(f'<a href="{path}">Tin liên quan {path}</a>' for path in related)
    page = (
        f"<html><head><title>Bài số {number}</title></head><body><h1>Nước rút ở bản số {number}</h1>"
        f'<div class="body">{text}</div><div class="related">{box}</div></body></html>'
    )
    return Reply(body=page.encode())


def listing(*paths: str) -> Reply:
    """A section page that shows these articles."""
    links = "".join(f'<h3><a href="{path}">Xem bài {path}</a></h3>' for path in paths)
    return Reply(body=f"<html><body><h1>Tin</h1>{links}</body></html>".encode())


def paper(count: int, words: int = 1) -> dict[str, Route]:
    """Routes of a site with one section page that shows `count` articles."""
    paths = [f"/bai-{n}.html" for n in range(1, count + 1)]
    return {"/tin": listing(*paths)} | {path: article(n, words=words) for n, path in enumerate(paths, 1)}


def hurried(port: int) -> Sources:
    """The sample newsroom's papers without the pauses between two requests."""
    papers = newsroom(port)
    return Sources({name: msgspec.structs.replace(s, pace=0.0) for name, s in papers.items()}, papers.families)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    site: Site

    def server_bind(self) -> None:
        TCPServer.server_bind(self)
        self.server_name, self.server_port = self.server_address[:2]  # type: ignore[assignment]

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that was killed leaves a broken pipe, which is no news."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 5
    server: _Server

    def handle(self) -> None:
        site = self.server.site
        with site._lock:
            site.open += 1
            site.most = max(site.most, site.open)
        try:
            super().handle()
        finally:
            with site._lock:
                site.open -= 1

    def do_GET(self) -> None:
        reply = self.server.site.answer(self.path, {k.lower(): v for k, v in self.headers.items()})
        time.sleep(reply.wait)
        if reply.raw:
            self.wfile.write(reply.raw)
            for piece in reply.drip:
                self.wfile.write(piece)
            self.close_connection = True
            return
        self.send_response(reply.status)
        for name, value in (reply.headers | {"Content-Length": str(len(reply.body))}).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(reply.body)

    def log_message(self, *_: object) -> None:
        """Quiet."""
