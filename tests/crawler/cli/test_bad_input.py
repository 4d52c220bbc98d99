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
        (["show", "http://[bad"], "is not a URL"),
        (["why", "nonsense"], "is not a URL"),
        (["show", "https://vietnamnet.vn:99999/a-2382835.html"], "is not a URL"),
        (["clean", "page.html", "--url", "vietnamnet.vn/a-2382835.html"], "is not a URL"),
        (["clean", "page.html", "--url", "ftp://vietnamnet.vn/a-2382835.html"], "is not a URL"),
        (["date", "hôm qua", "--at", "0001-01-01"], "no year"),
        (["search", "x", "--source", "vietnamet"], "did you mean vietnamnet"),
        (["reclean", "--source", "no.such"], "no source is called"),
    ],
)
def test_wrong_use(baoluu: Call, archive: Archive, arguments: list[str], said: str) -> None:
    more = ["--archive", archive.path] if arguments[0] in ("search", "reclean", "show", "why") else []
    answer = baoluu(*arguments, *more)
    assert answer.code == 2 and said in answer.err


BAD_LINES = (
    b'{"text": "28/01/2021"}',
    b"not json",
    b'{"at": "2025-03-10T08:00:00+07:00"}',
    b'{"text": "h\xf4m qua"}',
    b'{"text": "28/01/2021", "at": "soon"}',
    b'{"text": "1/2/2021", "order": "YDM"}',
    b"",
    '{"text": "hôm qua", "at": "2025-03-10T08:00:00+07:00", "id": 7}'.encode(),
    b'{"text": null}',
)


def test_a_bad_line_is_named_and_the_others_are_answered(baoluu: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    import io

    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"\n".join(BAD_LINES))))
    answer = baoluu("date", "--lines")
    told = [json.loads(line) for line in answer.out.splitlines()]
    assert answer.code == 1
    assert [line.split(" is not")[0] for line in answer.err.splitlines()] == [f"line {n}" for n in (2, 3, 4, 5, 6)]
    assert ["error" in line for line in told] == [False, True, True, True, True, True, False, False]
    assert told[0] == {"value": "2021-01-28T00:00:00+07:00", "precision": "day", "reason": None}
    assert [told[-2]["value"], told[-1]["reason"]] == ["2025-03-09T00:00:00+07:00", "no-date"]


def test_a_second_import_under_another_name_is_refused(baoluu: Call, archive: Archive, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("Tít của bài\n\nMột đoạn văn đủ dài để đọc.\n\nĐoạn nữa cũng đủ dài.")
    given = ["import", tmp_path / "a.txt", "--at", "2025-03-10", "--archive", archive.path, "--source"]
    assert baoluu(*given, "vietnamnet").err == ""
    again = baoluu(*given, "tuyengiao")
    assert again.code == 1 and "already kept, as one of vietnamnet's" in again.err


def test_nothing_is_imported_when_one_file_cannot_be_read(baoluu: Call, archive: Archive, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("Một dòng.")
    answer = baoluu(
        "import", tmp_path / "a.txt", tmp_path / "b.txt", "--source", "tuyengiao", "--archive", archive.path
    )
    assert answer.code == 2 and "b.txt: cannot be read" in answer.err
    assert not list(archive.rows("SELECT * FROM pages"))
