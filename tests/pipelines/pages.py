"""Fixture pages: an invented page of each declared generation, and what it must come to."""

import json
from pathlib import Path
from typing import Any

import msgspec

from archive.facts import Page
from config.sources import load
from pipelines.process import process

ROOT = Path(__file__).parents[1] / "fixtures" / "pages"
SOURCES = load()
FIXTURES = sorted(path.parent for path in ROOT.glob("*/*/page.html"))


def name(fixture: Path) -> str:
    return f"{fixture.parent.name}/{fixture.name}"


def page(fixture: Path) -> Page:
    """The fixture's page, fetched at its frozen time."""
    told = json.loads((fixture / "page.json").read_text(encoding="utf-8"))
    return msgspec.convert(told | {"body": (fixture / "page.html").read_bytes()}, Page)


def cleaned(fixture: Path) -> dict[str, Any]:
    """What `clean` prints for the fixture, without the cleaner's id, which changes with every rule."""
    output = msgspec.to_builtins(process(page(fixture), SOURCES[fixture.parent.name]).output)
    output.pop("cleaner", None)
    return output
