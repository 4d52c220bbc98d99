"""What the bytes of pages cost, by paper and kind: before and after packing, and what the file has to give back."""

from collections.abc import Iterator
from typing import Any

import msgspec

from archive.store import Archive

_GROUPS = """
WITH shown (body, page, pages) AS (SELECT body, min(id), count(*) FROM pages GROUP BY body)
SELECT p.source, p.kind, sum(s.pages) AS pages, count(*) AS bodies, sum(b.size * s.pages) AS raw,
       sum(length(b.data)) AS stored, sum(b.base IS NOT NULL) AS leaning,
       sum(NOT EXISTS (SELECT 1 FROM unpacked u WHERE u.body = b.id)) AS packed
FROM shown s JOIN pages p ON p.id = s.page JOIN bodies b ON b.id = s.body
GROUP BY p.source, p.kind ORDER BY p.source, p.kind
"""


class Usage(msgspec.Struct, frozen=True):
    """The pages of one kind of one paper. A body that several pages show counts where it was seen first."""

    source: str
    kind: str
    pages: int
    bodies: int
    raw: int
    """Bytes of the pages as they came, each time they came."""
    stored: int
    """Bytes of their frames."""
    leaning: int
    """Bodies that lean on another."""
    packed: int
    """Bodies that `repack` has seen."""

    @property
    def ratio(self) -> float:
        """Stored bytes to raw ones."""
        return self.stored / self.raw if self.raw else 1.0


class FileUsage(msgspec.Struct, frozen=True):
    """Bytes of the whole file, of its free pages, and bodies that wait for `repack`."""

    bytes: int
    free: int
    waiting: int


def usage(archive: Archive) -> Iterator[Usage]:
    """One value a paper and kind."""
    for row in archive.rows(_GROUPS):
        yield Usage(**row)


def file_usage(archive: Archive) -> FileUsage:
    """What the file takes."""

    def ask(sql: str) -> Any:
        return next(iter(next(archive.rows(sql)).values()))

    size = ask("PRAGMA page_size")
    free = size * ask("PRAGMA freelist_count")
    return FileUsage(size * ask("PRAGMA page_count"), free, ask("SELECT count(*) FROM unpacked"))
