"""What must be reached on the real and reconstructed pages, counted by their own scorer."""

import importlib.util
import json
from pathlib import Path
from types import ModuleType
from typing import Any

import msgspec
import pytest

from archive.facts import Page
from config.sources import load
from pipelines.process import process
from tests.conftest import need_shared

FETCHED = "2026-03-07T20:00:00+07:00"
SOURCES = load()


def scorer(shared: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location("score", shared / "score.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def scored() -> list[tuple[dict[str, Any], dict[str, Any], dict[str, Any]]]:
    """(gold, record, score) of each page."""
    shared = need_shared("pages")
    score = scorer(shared)
    routes = json.loads((shared / "reconstructed" / "routes.json").read_text(encoding="utf-8"))
    fetched = {route["file"]: route["fetched_at"] for route in routes.values()}
    found = []
    for gold in score.load_gold([shared / "gold", shared / "reconstructed"]).values():
        folder = "reconstructed" if gold["file"] in fetched else "html"
        body = (shared / folder / gold["file"]).read_bytes()
        source = SOURCES.of(gold["url"])
        assert source is not None
        page = Page(url=gold["url"], fetched_at=fetched.get(gold["file"], FETCHED), body=body)
        record = msgspec.to_builtins(process(page, source).output)
        found.append((gold, record, score.score_page(gold, record)))
    return found


Scored = list[tuple[dict[str, Any], dict[str, Any], dict[str, Any]]]


def test_all_pages_are_there(scored: Scored) -> None:
    assert len(scored) == 13


def test_every_paragraph_and_lead_and_no_clutter(scored: Scored) -> None:
    for gold, _, score in scored:
        assert not score["missing"], gold["file"]
        assert not score["leaked"], gold["file"]
        assert score["prec"] > 0.999 and score["rec"] > 0.999, gold["file"]


def test_captions_stand_apart_and_once(scored: Scored) -> None:
    for gold, record, score in scored:
        assert score["cap"] == 0 and not score["cap_dup"], gold["file"]
        assert record["captions"] == gold["captions"], gold["file"]


def test_titles_authors_sections_and_tags(scored: Scored) -> None:
    for gold, record, score in scored:
        assert score["title"] is not False and score["authors"], gold["file"]
        assert score["section"] in (None, "ok"), gold["file"]
        assert score["tags"] in (None, 1.0), gold["file"]
        assert record["kicker"] == gold.get("kicker"), gold["file"]
        assert record["credit"] == gold["source_credit"], gold["file"]


def test_dates_to_the_minute_and_none_invented(scored: Scored) -> None:
    for gold, record, score in scored:
        assert score["date"] == ("min" if gold["published"] else "none"), gold["file"]
        assert bool(record["modified"]) == bool(gold["modified"]), gold["file"]


def test_related_links_with_their_titles(scored: Scored) -> None:
    for gold, record, _ in scored:
        assert record["related"] == gold["related"], gold["file"]
