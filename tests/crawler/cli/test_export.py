"""`baoluu export`: what is chosen, where it goes, and what is told."""

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path

import bibtexparser
import pytest
import rispy

from archive.choice import Choice
from archive.exports.formats import FORMATS
from archive.publish import publish
from archive.search import find
from archive.store import Archive
from tests.archive.feeds import check
from tests.crawler.cli.conftest import Answer, Call
from tests.docs import DOCS
from tests.stock import keep, page, section
from tests.test_guide import lines, trouble

Export = Callable[..., Answer]


@pytest.fixture
def kept(archive: Archive) -> Archive:
    keep(archive, section(1, 2, 3), page(1), page(2), page(2, 2), page(3))
    return archive


@pytest.fixture
def export(baoluu: Call, kept: Archive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Export:
    """Call it in an empty folder `here`."""
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    return lambda *arguments: baoluu("export", *arguments, "--archive", kept.path)


def there() -> list[str]:
    return sorted(str(path) for path in Path().iterdir())


@pytest.mark.parametrize("form", FORMATS)
def test_every_format_is_written_whole_and_its_name_is_told(export: Export, form: str) -> None:
    answer = export("--format", form)
    name = f"archive{FORMATS[form].suffix}"
    count = {"articles": "3 articles", "pages": "5 pages"}[FORMATS[form].of]
    assert answer.code == 0 and answer.out.startswith(f"{name}: {count}, "), answer
    assert there() == ([name] if FORMATS[form].folder else [name, f"{name}.manifest.json"])


def test_what_is_asked_is_in_the_name(export: Export) -> None:
    assert export("số 1", "--format", "jsonl", "--source", "sample").code == 0
    assert there() == ["archive-so-1-sample.jsonl", "archive-so-1-sample.jsonl.manifest.json"]
    assert export("nước", "--format", "csv", "-o", "sub/a.csv").code == 0 and Path("sub/a.csv").exists()


def test_it_takes_what_a_search_finds(export: Export, kept: Archive) -> None:
    for words, more, choice in (
        ("nuoc rut", (), Choice()),
        ('"bản số 2"', (), Choice()),
        ("nuoc", ("--exact",), Choice()),
        ("", ("--since", "2025-01-01", "--source", "sample"), Choice(since="2025-01-01", source="sample")),
    ):
        answer = export(*filter(None, [words]), *more, "--format", "jsonl", "-o", "-")
        found = find(kept, words, exact="--exact" in more, choice=choice)
        assert {json.loads(line)["url"] for line in answer.out.splitlines()} == {hit.url for hit in found.hits}


def test_a_stream_is_the_export_and_nothing_else(export: Export) -> None:
    answer = export("--format", "csv", "--raw", "-o", "-")
    assert (answer.code, len(list(csv.DictReader(io.StringIO(answer.out, newline=""))))) == (0, 3) and there() == []
    assert len(bibtexparser.parse_string(export("--format", "bibtex", "-o", "-").out).entries) == 3
    assert len(rispy.loads(export("--format", "ris", "-o", "-").out)) == 3
    assert len(check(export("--format", "atom", "-o", "-", "--limit", 2).out.encode()).entries) == 2


def test_every_state(export: Export) -> None:
    told = [json.loads(line) for line in export("--format", "jsonl", "--revisions", "-o", "-").out.splitlines()]
    assert [(one["revision"], one["revisions"]) for one in told] == [(1, 1), (1, 2), (2, 2), (1, 1)]
    assert "3 articles in 4 rows" in export("--format", "parquet", "--revisions").out


def test_a_dry_run_writes_nothing(export: Export) -> None:
    assert export("--format", "parquet", "--dry-run").out == "Would write 3 articles.\n"
    assert json.loads(export('"bản số 1"', "--format", "csv", "--dry-run", "--json").out) == {"articles": 1}
    assert there() == []


def test_what_came_out_as_json(export: Export) -> None:
    told = json.loads(export("--format", "csv", "--json").out)
    assert (told["out"], told["of"], told["count"], told["rows"]) == ("archive.csv", "articles", 3, 3)
    assert told["bytes"] == Path(told["out"]).stat().st_size and Path(told["manifest"]).exists()


def test_a_second_export_needs_a_word(export: Export) -> None:
    export("--format", "csv")
    again = export("--format", "csv")
    assert again.code == 2 and "--force" in again.err and export("--format", "csv", "--force").code == 0


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--format", "parquet", "-o", "-"), "folder of files"),
        (("--format", "ris", "--revisions"), "--revisions is for tables"),
        (("--format", "jsonl", "--raw"), "--raw is for csv"),
        (("--format", "atom", "--room", "phong"), "the whole address"),
        (("--format", "docx"), "is not one of"),
        (("-", "--format", "csv"), "at least one word"),
        (("--format", "csv", "--source", "samples"), "sample"),
        ((), "--format"),
    ],
)
def test_wrong_use_is_told_and_nothing_is_written(export: Export, arguments: tuple[str, ...], said: str) -> None:
    answer = export(*arguments)
    assert answer.code == 2 and said in answer.err and there() == []


def test_a_published_copy_is_exported_too(baoluu: Call, export: Export, kept: Archive, tmp_path: Path) -> None:
    publish(kept, tmp_path / "public.db")
    whole = export("--format", "jsonl", "--revisions", "-o", "-").out
    assert (
        baoluu("export", "--format", "jsonl", "--revisions", "-o", "-", "--archive", tmp_path / "public.db").out
        == whole
    )


def test_progress_is_told_apart_from_the_export(export: Export) -> None:
    answer = export("--format", "jsonl", "-o", "-")
    assert "exported: 3 of 3" in answer.err and len(answer.out.splitlines()) == 3


@pytest.mark.parametrize("call", lines((DOCS / "formats.md").read_text(encoding="utf-8")))
def test_every_command_of_the_docs_exists(call: str) -> None:
    assert trouble(call.partition("  #")[0].rstrip()) is None
