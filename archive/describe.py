"""The schema told to others: Datasette's metadata and the page in the docs, both from `archive.schema`."""

from collections.abc import Iterator
from typing import Any

from archive.schema import TABLES, Table

_FACETS = {"articles": ["source"], "pages": ["source", "kind", "status"], "cleanings": ["reason"]}
_SORTED = {"articles": "published", "pages": "fetched_at", "runs": "id"}
_HIDDEN = ("_sqlite_migrations",)
_QUERIES = {
    "newest": {
        "title": "The newest articles",
        "sql": "SELECT published, source, title, lead, url FROM articles ORDER BY published DESC LIMIT 100",
    },
    "edited": {
        "title": "Articles that their papers changed",
        "sql": "SELECT revisions, last_seen, source, title, url FROM articles WHERE revisions > 1"
        " ORDER BY last_seen DESC LIMIT 100",
    },
}
LICENSE = "The texts belong to their publishers."


def metadata(database: str) -> dict[str, Any]:
    """Datasette metadata for an archive that is served under the name `database`; internal tables are hidden."""
    tables = {table.name: _told(table) for table in TABLES} | {name: {"hidden": True} for name in _HIDDEN}
    return {
        "title": "baoluu",
        "description": "An archive of Vietnamese news",
        "license": LICENSE,
        "databases": {database: {"tables": tables, "queries": _QUERIES}},
    }


def _told(table: Table) -> dict[str, Any]:
    told: dict[str, Any] = {
        "description": table.about,
        "columns": {column.name: column.about for column in table.columns},
    }
    if table.role == "internal":
        told["hidden"] = True
    if table.name in _FACETS:
        told["facets"] = _FACETS[table.name]
    if table.name in _SORTED:
        told["sort_desc"] = _SORTED[table.name]
    return told


def page() -> str:
    """The docs' page on the schema, Markdown."""
    return "\n".join(_lines()) + "\n"


def _lines() -> Iterator[str]:
    yield "# The tables of an archive"
    yield "\nGenerated from `archive/schema.py` by `make docs`; do not edit.\n"
    for table in TABLES:
        yield f"## {table.name} ({table.role})\n\n{table.about}\n\n| column | type | what it holds |\n|---|---|---|"
        for column in table.columns:
            yield f"| {column.name} | {column.sql} | {column.about} |"
        yield ""
