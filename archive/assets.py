"""Assets: what articles' pages show beside their text. Which page shows which URL, and what is shown by nothing else.

An asset is a page of its own kind, kept as it came. A style sheet and a redirect show further ones.
"""

from collections.abc import Iterable, Iterator
from itertools import groupby
from operator import itemgetter
from sqlite3 import Connection
from typing import NamedTuple

import msgspec

from archive.facts import PageKind

_SHOWN = """
WITH RECURSIVE shown (url) AS (
  SELECT url FROM assets WHERE page IN (SELECT value FROM json_each(?1)) AND url <> ''
  UNION SELECT s.url FROM shown JOIN pages p ON p.url = shown.url AND p.kind = 'asset'
    JOIN assets s ON s.page = p.id WHERE s.url <> '')
SELECT url FROM shown ORDER BY url
"""
_NAMED = """
INSERT OR IGNORE INTO assets (page, url) SELECT p.id, ? FROM pages p JOIN bodies b ON b.id = p.body
WHERE p.url = ? AND p.fetched_at = ? AND b.sha256 = ?
"""
_OF = "SELECT id FROM pages WHERE url = ? AND kind = 'asset' ORDER BY fetched_at, id"
_BY = "SELECT page FROM assets WHERE url = ?"
_UNSEEN = """
SELECT p.id, p.source FROM articles a JOIN pages p ON p.id = a.page
WHERE a.source IN (SELECT value FROM json_each(?1)) AND NOT EXISTS (SELECT 1 FROM assets s WHERE s.page = p.id)
ORDER BY a.published DESC, a.id DESC LIMIT ?2
"""
_MISSING = """
SELECT DISTINCT s.url, p.source, p.url, p.kind, p.hints ->> '$.referrer' FROM assets s JOIN pages p ON p.id = s.page
WHERE s.url <> '' AND p.source IN (SELECT value FROM json_each(?))
  AND NOT EXISTS (SELECT 1 FROM pages k WHERE k.url = s.url)
ORDER BY s.url
"""


class Alone(NamedTuple):
    """What no page shows but those that were named: pages of assets, and URLs, kept or not."""

    pages: set[int]
    urls: set[str]


class Missing(NamedTuple):
    """An asset that is not kept, the paper whose page shows it, that page's URL, its kind, and what led to it."""

    url: str
    source: str
    page: str
    kind: PageKind
    referrer: str | None


def put(db: Connection, page: int, urls: Iterable[str]) -> None:
    """Note what the kept `page` shows; none: that it was looked at. Call it inside the keep transaction."""
    rows = [(page, url) for url in list(urls) or [""]]
    db.executemany("INSERT OR IGNORE INTO assets (page, url) VALUES (?, ?)", rows)


def put_by_name(db: Connection, url: str, fetched_at: str, sha256: str, shown: Iterable[str]) -> None:
    """The same as it stands in another archive, for the page here that has this natural key."""
    db.executemany(_NAMED, [(asset, url, fetched_at, sha256) for asset in shown])


def of_pages(db: Connection, after: int, upto: int) -> dict[int, list[str]]:
    """What the pages show whose numbers lie above `after` and up to `upto`."""
    rows = db.execute("SELECT page, url FROM assets WHERE page > ? AND page <= ? ORDER BY page, url", (after, upto))
    return {page: [url for _, url in of] for page, of in groupby(rows, key=itemgetter(0))}


def shown_by(db: Connection, pages: Iterable[int]) -> list[str]:
    """The URLs of everything that `pages` show: their assets, and what those show in turn."""
    return [url for (url,) in db.execute(_SHOWN, (_json(pages),))]


def unseen(db: Connection, sources: Iterable[str], most: int) -> list[tuple[int, str]]:
    """(page, paper) of articles whose shown page was never looked at for assets, newest articles first; `most`: -1 for
    all."""
    return db.execute(_UNSEEN, (_json(sources), most)).fetchall()


def missing(db: Connection, sources: Iterable[str]) -> Iterator[Missing]:
    """Assets of kept pages of the papers `sources` of which no page is kept, each with one page that shows it."""
    seen = set[str]()
    for row in map(Missing._make, db.execute(_MISSING, (_json(sources),))):
        if row.url not in seen:
            seen.add(row.url)
            yield row


def alone(db: Connection, pages: Iterable[int]) -> Alone:
    """What would be shown by nothing, were `pages` gone."""
    named = frozenset(pages)
    gone, urls = set(named), set[str]()
    asked = _shown(db, gone)
    while asked:
        found = {url for url in asked if all(page in gone for (page,) in db.execute(_BY, (url,)))}
        urls |= found
        fresh = {page for url in found for (page,) in db.execute(_OF, (url,))} - gone
        gone |= fresh
        asked = (_shown(db, fresh) | (asked - found) if fresh else set()) - urls
    return Alone(gone - named, urls)


def _shown(db: Connection, pages: Iterable[int]) -> set[str]:
    sql = "SELECT url FROM assets WHERE page IN (SELECT value FROM json_each(?)) AND url <> ''"
    return {url for (url,) in db.execute(sql, (_json(pages),))}


def _json(values: Iterable[object]) -> str:
    return msgspec.json.encode(list(values)).decode()
