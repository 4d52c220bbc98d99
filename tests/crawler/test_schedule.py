"""What `baoluu schedule` prints is what systemd and cron take, and runs the commands that it should."""

import os
import re
import shlex
import shutil
import subprocess
from itertools import pairwise
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner

from archive import lock
from archive.disk import RESERVE, WANTED
from crawler import settings, turn
from crawler.cli import cli
from crawler.cli.schedule import _command
from crawler.schedule import NEEDED, OPTIONAL, PERIODS, Plan, all_units, crontab, units
from tests.conftest import ROOT
from tests.docs import DOCS
from tests.test_guide import lines, trouble

ODD = 'tin tức 50% "a" $HOME \''
FIELDS = (range(60), range(24), range(1, 32), range(1, 13), range(8))


def plan(every: str = "30m", archive: Path = Path("/srv/news/archive.db"), **more: object) -> Plan:
    given = {"root": ROOT, "command": _command(), "user": "root", "contact": "mailto:giu@thuvien.example.vn"}
    return Plan(every=every, archive=archive, **(given | more))  # type: ignore[arg-type]


def analyze(*arguments: str, **env: str) -> str:
    """What `systemd-analyze` has against something."""
    if shutil.which("systemd-analyze") is None:
        pytest.skip("there is no systemd-analyze here")
    line = ["systemd-analyze", *arguments]
    done = subprocess.run(line, capture_output=True, text=True, check=False, env=os.environ | env)
    return done.stderr + ("" if done.returncode == 0 else done.stdout + f"exit {done.returncode}")


def written(folder: Path, made: Plan) -> dict[str, str]:
    folder.mkdir()
    for name, text in (found := units(made)).items():
        (folder / name).write_text(text, encoding="utf-8")
    return found


@pytest.mark.parametrize("archive", [Path("/srv/news/archive.db"), Path(f"/srv/{ODD}/kho.db")])
def test_systemd_finds_nothing_wrong(tmp_path: Path, archive: Path) -> None:
    found = written(tmp_path / "units", plan(archive=archive))
    names = [str(tmp_path / "units" / name.replace("@.", "@x.")) for name in found]
    where = {"SYSTEMD_UNIT_PATH": f"{tmp_path / 'units'}:"}
    told = analyze("verify", "--man=no", *names, **where)
    assert not [line for line in told.splitlines() if "baoluu" in line], told
    service = tmp_path / "units" / "baoluu-crawl.service"
    service.write_text(service.read_text().replace("KillMode=mixed", "KillMood=mixed"))
    assert "KillMood" in analyze("verify", "--man=no", str(service), **where), "it would have said so"


def test_the_units_have_what_a_crawl_needs() -> None:
    found = units(plan())
    service = found["baoluu-crawl.service"]
    assert tuple(found) == NEEDED + OPTIONAL
    assert f"\nExecStart={_command()} crawl --archive /srv/news/archive.db\n" in service
    for line in (
        "User=root", f"WorkingDirectory={ROOT}", "Environment=BAOLUU_CONTACT=mailto:giu@thuvien.example.vn", "Nice=10",
        "IOSchedulingClass=idle", "ProtectSystem=strict", "ReadWritePaths=/srv/news", "TimeoutStopSec=90",
        "SuccessExitStatus=3", "OnFailure=baoluu-alarm@%n.service", "PrivateTmp=yes", "KillMode=mixed",
    ):  # fmt: skip
        assert f"\n{line}\n" in service, line
    timer = found["baoluu-crawl.timer"]
    assert "\nPersistent=true\n" in timer and "\nRandomizedDelaySec=300s\n" in timer
    assert "PrivateTmp" not in units(plan(archive=Path("/tmp/news/archive.db")))["baoluu-crawl.service"]
    for text in found.values():
        assert not re.search(r"@[A-Z]+@", text)


def test_every_command_in_them_exists() -> None:
    made, calls = plan(), list[str]()
    for text in (all_units(made), crontab(made).replace("#", "")):
        calls += re.findall(rf"{re.escape(str(made.command))} ((?!schedule)[^>|\n]+)", text)
    assert len(calls) == 8 and not [call for call in calls if trouble(call)]


@pytest.mark.parametrize("every", PERIODS)
def test_a_day_has_as_many_crawls_as_it_should(every: str) -> None:
    (line,) = [line for line in crontab(plan(every)).splitlines() if line[:1].isdigit()]
    minutes, hours = (spread(field, of) for field, of in zip(line.split()[:2], FIELDS, strict=False))
    assert len(minutes) * len(hours) == 1440 / PERIODS[every]
    moments = sorted(60 * hour + minute for hour in hours for minute in minutes)
    gaps = {after - before for before, after in pairwise(moments)}
    assert gaps <= {PERIODS[every]}


def test_systemd_reads_the_times_too() -> None:
    times = [re.findall("OnCalendar=(.*)", units(plan(every))["baoluu-crawl.timer"])[0] for every in PERIODS]
    times += [time for text in units(plan()).values() for time in re.findall("OnCalendar=(.*)", text)]
    assert analyze("calendar", *times) == ""
    assert analyze("calendar", "*:0/61x") != ""


def spread(field: str, of: range) -> set[int]:
    """The values that one of crontab(5)'s fields names; ValueError for what is none."""
    found = set[int]()
    for part in field.split(","):
        if not (match := re.fullmatch(r"(\*|\d+(?:-\d+)?)(?:/(\d+))?", part)):
            raise ValueError(field)
        first, _, last = match[1].partition("-")
        chosen = of if first == "*" else range(int(first), int(last or first) + 1)
        found |= set(chosen[:: int(match[2] or 1)])
    if not found or not found <= set(of):
        raise ValueError(field)
    return found


def jobs(text: str) -> list[str]:
    """The shell commands of a crontab, as cron hands them on. Raises for what cron would not take."""
    found = []
    for line in text.splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        if re.match(r"[A-Z_]+=", line):
            assert found == [], "a variable counts for the lines below it"
            continue
        *fields, command = line.split(maxsplit=5)
        for field, of in zip(fields, FIELDS, strict=True):
            spread(field, of)
        assert not re.search(r"(?<!\\)%", command), "cron ends the line there"
        found.append(command.replace("\\%", "%"))
    return found


@pytest.mark.parametrize("wrong", ["60 * * * * x", "* * * 13 * x", "a * * * * x", "* * * * x%y z", "* * * x"])
def test_the_check_of_crontabs_refuses_what_is_wrong(wrong: str) -> None:
    with pytest.raises((ValueError, AssertionError)):
        jobs(wrong)


@pytest.mark.parametrize(("code", "told"), [(0, False), (3, False), (1, True), (2, True)])
def test_crons_lines_run_as_they_stand_and_tell_of_failures_only(tmp_path: Path, code: int, told: bool) -> None:
    folder = tmp_path / ODD
    folder.mkdir()
    fake = folder / "baoluu"
    fake.write_text(f'#!/bin/sh\nprintf "%s\\n" "$PWD" "$@"\nexit {code}\n')
    fake.chmod(0o755)
    made = plan(archive=folder / "kho.db", root=folder, command=fake)
    optional = re.sub(r"^#(?=\d)", "", crontab(made), flags=re.M)
    assert len(jobs(crontab(made))) == 1
    for number, job in enumerate(jobs(optional)):
        (folder / "crawl.log").unlink(missing_ok=True)
        done = subprocess.run(["/bin/sh", "-c", job], capture_output=True, text=True, check=False)
        assert done.stderr == ""
        place, command, *rest = (folder / "crawl.log").read_text().splitlines()
        assert (place, command) == (str(folder), ("crawl", "verify", "repack", "backup")[number])
        assert str(folder / "kho.db") in rest
        failed = told or (code == 3 and command in ("verify", "backup"))
        assert bool(done.stdout) == failed and (not failed or str(folder / "crawl.log") in done.stdout)


def test_the_lines_above_the_units_install_them(tmp_path: Path) -> None:
    made, target = plan(archive=tmp_path / "kho báo" / "a.db"), tmp_path / "etc"
    target.mkdir()
    lines = [line[1:] for line in all_units(made).splitlines() if line.startswith("#   ")]
    script = "\n".join(lines[:3]).replace("/etc/systemd/system", str(target)).replace("sudo ", "")
    told = os.environ | {"BAOLUU_CONTACT": made.contact}
    subprocess.run(["/bin/sh", "-ec", script], check=True, env=told, capture_output=True)
    user = re.findall("User=(.*)", (target / NEEDED[0]).read_text(encoding="utf-8"))[0]
    expected = units(plan(archive=made.archive, user=user))
    installed = {p.name: p.read_text(encoding="utf-8") for p in target.iterdir()}
    assert installed == {name: expected[name] for name in NEEDED}
    assert "systemctl daemon-reload" in lines[3] and "enable --now baoluu-crawl.timer" in lines[3]


def test_the_command_prints_and_writes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("BAOLUU_CONTACT", "mailto:giu@thuvien.example.vn")
    monkeypatch.delenv("BAOLUU_ARCHIVE", raising=False)
    told = CliRunner().invoke(cli, ["schedule", "cron", "--every", "2h"])
    assert told.exit_code == 0 and f"--archive {shlex.quote(str(tmp_path / 'data' / 'archive.db'))}" in told.stdout
    assert "does not exist yet" in told.stderr and "BAOLUU_CONTACT" not in told.stderr
    assert len(jobs(told.stdout)) == 1
    monkeypatch.delenv("BAOLUU_CONTACT")
    told = CliRunner().invoke(cli, ["schedule", "systemd", "--unit", "baoluu-crawl.timer"])
    assert told.stdout.startswith("[Unit]") and "set BAOLUU_CONTACT" in told.stderr
    for wrong, said in (
        (["cron", "--unit", "baoluu-crawl.timer"], "cron has none"),
        (["cron", "--every", "45m"], "'30m'"),
        (["launchd"], "'systemd', 'cron'"),
        (["cron", "--archive", "a\nb.db"], "without control signs"),
    ):
        told = CliRunner().invoke(cli, ["schedule", *wrong])
        assert told.exit_code == 2 and said in told.stderr
    assert not list(tmp_path.iterdir())


PAGE = (DOCS / "scheduling.md").read_text(encoding="utf-8")


def test_the_page_on_scheduling_says_what_is_so() -> None:
    calls = lines(PAGE)
    assert len(calls) >= 5 and not [call for call in calls if trouble(call)]
    assert re.findall(r"`--every` takes (.*?):", PAGE) == [" or ".join(", ".join(PERIODS).rsplit(", ", 1))]
    assert f"wants {WANTED.bytes / 1e6:.0f} MB and {WANTED.percent:g} %" in PAGE
    assert (settings.BAOLUU_MIN_FREE_MB, settings.BAOLUU_MIN_FREE_PERCENT) == ("256", "1")
    assert (lock.BEAT, lock.SILENT, lock.WATCH, turn.EVERY, RESERVE) == (15, 300, 30, 20, 1 << 20)


def test_the_workflow_on_that_page_is_one() -> None:
    flow = yaml.safe_load(re.findall("```yaml\n(.*?)```", PAGE, re.S)[0])
    (times,) = flow[True]["schedule"]  # YAML 1.1 reads `on` as true
    minutes, *_ = (spread(field, of) for field, of in zip(times["cron"].split(), FIELDS, strict=True))
    assert minutes == {17, 47}
    steps = flow["jobs"]["crawl"]["steps"]
    assert all(("run" in step) != ("uses" in step) for step in steps)
    for step in steps:
        subprocess.run(["/bin/sh", "-n", "-c", step.get("run", ":")], check=True)
    crawl = next(step["run"] for step in steps if "baoluu crawl" in step.get("run", ""))
    for code, passes in ((0, True), (3, True), (124, True), (1, False), (2, False)):
        tried = re.sub("timeout .* crawl", f"(exit {code})", crawl)
        assert (subprocess.run(["/bin/bash", "-e", "-c", tried], check=False).returncode == 0) == passes
