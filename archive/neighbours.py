"""The neighbours of an article, by links, by tags, by their text, as copies: one list, each with its reasons.

The score of a neighbour is the sum of its reasons' points (`archive.reasons`). Articles that are linked to and not in
the archive are neighbours too: wishes.
"""

from collections.abc import Iterable
from heapq import nlargest
from sqlite3 import Connection

import msgspec

from archive.ends import Ends, ends_of
from archive.nearby import by_text
from archive.reasons import COPY, Reason
from archive.store import Archive

MOST = 20
"""Neighbours that are told where nobody asks for another number."""
_ROUNDED = 0.002
"""More than rounding can change between two scores."""
_COPIES = """
SELECT original, iif(known IS NULL, 'unknown', 'first'), kind, delay FROM copies WHERE article = :id
UNION ALL SELECT article, iif(known IS NULL, 'unknown', 'later'), kind, delay FROM copies WHERE original = :id
LIMIT 1000
"""
_SHOWN = """
SELECT id, url, source, title, published FROM articles WHERE id IN (SELECT value FROM json_each(?))
"""


class Neighbour(msgspec.Struct, frozen=True, kw_only=True):
    """One neighbour. Of a wish title and URL are what the link says."""

    url: str
    source: str
    title: str | None
    published: str | None
    score: float
    """The sum of the reasons' points."""
    reasons: list[Reason]
    """The one with most points first."""
    kept: bool
    """Whether the archive holds it."""
    waits: bool | None = None
    """Of a wish: whether it waits in the frontier. None of what is kept, and in a published copy, which has none."""
    note: str | None = None
    """Of a wish: how it stands, in words."""


def neighbours_of(archive: Archive, article: str, most: int = MOST) -> list[Neighbour] | None:
    """The neighbours of the article with this identity, those with most points first; None where there is no such
    article. Reads one state of the archive."""
    with archive.reading() as db:
        row = db.execute("SELECT id FROM articles WHERE article = ?", (article,)).fetchone()
        if row is None:
            return None
        number = int(row[0])
        ends = ends_of(db, number, article, published=archive.published)
        reasons = ends.reasons
        for other, reason in (*_copies(db, number), *by_text(archive, number)):
            reasons.setdefault(other, []).append(reason)
        return sorted([*_kept(db, _nearest(reasons, most)), *_wishes(ends)], key=_order)[:most]


def _order(one: Neighbour) -> tuple[float, bool, str, str]:
    """Most points first; of equal ones what is kept, and then the newest."""
    newest = "".join(chr(0x10FFFF - ord(c)) for c in one.published or "")
    return -one.score, not one.kept, newest or "\U0010ffff", one.url


def _nearest(reasons: dict[int, list[Reason]], most: int) -> dict[int, list[Reason]]:
    """Those that can be among the first `most`: a tag ties an article to hundreds, which need not all be read."""
    scores = {number: sum(reason.points for reason in told) for number, told in reasons.items()}
    least = min(nlargest(max(most, 1), scores.values()), default=0.0) - _ROUNDED
    return {number: reasons[number] for number, score in scores.items() if score >= least}


def _copies(db: Connection, number: int) -> Iterable[tuple[int, Reason]]:
    for other, how, kind, hours in db.execute(_COPIES, {"id": number}):
        yield other, Reason(by="copy", how=how, points=COPY, kind=kind, hours=hours)


def _kept(db: Connection, reasons: dict[int, list[Reason]]) -> Iterable[Neighbour]:
    listed = msgspec.json.encode(list(reasons)).decode()
    for number, url, source, title, published in db.execute(_SHOWN, (listed,)):
        score, ordered = _summed(reasons[number])
        yield Neighbour(
            url=url, source=source, title=title, published=published, score=score, reasons=ordered, kept=True
        )


def _wishes(ends: Ends) -> Iterable[Neighbour]:
    for wish in ends.wishes:
        score, ordered = _summed(wish.reasons)
        yield Neighbour(
            url=wish.url,
            source=wish.source,
            title=wish.title or None,
            published=None,
            score=score,
            reasons=ordered,
            kept=False,
            waits=wish.waits,
            note=wish.note,
        )


def _summed(reasons: list[Reason]) -> tuple[float, list[Reason]]:
    ordered = sorted(reasons, key=lambda reason: (-reason.points, reason.by, reason.how, reason.url, reason.place))
    return round(sum(reason.points for reason in ordered), 3), ordered
