"""A crawl that is asked to end does so within seconds, and goes on where it was."""

import asyncio
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from archive.store import Archive
from crawler.run import crawl
from crawler.session import Stopped, unless
from tests.conftest import ROOT
from tests.crawler.conftest import pages
from tests.crawler.site import Reply, Site, article, paper
from tests.crawler.test_replay import folder

SECONDS = 60


def start(site: Site, *command: str) -> subprocess.Popen[str]:
    line = [sys.executable, "-m", "tests.crawler.with_site", site.host, str(site.port), *command]
    return subprocess.Popen(line, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def wait_for(true: Callable[[], bool]) -> None:
    end = time.monotonic() + SECONDS
    while not true():
        assert time.monotonic() < end
        time.sleep(0.02)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
@pytest.mark.parametrize("command", ["crawl", "scrapy"])
def test_a_signal_ends_a_crawl_within_seconds(tmp_path: Path, number: signal.Signals, command: str) -> None:
    path = tmp_path / "stopped.db"
    rest = [str(path)] if command == "crawl" else ["crawl", "sample", "-s", f"BAOLUU_ARCHIVE={path}"]
    with Site(paper(4) | {"/bai-3.html": article(3)._replace(wait=40)}) as site:
        child = start(site, command, *rest)
        wait_for(lambda: site.paths()["/bai-3.html"] == 1)
        child.send_signal(number)
        out, errors = child.communicate(timeout=15)
        assert child.returncode == (3 if command == "scrapy" else 0), errors
        assert command == "scrapy" or out == "stopped\n"
        with Archive(path) as archive:
            (run,) = archive.rows("SELECT outcome FROM runs")
            assert run["outcome"] == "stopped"
            (row,) = archive.rows("SELECT leased, tries, visits, error FROM frontier WHERE url LIKE '%bai-3%'")
            assert row == {"leased": None, "tries": 0, "visits": 0, "error": None}
            site.routes["/bai-3.html"] = article(3)
            crawl(archive, site.sources())
            assert len(pages(archive, kind="article", status=200)) == 4
        assert site.paths()["/bai-1.html"] == 1


EARLY = """
import asyncio, os, signal, sys
from pathlib import Path
from scrapy import signals
from archive.store import Archive
from crawler.run import crawl
from crawler.spider import NewsSpider
from tests.crawler.test_replay import PUBLIC

def made(crawler, *args, **more):
    async def kill():
        os.kill(os.getpid(), signal.Signals[sys.argv[3]])
        await asyncio.sleep(0.1)

    spider = original(crawler, *args, **more)
    crawler.signals.connect(kill, getattr(signals, sys.argv[4]), weak=False)
    return spider

original, NewsSpider.from_crawler = NewsSpider.from_crawler, made
with Archive(Path(sys.argv[1])) as archive:
    print(crawl(archive, PUBLIC, replay=Path(sys.argv[2])).outcome)
"""


@pytest.mark.parametrize("number", ["SIGTERM", "SIGINT"])
@pytest.mark.parametrize("moment", ["spider_opened", "engine_started"])
def test_a_signal_before_the_engine_runs_ends_the_crawl_too(tmp_path: Path, number: str, moment: str) -> None:
    line = [sys.executable, "-c", EARLY, str(tmp_path / "a.db"), str(folder(tmp_path / "stored")), number, moment]
    done = subprocess.run(line, cwd=ROOT, capture_output=True, text=True, timeout=SECONDS, check=False)
    assert (done.stdout, done.returncode) == ("stopped\n", 0), done.stderr
    with Archive(tmp_path / "a.db") as archive:
        (run,) = archive.rows("SELECT outcome FROM runs")
        assert run["outcome"] == "stopped" and not pages(archive)


def test_an_exhausted_crawl_by_scrapy_itself_ends(tmp_path: Path) -> None:
    with Site(paper(1)) as site:
        child = start(site, "scrapy", "crawl", "sample", "-s", f"BAOLUU_ARCHIVE={tmp_path / 'a.db'}", "--nolog")
        assert child.communicate(timeout=SECONDS) == ("", "")
    assert child.returncode == 0


def test_a_stop_leaves_what_is_not_cleaned_pending(kept: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    from crawler import session

    async def never(*_: object) -> object:
        return await asyncio.Event().wait()

    def stop(n: int) -> Reply:
        sessions[0].stop()
        return article(2)

    sessions: list[session.Session] = []
    begin = session.Session.begin

    async def noted(self: session.Session) -> None:
        sessions.append(self)
        await begin(self)

    monkeypatch.setattr(session.Session, "begin", noted)
    with Site(paper(2)) as site:
        with monkeypatch.context() as broken:
            broken.setattr(session.CleaningPool, "clean", never)
            site.routes["/bai-2.html"] = stop
            assert crawl(kept, site.sources()).outcome == "stopped"
        assert len(pages(kept, kind="article")) == 1
        assert not list(kept.rows("SELECT 1 FROM cleanings"))
        site.routes["/bai-2.html"] = article(2)
        assert crawl(kept, site.sources()).outcome == "finished"
    assert len(list(kept.rows("SELECT 1 FROM articles"))) == 2


def test_unless() -> None:
    async def both() -> None:
        event = asyncio.Event()
        assert await unless(event, asyncio.sleep(0, "done")) == "done"
        with pytest.raises(ZeroDivisionError):
            await unless(event, fails())
        asyncio.get_running_loop().call_later(0.01, event.set)
        with pytest.raises(Stopped):
            await unless(event, asyncio.sleep(60))

    async def fails() -> None:
        raise ZeroDivisionError

    asyncio.run(both())
