"""The states that a paper gave an article, oldest first, as the archive shows them."""

from dataclasses import dataclass

import msgspec

from archive.diff import changes
from archive.facts import Record
from archive.parts import joined
from archive.store import Archive

_REVISIONS = """
SELECT r.n, f.fetched_at AS first_seen, l.fetched_at AS last_seen, r.sha, f.url, s.fetched_at AS captured, b.sha256,
  c.output
FROM revisions r JOIN articles a ON a.id = r.article
JOIN pages f ON f.id = r.first_page JOIN pages l ON l.id = r.last_page
JOIN pages s ON s.id = r.shows JOIN bodies b ON b.id = s.body
JOIN cleanings c ON c.page = r.shows AND c.cleaner = r.cleaner
WHERE a.article = ? ORDER BY r.n
"""
_PARTS = """
SELECT t.n, c.output FROM parts t JOIN articles a ON a.id = t.article
JOIN cleanings c ON c.page = t.page AND c.cleaner = t.cleaner WHERE a.article = ? ORDER BY t.n, t.part
"""
_SHOWN = "SELECT a.revisions, c.output FROM articles a JOIN cleanings c USING (page, cleaner) WHERE a.article = ?"
_UNCHANGED = """
SELECT w.fetched_at AS seen, max(p.fetched_at) AS again FROM pages p
JOIN pages w ON w.id = (
  SELECT id FROM pages WHERE url = p.url AND fetched_at <= p.fetched_at AND status = 200 AND truncated IS NULL
  ORDER BY fetched_at DESC, id DESC LIMIT 1)
WHERE p.status = 304 AND p.url IN (
  SELECT q.url FROM cleanings c JOIN pages q ON q.id = c.page WHERE c.article = ? AND c.reason IS NULL)
GROUP BY w.id
"""
_RECORD = msgspec.json.Decoder(Record)


@dataclass(frozen=True)
class Revision:
    """One state of an article: its number from 1, when it was first and last seen, and the record."""

    n: int
    first_seen: str
    last_seen: str
    sha: str
    """SHA-256 of what counts as content."""
    url: str
    """Where it was first seen."""
    captured: str
    """When the page that it is shown from was fetched."""
    sha256: str
    """Of that page's body."""
    record: Record

    def changed_since(self, earlier: "Revision | None") -> dict[str, int]:
        """Changed passages by field against an earlier state; empty for the first."""
        found: dict[str, int] = {}
        for change in changes(earlier.record, self.record) if earlier else ():
            found[change.field] = found.get(change.field, 0) + 1
        return found


def revisions_of(archive: Archive, article: str) -> list[Revision]:
    """The revisions of the article with this identity, oldest first."""
    parts, again = _parts(archive, article), list(archive.rows(_UNCHANGED, (article,)))
    return [
        Revision(**{name: row[name] for name in ("n", "first_seen", "sha", "url", "captured", "sha256")},
                 last_seen=_last_seen(row["first_seen"], row["last_seen"], again),
                 record=_whole(row["output"], parts.get(row["n"], [])))
        for row in archive.rows(_REVISIONS, (article,))
    ]  # fmt: skip


def _last_seen(first: str, last: str, again: list[dict[str, str]]) -> str:
    """When a state that pages from `first` to `last` show was last seen: an answer that it has not changed counts."""
    return max([last, *(row["again"] for row in again if first <= row["seen"] <= last)])


def last_seen(archive: Archive, article: str, first: str, last: str) -> str:
    """The same of one state of the article with this identity, as `Revision.last_seen`."""
    return _last_seen(first, last, list(archive.rows(_UNCHANGED, (article,))))


def shown(archive: Archive, article: str) -> Record | None:
    """The record that the archive shows for the article with this identity, or None."""
    row = archive.conn.execute(_SHOWN, (article,)).fetchone()
    return _whole(row[1], _parts(archive, article).get(row[0], [])) if row else None


def _parts(archive: Archive, article: str) -> dict[int, list[str]]:
    """The further pages' records, JSON, by revision."""
    found: dict[int, list[str]] = {}
    for n, output in archive.conn.execute(_PARTS, (article,)):
        found.setdefault(n, []).append(output)
    return found


def _whole(first: str, others: list[str]) -> Record:
    return joined([_RECORD.decode(output) for output in (first, *others)])
