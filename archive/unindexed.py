"""Articles on their way into the full-text index.

FTS5 gathers what one transaction puts in and writes it as one sorted segment, unless a statement comes between that
might have to be undone by itself: then it writes what it has so far, and merges the many small segments later. That
was half of what an article cost the index, as each has such statements. So triggers only note which articles are new,
and the transaction that they came in puts all of them in as the last thing that it does.
"""

from sqlite3 import Connection

from archive.schema import SEARCHED

_NEW = f"SELECT id, {', '.join(SEARCHED)} FROM articles WHERE id IN (SELECT article FROM unindexed) ORDER BY id"  # noqa: S608
_PUT = f"INSERT INTO articles_fts (rowid, {', '.join(SEARCHED)}) VALUES (?, ?, ?, ?)"  # noqa: S608


def index_new(db: Connection) -> None:
    """Put into the index what waits for it; see `Archive.at_end`."""
    if new := db.execute(_NEW).fetchall():
        db.executemany(_PUT, new)
        db.execute("DELETE FROM unindexed")
