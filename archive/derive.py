"""Derivation: from pages and their cleanings to articles, revisions and links.

Pages are read in (fetched_at, URL, body) order, so the result does not depend on the order of arrival. The live path
derives one article; `settle` derives what waits in `underived`; `rebuild` derives all, through the same functions.
"""

import heapq
from collections.abc import Callable, Iterator
from typing import Any

import msgspec

from archive.aliases import Group, Said, groups, rows_of, visits_of
from archive.copies import catch_up, clear, compare_again, comparing, forget
from archive.facts import Page
from archive.graph import Row, links_of, target_of
from archive.identities import mates
from archive.moved import FOR_GOOD
from archive.states import states_of
from archive.store import Archive
from archive.topical import all_judged, place
from archive.unindexed import index_new
from archive.visits import Visit
from config.sources import Source, Sources
from config.urls import article_key, part_of

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

OF_ARTICLE = ("links", "parts", "revisions", "topical")
"""Derived tables with rows that belong to one article."""


class Derived(msgspec.Struct, frozen=True):
    """What the derived tables hold of one article, without the number that the file gives it."""

    row: dict[str, Any]
    revisions: list[tuple[int, int, int, str, int, str]]
    """(n, first page, last page, content sha, page whose cleaning shows it, its cleaner)."""
    parts: list[tuple[int, int, int, str]]
    """(n, part, page whose cleaning shows it, its cleaner), of an article on several pages."""
    links: list[Row]
    """(n, kind, URL, title, target, place)."""


def derived(archive: Archive, article: str, sources: Sources) -> Derived | None:
    """What the facts and cleanings make of one article, nothing written; None without a good page."""
    return _made(archive, article, _visits(archive, mates(archive.conn, article), sources), sources)


def _made(archive: Archive, article: str, found: list[Visit], sources: Sources) -> Derived | None:
    if not found:
        return None
    states = list(states_of(found))
    revisions = [(n, s.first_page, s.last_page, s.sha, s.visit.shows, s.visit.cleaner) for n, s in enumerate(states, 1)]
    parts = [(n, *part) for n, s in enumerate(states, 1) for part in s.visit.parts]
    links = list(links_of(archive, found[-1].links, sources))
    return Derived(_article_row(article, found, len(states)), revisions, parts, links)


def misnamed(archive: Archive, article: str, sources: Sources) -> str | None:
    """What is wrong with the identities under which an article stands; None where they are what the facts say."""
    paper, said = _paper(article, sources), Said(archive.conn)
    found = groups(archive, paper, article, said) if paper else []
    if (group := next((group for group in found if article in group.names), None)) is None:
        return None
    right, there = rows_of([group]), said.rows(group.names)
    if group.names[0] != article or right != there or set(said.mates(article)) != set(group.names):
        return f"its pages say that it is {', '.join(group.names)}, and the table `aliases` says otherwise"
    return None


def _paper(article: str, sources: Sources) -> Source | None:
    return sources.get(article.partition(":")[0])


def _visits(archive: Archive, names: list[str], sources: Sources) -> list[Visit]:
    """The visits to an article, oldest first, at all its identities."""
    return _in_order({name: visits_of(archive, _paper(name, sources), name) for name in names})


def _in_order(of: dict[str, list[Visit]]) -> list[Visit]:
    if len(of) == 1:
        return next(iter(of.values()))
    named = ([msgspec.structs.replace(visit, article=name) for visit in visits] for name, visits in of.items())
    return list(heapq.merge(*named, key=lambda visit: (visit.fetched_at, visit.url)))


def derive_article(archive: Archive, article: str, sources: Sources) -> None:
    """Derive one article anew from its pages, find out anew what it is one article with, and compare it with others.

    Articles that this unites become one row, and those that it parts several; without a good page one is taken out.
    """
    _derive(archive, article, sources, compare=True)


def _derive(archive: Archive, article: str, sources: Sources, *, compare: bool) -> None:
    with archive.transaction() as db:
        paper, said = _paper(article, sources), Said(db)
        found = groups(archive, paper, article, said) if paper else []
        if not paper:
            _put(archive, article, [article], _visits(archive, [article], sources), sources, compare=compare)
        for names, visits in _changed(archive, article, found, said, sources):
            _put(archive, names[0], names, visits, sources, compare=compare)
        db.execute("DELETE FROM underived WHERE article = ?", (article,))


def _changed(
    archive: Archive, article: str, found: list[Group], said: Said, sources: Sources
) -> Iterator[tuple[list[str], list[Visit]]]:
    """Write what `found` says of aliases; the articles that have to be written anew for it, or for `article` itself.

    Each as its identities, the one that it is shown under first, with its visits; one that is gone without any.
    """
    db, here = archive.conn, {name for group in found for name in group.names} | {article}
    before, now = said.rows(sorted(here)), rows_of(found)
    old = {name: said.mates(name) for name in sorted(here)}
    if before != now:
        db.executemany("DELETE FROM aliases WHERE alias = ?", [(alias,) for alias in before.keys() - now.keys()])
        put = "INSERT OR REPLACE INTO aliases (alias, article, why) VALUES (?, ?, ?)"
        db.executemany(put, [(alias, *now[alias]) for alias in sorted(now) if before.get(alias) != now[alias]])
    if not any(article in group.names for group in found):
        yield [article], []
    moved = set[str]()
    for group in found:
        was = old[group.names[0]]
        if changed := (was[0] != group.names[0] or set(was) != set(group.names)):
            moved.update(was, group.names)
        if changed or article in group.names:
            yield group.names, _in_order({member.article: member.visits for member in group.members})
    for name in sorted(moved):
        _lead_links(archive, name, sources)


def _lead_links(archive: Archive, name: str, sources: Sources) -> None:
    """Let links to what has been united, or parted, lead to where it is shown now."""
    links = archive.conn.execute("SELECT rowid, url FROM links WHERE target = ?", (name,)).fetchall()
    led = [(target, number) for number, url in links if (target := target_of(archive, url, sources)) != name]
    archive.conn.executemany("UPDATE links SET target = ? WHERE rowid = ?", led)


def _put(
    archive: Archive, article: str, names: list[str], found: list[Visit], sources: Sources, *, compare: bool
) -> None:
    """Write one article, which has all these identities, in the place of whatever stands under any of them.

    With `compare` its copies are found anew, and those of what it takes the place of are not any more.
    """
    db = archive.conn
    there = f"SELECT id, article FROM articles WHERE article IN ({', '.join('?' * len(names))}) ORDER BY id"  # noqa: S608
    rows = db.execute(there, names).fetchall()
    if not compare:
        _write_over(archive, article, rows, found, sources)
        return
    united = [name for _, name in rows if name != article]
    for name in united:
        forget(db, name)
    with comparing(db, article, sources):
        _write_over(archive, article, rows, found, sources)
    if united:
        compare_again(archive, sources)


def _write_over(
    archive: Archive, article: str, rows: list[tuple[int, str]], found: list[Visit], sources: Sources
) -> None:
    db = archive.conn
    for number, _ in rows:
        for table in OF_ARTICLE:
            db.execute(f"DELETE FROM {table} WHERE article = ?", (number,))  # noqa: S608 -- our names
    made = _made(archive, article, found, sources)
    for number, _ in rows if made is None else rows[1:]:
        db.execute("DELETE FROM articles WHERE id = ?", (number,))
    if made:
        _write(archive, made, rows[0][0] if rows else None)


def led_away(archive: Archive, source: Source, page: Page, sources: Sources) -> None:
    """Derive anew what a kept redirect says another address of. Call it in the transaction that keeps `page`."""
    if page.kind == "article" and page.status in FOR_GOOD:
        article = article_key(source, page.url)
        if archive.conn.execute("SELECT 1 FROM cleanings WHERE article = ? LIMIT 1", (article,)).fetchone():
            derive_article(archive, article, sources)


def settle(archive: Archive, sources: Sources, progress: Progress | None = None) -> int:
    """Derive every article that waits in `underived`, in short transactions; answers how many. Killed, it goes on."""
    total: int = archive.conn.execute("SELECT count(*) FROM underived").fetchone()[0]
    done = 0
    while waiting := archive.conn.execute(
        "SELECT article, same FROM underived ORDER BY 1 LIMIT ?", (BATCH,)
    ).fetchall():
        with archive.transaction() as db:
            for article, same in waiting:
                if same and not _is_more(archive, article, sources):
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


def _is_more(archive: Archive, article: str, sources: Sources) -> bool:
    """Whether more is shown of an article than the pages of one identity, each alone, so that it is derived anew.

    It has, or may have, another identity; or it stands on several pages, or stood so by an earlier declaration.
    """
    if archive.conn.execute(_HAS_PARTS, (article,)).fetchone() or len(mates(archive.conn, article)) > 1:
        return True
    paper = _paper(article, sources)
    if paper is None or not paper.in_parts:
        return paper is not None and paper.renumbers
    return len({part_of(paper, url) for (url,) in archive.conn.execute(_URLS, (article,))}) > 1


def rebuild(archive: Archive, sources: Sources, progress: Progress | None = None) -> int:
    """Drop everything derived and derive it again, in one transaction; answers the number of articles.

    Progress goes through the articles twice: the second time each is looked at for copies.

    Articles are numbered by (first fetch, identity), so two rebuilds of the same facts give the same bytes.
    """
    from archive.migrations import disable_search, enable_search  # sqlite-utils: deriving one article needs none

    with archive.transaction() as db:
        disable_search(archive.db)
        clear(db)
        for table in (*OF_ARTICLE, "articles", "underived", "aliases"):
            db.execute(f"DELETE FROM {table}")  # noqa: S608 -- our names
        total = db.execute(f"SELECT count(*) FROM ({_ARTICLES_IN_ORDER})").fetchone()[0] if progress else 0  # noqa: S608
        for done, row in enumerate(archive.rows(_ARTICLES_IN_ORDER), 1):
            _derive(archive, row["article"], sources, compare=False)
            if progress:
                progress(done, 2 * total)
        catch_up(archive, sources, (lambda done, of: progress(total + done, total + of)) if progress else None)
        enable_search(archive.db)
        all_judged(db)
        return int(db.execute("SELECT count(*) FROM articles").fetchone()[0])


def _write(archive: Archive, made: Derived, number: int | None) -> None:
    row = made.row | ({"id": number} if number else {})
    values = {name: f"CAST(:{name} AS TEXT)" if isinstance(row[name], bytes) else f":{name}" for name in row}
    if number:
        changes = ", ".join(f"{name} = {value}" for name, value in values.items())
        archive.conn.execute(f"UPDATE articles SET {changes} WHERE id = :id", row)  # noqa: S608 -- our column names
    else:
        put = f"INSERT INTO articles ({', '.join(values)}) VALUES ({', '.join(values.values())})"  # noqa: S608
        done = archive.conn.execute(put, row)
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
        "INSERT INTO links (article, n, kind, url, title, target, place) VALUES (?, ?, ?, ?, ?, ?, ?)",
        [(number, *link) for link in made.links],
    )
    place(archive.conn, number)
    archive.at_end(index_new)


def _article_row(key: str, found: list[Visit], revisions: int) -> dict[str, Any]:
    newest = found[-1]
    return newest.work.columns | {
        "article": key,
        "first_seen": found[0].fetched_at,
        "last_seen": newest.fetched_at,
        "revisions": revisions,
        "page": newest.shows,
        "cleaner": newest.cleaner,
    }
