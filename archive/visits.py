"""The good pages of one article with what is shown of each: the cleaner in force, an earlier one, or the newest.

Normally one cleaner has seen every page. While a paper is cleaned again, where the keeper went back to an earlier
cleaner, and for articles that are held, the cleaner whose work is shown has not seen the pages that came later; only
the newest has. Such a page stands for what is shown of an earlier page that the newest cleaner reads alike, so that a
better or worse rule never looks like a change by the paper. A page that neither has seen yet shows what the last one
that did made of it.
"""

from collections.abc import Callable, Iterator
from typing import Any

import msgspec

from archive.facts import Link, Record
from archive.ready import Work
from archive.store import Archive

_PAGES = """
SELECT p.id AS page, p.url, p.fetched_at, s.page IS NOT NULL AS seen, s.cleaner, s.reason, s.links,
       n.cleaner IS k.newest AS new_seen, n.cleaner AS new_cleaner, n.reason AS new_reason, n.links AS new_links
FROM (SELECT DISTINCT page FROM cleanings WHERE article = :article) c
JOIN pages p ON p.id = c.page JOIN bodies b ON b.id = p.body JOIN cleaners k ON k.source = p.source
LEFT JOIN held h ON h.article = :article
LEFT JOIN cleanings s ON s.page = p.id AND s.cleaner = coalesce(h.cleaner, k.cleaner)
LEFT JOIN cleanings n ON n.id = coalesce(
  (SELECT l.id FROM cleanings l WHERE l.page = p.id AND l.cleaner = k.newest),
  (SELECT max(l.id) FROM cleanings l WHERE l.page = p.id))
WHERE coalesce(s.article, n.article) = :article
ORDER BY p.fetched_at, p.url, b.sha256
"""
_OUTPUT = "SELECT output FROM cleanings WHERE page = ? AND cleaner = ?"
_RECORD = msgspec.json.Decoder(Record)
_LINKS = msgspec.json.Decoder(list[Link])


class Visit(msgspec.Struct, frozen=True):
    """One good page of an article: its number, URL, fetch time, the work that is shown of it and its links."""

    page: int
    url: str
    fetched_at: str
    work: Work
    links: list[Link]
    shows: int
    """The page whose cleaning `work` is: this one, or an earlier one that reads alike."""
    cleaner: str
    """The cleaner that made it."""
    parts: tuple[tuple[int, int, str], ...] = ()
    """Of an article on several pages, the further ones: (part, page whose cleaning is shown, its cleaner)."""
    article: str = ""
    """The identity under which it was cleaned, where the article has several."""

    @property
    def record(self) -> Record:
        """The record that is shown."""
        return self.work.record


def visits(archive: Archive, article: str, part_of: Callable[[str], int] = lambda _: 1) -> list[Visit]:
    """The good pages of `article`, oldest first. `part_of` tells by a URL which of its pages an article has there."""
    rows = list(archive.rows(_PAGES, {"article": article}))
    if all(row["seen"] for row in rows):
        return [made for row in rows if (made := _shown(archive, row))]
    parts: dict[int, list[dict[str, Any]]] = {}
    for row in rows:
        parts.setdefault(part_of(row["url"]), []).append(row)
    place = {row["page"]: n for n, row in enumerate(rows)}
    found = [visit for part in parts.values() for visit in _united(archive, part)]
    return sorted(found, key=lambda visit: place[visit.page])


def _shown(archive: Archive, row: dict[str, Any]) -> Visit | None:
    """What the cleaner in force (or the held one) made of a page; None for a drop."""
    if row["reason"] is not None:
        return None
    work, links = _work(archive, row["page"], row["cleaner"]), _LINKS.decode(row["links"])
    return Visit(row["page"], row["url"], row["fetched_at"], work, links, row["page"], row["cleaner"])


def _work(archive: Archive, page: int, cleaner: str) -> Work:
    def read() -> Record:
        return _RECORD.decode(archive.conn.execute(_OUTPUT, (page, cleaner)).fetchone()[0])

    return Work(read, archive.handed.get((page, cleaner)))


def _united(archive: Archive, rows: list[dict[str, Any]]) -> Iterator[Visit]:
    """The same with pages between that only the newest cleaner has seen.

    As long as the newest cleaner has not seen the page before, nothing tells that the paper changed the article.
    """
    alike: dict[str, Visit | None] = {}
    last: Visit | None = None
    unknown = False
    for row in rows:
        reads = _reads(archive, row)
        if row["seen"]:
            visit = _shown(archive, row)
        elif reads and (reads in alike or (unknown and last)):
            visit = _again(row, alike.get(reads, last))
        else:
            visit = _shown(archive, row | {name: row[f"new_{name}"] for name in ("cleaner", "reason", "links")})
        unknown = reads is None
        if reads:
            alike[reads] = visit
        if visit:
            last = visit
            yield visit


def _reads(archive: Archive, row: dict[str, Any]) -> str | None:
    """How the newest cleaner reads a page: a drop's reason or the content; None where it has not seen it."""
    if not row["new_seen"]:
        return None
    if row["new_reason"]:
        return f"drop {row['new_reason']}"
    return _work(archive, row["page"], row["new_cleaner"]).sha


def _again(row: dict[str, Any], visit: Visit | None) -> Visit | None:
    """`visit` once more, at the page of `row`."""
    if visit is None:
        return None
    return msgspec.structs.replace(visit, page=row["page"], url=row["url"], fetched_at=row["fetched_at"])
