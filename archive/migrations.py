"""The steps from an empty file to the present schema. Steps are only ever added."""

from sqlite_utils import Database, Migrations

from archive.schema import SEARCHED, TABLES

migrations = Migrations("baoluu")


@migrations()
def m001_first(db: Database) -> None:
    """Facts, cleanings, derived tables, frontier, and the index."""
    for table in TABLES:
        for statement in table.ddl():
            db.execute(statement)
    enable_search(db)


def enable_search(db: Database) -> None:
    """Full-text index over `articles`, kept in step by triggers; marks are kept, so năm and nằm stay apart."""
    db.table("articles").enable_fts(SEARCHED, create_triggers=True, tokenize="unicode61 remove_diacritics 0")
