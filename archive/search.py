"""Searching Vietnamese: with marks as they are written, without marks in any reading.

A word typed with vowel or tone marks finds that word, in both tone placements and i/y spellings (hoà/hòa, lý/lí):
"nằm" does not find "năm". A word typed without them finds every word that it may stand for; texts that hold it
exactly as typed come first, which bm25 alone does not do.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice, product

import msgspec

from archive.store import Archive
from config.fold import fold, is_marked, spellings

_TERM = re.compile(r'(?P<minus>-)?(?:"(?P<phrase>[^"]*)"?|(?P<words>[^\s"]+))')
_MOST = 64
_WORD = re.compile(r"\w+")
_FIND = """
WITH best AS (
  SELECT f.rowid AS id, f.rowid IN (SELECT rowid FROM articles_fts WHERE articles_fts MATCH :exact) AS exact,
         bm25(articles_fts, 4, 1, 1) AS score
  FROM articles_fts f {join} WHERE articles_fts MATCH :query ORDER BY exact DESC, score, f.rowid LIMIT :limit
)
SELECT a.id, a.url, a.source, a.title, a.published, a.text FROM best JOIN articles a USING (id)
ORDER BY exact DESC, score, a.id
"""
_OF_SOURCE = "JOIN articles s ON s.id = f.rowid AND s.source = :source"


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
    values = {"query": query.match, "exact": query.exact, "source": source, "limit": limit}
    for row in archive.rows(_FIND.format(join=_OF_SOURCE if source else ""), values):
        yield Hit(row["url"], row["source"], row["title"], row["published"], excerpt(row["text"], query.words))


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


def _clause(term: tuple[str, ...], loose: bool) -> str:
    """FTS5 for one word or phrase; unmarked words are looked for in the folded column too.

    In a phrase of both kinds the folded phrase counts where the marked words stand in the text as they are written.
    """
    exact = "{title text} : " + _variants(term)
    marked = [word for word in term if is_marked(word)]
    if not loose or len(marked) == len(term):
        return f"({exact})"
    folded = [
        f'(folded : "{fold(" ".join(term))}")',
        *("({title text} : " + _variants((word,)) + ")" for word in marked),
    ]
    return f"(({exact}) OR ({' AND '.join(folded)}))"


def _variants(term: tuple[str, ...]) -> str:
    """The spellings of a phrase, joined by OR; of very many only the first `_MOST`."""
    phrases = islice(product(*map(spellings, term)), _MOST)
    return "(" + " OR ".join(f'"{" ".join(p)}"' for p in phrases) + ")"


def _all(wanted: list[str], unwanted: list[str]) -> str:
    query = " AND ".join(wanted)
    return f"({query}) NOT ({' OR '.join(unwanted)})" if unwanted else query
