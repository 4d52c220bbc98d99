"""Back-fill of years: by sitemaps and pagers, resumable, within a budget, and never in a plain crawl's way."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from archive.store import Archive
from config.clock import ShiftedClock, SystemClock
from config.sources import Sources
from crawler.backfill import STALE, Span
from crawler.cli import cli
from crawler.run import Outcome, crawl
from tests.conftest import ROOT
from tests.crawler.conftest import pages
from tests.crawler.site import Reply, Route, Site, article, listing

XML = {"Content-Type": "application/xml"}
SINCE, UNTIL = date(2023, 3, 1), date(2023, 6, 30)
pytestmark = pytest.mark.usefixtures("here")


def xml(root: str, rows: str) -> Reply:
    return Reply(body=f"<{root}>{rows}</{root}>".encode(), headers=XML)


class Paper(Site):
    """A paper with a sitemap a month, July 2022 to July 2024, of three articles each; its section shows one more."""

    def __init__(self, dated: bool = True) -> None:
        super().__init__({})
        self.months = [(2022 + (m // 12), m % 12 + 1) for m in range(6, 31)]
        self.dated = dated
        self.routes = {"/tin": listing("/moi-9999.html"), "/moi-9999.html": article(9999), "/map.xml": self.index}
        for year, month in self.months:
            self.routes[f"/news-{year}-{month}.xml"] = self.shard(year, month)
            for n in range(3):
                self.routes[self.path(year, month, n)] = article(year * 1000 + month * 10 + n)

    @staticmethod
    def path(year: int, month: int, n: int) -> str:
        return f"/{year}/{month:02}/1{n}/bai-{year * 1000 + month * 10 + n}.html"

    def index(self, n: int) -> Reply:
        stamp = "<lastmod>{}-{:02}-28</lastmod>" if self.dated else ""
        rows = [
            f"<sitemap><loc>{self.url(f'/news-{y}-{m}.xml')}</loc>{stamp.format(y, m)}</sitemap>"
            for y, m in self.months
        ]
        return xml("sitemapindex", "".join(rows))

    def shard(self, year: int, month: int) -> Reply:
        return xml("urlset", "".join(f"<url><loc>{self.url(self.path(year, month, n))}</loc></url>" for n in range(3)))

    def read(self) -> list[str]:
        """The sitemaps that were asked for, in their order."""
        return [asked.path for asked in self.asked if asked.path.startswith("/news-")]

    def old(self) -> list[str]:
        """The articles of the sitemaps that were asked for, in their order."""
        return [asked.path for asked in self.asked if asked.path.startswith("/20")]

    def of_paper(self) -> Sources:
        return self.sources(sitemaps=("/map.xml",))


@pytest.fixture
def clock() -> ShiftedClock:
    return ShiftedClock(SystemClock().now().replace(year=2024, month=7, day=20))


@pytest.fixture
def kept(tmp_path: Path, clock: ShiftedClock) -> Iterator[Archive]:
    with Archive(tmp_path / "kept.db", clock=clock) as opened:
        yield opened


def fill(archive: Archive, site: Site, sources: Sources, **more: object) -> Outcome:
    given: dict[str, object] = {"span": Span(SINCE, UNTIL), "command": f"crawl --since {SINCE} --until {UNTIL}"} | more
    return crawl(archive, sources, **given)  # type: ignore[arg-type]


def test_a_back_fill_reads_the_asked_days_after_what_is_new(kept: Archive) -> None:
    with Paper() as site:
        done = fill(kept, site, site.of_paper())
        newest = ["/news-2024-7.xml", "/news-2024-6.xml", "/news-2024-5.xml"]
        asked = [f"/news-2023-{m}.xml" for m in (6, 5, 4, 3)]
        assert site.read() == newest + asked, "February's lies before the first day"
        assert [path[:8] for path in site.old()[9:]] == [f"/2023/0{m}" for m in (6, 5, 4, 3) for _ in range(3)]
        order = [one.path for one in site.asked]
        assert order.index("/moi-9999.html") < order.index(asked[0])
        assert order.index(site.old()[9]) < order.index(asked[1]), "articles come before the next list"
    assert done.outcome == "finished" and not done.left
    told = done.sources["sample"]
    assert (told.back_found, told.back_taken) == (12, 12) and told.found == 12 + 9 + 1
    kinds = {row["priority"] for row in kept.rows("SELECT priority FROM frontier WHERE url LIKE '%/2023/%'")}
    assert kinds == {5}, "once taken an article is visited again like any other"
    (soonest,) = kept.conn.execute("SELECT min(due) FROM frontier WHERE url LIKE '%/2023/%'").fetchone()
    assert soonest > kept.clock.seconds() + 29 * 86400, "what is old is not visited again within the hour"


def test_only_days_that_lie_outside_for_sure_are_passed_over(kept: Archive) -> None:
    with Paper() as site:
        rows = "".join(
            f"<url><loc>{site.url(path)}</loc>{more}</url>"
            for path, more in (
                ("/khong-ro-1.html", ""),
                ("/2021/05/05/cu-2.html", ""),
                ("/sua-cu-3.html", "<lastmod>2022-12-01</lastmod>"),
                ("/sua-moi-4.html", "<lastmod>2024-06-01</lastmod>"),
                ("/2023/07/01/gan-5.html", ""),
                ("/2023/07/09/xa-6.html", ""),
            )
        )
        site.routes["/news-2023-4.xml"] = xml("urlset", rows)
        fill(kept, site, site.of_paper())
        asked = {one.path for one in site.asked}
    assert {"/khong-ro-1.html", "/sua-moi-4.html", "/2023/07/01/gan-5.html"} <= asked
    assert not asked & {"/2021/05/05/cu-2.html", "/sua-cu-3.html", "/2023/07/09/xa-6.html"}


@pytest.mark.parametrize("dated", [True, False])
def test_out_of_budget_the_same_command_goes_on_and_reads_no_list_twice(
    kept: Archive, clock: ShiftedClock, dated: bool
) -> None:
    with Paper(dated) as site:
        sources, ends = site.of_paper(), []
        for _ in range(20):
            before = len(site.asked)
            done = fill(kept, site, sources, budget=9)
            ends.append((done.outcome, len(site.asked) - before))
            if done.outcome == "finished":
                break
            assert "the budget of 9 requests a paper is used up; left are sample: " in done.left.told()
            clock.move(clock.now() + timedelta(hours=7))
        assert ends[-1][0] == "finished" and all(asked <= 9 for _, asked in ends) and len(ends) > 3
        in_range = [f"/news-2023-{m}.xml" for m in (6, 5, 4, 3)]
        assert [site.paths()[path] for path in in_range] == [1] * 4
        assert sorted(site.old()[-12:])[0].startswith("/2023/03")
        assert max(site.paths()[path] for path in site.old() if path.startswith("/2023")) == 1
    (run,) = kept.rows("SELECT outcome, json_extract(stats, '$.why') AS why FROM runs LIMIT 1")
    assert run["outcome"] == "stopped" and "budget" in run["why"]


KILLED = """
import sys
from pathlib import Path
from archive.store import Archive
from config.sources import Sources
from crawler.backfill import Span
from crawler.run import crawl
from tests.crawler.site import declare
source = declare("sample", sys.argv[1], int(sys.argv[2]), sitemaps=("/map.xml",))
with Archive(Path(sys.argv[3])) as archive:
    crawl(archive, Sources({"sample": source}, {}), span=Span.read(sys.argv[4]), command="crawl --since")
"""


def test_killed_the_same_command_goes_on(tmp_path: Path) -> None:
    """By the machine's clock the newest sitemap is too old to be sure of months: the whole year is read."""
    path, ends = tmp_path / "a.db", ["/news-2023-9.xml", Paper.path(2023, 5, 1)]
    with Paper() as site:
        for end in ends:
            asked, held = threading.Event(), site.routes[end]

            def kill(n: int, asked: threading.Event = asked) -> Reply:
                asked.set()
                return Reply(wait=9.0)

            site.routes[end] = kill
            line = [sys.executable, "-c", KILLED, site.host, str(site.port), str(path), f"{SINCE}..{UNTIL}"]
            with subprocess.Popen(line, cwd=ROOT, start_new_session=True) as child:
                assert asked.wait(60)
                os.killpg(child.pid, signal.SIGKILL)
            site.routes[end] = held
        with Archive(path) as archive:
            done = fill(archive, site, site.of_paper(), command="crawl --since")
            kept = {str(row["url"]).removeprefix(site.url("")) for row in pages(archive, kind="article", status=200)}
    assert done.outcome == "finished"
    assert kept >= {Paper.path(2023, m, n) for m in range(3, 7) for n in range(3)}
    assert not {path for path in kept if path.startswith(("/2022", "/2023/01", "/2023/09"))}
    again = {path: n for path, n in site.paths().items() if n > 1 and path.startswith(("/news-2023", "/2023"))}
    assert again == dict.fromkeys(ends, 2), "what was under way, and nothing else"


def test_other_days_are_read_from_sitemaps_that_were_read_before(kept: Archive) -> None:
    with Paper() as site:
        sources = site.of_paper()
        both = xml(
            "urlset", "".join(f"<url><loc>{site.url(f'/2023/06/{d:02}/bai-{d}.html')}</loc></url>" for d in (5, 25))
        )
        site.routes |= {
            "/news-2023-6.xml": both,
            "/2023/06/05/bai-5.html": article(5),
            "/2023/06/25/bai-25.html": article(25),
        }
        for since, until in ((date(2023, 6, 1), date(2023, 6, 10)), (date(2023, 6, 20), date(2023, 6, 30))):
            fill(kept, site, sources, span=Span(since, until), command=f"crawl --since {since}")
        assert site.paths()["/news-2023-6.xml"] == 2
        assert site.paths()["/2023/06/05/bai-5.html"] == site.paths()["/2023/06/25/bai-25.html"] == 1
        assert site.paths()["/news-2024-7.xml"] == 1, "its stated date has not moved"


def test_a_plain_crawl_takes_nothing_of_a_back_fill_but_what_becomes_news(kept: Archive, clock: ShiftedClock) -> None:
    with Paper() as site:
        sources = site.of_paper()
        done = fill(kept, site, sources, budget=22)
        assert done.left.papers["sample"]["back-fill list"] >= 2
        clock.move(clock.now() + timedelta(hours=2))
        waits = [row["url"] for row in kept.rows("SELECT url FROM waiting WHERE turn = 'back-fill'")]
        news = next(url for url in waits if url.endswith(".html")).removeprefix(site.url(""))
        site.routes["/tin"] = listing("/moi-9999.html", news)
        before = len(site.asked)
        done = crawl(kept, sources)
        asked = {one.path for one in site.asked[before:]}
    assert done.outcome == "finished" and news in asked
    assert not {path for path in asked if path.startswith("/news-2023")} and len(asked & set(waits)) == 0
    left = [row["url"] for row in kept.rows("SELECT url FROM waiting WHERE turn = 'back-fill'")]
    assert sorted([*left, site.url(news)]) == sorted(waits)


def test_a_long_back_fill_asks_the_fresh_lists_again(kept: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("crawler.extent.AGAIN", 0.5)
    with Paper() as site:
        slow = site.routes[site.path(2023, 4, 1)]
        assert isinstance(slow, Reply)
        site.routes[site.path(2023, 4, 1)] = slow._replace(wait=0.8)
        fill(kept, site, site.of_paper())
        order = [one.path for one in site.asked]
    assert order.count("/tin") >= 2 and order.count("/map.xml") >= 2
    second = order.index("/tin", order.index("/tin") + 1)
    assert any(path.startswith("/2023/03") for path in order[second:]), "and then goes on"


def test_a_plain_visit_reads_an_older_sitemap_again_when_its_date_has_moved(kept: Archive, clock: ShiftedClock) -> None:
    with Paper() as site:
        sources = site.of_paper()
        fill(kept, site, sources)
        whole = site.index(1).body
        site.routes["/map.xml"] = Reply(body=whole.replace(b"2023-04-28", b"2024-07-21"), headers=XML)
        clock.move(clock.now() + timedelta(hours=2))
        before = len(site.asked)
        crawl(kept, sources)
        reread = [one.path for one in site.asked[before:] if one.path.startswith("/news-")]
        assert reread == ["/news-2023-4.xml"]
        before = len(site.asked)
        crawl(kept, sources)
        assert not [one.path for one in site.asked[before:] if one.path.startswith("/news-")]


def pager(months: int, last: Route | None = None) -> dict[str, Route]:
    """A section of 20 pages, two articles each, ever older; `last` answers what comes after."""
    routes: dict[str, Route] = {}
    for page in range(1, 21):
        paths = [f"/bai-{page * 10 + n}.html" for n in (0, 1)]
        routes["/tin" if page == 1 else f"/tin-p{page}"] = listing(*paths)
        day = date(2024, 7, 15) - timedelta(days=30 * (page - 1))
        for n, path in enumerate(paths):
            body = article(page * 10 + n).body.replace(
                b"<head>", f'<head><meta property="article:published_time" content="{day}T08:00:00+07:00">'.encode()
            )
            routes[path] = Reply(body=body)
    if last:
        routes |= {f"/tin-p{page}": last for page in range(21, 200)}
    return routes


def test_a_pager_is_followed_until_articles_are_older_than_the_first_day(kept: Archive) -> None:
    """Their addresses tell no day: it is known once they are cleaned, before the next page is asked for."""
    import msgspec

    with Site(pager(20)) as site:
        source = site.source()
        dated = msgspec.structs.replace(source.rules, published=("meta:article:published_time",))
        sources = Sources({source.id: msgspec.structs.replace(source, rules=dated)}, {})
        span = Span(date(2024, 1, 1))
        done = fill(kept, site, sources, span=span, command="crawl --since 2024-01-01")
        read = [path for path in site.paths() if path.startswith("/tin")]
        days = [row["published_day"] for row in kept.rows("SELECT published_day FROM articles")]
    assert min(days) < "2024-01-01" and min(days) > "2023-11-01", "a page or two more than needed"
    assert 7 <= len(read) <= 10 and done.outcome == "finished"


@pytest.mark.parametrize(
    "last",
    [
        listing("/bai-200.html", "/bai-201.html"),
        lambda n: Reply(body=listing("/bai-200.html").body + f'<a href="/lich?ngay={n}">sau</a>'.encode()),
    ],
    ids=["the last page again", "new links, no new articles"],
)
def test_a_pager_without_an_end_is_left(kept: Archive, last: Route) -> None:
    with Site(pager(20, last)) as site:
        fill(kept, site, site.sources(), span=Span(date(2000, 1, 1)), command="crawl --since 2000-01-01")
        read = [path for path in site.paths() if path.startswith("/tin")]
    assert "/tin-p20" in read and len(read) <= 20 + STALE
    assert len(pages(kept, kind="article", status=200)) == 40


def test_calendars_and_growing_paths_end(kept: Archive) -> None:
    def day(n: int) -> Reply:
        """A calendar: every page has a next one, and shows the same two articles below ever longer addresses."""
        path = site.asked[-1].path
        grown = path.count("/tin") + 1
        links = f'<a href="{"/tin" * grown}/bai-1.html">a</a><a href="/bai-2.html">b</a>'
        number = int(path.partition("trang=")[2] or 1)
        return Reply(
            body=f'<html><body>{links}<a rel="next" href="/tin?trang={number + 1}">sau</a></body></html>'.encode()
        )

    calendar: dict[str, Route] = {"/tin": day} | {f"/tin?trang={n}": day for n in range(2, 400)}
    grown: dict[str, Route] = {}
    for n in range(9):
        grown["/tin" * n + "/bai-1.html"] = article(1, related=("tin" + "/tin" * n + "/bai-1.html",))
    with Site(calendar | grown | {"/bai-2.html": article(2)}) as site:
        sources = site.sources(pager=None)
        crawl(kept, sources)
        plain = len(site.asked)
        fill(kept, site, sources, span=Span(date(2000, 1, 1)), command="crawl --since 2000-01-01")
        asked = list(site.paths())
    assert plain < 12
    assert len([path for path in asked if path.startswith("/tin?")]) <= 3 + STALE
    assert max(path.count("/tin") for path in asked) == 2


def test_a_budget_ends_a_plain_crawl_too(kept: Archive) -> None:
    with Paper() as site:
        sources = site.sources()
        site.routes["/tin"] = listing(*(path for path in site.routes if path.startswith("/2024")))
        done = crawl(kept, sources, budget=5)
        assert done.outcome == "stopped" and len(site.asked) == 5
        assert done.left.papers == {"sample": {"news": 19, "section": 1}} or done.left.papers["sample"]["news"] >= 18
        assert crawl(kept, sources).outcome == "finished"


def test_a_dry_run_asks_nobody(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kept: Archive) -> None:
    with Paper() as site:
        monkeypatch.setattr("crawler.cli.crawl.load", site.of_paper)
        fill(kept, site, site.of_paper(), budget=22)
        asked = len(site.asked)
        run = CliRunner()
        base = ["crawl", "--dry-run", "--archive", str(kept.path)]
        told = run.invoke(cli, base)
        assert told.exit_code == 0, told.output
        assert "sample: 2 lists to ask; " in told.output and "back-fill list" in told.output
        told = run.invoke(cli, [*base, "--since", "2022-09-01"])
        assert site.url("/map.xml") in told.output and site.url("/tin") in told.output
        assert site.url("/news-2023-4.xml") in told.output
        empty = run.invoke(cli, ["crawl", "--dry-run", "--archive", str(tmp_path / "none.db"), "--json"])
        assert '"lists":2' in empty.output and not (tmp_path / "none.db").exists()
        assert len(site.asked) == asked


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--until", "2020-01-01"], "--until needs --since"),
        (["--since", "2020-02-01", "--until", "2020-01-01"], "lies before"),
        (["--since", "1.1.2020"], "is no day such as 2020-01-31"),
        (["--since", "2020-01-01", "--replay", "x"], "--replay asks nobody"),
        (["--budget", "0"], "--budget"),
    ],
)
def test_wrong_use_is_refused(tmp_path: Path, arguments: list[str], message: str) -> None:
    done = CliRunner().invoke(cli, ["crawl", "--archive", str(tmp_path / "a.db"), *arguments])
    assert done.exit_code == 2 and message in done.output
