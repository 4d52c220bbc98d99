"""What tests share: a made-up paper, records of it, and an archive in a temporary folder."""

import os
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from archive.facts import Block, Cleaned, Page, Record
from archive.store import Archive
from config.clock import VIETNAM, ShiftedClock
from config.declarations import UrlRules
from config.sources import Source, Sources

if TYPE_CHECKING:
    from archive.postgres.ledger import Postgres
    from tests.postgres import PostgresServer

ROOT = Path(__file__).parents[1]
SHARED = Path(os.environ.get("BAOLUU_SHARED", ROOT.parent / "shared"))
PAPER = Source(
    id="songnews",
    title="Báo Sông",
    hosts=("song.example.vn",),
    urls=UrlRules(article=(r"-(?P<id>\d+)\.html$",), section=(r"^/[a-z-]+$",)),
)


def need_shared(part: str) -> Path:
    """The folder `part` of the real pages, or a skip that says what is missing."""
    if not (SHARED / part).exists():
        pytest.skip(f"the real pages are not here: {SHARED / part} (set BAOLUU_SHARED)")
    return SHARED / part


def record(number: int, title: str, *paragraphs: str, **more: object) -> Record:
    """A record of the made-up paper; the first paragraph is the lead."""
    lead, *rest = paragraphs or ("Dẫn.",)
    fields: dict[str, object] = {
        "url": f"https://song.example.vn/bai-{number}.html",
        "source": "songnews",
        "title": title,
        "lead": lead,
        "blocks": [Block("p", text) for text in rest],
        "paragraphs": list(rest),
        "text": "\n\n".join([lead, *rest]),
        "published": "2025-03-01T00:30:00+07:00",
        "published_from": "selector",
        "published_raw": "01/03/2025 00:30",
        "cleaner": "c1",
    }
    return Record(**(fields | more))  # type: ignore[arg-type]


@pytest.fixture
def clock() -> ShiftedClock:
    return ShiftedClock(datetime(2025, 3, 10, 8, tzinfo=VIETNAM))


@pytest.fixture
def sources() -> Sources:
    return Sources({"songnews": PAPER}, {})


@pytest.fixture
def archive(tmp_path: Path, clock: ShiftedClock) -> Iterator[Archive]:
    with Archive(tmp_path / "archive.db", clock=clock) as opened:
        yield opened


@pytest.fixture(scope="session")
def postgres_server() -> "Iterator[PostgresServer]":
    """A PostgreSQL server of this test run's own."""
    from tests.postgres import served

    yield from served()


@pytest.fixture
def postgres(postgres_server: "PostgresServer") -> str:
    """The URL of a frontier on it, for this test process."""
    return postgres_server.url("tests")


@pytest.fixture
def emptied(postgres: str) -> "Iterator[Postgres]":
    """A frontier on the tests' server, with nothing in it."""
    from archive.postgres.ledger import Postgres

    ledger = Postgres(postgres).open()
    ledger.conn.execute("TRUNCATE frontier, hosts, revisits, withdrawals, aliases, workers")
    yield ledger
    ledger.close()


Visit = Callable[..., int]


@pytest.fixture
def visit(archive: Archive) -> Visit:
    """Keep a page and what a cleaner made of it, the cleaner in force; answers the page's number."""
    from archive.cleaners import differing, note_newest, put_in_force

    def keep(made: Record, at: str, body: bytes = b"", cleaner: str = "c1") -> int:
        page = Page(url=made.url, fetched_at=at, body=body or at.encode())
        number = archive.keep_page("songnews", page)
        article = f"songnews:{made.url.rsplit('-', 1)[1].removesuffix('.html')}"
        archive.put_cleaning(number, cleaner, Cleaned(output=made, article=article))
        note_newest(archive, "songnews", cleaner)
        put_in_force(archive, "songnews", cleaner, differing(archive, "songnews", cleaner))
        return number

    return keep
