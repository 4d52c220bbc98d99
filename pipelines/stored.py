"""Cleaning stored pages inside a child process: it reads the archive itself, so no page crosses a process border."""

from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from archive.errors import DamagedBody, Withdrawn
from archive.facts import Cleaned, Drop, Encoded, Page, Record, encoded
from archive.held import Loss
from archive.store import Archive
from config.sources import Source
from pipelines.compare import Output, changed_fields, losses, sample

_BEFORE = """
SELECT s.article, s.output, a.page AS shown, a.url FROM cleanings s LEFT JOIN articles a ON a.article = s.article
WHERE s.page = :page AND s.cleaner = coalesce(
  (SELECT h.cleaner FROM held h WHERE h.article = s.article), (SELECT k.cleaner FROM cleaners k WHERE k.source = :name))
"""
Clean = Callable[[Page, Source, Mapping[str, str]], Cleaned]
"""`process`, or what stands for it."""
_VERDICTS = msgspec.json.Decoder(dict[str, str])
_OUTPUT = msgspec.json.Decoder(dict[str, Any])


class Chunk(NamedTuple):
    """Pages of one paper to be cleaned in one go."""

    path: str
    name: str
    """What the pages are kept under."""
    source: Source
    numbers: tuple[int, ...]
    dry: bool
    """Only what would change is wanted, not the cleanings."""
    wanted: frozenset[str]
    """Fields of which samples are still wanted."""


class Delta(NamedTuple):
    """What changes against the work that is shown of a page."""

    article: str
    url: str
    shown: bool
    """Whether this is the page that the article shows."""
    fields: tuple[str, ...]
    losses: tuple[Loss, ...]
    samples: tuple[tuple[str, str], ...]
    """(field, the difference for people)."""


class Made(NamedTuple):
    """What became of one page."""

    number: int
    reason: str | None
    """Why it was dropped, else None."""
    row: Encoded | None
    """The cleaning; None in a dry run."""
    delta: Delta | None
    """None where the cleaner in force has not seen the page."""
    damage: str | None = None
    """Why the page cannot be read from the archive."""


def clean_chunk(chunk: Chunk, clean: Clean) -> list[Made]:
    """What the cleaner makes of the pages of `chunk`, in their order. Runs in a child."""
    archive = reader(chunk.path)
    return [_made(archive, chunk, number, clean) for number in chunk.numbers]


def compared(archive: Archive, chunk: Chunk, number: int, cleaned: Cleaned) -> Made:
    """The cleaning of one page beside what is shown of it."""
    made = encoded(cleaned)
    row = next(archive.rows(_BEFORE, {"page": number, "name": chunk.name}), None)
    delta = _delta(chunk, number, row, cleaned, made) if row else None
    return Made(number, made.reason, None if chunk.dry else made, delta)


def _made(archive: Archive, chunk: Chunk, number: int, clean: Clean) -> Made:
    try:
        page = archive.page(number)
    except Withdrawn:
        return Made(number, None, None, None)
    except DamagedBody as error:
        return _damaged(archive, chunk, number, str(error))
    row = archive.conn.execute("SELECT kept FROM verdicts WHERE page = ?", (number,)).fetchone()
    known = _VERDICTS.decode(row[0]) if row else {}
    made = compared(archive, chunk, number, clean(page, chunk.source, known))
    if row and made.row and made.row.verdicts == row[0]:
        made = made._replace(row=made.row._replace(verdicts=None))
    return made


def _damaged(archive: Archive, chunk: Chunk, number: int, trouble: str) -> Made:
    """A page that cannot be read: its article would lose it, so it goes on being shown by what was made of it."""
    delta = None
    if row := next(archive.rows(_BEFORE, {"page": number, "name": chunk.name}), None):
        lost = (Loss("page", trouble),)
        delta = Delta(row["article"], row["url"] or "", row["shown"] == number, (), lost, ())
    return Made(number, None, None, delta, trouble)


def _delta(chunk: Chunk, number: int, row: dict[str, Any], cleaned: Cleaned, made: Encoded) -> Delta:
    moved = row["article"] != cleaned.article
    if not moved and _without_id(row["output"]) == _without_id(made.output):
        return Delta(row["article"], "", row["shown"] == number, (), (), ())
    before, after = _output(row["output"]), cleaned.output
    fields = changed_fields(before, after)
    lost = losses(before, after) if fields and row["shown"] == number and not moved else []
    samples = [(f, sample(before, after, f)) for f in fields if f in chunk.wanted]
    url = row["url"] or after.url
    fields += ["article"] if moved else []
    return Delta(row["article"], url, row["shown"] == number, tuple(fields), tuple(lost), tuple(samples))


def _without_id(output: str) -> str:
    """A record's JSON up to the cleaner's id, its last field; the whole of a drop's."""
    return output.rpartition(',"cleaner":')[0] or output


def _output(text: str) -> Output:
    told = _OUTPUT.decode(text)
    return msgspec.convert(told, Drop) if "drop" in told else msgspec.convert(told, Record)


@cache
def reader(path: str) -> Archive:
    """This process's own connection to the archive at `path`."""
    return Archive(Path(path), write=False)
