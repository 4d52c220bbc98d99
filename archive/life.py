"""What the archive knows of one URL: the article it belongs to, and everything that happened to it."""

from datetime import datetime
from typing import Any

import msgspec

from archive.facts import Record
from archive.history import shown
from archive.store import Archive
from config.clock import VIETNAM, stamp
from config.sources import Source, Sources, generic
from config.urls import article_key, canonical

_PAGES = """
SELECT p.fetched_at, p.url, p.kind, p.status, p.truncated, json_extract(p.hints, '$.via') AS via,
       c.cleaner, c.reason, c.notes, json_extract(c.output, '$.drop.detail') AS detail
FROM pages p LEFT JOIN cleanings c ON c.page = p.id
WHERE p.url IN (:url, :canonical) OR p.id IN (SELECT page FROM cleanings WHERE article = :article)
ORDER BY p.fetched_at, p.id, c.id
"""


def article_of(archive: Archive, sources: Sources, url: str) -> Record | None:
    """The record that the archive shows for the article at `url`, or None."""
    return shown(archive, identity_of(archive, sources, url))


def identity_of(archive: Archive, sources: Sources, url: str) -> str:
    """The identity of the article at `url`: what its declaration says, or the article that is shown under the URL."""
    key = article_key(_source(archive, sources, url), url)
    found = archive.conn.execute(
        "SELECT article FROM articles WHERE article = ? OR url = ? ORDER BY article = ? DESC LIMIT 1", (key, url, key)
    ).fetchone()
    return str(found[0]) if found else key


def life_of(archive: Archive, sources: Sources, url: str) -> dict[str, Any]:
    """`{"url", "article", "events": [{"at", "what"}]}`, oldest first."""
    source = _source(archive, sources, url)
    names = {"url": url, "canonical": canonical(source, url), "article": article_key(source, url)}
    events = [{"at": _moment(row["added"]), "what": _waiting(row)} for row in _frontier(archive, names)]
    events += [{"at": row["fetched_at"], "what": _visit(row)} for row in archive.rows(_PAGES, names)]
    for row in archive.rows("SELECT * FROM withdrawals WHERE url = :canonical OR article = :article LIMIT 1", names):
        events.append({"at": row["withdrawn_at"], "what": f"withdrawn: {row['reason']}"})
    return {"url": url, "article": names["article"], "events": sorted(events, key=lambda e: e["at"] or "")}


def _source(archive: Archive, sources: Sources, url: str) -> Source:
    """The declared source; for a URL without a host (a dump's) the one that its page was kept under."""
    if source := sources.of(url):
        return source
    row = archive.conn.execute("SELECT source FROM pages WHERE url = ? LIMIT 1", (url,)).fetchone()
    return sources[row[0]] if row and row[0] in sources else generic(url)


def _frontier(archive: Archive, names: dict[str, str]) -> list[dict[str, Any]]:
    return list(archive.rows("SELECT * FROM frontier WHERE key = :canonical", names))


def _waiting(row: dict[str, Any]) -> str:
    hints = msgspec.json.decode(row["hints"])
    led = f" through {hints.get('referrer') or hints.get('via', 'seed')}"
    due = f"due again {_moment(row['due'])}" if row["due"] else "not due again"
    failed = f"; last failure: {row['error']}" if row["error"] else ""
    return f"found{led}; fetched {row['visits']} times, {due}{failed}"


def _visit(row: dict[str, Any]) -> str:
    said = f"fetched {row['url']} as {row['kind']}: HTTP {row['status']}"
    if row["truncated"]:
        said += f", incomplete ({row['truncated']})"
    if row["cleaner"] is None:
        return said + ("; waits for cleaning" if row["kind"] == "article" and row["status"] == 200 else "")
    made = f"dropped: {row['reason']} ({row['detail']})" if row["reason"] else "a record"
    return "; ".join([f"{said}; cleaner {row['cleaner']} made {made}", *msgspec.json.decode(row["notes"])])


def _moment(seconds: float | None) -> str | None:
    return stamp(datetime.fromtimestamp(seconds, VIETNAM)) if seconds else None
