"""The steps from an empty file to the present schema.

Steps are only ever added, never changed: archives out there were made by them. A new file is made by what they lead to,
which is written down after every added step: `python -m archive.migrations > archive/steps/whole.sql`.
"""

from pathlib import Path

from sqlite_utils import Database, Migrations

from archive.schema import SEARCHED

migrations = Migrations("baoluu")
STEPS = Path(__file__).parent / "steps"

_TRIGGERS = ("articles_ai", "articles_ad", "articles_au")
_KEEP_IN_STEP = """
CREATE TRIGGER "articles_au" AFTER UPDATE OF title, text, folded ON "articles"
WHEN old.title IS NOT new.title OR old.text IS NOT new.text OR old.folded IS NOT new.folded BEGIN
  INSERT INTO "articles_fts" (articles_fts, rowid, title, text, folded)
  VALUES ('delete', old.rowid, old.title, old.text, old.folded);
  INSERT INTO "articles_fts" (rowid, title, text, folded) VALUES (new.rowid, new.title, new.text, new.folded);
END
"""
"""sqlite-utils' own trigger indexes an article anew at every update, which is most of what an update costs."""


_LATE = (
    """
CREATE TRIGGER "articles_ai" AFTER INSERT ON "articles" BEGIN
  INSERT INTO unindexed (article) VALUES (new.id);
END
""",
    """
CREATE TRIGGER "articles_ad" AFTER DELETE ON "articles" BEGIN
  INSERT INTO "articles_fts" (articles_fts, rowid, title, text, folded)
  SELECT 'delete', old.id, old.title, old.text, old.folded
  WHERE NOT EXISTS (SELECT 1 FROM unindexed WHERE article = old.id);
  DELETE FROM unindexed WHERE article = old.id;
END
""",
    """
CREATE TRIGGER "articles_au" AFTER UPDATE OF title, text, folded ON "articles"
WHEN (old.title IS NOT new.title OR old.text IS NOT new.text OR old.folded IS NOT new.folded)
  AND NOT EXISTS (SELECT 1 FROM unindexed WHERE article = old.id) BEGIN
  INSERT INTO "articles_fts" (articles_fts, rowid, title, text, folded)
  VALUES ('delete', old.id, old.title, old.text, old.folded);
  INSERT INTO "articles_fts" (rowid, title, text, folded) VALUES (new.id, new.title, new.text, new.folded);
END
""",
)
"""What is new waits in `unindexed` for the end of its transaction (archive/unindexed.py)."""


@migrations()
def m001_first(db: Database) -> None:
    """Facts, cleanings, derived tables, frontier, and the index."""
    _run(db, "m001.sql")
    _index(db)


@migrations()
def m002_proof(db: Database) -> None:
    """What holds, packing, merging, withdrawing and verifying need; the index follows its text only."""
    _run(db, "m002.sql")
    _narrow(db)


@migrations()
def m003_parts(db: Database) -> None:
    """Articles that stand on several pages."""
    _run(db, "m003.sql")


@migrations()
def m004_manners(db: Database) -> None:
    """What a crawl that runs for years needs to know of hosts, revisits and moved articles; views of the frontier."""
    _run(db, "m004.sql")


@migrations()
def m005_copies(db: Database) -> None:
    """Copies; what is in the file already waits to be looked at (`compared` is empty)."""
    _run(db, "m005.sql")


@migrations()
def m006_reading(db: Database) -> None:
    """Indexes by which readers browse: the newest, by author, by section, the edited ones."""
    _run(db, "m006.sql")


@migrations()
def m007_assets(db: Database) -> None:
    """What kept pages show beside their text; the frontier's view names its turn."""
    _run(db, "m007.sql")


@migrations()
def m008_imports(db: Database) -> None:
    """How far imported files were read, and what in them repeats what has not come yet."""
    _run(db, "m008.sql")


@migrations()
def m009_carried(db: Database) -> None:
    """What the next visit must know of the last one stands in the frontier: whoever makes it need not have the page."""
    _run(db, "m009.sql")


@migrations()
def m010_late(db: Database) -> None:
    """What is new in a transaction goes into the index at its end, all at once."""
    _run(db, "m010.sql")
    _defer(db)


@migrations()
def m011_levels(db: Database) -> None:
    """Runs of articles come into small tables first; `shingles` is the last of them, and stays as it is."""
    _run(db, "m011.sql")


def whole() -> str:
    """The schema to which the steps lead, as `steps/whole.sql` has it; `python -m archive.migrations` prints it."""
    db = Database(memory=True)
    migrations.apply(db)
    made = db.execute(
        "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT GLOB 'articles_fts_*'"
        " AND name NOT GLOB 'sqlite_*' ORDER BY rowid"
    )
    return ";\n\n".join(sql for (sql,) in made) + "\n"


def enable_search(db: Database) -> None:
    """Full-text index over `articles`, kept in step by triggers; marks are kept, so năm and nằm stay apart."""
    _index(db)
    _defer(db)


def disable_search(db: Database) -> None:
    """Drop that index and its triggers, for a rebuild."""
    db.table("articles").disable_fts()
    for name in _TRIGGERS:
        db.execute(f"DROP TRIGGER IF EXISTS {name}")


def _run(db: Database, step: str) -> None:
    """The statements of a step, one by one: `executescript` would commit what stands before."""
    for statement in (STEPS / step).read_text(encoding="utf-8").split(";\n"):
        db.execute(statement)


def _index(db: Database) -> None:
    db.table("articles").enable_fts(SEARCHED, create_triggers=True, tokenize="unicode61 remove_diacritics 0")


def _defer(db: Database) -> None:
    for name in _TRIGGERS:
        db.execute(f"DROP TRIGGER {name}")
    for trigger in _LATE:
        db.execute(trigger)


def _narrow(db: Database) -> None:
    db.execute("DROP TRIGGER articles_au")
    db.execute(_KEEP_IN_STEP)


if __name__ == "__main__":
    print(whole(), end="")
