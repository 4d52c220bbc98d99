"""Searching Vietnamese: with marks as they are written, without marks in any reading.

A word typed with vowel or tone marks finds that word, in both tone placements and i/y spellings (hoà/hòa, lý/lí):
"nằm" does not find "năm". A word typed without them finds every word that it may stand for; texts that hold it
exactly as typed come first, which bm25 alone does not do.

Within those two, a search that few articles answer (up to `MANY`) comes best first, by bm25. One that more answer, or
that asks for nothing but common words, comes newest first: of the `RECENT` hits that came into the archive last, those
with all words in the title, then the latest published. There bm25 has little to say, for a word that stands in more
than half of the texts weighs nothing in it, and it would first read every place of every word: seconds for "và" in a
million articles. FTS5 goes through the newest hits in a few milliseconds, however many there are. Such hits are looked
for in the newest `HEAVY` articles, in the older ones only where these hold too few; those as typed come first of them.
"""

import re
from collections.abc import Iterator
from functools import cached_property
from typing import Any

import msgspec

from archive.query import EmptyQuery as EmptyQuery
from archive.query import Query, clause, spaced
from archive.query import parse as parse
from archive.store import Archive
from config.fold import fold, is_marked, spellings

MANY = 5000
"""A search that more articles answer is answered newest first."""
RECENT = 500
"""Among so many of the latest hits those in titles are looked for."""
HEAVY = 100_000
"""A word of more articles is as common as one of more than half of them: to read all its places takes 0.1 s."""
SAMPLE = 1000
"""So many of the newest articles tell which words are common."""

_LATEST = """
SELECT json_group_array(id) FROM (
  SELECT rowid AS id FROM articles_fts WHERE articles_fts MATCH :query {only} ORDER BY rowid DESC LIMIT :limit
)
"""
_OF_SOURCE = "AND +rowid IN (SELECT id FROM articles WHERE source = :source)"  # "+": FTS5 would seek every one of them
_SINCE = "AND rowid > :since"
_OF_HITS = "AND +rowid IN (SELECT value FROM json_each(:ids))"
_AMONG = "SELECT {columns} FROM articles WHERE id IN (SELECT value FROM json_each(:ids))"
_SCORED = """
SELECT json_group_array(id) FROM (
  SELECT rowid AS id FROM articles_fts WHERE articles_fts MATCH :query AND +rowid IN (SELECT value FROM json_each(:ids))
  ORDER BY rowid IN (SELECT value FROM json_each(:typed)) DESC, bm25(articles_fts, 4, 1, 1), rowid LIMIT :limit
)
"""


class Hit(msgspec.Struct, frozen=True):
    """One article found; `excerpt` is in true spelling, around the first hit."""

    url: str
    source: str
    title: str | None
    published: str | None
    excerpt: str


def search(
    archive: Archive, text: str, *, exact: bool = False, source: str | None = None, limit: int = 20, many: int = MANY
) -> Iterator[Hit]:
    """The articles that hold all words of `text`: best first, or newest first where more than `many` do."""
    query = parse(text, exact)
    found = _Search(archive, query, source, limit).best(many)
    rows = {row["id"]: row for row in _among(archive, "id, url, source, title, published, text", found)}
    for row in (rows[number] for number in found):
        yield Hit(row["url"], row["source"], row["title"], row["published"], excerpt(row["text"], query.words))


class _Search:
    """One search; its methods answer article numbers."""

    def __init__(self, archive: Archive, query: Query, source: str | None, limit: int) -> None:
        self._archive, self._query, self._source, self._limit = archive, query, source, limit

    def best(self, many: int) -> list[int]:
        """The hits in order, at most `limit`."""
        weighing = self._query.weighing(self._common(many))
        hits = self._latest(self._query.match, many + 1) if weighing else []
        if not weighing or len(hits) > many:
            return self._newest_of_many()
        if self._source:
            hits = [row["id"] for row in _among(self._archive, "id, source", hits) if row["source"] == self._source]
        values = {"ids": _listed(hits), "typed": _listed(self._typed(hits)), "limit": self._limit}
        return self._numbers(_SCORED, query=weighing, **values) if hits else []

    def _newest_of_many(self) -> list[int]:
        """The newest of hits that may be too many to read all; in the older articles only where they are wanted."""
        most, only = max(self._limit, RECENT), _OF_SOURCE if self._source else ""
        values = {"source": self._source, "since": self._last - HEAVY}
        hits = self._latest(self._query.match, most, f"{only} {_SINCE}", **values)
        if len(hits) < self._limit:
            hits = self._latest(self._query.match, most, only, **values)
        return self._newest_first(hits)

    def _newest_first(self, hits: list[int]) -> list[int]:
        """Those that hold the words as typed, then those with the words in the title, then the latest published.

        The texts are read here: FTS5 would go through the whole archive for words as typed that stand in none.
        """
        query, plain = self._query, self._query.exact == self._query.match
        columns = "id, title, published" + ("" if plain else ", text")
        keys = []
        for row in _among(self._archive, columns, hits):
            title = spaced(row["title"] or "")
            typed = plain or query.stands_in(f"{title}|{spaced(row['text'])}", False)
            keys.append((typed, query.stands_in(title, not typed), row["published"] or "", row["id"]))
        return [number for *_, number in sorted(keys, reverse=True)][: self._limit]

    def _typed(self, hits: list[int]) -> list[int]:
        """Those of `hits` that hold the words as typed."""
        if self._query.exact == self._query.match or not hits:
            return hits
        return self._latest(self._query.exact, len(hits), _OF_HITS, ids=_listed(hits))

    def _common(self, many: int) -> set[str]:
        """The words by which hits are not weighed: those of more than half of the articles, which weigh nothing in
        bm25, and of more than `HEAVY`, which it would count for too long. The newest articles stand for all.

        In an archive of no more than `many` articles none is.
        """
        if self._last <= many:
            return set()
        sql = "SELECT count(*) AS n FROM articles_fts WHERE articles_fts MATCH ? AND rowid > ?"
        counted = {
            word: next(self._archive.rows(sql, (clause((word,), self._query.loose), self._last - SAMPLE)))["n"]
            for word in self._query.words
        }
        return {word for word, count in counted.items() if count > SAMPLE * min(0.5, HEAVY / self._last)}

    @cached_property
    def _last(self) -> int:
        """The number of the article that came last; 0 in an empty archive."""
        return int(next(self._archive.rows("SELECT max(id) AS id FROM articles"))["id"] or 0)

    def _latest(self, match: str, limit: int, only: str = "", **values: object) -> list[int]:
        """The hits that came into the archive last. FTS5 goes through them in this order and stops at `limit`."""
        return self._numbers(_LATEST.format(only=only), query=match, limit=limit, **values)

    def _numbers(self, sql: str, **values: object) -> list[int]:
        """The one JSON array that `sql` answers: thousands of rows one by one would cost more than finding them."""
        (row,) = self._archive.rows(sql, values)
        return msgspec.json.decode(*row.values(), type=list[int])


def _among(archive: Archive, columns: str, numbers: list[int]) -> Iterator[dict[str, Any]]:
    """`columns` of these articles, in no order."""
    return archive.rows(_AMONG.format(columns=columns), {"ids": _listed(numbers)})


def _listed(numbers: list[int]) -> str:
    return msgspec.json.encode(numbers).decode()


def excerpt(text: str, words: tuple[str, ...], width: int = 160) -> str:
    """`width` letters of `text` around the first place that holds one of `words`, on one line.

    A word with marks is looked for as it is written, in its accepted spellings; one without, marks aside.
    """
    at = min((place for word in words if (place := _place(text, word)) is not None), default=0)
    start = max(0, at - width // 3)
    cut = re.sub(r"\s+", " ", text[start : start + width]).strip()
    return ("…" if start else "") + cut + ("…" if start + width < len(text) else "")


def _place(text: str, word: str) -> int | None:
    """Where `word` first stands in `text`, or None. Folding keeps the length of NFC Vietnamese."""
    marked = is_marked(word)
    where = text.lower() if marked else fold(text)
    forms = spellings(word) if marked else [fold(word)]
    found = re.search(rf"\b(?:{'|'.join(map(re.escape, forms))})\b", where) if len(where) == len(text) else None
    return found.start() if found else None
