"""Articles as heavy as real ones, about nothing: the markup of the real pages at hand around invented words.

Every page is one of the real article pages (`BAOLUU_SHARED`; without it the sample newsroom's, which are a tenth as
heavy) with each word replaced by an invented one, so that no two are copies of one another, an id of its own, and
links to others of the pages in the place of the paper's. What stands in an article is known from the page that it was
made of, so that whoever is measured can be checked to have read it. All are served over loopback by a process of their
own: each paper on an address, with a sitemap of its articles.
"""

import html
import re
import unicodedata
from collections.abc import Iterator, Mapping
from functools import cache, partial
from random import Random
from typing import NamedTuple

import msgspec

from config.declarations import Discover
from config.sources import Sources
from config.urls import classify
from tests.press import Answer, Answers, Server
from tests.sets import SETS, Case

_SILENT = re.compile(r"<(script|style)\b(?![^>]*ld\+json)[^>]*>.*?</\1>|<!--.*?-->", re.S | re.I)
_SHOWN = re.compile(
    r'(?<=>)[^<>]+(?=<)|(?<=content=")[^"]* [^"]*(?=")|(?<=title=")[^"]* [^"]*(?=")|(?<=alt=")[^"]+(?=")'
)
"""What readers and machines read on a page: text (structured data too), and contents of the head."""
_LD = re.compile(r'(?<=":")[^"]* [^"]*(?=")|(?<=": ")[^"]* [^"]*(?=")')
_HREF = re.compile(r'(?<=href=")[^"]+(?=")')
_ENTITY = re.compile(r"&#?\w+;")
_WORD = re.compile(r"&#?\w+;|[^\W\d_]+")
_ID = re.compile(r"\d{5,}(?!.*\d{5})")
_KEPT = frozenset(
    "thứ chủ nhật hai ba tư năm sáu bảy ngày tháng giờ phút gmt am pm sáng chiều theo ảnh nguồn tin liên quan xem thêm"
    " đọc vn ttxvn utf width device initial scale".split()
)
"""Words by which pages, dates and boxes are read."""
_FIRST = "b c ch d đ g gi h kh l m n ng nh ph qu s t th tr v x".split()
_REST = "a ai an ang anh ao at ăm ăn ăng âm ân âu e em en eo ê ên êt i in inh iu o oa oan oi om on ong ô ôi ôn".split()
_MARKS = ("", "\u0300", "\u0301", "\u0309", "\u0303", "\u0323")
_MARKUP, _SAID, _LINK = range(3)
TIMED = 12
"""Digits from which an id carries the time at which the article was begun, which its date is checked by; the last
three of those are free, which is enough for 13,000 articles."""


class Article(NamedTuple):
    """One made-up article: where it stands, its page, and what a reader of it has read."""

    host: str
    path: str
    body: bytes
    title: str
    paragraphs: tuple[str, ...]


class Words:
    """Invented words: each is another one in every article, and the same throughout one."""

    def __init__(self, number: int) -> None:
        self._random, self._known = Random(number), dict[str, str]()

    def said(self, text: str) -> str:
        """`text` in invented words; digits, and words by which pages are read, stay."""
        return _WORD.sub(lambda found: self.word(found[0]), text)

    def word(self, word: str) -> str:
        """What stands for `word`, with its capitals."""
        key = word.lower()
        if key in _KEPT or len(key) == 1 or key[0] == "&":
            return word
        new = self._known.get(key) or self._known.setdefault(key, _syllable(self._random))
        return new.upper() if word.isupper() else new.capitalize() if word[0].isupper() else new


def _syllable(random: Random) -> str:
    marked = re.sub("[aăâeêioôơuưy]", lambda v: v[0] + random.choice(_MARKS), random.choice(_REST), count=1)
    return unicodedata.normalize("NFC", random.choice(_FIRST) + marked)


class Model:
    """A page taken apart, from which others are made."""

    def __init__(self, case: Case) -> None:
        self.source, self._gold = case.source, case.gold
        self._path = "/" + case.page.url.split("/", 3)[3]
        found = _ID.search(self._path)
        assert found, self._path
        self._id = found[0]
        text = unicodedata.normalize("NFC", case.page.body.decode("utf-8", "replace"))
        text = _ENTITY.sub(lambda e: html.unescape(e[0]) if html.unescape(e[0]).isalpha() else e[0], text)
        self._pieces = [*self._taken_apart(text)]

    def _taken_apart(self, text: str) -> Iterator[tuple[int, str]]:
        """(what it is, text): markup, words, and addresses of the paper's articles."""
        at = 0
        for silent in (*_SILENT.finditer(text), None):
            yield from self._read(text[at : silent.start() if silent else len(text)])
            if silent:
                yield _MARKUP, silent[0]
                at = silent.end()

    def _read(self, text: str) -> Iterator[tuple[int, str]]:
        at = 0
        found = [*_SHOWN.finditer(text), *_HREF.finditer(text)]
        for piece in sorted(found, key=lambda p: p.start()):
            if piece.start() < at:
                continue
            yield _MARKUP, text[at : piece.start()]
            at = piece.end()
            if piece.re is _HREF:
                yield self._link(piece[0])
            elif piece[0].lstrip().startswith(("{", "[")):
                yield from self._data(piece[0])
            else:
                yield from self._words(piece[0])
        yield _MARKUP, text[at:]

    def _link(self, href: str) -> tuple[int, str]:
        url = self.source.absolute(href)
        other = self._id not in href and classify(self.source, url) == "article"
        return (_LINK if other else _MARKUP), href

    def _data(self, text: str) -> Iterator[tuple[int, str]]:
        at = 0
        for value in _LD.finditer(text):
            yield _MARKUP, text[at : value.start()]
            yield from self._words(value[0])
            at = value.end()
        yield _MARKUP, text[at:]

    def _words(self, text: str) -> Iterator[tuple[int, str]]:
        at = 0
        for word in _WORD.finditer(text):
            yield _MARKUP, text[at : word.start()]
            yield _SAID, word[0]
            at = word.end()
        yield _MARKUP, text[at:]

    def path(self, number: int) -> str:
        """Where article `number` stands."""
        return self._path.replace(self._id, self._numbered(number))

    def _numbered(self, number: int) -> str:
        last = 3 if len(self._id) >= TIMED else 5
        return f"{self._id[:-last]}{number % 10**last:0{last}}"

    def article(self, number: int, host: str, others: list[str]) -> Article:
        """Article `number`, which links to `others`."""
        words, random = Words(number), Random(number)
        parts = [
            piece if kind == _MARKUP else words.word(piece) if kind == _SAID else random.choice(others)
            for kind, piece in self._pieces
        ]
        body = "".join(parts).replace(self._id, self._numbered(number)).encode()
        told = [
            words.said(unicodedata.normalize("NFC", text)) for text in (self._gold["title"], *self._gold["paragraphs"])
        ]
        return Article(host, self.path(number), body, told[0], tuple(told[1:]))


@cache
def models() -> tuple[Model, ...]:
    """The pages that articles are made of."""
    real = [*SETS["real"](), *SETS["reconstructed"]()]
    return tuple(Model(case) for case in real or SETS["newsroom"]())


def papers() -> list[tuple[str, str, Model]]:
    """(name, address, page that its articles are made of) of each paper: so many that nobody waits for a host."""
    of = models() * 2
    return [(f"{model.source.id}-{n}", f"127.80.0.{n}", model) for n, model in enumerate(of, 1)]


def articles(count: int) -> Iterator[Article]:
    """`count` articles, the same ones at every call."""
    of = papers()
    known = [[model.path(n) for n in range(at, count, len(of))] for at, (_, _, model) in enumerate(of)]
    for n in range(count):
        _, host, model = of[n % len(of)]
        yield model.article(n, host, known[n % len(of)])


def declared(port: int) -> Sources:
    """The papers as they are declared, on loopback, with a sitemap instead of what they list their articles in."""
    made = {}
    for name, host, model in papers():
        made[name] = msgspec.structs.replace(
            model.source, id=name, hosts=(host,), home=host, below=(), given=(), own_ids=(), api_hosts=(),
            scheme="http", port=port, pace=0.0, discover=Discover(sitemaps=("/sitemap.xml",)), tls=None, hours=None,
        )  # fmt: skip
    return Sources(made, {})


class _Host:
    """What one paper answers."""

    def __init__(self, root: str, held: Mapping[str, bytes]) -> None:
        urls = "".join(f"<url><loc>{root}{html.escape(path)}</loc></url>" for path in held)
        self._held = {
            "/robots.txt": Answer(200, b"User-agent: *\nAllow: /\n", kind="text/plain"),
            "/sitemap.xml": Answer(200, f"<urlset>{urls}</urlset>".encode(), kind="application/xml"),
        } | {path: Answer(200, body) for path, body in held.items()}

    def answer(self, path: str) -> Answer:
        return self._held.get(path) or Answer(404, b"<html><body>404</body></html>")


def _answers(count: int, port: int) -> Mapping[str, Answers]:
    held: dict[str, dict[str, bytes]] = {host: {} for _, host, _ in papers()}
    for article in articles(count):
        held[article.host][article.path] = article.body
    return {host: _Host(f"http://{host}:{port}", of) for host, of in held.items()}


class Corpus(Server):
    """`count` articles, served while entered."""

    def __init__(self, count: int) -> None:
        self.count = count
        super().__init__([host for _, host, _ in papers()], partial(_answers, count))

    def sources(self) -> Sources:
        """The declarations."""
        return declared(self.port)

    def urls(self) -> list[str]:
        """The articles' addresses."""
        return [f"http://{a.host}:{self.port}{a.path}" for a in articles(self.count)]
