"""Searching Vietnamese: with marks as they are written, without marks in any reading.

A word typed with vowel or tone marks finds that word, in both tone placements and i/y spellings (hoà/hòa, lý/lí):
"nằm" does not find "năm". A word typed without them finds every word that it may stand for; texts that hold it
exactly as typed come first, which bm25 alone does not do.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

import msgspec

from archive.store import Archive
from config.fold import fold, is_marked, spellings

_TERM = re.compile(r'(?P<minus>-)?(?:"(?P<phrase>[^"]*)"?|(?P<words>[^\s"]+))')
_WORD = re.compile(r"\w+")
_FIND = """
SELECT a.id, a.url, a.source, a.title, a.published, a.published_day, a.text
FROM articles_fts f JOIN articles a ON a.id = f.rowid
WHERE articles_fts MATCH :query {spans}
ORDER BY f.rowid IN (SELECT rowid FROM articles_fts WHERE articles_fts MATCH :exact) DESC,
         bm25(articles_fts, 4, 1, 1), a.id
LIMIT :limit
"""


class Hit(msgspec.Struct, frozen=True):
    """One article found; `excerpt` is in true spelling, around the first hit."""

    url: str
    source: str
    title: str | None
    published: str | None
    excerpt: str


@dataclass(frozen=True)
class Query:
    """A search in FTS5's language: `match` finds, `exact` tells which of the found hold the words as typed."""

    match: str
    exact: str
    words: tuple[str, ...]


class EmptyQuery(ValueError):
    """Nothing to search for; raised by `parse`."""


def parse(text: str, exact: bool = False) -> Query:
    """A reader's words in FTS5's language: words are joined by AND, "…" is a phrase, a leading - excludes.

    With `exact`, unmarked words too are only found as they are typed.
    """
    wanted: list[tuple[str, ...]] = []
    unwanted: list[tuple[str, ...]] = []
    for found in _TERM.finditer(unicodedata.normalize("NFC", text)):
        term = tuple(_WORD.findall(found["phrase"] or found["words"] or ""))
        if term and found["minus"]:
            unwanted.append(term)
        elif term:
            wanted.append(term)
    if not wanted:
        raise EmptyQuery("nothing to search for: give at least one word")
    loose = _all([_clause(t, not exact) for t in wanted], [_clause(t, not exact) for t in unwanted])
    strict = _all([_clause(t, False) for t in wanted], [_clause(t, False) for t in unwanted])
    return Query(loose, strict, tuple(word for term in wanted for word in term))


def search(
    archive: Archive, text: str, *, exact: bool = False, source: str | None = None, limit: int = 20
) -> Iterator[Hit]:
    """The articles that hold all words of `text`, best first."""
    query = parse(text, exact)
    spans = "AND a.source = :source" if source else ""
    values = {"query": query.match, "exact": query.exact, "source": source, "limit": limit}
    for row in archive.rows(_FIND.format(spans=spans), values):
        yield Hit(row["url"], row["source"], row["title"], row["published"], excerpt(row["text"], query.words))


def excerpt(text: str, words: tuple[str, ...], width: int = 160) -> str:
    """`width` letters of `text` around the first place that holds one of `words`, marks aside, on one line."""
    folded = fold(text)
    at = -1
    if len(folded) == len(text):
        places = [m.start() for w in words if (m := re.search(rf"\b{re.escape(fold(w))}\b", folded))]
        at = min(places, default=-1)
    start = max(0, at - width // 3)
    cut = re.sub(r"\s+", " ", text[start : start + width]).strip()
    return ("…" if start else "") + cut + ("…" if start + width < len(text) else "")


def _clause(term: tuple[str, ...], loose: bool) -> str:
    """FTS5 for one word or phrase; unmarked ones look into the folded column too."""
    exact = "{title text} : " + _variants(term)
    if not loose or any(is_marked(word) for word in term):
        return f"({exact})"
    return f'(({exact}) OR (folded : "{fold(" ".join(term))}"))'


def _variants(term: tuple[str, ...]) -> str:
    """All spellings of a phrase, joined by OR; a long phrase varies one word at a time to stay small."""
    phrases = [term]
    for place, word in enumerate(term):
        phrases += [(*term[:place], other, *term[place + 1 :]) for other in spellings(word)[1:]]
    return "(" + " OR ".join(f'"{" ".join(p)}"' for p in phrases) + ")"


def _all(wanted: list[str], unwanted: list[str]) -> str:
    query = " AND ".join(wanted)
    return f"({query}) NOT ({' OR '.join(unwanted)})" if unwanted else query
