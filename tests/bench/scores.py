"""`python -m tests.bench.scores`: the README's table, ours and stock trafilatura's, by the pages' own scorer."""

import importlib.util
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import msgspec
import trafilatura

from archive.facts import Hints, Page
from config.sources import Source, load
from pipelines.process import process
from tests.conftest import SHARED

FETCHED = "2026-03-08T20:00:00+07:00"
SETS = {"8 real pages": "gold", "5 reconstructed pages": "reconstructed", "5 text dumps": "seeds"}
COLUMNS = {"para": "paragraphs", "lead": "leads", "clutter": "clutter leaked", "caption": "captions in the text",
           "F1": "F1", "title": "titles", "auth": "authors", "date": "to the minute", "sect": "sections",
           "tags": "tags"}  # fmt: skip
Extract = Callable[[Page, Source], dict[str, Any]]


def scorer() -> ModuleType:
    """The scorer that lies with the pages."""
    spec = importlib.util.spec_from_file_location("score", SHARED / "pages" / "score.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def ours(page: Page, source: Source) -> dict[str, Any]:
    """The record that `baoluu clean` prints."""
    made: dict[str, Any] = msgspec.to_builtins(process(page, source).output)
    return made


def stock(page: Page, source: Source) -> dict[str, Any]:
    """trafilatura as it comes, with metadata, under the scorer's names."""
    found = trafilatura.bare_extraction(page.body, url=page.url, with_metadata=True)
    if found is None:
        return {}
    told = found.as_dict()
    return {"title": told["title"], "lead": None, "text": told["text"], "authors": told["author"],
            "published": told["date"], "section": told["categories"], "tags": told["tags"]}  # fmt: skip


def pages(part: str, score: ModuleType) -> Iterator[tuple[dict[str, Any], Page, Source]]:
    """(gold, page, source) of one set."""
    sources, root = load(), SHARED / "pages"
    routes = json.loads((root / "reconstructed" / "routes.json").read_text(encoding="utf-8"))
    for gold in score.load_gold([SHARED / "seeds" if part == "seeds" else root / part]).values():
        source = sources.of(f"https://{gold['site']}/")
        assert source is not None
        if part == "seeds":
            body, hints = (SHARED / "seeds" / gold["file"]).read_bytes(), Hints(via="import")
            page = Page(url="urn:x", fetched_at=FETCHED, body=body, hints=hints, headers={"content-type": "text/plain"})
        else:
            body = (root / ("html" if part == "gold" else part) / gold["file"]).read_bytes()
            at = routes[gold["url"]]["fetched_at"] if gold["url"] in routes else FETCHED
            page = Page(url=gold["url"], fetched_at=at, body=body)
        yield gold, page, source


def rows() -> Iterator[str]:
    """The table, Markdown."""
    score = scorer()
    yield "| | " + " | ".join(COLUMNS.values()) + " |"
    yield "|---" * (len(COLUMNS) + 1) + "|"
    for name, part in SETS.items():
        methods = {"baoluu": ours} | ({} if part == "seeds" else {"trafilatura": stock})
        for method, extract in methods.items():
            scored = [score.score_page(gold, extract(page, source)) for gold, page, source in pages(part, score)]
            total = dict(zip(score.HEAD, score.total_row(name, scored), strict=True))
            yield f"| {name}, {method} | " + " | ".join(total[c] for c in COLUMNS) + " |"


if __name__ == "__main__":
    if not Path(SHARED / "pages").exists():
        raise SystemExit(f"the real pages are not here: {SHARED} (set BAOLUU_SHARED)")
    print("\n".join(rows()))
