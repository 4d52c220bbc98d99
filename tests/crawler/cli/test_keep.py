import json
from pathlib import Path

import pytest

from archive.store import Archive
from archive.withdraw import find, withdraw
from tests.crawler.cli.conftest import Call
from tests.stock import ROOT, SOURCES, Here, keep, page, section

URL = f"{ROOT}/bai-2.html"


@pytest.fixture
def stocked(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> Archive:
    for module in ("keep", "read"):
        monkeypatch.setattr(f"crawler.cli.{module}.known_sources", lambda: SOURCES)
    keep(archive, section(1, 2), page(1), page(2), page(2, 2))
    return archive


def test_withdrawing_is_told_and_a_second_time_changes_nothing(baoluu: Call, stocked: Archive) -> None:
    dry = baoluu("withdraw", URL, "--dry-run", "--reason", "luật", "--archive", stocked.path)
    assert dry.code == 0 and "Would go: 2 pages, 2 cleanings, 1 queued URLs" in dry.out and f"{ROOT}/tin" in dry.out
    assert stocked.conn.execute("SELECT count(*) FROM pages").fetchone() == (4,)
    done = baoluu("withdraw", URL, "--reason", "luật", "--archive", stocked.path)
    assert done.code == 0 and "Its bytes have left the file" in done.out and "Older backups" in done.out
    again = json.loads(baoluu("withdraw", URL, "--reason", "luật", "--json", "--archive", stocked.path).out)
    assert (again["pages"], again["erased"], again["urls"]) == (0, 0, [URL])
    assert "Nothing was left" in baoluu("withdraw", "--archive", stocked.path).out
    why = baoluu("why", URL, "--archive", stocked.path)
    assert "withdrawn: luật" in why.out


def test_withdrawing_needs_a_reason(baoluu: Call, stocked: Archive) -> None:
    for reason in ([], ["--reason", " "]):
        answer = baoluu("withdraw", URL, *reason, "--archive", stocked.path)
        assert answer.code == 2 and "--reason" in answer.err


def test_a_reader_in_the_way_is_told_of_and_it_is_finished_later(baoluu: Call, stocked: Archive) -> None:
    with Archive(stocked.path, write=False) as reader:
        reader.conn.execute("BEGIN")
        reader.conn.execute("SELECT count(*) FROM pages").fetchone()
        with pytest.MonkeyPatch.context() as patched:
            patched.setattr("archive.store.BUSY_MS", 10)
            answer = baoluu("withdraw", URL, "--reason", "luật", "--archive", stocked.path)
    assert answer.code == 3 and "keeps the old bytes" in answer.err and "Gone: 2 pages" in answer.out
    done = baoluu("withdraw", "--archive", stocked.path)
    assert done.code == 0 and "Its bytes have left the file" in done.out


def test_merging_takes_over_cleans_and_derives(
    baoluu: Call, stocked: Archive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pipelines.pool.CleaningPool", Here)
    with Archive(tmp_path / "other.db") as other:
        keep(other, page(3), page(4), clean=False)
        keep(other, page(5))
    done = baoluu("merge", tmp_path / "other.db", "--json", "--archive", stocked.path)
    told = json.loads(done.out)
    assert (done.code, told["pages"], told["runs"], told["damaged"]) == (0, 3, 2, [])
    assert stocked.conn.execute("SELECT count(*) FROM articles").fetchone() == (5,)
    again = baoluu("merge", tmp_path / "other.db", "--archive", stocked.path)
    assert again.code == 0 and "0 pages, 0 bodies, 0 cleanings, 0 runs" in again.out


def test_merging_erases_what_the_other_withdrew(baoluu: Call, stocked: Archive, tmp_path: Path) -> None:
    with Archive(tmp_path / "other.db") as other:
        withdraw(other, find(other, SOURCES, URL), "luật")
    done = baoluu("merge", tmp_path / "other.db", "--archive", stocked.path)
    assert done.code == 0 and "1 URLs, 2 pages" in done.out
    assert not list(stocked.rows("SELECT 1 FROM withdrawals WHERE erased_at IS NULL"))
    assert not list(stocked.rows("SELECT 1 FROM pages WHERE url = ?", (URL,)))


def test_damage_in_the_other_is_told(baoluu: Call, stocked: Archive, tmp_path: Path) -> None:
    with Archive(tmp_path / "other.db") as other:
        keep(other, page(3))
        other.conn.execute("UPDATE bodies SET data = x'00'")
    done = baoluu("merge", tmp_path / "other.db", "--archive", stocked.path)
    assert done.code == 1 and "left out: http://song.example.vn/bai-3.html" in done.out


@pytest.mark.parametrize("other", ["none.db", "itself"])
def test_merging_nothing(baoluu: Call, stocked: Archive, tmp_path: Path, other: str) -> None:
    path = stocked.path if other == "itself" else tmp_path / other
    done = baoluu("merge", path, "--archive", stocked.path)
    assert done.code == 2 and ("itself" in done.err or "no archive here" in done.err)


def test_a_backup_tells_what_it_is(baoluu: Call, stocked: Archive, tmp_path: Path) -> None:
    done = baoluu("backup", tmp_path / "copy.db", "--archive", stocked.path)
    assert done.code == 0 and "4 pages" in done.out and "4 bodies; sha256" in done.out
    told = json.loads(baoluu("backup", tmp_path / "copy.db", "--json", "--archive", stocked.path).out)
    assert told["pages"] == 4
    assert baoluu("verify", "--workers", 1, "--archive", tmp_path / "copy.db").code == 0
    assert not (tmp_path / "copy.db-wal").exists()
    refused = baoluu("backup", stocked.path, "--archive", stocked.path)
    assert refused.code == 2 and "itself" in refused.err


WRITING = [[name] for name in ("crawl", "reclean", "rebuild", "verify", "withdraw", "merge")]
WRITING += [["backup", "b.db"], ["publish", "p.db"]]


def test_a_published_copy_is_read_and_refused_by_what_writes(
    baoluu: Call, stocked: Archive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    public = tmp_path / "public.db"
    done = baoluu("publish", public, "--archive", stocked.path)
    assert done.code == 0 and "2 articles in 3 states" in done.out and "--metadata" in done.out
    before = public.read_bytes()
    assert URL in baoluu("search", "nuoc rut", "--archive", public).out
    for command in (["show", URL], ["why", URL], ["runs"]):
        assert baoluu(*command, "--archive", public).code == 0
    for command in WRITING:
        command = [*command, str(stocked.path)] if command == ["merge"] else command
        answer = baoluu(*command, "--archive", public)
        assert answer.code == 2 and "a published copy" in answer.err, command
    assert "a published copy" in baoluu("merge", public, "--archive", stocked.path).err
    assert public.read_bytes() == before and not list(tmp_path.glob("[bp].db"))
