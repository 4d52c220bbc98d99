import json

import pytest

from archive.store import Archive
from tests.crawler.cli.conftest import Call
from tests.stock import ROOT, SOURCES, keep, page, section

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
