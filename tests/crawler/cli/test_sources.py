"""`sources list` and `sources show`, what `--help` says of the papers' commands, and how their tables read."""

import json
import os
import subprocess
import sys

import pytest

from config.sources import load
from crawler.cli.coverage import Checked, put_all
from crawler.cli.sources import _hosts
from pipelines.drift import FIELDS, Count, Coverage, Words
from tests.crawler.cli.conftest import Call


def test_every_paper_is_one_line_with_all_its_hosts(baoluu: Call) -> None:
    lines, papers = baoluu("sources", "list").out.splitlines(), load()
    assert len(lines) == len(papers) > 100
    starts = {line.index(paper.hosts[0], 24) for line, paper in zip(lines, papers.values(), strict=True)}
    assert len(starts) == 1, "the hosts do not stand in one column"
    for line, paper in zip(lines, papers.values(), strict=True):
        assert line.split()[0] == paper.id and paper.title in line and line.endswith(", ".join(paper.hosts))


def test_on_a_terminal_a_paper_has_the_hosts_that_fit() -> None:
    hosts = ("bao-thu.vn", "thu.vn", "cu.thu.vn")
    assert _hosts(hosts, None) == _hosts(hosts, 29) == "bao-thu.vn, thu.vn, cu.thu.vn"
    assert _hosts(hosts, 28) == "bao-thu.vn and 2 more"
    assert _hosts(hosts, 3) == "bao-thu.vn and 2 more"


def test_show_has_one_object_a_line(baoluu: Call) -> None:
    told, people = baoluu("sources", "show", "tuoitre", "--json"), baoluu("sources", "show", "tuoitre")
    assert told.out.count("\n") == 1 and json.loads(told.out) == json.loads(people.out)


def test_help_names_every_command_of_the_papers(baoluu: Call) -> None:
    told = baoluu("sources", "--help").out
    for name in ("add", "check", "list", "recurring", "show"):
        assert f"\n  baoluu sources {name}" in told and f"\n  {name}" in told.split("Commands:")[1]
    assert "..." not in told.split("Commands:")[1], "a command's line is cut off"
    assert "sources   List, show, add and check papers" in baoluu("--help").out


def test_a_misspelt_command_is_answered_with_the_nearest(baoluu: Call) -> None:
    answer = baoluu("sourcs", "list")
    assert answer.code == 2 and "Did you mean 'sources'?" in answer.err


@pytest.mark.parametrize("arguments", [("sources", "list"), ("sources", "show", "tuoitre", "--json")])
def test_what_the_locale_cannot_write_is_written_in_utf8(arguments: tuple[str, ...]) -> None:
    call = (sys.executable, "-c", "from crawler.cli import main; main()", *arguments)
    done = subprocess.run(call, env=os.environ | {"PYTHONIOENCODING": "latin-1"}, capture_output=True, timeout=60)
    assert done.returncode == 0 and "Tuổi Trẻ" in done.stdout.decode("utf-8"), done.stderr


def test_the_table_of_the_check_names_its_columns_in_full_on_eighty(capsys: pytest.CaptureFixture[str]) -> None:
    fields = {name: Count(now, 50, 200, 200, drift=now == 7) for now, name in enumerate(FIELDS)}
    told = Coverage(
        since="2026-10-05T18:00:00+07:00", pages=50, past=200, fields=fields, drops={}, unplaced=None, unknown=None,
        generations={}, words=Words(300, 300),
    )  # fmt: skip
    put_all([Checked("diendandoanhnghiep", [], told, None, [])])
    upper, lower, row = capsys.readouterr().out.splitlines()[:3]
    assert sorted([*upper.split()[1:], *lower.split()[2:]]) == sorted(FIELDS)
    assert max(map(len, (upper, lower, row))) <= 80
    assert row.split()[1:] == ["50", *("14!" if n == 7 else str(2 * n) for n in range(len(FIELDS)))]
    for n, name in enumerate(FIELDS):  # a name ends over the last digit of its share
        line, share = f"{lower if n % 2 else upper} ", f"{2 * n}"
        end = line.index(f" {name} ") + 1 + len(name)
        assert row[end - len(share) : end] == share and row[end - len(share) - 1] == " "
