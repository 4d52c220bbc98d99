"""The newest pages of a paper with what the cleaner made of them: what is judged, and against which past."""

import heapq
from collections.abc import Iterable, Iterator

import msgspec

from archive.cleaners import in_force
from archive.facts import UNPLACED
from archive.store import Archive
from config.sources import Source, Sources

_NEWEST = """
SELECT p.id AS page, p.url, p.fetched_at, p.hints ->> '$.via' AS via, c.article, c.reason, c.output,
  instr(c.notes, :unplaced) = 0 AS placed
FROM pages p JOIN cleanings c ON c.id = (
  SELECT id FROM cleanings WHERE page = p.id ORDER BY cleaner IS :cleaner DESC, id DESC LIMIT 1)
WHERE p.source = :name AND p.kind = 'article' AND p.status = 200
ORDER BY p.fetched_at DESC, p.id DESC
"""


class Newest(msgspec.Struct, frozen=True):
    """An article's newest page."""

    page: int
    url: str
    fetched_at: str
    via: str
    """What led to it, as `Hints.via` has it."""
    article: str
    reason: str | None
    """Why it gave no article; None for a record."""
    output: str
    """The record or drop, JSON."""
    placed: bool
    """Whether it did not lack its declared container: no `UNPLACED` among the doubts."""


def newest(archive: Archive, names: Iterable[str]) -> Iterator[Newest]:
    """The cleaned pages that were kept under `names`, newest first, each article once.

    Goes along an index and reads no more than is asked for.
    """
    found = [_of(archive, name) for name in names]
    seen: set[str] = set()
    for row in heapq.merge(*found, key=lambda row: (row.fetched_at, row.page), reverse=True):
        if row.article not in seen:
            seen.add(row.article)
            yield row


def _of(archive: Archive, name: str) -> Iterator[Newest]:
    for row in archive.rows(_NEWEST, {"name": name, "cleaner": in_force(archive, name), "unplaced": UNPLACED}):
        yield msgspec.convert(row | {"placed": bool(row["placed"]), "via": row["via"] or "seed"}, Newest)


def kept_under(archive: Archive, known: Sources) -> dict[str, tuple[Source, list[str]]]:
    """The papers of an archive by id, with the names under which their pages were kept."""
    found: dict[str, tuple[Source, list[str]]] = {}
    for name in archive.source_names():
        source = known.named(name)
        found.setdefault(source.id, (source, []))[1].append(name)
    return found
