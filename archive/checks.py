"""The parts of `verify` that need no cleaning: file, references, bodies, derivation, index, withdrawals.

Each reads its rows in short batches, every batch one state of the file, so that a crawl may write meanwhile.
"""

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence

from archive import bodies
from archive.checks_copies import copies_parts
from archive.derive import Derived, derived, misnamed
from archive.errors import DamagedBody
from archive.proof import RESTORE, Finding, Part, Step
from archive.schema import SEARCHED
from archive.store import Archive
from archive.tombstones import Tombstones
from archive.topical import is_right
from config.sources import Sources

BATCH = 100
REBUILD = "`baoluu rebuild` derives everything anew"
AGAIN = "`baoluu withdraw URL --reason …` again takes it out"
ERASE = "`baoluu withdraw` without a URL finishes what is left"
_LARGE = 64 * 1024 * 1024
_ROWS = (
    ("revisions", "SELECT n, first_page, last_page, sha, shows, cleaner FROM revisions WHERE article = ? ORDER BY n"),
    ("parts", "SELECT n, part, page, cleaner FROM parts WHERE article = ? ORDER BY n, part"),
    ("links", "SELECT n, kind, url, title, target, place FROM links WHERE article = ? ORDER BY n"),
)
_ALONE = """
SELECT l.alias, l.article FROM aliases l WHERE l.why <> 'claimed' AND NOT EXISTS (SELECT 1 FROM underived)
  AND (EXISTS (SELECT 1 FROM articles a WHERE a.article = l.alias)
       OR NOT EXISTS (SELECT 1 FROM articles a WHERE a.article = l.article)) ORDER BY 1
"""
_DERIVED = ("articles", "revisions", "parts", "links", "copies", "compared", "topical")


def first_parts() -> list[Part]:
    """What is checked before the cleanings."""
    return [
        Part("file", _file),
        Part("keys", _keys, daily=True),
        Part("bodies", _bodies, "bodies"),
    ]


def last_parts(sources: Sources) -> list[Part]:
    """What is checked after the cleanings."""
    return [
        Part("derivation", lambda archive, after: _articles(archive, after, sources), "articles"),
        Part("aliases", lambda archive, after: _aliases(archive, after, sources), "articles"),
        Part("completeness", lambda archive, after: _missing(archive, after, sources), "cleanings"),
        Part("search", _search),
        *copies_parts(sources, _batches),
        Part("withdrawals", _withdrawals, daily=True),
        Part("withdrawn pages", lambda archive, _: _withdrawn_pages(archive, sources)),
    ]


def _file(archive: Archive, after: int) -> Iterator[Step]:
    """SQLite's own check. In a large file the quick one goes first, so that trouble is told early."""
    (size,) = archive.conn.execute("SELECT page_count * page_size FROM pragma_page_count, pragma_page_size").fetchone()
    for pragma in ("quick_check", "integrity_check") if size > _LARGE else ("integrity_check",):
        said = [str(row[0]) for row in archive.conn.execute(f"PRAGMA {pragma}(20)")]
        if said != ["ok"]:
            yield Step(0, tuple(Finding(line, RESTORE) for line in said))
            return
    yield Step(0)


def _keys(archive: Archive, after: int) -> Iterator[Step]:
    found = archive.conn.execute("PRAGMA foreign_key_check").fetchall()
    yield Step(0, tuple(_dangling(*row[:3]) for row in found))


def _dangling(table: str, row: int | None, parent: str) -> Finding:
    return Finding(f"{table}: row {row} names a row of {parent} that is not there", _advice(table))


def _advice(table: str) -> str:
    return REBUILD if table in _DERIVED else RESTORE


def _bodies(archive: Archive, after: int) -> Iterator[Step]:
    sql = "SELECT id, sha256, size FROM bodies WHERE id > ? ORDER BY id LIMIT ?"
    yield from _batches(archive, after, sql, lambda number, *told: _body(archive, number, *told))


def _body(archive: Archive, number: int, sha: str, size: int) -> tuple[Finding, ...]:
    try:
        body = bodies.get(archive.conn, number)
    except DamagedBody as error:
        return (_damaged(archive, number, f"cannot be unpacked ({error})"),)
    if bodies.digest(body) != sha or len(body) != size:
        return (_damaged(archive, number, "is not what its SHA-256 and size say"),)
    return ()


def _damaged(archive: Archive, number: int, how: str) -> Finding:
    pages = archive.conn.execute("SELECT url, fetched_at FROM pages WHERE body = ?", (number,)).fetchall()
    named = ", ".join(f"{url} of {at}" for url, at in pages[:3]) + (", …" if len(pages) > 3 else "")
    return Finding(f"body {number} {how}; {len(pages)} pages have it: {named or 'none'}", RESTORE)


def _batches(
    archive: Archive, after: int, sql: str, look: Callable[..., Iterable[Finding]], size: int = BATCH
) -> Iterator[Step]:
    """Steps over the rows of `sql` (its first column the number), each batch read and looked at in one state."""
    while True:
        with archive.reading() as db:
            rows = db.execute(sql, (after, size)).fetchall()
            steps = [Step(row[0], tuple(look(*row))) for row in rows]
        if not steps:
            return
        yield from steps
        after = steps[-1].upto


def _articles(archive: Archive, after: int, sources: Sources) -> Iterator[Step]:
    """What stands in the derived tables against what the facts give. What waits to be derived is not compared."""
    waits = "EXISTS (SELECT 1 FROM underived u WHERE u.article = a.article)"
    sql = f"SELECT id, article, {waits} FROM articles a WHERE id > ? ORDER BY id LIMIT ?"  # noqa: S608

    def look(number: int, article: str, waiting: int) -> Iterator[Finding]:
        if not waiting and (wrong := ", ".join(_differences(archive, number, derived(archive, article, sources)))):
            yield Finding(f"article {article}: not what its pages give: {wrong}", REBUILD)

    yield from _batches(archive, after, sql, look)


def _aliases(archive: Archive, after: int, sources: Sources) -> Iterator[Step]:
    """The identities under which each article stands, against what the facts say of them."""
    waits = "EXISTS (SELECT 1 FROM underived)"
    sql = f"SELECT id, article, {waits} FROM articles a WHERE id > ? ORDER BY id LIMIT ?"  # noqa: S608

    def look(number: int, article: str, waiting: int) -> Iterator[Finding]:
        if not waiting and (wrong := misnamed(archive, article, sources)):
            yield Finding(f"article {article}: {wrong}", REBUILD)

    yield from _batches(archive, after, sql, look)
    for alias, article in archive.conn.execute(_ALONE).fetchall():
        yield Step(after, (Finding(f"alias {alias}: names {article}, which is not shown", REBUILD),), checked=False)


def _differences(archive: Archive, number: int, right: Derived | None) -> Iterator[str]:
    """Names of the columns and tables of one article that are wrong."""
    if right is None:
        yield "no page gives it"
        return
    row = next(archive.rows("SELECT * FROM articles WHERE id = ?", (number,)))
    yield from (name for name in row if name != "id" and row[name] != right.row.get(name))
    expected: tuple[Sequence[object], ...] = (right.revisions, right.parts, right.links)
    for (table, sql), rows in zip(_ROWS, expected, strict=True):
        if archive.conn.execute(sql, (number,)).fetchall() != rows:
            yield f"its {table}"
    if not is_right(archive.conn, number):
        yield "its topics"


def _missing(archive: Archive, after: int, sources: Sources) -> Iterator[Step]:
    """Articles that the facts give and the derived tables do not hold, found by the cleanings that make them."""
    sql = (
        "SELECT c.id, c.article, c.reason IS NULL AND NOT EXISTS (SELECT 1 FROM articles a WHERE a.article = c.article)"
        " AND NOT EXISTS (SELECT 1 FROM aliases l WHERE l.alias = c.article AND l.why <> 'claimed')"
        " AND NOT EXISTS (SELECT 1 FROM underived u WHERE u.article = c.article)"
        " FROM cleanings c WHERE c.id > ? ORDER BY c.id LIMIT ?"
    )

    def look(number: int, article: str, absent: int) -> Iterator[Finding]:
        if absent and derived(archive, article, sources):
            yield Finding(f"article {article}: its pages give it, but it is not shown", REBUILD)

    yield from _batches(archive, after, sql, look, 10 * BATCH)


def _search(archive: Archive, after: int) -> Iterator[Step]:
    """The full-text index against the articles: which are in one and not in the other, then every word."""
    unlike = (
        "SELECT (SELECT article FROM articles a WHERE a.id = f.id), 'not in the index' FROM articles f"
        " WHERE f.id NOT IN (SELECT id FROM articles_fts_docsize) UNION ALL"
        " SELECT id, 'in the index, but no article' FROM articles_fts_docsize WHERE id NOT IN (SELECT id FROM articles)"
    )
    wrong = [Finding(f"search: article {name} is {how}", REBUILD) for name, how in archive.conn.execute(unlike)]
    if not wrong and not _index_agrees(archive):
        wrong.append(Finding("search: the index does not hold the words of the articles", REBUILD))
    yield Step(0, tuple(wrong))


def _index_agrees(archive: Archive) -> bool:
    """FTS5's own check, on a temporary copy of the index: in place it would keep every writer waiting."""
    columns = ", ".join(SEARCHED)
    db = sqlite3.connect("", uri=True, isolation_level=None)
    try:
        db.execute("ATTACH ? AS archive", (archive.address,))
        db.execute("BEGIN")
        (made,) = db.execute("SELECT sql FROM archive.sqlite_master WHERE name = 'articles_fts'").fetchone()
        db.execute(f"CREATE TABLE articles (id INTEGER PRIMARY KEY, {columns})")
        db.execute(f"INSERT INTO articles SELECT id, {columns} FROM archive.articles")  # noqa: S608
        db.execute(made)
        for shadow in ("data", "idx", "docsize", "config"):
            db.execute(f"DELETE FROM main.articles_fts_{shadow}")  # noqa: S608 -- four fixed names
            db.execute(f"INSERT INTO main.articles_fts_{shadow} SELECT * FROM archive.articles_fts_{shadow}")  # noqa: S608
        db.execute("INSERT INTO main.articles_fts (articles_fts, rank) VALUES ('integrity-check', 1)")
    except sqlite3.DatabaseError as error:
        if "malformed" not in str(error):
            raise
        return False
    finally:
        db.close()
    return True


def _withdrawals(archive: Archive, after: int) -> Iterator[Step]:
    """Nothing is left by the name of what was withdrawn, and its bytes have left the file."""
    with archive.reading() as db:
        rows = db.execute("SELECT url, article, erased_at FROM withdrawals ORDER BY url").fetchall()
        steps = [Step(0, tuple(_left(db, *row))) for row in rows]
    yield from steps


def _left(db: sqlite3.Connection, url: str, article: str | None, erased: str | None) -> Iterator[Finding]:
    names = {"url": url, "article": article}
    if left := [table for table, sql in _LEFT.items() if db.execute(sql, names).fetchone()]:
        yield Finding(f"{url}: withdrawn, but still in {', '.join(left)}", AGAIN)
    if erased is None:
        yield Finding(f"{url}: withdrawn, but its bytes may still be in the file", ERASE)


def _withdrawn_pages(archive: Archive, sources: Sources) -> Iterator[Step]:
    """No page is left of what was withdrawn, whatever its URL. Every URL of the archive is looked at."""
    stones = Tombstones(sources, archive.conn)
    urls = archive.conn.execute("SELECT DISTINCT source, url FROM pages") if stones else ()
    wrong = [Finding(f"{url}: a page of what was withdrawn", AGAIN) for name, url in urls if stones.cover(name, url)]
    yield Step(0, tuple(wrong))


_LEFT = {
    "pages": "SELECT 1 FROM pages WHERE url = :url",
    "cleanings": "SELECT 1 FROM cleanings WHERE article = :article",
    "articles": "SELECT 1 FROM articles WHERE article = :article OR url = :url",
    "frontier": "SELECT 1 FROM frontier WHERE key = :url",
    "leads": "SELECT 1 FROM leads WHERE key = :url",
    "held": "SELECT 1 FROM held WHERE article = :article",
}
