"""Articles as records: nothing is lost or changed on the way out."""

import csv
import io
import json
from collections.abc import Iterator
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.cells import BOM
from archive.exports.selection import Selection, articles
from archive.exports.tables import COLUMNS, ENDED, LISTS, SHEET, Row, as_csv, as_jsonl, columns, rows, rows_after
from archive.exports.tables import states as states_of
from archive.facts import Page, Record
from archive.history import revisions_of
from archive.schema import ARTICLES
from archive.store import Archive
from tests.archive.exports.conftest import FORMULA, QUOTED
from tests.docs import DOCS


def read(archive: Archive, *, states: bool = False) -> list[Row]:
    with archive.reading():
        return list((states_of if states else rows)(archive, articles(archive, Selection())))


def table(archive: Archive) -> dict[str, Row]:
    """The archive's own table, lists decoded."""
    return {row["article"]: decoded(row) for row in archive.rows("SELECT * FROM articles")}


def decoded(row: Row) -> Row:
    return {name: json.loads(value) if name in LISTS and value else value for name, value in row.items()}


def read_csv(written: Iterator[bytes]) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(b"".join(written).decode(), newline="")))


def test_the_columns_are_what_clean_prints_and_what_the_archive_knows_besides() -> None:
    names = [column.name for column in COLUMNS]
    assert {field.name for field in msgspec.structs.fields(Record)} <= set(names) and len(set(names)) == len(names)
    assert {column.name for column in ARTICLES.columns} - {"id", "page", "folded"} <= set(names)
    assert all(column.about.endswith(".") for column in COLUMNS)


def test_every_column_is_in_the_docs() -> None:
    page = (DOCS / "formats.md").read_text(encoding="utf-8")
    for column in (*COLUMNS, ENDED):
        assert f"| `{column.name}` | {column.kind} | {column.about} |" in page


def test_jsonl_is_the_table(filled: Archive) -> None:
    told = [json.loads(line) for line in as_jsonl(COLUMNS, read(filled))]
    own = table(filled)
    assert [one["article"] for one in told] == [f"songnews:{n}" for n in (2, 1, 4, 3)]
    for one in told:
        shared = one.keys() & own[one["article"]].keys()
        assert list(one) == [column.name for column in COLUMNS] and len(shared) == 29
        assert {name: one[name] for name in shared} == {name: own[one["article"]][name] for name in shared}


def test_each_record_names_the_page_that_proves_it(filled: Archive) -> None:
    (row,) = [one for one in read(filled) if one["article"] == "songnews:2"]
    (page,) = filled.rows(
        "SELECT p.fetched_at, b.sha256 FROM articles a JOIN pages p ON p.id = a.page JOIN bodies b ON b.id = p.body"
        " WHERE a.article = 'songnews:2'"
    )
    assert (row["fetched_at"], row["sha256"]) == (page["fetched_at"], page["sha256"])
    assert (row["revision"], row["state_first_seen"][:13], row["topics"]) == (2, "2025-03-10T06", "[]")


def test_csv_for_programs_is_the_table(filled: Archive) -> None:
    found, own = read(filled), table(filled)
    written = b"".join(as_csv(COLUMNS, found, sheet=False))
    assert not written.startswith(BOM.encode()) and written.decode().count("\r\n") == len(found) + 1
    for one in read_csv(iter([written])):
        for name, value in own[one["article"]].items():
            if name in one:
                said = json.loads(one[name]) if name in LISTS else one[name]
                assert said == ("" if value is None else value if name in LISTS else str(value))


def test_csv_for_spreadsheets_runs_nothing_and_says_nothing_twice(filled: Archive) -> None:
    written = b"".join(as_csv(SHEET, read(filled), sheet=True))
    found = {one["article"]: one for one in read_csv(iter([written.removeprefix(BOM.encode())]))}
    one = found["songnews:4"]
    assert written.startswith(BOM.encode()) and not {"blocks", "paragraphs"} & one.keys()
    assert one["title"] == f"'{FORMULA}" and one["authors"] == "'@Hà; Sông; Suối"
    assert (
        one["text"] == f"'+84 là mã vùng.\n\n{QUOTED}\n\nMục, hai"
        and one["section"] == "Đời sống"
        and one["tags"] == ""
    )
    assert one["related"] == "'-1 https://song.example.vn/bai-1.html"
    assert (found["songnews:3"]["published"], found["songnews:3"]["word_count"]) == ("", "1")


def test_every_state_is_told_as_its_own_cleaning_gave_it(filled: Archive) -> None:
    found = [one for one in read(filled, states=True) if one["article"] == "songnews:2"]
    states = revisions_of(filled, "songnews:2")
    assert [one["text"] for one in found] == ["Dẫn.\n\nCầu chưa xong.", "Dẫn.\n\nCầu đã xong."]
    assert [(one["revision"], one["sha256"], one["state_first_seen"], one["state_last_seen"]) for one in found] == [
        (state.n, state.sha256, state.first_seen, state.last_seen) for state in states
    ]
    assert len({one["sha256"] for one in found}) == 2 and len(read(filled, states=True)) == 5


def test_an_answer_that_nothing_has_changed_counts_as_seen(filled: Archive) -> None:
    for number in (1, 2):
        url = f"https://song.example.vn/bai-{number}.html"
        filled.keep_page("songnews", Page(url=url, fetched_at="2025-03-12T00:00:00+07:00", body=b"", status=304))
    for one in read(filled, states=True):
        (state,) = [s for s in revisions_of(filled, one["article"]) if s.n == one["revision"]]
        assert one["state_last_seen"] == state.last_seen
        seen_again = one["article"] == "songnews:1" or (one["article"] == "songnews:2" and one["revision"] == 2)
        assert (one["state_last_seen"][:10] == "2025-03-12") == seen_again


def test_the_newest_state_is_the_article(filled: Archive) -> None:
    newest = {one["article"]: decoded(one) for one in read(filled, states=True)}
    for one in read(filled):
        assert newest[one["article"]] | {"state_last_seen": None} == decoded(one) | {"state_last_seen": None}


def test_batches_give_all_there_is_once(filled: Archive) -> None:
    found, after = list[Row](), 0
    while True:
        some, last = rows_after(filled, after, 3)
        found += some
        if last is None:
            break
        after = last
    assert sorted(one["article"] for one in found) == [f"songnews:{n}" for n in range(1, 5)]


def test_topics_are_told(filled: Archive) -> None:
    for name in ("thuy-loi", "doi-ngoai"):
        filled.conn.execute(
            "INSERT INTO topical SELECT ?, id, 1.5, '[]' FROM articles WHERE article = 'songnews:1'", (name,)
        )
    (line,) = [one for one in map(json.loads, as_jsonl(COLUMNS, read(filled))) if one["article"] == "songnews:1"]
    assert line["topics"] == ["doi-ngoai", "thuy-loi"]


@pytest.mark.parametrize("revisions", [False, True])
def test_rows_have_the_columns_that_are_promised(filled: Archive, revisions: bool) -> None:
    for row in read(filled, states=revisions):
        assert {column.name for column in columns(revisions=revisions)} <= row.keys()


WORDS = st.text(st.characters(codec="utf-8", exclude_characters="\x00"))


@given(WORDS, st.lists(WORDS))
def test_any_words_come_back(title: str, tags: list[str]) -> None:
    row: dict[str, Any] = {"title": title, "tags": json.dumps(tags)}
    shown = [column for column in COLUMNS if column.name in row]
    (line,) = as_jsonl(shown, [row])
    assert json.loads(line) == {"title": title, "tags": tags}
    (one,) = read_csv(as_csv(shown, [row], sheet=False))
    assert one["title"] == title and json.loads(one["tags"]) == tags
