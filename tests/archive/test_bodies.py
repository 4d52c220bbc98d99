"""Bodies that stand on their own and that lean on others."""

import sqlite3
from random import Random

import pytest

from archive import bodies
from archive.errors import BodyInUse, DamagedBody
from archive.facts import Page
from archive.frames import LEANING_LEVEL, RECENT, Base, Recent, frame, unframe
from archive.store import Archive
from tests.archive.packing import check_whole

CHROME = Random(1).randbytes(20_000)


def lean(archive: Archive, number: int, base: int) -> bool:
    """Store `number` against `base`."""
    db = archive.conn
    data = Base(bodies.get(db, base), "").compress(bodies.get(db, number), LEANING_LEVEL)
    return bodies.replace(db, number, data, base)


@pytest.fixture
def numbers(archive: Archive) -> list[int]:
    """Six bodies of one chrome."""
    return [bodies.put(archive.conn, CHROME + bytes([n]) * 100) for n in range(6)]


def test_a_body_is_kept_once_and_waits_once(archive: Archive) -> None:
    assert bodies.put(archive.conn, CHROME) == bodies.put(archive.conn, CHROME)
    assert archive.conn.execute("SELECT count(*) FROM unpacked").fetchone() == (1,)


@pytest.mark.parametrize("body", [b"", b"x", b"1234567", b"12345678", CHROME * 20])
@pytest.mark.parametrize("base", [b"", b"x", b"12345678", CHROME])
def test_a_frame_against_any_base_comes_back(body: bytes, base: bytes) -> None:
    ready = Base(base, "")
    assert ready.decompress(ready.compress(body, LEANING_LEVEL)) == body
    assert ready.decompress(ready.capture(body)) == body
    assert unframe(frame(body)) == body


def test_a_body_leans_on_a_base_far_larger_than_itself(archive: Archive) -> None:
    page = Random(2).randbytes(3_000_000)
    base, leaning = bodies.put(archive.conn, page), bodies.put(archive.conn, page[:1000])
    assert lean(archive, leaning, base)
    assert archive.conn.execute("SELECT length(data) < 40 FROM bodies WHERE id = ?", (leaning,)).fetchone() == (1,)
    check_whole(archive)


def test_no_body_leans_on_itself_in_a_circle_or_too_deep(archive: Archive, numbers: list[int]) -> None:
    a, b, c, d, *_ = numbers
    assert not lean(archive, a, a)
    assert lean(archive, b, a) and lean(archive, c, b)
    assert not lean(archive, d, c), "three deep"
    assert not lean(archive, a, d), "that would put c three deep"
    assert not lean(archive, a, b) and not lean(archive, a, c)
    assert bodies.chain(archive.conn, c) == [b, a] and bodies.height(archive.conn, a) == 2
    check_whole(archive)


def test_a_circle_made_by_hand_is_damage_not_an_endless_read(archive: Archive, numbers: list[int]) -> None:
    a, b, *_ = numbers
    archive.conn.execute("UPDATE bodies SET base = ? WHERE id = ?", (b, a))
    archive.conn.execute("UPDATE bodies SET base = ? WHERE id = ?", (a, b))
    RECENT.clear()
    with pytest.raises(DamagedBody, match="more than 2 others"):
        bodies.get(archive.conn, a)
    assert not bodies.replace(archive.conn, numbers[2], b"", a)


@pytest.mark.parametrize("flip", [10, 5000, -1])
def test_a_torn_frame_is_named(archive: Archive, numbers: list[int], flip: int) -> None:
    data = bytearray(archive.conn.execute("SELECT data FROM bodies WHERE id = ?", (numbers[0],)).fetchone()[0])
    data[flip] ^= 1
    archive.conn.execute("UPDATE bodies SET data = ? WHERE id = ?", (bytes(data), numbers[0]))
    with pytest.raises(DamagedBody, match=f"body {numbers[0]} is damaged"):
        bodies.get(archive.conn, numbers[0])


def test_a_missing_body_is_named(archive: Archive) -> None:
    with pytest.raises(DamagedBody, match="body 7 is missing"):
        bodies.get(archive.conn, 7)


def test_a_row_of_reads_decodes_a_base_once(archive: Archive, numbers: list[int]) -> None:
    for number in numbers[1:]:
        lean(archive, number, numbers[0])
    RECENT.clear()
    bodies.get(archive.conn, numbers[1])
    archive.conn.execute("UPDATE bodies SET data = x'00' WHERE id = ?", (numbers[0],))
    assert bodies.get(archive.conn, numbers[2]) == CHROME + bytes([2]) * 100, "the base was not read again"
    RECENT.clear()
    with pytest.raises(DamagedBody):
        bodies.get(archive.conn, numbers[2])


def test_what_is_remembered_is_bounded_and_the_oldest_goes() -> None:
    recent = Recent(limit=250)
    for n in range(3):
        recent.put(Base(bytes(100), str(n)))
        recent.get("0")
    assert [recent.get(str(n)) is not None for n in range(3)] == [True, False, True]
    recent.put(Base(bytes(300), "large"))
    assert recent.get("large") is None


def test_a_reused_number_is_never_taken_for_the_base(archive: Archive, numbers: list[int]) -> None:
    """Between the statements of a read the base goes, and another body gets its number."""
    *_, leaning, base = numbers
    assert lean(archive, leaning, base)
    RECENT.clear()

    class Moving(sqlite3.Connection):
        moved = False

        def execute(self, sql: str, *more: object) -> sqlite3.Cursor:
            cursor = super().execute(sql, *more)  # type: ignore[arg-type]
            if sql.startswith("SELECT b.data") and not Moving.moved:
                Moving.moved = True
                with archive.transaction() as db:
                    bodies.release(db, base)
                    bodies.delete(db, base)
                    assert bodies.put(db, b"another") == base
                RECENT.clear()
            return cursor

    reader = sqlite3.connect(archive.path, factory=Moving, isolation_level=None)
    assert bodies.get(reader, leaning) == CHROME + bytes([4]) * 100
    assert Moving.moved
    assert RECENT.get(bodies.digest(CHROME + bytes([5]) * 100)) is None, "nothing else is remembered as the base"
    reader.close()


def test_release_makes_everything_independent(archive: Archive, numbers: list[int]) -> None:
    root, first, again, *others = numbers
    for number in (first, *others):
        assert lean(archive, number, root)
    assert lean(archive, again, first)
    before = {n: bodies.get(archive.conn, n) for n in numbers}
    with archive.transaction() as db:
        assert bodies.release(db, first) == 1
        assert bodies.release(db, root) == 4 + 1
        assert bodies.release(db, root) == 0
        bodies.delete(db, root)
    RECENT.clear()
    assert {n: bodies.get(archive.conn, n) for n in numbers[1:]} == {n: before[n] for n in numbers[1:]}
    size = archive.conn.execute("SELECT sum(length(data)) FROM bodies").fetchone()[0]
    assert size < 2 * len(CHROME), "one of them is the base of the others"
    check_whole(archive)


def test_release_of_one_that_leans_itself_keeps_the_depth(archive: Archive, numbers: list[int]) -> None:
    root, first, *again = numbers
    assert lean(archive, first, root) and all(lean(archive, n, first) for n in again)
    with archive.transaction() as db:
        assert bodies.release(db, first) == len(again)
        bodies.delete(db, first)
    assert {bodies.chain(archive.conn, n)[-1] for n in again} == {root}
    check_whole(archive)


def test_release_with_damage_changes_nothing(archive: Archive, numbers: list[int]) -> None:
    root, *others = numbers
    assert all(lean(archive, n, root) for n in others)
    archive.conn.execute("UPDATE bodies SET data = x'00' WHERE id = ?", (others[-1],))
    before = archive.conn.execute("SELECT * FROM bodies").fetchall()
    with pytest.raises(DamagedBody), archive.transaction() as db:
        bodies.release(db, root)
    assert archive.conn.execute("SELECT * FROM bodies").fetchall() == before


def test_delete_refuses_what_is_in_use(archive: Archive, numbers: list[int]) -> None:
    base, leaning, *_ = numbers
    page = archive.keep_page("songnews", Page(url="https://a.vn/1", fetched_at="2025", body=CHROME + bytes([1]) * 100))
    lean(archive, leaning, base)
    for number, use in ((base, "another body leans on it"), (leaning, "a page shows it")):
        with pytest.raises(BodyInUse, match=use):
            bodies.delete(archive.conn, number)
    archive.conn.execute("DELETE FROM pages WHERE id = ?", (page,))
    for number in (leaning, base):
        bodies.delete(archive.conn, number)
        assert bodies.sha_of(archive.conn, number) is None
    check_whole(archive)


def test_frames_of_earlier_versions_are_read(archive: Archive) -> None:
    """They have no checksum."""
    from backports import zstd

    row = (bodies.digest(CHROME), len(CHROME), zstd.compress(CHROME, 3))
    number = archive.conn.execute("INSERT INTO bodies (sha256, size, data) VALUES (?, ?, ?)", row).lastrowid
    assert bodies.get(archive.conn, number or 0) == CHROME
