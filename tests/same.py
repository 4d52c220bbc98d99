"""What two archives say, without the numbers that each file gives its rows."""

import sqlite3
from pathlib import Path

FACTS = {
    "pages": "SELECT p.source, p.url, p.kind, p.fetched_at, p.status, p.headers, p.hints, p.truncated, p.tls, b.sha256,"
    " b.size, r.uid FROM pages p JOIN bodies b ON b.id = p.body LEFT JOIN runs r ON r.id = p.run",
    "runs": "SELECT uid, command, started, ended, outcome, stats FROM runs WHERE command NOT LIKE 'import %'",
    "withdrawals": "SELECT url, reason, withdrawn_at, article FROM withdrawals",
    "assets": "SELECT p.url, p.fetched_at, b.sha256, a.url FROM assets a JOIN pages p ON p.id = a.page"
    " JOIN bodies b ON b.id = p.body",
}
_ARTICLE = (
    "article, source, url, generation, kicker, title, lead, text, blocks, captions, image, authors, credit, published,"
    " published_raw, published_precision, published_from, modified, section, tags, related, language, word_count,"
    " cleaner, first_seen, last_seen, revisions, folded"
)
DERIVED = {
    "cleanings": "SELECT p.url, p.fetched_at, c.cleaner, c.article, c.reason, c.output, c.links, c.notes"
    " FROM cleanings c JOIN pages p ON p.id = c.page JOIN cleaners k ON k.source = p.source AND k.cleaner = c.cleaner",
    "articles": f"SELECT {_ARTICLE} FROM articles",
    "revisions": "SELECT a.article, r.n, r.sha, p.url, p.fetched_at, q.url, q.fetched_at FROM revisions r"
    " JOIN articles a ON a.id = r.article JOIN pages p ON p.id = r.first_page JOIN pages q ON q.id = r.last_page",
    "parts": "SELECT a.article, s.n, s.part, p.url, p.fetched_at FROM parts s JOIN articles a ON a.id = s.article"
    " JOIN pages p ON p.id = s.page",
    "links": "SELECT a.article, l.n, l.kind, l.url, l.title, l.target, l.place FROM links l"
    " JOIN articles a ON a.id = l.article",
    "aliases": "SELECT alias, article, why FROM aliases",
    "copies": "SELECT a.article, b.article, c.known, c.delay, c.kind, c.taken, c.left_in, c.words, c.credit, c.within"
    " FROM copies c JOIN articles a ON a.id = c.article JOIN articles b ON b.id = c.original",
}


def told(path: Path, queries: dict[str, str]) -> dict[str, list[tuple[object, ...]]]:
    """The rows of each query, in one order."""
    with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as db:
        return {name: sorted(db.execute(sql).fetchall(), key=repr) for name, sql in queries.items()}
