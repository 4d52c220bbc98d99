"""The project's fixtures for tests: an invented page of each declared layout, and what it must come to."""

from typing import Any

from config.sources import load
from pipelines import fixtures
from pipelines.fixtures import ROOT as ROOT
from pipelines.fixtures import Fixture

SOURCES = load()
FIXTURES = fixtures.fixtures()


def name(fixture: Fixture) -> str:
    """What a test calls the fixture."""
    return fixture.name


def cleaned(fixture: Fixture) -> dict[str, Any]:
    """What `clean` prints for the fixture, without the cleaner's id."""
    return fixtures.cleaned(fixture, SOURCES[fixture.source])
