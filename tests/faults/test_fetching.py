"""One crawl over a hostile server: every fault is met with the best that can come of it."""

import dataclasses
import re
from datetime import timedelta
from pathlib import Path

import pytest

from archive.store import Archive
from config.clock import ShiftedClock, SystemClock
from config.sources import Sources
from crawler.run import Outcome, crawl
from tests.conftest import ROOT, need_shared
from tests.crawler.conftest import pages
from tests.crawler.site import Reply, Site, article, paper
from tests.faults.hostile import Fault, Result, served
from tests.faults.index import FETCHING, ROWS
from tests.faults.table import BLOCKS, FAULTS, large

Met = tuple[Outcome, dict[str, Result], Site]


def meet(path: Path, faults: tuple[Fault, ...]) -> Met:
    """What came of each fault, all met in one crawl with short limits."""
    with pytest.MonkeyPatch.context() as patch, served(faults) as (sites, inner), Archive(path) as archive:
        patch.setattr("crawler.settings.DOWNLOAD_TIMEOUT", 12)
        patch.setattr("crawler.settings.BAOLUU_SLOW_AFTER", 4)
        patch.setattr("crawler.session.PATIENCE", 3.0)
        papers = {f"p{n}": sites[fault.name].source(f"p{n}", **fault.discover) for n, fault in enumerate(faults)}
        outcome = crawl(archive, Sources(papers, {}))
        assert archive.conn.execute("SELECT count(*) FROM frontier WHERE leased IS NOT NULL").fetchone() == (0,)
        found = {fault.name: result(archive, fault, sites[fault.name], f"p{n}") for n, fault in enumerate(faults)}
        counts = {fault.name: outcome.sources[f"p{n}"] for n, fault in enumerate(faults)}
        return dataclasses.replace(outcome, sources=counts), found, inner


def result(archive: Archive, fault: Fault, site: Site, source: str) -> Result:
    """What `archive` holds of one fault."""
    met = pages(archive, source=source, kind="article")
    for page in met:
        made = list(archive.rows("SELECT reason FROM cleanings WHERE page = ?", (page["id"],)))
        page["drop"] = (made[0]["reason"] or "") if made else ""
    frontier = archive.rows("SELECT * FROM frontier WHERE source = ?", (source,))
    (host,) = archive.rows("SELECT * FROM hosts WHERE source = ?", (source,))
    articles = list(archive.rows("SELECT * FROM articles WHERE source = ?", (source,)))
    return Result(fault, site, met, {str(row["url"]): row for row in frontier}, host, articles)


@pytest.fixture(scope="module")
def met(tmp_path_factory: pytest.TempPathFactory) -> Met:
    return meet(tmp_path_factory.mktemp("met") / "a.db", FAULTS)


def check(met: Met, name: str) -> None:
    """Whether the best that can come of the fault `name` came of it."""
    found, counts = met[1][name], met[0].sources[name]
    fault, url = found.fault, found.site.url("/bai-1.html")
    own: list[dict[str, object]] = [page for page in found.pages if page["url"] == url]
    last = own[-1] if own else {"status": None, "drop": "", "truncated": None}
    row = found.frontier.get(url, {"error": None, "tries": 0})
    told = (counts, found.host, row, own, found.site.paths())
    assert found.site.paths()["/bai-1.html"] == fault.asked, told
    assert (last["status"], last["drop"]) == (fault.status, fault.drop), told
    assert fault.truncated in str(last["truncated"]) if fault.truncated else last["truncated"] is None, told
    assert any(str(a["url"]).endswith("/bai-1.html") for a in found.articles) is fault.article, told
    assert counts.errors == ({fault.kind: 1} if fault.kind else {}), told
    assert fault.error in str(row["error"]) if fault.error else row["error"] is None, told
    assert (row["tries"], found.host["failures"]) == (fault.tries, fault.failures), told
    assert (found.host["failing"] is not None) == bool(fault.failures), told
    assert fault.pause - 60 <= found.host["next"] - SystemClock().seconds() <= 6 * 3600, told
    assert fault.more is None or fault.more(found), told


@pytest.mark.parametrize("name", [fault.name for fault in FAULTS])
def test_a_fault_is_met_as_well_as_can_be(met: Met, name: str) -> None:
    check(met, name)


@pytest.mark.soak
def test_large_faults_are_met_as_well(tmp_path: Path) -> None:
    faults = large()
    met = meet(tmp_path / "a.db", faults)
    for fault in faults:
        check(met, fault.name)


def test_nobody_is_led_inside(met: Met) -> None:
    assert met[2].asked == []


def test_the_crawl_ends_well_whatever_it_meets(met: Met) -> None:
    assert met[0].outcome == "finished" and len(met[1]) == len(FAULTS)


def test_a_host_has_one_connection_at_a_time(tmp_path: Path, here: None) -> None:
    slow = {path: route._replace(wait=0.03) for path, route in paper(12).items() if isinstance(route, Reply)}
    with Archive(tmp_path / "a.db") as archive, Site(slow) as site:
        crawl(archive, site.sources(feeds=("/rss",), sitemaps=("/map",), sections=("/tin", "/tin-p9")))
        assert site.most == 1 and len(pages(archive, kind="article", status=200)) == 12


@pytest.mark.parametrize("name", BLOCKS)
def test_a_block_is_never_put_over_a_good_revision(tmp_path: Path, here: None, name: str) -> None:
    clock = ShiftedClock(SystemClock().now())
    with Archive(tmp_path / "a.db", clock=clock) as archive, Site(paper(1)) as site:
        crawl(archive, site.sources())
        before = list(archive.rows("SELECT title, text, revisions, page FROM articles"))
        site.routes["/bai-1.html"] = BLOCKS[name][0]
        clock.move(clock.now() + timedelta(hours=2))
        crawl(archive, site.sources())
        assert site.paths()["/bai-1.html"] == 2, "it was visited again"
        assert len(pages(archive, kind="article")) == 2, "and what came is kept"
        assert list(archive.rows("SELECT title, text, revisions, page FROM articles")) == before
        assert before[0]["revisions"] == 1 and before[0]["title"] == "Nước rút ở bản số 1"
        site.routes["/bai-1.html"] = article(1, words=2)
        clock.move(clock.now() + timedelta(days=3))
        crawl(archive, site.sources())
        assert [r["revisions"] for r in archive.rows("SELECT revisions FROM articles")] == [2], (
            "the next good one counts"
        )


def test_every_row_of_the_list_of_faults_has_its_tests() -> None:
    rows = [line for line in need_shared("FAULTS.md").read_text(encoding="utf-8").splitlines() if line.startswith("| ")]
    assert len(rows) - 1 == len(ROWS), "a header, and one row a fault"


def test_the_tests_that_the_index_names_exist() -> None:
    for row, tests in ROWS.items():
        assert tests, row
        assert (FETCHING in tests) == any(fault.row == row for fault in FAULTS), row
        for name in tests:
            path, _, test = name.partition("::")
            if name != FETCHING:
                text = (ROOT / path).read_text(encoding="utf-8")
                assert re.search(rf"^def {test}\(" if test else r"^def test_", text, re.M), name
    assert {fault.row for fault in FAULTS} <= set(ROWS)
