import sqlite3
from collections.abc import Callable

import pytest

from archive.errors import ArchiveError, Withdrawn
from archive.store import Archive
from archive.together import together


def rows(archive: Archive) -> list[str]:
    return [row["command"] for row in archive.rows("SELECT command FROM runs ORDER BY id")]


def work(archive: Archive, name: str, fails: Exception | None = None) -> Callable[[], str]:
    """Writes a row, and fails after that."""

    def run() -> str:
        with archive.transaction() as db:
            db.execute("INSERT INTO runs (command, started, uid) VALUES (?, 'x', ?)", (name, name))
        if fails:
            raise fails
        return name

    return run


def gone() -> str:
    raise Withdrawn("gone")


def test_a_group_is_one_transaction(archive: Archive) -> None:
    said: list[str] = []
    archive.conn.set_trace_callback(said.append)
    assert together(archive, [work(archive, name) for name in "abc"]) == ["a", "b", "c"]
    archive.conn.set_trace_callback(None)
    assert said.count("COMMIT") == 1 and rows(archive) == ["a", "b", "c"]


def test_what_is_withdrawn_is_told_and_the_others_are_written(archive: Archive) -> None:
    first, error, last = together(archive, [work(archive, "a"), gone, work(archive, "b")])
    assert (first, last) == ("a", "b") and isinstance(error, Withdrawn) and rows(archive) == ["a", "b"]


def test_what_fails_leaves_nothing_and_costs_the_others_nothing(archive: Archive) -> None:
    fault = ValueError("its own")
    made = together(archive, [work(archive, "a"), work(archive, "b", fault), work(archive, "c")])
    assert made == ["a", fault, "c"] and rows(archive) == ["a", "c"]


@pytest.mark.parametrize("trouble", [sqlite3.OperationalError("disk I/O error"), ArchiveError("full")])
def test_trouble_with_the_file_is_trouble_of_all(archive: Archive, trouble: Exception) -> None:
    with pytest.raises(ArchiveError):
        together(archive, [work(archive, "a"), work(archive, "b", trouble)])
    assert rows(archive) == []
