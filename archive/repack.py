"""Packing bodies against each other, and unpacking them again, beside a crawl that goes on writing.

Frames are made and checked without any lock; then one short transaction puts a batch of them in the place of the old
ones, where nothing has moved meanwhile. What is not written stays in the queue, `unpacked`, so a run that is killed,
stopped or out of room loses nothing, and the next one goes on there.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from sqlite3 import Connection
from typing import Any

from archive import bodies
from archive.bases import Item, Planner
from archive.errors import DamagedBody, clear_errors
from archive.frames import PLAIN_LEVEL, frame, unframe
from archive.store import Archive

BATCH = 32
"""Bodies a transaction, at most."""
BATCH_BYTES = 16 << 20
"""Decoded bytes of a batch, unless one body alone has more."""
WINDOW = 1024
"""Bodies that are sorted by paper at a time."""
SLICE = 256
"""File pages that one step of giving back free space moves: a megabyte, a few milliseconds."""

DENSE = 0.9
"""Part of its bytes that the frame of an asset has which no further pressing makes smaller."""

Progress = Callable[[int, int], None]
Stop = Callable[[], bool]


@dataclass
class Report:
    """What a run did: bodies stored anew, how many of them lean on another, and the bytes of their frames."""

    bodies: int = 0
    leaning: int = 0
    before: int = 0
    after: int = 0
    damaged: tuple[int, ...] = ()
    """Bodies that do not come back as they were kept; they stay as they are, and in the queue."""
    moved: int = 0
    """Bodies that changed while they were packed, or whose new frame did not come back, and at a second attempt again:
    they wait for the next run."""
    freed: int = 0
    """Bytes by which the file is smaller, once its log is written back."""
    finished: bool = True


def repack(archive: Archive, *, progress: Progress = lambda *_: None, stop: Stop = lambda: False) -> Report:
    """Pack every body that waits now, then give free space back. Raises ArchiveError for trouble with the file.

    `progress` is called with (bodies done, bodies in all); `stop` is asked between batches.
    """
    run = _Repack(archive)
    return _run(archive, run.report, run.batches(), progress, stop)


def unpack(archive: Archive, *, progress: Progress = lambda *_: None, stop: Stop = lambda: False) -> Report:
    """Make every body stand on its own again, and put all of them back into the queue. As safe as `repack`."""
    run = _Unpack(archive)
    return _run(archive, run.report, run.batches(), progress, stop)


def _run(
    archive: Archive, report: Report, batches: Iterator[tuple[int, int]], progress: Progress, stop: Stop
) -> Report:
    with clear_errors(archive.path):
        for done, total in batches:
            progress(done, total)
            if done < total and stop():
                report.finished = False
                break
        report.freed = give_back(archive.conn, stop)
    return report


class _Repack:
    """One run over the queue."""

    def __init__(self, archive: Archive) -> None:
        self._archive, self._db, self.report = archive, archive.conn, Report()
        self._planner = Planner(self._db)

    def batches(self) -> Iterator[tuple[int, int]]:
        """Pack the queue as it is now, batch by batch; yields (done, total)."""
        last, total = self._db.execute("SELECT coalesce(max(body), 0), count(*) FROM unpacked").fetchone()
        at = done = 0
        while rows := self._window(at, last):
            at = max(row["number"] for row in rows)
            for batch in _batches(rows):
                self._pack(batch[0]["source"], batch)
                done += len(batch)
                yield done, total
        if self.report.moved:  # what was in the way has been packed by now
            yield from self._again(last, total)

    def _again(self, last: int, total: int) -> Iterator[tuple[int, int]]:
        """Pack what still waits, once more."""
        at = self.report.moved = 0
        while rows := self._window(at, last):
            at = max(row["number"] for row in rows)
            for batch in _batches([row for row in rows if row["number"] not in self.report.damaged]):
                self._pack(batch[0]["source"], batch)
                yield total, total

    def _window(self, at: int, last: int) -> list[dict[str, Any]]:
        """The next bodies of the queue with the first page that shows each."""
        return list(
            self._archive.rows(
                "SELECT u.body AS number, coalesce(b.size, 0) AS size, coalesce(p.id, 0) AS page,"
                " coalesce(p.source, '') AS source, coalesce(p.url, '') AS url, coalesce(p.kind, '') AS kind"
                " FROM unpacked u LEFT JOIN bodies b ON b.id = u.body"
                " LEFT JOIN pages p ON p.id = (SELECT min(id) FROM pages WHERE body = u.body)"
                " WHERE u.body > ? AND u.body <= ? ORDER BY u.body LIMIT ?",
                (at, last, WINDOW),
            )
        )

    def _pack(self, source: str, rows: list[dict[str, Any]]) -> None:
        items = [item for row in rows if (item := self._item(row)) is not None]
        self._planner.plan(source, [item for item in items if item.kind != "asset"])
        for item in items:
            if item.kind == "asset":
                item.data = _on_its_own(item)
        whole = [item for item in items if _comes_back(item)]
        self.report.moved += len(items) - len(whole)
        self._write(whole)

    def _item(self, row: dict[str, Any]) -> Item | None:
        """The body of a row of the queue; None where it does not wait any more, or is damaged."""
        number = row["number"]
        waits = (
            "SELECT b.sha256, length(b.data), b.base FROM unpacked u JOIN bodies b ON b.id = u.body WHERE u.body = ?"
        )
        found = self._db.execute(waits, (number,)).fetchone()
        if found is None:
            self._forget(number)
            return None
        if (raw := _sound(self._db, number, found[0])) is None:
            self.report.damaged += (number,)
            return None
        known = {name: row[name] for name in ("number", "page", "url", "kind")}
        alone = found[1] if found[2] is None else len(frame(raw))
        return Item(
            sha=found[0], raw=raw, stored=found[1], alone=alone, height=bodies.height(self._db, number), **known
        )

    def _forget(self, number: int) -> None:
        """Take a body that was deleted out of the queue."""
        with self._archive.transaction() as db:
            gone = "DELETE FROM unpacked WHERE body = ? AND NOT EXISTS (SELECT 1 FROM bodies WHERE id = body)"
            db.execute(gone, (number,))

    def _write(self, items: list[Item]) -> None:
        """Put the new frames in place in one transaction."""
        with self._archive.transaction() as db:
            # What others lean on takes its place before them: bases, then those on them, then those on these.
            order = sorted(items, key=lambda item: (item.parent is not None, item.again))
            done = {item.number for item in order if _replace(db, item)}
            waits = "SELECT count(*) FROM unpacked WHERE body = ?"
            moved = sum(db.execute(waits, (item.number,)).fetchone()[0] for item in items)
        report, written = self.report, [item for item in items if item.number in done]
        report.moved += moved
        report.bodies += len(written)
        report.leaning += sum(item.parent is not None for item in written)
        report.before += sum(item.stored for item in written)
        report.after += sum(len(item.data) if item.written else item.stored for item in written)


def _batches(rows: list[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    """Rows of one paper each, in the order of their numbers, as many as a batch may hold."""
    batch: list[dict[str, Any]] = []
    for row in sorted(rows, key=lambda row: (row["source"], row["number"])):
        full = len(batch) == BATCH or sum(r["size"] for r in batch) + row["size"] > BATCH_BYTES
        if batch and (full or row["source"] != batch[0]["source"]):
            yield batch
            batch = []
        batch.append(row)
    if batch:
        yield batch


def _sound(db: Connection, number: int, sha: str) -> bytes | None:
    """The bytes of a body, its digest checked; None where it is damaged."""
    try:
        raw = bodies.get(db, number)
    except DamagedBody:
        return None
    return raw if bodies.digest(raw) == sha else None


def _on_its_own(item: Item) -> bytes:
    """The frame of an asset: images and fonts are compressed already and stay as they were framed at capture, style
    sheets and drawings are pressed harder. None is like another page of its paper."""
    dense = item.stored > DENSE * len(item.raw)
    return frame(item.raw) if dense else frame(item.raw, PLAIN_LEVEL)


def _comes_back(item: Item) -> bool:
    """Whether the new frame decodes to what the digest says."""
    raw = item.parent.base.decompress(item.data) if item.parent else unframe(item.data)
    return bodies.digest(raw) == item.sha


def _replace(db: Connection, item: Item) -> bool:
    """Write one body if it still waits, and its base is still what it was; answers whether it is done."""
    waits = "SELECT 1 FROM unpacked u JOIN bodies b ON b.id = u.body WHERE u.body = ? AND b.sha256 = ?"
    if not db.execute(waits, (item.number, item.sha)).fetchone():
        return False
    if item.better or _is_deeper(db, item):
        number = item.parent.number if item.parent else None
        if item.parent and bodies.sha_of(db, item.parent.number) != item.parent.base.sha:
            return False
        if not bodies.replace(db, item.number, item.data, number):
            return False
        item.written = True
    db.execute("DELETE FROM unpacked WHERE body = ?", (item.number,))
    return True


def _is_deeper(db: Connection, item: Item) -> bool:
    """Whether it lies deeper than it is to: what it leans on leans itself by now, so that nothing may lean on it."""
    return (
        item.parent is not None and len(bodies.chain(db, item.number)) > len(bodies.chain(db, item.parent.number)) + 1
    )


class _Unpack:
    """One run over what leans on others, then over all bodies to put them into the queue."""

    def __init__(self, archive: Archive) -> None:
        self._archive, self._db, self.report = archive, archive.conn, Report()

    def batches(self) -> Iterator[tuple[int, int]]:
        """Unpack batch by batch; yields (done, total)."""
        leaning = "FROM bodies WHERE base IS NOT NULL"
        total = self._db.execute(f"SELECT count(*) {leaning}").fetchone()[0]
        at = done = 0
        batch = f"SELECT id, sha256, length(data) {leaning} AND id > ? ORDER BY id LIMIT ?"
        while rows := self._db.execute(batch, (at, BATCH)).fetchall():
            self._unpack(rows)
            at, done = rows[-1][0], done + len(rows)
            yield min(done, total), total
        yield from self._queue(total)

    def _unpack(self, rows: list[tuple[int, str, int]]) -> None:
        sound = {n: _sound(self._db, n, sha) for n, sha, _ in rows}
        self.report.damaged += tuple(n for n, raw in sound.items() if raw is None)
        frames = [(n, sha, size, frame(raw)) for n, sha, size in rows if (raw := sound[n]) is not None]
        with self._archive.transaction() as db:
            for number, sha, size, data in frames:
                if bodies.sha_of(db, number) == sha:
                    bodies.replace(db, number, data)
                    db.execute("INSERT OR IGNORE INTO unpacked (body) VALUES (?)", (number,))
                    self.report.bodies += 1
                    self.report.before += size
                    self.report.after += len(data)

    def _queue(self, total: int) -> Iterator[tuple[int, int]]:
        """Everything is to be packed again: put it into the queue in short steps."""
        at = 0
        while (last := self._last(at)) is not None:
            with self._archive.transaction() as db:
                among = "SELECT id FROM bodies WHERE id > ? AND id <= ?"
                db.execute(f"INSERT OR IGNORE INTO unpacked (body) {among}", (at, last))
            at = last
            yield total, total

    def _last(self, at: int) -> int | None:
        step = "SELECT max(id) FROM (SELECT id FROM bodies WHERE id > ? ORDER BY id LIMIT ?)"
        found: int | None = self._db.execute(step, (at, WINDOW)).fetchone()[0]
        return found


def give_back(db: Connection, stop: Stop) -> int:
    """Give the file's free pages back in small steps, so that nobody waits long; answers how many bytes."""
    size = db.execute("PRAGMA page_size").fetchone()[0]
    first = free = db.execute("PRAGMA freelist_count").fetchone()[0]
    while free and not stop():
        db.execute(f"PRAGMA incremental_vacuum({SLICE})").fetchall()
        left = db.execute("PRAGMA freelist_count").fetchone()[0]
        if left >= free:
            break
        free = left
    db.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()
    return int(first - free) * int(size)
