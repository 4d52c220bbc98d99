"""Publishing: the texts of an archive without the pages' bytes, as a file for a public Datasette.

What the reading commands need of a page stays: where and when it was fetched, and what the cleaner in force made of
it. Rows are numbered in an order of their own, so equal archives give the same bytes.
"""

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from archive.backup import clear_os_error, made_beside, refuse_itself
from archive.describe import metadata
from archive.disk import need_room
from archive.errors import clear_errors
from archive.schema import COPIES, PUBLISHED_ID
from archive.store import Archive

Progress = Callable[[int, int], None]
_SPARE = 1_000_000
_WHEN = "1970-01-01T00:00:00+07:00"
"""Stands for the moment at which the schema was made: it would make every file another."""
_NUMBERED = (
    """
    CREATE TEMP TABLE page_map AS
    SELECT p.id AS old, row_number() OVER (ORDER BY p.fetched_at, p.url, b.sha256) AS new
    FROM archive.pages p JOIN archive.bodies b ON b.id = p.body WHERE p.id IN (
      SELECT first_page FROM archive.revisions UNION SELECT last_page FROM archive.revisions
      UNION SELECT shows FROM archive.revisions UNION SELECT page FROM archive.parts
      UNION SELECT page FROM archive.articles)
    """,
    "CREATE UNIQUE INDEX temp.page_old ON page_map (old)",
    """
    CREATE TEMP TABLE article_map AS
    SELECT id AS old, row_number() OVER (ORDER BY first_seen, article) AS new FROM archive.articles
    """,
    "CREATE UNIQUE INDEX temp.article_old ON article_map (old)",
    """
    CREATE TEMP TABLE body_map AS SELECT old, row_number() OVER (ORDER BY sha256) AS new FROM (
      SELECT DISTINCT b.id AS old, b.sha256 FROM archive.pages p JOIN archive.bodies b ON b.id = p.body
      WHERE p.id IN (SELECT old FROM page_map))
    """,
)
_TAKEN = (
    """
    INSERT INTO main.bodies (id, sha256, size, data) SELECT m.new, b.sha256, b.size, x''
    FROM body_map m JOIN archive.bodies b ON b.id = m.old ORDER BY m.new
    """,
    """
    INSERT INTO main.pages (id, source, url, kind, fetched_at, status, headers, hints, truncated, body)
    SELECT m.new, p.source, p.url, p.kind, p.fetched_at, p.status, '{}', '{}', p.truncated, b.new
    FROM page_map m JOIN archive.pages p ON p.id = m.old JOIN body_map b ON b.old = p.body ORDER BY m.new
    """,
    """
    INSERT INTO main.cleanings (page, cleaner, article, reason, output, links, notes)
    SELECT m.new, c.cleaner, c.article, c.reason, c.output, '[]', c.notes
    FROM page_map m JOIN archive.cleanings c ON c.page = m.old WHERE (c.page, c.cleaner) IN (
      SELECT page, cleaner FROM archive.articles UNION SELECT shows, cleaner FROM archive.revisions
      UNION SELECT page, cleaner FROM archive.parts)
    ORDER BY m.new, c.cleaner
    """,
)
_REVISIONS = """
INSERT INTO main.revisions (article, n, first_page, last_page, sha, shows, cleaner)
SELECT a.new, r.n, f.new, l.new, r.sha, s.new, r.cleaner
FROM archive.revisions r JOIN article_map a ON a.old = r.article JOIN page_map f ON f.old = r.first_page
JOIN page_map l ON l.old = r.last_page JOIN page_map s ON s.old = r.shows ORDER BY a.new, r.n
"""
_PARTS = """
INSERT INTO main.parts (article, n, part, page, cleaner)
SELECT a.new, t.n, t.part, p.new, t.cleaner FROM archive.parts t JOIN article_map a ON a.old = t.article
JOIN page_map p ON p.old = t.page ORDER BY a.new, t.n, t.part
"""
_LINKS = """
INSERT INTO main.links (article, n, kind, url, title, target, place)
SELECT a.new, l.n, l.kind, l.url, l.title, l.target, l.place
FROM archive.links l JOIN article_map a ON a.old = l.article ORDER BY a.new, l.n
"""
_ALIASES = """
INSERT INTO main.aliases (alias, article, why) SELECT alias, article, why FROM archive.aliases
WHERE why <> 'claimed' ORDER BY alias
"""
_COPIES = """
INSERT INTO main.copies (article, original, {columns}) SELECT a.new, o.new, {columns}
FROM archive.copies c JOIN article_map a ON a.old = c.article JOIN article_map o ON o.old = c.original
ORDER BY a.new, o.new
""".format(columns=", ".join(column.name for column in COPIES.columns[2:]))
_TOPICS = "INSERT INTO main.topics SELECT * FROM archive.topics ORDER BY topic"
_TOPICAL = """
INSERT INTO main.topical (topic, article, relevance, why) SELECT t.topic, a.new, t.relevance, t.why
FROM archive.topical t JOIN article_map a ON a.old = t.article ORDER BY t.topic, a.new
"""


@dataclass(frozen=True)
class Publication:
    """A published copy."""

    file: str
    metadata: str
    """Datasette's metadata for it, with the licence note."""
    size: int
    articles: int
    revisions: int


def publish(archive: Archive, target: Path, progress: Progress | None = None) -> Publication:
    """Write the texts of `archive`, which is open for reading, to `target`, and Datasette's metadata beside it.

    Only a file that `publish` made is replaced, and only by a whole one.
    """
    archive.need_whole()
    refuse_itself(archive, target)
    tell = progress or (lambda *_: None)
    with made_beside(target, PUBLISHED_ID) as part, clear_errors(part):
        (texts,) = archive.conn.execute("SELECT sum(length(CAST(text AS BLOB))) FROM articles").fetchone()
        need_room(part, 10 * (texts or 0) + _SPARE, "for the texts")
        Archive(part).close()
        with closing(sqlite3.connect(part, uri=True, isolation_level=None)) as db:
            db.execute("PRAGMA journal_mode=DELETE")
            db.execute("ATTACH ? AS archive", (archive.address,))
            counts = _fill(db, tell)
            db.execute("DETACH archive")
            db.execute("VACUUM")
        size = part.stat().st_size
    told = Path(f"{target}.metadata.json")
    try:
        told.write_text(json.dumps(metadata(target.stem), ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    except OSError as error:
        raise clear_os_error(told, error) from error
    return Publication(str(target), str(told), size, *counts)


def _fill(db: sqlite3.Connection, tell: Progress) -> tuple[int, int]:
    """Write everything from one state of the archive; answers how many articles and revisions."""
    steps = (*_NUMBERED, *_TAKEN, _articles(db), _REVISIONS, _PARTS, _LINKS, _ALIASES, _COPIES, _TOPICS, _TOPICAL)
    db.execute("BEGIN")
    for done, sql in enumerate(steps):
        tell(done, len(steps) + 1)
        db.execute(sql)
    for made in ("page_map", "article_map", "body_map"):
        db.execute(f"DROP TABLE temp.{made}")
    db.execute("INSERT INTO main.articles_fts (articles_fts) VALUES ('rebuild')")
    db.execute("DELETE FROM main.unindexed")
    db.execute("UPDATE main._sqlite_migrations SET applied_at = ?", (_WHEN,))
    db.execute(f"PRAGMA main.application_id={PUBLISHED_ID}")
    db.execute("COMMIT")
    tell(len(steps) + 1, len(steps) + 1)
    (articles,) = db.execute("SELECT count(*) FROM main.articles").fetchone()
    (revisions,) = db.execute("SELECT count(*) FROM main.revisions").fetchone()
    return int(articles), int(revisions)


def _articles(db: sqlite3.Connection) -> str:
    """The statement that takes over the articles, whatever columns they have."""
    names = [row[1] for row in db.execute("PRAGMA main.table_info(articles)") if row[1] not in ("id", "page")]
    return (
        f"INSERT INTO main.articles (id, page, {', '.join(names)})"  # noqa: S608 -- our column names
        f" SELECT m.new, p.new, {', '.join(f'a.{name}' for name in names)} FROM archive.articles a"
        " JOIN article_map m ON m.old = a.id JOIN page_map p ON p.old = a.page ORDER BY m.new"
    )
