"""Two articles as a row of `copies`: which is the copy, how long after, what it kept, whom it names."""

from collections.abc import Iterable
from sqlite3 import Connection
from typing import Any

import msgspec

from archive.credits import credited, towards
from archive.likeness import Likeness, Told, judge, kind
from archive.precedence import delay, order
from archive.ready import prose, sample
from archive.shingles import Reading, Sample, read
from config.sources import Sources

_Named = tuple[str, str] | None
_COLUMNS = "id, article, source, title, published, published_precision, credit, folded"


class Subject(msgspec.Struct, frozen=True):
    """What copies depend on of one article, as the columns of `articles` hold it; its credits stand in `text` too."""

    id: int
    article: str
    source: str
    title: str | None
    published: str | None
    precision: str | None
    credit: str | None
    folded: str

    @property
    def reading(self) -> Reading:
        """Its prose."""
        return read(prose(self.folded))

    @property
    def sample(self) -> Sample:
        """The runs by which it is found."""
        return sample(self.folded)

    @property
    def told(self) -> Told:
        """What is looked at to decide whether it is a copy."""
        return Told(self.source, self.title or "", self.published[:10] if self.published else None, self.reading)


class Copy(msgspec.Struct, frozen=True):
    """One row of `copies`."""

    article: int
    original: int
    known: str | None
    delay: float | None
    kind: str
    taken: float
    left_in: float
    words: int
    credit: str | None
    names: str | None
    within: int

    @property
    def row(self) -> tuple[Any, ...]:
        """The columns in their order."""
        return msgspec.structs.astuple(self)


def subject(db: Connection, article: str) -> Subject | None:
    """The article with this identity."""
    row = db.execute(f"SELECT {_COLUMNS} FROM articles WHERE article = ?", (article,)).fetchone()  # noqa: S608
    return Subject(*row) if row else None


def subjects(db: Connection, numbers: Iterable[int], *, by_date: bool = False) -> list[Subject]:
    """The articles with these numbers, in the order of their identities, or of publication."""
    if not (wanted := list(numbers)):
        return []
    listed = msgspec.json.encode(wanted).decode()
    order_by = "published IS NULL, published, article" if by_date else "article"
    sql = f"SELECT {_COLUMNS} FROM articles WHERE id IN (SELECT value FROM json_each(?)) ORDER BY {order_by}"  # noqa: S608
    return [Subject(*row) for row in db.execute(sql, (listed,))]


def pair(db: Connection, one: Subject, other: Subject, sources: Sources) -> Copy | None:
    """The row for two articles; None where neither is a copy of the other."""
    likeness = judge(one.told, other.told)
    return None if likeness.why_not else made(db, one, other, likeness, sources)


def made(db: Connection, one: Subject, other: Subject, likeness: Likeness, sources: Sources) -> Copy:
    """The row for two articles of which one is a copy, by `likeness`, which tells of the one and the other."""
    said = [credited(each.credit, _text(db, each.id), sources) for each in (one, other)]
    named = towards(said[0], one.source, other.source), towards(said[1], other.source, one.source)
    known, copies = _copier(one, other, named)
    copy, original, credit = (one, other, named[0]) if copies else (other, one, named[1])
    taken, left_in = (likeness.one, likeness.other) if copies else (likeness.other, likeness.one)
    return Copy(
        article=copy.id,
        original=original.id,
        known=known,
        delay=delay(original.published, original.precision, copy.published, copy.precision),
        kind=kind(taken, left_in),
        taken=round(taken, 3),
        left_in=round(left_in, 3),
        words=likeness.words,
        credit=credit[0] if credit else None,
        names=credit[1] if credit else None,
        within=int(one.source == other.source),
    )


def _copier(one: Subject, other: Subject, named: tuple[_Named, _Named]) -> tuple[str | None, bool]:
    """What tells which of two is the copy, and whether it is the one."""
    before = order(one.published, one.precision, other.published, other.precision)
    if before is not None:
        return "published", before > 0
    crediting = [said is not None and said[1] == "original" for said in named]
    if crediting[0] != crediting[1]:
        return "credit", crediting[0]
    return None, one.article > other.article


def _text(db: Connection, number: int) -> str:
    return str(db.execute("SELECT text FROM articles WHERE id = ?", (number,)).fetchone()[0])
