from archive.describe import metadata
from archive.store import Archive


def test_every_column_of_the_file_is_described(archive: Archive) -> None:
    told = metadata("archive")["databases"]["archive"]["tables"]
    for table in [*archive.db.tables, *archive.db.views]:
        if table.name.startswith(("sqlite_", "articles_fts", "_sqlite")):
            continue
        assert set(told[table.name]["columns"]) == {c.name for c in table.columns}
        assert all(told[table.name]["columns"].values())


def test_internal_tables_are_hidden() -> None:
    tables = metadata("a")["databases"]["a"]["tables"]
    assert {name for name, told in tables.items() if told.get("hidden")} == {
        "_sqlite_migrations",
        "assets",
        "awaited",
        "checks",
        "cleaners",
        "compared",
        "fresh",
        "frontier",
        "held",
        "hosts",
        "imports",
        "leads",
        "outbox",
        "payloads",
        "poured",
        "recent",
        "revisits",
        "shingles",
        "sieve",
        "topics",
        "underived",
        "unindexed",
        "unpacked",
        "verdicts",
        "yields",
    }
    assert tables["topical"]["description"] == "Articles that belong to topics."


def test_the_ready_made_queries_run(archive: Archive) -> None:
    for query in metadata("a")["databases"]["a"]["queries"].values():
        assert not list(archive.rows(query["sql"], dict.fromkeys(query.get("params", ()), "")))
