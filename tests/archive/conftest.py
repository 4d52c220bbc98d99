"""Fixtures of the frontier's tests."""

from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest

from archive.frontier import Frontier
from archive.store import Archive
from config.sources import Sources
from tests.archive.standing import Still, source


@pytest.fixture
def still() -> Still:
    return Still()


@pytest.fixture
def stood(tmp_path: Path, still: Still) -> Iterator[Archive]:
    """An archive under the standing clock."""
    with Archive(tmp_path / "archive.db", clock=still) as opened:
        yield opened


@pytest.fixture
def papers() -> Sources:
    return Sources({s.id: s for s in (source(), source("nui", "nui.example.vn"))}, {})


@pytest.fixture
def frontier(stood: Archive, papers: Sources) -> Frontier:
    return Frontier(stood, papers, random=Random(1))
