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

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Literal

import msgspec

from archive.catalogue import Catalogue, Shelf, months
from archive.cells import rows_as_csv
from archive.choice import Choice
from archive.marks import Span, excerpt, spans
from archive.query import EmptyQuery as EmptyQuery
from archive.query import Query
from archive.query import parse as parse
from archive.ranking import MANY, Ranking, among
from archive.store import Archive
from archive.survey import Survey

Order = Literal["best", "newest", "oldest"]
_COLUMNS = "id, article, url, source, title, published, published_precision, authors, text"
COLUMNS = ("published", "precision", "source", "title", "authors", "url", "article", "excerpt", "copies")
"""Of a table of hits."""
_SAME = """
SELECT article, original FROM copies
WHERE article IN (SELECT value FROM json_each(:ids)) AND original IN (SELECT value FROM json_each(:ids))
  AND kind NOT IN ('roundup', 'part')
"""
"""A roundup or a part does not tell the whole story, so it is not folded together with it."""


class Same(msgspec.Struct, frozen=True):
    """A hit that tells the same story as another one, and is folded into that."""

    article: str
    url: str
    source: str


class Hit(msgspec.Struct, frozen=True, omit_defaults=True):
    """One article found; `excerpt` is in true spelling, around the first hit."""

    url: str
    source: str
    title: str | None
    published: str | None
    excerpt: str
    article: str = ""
    """Identity."""
    precision: str | None = None
    authors: list[str] = []
    title_marks: list[Span] = []
    """Which letters of the title were found."""
    excerpt_marks: list[Span] = []
    copies: list[Same] = []


class Count(msgspec.Struct, frozen=True):
    """How many hits are of a paper, or of a month (`YYYY-MM`; None: undated)."""

    name: str | None
    articles: int


class Results(msgspec.Struct, frozen=True, kw_only=True):
    """One page of a search. Folded copies count as one hit in `shown` and on their own in `articles`."""

    articles: int
    """How many there are."""
    shown: int
    """How many of them can be paged through: all, or the newest of very many."""
    whole: bool
    """Whether these are all."""
    order: Order
    page: int
    pages: int
    size: int
    """Hits on one page."""
    hits: list[Hit]
    papers: list[Count]
    months: list[Count]


def search(
    archive: Archive,
    text: str,
    *,
    exact: bool = False,
    choice: Choice | None = None,
    limit: int = 20,
    many: int = MANY,
) -> Iterator[Hit]:
    """The articles that hold all words of `text`: best first, or newest first where more than `many` do."""
    query = parse(text, exact)
    found, _ = Ranking(archive, query, choice or Choice()).best(limit, many)
    yield from _hits(archive, query, [(number, ()) for number in found[:limit]])


def find(
    archive: Archive,
    text: str = "",
    *,
    exact: bool = False,
    choice: Choice | None = None,
    order: Order = "best",
    folded: bool = False,
    page: int = 1,
    size: int = 20,
    shelf: Shelf | None = None,
) -> Results:
    """One page of the articles that hold all words of `text` and are of the `choice`, with counts of all of them.

    Without words all that are chosen, newest first. `folded`: articles that tell one story are one hit. Whoever asks
    often gives a `shelf`. Raises `EmptyQuery` where `text` has letters but no word that is wanted.
    """
    query = parse(text, exact) if text.strip() else None
    with archive.reading():
        known = shelf.fresh(archive) if shelf else Catalogue.of(archive)
        return _found(
            archive, Survey(archive, known, query, choice or Choice()), known, query, order, folded, page, size
        )


def _found(
    archive: Archive,
    survey: Survey,
    known: Catalogue,
    query: Query | None,
    order: Order,
    folded: bool,
    page: int,
    size: int,
) -> Results:
    limit = page * size
    most = max(limit, MANY)
    found, whole = survey.best(limit) if order == "best" else survey.by_time(most, oldest=order == "oldest")
    groups = _folded(archive, found) if folded else [(number, ()) for number in found]
    papers, days = known.counted(survey.found)
    return Results(
        articles=len(survey.found),
        shown=len(groups),
        whole=whole,
        order=order if query or order == "oldest" else "newest",
        page=page,
        pages=-(-len(groups) // size),
        size=size,
        hits=list(_hits(archive, query, groups[limit - size : limit])),
        papers=[Count(name, n) for name, n in papers.most_common()],
        months=[Count(name, n) for name, n in sorted(months(days).items(), key=lambda one: one[0] or "")],
    )


def hits_as_csv(hits: Iterable[Hit]) -> Iterator[str]:
    """The hits as a table for spreadsheets, a line at a time."""
    named = ({**msgspec.structs.asdict(hit), "copies": [one.url for one in hit.copies]} for hit in hits)
    yield from rows_as_csv(COLUMNS, ([row[column] for column in COLUMNS] for row in named))


def _folded(archive: Archive, found: list[int]) -> list[tuple[int, tuple[int, ...]]]:
    """The hits, each with those that tell its story and came after it."""
    heads = {number: number for number in found}
    places = {number: place for place, number in enumerate(found)}
    for row in archive.rows(_SAME, {"ids": msgspec.json.encode(found).decode()}):
        one, other = (_head(heads, row[end]) for end in ("article", "original"))
        if one != other:
            first, later = sorted((one, other), key=places.__getitem__)
            heads[later] = first
    groups: dict[int, list[int]] = {}
    for number in found:
        groups.setdefault(_head(heads, number), []).append(number)
    return [(first, tuple(others)) for first, *others in groups.values()]


def _head(heads: dict[int, int], number: int) -> int:
    while heads[number] != number:
        heads[number] = number = heads[heads[number]]
    return number


def _hits(archive: Archive, query: Query | None, groups: Sequence[tuple[int, tuple[int, ...]]]) -> Iterator[Hit]:
    firsts = [first for first, _ in groups]
    rows = {row["id"]: row for row in among(archive, _COLUMNS, firsts)}
    others = [number for _, same in groups for number in same]
    told = {row["id"]: Same(row["article"], row["url"], row["source"]) for row in
            among(archive, "id, article, url, source", others)} if others else {}  # fmt: skip
    for first, same in groups:
        yield _hit(rows[first], query, [told[number] for number in same])


def _hit(row: dict[str, Any], query: Query | None, copies: list[Same]) -> Hit:
    cut = excerpt(row["text"], query.words if query else ())
    return Hit(
        url=row["url"],
        source=row["source"],
        title=row["title"],
        published=row["published"],
        excerpt=cut,
        article=row["article"],
        precision=row["published_precision"],
        authors=msgspec.json.decode(row["authors"]),
        title_marks=spans(row["title"] or "", query) if query else [],
        excerpt_marks=spans(cut, query) if query else [],
        copies=copies,
    )
