"""The tables of a frontier on a server: those of an archive's, and who takes from it."""

import re

from archive.schema import ALIASES, FRONTIER, HOSTS, REVISITS, WITHDRAWALS, Table

VERSION = 1
"""Of the schema. Every worker on one frontier is of one version of baoluu; another one refuses it."""
WORKERS = """
CREATE TABLE workers (
  name TEXT COLLATE "C" PRIMARY KEY,
  command TEXT NOT NULL,
  since DOUBLE PRECISION NOT NULL,
  beat TIMESTAMPTZ NOT NULL DEFAULT clock_timestamp(),
  ended TIMESTAMPTZ
)
"""
"""Who takes from the frontier: the process, what it was called as, when the crawl began that it is part of, its last
sign of life, and when it was stopped or given up."""
_TYPES = {"TEXT": 'TEXT COLLATE "C"', "REAL": "DOUBLE PRECISION", "INTEGER": "BIGINT"}
_MORE = (
    # In the order in which they came, among what is due at one moment: SQLite's indexes end with the row's number.
    "ALTER TABLE frontier ADD COLUMN n BIGINT GENERATED ALWAYS AS IDENTITY UNIQUE",
    'ALTER TABLE frontier ADD COLUMN content TEXT COLLATE "C"',
    'ALTER TABLE frontier ADD COLUMN printed TEXT COLLATE "C"',
    "CREATE INDEX frontier_take ON frontier (host, priority, due, n) WHERE due IS NOT NULL",
    WORKERS,
    "CREATE TABLE version (version INTEGER NOT NULL)",
    f"INSERT INTO version VALUES ({VERSION})",  # noqa: S608
)
"""What only a frontier of several needs: `content` is what the last cleaning made of a page, `printed` its day, as the
next worker has neither."""


def statements() -> list[str]:
    """What makes the tables, in an empty schema."""
    made = [of for table in (FRONTIER, HOSTS, REVISITS, WITHDRAWALS, ALIASES) for of in _ddl(table)]
    return [*made, *_MORE]


def _ddl(table: Table) -> list[str]:
    first, *indexes = table.ddl()
    first = re.sub(r" REFERENCES \w+\(\w+\)", "", first)
    first = re.sub(r"\b(TEXT|REAL|INTEGER)\b", lambda found: _TYPES[found[1]], first)
    return [first, *(index for index in indexes if " frontier_take " not in index)]
