"""Telling the articles of the frontier apart anew, where the rules of URLs have changed since they entered.

Rows of archives that are older than identities, and rows of a paper whose declaration was mended, get the identity
and the key that the rules of today give them; two that turn out to be one become one row.
"""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from typing import Any, NamedTuple

from archive.rows import Rows
from archive.tombstones import reason_of
from config.sources import Source
from config.urls import canonical, row_key

SLICE = 2000
"""Rows in one transaction: what else writes waits no longer."""
_ROWS = """
SELECT rowid, key, url, source, host, kind, visits, error, article FROM frontier
WHERE rowid > ? AND leased IS NULL ORDER BY rowid LIMIT ?
"""
_TWIN = """
SELECT rowid, visits, error, leased FROM frontier WHERE key = :key AND rowid <> :own
UNION SELECT rowid, visits, error, leased FROM frontier WHERE article = :article AND rowid <> :own
"""
_TAKE_OVER = """
UPDATE frontier SET depth = min(depth, (SELECT depth FROM frontier WHERE rowid = :gone)),
  added = min(added, (SELECT added FROM frontier WHERE rowid = :gone)) WHERE rowid = :stays
"""
_SET = "UPDATE frontier SET key = ?, source = ?, article = ? WHERE rowid = ?"


class _Row(NamedTuple):
    rowid: int
    key: str
    url: str
    source: str
    host: str
    kind: str
    visits: int
    error: str | None
    article: str | None


def tell_apart(
    db: Rows,
    paper_of: Callable[[str, str], Source | None],
    digest: Callable[[str], str | None],
    transaction: Callable[[], AbstractContextManager[Rows]],
) -> int:
    """Go once through the rows of all hosts whose rules have changed; answers how many became one with another.

    `paper_of` gives the paper of a row by its host and URL.

    Killed, it begins anew the next time. A row that is being fetched stays as it is.
    """
    noted = db.execute("SELECT host, rules FROM hosts").fetchall()
    stale = {host: now for host, rules in noted if (now := digest(host)) and now != rules}
    if not stale:
        return 0
    stones = db.execute("SELECT 1 FROM withdrawals LIMIT 1").fetchone() is not None
    united, after = 0, 0
    while rows := [_Row(*row) for row in db.execute(_ROWS, (after, SLICE))]:
        with transaction():
            for row in rows:
                if row.host in stale and row.kind != "asset" and (source := paper_of(row.host, row.url)):
                    united += _tell(db, row, source, stones)
        after = rows[-1].rowid
    with transaction():
        db.executemany("UPDATE hosts SET rules = ? WHERE host = ?", [(now, host) for host, now in stale.items()])
    return united


def _tell(db: Rows, row: _Row, source: Source, stones: bool) -> bool:
    """Give one row its key and identity; answers whether it or another went, as both are one."""
    key = canonical(source, row.url)
    article = row_key(source, row.url) if row.kind == "article" else None
    if stones and row.kind != "robots" and reason_of(db, source, row.url):
        db.execute("DELETE FROM frontier WHERE rowid = ?", (row.rowid,))
        return False
    twins = db.execute(_TWIN, {"key": key, "own": row.rowid, "article": article}).fetchall()
    if any(leased is not None for *_, leased in twins):
        return False
    if twins and not db.execute("SELECT 1 FROM frontier WHERE rowid = ?", (row.rowid,)).fetchone():
        return False  # it went as the twin of a row before it
    for twin in twins:
        if _rank(twin) > _rank((row.rowid, row.visits, row.error)):
            _drop(db, row.rowid, twin[0])
            return True
        _drop(db, twin[0], row.rowid)
    name = row.source if row.kind == "robots" else source.id
    if (key, name, article) != (row.key, row.source, row.article):
        db.execute(_SET, (key, name, article, row.rowid))
    return bool(twins)


def _rank(row: Sequence[Any]) -> tuple[object, ...]:
    """The row with more visits stays; then the one without an error; then the older."""
    rowid, visits, error = row[:3]
    return (visits, error is None, -rowid)


def _drop(db: Rows, gone: int, stays: int) -> None:
    db.execute(_TAKE_OVER, {"gone": gone, "stays": stays})
    db.execute("DELETE FROM frontier WHERE rowid = ?", (gone,))
