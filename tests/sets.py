"""Sets of pages to measure cleaning on, each page with what is true of it: `SETS["real"]()`.

`real`, `reconstructed` and `dumps` (flattened text) lie in the shared folder and are empty where it is absent;
`fixtures` are the project's pages of declared papers, `foreign` those of sites that are in no family, `newsroom` the
sample newsroom's. How papers that nobody declared are measured, on the same pages, is `tests.methods`' affair.
"""

import hashlib
import json
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any, NamedTuple

from selectolax.lexbor import LexborHTMLParser

from archive.facts import Hints, Page
from config.sources import Source, generic, load
from crawler.newsroom import Newsroom, declared
from crawler.newsroom.truth import Truth
from pipelines.fixtures import Fixture
from pipelines.fixtures import fixtures as found_fixtures
from pipelines.normalise import clean
from pipelines.view import text_of
from tests.conftest import ROOT, SHARED
from tests.scoring import Gold

FETCHED = "2026-03-08T20:00:00+07:00"
FOREIGN = ROOT / "tests" / "fixtures" / "undeclared"
SOURCES = load()


class Case(NamedTuple):
    """One page, the source it is cleaned as, and what is true of it."""

    name: str
    page: Page
    source: Source
    gold: Gold


Cases = tuple[Case, ...]
Jobs = list[tuple[Page, Source]]


def jobs_of(*names: str) -> Jobs:
    """The pages of sets with their sources, without what is true of them."""
    return [(case.page, case.source) for name in names for case in SETS[name]()]


def titled(*names: str) -> dict[str, Cases]:
    """Sets by what tables call them."""
    return {TITLES.get(name, name): SETS[name]() for name in names}


def corpus(name: str) -> str:
    """A hash over a set's pages, their times of fetching, and what is held to be true of them."""
    digest = hashlib.sha256()
    for case in sorted(SETS[name](), key=lambda case: case.name):
        told = [case.name, case.page.url, case.page.fetched_at, case.gold]
        digest.update(json.dumps(told, sort_keys=True, ensure_ascii=False).encode())
        digest.update(hashlib.sha256(case.page.body).digest())
    return digest.hexdigest()[:16]


def real() -> Cases:
    """The real article pages at hand, if any."""
    return _shared("gold")


def reconstructed() -> Cases:
    """The reconstructed pages at hand, if any, at the times of their fetching."""
    return _shared("reconstructed")


def dumps() -> Cases:
    """The flattened text pages at hand, if any."""
    return _shared("seeds")


@cache
def _shared(part: str) -> Cases:
    """The pages of `gold`, `reconstructed` or `seeds` in the shared folder."""
    root = SHARED / "pages"
    folder = SHARED / part if part == "seeds" else root / part
    if not folder.exists():
        return ()
    routes = json.loads((root / "reconstructed" / "routes.json").read_text(encoding="utf-8"))
    golds = [json.loads(path.read_text(encoding="utf-8")) for path in sorted(folder.rglob("*.json"))]
    return tuple(_case(part, gold, routes) for gold in golds if isinstance(gold, dict) and "paragraphs" in gold)


def _case(part: str, gold: Gold, routes: dict[str, Any]) -> Case:
    source = SOURCES.of(f"https://{gold['site']}/")
    assert source is not None
    if part == "seeds":
        body, told = (SHARED / "seeds" / gold["file"]).read_bytes(), {"content-type": "text/plain"}
        page = Page(url="urn:x", fetched_at=FETCHED, body=body, hints=Hints(via="import"), headers=told)
        return Case(gold["file"], page, source, gold)
    body = (SHARED / "pages" / ("html" if part == "gold" else part) / gold["file"]).read_bytes()
    at = routes[gold["url"]]["fetched_at"] if gold["url"] in routes else FETCHED
    return Case(gold["file"], Page(url=gold["url"], fetched_at=at, body=body), source, gold)


@cache
def fixtures() -> Cases:
    """The project's fixtures of declared papers; what is no article is left out."""
    made = (Case(f.name, f.page, SOURCES[f.source], _expected(f)) for f in found_fixtures() if "drop" not in f.expected)
    return tuple(made)


def _expected(fixture: Fixture) -> Gold:
    """What is true of a fixture's page: its expected record; what else the page prints is clutter."""
    told = fixture.expected
    gold = told | {"source_credit": told["credit"]}
    said = "".join(json.dumps(told, ensure_ascii=False).replace('\\"', '"').split()).casefold()
    body = LexborHTMLParser(fixture.page.body).body
    nodes = [n for n in body.traverse(include_text=True) if n.is_text_node] if body is not None else []
    shown = [n for n in nodes if n.parent is not None and n.parent.tag not in ("script", "style", "noscript")]
    texts = [clean(n.text_content or "") for n in shown]
    return gold | {"clutter": [t for t in texts if len(t) >= 25 and "".join(t.split()).casefold() not in said]}


@cache
def foreign() -> Cases:
    """The project's pages of sites that are in no family, and what is true of them, each written by hand."""
    found = []
    for path in sorted(FOREIGN.glob("*/gold.json")):
        gold = json.loads(path.read_text(encoding="utf-8"))
        page = Page(url=gold["url"], fetched_at=gold["fetched_at"], body=(path.parent / "page.html").read_bytes())
        found.append(Case(path.parent.name, page, generic(page.url), gold))
    return tuple(found)


@cache
def newsroom() -> Cases:
    """Every readable article on one page of the sample newsroom, as it is served; what else it prints is clutter."""
    sources, room = declared(), Newsroom()
    room.port = 8377
    found = []
    for truth in (truth for truth in room.truth() if not truth.further):
        source = sources.of(truth.url)
        assert source is not None
        reply, _ = room.reply(source.id, truth.url.removeprefix(room.base(source.id)), "")
        page = Page(url=truth.url, fetched_at="2025-03-10T08:00:00+07:00", body=reply.body)
        found.append(Case(truth.url, page, source, _true(truth, reply.body)))
    return tuple(found)


def _true(truth: Truth, body: bytes) -> Gold:
    """What is true of one of the newsroom's pages; clutter is every other line of an element without elements inside,
    each once, from ten characters on."""
    told = ("title", "lead", "paragraphs", "captions", "authors", "section", "tags")
    own: Gold = {name: getattr(truth, name) for name in told}
    said = " \n ".join([truth.kicker, truth.credit, *_strings(own)])
    root = LexborHTMLParser(body).body
    assert root is not None
    leaves = (node for node in root.css(":not(:has(*)):not(script, style)"))
    lines = dict.fromkeys(text for node in leaves if len(text := text_of(node)) >= 10)
    return own | {"published": truth.published, "clutter": [line for line in lines if line not in said]}


def _strings(fields: dict[str, Any]) -> Iterator[str]:
    for value in fields.values():
        yield from [value] if isinstance(value, str) else value


SETS: dict[str, Callable[[], Cases]] = {
    "real": real,
    "reconstructed": reconstructed,
    "dumps": dumps,
    "fixtures": fixtures,
    "foreign": foreign,
    "newsroom": newsroom,
}
"""The sets by name."""
TITLES = {"real": "real pages", "reconstructed": "reconstructed pages", "dumps": "text dumps"}
"""What tables call those of another name."""
