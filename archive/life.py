"""What the archive knows of one URL: the article it belongs to, and everything that happened to it."""

from collections.abc import Iterator
from typing import Any

import msgspec

from archive.facts import Hints, Record
from archive.history import shown
from archive.identities import mates, resolved
from archive.moved import leads_to
from archive.state import declared_of, moment, state_of
from archive.store import Archive
from config.sources import Source, Sources, generic
from config.urls import article_key, canonical, row_key

_PAGES = """
SELECT p.id, p.fetched_at, p.url, p.kind, p.status, p.truncated, p.body, p.run, p.tls, p.headers, b.size
FROM pages p LEFT JOIN bodies b ON b.id = p.body
WHERE p.url IN (:url, :canonical)
  OR p.id IN (SELECT page FROM cleanings WHERE article IN (SELECT value FROM json_each(:names)))
ORDER BY p.fetched_at, p.id
"""
_CLEANINGS = """
SELECT cleaner, reason, notes, json_extract(output, '$.drop.detail') AS detail FROM cleanings WHERE page = ? ORDER BY id
"""
_REVISIONS = """
SELECT r.n, p.fetched_at FROM revisions r JOIN articles a ON a.id = r.article JOIN pages p ON p.id = r.first_page
WHERE a.article = ? AND r.n > 1
"""
Event = dict[str, Any]


def article_of(archive: Archive, sources: Sources, url: str) -> Record | None:
    """The record that the archive shows for the article at `url`, or None."""
    return shown(archive, identity_of(archive, sources, url))


def identity_of(archive: Archive, sources: Sources, url: str) -> str:
    """The identity of the article at `url`: what its declaration says, or the article that is shown under the URL.

    Where a paper has moved it, the one under which it is shown now; also of an address that nothing is kept of but
    that the paper leads from it.
    """
    key, sql = article_key(_source(archive, sources, url), url), "SELECT article FROM articles WHERE {} = ?"
    shown = resolved(archive.conn, key)
    for by, name in (("article", shown), ("url", url)):
        if found := archive.conn.execute(sql.format(by), (name,)).fetchone():
            return str(found[0])
    end = leads_to(archive.conn, url)
    led = resolved(archive.conn, article_key(_source(archive, sources, end), end)) if end != url else key
    return led if archive.conn.execute(sql.format("article"), (led,)).fetchone() else shown


def life_of(archive: Archive, sources: Sources, url: str) -> dict[str, Any]:
    """`{"url", "article", "events": [{"at", "kind", "what"}], "now"}`, oldest first.

    Kinds of events: found, visit, cleaning, revision, withdrawn. `now` is what `archive.state.state_of` tells.
    """
    source = _source(archive, sources, url)
    key = canonical(source, url)
    article = identity_of(archive, sources, url)
    own = article_key(source, url)
    ours = msgspec.json.encode(mates(archive.conn, article)).decode()
    names = {"url": url, "canonical": key, "article": own, "names": ours}
    held = row_key(source, url)
    events = [_event(moment(row["added"]), "found", _found(row)) for row in _frontier(archive, key, url, held)]
    events += _visits(archive, names)
    for row in archive.rows(_REVISIONS, (article,)):
        events.append(_event(row["fetched_at"], "revision", f"the paper had changed it: revision {row['n']}"))
    for row in archive.rows(
        "SELECT * FROM withdrawals WHERE url IN (:url, :canonical) OR article = :article LIMIT 1", names
    ):
        events.append(_event(row["withdrawn_at"], "withdrawn", f"withdrawn: {row['reason']}"))
    ordered = sorted(events, key=lambda event: event["at"] or "")
    now = state_of(archive, key, url, article, own=own, row=held) | declared_of(source, archive.clock.seconds())
    return {"url": url, "article": article, "events": ordered, "now": now}


def _source(archive: Archive, sources: Sources, url: str) -> Source:
    """The declared source; for a URL without a host (a dump's) the one that its page was kept under."""
    if source := sources.of(url):
        return source
    row = archive.conn.execute("SELECT source FROM pages WHERE url = ? LIMIT 1", (url,)).fetchone()
    return sources[row[0]] if row and row[0] in sources else generic(url)


def _frontier(archive: Archive, key: str, url: str, row: str) -> list[dict[str, Any]]:
    return list(
        archive.rows("SELECT * FROM frontier WHERE key IN (?, ?) OR article = ? ORDER BY added", (key, url, row))
    )


def _event(at: str | None, kind: str, what: str) -> Event:
    return {"at": at, "kind": kind, "what": what}


def _found(row: dict[str, Any]) -> str:
    """Where it was found, and what was said of it there."""
    hints = msgspec.json.decode(row["hints"], type=Hints)
    told = [f"found as {row['kind']} through {hints.via}"]
    told += [f"on {hints.referrer}"] if hints.referrer else []
    told += [f'called "{name}"'] if (name := hints.anchor or hints.title) else []
    told += [f"dated {hints.date}"] if hints.date else []
    told += [f"{row['hops']} redirects on the way"] if row["hops"] else []
    return ", ".join(told)


def _visits(archive: Archive, names: dict[str, str]) -> Iterator[Event]:
    """Every visit, beside the one before it at the same address, and what cleaners made of it."""
    before: dict[str, int] = {}
    for row in archive.rows(_PAGES, names):
        yield _event(row["fetched_at"], "visit", _visit(row, before.get(row["url"])))
        if row["status"] == 200:
            before[row["url"]] = row["body"]
        made = list(archive.rows(_CLEANINGS, (row["id"],)))
        for cleaning in made:
            yield _event(row["fetched_at"], "cleaning", _cleaning(cleaning))
        if not made and row["kind"] == "article" and row["status"] == 200:
            yield _event(row["fetched_at"], "cleaning", "waits for cleaning")


def _visit(row: dict[str, Any], before: int | None) -> str:
    headers = msgspec.json.decode(row["headers"], type=dict[str, str])
    told = [f"fetched {row['url']} as {row['kind']}: HTTP {row['status']}"]
    if row["status"] == 304:
        told.append("not changed since the visit before")
    elif row["size"] is not None:
        told.append(f"{row['size']} bytes")
    if row["status"] == 200 and before is not None:
        told.append("the same bytes as before" if row["body"] == before else "other bytes than before")
    if place := headers.get("location"):
        told.append(f"leads to {place.splitlines()[0]}")
    if wait := headers.get("retry-after"):
        told.append(f"asks to wait: {wait}")
    if row["tls"]:
        told.append(f"under a declared TLS exception: {row['tls']}")
    if row["truncated"]:
        told.append(f"incomplete ({row['truncated']})")
    return ", ".join(told) + (f" (run {row['run']})" if row["run"] else "")


def _cleaning(row: dict[str, Any]) -> str:
    made = f"dropped: {row['reason']} ({row['detail']})" if row["reason"] else "a record"
    return "; ".join([f"cleaner {row['cleaner']} made {made}", *msgspec.json.decode(row["notes"])])
