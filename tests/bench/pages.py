"""Pages to measure cleaning on, each with what is true of it: the sample newsroom's, and the real ones at hand."""

import json
from collections.abc import Iterator
from typing import Any, NamedTuple

from selectolax.lexbor import LexborHTMLParser

from archive.facts import Hints, Page
from config.sources import Source, generic, load
from crawler.newsroom import Newsroom, declared
from crawler.newsroom.truth import Truth
from pipelines.view import text_of
from tests.bench.scoring import Gold
from tests.conftest import SHARED

FETCHED = "2026-03-08T20:00:00+07:00"
SOURCES = load()
Jobs = list[tuple[Page, Source]]
_SHORTEST = 10
"""Characters of the shortest line that counts as clutter."""


class Known(NamedTuple):
    """A page, its paper, and what is true of it."""

    page: Page
    source: Source
    gold: Gold


def newsroom() -> list[Known]:
    """Every readable article on one page of the sample newsroom, as it is served; what else it prints is clutter."""
    sources, room = declared(), Newsroom()
    room.port = 8377
    found = []
    for truth in (truth for truth in room.truth() if not truth.further):
        source = sources.of(truth.url)
        assert source is not None
        reply, _ = room.reply(source.id, truth.url.removeprefix(room.base(source.id)), "")
        page = Page(url=truth.url, fetched_at="2025-03-10T08:00:00+07:00", body=reply.body)
        found.append(Known(page, source, _told(truth, reply.body)))
    return found


def real() -> list[Known]:
    """The real article pages at hand, if any."""
    return [_known(gold, "html", FETCHED) for gold in _golds("gold")]


def reconstructed() -> list[Known]:
    """The reconstructed pages at hand, if any, at the times of their fetching."""
    routes = SHARED / "pages" / "reconstructed" / "routes.json"
    fetched = json.loads(routes.read_text(encoding="utf-8")) if routes.exists() else {}
    return [_known(gold, "reconstructed", fetched[gold["url"]]["fetched_at"]) for gold in _golds("reconstructed/*")]


def dumps() -> list[Known]:
    """The flattened text pages at hand, if any."""
    found = []
    for path in sorted((SHARED / "seeds").rglob("*.json")):
        gold = json.loads(path.read_text(encoding="utf-8"))
        if not isinstance(gold, dict) or "paragraphs" not in gold:
            continue
        body, hints = (SHARED / "seeds" / gold["file"]).read_bytes(), Hints(via="import")
        page = Page(url="urn:x", fetched_at=FETCHED, body=body, hints=hints, headers={"content-type": "text/plain"})
        found.append(Known(page, _paper(f"https://{gold['site']}/"), gold))
    return found


def hidden(known: list[Known]) -> list[Known]:
    """The same pages as those of papers that nobody declared."""
    return [each._replace(source=generic(each.page.url)) for each in known]


def newsroom_jobs() -> Jobs:
    """The sample newsroom's pages without what is true of them."""
    return [each[:2] for each in newsroom()]


def real_jobs() -> Jobs:
    """The real pages, likewise."""
    return [each[:2] for each in real()]


def reconstructed_jobs() -> Jobs:
    """The reconstructed pages, likewise."""
    return [each[:2] for each in reconstructed()]


def _golds(folder: str) -> Iterator[Gold]:
    for gold in sorted((SHARED / "pages").glob(f"{folder}/*.json")):
        yield json.loads(gold.read_text(encoding="utf-8"))


def _known(gold: Gold, folder: str, at: str) -> Known:
    body = (SHARED / "pages" / folder / gold["file"]).read_bytes()
    return Known(Page(url=gold["url"], fetched_at=at, body=body), _paper(gold["url"]), gold)


def _paper(url: str) -> Source:
    return SOURCES.of(url) or generic(url)


def _told(truth: Truth, body: bytes) -> Gold:
    own: dict[str, Any] = {
        name: getattr(truth, name) for name in ("title", "lead", "paragraphs", "captions", "authors", "section", "tags")
    }
    printed = [truth.kicker, truth.credit, *_strings(own)]
    return own | {"published": truth.published, "clutter": _outside(body, " \n ".join(printed))}


def _strings(fields: dict[str, Any]) -> Iterator[str]:
    for value in fields.values():
        yield from [value] if isinstance(value, str) else value


def _outside(body: bytes, own: str) -> list[str]:
    """The lines that a page prints and the article does not, each once: its elements without elements inside."""
    root = LexborHTMLParser(body).body
    assert root is not None
    leaves = (node for node in root.css(":not(:has(*)):not(script, style)"))
    lines = dict.fromkeys(text for node in leaves if len(text := text_of(node)) >= _SHORTEST)
    return [line for line in lines if line not in own]
