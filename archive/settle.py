"""What waits in `underived`, derived in short batches, so that a writer beside us never waits long.

And what an article's derived rows must be, without writing them: `verify` compares.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from archive.derive import _article_row, _links, _states, _visits, derive_article
from archive.store import Archive
from config.sources import Sources

BATCH = 50
_NEXT = "SELECT article FROM underived ORDER BY article LIMIT ?"


@dataclass(frozen=True)
class Derived:
    """The derived rows of one article, without the numbers that the file gave it."""

    row: dict[str, Any]
    revisions: list[tuple[Any, ...]]
    """(n, first page, last page, sha)."""
    links: list[tuple[Any, ...]]
    """(n, kind, url, title, target)."""


def settle(archive: Archive, sources: Sources, progress: Callable[[int, int], None] | None = None) -> int:
    """Derive every article that waits in `underived`; answers how many. Killed, it goes on where it was."""
    total = int(archive.conn.execute("SELECT count(*) FROM underived").fetchone()[0])
    done = 0
    while keys := [row["article"] for row in archive.rows(_NEXT, (BATCH,))]:
        with archive.transaction() as db:
            for key in keys:
                derive_article(archive, key, sources)
                db.execute("DELETE FROM underived WHERE article = ?", (key,))
        done += len(keys)
        if progress:
            progress(done, max(done, total))
    return done


def derived(archive: Archive, article: str, sources: Sources) -> Derived | None:
    """What the facts make of the article with this identity, or None where they make none. Nothing is written."""
    visits = list(_visits(archive, article))
    if not visits:
        return None
    states = list(_states(visits))
    return Derived(
        _article_row(article, visits, len(states)),
        [(n, *state) for n, state in enumerate(states, 1)],
        [(n, *link) for n, link in enumerate(_links(visits[-1].links, sources), 1)],
    )
