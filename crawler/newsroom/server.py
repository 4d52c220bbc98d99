"""The HTTP side of the sample newsroom: a listener per paper, each on its own loopback address, all on one port."""

import gzip
import hashlib
from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socket import SHUT_RDWR, socket
from socketserver import TCPServer
from typing import NamedTuple, Protocol

from crawler.newsroom.site import Reply
from crawler.newsroom.written import Paper


class Request(NamedTuple):
    """One request as the newsroom saw it. `at` is in seconds since the epoch, by the newsroom's clock."""

    at: float
    host: str
    path: str
    status: int
    agent: str


class Desk(Protocol):
    """What a listener asks of the newsroom."""

    now: Callable[[], datetime]
    requests: list[Request]

    def reply(self, paper: str, target: str, cookie: str) -> tuple[Reply, datetime]:
        """The answer to `target` and when it last changed."""


class Listener(ThreadingHTTPServer):
    """Serves one paper on its address, or on the one of its pictures. Raises OSError where the address or the port is
    taken."""

    daemon_threads = False

    def __init__(self, paper: Paper, port: int, desk: Desk, host: str = "") -> None:
        self.paper, self.desk, self.host = paper, desk, host or paper.host
        self.connections: set[socket] = set()
        super().__init__((self.host, port), Handler)

    def server_bind(self) -> None:
        """Bind without asking the resolver for a name, which `HTTPServer` would do."""
        TCPServer.server_bind(self)
        self.server_name, self.server_port = self.server_address[:2]  # type: ignore[assignment]

    def stop(self) -> None:
        """Stop serving; connections that clients keep open are shut, so that no thread waits for them."""
        self.shutdown()
        for connection in tuple(self.connections):
            try:
                connection.shutdown(SHUT_RDWR)
            except OSError:
                continue
        self.server_close()


class Handler(BaseHTTPRequestHandler):
    """GET and HEAD with keep-alive, gzip when asked, validators, and 304 when the bytes are what they were."""

    protocol_version = "HTTP/1.1"
    server_version, sys_version = "newsroom", ""
    timeout = 30
    server: Listener

    def setup(self) -> None:
        """Remember the connection, so that `Listener.stop` can end it."""
        super().setup()
        self.server.connections.add(self.connection)

    def finish(self) -> None:
        """Forget the connection."""
        self.server.connections.discard(self.connection)
        super().finish()

    def do_GET(self) -> None:
        """Answer with a body."""
        self._answer(with_body=True)

    def do_HEAD(self) -> None:
        """Answer without one."""
        self._answer(with_body=False)

    def date_time_string(self, timestamp: float | None = None) -> str:
        """The Date header, by the newsroom's clock."""
        return _http_date(self.server.desk.now())

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing on standard error; `requests` holds the log."""

    def _answer(self, *, with_body: bool) -> None:
        cookie = self.headers.get("Cookie", "")
        reply, changed = self.server.desk.reply(self.server.paper.id, self.path, cookie)
        status = 304 if self._has_it(reply, changed) else reply.status
        self.server.desk.requests.append(
            Request(
                self.server.desk.now().timestamp(),
                self.server.host,
                self.path,
                status,
                self.headers.get("User-Agent", ""),
            )
        )
        body = b"" if status == 304 else reply.body
        self.send_response(status)
        if not reply.private and reply.status == 200:
            self.send_header("ETag", _etag(reply))
            self.send_header("Last-Modified", _http_date(changed))
        if body and "gzip" in self.headers.get("Accept-Encoding", ""):
            body = gzip.compress(body, 6, mtime=0)
            self.send_header("Content-Encoding", "gzip")
        if reply.location:
            self.send_header("Location", reply.location)
        if status != 304:
            self.send_header("Content-Type", reply.kind)
            self.send_header("Content-Length", str(len(body)))
        self.send_header("Vary", "Accept-Encoding")
        self.end_headers()
        if with_body:
            self.wfile.write(body)

    def _has_it(self, reply: Reply, changed: datetime) -> bool:
        """Whether the client's copy is this one; If-None-Match goes before If-Modified-Since (RFC 9110, 13.2.2)."""
        if reply.private or reply.status != 200:
            return False
        if tags := self.headers.get("If-None-Match"):
            return _etag(reply) in {tag.strip() for tag in tags.split(",")}
        try:
            since = parsedate_to_datetime(self.headers.get("If-Modified-Since", ""))
        except ValueError:
            return False
        return changed <= since


def _etag(reply: Reply) -> str:
    """Weak, because the bytes on the wire may be compressed."""
    return f'W/"{hashlib.sha256(reply.body).hexdigest()[:20]}"'


def _http_date(moment: datetime) -> str:
    return format_datetime(moment.astimezone(UTC), usegmt=True)
