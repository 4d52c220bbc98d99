"""Bad input gives a clear error and exit code, never a traceback, and leaves the archive as it was."""

import json
import sqlite3
from pathlib import Path

import pytest

from archive import store
from archive.store import Archive
from config.sources import HERE
from tests.crawler.cli.conftest import Call

URL = "https://vietnamnet.vn/mot-bai-2400001.html"


def test_a_missing_file(baoluu: Call, tmp_path: Path) -> None:
    answer = baoluu("clean", tmp_path / "none.html", "--url", URL)
    assert answer.code == 2
    assert "none.html: cannot be read: No such file" in answer.err


def test_a_folder_instead_of_a_file(baoluu: Call, tmp_path: Path) -> None:
    answer = baoluu("clean", tmp_path, "--url", URL)
    assert (answer.code, answer.out) == (2, "")


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "empty"),
        (b"   \n\t ", "empty"),
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3 binary", "not-html"),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 8, "not-html"),
        (b"\x00" * 5000, "empty"),
        (b"<html><body><h1>404</h1><p>Kh\xc3\xb4ng t\xc3\xacm th\xe1\xba\xa5y trang</p></body></html>", "soft-404"),
    ],
)
def test_what_is_no_article_is_a_drop(baoluu: Call, tmp_path: Path, content: bytes, reason: str) -> None:
    (tmp_path / "page.html").write_bytes(content)
    answer = baoluu("clean", tmp_path / "page.html", "--url", URL)
    assert answer.code == 1
    assert json.loads(answer.out)["drop"]["reason"] == reason
    assert "no article" in answer.err


def test_html_needs_its_url(baoluu: Call, tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text("<p>x</p>")
    answer = baoluu("clean", tmp_path / "page.html")
    assert answer.code == 2 and "give --url" in answer.err


def test_a_dump_of_no_known_paper_is_refused_with_the_guesses(baoluu: Call, tmp_path: Path) -> None:
    (tmp_path / "dump.txt").write_text("Một dòng chẳng của báo nào.\n\nDòng nữa.", encoding="utf-8")
    for command in ("clean", "import"):
        answer = baoluu(command, tmp_path / "dump.txt")
        assert answer.code == 2 and "--source" in answer.err


def test_an_unknown_source_names_the_nearest(baoluu: Call, tmp_path: Path) -> None:
    assert "did you mean vietnamnet" in baoluu("sources", "show", "vietnamet").err
    (tmp_path / "a.txt").write_text("x")
    answer = baoluu("clean", tmp_path / "a.txt", "--source", "vietnamet")
    assert answer.code == 2 and "did you mean vietnamnet" in answer.err


@pytest.mark.parametrize("command", [["search", "x"], ["show", URL], ["why", URL], ["runs"], ["reclean"], ["rebuild"]])
def test_no_archive_yet(baoluu: Call, tmp_path: Path, command: list[str]) -> None:
    answer = baoluu(*command, "--archive", tmp_path / "none.db")
    assert answer.code == 2 and "no archive here yet" in answer.err
    assert not (tmp_path / "none.db").exists()


@pytest.mark.parametrize("command", [["search", "x"], ["reclean"], ["rebuild"], ["serve"]])
def test_a_foreign_file(baoluu: Call, tmp_path: Path, command: list[str]) -> None:
    path = tmp_path / "foreign.db"
    with sqlite3.connect(path) as foreign:
        foreign.execute("CREATE TABLE t (x)")
    foreign.close()
    before = path.read_bytes()
    answer = baoluu(*command, "--archive", path)
    assert answer.code == 2 and "not a baoluu archive" in answer.err
    assert path.read_bytes() == before


def test_a_locked_archive_can_be_tried_again(baoluu: Call, archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "BUSY_MS", 10)
    with archive.transaction():
        answer = baoluu("rebuild", "--archive", archive.path)
    assert answer.code == 3 and "try again" in answer.err


def test_broken_declarations_name_file_and_key(baoluu: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "sources").mkdir()
    (tmp_path / "sources" / "x.toml").write_text('title = "X"\nhots = ["x.vn"]\n')
    monkeypatch.setattr("config.sources.HERE", tmp_path)
    monkeypatch.setattr("config.sources.load.__defaults__", (tmp_path,))
    answer = baoluu("sources", "list")
    assert tmp_path != HERE
    assert answer.code == 2 and "x.toml" in answer.err and "'hosts'" in answer.err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["date"], "give a date string"),
        (["date", "x", "--at", "yesterday"], "not an ISO 8601 moment"),
        (["reclean", "--since", "soon"], "does not match the format"),
        (["search", "-x"], ""),
        (["search", '"'], "at least one word"),
        (["nonsense"], "No such command"),
    ],
)
def test_wrong_use(baoluu: Call, archive: Archive, arguments: list[str], said: str) -> None:
    more = ["--archive", archive.path] if arguments[0] in ("search", "reclean") else []
    answer = baoluu(*arguments, *more)
    assert answer.code == 2 and said in answer.err


def test_a_bad_line_is_named(baoluu: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    import io

    monkeypatch.setattr("sys.stdin", io.StringIO('{"text": "28/01/2021"}\nnot json\n'))
    answer = baoluu("date", "--lines")
    assert answer.code == 2 and "line 2" in answer.err
    assert json.loads(answer.out) == {"value": "2021-01-28T00:00:00+07:00", "precision": "day", "reason": None}
