"""The family of a story: all articles that copies tie together, who printed it first, and what each made of it."""

from collections.abc import Iterator, Sequence
from itertools import groupby
from sqlite3 import Connection

import msgspec

from archive.copies import candidates, issues
from archive.likeness import judge, series
from archive.pairs import Subject, made, subject, subjects
from archive.precedence import delay, order
from archive.shingles import RUN, read
from archive.store import Archive
from config.fold import fold
from config.sources import Sources

MOST = 500
"""Members that are told; of a larger family those nearest to the one asked for."""
PASSAGE = 3
"""Words of the shortest passage that is told as left out or added."""

_FAMILY = """
WITH RECURSIVE family (id, onward) AS (
  SELECT :id, 1
  UNION SELECT c.original, c.kind NOT IN ('roundup', 'part')
  FROM family f JOIN copies c ON c.article = f.id WHERE onward
  UNION SELECT c.article, c.kind NOT IN ('roundup', 'part')
  FROM family f JOIN copies c ON c.original = f.id WHERE onward
  LIMIT :most
) SELECT DISTINCT id FROM family
"""
"""A roundup belongs to the family of each of its stories, but does not make one family of them."""
_SHOWN = "SELECT url, text FROM articles WHERE id = ?"


class Member(msgspec.Struct, frozen=True, kw_only=True):
    """One article of the family. What follows `asked` is told against the first one, or the one asked for."""

    url: str
    source: str
    title: str | None
    published: str | None
    precision: str | None
    asked: bool
    role: str
    """first, copy, or unknown: its time of publication does not tell."""
    delay: float | None = None
    """Hours after the first one."""
    kind: str | None = None
    taken: float | None = None
    """Share of its five-word runs that stand in the other."""
    left_in: float | None = None
    """Share of the other's that stand in it."""
    credit: str | None = None
    names: str | None = None
    within: bool = False
    """It is of the same paper as the other."""
    cut: tuple[str, ...] = ()
    """Passages of the other that it left out, in reading order."""
    added: tuple[str, ...] = ()


class Near(msgspec.Struct, frozen=True):
    """An article that shares much of its text and is no copy, and why."""

    url: str
    source: str
    title: str | None
    why: str


class Family(msgspec.Struct, frozen=True):
    """The members, first publisher first."""

    first: Member | None
    """Who printed it first, by the times that the papers state; None where these do not tell."""
    against: str
    """URL of the member that the others are told against."""
    members: list[Member]
    near: list[Near]


def family_of(archive: Archive, sources: Sources, article: str) -> Family | None:
    """The family of the article with this identity, itself at least; None where there is no such article."""
    with archive.reading() as db:
        asked = subject(db, article)
        if asked is None:
            return None
        numbers = [row[0] for row in db.execute(_FAMILY, {"id": asked.id, "most": MOST})]
        members = sorted(subjects(db, numbers), key=_by_time)
        first = _first(members)
        against = first or asked
        told = [_member(db, each, against, first, asked, sources) for each in members]
        near = list(_near(db, asked, set(numbers)))
        return Family(told[0] if first else None, _shown(db, against)[0], told, near)


def _by_time(one: Subject) -> tuple[bool, str, str]:
    return one.published is None, one.published or "", one.article


def _first(members: Sequence[Subject]) -> Subject | None:
    """The one that was published before every other that states a time."""
    first, *others = (one for one in members if one.published) if any(one.published for one in members) else (None,)
    if first and all(_before(first, other) for other in others):
        return first
    return None


def _before(one: Subject, other: Subject) -> bool:
    return order(one.published, one.precision, other.published, other.precision) == -1


def _member(
    db: Connection, one: Subject, against: Subject, first: Subject | None, asked: Subject, sources: Sources
) -> Member:
    url, text = _shown(db, one)
    member = Member(
        url=url,
        source=one.source,
        title=one.title,
        published=one.published,
        precision=one.precision,
        asked=one.id == asked.id,
        role="first" if one is first else "copy" if first and one.published else "unknown",
    )
    if one.id == against.id:
        return member
    copy = made(db, one, against, judge(one.told, against.told), sources)
    straight = copy.article == one.id
    cut, added = _passages(_shown(db, against)[1], text), _passages(text, _shown(db, against)[1])
    return msgspec.structs.replace(
        member,
        delay=delay(against.published, against.precision, one.published, one.precision) if first else None,
        kind=copy.kind,
        taken=copy.taken if straight else copy.left_in,
        left_in=copy.left_in if straight else copy.taken,
        credit=copy.credit if straight else None,
        names=copy.names if straight else None,
        within=bool(copy.within),
        cut=tuple(cut),
        added=tuple(added),
    )


def _passages(text: str, other: str) -> Iterator[str]:
    """The passages of `text` that do not stand in `other`, as they are printed."""
    mine, theirs = read(fold(text)), read(fold(other))
    printed = read(text).words if len(read(text).words) == len(mine.words) else mine.words
    kept = [False] * len(mine.words)
    for at, run in enumerate(mine.runs):
        if run in theirs.every:
            kept[at : at + RUN] = [True] * RUN
    for is_kept, places in groupby(range(len(kept)), key=kept.__getitem__):
        if not is_kept and len(words := [printed[at] for at in places]) >= PASSAGE:
            yield " ".join(words)


def _shown(db: Connection, one: Subject) -> tuple[str, str]:
    url, text = db.execute(_SHOWN, (one.id,)).fetchone()
    return url, text


def _near(db: Connection, asked: Subject, family: set[int]) -> Iterator[Near]:
    """What shares enough of its sample to be compared, and was found to be no copy."""
    for other in subjects(db, [number for number in candidates(db, asked) if number not in family]):
        issue = next((one for one in (asked, other) if issues(db, one)), None)
        if why := judge(asked.told, other.told).why_not or (_column(issue) if issue else ""):
            yield Near(_shown(db, other)[0], other.source, other.title, why)


def _column(issue: Subject) -> str:
    begun = series(issue.title or "")
    return f"an issue of a recurring column: the titles of its paper begin “{begun}” and name a day"
