"""Withdrawing: what stood at a URL, and at the other URLs of its article, goes; a tombstone stays.

Deletion and tombstone are one transaction. That the bytes leave the file too is `archive.erase`'s.
"""

import html
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from sqlite3 import Connection
from typing import Any
from urllib.parse import urlsplit

import msgspec

from archive import assets, bodies
from archive.cleaners import queue
from archive.copies import forget
from archive.errors import DamagedBody
from archive.identities import all_mates, mates
from archive.store import Archive
from archive.topical import texts_of, unlearn
from config.clock import stamp
from config.sources import Source, Sources, generic
from config.urls import article_key, canonical, classify

NAMED = 5
"""How many of the pages that remain are named."""
_ASTRAY = "SELECT DISTINCT key FROM leads l WHERE NOT EXISTS (SELECT 1 FROM frontier f WHERE f.key = l.key)"
"""Leads that outlived their row of the frontier, as where two addresses became one."""
_OF_ARTICLE = (
    "DELETE FROM aliases WHERE alias = ?1 OR article = ?1 OR (alias >= ?1 || ' → ' AND alias < ?1 || ' →!')",
    "DELETE FROM parts WHERE article IN (SELECT id FROM articles WHERE article = ?)",
    "DELETE FROM revisions WHERE article IN (SELECT id FROM articles WHERE article = ?)",
    "DELETE FROM links WHERE article IN (SELECT id FROM articles WHERE article = ?)",
    "DELETE FROM topical WHERE article IN (SELECT id FROM articles WHERE article = ?)",
    "DELETE FROM articles WHERE article = ?",
    "DELETE FROM underived WHERE article = ?",
)


@dataclass
class Going:
    """What goes with one withdrawal."""

    urls: list[str]
    """Canonical; each gets a tombstone."""
    article: str | None
    """Identity of the article by this URL; None where the URL is no article's."""
    names: list[str] = field(default_factory=list)
    """All identities of the article, where its paper has moved it."""
    whose: dict[str, str] = field(default_factory=dict)
    """Of `urls`, the identity that each gives the article, where it is another than `article`."""
    pages: list[int] = field(default_factory=list)
    cleanings: int = 0
    frontier: list[str] = field(default_factory=list)
    awaited: list[str] = field(default_factory=list)
    """Addresses of visits that wait for the page which they repeat (archive/imports/revisits.py)."""
    titles: set[str] = field(default_factory=set)
    shown: list[str] = field(default_factory=list)
    """URLs of assets that nothing else shows; each gets a tombstone, as of nobody's article."""


@dataclass(frozen=True)
class Remains:
    """Pages that name the headline of what goes, or link to it: how many, and the first few URLs."""

    pages: int
    urls: list[str]


class NotWithdrawable(ValueError):
    """robots.txt cannot be withdrawn: by it the crawl may read the host."""


def find(archive: Archive, sources: Sources, url: str) -> Going:
    """What stands at `url` and, if that is an article's, at all its URLs, those included from which its paper moved it.

    An address of which nothing but a redirect is kept takes nothing with it: papers lead to other articles, too.
    """
    paper = _paper(archive, sources, url)
    kinds = {kind for (kind,) in archive.conn.execute("SELECT kind FROM pages WHERE url = ?", (url,))}
    if kinds == {"asset"}:
        return going(archive, sources, url, None, paper)
    article = article_key(paper, url) if "article" in kinds or classify(paper, url) == "article" else None
    return going(archive, sources, canonical(paper, url), article, paper)


def going(archive: Archive, sources: Sources, url: str, article: str | None, paper: Source | None = None) -> Going:
    """The same for a tombstone: a canonical URL, and the identity of the article that stood there, if any."""
    paper = paper or _paper(archive, sources, url, article)
    names = [name for name in archive.source_names() if sources.named(name).id == paper.id]
    told = msgspec.json.encode(names).decode()
    ours = mates(archive.conn, article) if article else []

    def covers(address: str) -> bool:
        return url in (address, canonical(paper, address)) or (
            article is not None and article_key(paper, address) in ours
        )

    sql = "SELECT DISTINCT url FROM pages WHERE source IN (SELECT value FROM json_each(?))"
    urls = [row["url"] for row in archive.rows(sql, (told,)) if covers(row["url"])]
    queued = [row["key"] for row in archive.rows("SELECT key FROM frontier WHERE source = ?", (paper.id,))]
    queued += [row["key"] for row in archive.rows(_ASTRAY) if _paper(archive, sources, row["key"]).id == paper.id]
    found = Going([], article, ours, frontier=[key for key in queued if covers(key)])
    waiting = [row["url"] for row in archive.rows("SELECT DISTINCT url FROM awaited")]
    found.awaited = [each for each in waiting if _is_of(sources, each, paper, names) and covers(each)]
    _fill(archive, found, told, urls)
    found.urls = sorted({url, *found.frontier, *(canonical(paper, u) for u in urls)})
    _fill_shown(archive, found, set(found.pages))
    found.whose = {u: key for u in found.urls if (key := article_key(paper, u)) in ours and key != article}
    return found


def _is_of(sources: Sources, url: str, paper: Source, names: list[str]) -> bool:
    """Whether an address without a page is the paper's; one without a host may be any paper's."""
    found = sources.of(url) or generic(url)
    return found.id == paper.id or found.id in names or not url.startswith("http")


def _fill(archive: Archive, found: Going, names: str, urls: list[str]) -> None:
    sql = (
        "SELECT id, kind FROM pages WHERE url IN (SELECT value FROM json_each(:urls))"
        " AND source IN (SELECT value FROM json_each(:names))"
        " UNION SELECT p.id, p.kind FROM pages p JOIN cleanings c ON c.page = p.id"
        " WHERE c.article IN (SELECT value FROM json_each(:ours))"
    )
    asked = {"urls": msgspec.json.encode(urls).decode(), "names": names, "ours": _json(found.names)}
    rows = list(archive.rows(sql, asked))
    if any(row["kind"] == "robots" for row in rows):
        raise NotWithdrawable(f"{urls[0]}: by its robots.txt a host is read; it cannot be withdrawn")
    found.pages = [row["id"] for row in rows]
    made = "SELECT output FROM cleanings WHERE page IN (SELECT value FROM json_each(?))"
    outputs = [msgspec.json.decode(row["output"]) for row in archive.rows(made, (_json(found.pages),))]
    found.cleanings, found.titles = len(outputs), {o["title"] for o in outputs if o.get("title")}


def unite(archive: Archive, going: list[Going]) -> None:
    """Of withdrawals that are made together: what only they show between them goes with the last."""
    if len(going) > 1:
        _fill_shown(archive, going[-1], {page for one in going for page in one.pages})


def _fill_shown(archive: Archive, found: Going, pages: set[int]) -> None:
    """The assets of `pages`, kept and still to be fetched, unless another page shows them."""
    lone = assets.alone(archive.conn, pages)
    found.pages += sorted(lone.pages)
    found.shown = sorted({*found.shown, *lone.urls} - set(found.urls))
    queued = "SELECT key FROM frontier WHERE kind = 'asset' AND key IN (SELECT value FROM json_each(?))"
    found.frontier += [
        key for (key,) in archive.conn.execute(queued, (_json(found.shown),)) if key not in found.frontier
    ]


def remains(archive: Archive, going: Iterable[Going], progress: Callable[[int, int], None] | None = None) -> Remains:
    """Other pages whose bytes name a headline, or the path of a URL, of what goes. Every body is looked at."""
    gone = {page for one in going for page in one.pages}
    needles = {needle for one in going for needle in _needles(one)}
    count, urls = 0, list[str]()
    numbers = [row["id"] for row in archive.rows("SELECT id FROM bodies ORDER BY id")] if needles else []
    for done, number in enumerate(numbers, 1):
        if _holds(archive, number, needles):
            rows = archive.rows("SELECT id, url FROM pages WHERE body = ? ORDER BY id", (number,))
            left = [row["url"] for row in rows if row["id"] not in gone]
            count += len(left)
            urls += [u for u in dict.fromkeys(left) if u not in urls][: NAMED - len(urls)]
        if progress:
            progress(done, len(numbers))
    return Remains(count, urls)


def _needles(going: Going) -> Iterator[bytes]:
    """Headlines in both normal forms and as HTML writes them, and paths that are not the front page's."""
    for title in going.titles:
        for form in ("NFC", "NFD"):
            said = unicodedata.normalize(form, title)
            yield from (said.encode(), html.escape(said, quote=False).encode())
    for url in going.urls:
        if len(path := urlsplit(url).path) > 1:
            yield path.encode()


def _holds(archive: Archive, number: int, needles: set[bytes]) -> bool:
    try:
        body = bodies.get(archive.conn, number)
    except DamagedBody:
        return False
    return any(needle in body for needle in needles)


def withdraw(archive: Archive, going: Going, reason: str, at: str | None = None) -> int:
    """Delete what goes and write its tombstones, in one transaction; answers how many bodies went."""
    at = at or stamp(archive.clock.now())
    with archive.transaction() as db:
        db.execute("PRAGMA secure_delete=ON")
        gone = _delete(db, going)
        erased = None if going.pages or going.frontier or going.awaited else at
        db.executemany(
            "INSERT INTO withdrawals (url, reason, withdrawn_at, article, erased_at) VALUES (?, ?, ?, ?, ?)"
            " ON CONFLICT (url) DO UPDATE SET article = coalesce(article, excluded.article), reason = CASE WHEN"
            " (excluded.withdrawn_at, excluded.reason) < (withdrawn_at, reason) THEN excluded.reason ELSE reason END,"
            " withdrawn_at = min(withdrawn_at, excluded.withdrawn_at),"
            " erased_at = CASE WHEN excluded.erased_at IS NULL THEN NULL ELSE erased_at END",
            [
                *((url, reason, at, going.whose.get(url, going.article), erased) for url in going.urls),
                *((url, reason, at, None, erased) for url in going.shown),
            ],
        )
    return gone


def _delete(db: Connection, going: Going) -> int:
    pages, keys = (_json(going.pages),), (_json(going.frontier),)
    of_pages = "IN (SELECT value FROM json_each(?))"
    made = {row[0] for row in db.execute(f"SELECT DISTINCT article FROM cleanings WHERE page {of_pages}", pages)}  # noqa: S608
    gone = made | set(going.names) | ({going.article} if going.article else set())
    shown = all_mates(db, gone)
    texts = [row for article in shown for row in texts_of(db, article)]
    for article in shown:
        forget(db, article)
        for sql in _OF_ARTICLE:
            db.execute(sql, (article,))
    unlearn(db, texts)
    queue(db, [article for article in shown if article not in going.names and article != going.article])
    db.execute(f"DELETE FROM cleanings WHERE page {of_pages}", pages)  # noqa: S608
    db.execute("DELETE FROM held WHERE NOT EXISTS (SELECT 1 FROM cleanings c WHERE c.article = held.article)")
    for table in ("verdicts", "assets"):
        db.execute(f"DELETE FROM {table} WHERE page {of_pages}", pages)  # noqa: S608
    used = [row[0] for row in db.execute(f"SELECT DISTINCT body FROM pages WHERE id {of_pages}", pages)]  # noqa: S608
    db.execute(f"DELETE FROM pages WHERE id {of_pages}", pages)  # noqa: S608
    db.execute("DELETE FROM awaited WHERE url IN (SELECT value FROM json_each(?))", (_json(going.awaited),))
    for table in ("frontier", "leads"):
        db.execute(f"DELETE FROM {table} WHERE key {of_pages}", keys)  # noqa: S608
    free = [number for number in used if not db.execute("SELECT 1 FROM pages WHERE body = ?", (number,)).fetchone()]
    for number in free:
        bodies.release(db, number)
        bodies.delete(db, number)
    return len(free)


def _paper(archive: Archive, sources: Sources, url: str, article: str | None = None) -> Source:
    """The paper of `url`; for one without a host (a dump's) that under which its page was kept, or of the identity."""
    if source := sources.of(url):
        return source
    row = archive.conn.execute("SELECT source FROM pages WHERE url = ? LIMIT 1", (url,)).fetchone()
    name: Any = row[0] if row else (article or "").partition(":")[0]
    return sources.named(name) if name else generic(url)


def _json(values: list[Any]) -> str:
    return msgspec.json.encode(values).decode()
