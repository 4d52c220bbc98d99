"""Where the runs of articles stand: in three tables, the younger the smaller, so that writing them is cheap.

Runs are random numbers: in one large table each of an article's hundred lies on a page of its own, which is read,
written, and written again from the journal. So an article comes into `fresh` as one row. From 40,000 runs on that is
poured into `recent`, several runs on every page; and from 500,000 rows on `recent` runs over into `shingles`, a slice
of neighbouring runs at a time, so that no transaction is long. The row of a run, an article and its rank stands in one
of the three, and all three together are the list of a run.

`fresh` is looked through by run in memory. What is in memory is good for one stamp, a digest of all that was done to
`fresh` since it was empty: after another process has written, or a transaction was undone, the file has another one,
and `fresh` is read again. The same goes for `sieve`, which tells of most runs of a new text that neither `recent` nor
`shingles` has them.
"""

from collections.abc import Collection, Iterable, Iterator
from hashlib import blake2b
from sqlite3 import Connection
from struct import error as struct_error
from struct import pack, unpack

import msgspec

from archive.errors import NotAnArchive
from archive.sieve import ALL, NONE, Sieve, empty

FRESH = 40_000
"""Runs in `fresh` from which it is poured: 300 articles of 900 words. Pouring takes less than 0.1 s."""
STEPS = 16
"""Slices of `recent`, a quarter more in all than is poured, that run over from one pouring to the next."""
RECENT = 500_000
"""Rows of `recent` from which it runs over: four thousand such articles."""
SIFTED = 1_000_000
"""Rows of `recent` and `shingles` of which a pouring makes a sieve where there is none, in less than a second; an
archive that has more goes without until `erase` makes one."""
TABLES = ("fresh", "recent", "shingles", "sieve", "poured")
_PIECE, _RUNS = 1 << 16, -1
"""Bytes of a row of the sieve, and the count of a row that holds runs."""
_AT_ONCE = 64
"""Rows that a statement pours: it takes half the time of one by one."""

Place = tuple[int, int]
"""(rank, article): where an article stands in every list."""

_STATE = "SELECT stamp, sieve, recent, upto FROM poured"
_KEEP_STATE = "INSERT OR REPLACE INTO poured (id, stamp, sieve, recent, upto) VALUES (1, ?, ?, ?, ?)"
_KEEP_SIEVE = "INSERT INTO sieve (count, bits) VALUES (?, ?)"
_PUT_FRESH = "INSERT OR REPLACE INTO fresh (article, rank, runs) VALUES (?, ?, ?)"
_POUR = "INSERT OR IGNORE INTO recent (run, rank, article) VALUES (?, ?, ?)"
_POUR_MANY = _POUR + ", (?, ?, ?)" * (_AT_ONCE - 1)
_MANY = 3 * _AT_ONCE
_ROWS = "SELECT (SELECT count(*) FROM recent) + (SELECT count(*) FROM shingles)"
_DELETE = "DELETE FROM {} WHERE run = ? AND rank = ? AND article = ?"
_IS_POURED = "SELECT EXISTS (SELECT 1 FROM recent) OR EXISTS (SELECT 1 FROM shingles)"
_LIST = """
SELECT rank, article FROM recent WHERE run = ?1 UNION ALL SELECT rank, article FROM shingles WHERE run = ?1
ORDER BY rank, article LIMIT ?2
"""
_AT = """
SELECT value, (SELECT iif((rank, article) < (?3, ?4), 0, article) FROM (
    SELECT rank, article FROM recent WHERE run = value UNION ALL SELECT rank, article FROM shingles WHERE run = value
    ORDER BY rank, article LIMIT 1 OFFSET ?2
)) FROM json_each(?1)
"""
_BEFORE = 0
"""No article has this number."""
_SHARED = """
SELECT value FROM json_each(?1) WHERE EXISTS (SELECT 1 FROM recent WHERE run = value AND article <> ?2)
OR EXISTS (SELECT 1 FROM shingles WHERE run = value AND article <> ?2)
"""
_HAS = """
SELECT count(*) FROM json_each(?1) WHERE EXISTS (SELECT 1 FROM recent WHERE run = value AND rank = ?2 AND article = ?3)
OR EXISTS (SELECT 1 FROM shingles WHERE run = value AND rank = ?2 AND article = ?3)
"""
_END = "SELECT run FROM recent WHERE run > ? ORDER BY run LIMIT 1 OFFSET ?"
_RUN_OVER = """
INSERT OR IGNORE INTO shingles (run, rank, article) SELECT run, rank, article FROM recent
WHERE run > ? AND run <= ? ORDER BY run, rank, article
"""
"""None of them stands there; a statement that might have to be undone would copy every page that it touches, and bring
the full-text index to the file before its time."""
_RAN_OVER = "DELETE FROM recent WHERE run > ? AND run <= ?"
_LAST = (1 << 63) - 1


class _Fresh(msgspec.Struct):
    """What `fresh` holds, by run and by article."""

    by_run: dict[int, tuple[Place, ...]] = {}
    of: dict[int, set[int]] = {}
    rows: int = 0

    def add(self, place: Place, runs: Collection[int]) -> None:
        self.of.setdefault(place[1], set()).update(runs)
        self.rows += len(runs)
        held = self.by_run
        more = {run: (*held[run], place) for run in held.keys() & runs}
        held.update(dict.fromkeys(runs, (place,)))
        held.update(more)

    def remove(self, place: Place, runs: Collection[int]) -> set[int]:
        """Which of the runs were there."""
        found = self.of.get(place[1], set[int]()).intersection(runs)
        for run in found:
            left = tuple(other for other in self.by_run[run] if other != place)
            if left:
                self.by_run[run] = left
            else:
                del self.by_run[run]
        self.rows -= len(found)
        if found:
            self.of[place[1]] -= found
        return found


_fresh: dict[bytes, _Fresh] = {}
_sieves: dict[bytes, Sieve] = {}
"""The last ones, under their stamps."""


class Levels:
    """The runs of a file. Good until somebody else writes them: made anew for every article.

    Raises ArchiveError where what it reads is none.
    """

    def __init__(self, db: Connection) -> None:
        self._db = db
        state = db.execute(_STATE).fetchone()
        told: tuple[bytes, bytes, int, int] = state or (b"", b"", 0, -1)
        self._stamp, self._sieve_stamp, self._recent, self._upto = told
        self._fresh = _fresh.get(self._stamp) or self._read_fresh()
        self._sieve = _sieves.get(self._sieve_stamp) or self._read_sieve()

    def _read_fresh(self) -> _Fresh:
        fresh = _Fresh()
        for article, rank, runs in self._db.execute("SELECT article, rank, runs FROM fresh"):
            fresh.add((rank, article), _unpacked(runs))
        _fresh.clear()
        if self._stamp:
            _fresh[self._stamp] = fresh
        return fresh

    def _read_sieve(self) -> Sieve:
        if self._sieve_stamp:
            count, bits, beside = 0, bytearray(), list[bytes]()
            for count_, piece in self._db.execute("SELECT count, CAST(bits AS BLOB) FROM sieve ORDER BY id"):
                if count_ != _RUNS:
                    count = count_
                    bits += piece
                else:
                    beside.append(piece)
            if not bits or len(bits) & (len(bits) - 1):
                raise NotAnArchive("sieve: some of its rows are lost; `baoluu rebuild` makes it anew")
            made = Sieve(count, bits)
            for runs in beside:
                made.add(_unpacked(runs))
            return self._remember_sieve(made)
        return Sieve(0, ALL if self._db.execute(_IS_POURED).fetchone()[0] else NONE)

    def _remember_sieve(self, made: Sieve) -> Sieve:
        _sieves.clear()
        _sieves[self._sieve_stamp] = made
        return made

    def shared(self, runs: Collection[int], own: int) -> set[int]:
        """Those runs in whose lists others than the article `own` stand: of a new text, hardly any."""
        held = self._fresh.by_run
        found = {run for run in held.keys() & runs if any(article != own for _, article in held[run])}
        asked = [run for run in self._sieve.passing(runs) if run not in found]
        if asked:
            found.update(run for (run,) in self._db.execute(_SHARED, (_listed(asked), own)))
        return found

    def lists(self, runs: Collection[int], own: Place, count: int) -> Iterator[list[int]]:
        """The first articles of those of the runs' lists that are shorter than `count` or have `own` among so many."""
        for run, article in self._at(runs, own, count - 1):
            if article != _BEFORE:
                places = self._first(run, count)
                if len(places) < count or own in places:
                    yield [number for _, number in places]

    def moved(self, runs: Collection[int], own: Place, at: int) -> Iterator[int]:
        """The articles that stand at this place of these runs' lists, where `own` stands or stood before them."""
        for run, article in self._at(runs, own, at):
            if article != _BEFORE and run in self._fresh.by_run:
                places = self._first(run, at + 1)
                article = places[at][1] if len(places) > at and own < places[at] else None
            if article and article != own[1]:
                yield article

    def _at(self, runs: Collection[int], own: Place, at: int) -> Iterable[tuple[int, int | None]]:
        """Each run with the article at this place of its list in the tables: `_BEFORE` where that stands before `own`,
        None where the list is shorter.

        With what is fresh the list is longer, so whoever stands there then stands no later: where it is `_BEFORE` the
        list, however long, need not be read.
        """
        return self._db.execute(_AT, (_listed(runs), at, *own)).fetchall() if runs else ()

    def _first(self, run: int, count: int) -> list[Place]:
        """The beginning of the list of a run, in its order."""
        found = self._db.execute(_LIST, (run, count)).fetchall()
        if more := self._fresh.by_run.get(run):
            return sorted([*found, *more])[:count]
        return found

    def has(self, place: Place, runs: Collection[int]) -> bool:
        """Whether an article stands in the lists of all these runs."""
        asked = [run for run in runs if place not in self._fresh.by_run.get(run, ())]
        return len(asked) == int(self._db.execute(_HAS, (_listed(asked), *place)).fetchone()[0])

    def add(self, place: Place, runs: Collection[int]) -> None:
        """Put an article into the lists of these runs, in none of which it stands."""
        _fresh.clear()  # it is not what its stamp says until that is kept
        before = self._fresh.rows
        self._fresh.add(place, runs)
        self._put_fresh(b"+", place)
        steps = self._fresh.rows * STEPS // FRESH - before * STEPS // FRESH
        if self._fresh.rows >= FRESH:
            self._pour()
        if steps and self._recent > RECENT:
            self._run_over(steps * FRESH // STEPS * 5 // 4)
        self._keep_state()

    def remove(self, place: Place, runs: Collection[int]) -> None:
        """Take an article out of the lists of these runs, in all of which it stands."""
        _fresh.clear()
        if here := self._fresh.remove(place, runs):
            self._put_fresh(b"-", place)
        rank, article = place
        gone = [(run, rank, article) for run in sorted(set(runs) - here)]
        for table in ("recent", "shingles") if gone else ():
            self._db.executemany(_DELETE.format(table), gone)
        self._keep_state()

    def _put_fresh(self, done: bytes, place: Place) -> None:
        rank, article = place
        packed = _packed(sorted(self._fresh.of[article]))
        if packed:
            self._db.execute(_PUT_FRESH, (article, rank, packed))
        else:
            del self._fresh.of[article]
            self._db.execute("DELETE FROM fresh WHERE article = ?", (article,))
        self._stamp = _digest(b"%b%b%d %d %b" % (self._stamp, done, *place, packed))

    def _keep_state(self) -> None:
        self._db.execute(_KEEP_STATE, (self._stamp, self._sieve_stamp, self._recent, self._upto))
        if self._stamp:
            _fresh[self._stamp] = self._fresh

    def _pour(self) -> None:
        """Empty `fresh` into `recent`."""
        held = self._fresh.by_run
        runs = sorted(held)
        rows = [number for run in runs for place in held[run] for number in (run, *place)]
        whole = len(rows) - len(rows) % _MANY
        if not self._sieve.count:
            self._make_sieve(SIFTED)
        self._db.executemany(_POUR_MANY, [rows[at : at + _MANY] for at in range(0, whole, _MANY)])
        self._db.executemany(_POUR, [rows[at : at + 3] for at in range(whole, len(rows), 3)])
        self._db.execute("DELETE FROM fresh")
        self._recent = self._db.execute("SELECT count(*) FROM recent").fetchone()[0]
        if self._sieve_stamp:
            self._sift(runs)
        self._stamp, self._fresh = b"", _Fresh()

    def _sift(self, runs: list[int]) -> None:
        """Put what was poured into the sieve. In the file it stands beside it, until that is a quarter of its size."""
        _sieves.clear()
        self._sieve.add(runs)
        self._sieve_stamp = _digest(self._sieve_stamp + self._stamp)
        if 4 * 8 * self._sieve.waiting > len(self._sieve.bits):
            self._keep_sieve()
        else:
            self._db.execute(_KEEP_SIEVE, (_RUNS, _packed(runs)))
        self._remember_sieve(self._sieve)

    def _make_sieve(self, most: int) -> None:
        """Make the sieve of what stands in the tables, where that is no more than `most` rows."""
        count = self._db.execute(_ROWS).fetchone()[0]
        if count > most:
            return
        self._sieve = empty(count)
        for table in ("recent", "shingles"):
            found = self._db.execute(f"SELECT run FROM {table}")  # noqa: S608 -- our names
            while runs := [run for (run,) in found.fetchmany(10_000)]:
                self._sieve.add(runs)
        self._sieve_stamp = _digest(self._sieve.bits)
        self._keep_sieve()
        self._remember_sieve(self._sieve)

    def _keep_sieve(self) -> None:
        """Write it whole, in pieces: as one it would be copied twice."""
        self._db.execute("DELETE FROM sieve")
        count, bits = self._sieve.count, memoryview(self._sieve.bits)
        pieces = ((count, bits[at : at + _PIECE]) for at in range(0, len(bits), _PIECE))
        self._db.executemany(_KEEP_SIEVE, pieces)
        self._sieve.waiting = 0

    def make_sieve(self) -> None:
        """Make the sieve anew, of an archive of which something went: it tells of what was put in, too."""
        self._make_sieve(_LAST)
        self._keep_state()

    def _run_over(self, rows: int) -> None:
        """Let the next so many rows of `recent` into `shingles`, and all of their last run."""
        last = self._db.execute(_END, (self._upto, rows)).fetchone()
        slice_ = self._upto, last[0] if last else _LAST
        self._db.execute(_RUN_OVER, slice_)
        self._recent -= self._db.execute(_RAN_OVER, slice_).rowcount
        self._upto = slice_[1] if last else -1


def read_anew() -> None:
    """Believe the file alone, for a proof."""
    _fresh.clear()
    _sieves.clear()


def rows(db: Connection) -> int:
    """How many rows stand in all three."""
    fresh = db.execute("SELECT coalesce(sum(length(runs)), 0) / 8 FROM fresh").fetchone()[0]
    return int(fresh + db.execute(_ROWS).fetchone()[0])


def every(db: Connection) -> list[tuple[int, int, int]]:
    """All rows as (run, rank, article), in order."""
    fresh = db.execute("SELECT article, rank, runs FROM fresh").fetchall()
    found = [(run, rank, article) for article, rank, runs in fresh for run in _unpacked(runs)]
    return sorted(found + db.execute("SELECT * FROM recent UNION ALL SELECT * FROM shingles").fetchall())


def clear(db: Connection) -> None:
    """Empty them, for a rebuild."""
    for table in TABLES:
        db.execute(f"DELETE FROM {table}")  # noqa: S608 -- our names


def _digest(data: bytes | bytearray) -> bytes:
    return blake2b(data, digest_size=16).digest()


def _packed(runs: Collection[int]) -> bytes:
    return pack(f">{len(runs)}q", *runs)


def _unpacked(runs: bytes) -> tuple[int, ...]:
    try:
        return unpack(f">{len(runs) // 8}q", runs)
    except (struct_error, TypeError):
        raise NotAnArchive("runs of articles: a row is torn; `baoluu rebuild` makes them anew") from None


def _listed(numbers: Collection[int]) -> str:
    return msgspec.json.encode(list(numbers)).decode()
