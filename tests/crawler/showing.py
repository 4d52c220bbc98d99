"""A small paper whose articles show images and style sheets that lie on another loopback host."""

import struct
import zlib
from collections.abc import Iterator
from contextlib import contextmanager

import msgspec

from config.sources import Source, Sources
from tests.crawler.site import HTML, Reply, Route, Site, article, listing

PICTURE = {"Content-Type": "image/png"}
SHEET = {"Content-Type": "text/css"}


def png(shade: int, side: int = 8) -> bytes:
    """A grey square: a real image, and another one for each shade."""
    rows = b"".join(b"\0" + bytes([shade]) * side for _ in range(side))
    head = struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0)
    chunks = ((b"IHDR", head), (b"IDAT", zlib.compress(rows)), (b"IEND", b""))
    made = (struct.pack(">I", len(d)) + n + d + struct.pack(">I", zlib.crc32(n + d)) for n, d in chunks)
    return b"\x89PNG\r\n\x1a\n" + b"".join(made)


def picture(shade: int) -> Reply:
    return Reply(body=png(shade), headers=PICTURE)


def showing(number: int, *urls: str, sheets: tuple[str, ...] = ()) -> Reply:
    """An invented article whose text has these images, under these style sheets."""
    body = article(number).body.decode()
    links = "".join(f'<link rel="stylesheet" href="{url}">' for url in sheets)
    images = "".join(f'<figure><img src="{url}"><figcaption>Ảnh: Minh họa</figcaption></figure>' for url in urls)
    body = body.replace("</head>", f"{links}</head>").replace('<div class="body">', f'<div class="body">{images}')
    return Reply(body=body.encode(), headers=HTML)


def with_images(source: Source, host: str) -> Sources:
    """The paper, with the address that its images lie on: one that nobody declares would be refused."""
    return Sources({source.id: msgspec.structs.replace(source, api_hosts=(host,))}, {})


@contextmanager
def pair(number: int) -> Iterator[tuple[Site, Site]]:
    """A paper's site and the one of its images, on two hosts and one port, without routes."""
    with Site({}, f"127.79.{number}.1") as paper, Site({}, f"127.79.{number}.2", port=paper.port) as images:
        yield paper, images


def printed(site: Site, *articles: Route) -> None:
    """Give `site` these articles, and a section page that shows them."""
    paths = [f"/bai-{n}.html" for n in range(1, len(articles) + 1)]
    site.routes |= {"/tin": listing(*paths)} | dict(zip(paths, articles, strict=True))
