"""Articles as records: the columns of an export, and its rows as JSON lines and as CSV.

A value of a row is as the archive keeps it: a text, a number, None, or of the columns in `LISTS` a list in JSON.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Literal, NamedTuple

import msgspec

from archive.cells import plain_rows, rows_as_csv
from archive.exports.selection import Picked
from archive.facts import Record
from archive.history import Revision, last_seen, revisions_of
from archive.schema import ARTICLES
from archive.store import Archive

Kind = Literal["text", "number", "moment", "day", "texts", "blocks", "links"]
"""Of a column's values. A moment is `YYYY-MM-DDTHH:MM:SS+07:00`; texts, blocks and links are lists, the last two of
pieces with a kind and a text, and with a title and a URL."""


class Column(NamedTuple):
    """One column of an export."""

    name: str
    kind: Kind
    about: str


_SAID = {column.name: column.about.removesuffix(", JSON.").rstrip(".") + "." for column in ARTICLES.columns}
_KINDS: dict[str, Kind] = {
    "article": "text", "source": "text", "url": "text", "published": "moment", "published_precision": "text",
    "kicker": "text", "title": "text", "lead": "text", "text": "text", "authors": "texts", "credit": "text",
    "section": "texts", "tags": "texts", "captions": "texts", "image": "text", "related": "links", "blocks": "blocks",
    "paragraphs": "texts", "published_day": "day", "published_raw": "text", "published_from": "text",
    "modified": "moment", "language": "text", "word_count": "number", "generation": "text", "cleaner": "text",
    "first_seen": "moment", "last_seen": "moment", "revisions": "number",
}  # fmt: skip
_MORE = (
    Column("revision", "number", "Which of its states this row gives, from 1; the newest, if nothing else was asked."),
    Column("state_first_seen", "moment", "When this state was first seen."),
    Column("fetched_at", "moment", "When the page that shows this state was fetched."),
    Column("sha256", "text", "SHA-256 of that page's bytes, hexadecimal: by it the text can be proved."),
    Column("topics", "texts", "Topics that the article is of."),
)
COLUMNS = (*(Column(name, kind, _SAID[name]) for name, kind in _KINDS.items()), *_MORE)
"""Of every table of articles: what `baoluu clean` prints, and what the archive knows of the article besides."""
ENDED = Column("state_last_seen", "moment", "When this state was last seen; an answer that it has not changed counts.")
"""Besides, where every state of an article is a row."""
SHEET = tuple(column for column in COLUMNS if column.name not in ("blocks", "paragraphs"))
"""Of a table for spreadsheets: the two that say again, in pieces, what `text` says are left out."""
LISTS = frozenset(column.name for column in COLUMNS if column.kind in ("texts", "blocks", "links"))
_TOPICS = "(SELECT json_group_array(topic) FROM (SELECT topic FROM topical WHERE article = a.id ORDER BY topic))"
_COMPUTED = {
    "revision": "a.revisions", "state_first_seen": "f.fetched_at", "fetched_at": "p.fetched_at", "sha256": "b.sha256",
    "topics": _TOPICS,
}  # fmt: skip
_ROW = ", ".join(f"{_COMPUTED.get(column.name, f'a.{column.name}')} AS {column.name}" for column in COLUMNS)
_SHOWN = """
articles a JOIN pages p ON p.id = a.page JOIN bodies b ON b.id = p.body
JOIN revisions r ON r.article = a.id AND r.n = a.revisions JOIN pages f ON f.id = r.first_page
"""

Row = dict[str, Any]


def columns(*, revisions: bool = False, sheet: bool = False) -> tuple[Column, ...]:
    """The columns of an export: of all states, or for a spreadsheet."""
    return (SHEET if sheet else COLUMNS) + ((ENDED,) if revisions else ())


def rows(archive: Archive, picked: Picked) -> Iterator[Row]:
    """The picked articles as they read now."""
    sql = f"SELECT {_ROW} FROM {picked.table} e CROSS JOIN {_SHOWN} WHERE a.id = e.number ORDER BY e.place"  # noqa: S608
    return archive.rows(sql)


def rows_after(archive: Archive, after: int, limit: int) -> tuple[list[Row], int | None]:
    """Up to `limit` articles with a number above `after`, and the last one's number; None: there are no more.

    For readers who come back for the next ones, and see the archive as it is then.
    """
    sql = f"SELECT a.id, {_ROW} FROM {_SHOWN} WHERE a.id > ? ORDER BY a.id LIMIT ?"  # noqa: S608
    found = list(archive.rows(sql, (after, limit)))
    return found, found[-1]["id"] if found else None


def rows_of(archive: Archive, articles: Sequence[str]) -> list[Row]:
    """The articles with these identities, in this order; what is none is left out."""
    sql = f"SELECT {_ROW} FROM {_SHOWN} WHERE a.article IN (SELECT value FROM json_each(?))"  # noqa: S608
    found = {row["article"]: row for row in archive.rows(sql, (_json(articles),))}
    return [found[article] for article in articles if article in found]


def states(archive: Archive, picked: Picked) -> Iterator[Row]:
    """Every state of the picked articles, oldest first, each as its own cleaning gives it."""
    for row in rows(archive, picked):
        article = row["article"]
        if row["revisions"] == 1:  # most have one, and the row is that
            yield row | {"state_last_seen": last_seen(archive, article, row["first_seen"], row["last_seen"])}
            continue
        for state in revisions_of(archive, article):
            yield row | _said(state.record) | _of_state(state)


def _said(record: Record) -> Row:
    told: dict[str, Any] = msgspec.to_builtins(record)
    return {name: _json(value) if name in LISTS else value for name, value in told.items()}


def _of_state(state: Revision) -> Row:
    return {
        "published_day": state.record.published and state.record.published[:10],
        "revision": state.n,
        "fetched_at": state.captured,
        "sha256": state.sha256,
        "state_first_seen": state.first_seen,
        "state_last_seen": state.last_seen,
    }


def as_jsonl(shown: Sequence[Column], rows: Iterable[Row]) -> Iterator[bytes]:
    """One JSON object a row, lists as lists."""
    encode, names = msgspec.json.Encoder().encode, [column.name for column in shown]
    for row in rows:
        yield encode({name: _raw(row[name]) if name in LISTS else row[name] for name in names}) + b"\n"


def as_csv(shown: Sequence[Column], rows: Iterable[Row], *, sheet: bool) -> Iterator[bytes]:
    """RFC 4180 in UTF-8. For programs every value is as it is, lists in JSON, and there is no byte order mark.

    For a `sheet` cells that such a program would run are made text, and lists are joined by `; `.
    """
    names = [column.name for column in shown]
    if sheet:
        lines = rows_as_csv(names, ([_cell(name, row[name]) for name in names] for row in rows))
    else:
        lines = plain_rows(names, ([row[name] for name in names] for row in rows))
    return (line.encode() for line in lines)


def _cell(name: str, value: Any) -> Any:
    if name not in LISTS or value is None:
        return value
    return [one if isinstance(one, str) else " ".join(map(str, one.values())) for one in msgspec.json.decode(value)]


def _raw(value: str) -> msgspec.Raw:
    """A list as it stands in the archive, for the encoder to put in as it is."""
    return msgspec.Raw(value.encode())


def _json(value: Any) -> str:
    return msgspec.json.encode(value).decode()
