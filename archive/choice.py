"""Which articles are asked for, whatever words stand in them: a paper, a section, an author, days, a topic."""

from collections.abc import Iterator
from typing import Any

import msgspec

from archive.store import Archive
from config.fold import fold

_LISTS = {"author": "authors", "section": "section"}
"""Columns that hold lists. Their indexes hold each list once for every article: to go through them is quick."""

_IN_LIST = "SELECT id FROM articles WHERE {column} IN (SELECT value FROM json_each(:{name}))"


class Choice(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """All that is given has to hold. Authors and sections are compared without case and marks, whole."""

    source: str | None = None
    section: str | None = None
    """Any of an article's sections."""
    author: str | None = None
    since: str | None = None
    """First day of publication, `YYYY-MM-DD`."""
    until: str | None = None
    """Last day of publication."""
    topic: str | None = None

    def __bool__(self) -> bool:
        return self != Choice()


def chosen(archive: Archive, choice: Choice) -> tuple[str, dict[str, Any]]:
    """A statement that answers the numbers of the articles, each part along its own index, and its values.

    An empty statement where nothing is asked: all articles.
    """
    values: dict[str, Any] = msgspec.structs.asdict(choice)
    parts = list(_parts(choice))
    for name, column in _LISTS.items():
        if values[name]:
            parts.append(_IN_LIST.format(column=column, name=name))
            values[name] = msgspec.json.encode(_holding(archive, column, values[name])).decode()
    return " INTERSECT ".join(parts), {name: value for name, value in values.items() if value}


def _parts(choice: Choice) -> Iterator[str]:
    where = []
    if choice.source:
        where.append("source = :source")
    if choice.since:
        where.append("published_day >= :since")
    if choice.until:
        where.append("published_day <= :until")
    if where:
        yield f"SELECT id FROM articles WHERE {' AND '.join(where)}"  # noqa: S608 -- our own conditions
    if choice.topic:
        yield "SELECT article AS id FROM topical WHERE topic = :topic"


def _holding(archive: Archive, column: str, name: str) -> list[str]:
    """The lists in `column`, as they are stored, that hold `name`."""
    wanted = fold(name.strip())
    return [
        row["list"]
        for row in archive.rows(f"SELECT DISTINCT {column} AS list FROM articles")  # noqa: S608 -- our own columns
        if any(fold(each) == wanted for each in msgspec.json.decode(row["list"], type=list[str]))
    ]
