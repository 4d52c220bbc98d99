"""The schema told to others: Datasette's metadata and the page in the docs, both from `archive.schema`."""

from collections.abc import Iterator
from typing import Any

from archive.schema import TABLES, VIEWS, Table, View

_FACETS = {
    "articles": ["source"],
    "pages": ["source", "kind", "status"],
    "cleanings": ["reason"],
    "waiting": ["source", "turn"],
    "copies": ["kind", "known", "names", "within"],
    "links": ["kind"],
    "topical": ["topic"],
    "wishes": ["source", "waits"],
}
_SORTED = {
    "articles": "published",
    "pages": "fetched_at",
    "runs": "id",
    "paces": "failures",
    "wishes": "links",
    "topical": "relevance",
}
_HIDDEN = ("_sqlite_migrations",)
_DAYS = """
WITH RECURSIVE days (day) AS (
  SELECT substr(max(started), 1, 10) FROM runs HAVING max(started) IS NOT NULL
  UNION ALL SELECT date(day, '-1 day') FROM days
  WHERE day > (SELECT date(substr(max(started), 1, 10), '-13 days') FROM runs)
), looks (source, day) AS (
  SELECT DISTINCT paper.key, substr(runs.started, 1, 10) FROM runs, json_each(runs.stats, '$.sources') paper
  WHERE runs.started >= (SELECT min(day) FROM days) AND runs.outcome IS NOT 'skipped'
    AND runs.command NOT LIKE '%--replay%' AND (paper.value ->> '$.kept' > 0 OR paper.value ->> '$.errors' <> '{}')
), dated (id) AS (
  SELECT id FROM articles WHERE published_day >= (SELECT date(min(day), '-3 days') FROM days)
  UNION ALL SELECT id FROM articles WHERE published_day IS NULL
), news (source, day, new, last) AS (
  SELECT pages.source, substr(pages.fetched_at, 1, 10), count(*), max(pages.fetched_at)
  FROM dated CROSS JOIN revisions ON revisions.article = dated.id AND revisions.n = 1
  CROSS JOIN pages ON pages.id = revisions.first_page
  WHERE pages.fetched_at >= (SELECT min(day) FROM days) GROUP BY 1, 2
), papers (source) AS (SELECT source FROM looks UNION SELECT source FROM news)
SELECT source, group_concat(CASE WHEN looked OR new THEN coalesce(new, 0) ELSE '·' END, ' ') AS new_a_day,
  sum(new) AS new, sum(looked) AS days_looked, min(day) AS first_day, max(day) AS last_day, max(last) AS last_new
FROM (
  SELECT papers.source, days.day, looks.day IS NOT NULL AS looked, news.new, news.last
  FROM papers CROSS JOIN days LEFT JOIN looks USING (source, day) LEFT JOIN news USING (source, day)
  ORDER BY papers.source, days.day
) GROUP BY source ORDER BY source
"""
_COPIERS = """
SELECT o.source AS first, c.source AS copier, count(*) AS stories, round(100.0 * sum(p.kind = 'whole') / count(*)) AS
  whole_percent, sum(p.names = 'original') AS credited, sum(p.names = 'agency') AS of_an_agency,
  round(avg(p.delay), 1) AS hours_on_average
FROM copies p JOIN articles c ON c.id = p.article JOIN articles o ON o.id = p.original
WHERE p.known IS NOT NULL AND NOT p.within
  AND NOT EXISTS (SELECT 1 FROM copies e WHERE e.article = p.original AND e.known IS NOT NULL AND NOT e.within)
GROUP BY 1, 2 ORDER BY stories DESC, 1, 2 LIMIT 200
"""
_SPREAD = """
SELECT count(DISTINCT c.source) + 1 AS papers, o.published, o.source AS first, o.title,
  group_concat(DISTINCT c.source) AS copiers, max(p.delay) AS last_after_hours, o.url
FROM copies p JOIN articles c ON c.id = p.article JOIN articles o ON o.id = p.original
WHERE NOT p.within
  AND NOT EXISTS (SELECT 1 FROM copies e WHERE e.article = p.original AND e.known IS NOT NULL AND NOT e.within)
GROUP BY p.original HAVING papers > 1 ORDER BY papers DESC, o.published DESC LIMIT 200
"""
_TOPIC = """
SELECT t.topic, round(t.relevance, 2) AS relevance, a.published, a.source, a.title,
  (SELECT group_concat('“' || (value ->> '$[0]') || '” ' || round(value ->> '$[1]', 2), ', ') FROM json_each(t.why))
  AS why, a.url
FROM topical t JOIN articles a ON a.id = t.article
WHERE :topic = '' OR t.topic = :topic ORDER BY t.topic, t.relevance DESC, a.published DESC LIMIT 1000
"""
_TOPICS = """
SELECT t.topic, count(*) AS articles, count(DISTINCT a.source) AS papers, min(a.published_day) AS first_day,
  max(a.published_day) AS last_day, round(avg(t.relevance), 2) AS relevance_on_average
FROM topical t JOIN articles a ON a.id = t.article GROUP BY 1 ORDER BY 1
"""
_QUERIES = {
    "topics": {
        "title": "The topics",
        "description": "One row a topic that articles of the archive are of.",
        "sql": _TOPICS.strip(),
    },
    "topic": {
        "title": "The articles of a topic, and why",
        "description": "Most of it first; give a topic's name, or nothing for all topics. relevance: 1 is just"
        " enough. why: the phrases that say so, each with its share of the relevance.",
        "sql": _TOPIC.strip(),
        "params": ["topic"],
    },
    "copiers": {
        "title": "Who copies whom most",
        "description": "Stories that first printed, as far as the archive knows, and that the copier printed after it."
        " whole_percent: unchanged but for little. credited: the copier names the paper; of_an_agency: an agency."
        " Publication times are the papers' own. A story's later copies count for its first publisher only.",
        "sql": _COPIERS.strip(),
    },
    "spread": {
        "title": "Stories in most papers",
        "description": "One row a story, by the paper that printed it first as far as the archive knows.",
        "sql": _SPREAD.strip(),
    },
    "days": {
        "title": "New articles a day",
        "description": "One row a paper. new_a_day: new articles on each of the last fourteen days, oldest first; ·"
        " stands where nobody looked, which says nothing of the paper. new: all of them. days_looked: on how many days"
        " a crawl asked the paper. last_new: when the newest was first seen. `baoluu health` judges these counts.",
        "sql": _DAYS.strip(),
    },
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
    tables = {shown.name: _told(shown) for shown in (*TABLES, *VIEWS)} | {name: {"hidden": True} for name in _HIDDEN}
    return {
        "title": "baoluu",
        "description": "An archive of Vietnamese news",
        "license": LICENSE,
        "databases": {database: {"tables": tables, "queries": _QUERIES}},
    }


def _told(table: Table | View) -> dict[str, Any]:
    told: dict[str, Any] = {
        "description": table.about,
        "columns": {column.name: column.about for column in table.columns},
    }
    if isinstance(table, Table) and table.role == "internal":
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
    for view in VIEWS:
        yield f"## {view.name} (view)\n\n{view.about}\n\n| column | what it holds |\n|---|---|"
        yield from (f"| {column.name} | {column.about} |" for column in view.columns)
        yield ""
