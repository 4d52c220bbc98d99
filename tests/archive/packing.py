"""A small crawl for the tests of packing, and what must hold of an archive whatever happened to it."""

from collections.abc import Mapping
from functools import cache

from archive import bodies
from archive.frames import RECENT
from archive.grounds import Grounds
from archive.store import Archive
from tests.bench.crawled import Fetched, captured, crawled


@cache
def small() -> tuple[Fetched, ...]:
    """One paper of two layouts with refetches, sections and feeds: about 70 pages."""
    return tuple(crawled(1, 30))


def keep(archive: Archive) -> dict[int, Fetched]:
    """Keep the small crawl; answers the pages by number."""
    return {archive.keep_page(of.source, of.page): of for of in small()}


def capture(archive: Archive, grounds: Grounds | None = None) -> dict[int, Fetched]:
    """The same as a crawl keeps it: bodies against their grounds."""
    return dict(captured(archive, small(), grounds or Grounds()))


def check_whole(archive: Archive) -> None:
    """The file is sound, every body is what its digest says, and none leans through more than may be."""
    assert archive.conn.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    assert archive.conn.execute("PRAGMA foreign_key_check").fetchall() == []
    RECENT.clear()
    for number, sha, size in archive.conn.execute("SELECT id, sha256, size FROM bodies").fetchall():
        found = bodies.get(archive.conn, number)
        assert (bodies.digest(found), len(found)) == (sha, size)
        assert len(bodies.chain(archive.conn, number)) <= bodies.DEPTH
    assert not archive.conn.execute("SELECT body FROM unpacked EXCEPT SELECT id FROM bodies").fetchall()


def check_pages(archive: Archive, pages: Mapping[int, Fetched]) -> None:
    """Every page comes back as it was kept."""
    check_whole(archive)
    for number, of in pages.items():
        assert archive.page(number) == of.page


def waiting(archive: Archive) -> int:
    """How many bodies wait to be packed."""
    return int(archive.conn.execute("SELECT count(*) FROM unpacked").fetchone()[0])


def frames(archive: Archive) -> list[tuple[int, int | None, bytes]]:
    """Number, base and frame of every body."""
    return archive.conn.execute("SELECT id, base, data FROM bodies ORDER BY id").fetchall()
