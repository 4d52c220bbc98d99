"""Cleanings that were put into a place as Parquet files, and taken in from there: the archive that the pool makes."""

from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from shutil import copyfile
from threading import Thread

import click
import msgspec
import pyarrow
import pyarrow.parquet
import pytest
from backports import zstd

from archive.held import held
from archive.store import Archive
from archive.withdraw import find, withdraw
from config.sources import Sources
from crawler.cli.engines import By, cleaning_by
from pipelines.cleaner import cleaner_id
from pipelines.errors import PlaceUnfit
from pipelines.pool import CleaningPool
from pipelines.reclean import Report, reclean
from pipelines.report import LeftThere
from tests.pipelines.test_reclean import TABLES, dump, keep, page, paper
from tests.same import DERIVED, told

pytest.importorskip("fsspec", reason="fsspec is not installed: requirements/dask.txt")

from pipelines.cluster import cleanings as module
from pipelines.cluster.cleanings import Cleanings

BETTER = Sources({"songnews": paper(drop=(".ad",), title=("h2",))}, {})
WHOLE = (*TABLES, "verdicts", "copies", "aliases")
PAGES, DAMAGED = 25, [7, 19]


@pytest.fixture(scope="module")
def pool() -> Iterator[CleaningPool]:
    with CleaningPool(1) as pool:
        yield pool


@pytest.fixture
def filled(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> Archive:
    """An archive with work in force, and a body of two pages that cannot be read."""
    monkeypatch.setattr("pipelines.reclean.CHUNK", 4)
    monkeypatch.setattr(module, "BATCH", 8)
    keep(archive, paper(), *(page(n, hour) for hour in (1, 2) for n in range(1, 13)), page(90))
    archive.conn.execute("UPDATE bodies SET data = x'00' WHERE id = 7")
    archive.conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return archive


@pytest.fixture
def place(tmp_path: Path) -> str:
    return f"file://{tmp_path}/place/sub"


def put(archive: Archive, pool: CleaningPool, place: str, sources: Sources = BETTER) -> Report:
    with Cleanings(archive, sources, place) as out:
        return reclean(archive, sources, pool, among=out.missing, put=out.put)


def take(
    archive: Archive, place: str, *, dry_run: bool = False, only: str | None = None, sources: Sources = BETTER
) -> Report:
    with Cleanings(archive, sources, place, only=only) as found:
        report = reclean(archive, sources, found, among=found.present, dry_run=dry_run, only=only)
        report.left = found.left()
    return report


def files(place: str) -> list[Path]:
    return sorted(Path(place.removeprefix("file://")).iterdir())


def test_what_was_put_and_taken_in_is_what_the_pool_makes(
    filled: Archive, pool: CleaningPool, place: str, tmp_path: Path
) -> None:
    before = dump(filled, WHOLE)
    copyfile(filled.path, tmp_path / "copy.db")
    with Archive(tmp_path / "copy.db", clock=filled.clock) as copy:
        tried = reclean(copy, BETTER, pool, dry_run=True)
        done = reclean(copy, BETTER, pool)
        expected = dump(copy, WHOLE)
    assert put(filled, pool, place) == tried and tried.pages == PAGES and tried.damaged and tried.changed
    tried.left = done.left = LeftThere({}, {})
    assert dump(filled, WHOLE) == before and len(files(place)) == 4
    assert take(filled, place, dry_run=True) == tried and dump(filled, WHOLE) == before
    assert take(filled, place) == done and done.losses
    assert dump(filled, WHOLE) == expected
    assert told(filled.path, DERIVED) == told(tmp_path / "copy.db", DERIVED)
    assert take(filled, place).pages == len(DAMAGED), "they cannot be read, nothing else is left"


def test_into_another_archive_that_holds_the_pages(
    filled: Archive, pool: CleaningPool, place: str, tmp_path: Path
) -> None:
    put(filled, pool, place)
    with Archive(tmp_path / "other.db", clock=filled.clock) as other:
        keep(other, paper(), page(99), *(page(n) for n in (3, 2)))
        report = take(other, place)
        assert (report.pages, report.postponed) == (2, ["songnews"])
        assert other.pending("songnews", cleaner_id(BETTER["songnews"])) == [1]


def test_stopped_it_goes_on_and_counts_nothing_twice(filled: Archive, pool: CleaningPool, place: str) -> None:
    def stop(done: int, total: int) -> None:
        if done >= 12:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt), Cleanings(filled, BETTER, place) as out:
        reclean(filled, BETTER, pool, among=out.missing, put=out.put, progress=stop)
    assert put(filled, pool, place).pages == PAGES - 12
    assert put(filled, pool, place).pages == 0
    copyfile(files(place)[0], files(place)[0].parent / "again.parquet")
    assert take(filled, place).pages == PAGES


def test_pages_that_can_be_read_again_are_cleaned_after_all(filled: Archive, pool: CleaningPool, place: str) -> None:
    assert put(filled, pool, place).damaged.keys() == {*DAMAGED}
    filled.conn.execute("UPDATE bodies SET data = ? WHERE id = 7", (zstd.compress(page(7).body),))
    assert take(filled, place, dry_run=True).pages == PAGES - len(DAMAGED)
    assert put(filled, pool, place).pages == len(DAMAGED)
    assert take(filled, place).pages == PAGES and not list(held(filled))
    assert not filled.pending("songnews", cleaner_id(BETTER["songnews"]))


def test_a_page_withdrawn_meanwhile_is_passed_over(filled: Archive, pool: CleaningPool, place: str) -> None:
    put(filled, pool, place)
    withdraw(filled, find(filled, BETTER, page(3).url), "asked for")
    assert take(filled, place).pages == PAGES - 2
    assert not filled.conn.execute("SELECT 1 FROM cleanings WHERE output LIKE '%bai-3-%'").fetchone()


def test_work_of_other_rules_is_refused(filled: Archive, pool: CleaningPool, place: str) -> None:
    put(filled, pool, place, Sources({"songnews": paper(drop=(".other",))}, {}))
    before = dump(filled, WHOLE)
    for use in (lambda: take(filled, place), lambda: put(filled, pool, place)):
        with pytest.raises(PlaceUnfit, match=r"was cleaned by 8-\w+ there, and the rules here are 8-"):
            use()
    assert dump(filled, WHOLE) == before


@pytest.fixture
def with_another(filled: Archive) -> Archive:
    """The same with three pages of another paper, which is declared where they are cleaned."""
    for n in (1, 2, 3):
        there = page(n)
        filled.keep_page("hillnews", msgspec.structs.replace(there, url=there.url.replace("song.", "doi.")))
    return filled


HILL = msgspec.structs.replace(paper(drop=(".hill",)), id="hillnews", hosts=("doi.example.vn",))
BOTH = Sources({**BETTER, "hillnews": HILL}, {})
OTHERWISE = Sources({**BETTER, "hillnews": msgspec.structs.replace(HILL, generations=())}, {})


def by_pool(archive: Archive, pool: CleaningPool, path: Path) -> list[str]:
    """What the pool makes of a copy, where the one paper alone is asked for."""
    archive.conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    copyfile(archive.path, path)
    with Archive(path, clock=archive.clock) as copy:
        reclean(copy, BETTER, pool, only="songnews")
        return dump(copy, WHOLE)


def test_of_papers_that_are_not_asked_for_nothing_is_refused(
    with_another: Archive, pool: CleaningPool, place: str, tmp_path: Path
) -> None:
    put(with_another, pool, place, BOTH)
    expected = by_pool(with_another, pool, tmp_path / "copy.db")
    with pytest.raises(PlaceUnfit, match=r"hillnews was cleaned by .*--source"):
        take(with_another, place, sources=OTHERWISE)
    with pytest.raises(PlaceUnfit, match=r"hillnews was cleaned by"):
        take(with_another, place, only="hillnews", sources=OTHERWISE)
    report = take(with_another, place, only="songnews", sources=OTHERWISE)
    assert report.pages == PAGES and report.left == LeftThere({"hillnews": 3}, {})
    assert dump(with_another, WHOLE) == expected


def test_a_paper_that_is_not_declared_here_is_told_and_costs_no_other(
    with_another: Archive, pool: CleaningPool, place: str, tmp_path: Path
) -> None:
    put(with_another, pool, place, BOTH)
    expected = by_pool(with_another, pool, tmp_path / "copy.db")
    with pytest.raises(PlaceUnfit, match=r"hillnews was cleaned by .* is not declared here"):
        take(with_another, place, only="hillnews")
    for file in files(place):
        copyfile(file, file.parent / f"again-{file.name}")
    report = take(with_another, place)
    assert report.pages == PAGES and report.left == LeftThere({}, {"hillnews": 3})
    assert dump(with_another, WHOLE) == expected
    assert take(with_another, place, sources=BOTH).pages == 3 + len(DAMAGED), "nothing of it is lost"


def test_one_paper_is_put_beside_another_of_other_rules(with_another: Archive, pool: CleaningPool, place: str) -> None:
    put(with_another, pool, place, BOTH)
    with Cleanings(with_another, OTHERWISE, place, only="songnews") as out:
        assert reclean(with_another, OTHERWISE, pool, only="songnews", among=out.missing, put=out.put).pages == 0


@pytest.mark.parametrize("kind", ["torn", "empty", "foreign"])
def test_a_file_that_is_torn_or_foreign_is_named(filled: Archive, pool: CleaningPool, place: str, kind: str) -> None:
    put(filled, pool, place)
    before, file = dump(filled, WHOLE), files(place)[1]
    if kind == "foreign":
        pyarrow.parquet.write_table(pyarrow.table({"url": ["https://x.vn/"]}), file)
    else:
        file.write_bytes(file.read_bytes()[: 2000 * (kind == "torn")])
    with pytest.raises(PlaceUnfit, match=f"{file.name}: (cannot be read|is no file of cleanings)"):
        take(filled, place)
    assert dump(filled, WHOLE) == before
    file.unlink()
    assert take(filled, place).pages < PAGES
    assert put(filled, pool, place).pages + take(filled, place).pages > 0
    assert filled.pending("songnews", cleaner_id(BETTER["songnews"])) == DAMAGED


def test_what_is_no_cleaning_inside_is_named(filled: Archive, pool: CleaningPool, place: str) -> None:
    put(filled, pool, place)
    table = pyarrow.parquet.read_table(files(place)[0])
    at = table.schema.get_field_index("output")
    wrong = table.set_column(at, table.schema.field(at), pyarrow.array(["{}"] * len(table), pyarrow.string()))
    pyarrow.parquet.write_table(wrong, files(place)[0])
    with pytest.raises(PlaceUnfit, match="has no cleaning there"):
        take(filled, place)


@pytest.fixture
def public(tmp_path: Path) -> Iterator[str]:
    """The place as a web server shows it to who has a password, which is part of the files' paths then."""
    handler = partial(Silent, directory=str(tmp_path / "place"))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        yield f"http://baoluu:secret@127.0.0.1:{server.server_port}/sub/"
        server.shutdown()
        thread.join()


class Silent(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.mark.parametrize("what", ["torn", "foreign", "other rules", "no cleaning"])
def test_the_password_of_a_place_is_not_shown(
    filled: Archive, pool: CleaningPool, place: str, public: str, what: str
) -> None:
    put(filled, pool, place, Sources({"songnews": paper(drop=(".other",))}, {}) if what == "other rules" else BETTER)
    file = files(place)[0]
    if what == "torn":
        file.write_bytes(file.read_bytes()[:2000])
    elif what == "foreign":
        pyarrow.parquet.write_table(pyarrow.table({"url": ["https://x.vn/"]}), file)
    elif what == "no cleaning":
        table = pyarrow.parquet.read_table(file)
        at = table.schema.get_field_index("output")
        wrong = table.set_column(at, table.schema.field(at), pyarrow.array(["{}"] * len(table), pyarrow.string()))
        pyarrow.parquet.write_table(wrong, file)
    with pytest.raises(PlaceUnfit, match=rf"//baoluu:\*\*\*@127\.0\.0\.1:\d+/sub/{file.name}: ") as caught:
        take(filled, public)
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(("url", "said"), [("nonsense://baoluu:secret@kho/x", "cannot be opened"),
                                           ("memory://baoluu:secret@kho/x", "holds no cleanings")])  # fmt: skip
def test_nor_is_it_where_nothing_is_found(archive: Archive, url: str, said: str) -> None:
    by = By("pool", None, None, None, taken=url)
    with (
        pytest.raises((PlaceUnfit, click.UsageError), match=rf"//baoluu:\*\*\*@kho/x:? {said}") as caught,
        cleaning_by(by, archive, BETTER, None),
    ):
        pass
    assert "secret" not in str(caught.value)
