import asyncio
from collections.abc import Callable

import pytest

from archive import bodies
from archive.bodies import Packed
from archive.errors import ArchiveError, Withdrawn
from archive.facts import Page
from archive.journal import Journal
from archive.store import Archive
from crawler.commits import Commits

BODIES = [b"<p>%d</p>" % n for n in range(20)]


def put(archive: Archive, body: bytes) -> Callable[[Packed], int]:
    return lambda packed: bodies.put(archive.conn, body, packed)


def page(body: bytes) -> Page:
    return Page(url="https://suoinga.example/bai-1.html", fetched_at="2025-03-01T06:00:00+07:00", body=body)


def gone(_: Packed) -> int:
    raise Withdrawn("gone")


async def written(
    archive: Archive, works: list[tuple[bytes, Callable[[Packed], int]]], groups: list[int]
) -> list[object]:
    """What each gives, all of them begun at once; `groups` gets the size of every group."""
    with Journal(archive) as journal:
        commits = Commits[int](archive, journal, groups.append)
        made = await asyncio.gather(
            *(commits.write("suoinga", page(body), work) for body, work in works), return_exceptions=True
        )
        commits.close()
    return list(made)


def test_what_comes_together_is_committed_together_and_packed_before(archive: Archive) -> None:
    said, groups = list[str](), list[int]()
    archive.conn.set_trace_callback(said.append)
    made = asyncio.run(written(archive, [(body, put(archive, body)) for body in BODIES], groups))
    archive.conn.set_trace_callback(None)
    assert [bodies.get(archive.conn, number) for number in made if isinstance(number, int)] == BODIES
    assert sum(groups) == 20 and len(groups) == said.count("COMMIT") <= 3


def test_each_is_told_its_own_error(archive: Archive) -> None:
    first, error, last = asyncio.run(
        written(archive, [(b"a", put(archive, b"a")), (b"b", gone), (b"c", put(archive, b"c"))], [])
    )
    assert (first, last) == (1, 2) and isinstance(error, Withdrawn)


def test_nothing_is_told_before_the_disk_has_it(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_: object) -> None:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr("archive.journal.sync", fail)
    made = asyncio.run(written(archive, [(body, put(archive, body)) for body in BODIES[:3]], []))
    assert [type(error) for error in made] == [ArchiveError] * 3
