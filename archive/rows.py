"""What carries out SQL: a connection of SQLite's, or one to a server."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Protocol

Given = Sequence[Any] | Mapping[str, Any]
"""The parameters of a statement, by place (`?`) or by name (`:name`)."""


class Answer(Protocol):
    """What a statement gave."""

    @property
    def rowcount(self) -> int:
        """Rows that were written."""

    def fetchone(self) -> Any:
        """The next row, or None."""

    def fetchall(self) -> list[Any]:
        """The rows that are left."""

    def __iter__(self) -> Iterator[Any]: ...


class Rows(Protocol):
    """A connection: what carries out statements."""

    def execute(self, sql: str, given: Given = ..., /) -> Answer:
        """Carry out one statement."""

    def executemany(self, sql: str, given: Iterable[Given], /) -> Answer:
        """Carry out one statement for each of `given`."""
