"""What was withdrawn stays so: the question that everything asks before it keeps or queues a URL."""

from functools import cache

from archive.identities import all_mates
from archive.rows import Rows
from config.sources import Source, Sources
from config.urls import article_key, canonical

_FIND = (
    "SELECT reason FROM withdrawals WHERE url IN (?, ?)"
    " UNION ALL SELECT reason FROM withdrawals WHERE article = ? LIMIT 1"
)


def any_stones(db: Rows) -> bool:
    """Whether anything was ever withdrawn."""
    return db.execute("SELECT 1 FROM withdrawals LIMIT 1").fetchone() is not None


def reason_of(db: Rows, source: Source | str, url: str) -> str | None:
    """Why `url` was withdrawn, itself or as one URL of its article; None where it was not.

    With only the name of its paper, just this spelling of the URL is looked for.
    """
    if not any_stones(db):
        return None
    own = (url, None) if isinstance(source, str) else (canonical(source, url), article_key(source, url))
    asked = (url, *own)
    found = db.execute(_FIND, asked).fetchone()
    return str(found[0]) if found else None


class Tombstones:
    """All tombstones of one or more archives at once, to be asked about many URLs: of an article at every address
    that one of the archives knows it to have, though its paper has moved it."""

    def __init__(self, sources: Sources, *archives: Rows) -> None:
        rows = [row for db in archives for row in db.execute("SELECT url, article FROM withdrawals")]
        self._urls = {row[0] for row in rows}
        named = {row[1] for row in rows} - {None}
        self._articles = named.union(*(all_mates(db, named) for db in archives))
        self._named = cache(sources.named)

    def __bool__(self) -> bool:
        return bool(self._urls)

    def cover(self, name: str, url: str) -> bool:
        """Whether a page at `url`, kept under `name`, is of what was withdrawn."""
        if not self._urls:
            return False
        if url in self._urls:
            return True
        source = self._named(name)
        return canonical(source, url) in self._urls or article_key(source, url) in self._articles
