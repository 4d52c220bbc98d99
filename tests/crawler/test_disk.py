"""A crawl on a disk that is getting full: it does not begin, or stops in time, and goes on when there is room."""

import json
from functools import partial
from pathlib import Path

import pytest
from click.testing import CliRunner

from archive.disk import Room
from archive.errors import DiskFull
from archive.store import Archive
from config.sources import DeclarationError, Sources
from crawler.cli import cli, main
from crawler.cli import crawl as crawl_command
from crawler.run import crawl
from tests.archive.test_disk import Disk
from tests.crawler.conftest import Crawl, pages
from tests.crawler.site import Site, paper
from tests.crawler.test_commands import scrapy

FULL = Disk(10**12, 100_000_000)


def run_of(archive: Archive) -> tuple[str, str]:
    (row,) = archive.rows("SELECT outcome, stats FROM runs ORDER BY id DESC LIMIT 1")
    return row["outcome"], json.loads(row["stats"]).get("why", "")


def test_a_full_disk_is_not_crawled_on(
    kept: Archive, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("crawler.turn.Room", partial(Room, usage=lambda path: FULL))
    with Site(paper(1)) as site:
        monkeypatch.setattr(crawl_command, "load", lambda: Sources(site.sources(), {}))
        monkeypatch.setattr("sys.argv", ["baoluu", "crawl", "--archive", str(kept.path)])
        with pytest.raises(SystemExit) as ended:
            main()
        assert ended.value.code == 3 and site.asked == []
    said = capsys.readouterr().err
    assert "100.0 MB (0.0 %) of its disk are free; a crawl wants 256.0 MB and 1 %" in said and "Traceback" not in said
    assert said.count("of its disk are free") == 1, "told once"
    outcome, why = run_of(kept)
    assert outcome == "stopped" and why in said
    listed = CliRunner().invoke(cli, ["runs", "--archive", str(kept.path)])
    assert "stopped" in listed.stdout and "a crawl wants 256.0 MB and 1 %" in listed.stdout
    assert "All that was kept" in why and "All that was kept" not in listed.stdout, "its first sentence is enough there"


@pytest.mark.usefixtures("here")
def test_a_disk_that_gets_full_stops_the_crawl_and_nothing_is_lost(
    kept: Archive, run: Crawl, monkeypatch: pytest.MonkeyPatch
) -> None:
    def usage(path: Path) -> Disk:
        asked.append(path)
        return Disk(10**12, 10**11) if len(asked) < 3 else FULL

    asked = list[Path]()
    with Site(paper(9)) as site:
        with monkeypatch.context() as low:
            low.setattr("crawler.turn.EVERY", 4)
            low.setattr("crawler.turn.Room", partial(Room, usage=usage))
            with pytest.raises(DiskFull):
                run(site)
        assert len(asked) == 3 and len(pages(kept)) == 8
        assert run_of(kept)[0] == "stopped"
        assert not list(kept.rows("SELECT 1 FROM frontier WHERE leased IS NOT NULL"))
        assert run(site).outcome == "finished"
        assert len(pages(kept, kind="article", status=200)) == 9
        assert set(site.paths().values()) <= {1, 2} and site.paths()["/bai-1.html"] == 1


@pytest.mark.parametrize("given", ["a lot", "-1", "inf", "nan"])
def test_a_setting_that_is_no_number_is_named(kept: Archive, monkeypatch: pytest.MonkeyPatch, given: str) -> None:
    monkeypatch.setattr("crawler.settings.BAOLUU_MIN_FREE_PERCENT", given)
    with Site({}) as site, pytest.raises(DeclarationError, match=f"BAOLUU_MIN_FREE_PERCENT={given}: must be a number"):
        crawl(kept, site.sources())


def test_scrapy_crawl_minds_the_disk_by_its_own_settings(tmp_path: Path) -> None:
    with Site(paper(1)) as site:
        done = scrapy(
            "crawl", "sample", "-s", "BAOLUU_MIN_FREE_MB=900000000", archive=tmp_path / "a.db", site=site
        )  # fmt: skip
    assert "a crawl wants 900,000,000.0 MB" in done.stderr and "Traceback" not in done.stderr and site.asked == []
    with Archive(tmp_path / "a.db") as archive:
        assert run_of(archive)[0] == "stopped"
