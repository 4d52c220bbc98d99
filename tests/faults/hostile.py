"""What a hostile server sends: one address of loopback a fault, all served side by side.

A fault's site is a small paper (`/robots.txt`, `/tin`, `/bai-1.html` …) of which some routes are bad. `HERE` in a body
or header is replaced by the site's own root, `INNER` by that of a site that nobody may be led to.
"""

import gzip
import time
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from types import MappingProxyType
from typing import NamedTuple

import brotli
from backports import zstd

from tests.crawler.site import HTML, LINES, Reply, Route, Site, article, listing, paper

MB = 1_000_000
GOOD = article(1).body
TEXT = {"Content-Type": "text/plain"}
XML = {"Content-Type": "application/xml"}


class Fault(NamedTuple):
    """One fault, and what must come of it. Of `/bai-1.html` where nothing else is said."""

    row: str
    """The row of the list of faults that it is of; see `tests.faults.index`."""
    name: str
    routes: dict[str, Route]
    article: bool = False
    """Whether it becomes an article."""
    drop: str = ""
    """The reason for which it is dropped; "": it has no cleaning."""
    status: int | None = 200
    """Of its last kept page; None: none was kept."""
    truncated: str = ""
    error: str = ""
    """What `frontier.error` holds, in part."""
    kind: str = ""
    """What the crawl counts."""
    tries: int = 0
    failures: int = 0
    """Of the host, in a row."""
    pause: float = 0.0
    """Seconds that the host is left alone, at least."""
    asked: int = 1
    """Requests for it."""
    discover: Mapping[str, object] = MappingProxyType({})
    more: Callable[["Result"], object] | None = None
    """What else must hold."""


class Result(NamedTuple):
    """What came of one fault."""

    fault: Fault
    site: Site
    pages: list[dict[str, object]]
    frontier: dict[str, dict[str, object]]
    host: dict[str, float]
    articles: list[dict[str, object]]

    def text(self) -> str:
        """The text of all its articles."""
        return "\n".join(str(row["text"]) for row in self.articles)

    def titles(self) -> list[object]:
        """Their titles."""
        return [row["title"] for row in self.articles]


def raw(body: bytes, *lines: str, version: str = "HTTP/1.1", status: str = "200 OK") -> Reply:
    """A response byte by byte: its header lines, then `body`, then the end of the connection."""
    head = "".join(f"{line}\r\n" for line in (f"{version} {status}", "Content-Type: text/html", *lines))
    return Reply(raw=head.encode() + b"\r\n" + body)


def packed(body: bytes, *encodings: str) -> Reply:
    return Reply(body=body, headers=HTML | {"Content-Encoding": ", ".join(encodings)})


def moved(to: str, status: int = 302, **headers: str) -> Reply:
    return Reply(status, b"<html><body>302</body></html>", {"Location": to} | headers)


def text_page(text: str, headers: dict[str, str] = HTML, status: int = 200, title: str = "Trang") -> Reply:
    page = f"<html><head><title>{title}</title></head><body>{text}</body></html>"
    return Reply(status, page.encode(), headers)


def one(reply: Route) -> dict[str, Route]:
    """A paper of one article, which is bad."""
    return paper(1) | {"/bai-1.html": reply}


def trickle(piece: bytes, pause: float, count: int) -> Iterator[bytes]:
    for _ in range(count):
        time.sleep(pause)
        yield piece


def drip(head: bytes, piece: bytes, pause: float, count: int) -> Route:
    """`head`, then `piece` again and again."""
    return lambda _: Reply(raw=head, drip=trickle(piece, pause, count))


OPEN = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"
PLAIN = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\n"


def chain(length: int) -> dict[str, Route]:
    """Redirects from article to article, without an end."""
    hops: dict[str, Route] = {f"/bai-{n}.html": moved(f"/bai-{n + 1}.html", 301) for n in range(1, length)}
    return {"/tin": listing("/bai-1.html")} | hops


def bomb(pack: Callable[[bytes], bytes], size: int = 40 * MB) -> bytes:
    return pack(bytes(size))


def huge_gzip(size: int) -> bytes:
    """So many zeros, packed without ever being there."""
    packer, piece = zlib.compressobj(1, wbits=31), bytes(MB)
    return b"".join(packer.compress(piece) for _ in range(size // MB)) + packer.flush()


def legacy(text: str, encoding: str, declared: str) -> Reply:
    """An article in `encoding` that says it is in another."""
    page = GOOD.decode().replace("Bài số 1", "Bài số 1 " + text)
    return Reply(body=page.encode(encoding, "replace"), headers={"Content-Type": f"text/html; charset={declared}"})


def feed(*paths: str, before: str = "", title: str = "Tin") -> Reply:
    items = "".join(f"<item><title>{title}</title><link>HERE{path}</link></item>" for path in paths)
    return Reply(body=f"{before}<rss version='2.0'><channel>{items}</channel></rss>".encode(), headers=XML)


def sitemap(*paths: str, before: str = "") -> bytes:
    urls = "".join(f"<url><loc>HERE{path}</loc></url>" for path in paths)
    return f"{before}<urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'>{urls}</urlset>".encode()


LAUGHS = "<!DOCTYPE x [<!ENTITY a 'ha'>" + "".join(
    f"<!ENTITY {b} '{'&' + a + ';'}{('&' + a + ';') * 9}'>" for a, b in zip("abcdefghi", "bcdefghij", strict=True)
) + "]>"  # fmt: skip
SPY = "<!DOCTYPE x [<!ENTITY a SYSTEM 'file:///etc/passwd'><!ENTITY b SYSTEM 'INNER/khoa-9.html'>]>"


def listed(path: str, reply: Reply, *articles: str) -> dict[str, Route]:
    """A site whose section shows nothing, with a feed or sitemap at `path`, and these good articles."""
    routes: dict[str, Route] = {"/tin": listing(), path: reply}
    return routes | {p: article(n) for n, p in enumerate(articles, 1)}


def deep(level: int) -> Route:
    """An index that names one more index, and so on."""
    xml = f"<sitemapindex><sitemap><loc>HERE/map-{level + 1}.xml</loc></sitemap></sitemapindex>"
    return Reply(body=xml.encode(), headers=XML)


def placed(reply: Reply, **roots: str) -> Reply:
    """`reply` with the roots filled in."""
    body, headers = reply.body, dict(reply.headers)
    for name, root in roots.items():
        body = body.replace(name.encode(), root.encode())
        headers = {k: v.replace(name, root) for k, v in headers.items()}
    return reply._replace(body=body, headers=headers)


def _placed(route: Route, site: Site, inner: Site) -> Route:
    roots = {"HERE": site.url(""), "INNERPORT": str(inner.port), "INNER": inner.url("")}
    if not isinstance(route, Reply):
        return lambda n: placed(route(n), **roots)
    made = placed(route, **roots)
    return made._replace(body=gzip.compress(made.body)) if made.headers.get("X-Packed") else made


@contextmanager
def served(faults: tuple[Fault, ...]) -> Iterator[tuple[dict[str, Site], Site]]:
    """The sites of `faults` by name, serving, and the one that nobody may be led to."""
    with ExitStack() as stack:
        inner = stack.enter_context(Site({"/khoa-9.html": article(9), "/robots.txt": Reply(200)}, "127.78.41.1"))
        sites = {}
        for n, fault in enumerate(faults):
            site = Site({}, f"127.78.40.{n + 1}")
            site.routes = {path: _placed(route, site, inner) for path, route in fault.routes.items()}
            sites[fault.name] = stack.enter_context(site)
        yield sites, inner


PACKERS: dict[str, Callable[[bytes], bytes]] = {
    "gzip": lambda data: gzip.compress(data, 1),
    "deflate": zlib.compress,
    "br": lambda data: brotli.compress(data, quality=1),
    "zstd": zstd.compress,
}
__all__ = ["GOOD", "LINES", "PACKERS", "Fault", "Result", "served"]
