"""`health` on the command line: the table, the JSON, the exit codes, and the alert command."""

import json
import re
import sqlite3
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from archive.store import Archive
from config.clock import ShiftedClock, stamp
from crawler.cli import health
from crawler.cli.health_told import GAP, curve
from pipelines.health import Day
from tests.crawler.cli.conftest import Call
from tests.test_guide import GUIDE
from tests.watched import START, World, out


def at(day: float) -> str:
    return stamp(START + timedelta(days=day))


@pytest.fixture(scope="module")
def watched(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Ten days of two looks a day; nobody looked on the sixth and seventh; one paper refuses from the eighth on."""
    clock, path = ShiftedClock(START), tmp_path_factory.mktemp("health") / "a.db"
    with Archive(path, clock=clock) as archive:
        world = World(archive, clock, {"baovua": 15.0, "tapchi": 1.0}, {"baovua": out("refusing", 8)})
        for day in (0.3, 0.8, 1.3, 1.8, 2.3, 2.8, 3.3, 3.8, 4.3, 4.8, 7.3, 7.8, 8.3, 8.8, 9.3, 9.8):
            world.run(day)
    yield path


def test_the_table_has_a_line_a_paper_and_ends_with_the_alarms(baoluu: Call, watched: Path) -> None:
    answer = baoluu("health", "--archive", watched, "--days", 10, "--at", at(9.9))
    head, first, second, *rest = answer.out.splitlines()
    assert answer.code == 1
    assert head.split()[:3] == ["paper", "last", "new"]
    assert first.startswith("baovua") and first.endswith("!") and " 2 d " in first
    assert second.startswith("tapchi") and not second.endswith("!")
    curves = [line[27:41].strip() for line in (first, second)]
    assert all(f"{GAP}{GAP}" in drawn and len(drawn) == 10 for drawn in curves)
    assert curves[0].endswith("▁▁") and "▁" not in curves[0].rstrip("▁")
    told = "\n".join(rest)
    assert "! baovua: none of its lists could be read at 4 looks since 2025-03-11 07:12: HTTP 403" in told
    assert "! baovua: nothing new since 2025-03-10 19:12" in told and "2 papers, 2 alarms" in told


def test_the_guide_shows_what_is_answered(baoluu: Call, watched: Path) -> None:
    shown = re.search(r"<!-- health -->\n```\n(.*?)```\n<!-- end -->", GUIDE.read_text(encoding="utf-8"), re.S)
    told = baoluu("health", "--archive", watched, "--days", 10, "--at", at(9.9)).out
    assert shown and shown[1] == told, f"copy this into the guide:\n{told}"


def test_without_alarms_it_ends_with_0(baoluu: Call, watched: Path) -> None:
    answer = baoluu("health", "--archive", watched, "--at", at(7.9))
    assert answer.code == 0 and "2 papers, no alarms" in answer.out


def test_json_is_one_object_a_line(baoluu: Call, watched: Path) -> None:
    answer = baoluu("health", "baovua", "--archive", watched, "--days", 10, "--at", at(9.9), "--json")
    whole, paper = map(json.loads, answer.out.splitlines())
    assert answer.code == 1 and whole == {"source": None, "alarms": []}
    assert [alarm["kind"] for alarm in paper["alarms"]] == ["unreachable", "silent"]
    news = {day["day"]: day["new"] for day in paper["days"]}
    assert (news["2025-03-08"], news["2025-03-09"], news["2025-03-11"]) == (None, None, 0)
    assert paper["last_new"] == at(7.8) and paper["usual"] > 5


def test_the_archive_is_not_touched(baoluu: Call, watched: Path) -> None:
    before = watched.read_bytes()
    baoluu("health", "--archive", watched, "--at", at(9.9))
    assert watched.read_bytes() == before


def test_the_alert_command_gets_the_report(baoluu: Call, watched: Path, tmp_path: Path) -> None:
    file = tmp_path / "told"
    command = f'cat > {file}.json; echo "$BAOLUU_ALERT" > {file}.txt; echo sent'
    answer = baoluu("health", "--archive", watched, "--at", at(9.9), "--alert", command, "--json")
    report = json.loads(Path(f"{file}.json").read_text(encoding="utf-8"))
    assert answer.code == 1 and "sent" in answer.err and "sent" not in answer.out
    assert Path(f"{file}.txt").read_text(encoding="utf-8") == "baoluu: baovua unreachable, baovua silent\n"
    assert [alarm["source"] for alarm in report["alarms"]] == ["baovua", "baovua"]
    assert report["summary"] == "baoluu: baovua unreachable, baovua silent" and len(report["papers"]) == 2


def test_nobody_is_called_without_an_alarm_or_for_an_old_one(baoluu: Call, watched: Path, tmp_path: Path) -> None:
    call = ["--archive", watched, "--alert", f"touch {tmp_path / 'called'}"]
    assert baoluu("health", *call, "--at", at(7.9)).code == 0
    old = baoluu("health", *call, "--at", at(9.9), "--new-within", "12h")
    assert old.code == 1 and "! baovua" in old.out and not (tmp_path / "called").exists()
    assert baoluu("health", *call, "--at", at(9.9), "--new-within", "2d").code == 1
    assert (tmp_path / "called").exists()


def test_an_alert_that_fails_is_told_and_hides_nothing(baoluu: Call, watched: Path) -> None:
    answer = baoluu("health", "--archive", watched, "--at", at(9.9), "--alert", "echo no route; exit 7")
    assert answer.code == 2 and "! baovua" in answer.out
    assert "no route" in answer.err and "the alert command ended with 7" in answer.err


def test_an_alert_that_hangs_is_ended(baoluu: Call, watched: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "PATIENCE", 0.2)
    answer = baoluu("health", "--archive", watched, "--at", at(9.9), "--alert", "sleep 20")
    assert answer.code == 2 and "did not end within" in answer.err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--new-within", "24h"], "goes with --alert"),
        (["--alert", "true", "--new-within", "soon"], "no length of time such as 24h"),
        (["baovuaa"], "baovuaa"),
        (["--days", "3"], "7"),
        (["--at", "yesterday"], "not an ISO 8601 moment"),
    ],
)
def test_wrong_use_is_said(baoluu: Call, watched: Path, arguments: list[str], said: str) -> None:
    answer = baoluu("health", *arguments, "--archive", watched)
    assert answer.code == 2 and said in answer.err


def test_a_fresh_archive_has_nothing_to_tell(baoluu: Call, archive: Archive) -> None:
    assert "0 papers, no alarms" in baoluu("health", "--archive", archive.path).out


def test_a_gap_is_no_zero_and_the_least_article_is_seen() -> None:
    days = [Day("2025-03-01", n, 50.0) for n in (None, 0, 1, 50, 100)]
    assert curve(days, 50.0) == "·▁▂▅█"


def test_a_file_that_another_writes_can_be_read(baoluu: Call, watched: Path) -> None:
    writer = sqlite3.connect(watched, isolation_level=None)
    writer.execute("BEGIN IMMEDIATE")
    try:
        assert baoluu("health", "--archive", watched, "--at", at(7.9)).code == 0
    finally:
        writer.execute("ROLLBACK")
        writer.close()
