"""Which articles a search finds, and in which order: article numbers, not yet articles."""

from collections.abc import Iterator
from functools import cached_property
from typing import Any

import msgspec

from archive.choice import Choice, chosen
from archive.query import Query, clause, spaced
from archive.store import Archive

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
_SINCE = "AND rowid > :since"
_OF_HITS = "AND rowid > :since AND +rowid IN (SELECT value FROM json_each(:ids))"
"""FTS5 begins at the earliest of them, and goes through what came since."""
_AMONG = "SELECT {columns} FROM articles WHERE id IN (SELECT value FROM json_each(:ids))"
_SCORED = """
SELECT json_group_array(id) FROM (
  SELECT rowid AS id FROM articles_fts
  WHERE articles_fts MATCH :weighing AND +rowid IN (SELECT value FROM json_each(:ids))
  ORDER BY rowid IN (SELECT value FROM json_each(:typed)) DESC, bm25(articles_fts, 4, 1, 1), rowid
)
"""


class Ranking:
    """The hits of one search, as article numbers, of which only as many are looked for as are wanted."""

    def __init__(self, archive: Archive, query: Query, choice: Choice) -> None:
        self._archive, self._query = archive, query
        by, self._values = chosen(archive, choice)
        self._only = f"AND +rowid IN ({by})" if by else ""  # "+": FTS5 would seek every one of them

    def best(self, limit: int, many: int = MANY) -> tuple[list[int], bool]:
        """The hits in order, and whether these are all: best first up to `many`, newest first, `limit` of them at
        least where there are so many, of more."""
        weighing = self._query.weighing(self._common(many))
        hits = self._hits(many + 1) if weighing else []
        if not weighing or len(hits) > many:
            return self._newest_of_many(limit)
        values = {"ids": _listed(hits), "typed": _listed(self._typed(hits))}
        return self._numbers(_SCORED, weighing=weighing, **values) if hits else [], True

    def _hits(self, most: int) -> list[int]:
        """The hits that came last, at most so many."""
        return self._latest(self._query.match, most, self._only)

    def _newest_of_many(self, limit: int) -> tuple[list[int], bool]:
        """The newest of hits that may be too many to read all; in the older articles only where they are wanted."""
        most = max(limit, RECENT)
        hits = self._latest(self._query.match, most + 1, f"{self._only} {_SINCE}", since=self._last - HEAVY)
        older = len(hits) < limit or self._last <= HEAVY
        if len(hits) < limit:
            hits = self._hits(most + 1)
        return self._newest_first(hits[:most]), older and len(hits) <= most

    def _newest_first(self, hits: list[int]) -> list[int]:
        """Those that hold the words as typed, then those with the words in the title, then the latest published."""
        typed, keys = set(self._typed(hits)), []
        for row in among(self._archive, "id, title, published", hits):
            title = spaced(row["title"] or "")
            there = row["id"] in typed
            keys.append((there, self._query.stands_in(title, not there), row["published"] or "", row["id"]))
        return [number for *_, number in sorted(keys, reverse=True)]

    def _typed(self, hits: list[int]) -> list[int]:
        """Those of `hits` that hold the words as typed."""
        if self._query.exact == self._query.match or not hits:
            return hits
        return self._latest(self._query.exact, len(hits), _OF_HITS, ids=_listed(hits), since=min(hits) - 1)

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
        (row,) = self._archive.rows(sql, self._values | values)
        return msgspec.json.decode(*row.values(), type=list[int])


def among(archive: Archive, columns: str, numbers: list[int]) -> Iterator[dict[str, Any]]:
    """`columns` of these articles, in no order."""
    return archive.rows(_AMONG.format(columns=columns), {"ids": _listed(numbers)})


def _listed(numbers: list[int]) -> str:
    return msgspec.json.encode(numbers).decode()
