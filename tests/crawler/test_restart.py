"""Pace, pauses and the copy of robots.txt are the archive's: a kill and a new start change nothing of them."""

import os
import signal
import subprocess
import sys
import threading
from datetime import timedelta
from pathlib import Path

import pytest

from archive.store import Archive
from config.clock import ShiftedClock, SystemClock
from crawler.run import crawl
from tests.conftest import ROOT
from tests.crawler.site import Reply, Route, Site, paper

DELAY = 5
ROBOTS = Reply(body=f"User-agent: *\nDisallow: /bai-3\nCrawl-delay: {DELAY}\n".encode(), headers={})
pytestmark = pytest.mark.usefixtures("here")


def killed_at(site: Site, path: str, archive: Path, after: float, answer: Reply) -> None:
    """A crawl in a process of its own that is killed so many seconds after it asked for `path`."""
    asked = threading.Event()

    def route(n: int) -> Reply:
        asked.set()
        return answer

    held: Route = site.routes[path]
    site.routes[path] = route
    line = [sys.executable, "-m", "tests.crawler.with_site", site.host, str(site.port), "crawl", str(archive)]
    with subprocess.Popen(line, cwd=ROOT, start_new_session=True, stdout=subprocess.DEVNULL) as child:
        assert asked.wait(60)
        threading.Event().wait(after)
        os.killpg(child.pid, signal.SIGKILL)
    assert child.returncode == -signal.SIGKILL
    site.routes[path] = held


def test_the_pace_and_robots_txt_survive_a_kill(tmp_path: Path) -> None:
    with Site(paper(3) | {"/robots.txt": ROBOTS}) as site:
        killed_at(site, "/tin", tmp_path / "a.db", 0.0, Reply(wait=9.0))
        last = site.asked[-1].at
        before = len(site.asked)
        with Archive(tmp_path / "a.db") as archive:
            crawl(archive, site.sources(), limit=1)
        again = site.asked[before:]
    assert again[0].at - last >= DELAY * 0.98, "measured from the request that was under way"
    assert again[0].path == "/tin", "which is asked for again"
    assert site.paths()["/robots.txt"] == 1 and "/bai-3.html" not in site.paths()


def test_a_pause_survives_a_restart(tmp_path: Path) -> None:
    with Site(paper(2)) as site:
        path = tmp_path / "a.db"
        busy = Reply(429, headers={"Retry-After": "3000"})
        held, site.routes["/bai-1.html"] = site.routes["/bai-1.html"], busy
        with Archive(path) as archive:
            crawl(archive, site.sources())
        site.routes["/bai-1.html"] = held
        before = len(site.asked)
        clock = ShiftedClock(SystemClock().now())
        with Archive(path, clock=clock) as archive:
            crawl(archive, site.sources())
            assert len(site.asked) == before, "nobody asks before the pause is over"
            clock.move(clock.now() + timedelta(seconds=3400))
            crawl(archive, site.sources())
        assert "/bai-1.html" in [one.path for one in site.asked[before:]]
