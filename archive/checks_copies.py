"""The part of `verify` that looks at copies: what stands in `copies`, `shingles` and `compared` against the texts."""

from collections.abc import Callable, Iterator

from archive import levels
from archive.copies import found, size
from archive.levels import Levels
from archive.pairs import subject
from archive.proof import Finding, Part, Step
from archive.store import Archive
from config.sources import Sources

REBUILD = "`baoluu rebuild` derives everything anew"
_PAIRS = "SELECT * FROM copies WHERE article = :id OR original = :id ORDER BY article, original"
_COMPARED = "SELECT article, rank, runs, placed, sampled, series, again FROM compared WHERE article = ?"
Batches = Callable[..., Iterator[Step]]


def copies_parts(sources: Sources, batches: Batches) -> list[Part]:
    """The parts; `batches` is what walks through a table's rows."""
    return [
        Part("copies", lambda archive, after: _copies(archive, after, sources, batches), "articles"),
        Part("runs", _runs),
    ]


def _copies(archive: Archive, after: int, sources: Sources, batches: Batches) -> Iterator[Step]:
    """The pairs of every article. What waits to be looked at is not compared."""
    sql = "SELECT id, article FROM articles WHERE id > ? ORDER BY id LIMIT ?"

    def look(number: int, article: str) -> Iterator[Finding]:
        if wrong := ", ".join(_wrong(archive, number, article, sources)):
            yield Finding(f"article {article}: not what its text gives: {wrong}", REBUILD)

    levels.read_anew()
    yield from batches(archive, after, sql, look)


def _wrong(archive: Archive, number: int, article: str, sources: Sources) -> Iterator[str]:
    """Names of what is wrong with one article."""
    db = archive.conn
    one, row = subject(db, article), db.execute(_COMPARED, (number,)).fetchone()
    if one is None or row is None or row[-1]:
        return
    if row[:-1] != size(one):
        yield "its row of compared"
        return
    if not Levels(db).has((row[1], number), one.sample.runs):
        yield "its shingles"
    expected = sorted(copy.row for copy in found(db, one, sources))
    if db.execute(_PAIRS, {"id": number}).fetchall() != expected and not _others_wait(archive):
        yield "its copies"


def _others_wait(archive: Archive) -> bool:
    """Whether an article is to be looked at again, which may change any other's pairs."""
    return archive.conn.execute("SELECT 1 FROM compared WHERE again LIMIT 1").fetchone() is not None


def _runs(archive: Archive, after: int) -> Iterator[Step]:
    """No run is left of what is gone."""
    right = archive.conn.execute("SELECT coalesce(sum(sampled), 0) FROM compared").fetchone()[0]
    there = levels.rows(archive.conn)
    wrong = [Finding(f"shingles: {there} runs, and the articles have {right}", REBUILD)] if there != right else []
    yield Step(0, tuple(wrong))
