"""A crawl's manners, as a webmaster sees them: who comes, when, how often, and what is never asked for again."""

import subprocess
import sys
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path

import msgspec
import pytest

from archive.store import Archive
from archive.withdraw import find, withdraw
from config.clock import VIETNAM, ShiftedClock
from config.declarations import UrlRules
from config.sources import Sources
from crawler.run import crawl
from tests.conftest import ROOT
from tests.crawler.conftest import Crawl, pages
from tests.crawler.site import HTML, Reply, Site, article, listing, paper


@pytest.mark.parametrize(
    ("contact", "sender"),
    [("mailto:luutru@example.org?subject=baoluu", "luutru@example.org"), ("https://example.org/luutru", None)],
)
def test_the_user_agent_says_whom_to_write_to(contact: str, sender: str | None) -> None:
    code = "from crawler import settings as s; print(s.USER_AGENT, s.DEFAULT_REQUEST_HEADERS.get('From'))"
    line = [sys.executable, "-c", code]
    told = subprocess.run(line, env={"BAOLUU_CONTACT": contact}, cwd=ROOT, capture_output=True, text=True, check=True)
    assert told.stdout == f"baoluu/0.1 (+{contact}) {sender}\n"


def test_outside_its_hours_a_paper_is_not_asked_and_the_crawl_says_so(
    tmp_path: Path, here: None, caplog: pytest.LogCaptureFixture
) -> None:
    clock = ShiftedClock(datetime(2025, 3, 10, 8, tzinfo=VIETNAM))
    with (
        Archive(tmp_path / "a.db", clock=clock) as archive,
        Site(paper(2), "127.78.44.1") as night,
        Site(paper(2), "127.78.44.2") as day,
    ):
        late = msgspec.structs.replace(night.source("night"), hours="22:00-06:00")
        sources = Sources({"night": late, "day": day.source("day")}, {})
        assert crawl(archive, sources).outcome == "finished"
        assert night.asked == [] and day.paths()["/bai-1.html"] == 1
        assert "night is asked from 22:00-06:00 only: it waits until 2025-03-10T22:00:00+07:00" in caplog.text
        clock.move(datetime(2025, 3, 10, 21, 59, 58, 500_000, tzinfo=VIETNAM))
        crawl(archive, sources)
        assert night.paths()["/bai-2.html"] == 1, "an opening within a minute is waited for"
        assert clock.now() >= datetime(2025, 3, 10, 22, tzinfo=VIETNAM)


def test_a_slow_host_is_asked_at_half_its_pace(kept: Archive, here: None) -> None:
    slow = {path: route._replace(wait=0.7) for path, route in paper(4).items() if isinstance(route, Reply)}
    with Site(slow | {"/robots.txt": Reply(404, wait=0.7)}) as site:
        crawl(kept, site.sources())
    asked = [a.at for a in site.asked if "bai" in a.path]
    assert min(b - a for a, b in pairwise(asked)) >= 1.1
    (host,) = kept.rows("SELECT latency FROM hosts")
    assert 0.5 <= host["latency"] < 3


def test_pauses_survive_a_restart(tmp_path: Path, here: None) -> None:
    busy = Reply(429, headers={"Retry-After": "7200"})
    with Site(paper(3) | {"/bai-1.html": busy}) as site:
        for _ in range(3):
            with Archive(tmp_path / "a.db") as archive:
                crawl(archive, site.sources())
        assert site.paths()["/bai-1.html"] == 1 and site.paths()["/bai-2.html"] == 0
        with Archive(tmp_path / "a.db") as archive:
            (row,) = archive.rows("SELECT tries, due FROM frontier WHERE url = ?", (site.url("/bai-1.html"),))
    assert row["tries"] == 0 and row["due"], "kept, and no try lost"


def test_an_outage_costs_no_article(tmp_path: Path, here: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two days down, then back: everything comes, and the way back is found within the hour."""
    monkeypatch.setattr("crawler.session.PATIENCE", 1.0)
    clock = ShiftedClock(datetime(2025, 3, 10, 8, tzinfo=VIETNAM))
    routes = paper(9)
    down: dict[str, Reply] = dict.fromkeys([*routes, "/robots.txt"], Reply(502))
    with Archive(tmp_path / "a.db", clock=clock) as archive, Site({"/tin": routes["/tin"]}) as site:

        def visit(hours: int) -> None:
            clock.move(datetime(2025, 3, 10, 8, tzinfo=VIETNAM) + timedelta(hours=hours))
            crawl(archive, site.sources())

        site.routes |= {path: Reply(502) for path in routes if "bai" in path}
        visit(0)
        site.routes = dict(down)
        for hours in range(2, 48, 2):
            visit(hours)
        (host,) = archive.rows("SELECT failures, failing FROM hosts")
        assert host["failures"] > 20 and host["failing"] < datetime(2025, 3, 10, 9, tzinfo=VIETNAM).timestamp()
        assert max(r["tries"] for r in archive.rows("SELECT tries FROM frontier WHERE kind = 'article'")) <= 1
        asked = len(site.asked)
        site.routes = dict(routes)
        visit(49)
        visit(50)
        assert len(pages(archive, kind="article", status=200)) == 9
        assert asked <= 45, "while it was down it was asked about once a visit"
        assert list(archive.rows("SELECT failures, failing FROM hosts")) == [{"failures": 0, "failing": None}]


def test_what_is_withdrawn_is_not_asked_for_by_any_way(kept: Archive, run: Crawl) -> None:
    """Not by a list, a feed, a sitemap, a related box, a redirect, nor as a page that another calls canonical."""
    with Site(paper(2)) as site:
        run(site)
        withdraw(kept, find(kept, site.sources(), site.url("/bai-2.html")), "luật")
        before, gone = site.paths()["/bai-2.html"], site.url("/bai-2.html")
        said = f'<head><link rel="canonical" href="{gone}">'.encode()
        site.routes |= {
            "/tin": listing("/bai-2.html", "/bai-2.html?utm_source=a", "/bai-3.html", "/bai-4.html"),
            "/rss": Reply(
                body=f"<rss><channel><item><link>{site.url('/bai-2.html')}</link></item></channel></rss>".encode()
            ),
            "/map": Reply(body=f"<urlset><url><loc>{site.url('/bai-2.html')}</loc></url></urlset>".encode()),
            "/bai-3.html": Reply(301, headers={"Location": "/bai-2.html"}),
            "/bai-4.html": Reply(body=article(4, related=("/bai-2.html",)).body.replace(b"<head>", said), headers=HTML),
        }
        run(site, {"feeds": ("/rss",), "sitemaps": ("/map",)})
        assert site.paths()["/bai-4.html"] == site.paths()["/bai-3.html"] == site.paths()["/rss"] == 1
        assert site.paths()["/bai-2.html"] == before and "utm_source=a" not in str(site.paths())
    assert not pages(kept, url=site.url("/bai-2.html"))


def test_a_withdrawn_article_has_no_further_pages(kept: Archive, here: None) -> None:
    rules = UrlRules(article=(r"-(?P<id>\d+)(?:-p(?P<part>\d+))?\.html$",), section=(r"^/tin$",))
    first = article(1).body.replace(b"</h1>", b'</h1><a href="/bai-1-p2.html">2</a>')
    with Site({"/tin": listing("/bai-1.html"), "/bai-1.html": Reply(body=first), "/bai-1-p2.html": article(1)}) as site:
        sources = Sources({"sample": msgspec.structs.replace(site.source(), urls=rules)}, {})
        crawl(kept, sources)
        assert site.paths()["/bai-1-p2.html"] == 1
        withdraw(kept, find(kept, sources, site.url("/bai-1.html")), "luật")
        site.routes["/tin"] = listing("/bai-1.html", "/bai-1-p2.html", "/ten-khac-1-p2.html")
        crawl(kept, sources)
        asked = site.paths()
    assert asked["/bai-1.html"] == asked["/bai-1-p2.html"] == 1 and asked["/ten-khac-1-p2.html"] == 0
