"""Cleanings as Parquet files in any place that fsspec opens: put there by one command, taken in by another.

Pages are known by address, time and digest, never by their numbers: who takes in may have another archive that holds
them. A file is written whole or not at all, and named by what it holds.
"""

import hashlib
import io
import sqlite3
from collections.abc import Iterable, Iterator
from functools import lru_cache
from types import TracebackType
from typing import Any

import fsspec
import msgspec
import pyarrow
import pyarrow.parquet

from archive.errors import DamagedBody, Withdrawn
from archive.facts import Drop, DropNote, Encoded, Link, Record
from archive.store import Archive
from config.secrets import hidden
from config.sources import Sources
from pipelines.cleaner import cleaner_id
from pipelines.errors import PlaceUnfit
from pipelines.report import LeftThere
from pipelines.stored import Chunk, Made, compared, damaged

BATCH = 1024
"""Pages of one file, some 1 MB: what a kill costs at most, beside what is under way."""
_KEY = ("url", "fetched_at", "sha256")
_COLUMNS = (*_KEY, "source", "cleaner", *Encoded._fields, "damage")
_MARK = {b"baoluu": b"cleanings 1"}
_SCHEMA = pyarrow.schema([(name, pyarrow.string()) for name in _COLUMNS], metadata=_MARK)
_NOTE = """
INSERT INTO cleanings VALUES (?, ?, ?, ?) ON CONFLICT (key) DO UPDATE
SET path = excluded.path, row = excluded.row, damaged = NULL WHERE damaged IS NOT NULL AND excluded.damaged IS NULL
"""
Row = dict[str, str | None]


class Cleanings:
    """A place of cleanings under the rules of today. Use as a context manager: at its end what was put is written."""

    def __init__(self, archive: Archive, sources: Sources, url: str, *, only: str | None = None) -> None:
        """Look through the files that are there. Raises `PlaceUnfit` when one of them is torn, of another kind, or was
        made by other rules. With `only` other papers than that one count as not there, whatever their rules, and so
        does, where it is not asked for, a paper that is not declared here: `left` tells of them."""
        self._archive, self._sources, self._url, self._only = archive, sources, url, only
        self._waiting = list[Row]()
        self._db = sqlite3.connect("", isolation_level=None)  # a temporary file, gone with us
        self._db.execute("CREATE TABLE cleanings (key BLOB PRIMARY KEY, path, row, damaged) WITHOUT ROWID")
        self._db.execute("CREATE TABLE passed (key BLOB PRIMARY KEY, name, asked) WITHOUT ROWID")
        self._table = lru_cache(maxsize=4)(self._read)
        try:
            self._system, self._root = fsspec.core.url_to_fs(url)
            self.files = sorted(path for path in self._system.find(self._root) if path.endswith(".parquet"))
        except (OSError, ValueError, ImportError) as error:
            raise PlaceUnfit(
                f"{hidden(url)}: cannot be opened ({hidden(str(error))}); is what fsspec needs for it there?"
            ) from None
        for path in self.files:
            self._look(path)

    def __enter__(self) -> "Cleanings":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._write()

    def left(self) -> LeftThere:
        """What there is of papers that were not asked for, or are not declared here."""
        counted = "SELECT name, count(*) FROM passed WHERE asked = ? GROUP BY name"
        return LeftThere(*(dict(self._db.execute(counted, (asked,)).fetchall()) for asked in (False, True)))

    def missing(self, numbers: Iterable[int]) -> list[int]:
        """Those of the archive's pages of which nothing is there, or only that they could not be read, and they can."""
        keys = ((number, key) for number in numbers if (key := self._key_of(number)))
        return [number for number, key in keys if not (at := self._find(key)) or (at[2] and not self._trouble(number))]

    def present(self, numbers: Iterable[int]) -> list[int]:
        """Those that can be taken in. A page that could not be read there and can be here is still to be cleaned."""
        return [
            number for number in numbers if (at := self._at(number)) and not (at[2] and self._trouble(number) is None)
        ]

    def put(self, name: str, cleaner: str, made: Iterable[Made]) -> None:
        """Put what became of pages that are kept under `name`."""
        for each in made:
            if (each.row or each.damage) and (key := self._named(each.number)):
                row = each.row._asdict() | {"output": each.row.output.decode()} if each.row else {}
                self._waiting.append({**key, **row, "source": name, "cleaner": cleaner, "damage": each.damage})
        if len(self._waiting) >= BATCH:
            self._write()

    def stored(self, chunks: Iterable[Chunk]) -> Iterator[tuple[Chunk, list[Made | DropNote]]]:
        """What there is of the pages of `chunks`, beside what is shown of them here."""
        for chunk in chunks:
            yield chunk, [self._made(chunk, number) for number in chunk.numbers]

    def _made(self, chunk: Chunk, number: int) -> Made:
        at = self._at(number)
        if at is None:
            return Made(number, None, None, None)
        path, place, trouble = at
        if trouble:
            return damaged(self._archive, chunk, number, self._trouble(number) or trouble)
        return compared(self._archive, chunk, number, _encoded(path, self._table(path).slice(place, 1).to_pylist()[0]))

    def _trouble(self, number: int) -> str | None:
        """Why a page cannot be read here, either; None if it can."""
        try:
            self._archive.page(number)
        except (DamagedBody, Withdrawn) as error:
            return str(error)
        return None

    def _at(self, number: int) -> tuple[str, int, str | None] | None:
        key = self._key_of(number)
        return self._find(key) if key else None

    def _find(self, key: bytes) -> tuple[str, int, str | None] | None:
        row: tuple[str, int, str | None] | None = self._db.execute(
            "SELECT path, row, damaged FROM cleanings WHERE key = ?", (key,)
        ).fetchone()
        return row

    def _key_of(self, number: int) -> bytes | None:
        """The key of a page; None where it was withdrawn meanwhile."""
        named = self._named(number)
        return _key(named) if named else None

    def _named(self, number: int) -> Row | None:
        try:
            page, sha = self._archive.bare_page(number)
        except Withdrawn:
            return None
        return dict(zip(_KEY, (page.url, page.fetched_at, sha), strict=True))

    def _look(self, path: str) -> None:
        table = self._read(path, [*_KEY, "source", "cleaner", "damage"])
        rows = table.to_pylist()
        taken = {of: self._takes(path, *of) for of in {(row["source"], row["cleaner"]) for row in rows}}
        placed = [(n, row, taken[row["source"], row["cleaner"]]) for n, row in enumerate(rows)]
        passed = ((_key(row), row["source"], self._wants(row["source"])) for _, row, takes in placed if not takes)
        found = ((_key(row), path, n, row["damage"]) for n, row, takes in placed if takes)
        self._db.execute("BEGIN")
        self._db.executemany(_NOTE, found)
        self._db.executemany("INSERT OR IGNORE INTO passed VALUES (?, ?, ?)", passed)
        self._db.execute("COMMIT")

    def _wants(self, name: str) -> bool:
        """Whether what is kept under `name` is asked for."""
        return self._only in (None, name, self._sources.named(name).id)

    def _takes(self, path: str, name: str, cleaner: str) -> bool:
        """Whether what `cleaner` made of pages that are kept under `name` counts here."""
        if not self._wants(name):
            return False
        if (today := cleaner_id(self._sources.named(name))) == cleaner:
            return True
        known = "." in name or name in self._sources  # what no paper covered is kept under its host
        if known or self._only:
            here = f"the rules here are {today}" if known else "is not declared here"
            raise PlaceUnfit(
                f"{hidden(path)}: {name} was cleaned by {cleaner} there, and {here}; clean it again into"
                " another place, take it in where those rules are, or leave it and name the paper that is wanted"
                " (--source)"
            )
        return False

    def _read(self, path: str, columns: list[str] | None = None) -> Any:
        try:
            with self._system.open(path, "rb") as stream:
                file = pyarrow.parquet.ParquetFile(stream, page_checksum_verification=True)
                if not file.schema_arrow.equals(_SCHEMA) or _MARK.items() - (file.schema_arrow.metadata or {}).items():
                    raise PlaceUnfit(f"{hidden(path)}: is no file of cleanings; take it out of {hidden(self._url)}")
                return file.read(columns=columns)
        except (OSError, pyarrow.ArrowException) as error:
            told = hidden(str(error).partition("\n")[0])
            raise PlaceUnfit(
                f"{hidden(path)}: cannot be read ({told}); delete it, and clean its pages again with the same --out"
            ) from None

    def _write(self) -> None:
        """Write what waits as one file: under another name first where a file could be seen half written."""
        rows, self._waiting = self._waiting, []
        if not rows:
            return
        told = hashlib.sha256(b"".join(sorted(_key(row) + str(row["cleaner"]).encode() for row in rows)))
        sink = io.BytesIO()
        table = pyarrow.Table.from_pylist(rows, _SCHEMA)
        pyarrow.parquet.write_table(table, sink, compression="zstd", write_page_checksum=True)
        path = f"{self._root.rstrip('/')}/cleanings-{told.hexdigest()[:24]}.parquet"
        self._system.makedirs(self._root, exist_ok=True)
        self._system.pipe_file(f"{path}.partial", sink.getvalue())
        self._system.mv(f"{path}.partial", path)
        self.files.append(path)


def _key(row: Row) -> bytes:
    return hashlib.sha256("\n".join(str(row[name]) for name in _KEY).encode()).digest()


def _encoded(path: str, row: Row) -> Encoded:
    """The cleaning of a row. Raises `PlaceUnfit` when it is none."""
    told = row | {"output": (row["output"] or "").encode()}
    made = Encoded(*(told[name] for name in Encoded._fields))  # type: ignore[arg-type]
    try:
        for text, kind in ((made.output, Drop if made.reason else Record), (made.links, list[Link])):
            msgspec.json.decode(text, type=kind)
        msgspec.json.decode(made.notes, type=list[str])
        msgspec.json.decode(made.verdicts or "{}", type=dict[str, str])
    except (msgspec.MsgspecError, TypeError) as error:
        raise PlaceUnfit(f"{hidden(path)}: {row['url']} has no cleaning there ({error}); delete the file") from None
    return made
