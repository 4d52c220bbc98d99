"""Archives out there were made by earlier steps: every step stays what it was, and brings its files up to date whole.

`fixtures/schema/mNNN.sql` is the schema after a step, `mNNN.db.xz` an archive as that version wrote it, with invented
articles of the sample newsroom.
"""

import lzma
import shutil
import sqlite3
from datetime import datetime, timedelta
from pathlib import Path

import msgspec
import pytest
from sqlite_utils import Database

from archive.derive import rebuild
from archive.errors import NotAnArchive
from archive.honesty import Whole
from archive.migrations import migrations, whole
from archive.schema import TABLES, VIEWS
from archive.search import search
from archive.store import STEPS as KNOWN
from archive.store import WHOLE, Archive
from crawler.cli.common import known_sources
from tests.conftest import ROOT

FIXTURES = ROOT / "tests" / "fixtures" / "schema"
STEPS = [step.name for step in migrations.pending(Database(memory=True))]
FACTS = {
    "pages": "source, url, kind, fetched_at, status, headers, hints, truncated, body, run",
    "cleanings": "page, cleaner, article, reason, output, links, notes",
    "bodies": "id, sha256, size, base, data",
    "frontier": "key, url, source, host, kind, priority, due, tries, visits, hops, depth, added, asked, hints, error",
}
DERIVED = {"articles": "*", "revisions": "article, n, first_page, last_page, sha"}


def dump(db: sqlite3.Connection, tables: dict[str, str]) -> dict[str, list[tuple[object, ...]]]:
    asked = {name: f"SELECT {columns} FROM {name} ORDER BY 1, 2" for name, columns in tables.items()}
    return {name: db.execute(sql).fetchall() for name, sql in asked.items()}


@pytest.fixture
def old(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """The archive that the version of a step left."""
    path = tmp_path / "old.db"
    with lzma.open(FIXTURES / f"{request.param}.db.xz") as packed, path.open("wb") as out:
        shutil.copyfileobj(packed, out)
    return path


def test_every_step_but_the_last_has_its_archive() -> None:
    assert {path.name.split(".")[0] for path in FIXTURES.glob("*.db.xz")} >= {step[:4] for step in STEPS[:-1]}


@pytest.mark.parametrize("step", STEPS)
def test_a_step_stays_what_it_was(step: str) -> None:
    db, later = Database(memory=True), STEPS[STEPS.index(step) + 1 :]
    migrations.apply(db, **({"stop_before": later[0]} if later else {}))
    made = db.execute("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY name").fetchall()
    assert ";\n".join(sql for (sql,) in made) + ";\n" == (FIXTURES / f"{step[:4]}.sql").read_text(encoding="utf-8")


def test_the_steps_lead_to_what_is_described(archive: Archive) -> None:
    described = sqlite3.connect(":memory:")
    for table in TABLES:
        for statement in table.ddl():
            described.execute(statement)
    for table in TABLES:
        for pragma in ("table_info", "foreign_key_list"):
            there = archive.conn.execute(f"PRAGMA {pragma}({table.name})").fetchall()
            assert there == described.execute(f"PRAGMA {pragma}({table.name})").fetchall(), table.name
        indexes = "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND tbl_name = ? AND sql IS NOT NULL"
        there = archive.conn.execute(indexes, (table.name,)).fetchall()
        assert there == described.execute(indexes, (table.name,)).fetchall()
    views = archive.conn.execute("SELECT name, sql FROM sqlite_master WHERE type = 'view' ORDER BY name").fetchall()
    assert views == sorted((view.name, view.ddl()) for view in VIEWS)


@pytest.mark.parametrize("old", [step[:4] for step in STEPS[:-1]], indirect=True)
def test_an_old_archive_comes_up_to_date_and_loses_nothing(old: Path) -> None:
    before = sqlite3.connect(old)
    facts, articles = dump(before, FACTS), dump(before, DERIVED)
    before.close()
    with pytest.raises(NotAnArchive, match="older archive"):
        Archive(old, write=False)
    with Archive(old) as archive:
        assert dump(archive.conn, FACTS) == facts
        assert dump(archive.conn, DERIVED) == articles
        rebuild(archive, known_sources())
        assert dump(archive.conn, DERIVED) == articles
        assert archive.conn.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert archive.conn.execute("PRAGMA foreign_key_check").fetchall() == []
        assert list(search(archive, "ban"))


@pytest.mark.parametrize("old", ["m001"], indirect=True)
def test_a_migration_that_fails_leaves_the_old_archive(old: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = old.read_bytes()
    monkeypatch.setattr("archive.migrations._narrow", lambda db: db.execute("SELECT * FROM nowhere"))
    with pytest.raises(sqlite3.OperationalError, match="nowhere"):
        Archive(old)
    with sqlite3.connect(old) as after:
        assert after.execute("SELECT name FROM _sqlite_migrations").fetchall() == [("m001_first",)]
        assert after.execute("SELECT count(*) FROM articles").fetchall() == [(3,)]
    after.close()
    assert len(old.read_bytes()) == len(before)


def test_a_new_file_is_what_the_steps_lead_to(tmp_path: Path) -> None:
    def everything(db: sqlite3.Connection) -> tuple[object, ...]:
        schema = db.execute("SELECT type, name, tbl_name, sql FROM sqlite_master ORDER BY 1, 2").fetchall()
        tables = [name for kind, name, _, _ in schema if kind == "table" and name != "_sqlite_migrations"]
        steps = db.execute("SELECT id, name, migration_set FROM _sqlite_migrations ORDER BY id").fetchall()
        return schema, steps, [db.execute(f"SELECT * FROM {name} ORDER BY 1").fetchall() for name in tables]

    stepped = Database(memory=True)
    migrations.apply(stepped)
    with Archive(tmp_path / "a.db") as archive:
        assert everything(archive.conn) == everything(stepped.conn)
        [noted] = archive.conn.execute("SELECT DISTINCT applied_at FROM _sqlite_migrations").fetchone()
    assert datetime.fromisoformat(noted).utcoffset() == timedelta(0)
    assert WHOLE.read_text(encoding="utf-8") == whole(), "python -m archive.migrations > archive/steps/whole.sql"


def test_a_file_that_another_has_made_meanwhile_is_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path, use_wal = tmp_path / "a.db", Archive._use_wal

    def late(archive: Archive) -> None:
        use_wal(archive)
        monkeypatch.undo()
        Archive(path).close()

    monkeypatch.setattr(Archive, "_use_wal", late)
    with Archive(path) as archive:
        assert [step.name for step in migrations.applied(archive.db)] == STEPS


def test_the_store_knows_every_step_without_importing_them(tmp_path: Path) -> None:
    assert list(KNOWN) == STEPS
    with Archive(tmp_path / "a.db") as archive:
        assert [step.name for step in migrations.applied(archive.db)] == STEPS


@pytest.mark.parametrize("write", [True, False])
def test_replaced_rows_fire_triggers_on_every_connection(tmp_path: Path, write: bool) -> None:
    Archive(tmp_path / "a.db").close()
    with Archive(tmp_path / "a.db", write=write) as archive:
        assert archive.conn.execute("PRAGMA recursive_triggers").fetchone() == (1,)


@pytest.mark.parametrize("old", ["m008"], indirect=True)
def test_what_the_last_visits_told_is_carried_by_the_frontier(old: Path) -> None:
    """By the pages of every URL: its newest whole one, what has come since, and the changes of its article."""
    asked = (
        "SELECT f.key, p.headers ->> '$.etag' AS etag, substr(b.sha256, 1, 16) AS body,"
        " (SELECT count(*) FROM pages n WHERE n.url = f.url AND n.status = 304) AS again"
        " FROM frontier f JOIN pages p ON p.url = f.url AND p.status = 200 JOIN bodies b ON b.id = p.body"
        " WHERE f.visits > 0 GROUP BY f.key HAVING p.fetched_at = max(p.fetched_at)"
    )
    with Archive(old) as archive:
        expected = {row.pop("key"): row for row in archive.rows(asked)}
        assert len(expected) > 15 and sum(row["again"] for row in expected.values()) >= 3
        for row in archive.rows("SELECT key, whole, changes, article FROM frontier WHERE whole IS NOT NULL"):
            carried, want = msgspec.json.decode(row["whole"], type=Whole), expected.pop(row["key"])
            assert (carried.body, carried.etag, carried.again) == (want["body"], want["etag"], want["again"])
        assert not expected
        changed = dict(archive.conn.execute("SELECT article, revisions - 1 FROM articles WHERE revisions > 1"))
        rows = archive.conn.execute("SELECT article, changes FROM frontier WHERE changes > 0").fetchall()
        assert dict(rows) == changed and changed
