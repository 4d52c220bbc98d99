"""Derivation: from pages and their cleanings to articles, revisions and links.

Pages are read in (fetched_at, URL, body) order, so the result does not depend on the order of arrival. The live path
derives one article; `settle` derives what waits in `underived`; `rebuild` derives all, through the same functions.
"""

import hashlib
import json
import re
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import Any

import msgspec

from archive.copies import catch_up, clear, compare_again, comparing
from archive.facts import Link, Record
from archive.migrations import enable_search
from archive.parts import united
from archive.store import Archive
from archive.visits import Visit, visits
from config.fold import fold
from config.sources import Sources
from config.urls import article_key, classify, part_of

Progress = Callable[[int, int], None]
"""Called with (articles done, articles in all)."""
BATCH = 100
"""Articles that `settle` derives in one transaction (0.1 s): a crawl that writes beside it waits no longer."""

_ARTICLES_IN_ORDER = """
SELECT c.article, min(p.fetched_at) AS first
FROM cleanings c JOIN pages p ON p.id = c.page WHERE c.reason IS NULL GROUP BY c.article ORDER BY first, c.article
"""
_RENAME_ARTICLE = """
UPDATE articles SET cleaner = (
  SELECT k.cleaner FROM pages p JOIN cleaners k ON k.source = p.source WHERE p.id = articles.page)
WHERE article = ?
"""
_RENAME_REVISIONS = """
UPDATE revisions SET cleaner = (
  SELECT k.cleaner FROM pages p JOIN cleaners k ON k.source = p.source WHERE p.id = revisions.shows)
WHERE article = (SELECT id FROM articles WHERE article = ?)
"""
_HAS_PARTS = "SELECT 1 FROM parts WHERE article = (SELECT id FROM articles WHERE article = ?) LIMIT 1"
_URLS = "SELECT DISTINCT p.url FROM cleanings c JOIN pages p ON p.id = c.page WHERE c.article = ?"
_WAITING = "SELECT article, same FROM underived ORDER BY 1 LIMIT ?"
_NAMES_A_DAY = re.compile(r"\d{4}|\d\s?[/.-]\s?\d|\bngày\s+\d|\d\s+(?:tháng|thg)\s+\d", re.I)
_FROM_PAPER = ("json-ld", "meta", "selector", "url")


OF_ARTICLE = ("links", "parts", "revisions")
"""Derived tables with rows that belong to one article."""


class State(msgspec.Struct, frozen=True):
    """One state of an article: the first and the last page that show it, the visit it is read from, its content."""

    first_page: int
    last_page: int
    visit: Visit
    sha: str


class Derived(msgspec.Struct, frozen=True):
    """What the derived tables hold of one article, without the number that the file gives it."""

    row: dict[str, Any]
    revisions: list[tuple[int, int, int, str, int, str]]
    """(n, first page, last page, content sha, page whose cleaning shows it, its cleaner)."""
    parts: list[tuple[int, int, int, str]]
    """(n, part, page whose cleaning shows it, its cleaner), of an article on several pages."""
    links: list[tuple[int, str, str, str, str | None]]
    """(n, kind, URL, title, target)."""


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


def derived(archive: Archive, article: str, sources: Sources) -> Derived | None:
    """What the facts and cleanings make of one article, nothing written; None without a good page."""
    found = _visits(archive, article, sources)
    if not found:
        return None
    states = list(_states(found))
    revisions = [(n, s.first_page, s.last_page, s.sha, s.visit.shows, s.visit.cleaner) for n, s in enumerate(states, 1)]
    parts = [(n, *part) for n, s in enumerate(states, 1) for part in s.visit.parts]
    links = [(n, *link) for n, link in enumerate(_links(found[-1].links, sources), 1)]
    return Derived(_article_row(article, found, len(states)), revisions, parts, links)


def _visits(archive: Archive, article: str, sources: Sources) -> list[Visit]:
    """The visits to an article, whole where its paper spreads articles over several pages."""
    paper = sources.get(article.partition(":")[0])
    if paper is None or not paper.in_parts:
        return visits(archive, article, content_sha)
    part = partial(part_of, paper)
    return united(visits(archive, article, content_sha, part), part, content_sha)


def derive_article(archive: Archive, article: str, sources: Sources) -> None:
    """Derive one article anew from its pages; without a good page it is taken out."""
    with archive.transaction() as db, comparing(db, article, sources):
        found = db.execute("SELECT id FROM articles WHERE article = ?", (article,)).fetchone()
        if found:
            for table in OF_ARTICLE:
                db.execute(f"DELETE FROM {table} WHERE article = ?", found)  # noqa: S608 -- our names
        if made := derived(archive, article, sources):
            _write(archive, made, found[0] if found else None)
        elif found:
            db.execute("DELETE FROM articles WHERE id = ?", found)
        db.execute("DELETE FROM underived WHERE article = ?", (article,))


def settle(archive: Archive, sources: Sources, progress: Progress | None = None) -> int:
    """Derive every article that waits in `underived`, in short transactions; answers how many. Killed, it goes on."""
    total: int = archive.conn.execute("SELECT count(*) FROM underived").fetchone()[0]
    done = 0
    while waiting := archive.conn.execute(
        "SELECT article, same FROM underived ORDER BY 1 LIMIT ?", (BATCH,)
    ).fetchall():
        with archive.transaction() as db:
            for article, same in waiting:
                if same and not _is_spread(archive, article, sources):
                    db.execute(_RENAME_ARTICLE, (article,))
                    db.execute(_RENAME_REVISIONS, (article,))
                    db.execute("DELETE FROM underived WHERE article = ?", (article,))
                else:
                    derive_article(archive, article, sources)
        done += len(waiting)
        if progress:
            progress(done, max(done, total))
    compare_again(archive, sources)
    return done


def _is_spread(archive: Archive, article: str, sources: Sources) -> bool:
    """Whether an article stands on several pages, or stood so under the declaration by which it was derived."""
    if archive.conn.execute(_HAS_PARTS, (article,)).fetchone():
        return True
    paper = sources.get(article.partition(":")[0])
    if paper is None or not paper.in_parts:
        return False
    return len({part_of(paper, url) for (url,) in archive.conn.execute(_URLS, (article,))}) > 1


def rebuild(archive: Archive, sources: Sources, progress: Progress | None = None) -> int:
    """Drop everything derived and derive it again, in one transaction; answers the number of articles.

    Progress goes through the articles twice: the second time each is looked at for copies.

    Articles are numbered by (first fetch, identity), so two rebuilds of the same facts give the same bytes.
    """
    count = 0
    with archive.transaction() as db:
        archive.db.table("articles").disable_fts()
        clear(db)
        for table in (*OF_ARTICLE, "articles", "underived"):
            db.execute(f"DELETE FROM {table}")  # noqa: S608 -- our names
        total = db.execute(f"SELECT count(*) FROM ({_ARTICLES_IN_ORDER})").fetchone()[0] if progress else 0  # noqa: S608
        for done, row in enumerate(archive.rows(_ARTICLES_IN_ORDER), 1):
            if made := derived(archive, row["article"], sources):
                _write(archive, made, None)
                count += 1
            if progress:
                progress(done, 2 * total)
        catch_up(archive, sources, (lambda done, of: progress(total + done, total + of)) if progress else None)
        enable_search(archive.db)
    return count


def _write(archive: Archive, made: Derived, number: int | None) -> None:
    row = made.row | ({"id": number} if number else {})
    if number:
        changes = ", ".join(f"{name} = :{name}" for name in row)
        archive.conn.execute(f"UPDATE articles SET {changes} WHERE id = :id", row)  # noqa: S608 -- our column names
    else:
        names = ", ".join(row)
        values = ", ".join(f":{name}" for name in row)
        done = archive.conn.execute(f"INSERT INTO articles ({names}) VALUES ({values})", row)  # noqa: S608
        number = int(done.lastrowid or 0)
    archive.conn.executemany(
        "INSERT INTO revisions (article, n, first_page, last_page, sha, shows, cleaner) VALUES (?, ?, ?, ?, ?, ?, ?)",
        [(number, *revision) for revision in made.revisions],
    )
    archive.conn.executemany(
        "INSERT INTO parts (article, n, part, page, cleaner) VALUES (?, ?, ?, ?, ?)",
        [(number, *part) for part in made.parts],
    )
    archive.conn.executemany(
        "INSERT INTO links (article, n, kind, url, title, target) VALUES (?, ?, ?, ?, ?, ?)",
        [(number, *link) for link in made.links],
    )


def _states(found: Iterable[Visit]) -> Iterator[State]:
    """Each state, oldest first.

    A page that shows what its own URL showed before is no change, though another URL of the article (a mobile
    page, an old host) may show something else in between.
    """
    current: State | None = None
    shown: dict[str, str] = {}
    for visit in found:
        sha = content_sha(visit.record)
        changed = shown.get(visit.url) != sha
        shown[visit.url] = sha
        if current and current.sha == sha:
            current = State(current.first_page, visit.page, current.visit, sha)
        elif changed:
            if current:
                yield current
            current = State(visit.page, visit.page, visit, sha)
    if current:
        yield current


def _article_row(key: str, found: list[Visit], revisions: int) -> dict[str, Any]:
    newest = found[-1]
    row: dict[str, Any] = msgspec.to_builtins(newest.record)
    plain = {k: json.dumps(v, ensure_ascii=False) if isinstance(v, list) else v for k, v in row.items()}
    return plain | {
        "article": key,
        "published_day": newest.record.published[:10] if newest.record.published else None,
        "first_seen": found[0].fetched_at,
        "last_seen": newest.fetched_at,
        "revisions": revisions,
        "page": newest.shows,
        "cleaner": newest.cleaner,
        "folded": fold(f"{newest.record.title or ''}\n{newest.record.text}"),
    }


def _links(links: Iterable[Link], sources: Sources) -> Iterator[tuple[str, str, str, str | None]]:
    for link in links:
        source = sources.of(link.url)
        known = source is not None and classify(source, link.url) == "article"
        yield link.kind, link.url, link.title, article_key(source, link.url) if source and known else None
