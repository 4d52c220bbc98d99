"""How well pages are cleaned: sets of pages with what is true of them, ways of cleaning them, and the scores.

    for name in SETS: measured(name), measured(name, stock)

Sets whose pages lie in the shared folder are empty where it is absent. A set of papers that nobody declared is one of
declared papers whose declaration is hidden: "undeclared" may still be recognised by the marks of a family of CMS,
"unknown CMS" may not. `python -m tests.quality` prints the table.
"""

import hashlib
import json
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any, NamedTuple

import msgspec
import trafilatura
from selectolax.lexbor import LexborHTMLParser

from archive.facts import Hints, Page
from config.sources import Source, generic, load
from pipelines.fixtures import Fixture, fixtures
from pipelines.normalise import clean
from pipelines.process import process
from tests.conftest import ROOT, SHARED
from tests.scoring import Record, score, total

FETCHED = "2026-03-08T20:00:00+07:00"
FOREIGN = ROOT / "tests" / "fixtures" / "undeclared"
SOURCES = load()
Clean = Callable[[Page, Source], Record]


class Case(NamedTuple):
    """One page, the source it is cleaned as, and what is true of it."""

    name: str
    page: Page
    source: Source
    gold: Record


def ours(page: Page, source: Source) -> Record:
    """The record that `baoluu clean` prints."""
    made: Record = msgspec.to_builtins(process(page, source).output)
    return made


def stock(page: Page, source: Source) -> Record:
    """trafilatura as it comes, with metadata; the description that it gives counts as lead."""
    found = trafilatura.bare_extraction(page.body, url=page.url, with_metadata=True)
    told = found.as_dict() if found is not None else {}
    names = {"title": "title", "lead": "description", "text": "text", "authors": "author", "published": "date"}
    return {ours: told.get(theirs) for ours, theirs in (names | {"section": "categories", "tags": "tags"}).items()}


def measured(name: str, extract: Clean = ours) -> dict[str, float]:
    """The scores of a set by column: shares, better when higher. Empty where the set's pages are not here."""
    return total(score(case.gold, extract(case.page, case.source)) for case in SETS[name]())


def corpus(name: str) -> str:
    """A hash over a set's pages, their times of fetching, and what is held to be true of them."""
    digest = hashlib.sha256()
    for case in sorted(SETS[name](), key=lambda case: case.name):
        told = [case.name, case.page.url, case.page.fetched_at, case.gold]
        digest.update(json.dumps(told, sort_keys=True, ensure_ascii=False).encode())
        digest.update(hashlib.sha256(case.page.body).digest())
    return digest.hexdigest()[:16]


@cache
def _shared(part: str) -> tuple[Case, ...]:
    """The pages of `gold`, `reconstructed` or `seeds` in the shared folder."""
    root = SHARED / "pages"
    folder = SHARED / part if part == "seeds" else root / part
    if not folder.exists():
        return ()
    routes = json.loads((root / "reconstructed" / "routes.json").read_text(encoding="utf-8"))
    golds = [json.loads(path.read_text(encoding="utf-8")) for path in sorted(folder.rglob("*.json"))]
    return tuple(_case(part, gold, routes) for gold in golds if isinstance(gold, dict) and "paragraphs" in gold)


def _case(part: str, gold: Record, routes: dict[str, Any]) -> Case:
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
def _own() -> tuple[Case, ...]:
    """The project's fixtures of declared papers; what is no article is left out."""
    made = (Case(f.name, f.page, SOURCES[f.source], _gold(f)) for f in fixtures() if "drop" not in f.expected)
    return tuple(made)


def _gold(fixture: Fixture) -> Record:
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
def _foreign() -> tuple[Case, ...]:
    """The project's pages of sites that are in no family, and what is true of them, each written by hand."""
    found = []
    for path in sorted(FOREIGN.glob("*/gold.json")):
        gold = json.loads(path.read_text(encoding="utf-8"))
        page = Page(url=gold["url"], fetched_at=gold["fetched_at"], body=(path.parent / "page.html").read_bytes())
        found.append(Case(path.parent.name, page, generic(page.url), gold))
    return tuple(found)


def _undeclared(cases: Callable[[], tuple[Case, ...]]) -> Iterator[Case]:
    for case in cases():
        yield case._replace(source=generic(case.page.url))


def _unknown(cases: Callable[[], tuple[Case, ...]]) -> Iterator[Case]:
    for case in cases():
        yield case._replace(source=msgspec.structs.replace(generic(case.page.url), kin=()))


def _real() -> tuple[Case, ...]:
    return _shared("gold")


def _reconstructed() -> tuple[Case, ...]:
    return _shared("reconstructed")


SETS: dict[str, Callable[[], Iterator[Case] | tuple[Case, ...]]] = {
    "real": _real,
    "reconstructed": _reconstructed,
    "dumps": lambda: _shared("seeds"),
    "fixtures": _own,
    "real, undeclared": lambda: _undeclared(_real),
    "real, unknown CMS": lambda: _unknown(_real),
    "reconstructed, undeclared": lambda: _undeclared(_reconstructed),
    "reconstructed, unknown CMS": lambda: _unknown(_reconstructed),
    "fixtures, undeclared": lambda: _undeclared(_own),
    "fixtures, unknown CMS": lambda: _unknown(_own),
    "foreign": lambda: _unknown(_foreign),
}
"""The sets by name, each its cases anew."""
HIDDEN = tuple(name for name in SETS if "un" in name.partition(", ")[2] or name == "foreign")
"""The sets of papers that nobody declared."""


def rows(names: tuple[str, ...] = HIDDEN) -> Iterator[str]:
    """The scores of undeclared papers beside stock trafilatura's, a Markdown table; `-` where nothing is asked."""
    table = {f"{n}, {m}": measured(n, e) for n in names for m, e in (("baoluu", ours), ("trafilatura", stock))}
    columns = list(dict.fromkeys(column for scores in table.values() for column in scores))
    yield "| | " + " | ".join(columns) + " |"
    yield "|---" * (len(columns) + 1) + "|"
    for name, scores in table.items():
        yield f"| {name} | " + " | ".join(f"{scores[c]:.3f}" if c in scores else "-" for c in columns) + " |"


if __name__ == "__main__":
    print("\n".join(rows()))
