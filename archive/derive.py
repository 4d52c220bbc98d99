"""Derivation: from pages and their cleanings to articles, revisions and links.

Pages are read in (fetched_at, URL, body) order, so the result does not depend on the order of arrival. The live path
derives one article; `rebuild` derives all of them through the same functions.
"""

import hashlib
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from archive.facts import Link, Record
from archive.migrations import enable_search
from archive.store import Archive
from config.fold import fold
from config.sources import Sources
from config.urls import article_key, classify

_GOOD_PAGES = """
SELECT p.id AS page, p.url, p.fetched_at, c.output, c.links
FROM cleanings c JOIN pages p ON p.id = c.page JOIN bodies b ON b.id = p.body
JOIN cleaners k ON k.source = p.source AND k.cleaner = c.cleaner
WHERE c.article = ? AND c.reason IS NULL ORDER BY p.fetched_at, p.url, b.sha256
"""
_ARTICLES_IN_ORDER = """
SELECT c.article, min(p.fetched_at) AS first
FROM cleanings c JOIN pages p ON p.id = c.page
JOIN cleaners k ON k.source = p.source AND k.cleaner = c.cleaner
WHERE c.reason IS NULL GROUP BY c.article ORDER BY first, c.article
"""
_NAMES_A_DAY = re.compile(r"\d{4}|\d\s?[/.-]\s?\d|\bngày\s+\d|\d\s+(?:tháng|thg)\s+\d", re.I)
_FROM_PAPER = ("json-ld", "meta", "selector", "url")


@dataclass(frozen=True)
class _Visit:
    """One good page of an article: its number, URL, fetch time, record and links."""

    page: int
    url: str
    fetched_at: str
    record: Record
    links: list[Link]


def content_sha(record: Record) -> str:
    """SHA-256 of what the paper says: a change of anything else (tags, boxes, sections, counters) is no revision.

    A publication time counts when the page states it as a date; one that only a feed or sitemap gave comes and goes
    with the way to the page, and "2 giờ trước" is another moment at every visit.
    """
    stated = record.published_from in _FROM_PAPER and _NAMES_A_DAY.search(record.published_raw or "")
    published = record.published if stated else None
    said = (
        record.kicker,
        record.title,
        record.lead,
        [(b.kind, b.text) for b in record.blocks],
        record.captions,
        record.authors,
        record.credit,
        published,
    )
    return hashlib.sha256(msgspec.json.encode(said)).hexdigest()


def derive_article(archive: Archive, article: str, sources: Sources) -> None:
    """Derive one article anew from its pages; without a good page it is taken out."""
    with archive.transaction() as db:
        found = db.execute("SELECT id FROM articles WHERE article = ?", (article,)).fetchone()
        if found:
            db.execute("DELETE FROM revisions WHERE article = ?", found)
            db.execute("DELETE FROM links WHERE article = ?", found)
        if visits := list(_visits(archive, article)):
            _write(archive, article, visits, sources, found[0] if found else None)
        elif found:
            db.execute("DELETE FROM articles WHERE id = ?", found)


def derive_source(archive: Archive, source: str, sources: Sources) -> None:
    """Derive every article of one paper anew, in one transaction."""
    with archive.transaction() as db:
        keys = db.execute(
            "SELECT DISTINCT c.article FROM cleanings c JOIN pages p ON p.id = c.page WHERE p.source = ? ORDER BY 1",
            (source,),
        ).fetchall()
        for (key,) in keys:
            derive_article(archive, key, sources)


def rebuild(archive: Archive, sources: Sources, progress: Callable[[int, int], None] | None = None) -> int:
    """Drop everything derived and derive it again, in one transaction; answers the number of articles.

    Articles are numbered by (first fetch, identity), so two rebuilds of the same facts give the same bytes.
    """
    with archive.transaction() as db:
        archive.db.table("articles").disable_fts()
        for table in ("links", "revisions", "articles"):
            db.execute(f"DELETE FROM {table}")  # noqa: S608 -- three fixed names
        keys = [row["article"] for row in archive.rows(_ARTICLES_IN_ORDER)]
        for done, key in enumerate(keys, 1):
            _write(archive, key, list(_visits(archive, key)), sources, None)
            if progress:
                progress(done, len(keys))
        enable_search(archive.db)
    return len(keys)


def use_cleaner(archive: Archive, source: str, cleaner: str) -> None:
    """Let the derived tables show `cleaner`'s work for `source`; the caller derives again."""
    with archive.transaction() as db:
        db.execute(
            "INSERT INTO cleaners (source, cleaner) VALUES (?, ?)"
            " ON CONFLICT (source) DO UPDATE SET cleaner = excluded.cleaner",
            (source, cleaner),
        )


def _visits(archive: Archive, article: str) -> Iterator[_Visit]:
    for row in archive.rows(_GOOD_PAGES, (article,)):
        record = msgspec.json.decode(row["output"], type=Record)
        links = msgspec.json.decode(row["links"], type=list[Link])
        yield _Visit(row["page"], row["url"], row["fetched_at"], record, links)


def _write(archive: Archive, key: str, visits: list[_Visit], sources: Sources, number: int | None) -> None:
    states = list(_states(visits))
    row = _article_row(key, visits, len(states)) | ({"id": number} if number else {})
    if number:
        changes = ", ".join(f"{name} = :{name}" for name in row)
        archive.conn.execute(f"UPDATE articles SET {changes} WHERE id = :id", row)  # noqa: S608 -- our column names
    else:
        names = ", ".join(row)
        values = ", ".join(f":{name}" for name in row)
        done = archive.conn.execute(f"INSERT INTO articles ({names}) VALUES ({values})", row)  # noqa: S608
        number = int(done.lastrowid or 0)
    archive.conn.executemany(
        "INSERT INTO revisions (article, n, first_page, last_page, sha) VALUES (?, ?, ?, ?, ?)",
        [(number, n, first, last, sha) for n, (first, last, sha) in enumerate(states, 1)],
    )
    archive.conn.executemany(
        "INSERT INTO links (article, n, kind, url, title, target) VALUES (?, ?, ?, ?, ?, ?)",
        [(number, n, *link) for n, link in enumerate(_links(visits[-1].links, sources), 1)],
    )


def _states(visits: Iterable[_Visit]) -> Iterator[tuple[int, int, str]]:
    """(first page, last page, content sha) of each state, oldest first.

    A page that shows what its own URL showed before is no change, though another URL of the article (a mobile
    page, an old host) may show something else in between.
    """
    current: tuple[int, int, str] | None = None
    shown: dict[str, str] = {}
    for visit in visits:
        sha = content_sha(visit.record)
        changed = shown.get(visit.url) != sha
        shown[visit.url] = sha
        if current and current[2] == sha:
            current = (current[0], visit.page, sha)
        elif changed:
            if current:
                yield current
            current = (visit.page, visit.page, sha)
    if current:
        yield current


def _article_row(key: str, visits: list[_Visit], revisions: int) -> dict[str, Any]:
    newest = visits[-1]
    row: Mapping[str, Any] = msgspec.to_builtins(newest.record)
    plain = {k: json.dumps(v, ensure_ascii=False) if isinstance(v, list) else v for k, v in row.items()}
    return plain | {
        "article": key,
        "published_day": newest.record.published[:10] if newest.record.published else None,
        "first_seen": visits[0].fetched_at,
        "last_seen": newest.fetched_at,
        "revisions": revisions,
        "page": newest.page,
        "folded": fold(f"{newest.record.title or ''}\n{newest.record.text}"),
    }


def _links(links: Iterable[Link], sources: Sources) -> Iterator[tuple[str, str, str, str | None]]:
    for link in links:
        source = sources.of(link.url)
        known = source is not None and classify(source, link.url) == "article"
        yield link.kind, link.url, link.title, article_key(source, link.url) if source and known else None
