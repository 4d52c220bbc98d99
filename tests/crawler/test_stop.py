"""A crawl that is asked to end does so within seconds, and goes on where it was."""

import asyncio
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from archive.facts import Found
from archive.frontier import Frontier
from archive.store import Archive
from crawler.intake import SLICE
from crawler.run import crawl
from crawler.session import Session
from crawler.sitemaps import links_of_sitemap
from crawler.stopping import Breakable, Stopped
from tests.conftest import ROOT
from tests.crawler.conftest import pages
from tests.crawler.site import Reply, Route, Site, article, paper
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
            broken.setattr(session.CleaningPool, "fresh", never)
            site.routes["/bai-2.html"] = stop
            assert crawl(kept, site.sources()).outcome == "stopped"
        assert len(pages(kept, kind="article")) == 1
        assert not list(kept.rows("SELECT 1 FROM cleanings"))
        site.routes["/bai-2.html"] = article(2)
        assert crawl(kept, site.sources()).outcome == "finished"
    assert len(list(kept.rows("SELECT 1 FROM articles"))) == 2


@pytest.mark.parametrize("moment", ["read", "written"])
@pytest.mark.usefixtures("here")
def test_a_stop_breaks_off_a_long_sitemap_which_stays_to_be_read(
    kept: Archive, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    def read(*given: Any) -> Iterator[Found]:
        for number, each in enumerate(original_links(*given)):
            seen.append(each.url)
            if moment == "read" and number == 100:
                sessions[0].stop()
            yield each

    def add(self: Frontier, found: Sequence[Found], **more: Any) -> int:
        if moment == "written" and len(found) == SLICE:
            sessions[0].stop()
        return original_add(self, found, **more)

    def noted(self: Session, *given: Any, **more: Any) -> None:
        sessions.append(self)
        original(self, *given, **more)

    seen, sessions = list[str](), list[Session]()
    original, original_add, original_links = Session.__init__, Frontier.add, links_of_sitemap
    monkeypatch.setattr(Session, "__init__", noted)
    articles = {f"/bai-{n}.html": article(n) for n in range(9)}
    with Site(dict[str, Route](articles)) as site, monkeypatch.context() as slow:
        urls = "".join(f"<url><loc>{site.url(f'/bai-{n}.html')}</loc></url>" for n in range(4 * SLICE))
        site.routes["/map.xml"] = Reply(body=f"<urlset>{urls}</urlset>".encode(), headers={"Content-Type": "text/xml"})
        declared = site.sources(sections=(), sitemaps=("/map.xml",))
        slow.setattr("crawler.discover.links_of_sitemap", read)
        slow.setattr(Frontier, "add", add)
        assert crawl(kept, declared).outcome == "stopped"
        assert len(seen) == (101 if moment == "read" else 4 * SLICE)
        (row,) = kept.rows("SELECT leased, tries, visits, error, due FROM frontier WHERE kind = 'sitemap'")
        assert row.pop("due") and row == {"leased": None, "tries": 0, "visits": 0, "error": None}
        assert not pages(kept, kind="sitemap") and len(list(kept.rows("SELECT 1 FROM frontier"))) <= 2 + SLICE
        slow.undo()
        crawl(kept, declared, limit=1)
        assert len(list(kept.rows("SELECT 1 FROM frontier"))) == 2 + 4 * SLICE


def test_a_signal_ends_a_crawl_that_waits_for_robots_txt(tmp_path: Path) -> None:
    with Site(paper(1) | {"/robots.txt": Reply(wait=40)}) as site:
        child = start(site, "crawl", str(tmp_path / "a.db"))
        wait_for(lambda: site.paths()["/robots.txt"] == 1)
        began = time.monotonic()
        child.send_signal(signal.SIGTERM)
        assert child.communicate(timeout=15)[0] == "stopped\n" and time.monotonic() - began < 8


def test_what_is_under_way_is_broken_off() -> None:
    async def both() -> None:
        breakable = Breakable()
        assert await breakable.until_stopped(asyncio.sleep(0, "done")) == "done"
        with pytest.raises(ZeroDivisionError):
            await breakable.until_stopped(fails())
        asyncio.get_running_loop().call_later(0.01, breakable.stop)
        for _ in range(2):  # what is begun later, too
            with pytest.raises(Stopped):
                await breakable.until_stopped(asyncio.sleep(60))

    async def fails() -> None:
        raise ZeroDivisionError

    asyncio.run(both())


def test_who_waits_may_be_cancelled_himself() -> None:
    async def waits() -> None:
        breakable = Breakable()
        work = asyncio.ensure_future(breakable.until_stopped(asyncio.sleep(60)))
        await asyncio.sleep(0)
        work.cancel()
        with pytest.raises(asyncio.CancelledError):
            await work
        assert len(asyncio.all_tasks()) == 1, "what was waited for is not left running"

    asyncio.run(waits())
