"""Scrapy's own commands: they work, and only `crawl` touches an archive."""

import json
import os
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest
from scrapy import Request
from scrapy.exceptions import ContractFail
from scrapy.settings import Settings

from archive.lock import Lock, claim
from archive.store import Archive
from config.sources import generic, load
from crawler.contracts import newest_fixture
from crawler.loader import SourceLoader
from crawler.newsroom import declared
from crawler.spider import NewsSpider
from tests.conftest import ROOT
from tests.crawler.site import Site, paper


def scrapy(*arguments: str, archive: Path, site: Site | None = None) -> subprocess.CompletedProcess[str]:
    where = (site.host, str(site.port)) if site else ("127.78.1.9", "1")
    line = [sys.executable, "-m", "tests.crawler.with_site", *where, "scrapy", *arguments]
    if site is None:
        line = [sys.executable, "-m", "scrapy", *arguments]
    told = os.environ | {"BAOLUU_ARCHIVE": str(archive)}
    return subprocess.run(line, cwd=ROOT, env=told, capture_output=True, text=True, timeout=120)


def test_list_names_the_real_papers_only(tmp_path: Path) -> None:
    done = scrapy("list", archive=tmp_path / "a.db")
    assert done.stdout.split() == sorted(load()) and not set(done.stdout.split()) & set(declared())
    assert not (tmp_path / "a.db").exists()


def test_check_runs_a_contract_for_every_paper(tmp_path: Path) -> None:
    done = scrapy("check", archive=tmp_path / "a.db")
    assert done.returncode == 0, done.stderr
    assert f"Ran {len(load())} contracts" in done.stderr and done.stderr.rstrip().endswith("OK")
    assert list(tmp_path.iterdir()) == []


def test_check_fails_for_a_paper_without_a_fixture(tmp_path: Path) -> None:
    with Site({}) as site:
        done = scrapy("check", archive=tmp_path / "a.db", site=site)
    assert done.returncode == 1 and "no fixture" in done.stderr and site.asked == []


def test_shell_and_fetch_ask_the_site_and_touch_no_archive(tmp_path: Path) -> None:
    with Site(paper(1)) as site:
        for options in ((), ("--spider", "sample")):
            code = "response.css('h1::text').get()"
            done = scrapy(
                "shell", "--nolog", *options, site.url("/bai-1.html"), "-c", code, archive=tmp_path / "a.db", site=site
            )
            assert done.stdout.strip() == "Nước rút ở bản số 1", done.stderr
        done = scrapy("fetch", "--nolog", site.url("/bai-1.html"), archive=tmp_path / "a.db", site=site)
        assert "<h1>Nước rút" in done.stdout
    assert list(tmp_path.iterdir()) == []


def test_crawl_of_one_paper_writes_the_cleaned_records(tmp_path: Path) -> None:
    out, path = tmp_path / "out.jsonl", tmp_path / "a.db"
    with Site(paper(4)) as site:
        done = scrapy("crawl", "sample", "-a", "limit=2", "-O", str(out), archive=path, site=site)
    assert done.returncode == 0, done.stderr
    written = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
    assert len(written) == 2
    with Archive(path) as archive:
        kept = [msgspec.json.decode(row["output"]) for row in archive.rows("SELECT output FROM cleanings")]
        assert sorted(written, key=str) == sorted(kept, key=str)
        (run,) = archive.rows("SELECT command, outcome FROM runs")
        assert run == {"command": "scrapy crawl sample", "outcome": "finished"}


def test_crawl_says_what_is_wrong_with_an_archive(tmp_path: Path) -> None:
    (tmp_path / "a.db").write_text("no archive at all, but long enough to be read as one")
    with Site({}) as site:
        done = scrapy("crawl", "sample", archive=tmp_path / "a.db", site=site)
    assert "not a readable SQLite file" in done.stderr and "Traceback" not in done.stderr
    assert site.asked == [] and done.returncode == 2


def test_crawl_ends_with_the_codes_of_baoluu_crawl(tmp_path: Path) -> None:
    with Site(paper(1)) as site:
        pass
    silent = scrapy("crawl", "sample", archive=tmp_path / "a.db", site=site)
    assert silent.returncode == 1, "there was nothing but failures"
    with Site(paper(1)) as site, Archive(tmp_path / "b.db") as archive:
        held = Lock(archive, claim(archive, "crawl").run)
        skipped = scrapy("crawl", "sample", archive=tmp_path / "b.db", site=site)
        assert skipped.returncode == 0 and site.asked == []
        held.end("finished", {})
        full = scrapy("crawl", "sample", "-s", "BAOLUU_MIN_FREE_MB=1e12", archive=tmp_path / "b.db", site=site)
        assert full.returncode == 3 and site.asked == []


def test_the_loader_knows_papers_by_name_and_by_url() -> None:
    loader = SourceLoader.from_settings(Settings())
    assert not vars(loader), "a crawl has its papers already"
    spider = loader.load("vietnamnet")
    assert issubclass(spider, NewsSpider) and spider.name == "vietnamnet" and spider.only == ("vietnamnet",)
    assert loader.find_by_request(Request("https://m.vietnamnet.vn/thoi-su")) == ["vietnamnet"]
    assert loader.find_by_request(Request("https://example.org/")) == []
    with pytest.raises(KeyError, match="vietnamnet"):
        loader.load("vietnamet")


def test_every_paper_has_a_fixture() -> None:
    sources = load()
    for name, source in sources.items():
        paper_of_fixture = sources.of(newest_fixture(source, sources).url)
        assert paper_of_fixture and paper_of_fixture.id == name
    with pytest.raises(ContractFail):
        newest_fixture(generic("https://la.example.vn/x"), sources)


def test_a_familys_layout_stands_for_a_paper_without_a_page_of_its_own() -> None:
    sources = load()
    stored = newest_fixture(sources["baovanhoa"], sources)
    assert stored.url == sources["baovanhoa"].examples.article[0]
    assert b"detail__content" in stored.body
