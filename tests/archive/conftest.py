"""Fixtures of the frontier's tests, which run against both databases that may hold it."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

import pytest

from archive.frontier import Frontier
from archive.ledger import Ledger
from archive.store import Archive
from config.sources import Sources
from tests.archive.standing import Still, source

if TYPE_CHECKING:
    from archive.postgres.ledger import Postgres

Opening = Callable[[], "Postgres"]


@pytest.fixture
def still() -> Still:
    return Still()


@pytest.fixture(params=["sqlite", "postgresql"])
def stood(request: pytest.FixtureRequest, tmp_path: Path, still: Still) -> Iterator[Archive | Ledger]:
    """What holds a frontier, under the standing clock."""
    if request.param == "sqlite":
        with Archive(tmp_path / "archive.db", clock=still) as opened:
            yield opened
        return
    server: Postgres = request.getfixturevalue("emptied")
    server.clock = still
    yield server


@pytest.fixture
def papers() -> Sources:
    return Sources({s.id: s for s in (source(), source("nui", "nui.example.vn"))}, {})


@pytest.fixture
def frontier(stood: Archive | Ledger, papers: Sources) -> Frontier:
    return Frontier(stood, papers, random=Random(1))


@pytest.fixture
def shared(emptied: "Postgres", still: Still) -> "Postgres":
    emptied.clock = still
    return emptied


@pytest.fixture
def worker(shared: "Postgres", postgres: str, still: Still) -> Iterator[Opening]:
    """Opens the frontier for one more worker."""
    from archive.postgres.ledger import Postgres

    with ExitStack() as closing:

        def opened() -> Postgres:
            made = Postgres(postgres, still).open()
            closing.callback(made.close)
            return made

        yield opened


@pytest.fixture
def other(worker: Opening) -> "Postgres":
    return worker()
