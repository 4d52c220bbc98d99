"""Crawls, replays and `scrapy crawl` obey the run lock, beat while they work, and end when they have lost it."""

import argparse
import asyncio
import json
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from click.testing import CliRunner
from scrapy.exceptions import UsageError
from scrapy.settings import Settings

from archive import lock as locks
from archive.disk import Wanted
from archive.errors import LockLost
from archive.holders import holder
from archive.lock import claim
from archive.store import Archive
from config.sources import Sources
from crawler.cli import cli
from crawler.cli import crawl as crawl_command
from crawler.commands import crawl as crawl_of_scrapy
from crawler.run import crawl
from crawler.turn import Turn
from tests.archive.test_lock import Child, child, run, wait_for
from tests.conftest import ROOT
from tests.crawler.conftest import Crawl, pages
from tests.crawler.site import Reply, Site, article, paper
from tests.crawler.test_commands import scrapy
from tests.crawler.test_replay import PUBLIC, folder

__all__ = ["child"]


def test_a_second_crawl_is_skipped_whatever_it_is(
    child: Child, kept: Archive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    number, pid = child(f"hold {kept.path} 5")
    with Site(paper(1)) as site:
        monkeypatch.setattr(crawl_command, "load", lambda: Sources(site.sources(), {}))
        told = CliRunner().invoke(cli, ["crawl", "sample", "--archive", str(kept.path)])
        assert told.exit_code == 0 and told.stdout == "" and len(told.stderr.splitlines()) == 1
        assert told.stderr.startswith(f"Skipped: run {number} (`crawl`, process {pid}, ")
        replayed = crawl(kept, PUBLIC, replay=folder(tmp_path / "stored"))
        assert replayed.outcome == "skipped" and replayed.held and replayed.held.run == number
        by_scrapy = scrapy("crawl", "sample", archive=kept.path, site=site)
        assert by_scrapy.returncode == 0 and f"skipped: run {number}" in by_scrapy.stderr
        assert "Traceback" not in by_scrapy.stderr and site.asked == []
    assert not pages(kept)
    listed = CliRunner().invoke(cli, ["runs", "--archive", str(kept.path)])
    lines = [line.split(maxsplit=2)[2] for line in listed.stdout.splitlines()]
    assert [line.split()[0] for line in lines] == ["skipped", "skipped", "skipped", "running"]
    assert lines[0] == f"skipped     scrapy crawl sample  run {number} (crawl, process {pid}) was under way"
    assert f"process {pid}, last sign of life" in lines[3]


@pytest.mark.usefixtures("here")
def test_a_crawl_beats_while_it_works_and_gives_the_lock_back(
    kept: Archive, run: Crawl, monkeypatch: pytest.MonkeyPatch
) -> None:
    def late(_: int) -> Reply:
        with Archive(kept.path, write=False) as other:
            wait_for(lambda: "lock" in stats(other) and stats(other).get("sources", {}).get("sample"))
            seen.append(stats(other))
        return article(1)

    monkeypatch.setattr(locks, "BEAT", 0.02)
    seen = list[dict[str, object]]()
    with Site(paper(2) | {"/bai-2.html": late}) as site:
        assert run(site).outcome == "finished"
    assert seen[0]["lock"]["holder"] == holder(int(holder_of(seen[0]).split(":")[1]))  # type: ignore[index]
    assert "lock" not in stats(kept) and kept.holds is None
    assert not Path(f"{kept.path}-reserve").exists()


def holder_of(found: dict[str, object]) -> str:
    lock = found["lock"]
    assert isinstance(lock, dict)
    return str(lock["holder"])


def stats(archive: Archive) -> dict[str, object]:
    (row,) = archive.rows("SELECT stats FROM runs ORDER BY id DESC LIMIT 1")
    return dict(json.loads(row["stats"]))


@pytest.mark.usefixtures("here")
def test_a_crawl_that_has_lost_its_place_ends_and_writes_nothing_more(kept: Archive, run: Crawl) -> None:
    def taken(_: int) -> Reply:
        with Archive(kept.path) as other, other.transaction() as db:
            db.execute("UPDATE runs SET ended = '2025-03-10T08:00:00+07:00'")
            db.execute("UPDATE frontier SET leased = NULL, holder = NULL, hints = 'untouched'")
        return article(1)

    with Site(paper(3) | {"/bai-1.html": taken}) as site, pytest.raises(LockLost, match="another crawl has taken its"):
        run(site)
    assert not pages(kept, kind="article")
    assert {row["hints"] for row in kept.rows("SELECT hints FROM frontier")} == {"untouched"}
    assert [row["outcome"] for row in kept.rows("SELECT outcome FROM runs")] == [None]
    assert kept.holds is None


def test_a_loop_that_hangs_gives_no_sign_of_life(kept: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(locks, "BEAT", 0.01)

    async def work() -> None:
        turn = Turn(kept, "crawl", Wanted(0, 0))
        number = (await turn.take(asyncio.Event())).run
        turn.begin(dict, lambda _: None)
        first = beat(number)
        end = time.monotonic() + 10
        while beat(number) == first:
            assert time.monotonic() < end
            await asyncio.sleep(0.01)
        await asyncio.sleep(0.1)
        before = beat(number)
        time.sleep(0.2)
        assert beat(number) - before < 0.1
        turn.end("finished", {})

    def beat(number: int) -> float:
        return float(run(kept, number)["stats"]["lock"]["beat"])

    asyncio.run(work())


def test_a_stop_ends_the_watching_of_a_silent_crawl(
    child: Child, kept: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(locks, "SILENT", -1.0)
    number, _ = child(f"hold {kept.path} 50")

    async def ask() -> None:
        stopping = asyncio.Event()
        asyncio.get_running_loop().call_later(0.05, stopping.set)
        claimed = await Turn(kept, "crawl", Wanted(0, 0)).take(stopping)
        assert claimed.held and claimed.held.run == number

    began = time.monotonic()
    asyncio.run(ask())
    assert time.monotonic() - began < 5
    assert [row["outcome"] for row in kept.rows("SELECT outcome FROM runs")] == [None, "skipped"]


@pytest.mark.usefixtures("here")
def test_a_silent_crawl_is_replaced_by_the_next_one(
    child: Child, kept: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    number, _ = child(f"hold {kept.path} 50")
    monkeypatch.setattr(locks, "SILENT", -1.0)
    monkeypatch.setattr(locks, "WATCH", 0.05)
    with Site(paper(1)) as site:
        monkeypatch.setattr(crawl_command, "load", lambda: Sources(site.sources(), {}))
        told = CliRunner().invoke(cli, ["crawl", "--archive", str(kept.path)])
    assert told.exit_code == 0 and f"Warning: run {number} (`crawl`, process" in told.stderr
    assert "is silent; watching it for" in told.stderr
    assert len(pages(kept, kind="article")) == 1 and stats(kept)["took_over"] == [number]
    assert child("late") == "LockLost"


@pytest.mark.usefixtures("here")
def test_a_skipped_run_does_not_hide_the_unfinished_one_before_it(kept: Archive) -> None:
    with Site(paper(2)) as site:
        first = crawl(kept, site.sources()).run
        kept.conn.execute("UPDATE runs SET ended = NULL, outcome = NULL, stats = NULL WHERE id = ?", (first,))
        kept.end_run(kept.start_run("crawl"), "skipped", {})
        assert crawl(kept, site.sources()).outcome == "finished"
        assert site.paths()["/tin"] == 1, "the killed run has read it; this one goes on"


def test_scrapy_crawl_says_in_one_line_what_is_wrong_with_its_arguments(tmp_path: Path) -> None:
    told = scrapy("crawl", "vietnamnet", "-a", "limit=x", archive=tmp_path / "a.db")
    assert told.returncode == 2 and "limit=x: must be a whole number from 1 up" in told.stderr.splitlines()[-1]
    assert "Traceback" not in told.stderr and not (tmp_path / "a.db").exists()


def test_scrapy_crawl_takes_no_argument_that_nobody_reads() -> None:
    command = crawl_of_scrapy.Command()
    command.settings = Settings()
    options = argparse.Namespace(**dict.fromkeys(("set", "logfile", "loglevel", "nolog", "pidfile", "pdb", "output")))
    options.overwrite_output = None
    for given, said in (
        (["limt=5"], "-a limt=…: only limit, budget, since, until"),
        (["limit=0"], "limit=0: must be"),
        (["until=2020-01-01"], "needs"),
        (["since=1.1.20"], "days"),
    ):
        options.set, options.spargs = [], given
        with pytest.raises(UsageError, match=said):
            command.process_options(["vietnamnet"], options)
    options.spargs = ["limit=5"]
    command.process_options(["vietnamnet"], options)


BUSY = """
import os, signal, sys
from pathlib import Path
from archive.store import Archive
from config.sources import Sources
from crawler.run import crawl
from crawler import session
import pipelines.pool
from tests.crawler.site import declare

def stopped_children(*given):
    for child in " ".join(p.read_text() for p in Path(f"/proc/{os.getpid()}/task").glob("*/children")).split():
        if "resource_tracker" not in Path(f"/proc/{child}/cmdline").read_text():  # it would keep our output open
            os.kill(int(child), signal.SIGSTOP)
    print("cleaning", flush=True)
    return clean(*given)

pipelines.pool.workers_by_default = lambda: 4
clean = session.CleaningPool.fresh
session.CleaningPool.fresh = stopped_children
host, port, pace, path = sys.argv[1:]
source = declare("sample", host, int(port), float(pace))
with Archive(Path(path)) as archive:
    print(crawl(archive, Sources({"sample": source}, {})).outcome)
"""


@pytest.mark.parametrize("moment", ["cleaning", "pause"])
def test_sigterm_ends_a_crawl_within_seconds_and_gives_the_lock_back(tmp_path: Path, moment: str) -> None:
    path, pace = tmp_path / "a.db", "0" if moment == "cleaning" else "50"
    with Site(paper(2)) as site:
        line = [sys.executable, "-c", BUSY, site.host, str(site.port), pace, str(path)]
        process = subprocess.Popen(line, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        assert process.stdout
        if moment == "cleaning":
            assert process.stdout.readline() == "cleaning\n"
        else:
            wait_for(lambda: site.paths()["/robots.txt"] and path.exists() and settled(path))
        began = time.monotonic()
        process.send_signal(signal.SIGTERM)
        out, errors = process.communicate(timeout=30)
        assert time.monotonic() - began < 10, "seconds, however many children hang"
    assert out.endswith("stopped\n") and process.returncode == 0, errors
    with Archive(path) as archive:
        assert [row["outcome"] for row in archive.rows("SELECT outcome FROM runs")] == ["stopped"]
        assert not list(archive.rows("SELECT 1 FROM frontier WHERE leased IS NOT NULL"))
        assert claim(archive, "crawl").over == ()


def settled(path: Path) -> bool:
    """Whether robots.txt has been kept, so that the crawl waits for its pace now."""
    with Archive(path, write=False) as archive:
        return bool(list(archive.rows("SELECT 1 FROM pages")))
