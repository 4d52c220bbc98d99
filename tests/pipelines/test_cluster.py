"""A Dask cluster cleans as the local pool does: the same records, whatever happens to its workers."""

import os
import signal
import sqlite3
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from shutil import copyfile
from typing import Any

import click
import msgspec
import pyarrow.parquet
import pytest

from archive import bodies
from archive.exports.output import made_beside
from archive.exports.selection import Selection, pages
from archive.exports.warc import About, write_warc
from archive.store import Archive
from archive.warc.writer import NewRecord, packer
from config.sources import Sources
from crawler.cli.engines import By
from crawler.codes import code_of_error
from pipelines import pool as pool_module
from pipelines import stored
from pipelines.cleaner import cleaner_id
from pipelines.errors import CleaningStopped, ClusterUnfit
from pipelines.packed import pack, unpack
from pipelines.pool import CleaningPool
from pipelines.reclean import Report, reclean
from tests.pipelines.test_pool import hanging_chunk
from tests.pipelines.test_reclean import TABLES, dump, keep, page, paper
from tests.ports import free_port
from tests.same import DERIVED, told

pytest.importorskip("distributed", reason="Dask is not installed: requirements/dask.txt")

from distributed import LocalCluster

from pipelines.cluster import engine as module
from pipelines.cluster import work
from pipelines.cluster.engine import Cluster
from pipelines.cluster.work import Identity, Order

BETTER = Sources({"songnews": paper(drop=(".ad",), title=("h2",))}, {})
WHOLE = (*TABLES, "verdicts", "copies", "aliases")
HTML = "<html><body><h1>Tít</h1></body></html>"


@pytest.fixture(scope="module")
def scheduler(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalCluster]:
    """A cluster as somebody else would run it: two workers, each with a nanny that starts it again."""
    folder = str(tmp_path_factory.mktemp("dask"))
    with (
        module.dask.config.set(module._OWN | {"temporary-directory": folder}),
        LocalCluster(
            n_workers=2, threads_per_worker=1, host="127.0.0.1", dashboard_address="127.0.0.1:0",
            memory_limit=0, local_directory=folder, silence_logs=50,
        ) as cluster,
    ):  # fmt: skip
        yield cluster


@pytest.fixture
def cluster(archive: Archive, scheduler: LocalCluster) -> Iterator[Cluster]:
    with Cluster(archive, scheduler=scheduler.scheduler_address, seconds=5) as opened:
        yield opened


@pytest.fixture
def filled(archive: Archive) -> Archive:
    """An archive with work in force, and pages of all kinds."""
    pages = [page(n, hour, extra=f"<p class=x>Giờ {hour}, <b>bài {n}</b></p>") for hour in (1, 2) for n in range(1, 30)]
    keep(archive, paper(), *pages)
    empty = msgspec.structs.replace(page(90), body=HTML.encode())
    archive.keep_page("songnews", empty)
    archive.conn.execute("UPDATE bodies SET data = x'00' WHERE id = 7")
    return archive


def by_pool(archive: Archive, tmp_path: Path, **options: Any) -> tuple[list[str], Report]:
    """What the local pool makes of a copy of the archive, in all tables."""
    archive.conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    copyfile(archive.path, tmp_path / "copy.db")
    with Archive(tmp_path / "copy.db", clock=archive.clock) as copy, CleaningPool(1) as pool:
        report = reclean(copy, BETTER, pool, **options)
        return dump(copy, WHOLE), report


def carried(cluster: Cluster, monkeypatch: pytest.MonkeyPatch) -> None:
    """The archive is on another machine than the workers, as they see for themselves."""
    there = Identity.of(str(cluster._archive.path))
    assert there
    cluster._order = cluster._order._replace(archive=there._replace(boot="another"))


def test_all_tables_are_those_of_the_pool(filled: Archive, cluster: Cluster, tmp_path: Path) -> None:
    expected, report = by_pool(filled, tmp_path)
    assert reclean(filled, BETTER, cluster) == report and report.pages == 59 and report.damaged
    assert dump(filled, WHOLE) == expected
    assert told(filled.path, DERIVED) == told(tmp_path / "copy.db", DERIVED)


def test_so_are_they_where_the_workers_do_not_see_the_archive(
    filled: Archive, cluster: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected, report = by_pool(filled, tmp_path)
    carried(cluster, monkeypatch)
    assert reclean(filled, BETTER, cluster) == report
    assert cluster._order.archive is None, "they said that they do not"
    assert dump(filled, WHOLE) == expected


@pytest.mark.parametrize("sent", [False, True])
def test_a_dry_run_tells_the_same_and_writes_nothing(
    filled: Archive, cluster: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sent: bool
) -> None:
    before = dump(filled, WHOLE)
    _, report = by_pool(filled, tmp_path, dry_run=True)
    if sent:
        carried(cluster, monkeypatch)
    assert reclean(filled, BETTER, cluster, dry_run=True) == report and report.changed and report.samples
    assert dump(filled, WHOLE) == before


def test_a_killed_worker_costs_a_retry_and_no_page(
    filled: Archive, cluster: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected, report = by_pool(filled, tmp_path)
    monkeypatch.setattr("pipelines.reclean.CHUNK", 2)
    killed = []

    def kill(done: int, total: int) -> None:
        if done in (2, 20, 40):
            killed.append(next(iter(cluster._client.run(os.getpid).values())))
            os.kill(killed[-1], signal.SIGKILL)

    made = reclean(filled, BETTER, cluster, progress=kill)
    assert len({*killed}) == 3 and made == report
    assert dump(filled, WHOLE) == expected


def poisoned(order: Order, chunks: list[bytes]) -> list[bytes] | None:
    """Page 2 kills the worker itself."""
    if any(2 in unpack(chunk).numbers for chunk in chunks):
        os.kill(os.getpid(), signal.SIGKILL)
    return work.clean(order, chunks)


def test_a_page_that_kills_each_worker_ends_as_it_would_in_the_pool(
    archive: Archive, cluster: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep(archive, paper(), *(page(n) for n in range(1, 6)))
    monkeypatch.setattr(module, "_TASK", poisoned)
    report = reclean(archive, BETTER, cluster, accept=True)
    assert (report.pages, report.dropped) == (5, {"memory": 1})
    (row,) = archive.rows("SELECT output FROM cleanings WHERE page = 2 AND reason IS NOT NULL")
    assert pool_module.DIED.detail in row["output"]


def hanging(chunk: bytes) -> bytes:
    """What a child runs of a chunk in which page 2 never ends."""
    return pack(hanging_chunk(unpack(chunk)))


def with_a_hang(order: Order, chunks: list[bytes]) -> list[bytes] | None:
    """Page 2 never ends, in the worker's child."""
    own = pool_module._clean_packed, pool_module._clean_chunk
    pool_module._clean_packed, pool_module._clean_chunk = hanging, hanging_chunk
    try:
        return work.clean(order, chunks)
    finally:
        pool_module._clean_packed, pool_module._clean_chunk = own


def test_a_page_that_hangs_costs_its_own_drop_and_no_worker(
    archive: Archive, scheduler: LocalCluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep(archive, paper(), *(page(n) for n in range(1, 4)))
    monkeypatch.setattr(module, "_TASK", with_a_hang)
    with Cluster(archive, scheduler=scheduler.scheduler_address, seconds=2) as cluster:
        workers = set(cluster._client.run(os.getpid).values())
        report = reclean(archive, BETTER, cluster)
        assert (report.pages, report.dropped) == (3, {"hang": 1})
        assert workers == set(cluster._client.run(os.getpid).values())


def elsewhere() -> dict[str, str]:
    """The versions of a worker that was not brought up to date."""
    return module.versions() | {"baoluu": "0123456789ab", "lxml": "4.9"}


def test_workers_that_would_clean_otherwise_are_refused(
    filled: Archive, scheduler: LocalCluster, cluster: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = dump(filled, ("articles", "cleanings"))
    cluster._order = cluster._order._replace(versions=elsewhere())  # one that came later
    with pytest.raises(ClusterUnfit, match=r"lxml .* \(here 4.9\)"):
        reclean(filled, BETTER, cluster)
    assert dump(filled, ("articles", "cleanings")) == before
    monkeypatch.setattr(module, "_VERSIONS", elsewhere)
    with (
        pytest.raises(ClusterUnfit, match="baoluu 0123456789ab"),
        Cluster(filled, scheduler=scheduler.scheduler_address),
    ):
        pass


def test_where_no_scheduler_is_nothing_is_lost(filled: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "CONNECT", 0.5)
    for address in ("tcp://127.0.0.1:9", "nonsense://x", "127.0.0.1:nix"):
        with pytest.raises(ClusterUnfit, match="no Dask scheduler answers"), Cluster(filled, scheduler=address):
            pass


Started = Callable[..., "subprocess.Popen[str]"]


@pytest.fixture
def started(tmp_path: Path) -> Iterator[Started]:
    """Start Dask's own commands, and end them."""
    running = []

    def start(*command: str) -> "subprocess.Popen[str]":
        there = os.environ | {"DASK_TEMPORARY_DIRECTORY": str(tmp_path), "PYTHONPATH": str(Path(__file__).parents[2])}
        begun = subprocess.Popen(
            [sys.executable, "-m", "dask", *command, "--host", "127.0.0.1"],
            stderr=subprocess.DEVNULL, env=there, cwd=tmp_path, text=True,
        )  # fmt: skip
        running.append(begun)
        return begun

    yield start
    for each in running:
        each.terminate()
    for each in running:
        each.wait(20)


def test_when_the_scheduler_goes_the_rest_is_done_later(
    filled: Archive, started: Started, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With a scheduler and a worker as a keeper starts them."""
    expected, _ = by_pool(filled, tmp_path)
    monkeypatch.setattr("pipelines.reclean.CHUNK", 2)
    monkeypatch.setattr(module, "CONNECT", 5)
    address = f"tcp://127.0.0.1:{free_port(['127.0.0.1'])}"
    scheduler = started("scheduler", "--port", address.rpartition(":")[2], "--no-dashboard")
    worker = started("worker", address, "--nthreads", "2", "--no-dashboard", "--no-nanny")

    def kill(done: int, total: int) -> None:
        if done == 10:
            scheduler.kill()

    with pytest.raises(CleaningStopped), Cluster(filled, scheduler=address) as cluster:
        reclean(filled, BETTER, cluster, progress=kill)
    worker.terminate()
    pending = len(filled.pending("songnews", cleaner_id(BETTER["songnews"])))
    assert 0 < pending < 59
    with CleaningPool(1) as pool:
        reclean(filled, BETTER, pool)
    assert dump(filled, WHOLE) == expected


def placed(archive: Archive, folder: Path, kind: str) -> str:
    """The archive's bodies in a place of that kind, as a URL; one of them is wrong there, and one is missing."""
    folder.mkdir()
    archive.conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    rows = [
        (sha, bodies.get(archive.conn, n))
        for n, sha in archive.conn.execute("SELECT id, sha256 FROM bodies")
        if n not in (3, 7)
    ]
    rows[4] = rows[4][0], b"other bytes"
    if kind == "warc":
        with (folder / "a.warc.gz").open("wb") as file:
            for n, (_, body) in enumerate(rows):
                fields = (("WARC-Target-URI", f"https://song.example.vn/{n}"),)
                record = NewRecord("resource", f"urn:uuid:{n}", "2025-01-01T00:00:00Z", fields, "text/html", b"", body)
                file.write(packer("a.warc.gz")(record))
    elif kind == "parquet":
        table = pyarrow.table({"sha256": [sha for sha, _ in rows], "body": [body for _, body in rows]})
        pyarrow.parquet.write_table(table, folder / "a.parquet", row_group_size=10)
    else:
        copyfile(archive.path, folder / "shard.db")
        with sqlite3.connect(folder / "shard.db") as db:
            db.execute("UPDATE bodies SET data = x'00' WHERE id = 9")
            db.execute("UPDATE bodies SET sha256 = 'f' || substr(sha256, 2) WHERE id = 3")
        db.close()
    if kind == "far":
        with zipfile.ZipFile(folder / "place.zip", "w") as packed:
            packed.write(folder / "shard.db", "sub/shard.db")
        return f"zip://sub::file://{folder}/place.zip"
    return f"file://{folder}"


@pytest.mark.parametrize("kind", ["warc", "parquet", "archive", "far"])
def test_workers_read_bodies_from_a_place_by_their_digest(
    filled: Archive, scheduler: LocalCluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    url = placed(filled, tmp_path / "place", kind)
    expected, report = by_pool(filled, tmp_path)
    read = list[int]()
    monkeypatch.setattr(module, "loaded", lambda archive, n: read.append(n) or stored.loaded(archive, n))
    with Cluster(filled, scheduler=scheduler.scheduler_address, bodies=url) as cluster:
        assert reclean(filled, BETTER, cluster) == report
    assert dump(filled, WHOLE) == expected
    assert 0 < len(read) <= 2 + 4 * 16, "a body that is not there, or another one: only those chunks are sent along"


def test_a_place_may_be_what_an_export_wrote(
    filled: Archive, scheduler: LocalCluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`baoluu export --format warc --split`; a page that was damaged cannot be in it."""
    expected, report = by_pool(filled, tmp_path)
    folder = tmp_path / "place"
    with Archive(filled.path, write=False) as archive, made_beside(folder, folder=True) as out:
        done = write_warc(archive, pages(archive, Selection()), out, "place", About("All"), split=20_000)
        out.conclude(b"{}")
    assert done.pages and len(list(folder.glob("*.warc.gz"))) > 1
    read = list[int]()
    monkeypatch.setattr(module, "loaded", lambda archive, n: read.append(n) or stored.loaded(archive, n))
    with Cluster(filled, scheduler=scheduler.scheduler_address, bodies=f"file://{folder}") as cluster:
        assert reclean(filled, BETTER, cluster) == report
    assert dump(filled, WHOLE) == expected
    assert read == [7]


@pytest.mark.parametrize(
    "url", ["file:///nowhere/at/all", "nonsense://x", "memory://baoluu:secret@kho/x", "nonsense://baoluu:secret@kho/x"]
)
def test_a_place_that_is_none_is_refused(filled: Archive, scheduler: LocalCluster, url: str) -> None:
    with pytest.raises(ClusterUnfit, match=r"holds no archive|cannot be opened") as caught:
        Cluster(filled, scheduler=scheduler.scheduler_address, bodies=url).__enter__()
    assert "secret" not in str(caught.value)


def test_the_password_of_a_place_that_workers_cannot_read_is_not_shown(
    filled: Archive, scheduler: LocalCluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = "http://baoluu:secret@127.0.0.1:1"
    monkeypatch.setattr(module.place, "files", lambda url: [f"{url}/a.parquet"])
    with pytest.raises(ClusterUnfit, match=r"//baoluu:\*\*\*@.*cannot be read by a worker") as caught:
        Cluster(filled, scheduler=scheduler.scheduler_address, bodies=url).__enter__()
    assert "secret" not in str(caught.value)


def test_the_command_cleans_with_a_cluster_of_its_own(filled: Archive, tmp_path: Path) -> None:
    root = Path(__file__).parents[2]
    command = [sys.executable, "-c", "from crawler.cli import main; main()", "reclean", "--archive", str(filled.path)]

    before = dump(filled, WHOLE)
    command += ["--engine", "dask", "--workers", "2", "--out", str(tmp_path / "place"), "--json"]
    there = os.environ | {"TMPDIR": str(tmp_path)}
    done = subprocess.run(command, cwd=root, env=there, capture_output=True, text=True, timeout=60)
    assert msgspec.json.decode(done.stdout)["pages"] == 59, done.stderr
    assert not list(tmp_path.glob("*dask*")), "its folder is gone"
    assert dump(filled, WHOLE) == before
    assert len(list((tmp_path / "place").iterdir())) == 1


@pytest.mark.parametrize("wrong", [By("pool", "tcp://x:1", None, None), By("pool", None, None, "file:///x"),
                                   By("pool", None, None, None, out="file:///x"),
                                   By("dask", None, None, None, taken="file:///x")])  # fmt: skip
def test_what_is_for_dask_is_refused_without_it(wrong: By) -> None:
    with pytest.raises(click.UsageError, match=r"is for --engine dask|nobody cleans"):
        wrong.check()


def test_a_cluster_that_is_unfit_is_wrong_use() -> None:
    assert code_of_error(ClusterUnfit("")) == 2


def test_without_dask_the_command_to_install_it_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("crawler.cli.engines.find_spec", lambda name: None)
    with pytest.raises(click.UsageError, match=r"pip install --require-hashes -r requirements/dask\.txt"):
        By("dask", None, None, None).check()


def test_nothing_of_dask_is_imported_where_it_is_not_asked_for() -> None:
    code = (
        "import sys, crawler.cli.work, pipelines.reclean; print({'dask', 'distributed', 'fsspec'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=Path(__file__).parents[2])
    assert done.stdout.strip() == "set()", done.stderr
