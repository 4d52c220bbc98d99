"""Several crawls on one frontier: every page once, the pace kept, and nothing lost when workers or server are killed.

Every worker is a process with a folder of its own, the papers are served over loopback, the server is PostgreSQL.
Kills are drawn from `SEED`.
"""

import itertools
import json
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from pathlib import Path
from random import Random

import msgspec
import pytest

from archive.derive import settle
from archive.errors import NotAnArchive
from archive.merge import merge, opened
from archive.store import Archive
from tests.conftest import ROOT
from tests.corpus import Corpus
from tests.corpus.serve import Served
from tests.crawler.worker import Order, sources_of
from tests.postgres import PostgresServer
from tests.postgres import served as server_of_its_own
from tests.press import Press, Request

SEED = 1106
PAPERS, PACE = 6, 0.05
CONTENT = {
    "articles": "SELECT article, source, url, title, lead, text, blocks, authors, published, published_day,"
    " published_precision, section, revisions, cleaner FROM articles",
    "revisions": "SELECT a.article, r.n, r.sha FROM revisions r JOIN articles a ON a.id = r.article",
    "pages": "SELECT source, url, kind, status, truncated, sha256 FROM pages p JOIN bodies b ON b.id = p.body",
}


class Fleet:
    """Workers that are started and killed."""

    def __init__(self, folder: Path, order: Order) -> None:
        self._folder, self._order = folder, order
        self.running: dict[int, subprocess.Popen[str]] = {}

    def archive(self, number: int) -> Path:
        """Where a worker keeps its pages."""
        return self._folder / f"{number}" / "archive.db"

    def start(self, number: int) -> None:
        """Start a worker, or start it again."""
        order = msgspec.structs.replace(self._order, archive=str(self.archive(number)))
        line = [sys.executable, "-m", "tests.crawler.worker", msgspec.json.encode(order).decode()]
        self.archive(number).parent.mkdir(exist_ok=True)
        with (self._folder / f"{number}.log").open("a") as log:
            self.running[number] = subprocess.Popen(line, stdout=subprocess.PIPE, stderr=log, text=True, cwd=ROOT)

    def kill(self, number: int) -> None:
        """SIGKILL."""
        process = self.running.pop(number)
        process.kill()
        process.communicate()

    def end(self) -> None:
        """Kill all that are running."""
        for number in [*self.running]:
            self.kill(number)

    def wait(self) -> list[str]:
        """The outcomes of all that are running."""
        return [self._told(number, process) for number, process in self.running.items()]

    def _told(self, number: int, process: "subprocess.Popen[str]") -> str:
        out, _ = process.communicate(timeout=900)
        said = (self._folder / f"{number}.log").read_text()[-3000:]
        if process.returncode and "FrontierAway" in said.splitlines()[-1]:  # its timer starts it again
            self.start(number)
            return self._told(number, self.running[number])
        assert process.returncode == 0, said
        return out.strip()


@pytest.fixture
def served(tmp_path: Path) -> Iterator[PostgresServer]:
    """A server that a test may stop and start."""
    yield from server_of_its_own()


@pytest.fixture
def closing() -> Iterator[ExitStack]:
    with ExitStack() as stack:
        yield stack


def united(path: Path, archives: list[Path], order: Order) -> Path:
    """The archives of workers, merged and derived."""
    sources = sources_of(order)
    with Archive(path) as archive:
        for one in archives:
            with opened(one, archive) as other:
                merge(archive, other, sources)
        settle(archive, sources)
    return path


def content(path: Path) -> dict[str, list[str]]:
    """What must not depend on who fetched what."""
    with Archive(path) as archive:
        return {name: sorted({json.dumps(row, ensure_ascii=False) for row in archive.rows(sql)})
                for name, sql in CONTENT.items()}  # fmt: skip


def paced(asked: list[Request], pace: float) -> None:
    """No host was asked again before its pace had passed."""
    last: dict[str, float] = {}
    for one in sorted(asked, key=lambda one: one.at):
        assert one.at - last.get(one.host, -1e9) >= pace, one
        last[one.host] = one.at


@pytest.mark.parametrize(
    ("workers", "kills", "articles", "pace"),
    [(2, 0, 30, 0.1), (2, 4, 30, 0.25), pytest.param(4, 20, 110, 0.4, marks=pytest.mark.soak),
     pytest.param(2, 20, 110, 0.4, marks=pytest.mark.soak)],
)  # fmt: skip
def test_several_workers_bring_home_what_one_does(
    served: PostgresServer, tmp_path: Path, closing: ExitStack, workers: int, kills: int, articles: int, pace: float
) -> None:
    random = Random(f"{SEED} {workers} {kills}")
    with Press(PAPERS, articles, faults=False, words=60) as press:
        order = Order("", press.port, None, pace, PAPERS, articles)
        alone = Fleet(tmp_path, order)
        alone.start(0)
        assert alone.wait() == ["finished"]
        single = content(alone.archive(0))
        once = press.requests()
        paced(once, pace)
        urls = Counter((one.host, one.path) for one in once)
        assert set(urls.values()) == {1} and len(single["articles"]) == PAPERS * articles

        order.frontier = served.url()
        fleet, under_way = Fleet(tmp_path, order), 0
        closing.callback(fleet.end)
        for number in range(1, workers + 1):
            fleet.start(number)
        while not _leased(served):
            time.sleep(0.1)
        for n in range(kills):
            time.sleep(random.uniform(0.3, 1.3))
            if n == kills // 2:
                served.stop(random.choice([signal.SIGINT, signal.SIGQUIT]))
                time.sleep(random.uniform(0.1, 1.5))
                served.start()
            victim = random.choice([*fleet.running])
            under_way += _leased(served)
            fleet.kill(victim)
            fleet.start(victim)
        archives = [fleet.archive(number) for number in range(1, workers + 1)]
        merges = 0
        while not kills and any(process.poll() is None for process in fleet.running.values()):
            merges += bool(united(tmp_path / "united.db", [one for one in archives if _begun(one)], order))
        assert kills or merges > 2, "merged while they go on"
        assert fleet.wait() == ["finished"] * workers
        asked = press.requests()
    paced(asked, pace)
    again = Counter((one.host, one.path) for one in asked)
    assert again.keys() == urls.keys()
    twice = sum(again.values()) - len(again)
    assert twice <= under_way, "only what was under way at a kill was fetched again"
    for path in archives:
        with Archive(path) as archive:
            assert list(archive.rows("SELECT * FROM outbox")) == [] == list(archive.rows("SELECT 1 FROM frontier"))
            assert archive.conn.execute("SELECT count(*) FROM pages").fetchone()[0] > 0
    assert content(united(tmp_path / "united.db", archives, order)) == single


NAMES = ("tiachop", "bensong", "tayho")


@pytest.mark.parametrize(
    ("workers", "size", "names"),
    [(2, 250, NAMES), *(pytest.param(n, 5200, (), marks=pytest.mark.soak) for n in (2, 4))],
)
def test_the_generated_newsroom_is_brought_home_once(
    served: PostgresServer, tmp_path: Path, closing: ExitStack, workers: int, size: int, names: tuple[str, ...]
) -> None:
    """The papers of "Related articles" (`tests.corpus`), all of their layouts; the soak takes all twenty of them."""
    corpus = Corpus(1, "A", size)
    names = names or tuple(corpus.papers)
    with Served(corpus) as site:
        order = Order("", site.port, None, PACE, 0, 0, size, names)
        alone = Fleet(tmp_path, order)
        closing.callback(alone.end)
        alone.start(0)
        assert alone.wait() == ["finished"]
        single, once = content(alone.archive(0)), Counter(site.fetched())
        order.frontier = served.url()
        fleet = Fleet(tmp_path, order)
        closing.callback(fleet.end)
        began = max(one.at for one in site.asked())
        for number in range(1, workers + 1):
            fleet.start(number)
        assert fleet.wait() == ["finished"] * workers
        assert Counter(site.fetched()) - once == once and set(once.values()) == {1}
        for name in names:
            times = [one.at for one in site.asked(name) if one.at > began]
            assert all(after - before >= PACE for before, after in itertools.pairwise(times))
    archives = [fleet.archive(number) for number in range(1, workers + 1)]
    assert content(united(tmp_path / "united.db", archives, order)) == single
    assert len(single["articles"]) == sum(article.paper in names for article in corpus.articles)


def _begun(path: Path) -> bool:
    """Whether a worker has kept something."""
    if not path.exists() or not path.stat().st_size:
        return False
    with suppress(NotAnArchive, sqlite3.OperationalError), Archive(path, write=False) as archive:
        return archive.conn.execute("SELECT 1 FROM pages LIMIT 1").fetchone() is not None
    return False


def _leased(served: PostgresServer) -> int:
    """How many URLs are being fetched."""
    import psycopg

    with psycopg.connect(served.url().partition("&")[0]) as db:
        if db.execute("SELECT to_regclass('baoluu.frontier')").fetchone() == (None,):
            return 0
        return db.execute("SELECT count(*) FROM baoluu.frontier WHERE leased IS NOT NULL").fetchone()[0]  # type: ignore[index]


def _called(*words: str) -> tuple[int, str]:
    from click.testing import CliRunner

    from crawler.cli import cli

    done = CliRunner().invoke(cli, ["crawl", *words], env={"BAOLUU_FRONTIER": ""})
    return done.exit_code, done.output + str(done.exception or "")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--topic", "doi-ngoai-dang"), "keeps its leads here"),
        (("--replay", "."), "the archive's own queue"),
        (("--dry-run",), "the archive's own queue"),
        ((), "begins with postgresql://"),
    ],
)
def test_what_a_shared_frontier_cannot_do_is_told(tmp_path: Path, words: tuple[str, ...], said: str) -> None:
    pytest.importorskip("psycopg")
    url = "postgresql://x@127.0.0.1:1/x" if words else "redis://x"
    code, told = _called("--frontier", url, "--archive", str(tmp_path / "a.db"), *words)
    assert code and said in told


def test_a_missing_psycopg_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    for name in ("ledger", "server"):
        monkeypatch.delitem(sys.modules, f"archive.postgres.{name}", raising=False)
    _, told = _called("--frontier", "postgresql://x@127.0.0.1:1/x", "--archive", str(tmp_path / "a.db"))
    assert "pip install -r requirements/postgresql.txt" in told


def test_help_needs_no_psycopg() -> None:
    line = "import sys, crawler.cli.crawl; sys.exit('psycopg' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", line], cwd=ROOT, check=False).returncode == 0
