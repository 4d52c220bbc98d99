"""The whole job, as `baoluu demo` runs it, once for all tests of this file."""

import json
import subprocess
import sys
from pathlib import Path
from shutil import copyfile
from typing import Any

import msgspec
import pytest

from archive.derive import rebuild
from archive.search import search
from archive.store import Archive
from config.clock import ShiftedClock
from config.declarations import Rules, layer
from config.sources import Sources
from crawler.newsroom import VISITS, Newsroom, declared
from crawler.newsroom.papers import papers
from pipelines import cleaner
from pipelines.pool import CleaningPool
from pipelines.reclean import reclean
from tests.conftest import ROOT
from tests.ports import free_port

PORT = free_port([host for paper in papers().values() for host in (paper.host, paper.images) if host])


def run_demo(path: Path, *options: str) -> subprocess.CompletedProcess[str]:
    command = [Path(sys.executable).with_name("baoluu"), "demo", "--archive", path, "--port", str(PORT), *options]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    path = tmp_path_factory.mktemp("demo") / "demo.db"
    done = run_demo(path, "--json")
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


@pytest.fixture
def copy(told: dict[str, Any], tmp_path: Path) -> Archive:
    """A copy of the demo's archive, to be changed at will."""
    return Archive(Path(copyfile(told["archive"], tmp_path / "copy.db")), clock=ShiftedClock(VISITS[1]))


@pytest.fixture
def newsroom() -> Newsroom:
    return Newsroom(PORT)


def derived(archive: Archive) -> dict[str, list[dict[str, Any]]]:
    """The derived tables, without the numbers that the order of arrival gives."""
    rows = archive.rows("SELECT * FROM articles ORDER BY article")
    found = {"articles": [{k: v for k, v in row.items() if k != "id"} for row in rows]}
    for table in ("revisions", "links"):
        sql = f"SELECT a.article AS name, t.* FROM {table} t JOIN articles a ON a.id = t.article ORDER BY 1, t.n"
        found[table] = [{k: v for k, v in row.items() if k != "article"} for row in archive.rows(sql)]
    return found


def test_every_article_is_found_and_dated(told: dict[str, Any], newsroom: Newsroom) -> None:
    newsroom.visit = 2
    assert told["articles"] == told["dated"] == len(newsroom.truth())


def test_one_revision_each_and_one_more_for_each_edit(told: dict[str, Any], newsroom: Newsroom) -> None:
    assert told["planted_edits"] == len(newsroom.planted_edits)
    assert told["revisions"] == told["articles"] + told["planted_edits"]
    assert {edit["url"] for edit in told["edits"]} == {edit.url for edit in newsroom.planted_edits}


def test_what_is_no_article_is_dropped_with_its_reason(told: dict[str, Any]) -> None:
    assert told["dropped"] == {"blocked": 1, "gallery": 1, "not-html": 1, "soft-404": 1, "video": 1}


def test_the_articles_are_what_the_papers_printed(copy: Archive, newsroom: Newsroom) -> None:
    newsroom.visit = 2
    kept = {row["url"]: row for row in copy.rows("SELECT * FROM articles")}
    for truth in newsroom.truth():
        row = kept.pop(truth.url)
        assert (row["title"], row["lead"], row["published"]) == (truth.title, truth.lead, truth.published)
        assert json.loads(row["paragraphs"]) == list(truth.paragraphs)
        assert json.loads(row["captions"]) == list(truth.captions)
        assert json.loads(row["authors"]) == list(truth.authors)
    assert not kept


def test_finished_it_tells_the_same_again(told: dict[str, Any], newsroom: Newsroom) -> None:
    again = run_demo(Path(told["archive"]), "--json")
    assert json.loads(again.stdout) == told


def test_a_taken_port_is_said(tmp_path: Path) -> None:
    with Newsroom(PORT):
        done = run_demo(tmp_path / "demo.db")
    assert done.returncode == 2 and "choose another with --port" in done.stderr


def test_only_its_own_archive_is_written_or_deleted(archive: Archive) -> None:
    from archive.facts import Page

    archive.keep_page(
        "vietnamnet", Page(url="https://vietnamnet.vn/x", fetched_at="2025-03-10T08:00:00+07:00", body=b"")
    )
    for option in ([], ["--fresh"]):
        done = run_demo(archive.path, *option)
        assert done.returncode == 2 and "an archive of its own" in done.stderr
    assert archive.path.exists()


def test_a_rebuild_gives_what_the_live_crawl_gave(copy: Archive) -> None:
    with copy as archive:
        live = derived(archive)
        rebuild(archive, declared())
        assert derived(archive) == live
        hits = search(archive, "doi ngoai nhan dan")
        assert "Đối ngoại nhân dân" in str(next(hits).title)


def test_cleaning_again_gives_the_same_bytes(copy: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another id of the same rules: every page is cleaned again, in child processes, and nothing differs."""
    with copy as archive, CleaningPool(1) as pool:
        live = derived(archive)
        assert reclean(archive, declared(), pool, dry_run=True).pages == 0
        monkeypatch.setattr(cleaner, "RULES", cleaner.RULES + 1000)
        report = reclean(archive, declared(), pool)
        assert report.pages > 80
        assert not report.changed
        again = derived(archive)
        for row in live["articles"] + again["articles"]:
            del row["cleaner"]
        assert again["articles"] == live["articles"]


def test_one_changed_selector_changes_exactly_that_paper(copy: Archive) -> None:
    papers = dict(declared())
    odd = Rules(title=(".no-such-title",), lead=(".no-such-lead",))
    changed = [msgspec.structs.replace(g, rules=layer(g.rules, odd)) for g in papers["nhiplang"].generations]
    papers["nhiplang"] = msgspec.structs.replace(papers["nhiplang"], generations=tuple(changed))
    with copy as archive, CleaningPool(1) as pool:
        before = derived(archive)
        report = reclean(archive, Sources(papers, {}), pool, dry_run=True)
        assert set(report.changed) == {"nhiplang"}
        assert {name.split()[1] for name in report.fields} >= {"lead", "blocks"}
        assert derived(archive) == before


def test_a_stored_cleaning_is_what_process_returns(copy: Archive) -> None:
    from pipelines.process import process

    with copy as archive:
        rows = list(archive.rows("SELECT c.page, c.output, p.source FROM cleanings c JOIN pages p ON p.id = c.page"))
        for row in rows:
            output = process(archive.page(row["page"]), declared()[row["source"]]).output
            assert msgspec.json.encode(output).decode() == row["output"]
        assert sum(isinstance(msgspec.json.decode(row["output"]).get("title"), str) for row in rows) > 80


def test_the_readme_shows_what_the_demo_tells(told: dict[str, Any]) -> None:
    text = run_demo(Path(told["archive"])).stdout
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert text.split("\n\n")[0] in readme
