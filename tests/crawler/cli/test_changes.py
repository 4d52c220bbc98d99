import json
from pathlib import Path

import pytest

from archive.derive import rebuild
from archive.store import Archive
from config.sources import Sources
from tests.conftest import Visit, record
from tests.crawler.cli.conftest import Call

URL = record(1, "").url


@pytest.fixture
def edited(archive: Archive, sources: Sources, visit: Visit) -> Path:
    for hour, (title, people) in enumerate((("Tít <cũ>", 12), ("Tít mới", 12), ("Tít mới", 15)), 1):
        made = record(1, title, "Dẫn.", f"Đoàn có {people} người tham gia.")
        visit(made, f"2025-03-10T0{hour}:00:00+07:00")
    visit(record(2, "Bài khác"), "2025-03-10T01:00:00+07:00")
    rebuild(archive, sources)
    return archive.path


def test_history_lists_the_states(baoluu: Call, edited: Path) -> None:
    lines = baoluu("history", URL, "--archive", edited).out.splitlines()
    assert lines[0].split("  ")[2:] == ["10/03/2025 01:00 – 10/03/2025 01:00", "Tít <cũ>"] and len(lines) == 6
    assert [line.strip() for line in lines[1::2]] == ["as first seen", "changed: title 1", "changed: blocks 1"]
    told = [json.loads(line) for line in baoluu("history", URL, "--json", "--archive", edited).out.splitlines()]
    assert [(t["n"], t["changed"]) for t in told] == [(1, {}), (2, {"title": 1}), (3, {"blocks": 1})]


def test_diff_shows_the_last_change_or_the_one_asked_for(baoluu: Call, edited: Path) -> None:
    assert "blocks: Đoàn có [-12-] {+15+} người tham gia." in baoluu("diff", URL, "--archive", edited).out
    out = baoluu("diff", URL, "--from", 1, "--to", 2, "--archive", edited).out
    assert "title: Tít [-<cũ>-] {+mới+}" in out and "blocks" not in out
    both = json.loads(baoluu("diff", URL, "--from", 1, "--json", "--archive", edited).out)
    assert [c["field"] for c in both["changes"]] == ["title", "blocks"] and (both["from"], both["to"]) == (1, 3)


def test_diff_writes_a_page_for_the_browser(baoluu: Call, edited: Path, tmp_path: Path) -> None:
    assert baoluu("diff", URL, "--from", 1, "--html", tmp_path / "d.html", "--archive", edited).code == 0
    page = (tmp_path / "d.html").read_text(encoding="utf-8")
    assert "<h2>Tít</h2>" in page and "Tít <del>&lt;cũ&gt;</del> <ins>mới</ins>" in page and "<cũ>" not in page
    assert "<del>12</del> <ins>15</ins>" in page and "http-equiv" not in page and "src=" not in page


def test_an_article_without_a_change_says_so(baoluu: Call, edited: Path) -> None:
    answer = baoluu("diff", record(2, "").url, "--archive", edited)
    assert answer.code == 0 and "has not changed this article since" in answer.out


def test_wrong_use(baoluu: Call, edited: Path) -> None:
    assert "no number 9" in baoluu("diff", URL, "--to", 9, "--archive", edited).err
    for command in ("history", "diff"):
        answer = baoluu(command, record(7, "").url, "--archive", edited)
        assert answer.code == 1 and "no article at" in answer.err and answer.out == ""
