"""Finding copies: the tables `shingles`, `compared` and `copies`, kept in step with `articles`.

What stands in them is a pure function of the articles, whatever came first. A run of words (shingle) has a list of the
articles whose samples hold it, in the order of publication. Of a long list only the first `KEPT` count: two articles
are compared where they share enough runs in whose lists both are among these. So a formula that stands in a hundred
thousand articles costs what one in `KEPT` does, and of a story that more papers printed the first `KEPT` are found. An
article that comes or goes in the middle of a long list moves one other over that line, and that one is compared again.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import lru_cache
from hashlib import blake2b
from math import ceil
from sqlite3 import Connection

import msgspec

from archive.levels import Levels, Place
from archive.levels import clear as clear_runs
from archive.likeness import series
from archive.pairs import Copy, Subject, pair, subject, subjects
from archive.store import Archive
from config.sources import Sources

KEPT = 128
"""Articles of a list that count, the first published."""
PART = 0.2
"""Share of the sample of the shorter text that two articles share before they are compared. A text of which 0.45
stands in the other in pieces shares less of its sample, as pieces that are shorter than a window can lose theirs."""
ISSUES = 3
"""Articles of one paper whose titles begin alike up to a day ("Giá vàng hôm nay 15/3: …"): from so many on they are
the issues of a column, and neither copies nor copied."""
BATCH = 100
"""Articles that are looked at in one transaction where many wait."""
_FIRST_DAY = datetime(1970, 1, 1, tzinfo=UTC)
_UNDATED = 1 << 27
"""Minutes: later than any date."""

_SIZES = "SELECT article, runs, placed FROM compared WHERE article IN (SELECT value FROM json_each(?))"
_NEW = """
SELECT a.id FROM articles a WHERE NOT EXISTS (SELECT 1 FROM compared c WHERE c.article = a.id)
ORDER BY a.published IS NULL, a.published, a.article
"""
_SERIES = "SELECT article FROM compared WHERE series = ? LIMIT ?"
_INSERT = "INSERT INTO compared (article, rank, runs, placed, sampled, series) VALUES (?, ?, ?, ?, ?, ?)"
_WAITING = "SELECT (SELECT count(*) FROM articles) - (SELECT count(*) FROM compared)"
_AGAIN = "SELECT article FROM compared WHERE again ORDER BY article"
_NO_RUNS = frozenset[int]()
Progress = Callable[[int, int], None]


@contextmanager
def comparing(db: Connection, article: str, sources: Sources) -> Iterator[None]:
    """Around what writes or deletes a row of `articles`: afterwards its copies are those of the new state.

    An article that stays as it was is not looked at, nor one that waits for `catch_up` and stays as it was.
    """
    before = subject(db, article)
    yield
    after = subject(db, article)
    if before != after:
        moved, shared = _renew(db, before, after)
        _compare_anew(db, moved, sources)
        if after:
            _compare(db, after, sources, None if before else shared)


def forget(db: Connection, article: str) -> None:
    """Take an article out that is about to be deleted: its runs, and its pairs. Others wait to be compared again."""
    moved, _ = _renew(db, subject(db, article), None)
    db.executemany("UPDATE compared SET again = 1 WHERE article = ?", [(number,) for number in moved])


def clear(db: Connection) -> None:
    """Forget everything, for a rebuild."""
    for table in ("copies", "compared"):
        db.execute(f"DELETE FROM {table}")  # noqa: S608 -- our names
    clear_runs(db)


def waiting(archive: Archive) -> int:
    """How many articles have not been looked at yet: in an archive of an earlier version all."""
    return int(archive.conn.execute(_WAITING).fetchone()[0])


def catch_up(archive: Archive, sources: Sources, progress: Progress | None = None) -> int:
    """Look at every article that waits, in short transactions; answers how many. Stopped, it goes on."""
    numbers = [row["id"] for row in archive.rows(_NEW)]
    for start in range(0, len(numbers), BATCH):
        with archive.transaction() as db:
            for each in subjects(db, numbers[start : start + BATCH], by_date=True):
                moved, shared = _renew(db, None, each)
                _compare_anew(db, moved, sources)
                _compare(db, each, sources, shared)
        if progress:
            progress(min(start + BATCH, len(numbers)), len(numbers))
    return len(numbers) + compare_again(archive, sources)


def compare_again(archive: Archive, sources: Sources) -> int:
    """Compare what waits since others were withdrawn; answers how many."""
    numbers = [row["article"] for row in archive.rows(_AGAIN)]
    for number in numbers:
        with archive.transaction() as db:
            _compare_anew(db, [number], sources)
    return len(numbers)


def found(db: Connection, one: Subject, sources: Sources, shared: Collection[int] | None = None) -> list[Copy]:
    """The rows of `copies` that name an article, as they should be, in the order of the other's identity.

    `shared` are the runs of its sample that others' have too, where they are known.
    """
    if issues(db, one):
        return []
    others = [other for other in subjects(db, candidates(db, one, shared)) if not issues(db, other)]
    return [made for other in others if (made := pair(db, one, other, sources))]


def candidates(db: Connection, one: Subject, known: Collection[int] | None = None) -> list[int]:
    """The articles whose samples share so many runs with this one's that the texts must be compared."""
    runs, placed, length = one.sample
    shared: Counter[int] = Counter()
    levels = Levels(db)
    for listed in levels.lists(levels.shared(runs, one.id) if known is None else known, _place(one), KEPT):
        shared.update(listed)
    near = [number for number, count in shared.items() if count >= 2 and number != one.id]
    if not near:
        return []
    sizes = db.execute(_SIZES, (msgspec.json.encode(near).decode(),))
    return [
        number
        for number, other_length, other_placed in sizes
        if shared[number] >= _enough(*min((length, placed), (other_length, other_placed)))
    ]


def _enough(_: int, placed: int) -> int:
    """Runs that two samples share at least, by the size of the shorter text's: four, of a very short text two."""
    return max(2, min(4, 1 + placed // 5), ceil(PART * placed))


def issues(db: Connection, one: Subject) -> bool:
    """Whether an article is an issue of a column, by the titles of its paper."""
    number = series_of(one)
    return number is not None and len(_members(db, number)) >= ISSUES


def series_of(one: Subject) -> int | None:
    """The number of the column that a title names."""
    return _series(one.source, one.title or "")


@lru_cache(maxsize=256)
def _series(source: str, title: str) -> int | None:
    if (named := series(title)) is None:
        return None
    return int.from_bytes(blake2b(f"{source}\n{named}".encode(), digest_size=8).digest(), "big") >> 1


def _members(db: Connection, number: int) -> list[int]:
    """The articles of a column, no more than it takes and one."""
    return [article for (article,) in db.execute(_SERIES, (number, ISSUES + 1))]


def rank(one: Subject) -> int:
    """The place of an article in every list: by the minute of publication, then by a digest of its identity."""
    return _rank(one.published, one.article)


@lru_cache(maxsize=16)
def _rank(published: str | None, article: str) -> int:
    minute = _UNDATED
    if published:
        minute = int((datetime.fromisoformat(published) - _FIRST_DAY).total_seconds()) // 60
    return (minute << 20) + int.from_bytes(blake2b(article.encode(), digest_size=4).digest(), "big") % (1 << 20)


def size(one: Subject) -> tuple[int, int, int, int, int, int | None]:
    """The row of `compared` for an article that is not to be looked at again, but for `again`."""
    runs, placed, length = one.sample
    return one.id, rank(one), length, placed, len(runs), series_of(one)


def _renew(db: Connection, before: Subject | None, after: Subject | None) -> tuple[list[int], set[int]]:
    """Write the runs of `after` in the place of `before`'s; answers who came over the line of a list by that, and which
    of the runs that are new or gone others have, too."""
    standing, old = _entries(db, before)
    place, new = (_place(after), after.sample.runs) if after else (standing, _NO_RUNS)
    gone, come = (old - new, new - old) if place == standing else (old, new)
    if before:
        db.execute("DELETE FROM copies WHERE article = :id OR original = :id", {"id": before.id})
        db.execute("DELETE FROM compared WHERE article = ?", (before.id,))
    runs = Levels(db)
    own = {each.id for each in (before, after) if each}
    shared = runs.shared(gone | come, *own) if len(own) == 1 else {*gone, *come}
    if gone:
        runs.remove(standing, gone)
    if come:
        runs.add(place, come)
    if after:
        db.execute(_INSERT, size(after))
    moved = {
        *runs.moved(shared & gone, standing, KEPT - 1),
        *runs.moved(shared & come, place, KEPT),
        *_turned(db, before, after),
    }
    return sorted(moved - own), shared


def _turned(db: Connection, before: Subject | None, after: Subject | None) -> Iterator[int]:
    """Who became the issue of a column by what was written, or ceased to be one."""
    old, new = (series_of(each) if each else None for each in (before, after))
    for number, line in ((old, -1), (new, 0)) if old != new else ():
        if number is not None and len(members := _members(db, number)) == ISSUES + line:
            yield from members


def _entries(db: Connection, one: Subject | None) -> tuple[Place, frozenset[int]]:
    """Where an article stands, and in the lists of which runs."""
    if one is None or not db.execute("SELECT 1 FROM compared WHERE article = ?", (one.id,)).fetchone():
        return (0, 0), _NO_RUNS
    return _place(one), one.sample.runs


def _place(one: Subject) -> Place:
    return rank(one), one.id


def _compare_anew(db: Connection, numbers: list[int], sources: Sources) -> None:
    for each in subjects(db, numbers):
        db.execute("UPDATE compared SET again = 0 WHERE article = ?", (each.id,))
        _compare(db, each, sources)


def _compare(db: Connection, one: Subject, sources: Sources, shared: Collection[int] | None = None) -> None:
    """Write the pairs of an article whose runs stand in the lists."""
    db.execute("DELETE FROM copies WHERE article = :id OR original = :id", {"id": one.id})
    if rows := [each.row for each in found(db, one, sources, shared)]:
        db.executemany(f"INSERT INTO copies VALUES ({', '.join('?' * len(Copy.__struct_fields__))})", rows)  # noqa: S608
