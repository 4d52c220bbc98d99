"""Cleaning stored pages inside a child process: it reads the archive itself, so no page crosses a process border."""

from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from archive.errors import DamagedBody, Withdrawn
from archive.facts import Cleaned, Drop, Encoded, Page, Record
from archive.held import Loss
from archive.ready import Ready
from archive.ready import made as made_ready
from archive.store import Archive
from config.sources import Source
from config.urls import part_of
from pipelines.compare import Output, changed_fields, losses, sample

_SHOWN = """
SELECT c.article, a.cleaner, c.output, a.page AS shown, a.url FROM articles a
JOIN cleanings c ON c.page = a.page AND c.cleaner = a.cleaner WHERE a.{by} = ? ORDER BY a.id LIMIT 1
"""
_SHOWN_PART = """
SELECT c.article, t.cleaner, c.output, t.page AS shown, a.url FROM parts t JOIN articles a ON a.id = t.article
JOIN cleanings c ON c.page = t.page AND c.cleaner = t.cleaner WHERE t.page = ? AND t.n = a.revisions LIMIT 1
"""
_PARTS = """
SELECT a.article, a.cleaner, c.output, a.page AS shown, a.url, p.url AS own FROM articles a
JOIN cleanings c ON c.page = a.page AND c.cleaner = a.cleaner JOIN pages p ON p.id = a.page
WHERE a.article = coalesce((SELECT article FROM aliases WHERE alias = :article AND why <> 'claimed'), :article)
UNION ALL SELECT a.article, t.cleaner, c.output, t.page, a.url, p.url FROM articles a
JOIN parts t ON t.article = a.id AND t.n = a.revisions
JOIN cleanings c ON c.page = t.page AND c.cleaner = t.cleaner JOIN pages p ON p.id = t.page
WHERE a.article = coalesce((SELECT article FROM aliases WHERE alias = :article AND why <> 'claimed'), :article)
"""
_LAST = """
SELECT s.article, s.cleaner, s.output, a.page AS shown, a.url FROM cleanings s
LEFT JOIN aliases i ON i.alias = s.article AND i.why <> 'claimed'
LEFT JOIN articles a ON a.article = coalesce(i.article, s.article) LEFT JOIN held h ON h.article = s.article
LEFT JOIN cleaners k ON k.source = :name WHERE s.page = :page
ORDER BY s.cleaner IS h.cleaner DESC, s.cleaner IS k.cleaner DESC, s.id DESC LIMIT 1
"""
Clean = Callable[[Page, Source, Mapping[str, str]], Cleaned]
"""`process`, or what stands for it."""
_VERDICTS = msgspec.json.Decoder(dict[str, str])
_OUTPUT = msgspec.json.Decoder(dict[str, Any])


class At(NamedTuple):
    """Where a body is, for a worker that reads it by itself; see `pipelines.cluster.place`."""

    url: str
    path: str
    first: int
    second: int
    sha: str


class Loaded(NamedTuple):
    """A stored page on its way to where it is cleaned."""

    page: Page
    verdicts: str | None
    """JSON of what is known of its lines, as `verdicts` holds it."""
    at: At | None = None
    """Where its body is; None: with the page."""


class Chunk(NamedTuple):
    """Pages of one paper to be cleaned in one go."""

    path: str
    name: str
    """What the pages are kept under."""
    source: Source
    numbers: tuple[int, ...]
    dry: bool
    """Only what would change is wanted, not the cleanings."""
    wanted: frozenset[str]
    """Fields of which samples are still wanted."""
    fresh: bool = False
    """The pages have just been kept: there is nothing to compare with, and what deriving needs is made beside."""
    carried: tuple[Loaded, ...] = ()
    """The pages themselves, where who cleans them cannot read the archive: whoever can compares then."""

    def alone(self) -> "list[Chunk]":
        """Each of its pages as a chunk of its own."""
        carried = self.carried or [None] * len(self.numbers)
        return [
            self._replace(numbers=(number,), carried=(each,) if each else ())
            for number, each in zip(self.numbers, carried, strict=True)
        ]


class Delta(NamedTuple):
    """What changes against the work that is shown of a page."""

    article: str
    cleaner: str
    """Whose work is shown."""
    url: str
    shown: bool
    """Whether this is the page that the article shows, or would show in its place."""
    fields: tuple[str, ...]
    losses: tuple[Loss, ...]
    samples: tuple[tuple[str, str], ...]
    """(field, the difference for people)."""


class Made(NamedTuple):
    """What became of one page."""

    number: int
    reason: str | None
    """Why it was dropped, else None."""
    row: Encoded | None
    """The cleaning; None in a dry run."""
    delta: Delta | None
    """None where no cleaner has seen the page before."""
    damage: str | None = None
    """Why the page cannot be read from the archive."""
    ready: Ready | None = None
    """Of a fresh page, what deriving needs of its record."""


def clean_chunk(chunk: Chunk, clean: Clean) -> list[Made]:
    """What the cleaner makes of the pages of `chunk`, in their order. Runs in a child."""
    if chunk.carried or not chunk.numbers:
        return [_uncompared(chunk, number, clean) for number in range(len(chunk.numbers))]
    archive = reader(chunk.path)
    return [_made(archive, chunk, number, clean) for number in chunk.numbers]


def fresh(number: int, cleaned: Cleaned) -> Made:
    """The cleaning of a page that has just been kept."""
    ready = None if isinstance(cleaned.output, Drop) else made_ready(cleaned.output)
    row = cleaned.encoded
    return Made(number, row.reason, row, None, ready=ready)


def loaded(archive: Archive, number: int) -> Loaded:
    """The page with this number, and what is known of its lines. Raises `Withdrawn`, or `DamagedBody`."""
    page = archive.page(number)
    return Loaded(page, known_lines(archive, number))


def known_lines(archive: Archive, number: int) -> str | None:
    """What is known of the lines of a page, JSON."""
    row = archive.conn.execute("SELECT kept FROM verdicts WHERE page = ?", (number,)).fetchone()
    return row[0] if row else None


def compared(archive: Archive, chunk: Chunk, number: int, made: Encoded) -> Made:
    """The cleaning of one page beside what is shown of it."""
    row = _before(archive, chunk, number)
    delta = _delta(archive, chunk, number, row, made) if row else None
    return Made(number, made.reason, None if chunk.dry else made, delta)


def _uncompared(chunk: Chunk, place: int, clean: Clean) -> Made:
    row = _row(chunk.carried[place], chunk.source, clean)
    return Made(chunk.numbers[place], row.reason, row, None)


def _row(got: Loaded, source: Source, clean: Clean) -> Encoded:
    """The cleaning of a page. What was known of its lines is not told again."""
    row = clean(got.page, source, _VERDICTS.decode(got.verdicts) if got.verdicts else {}).encoded
    return row._replace(verdicts=None) if row.verdicts == got.verdicts else row


def _before(archive: Archive, chunk: Chunk, number: int) -> dict[str, Any] | None:
    """The cleaning by which a page is shown; of one that is not, what the rules in force made of it, or the last."""
    for sql in (_SHOWN.format(by="page"), _SHOWN_PART):
        if shown := next(archive.rows(sql, (number,)), None):
            return shown
    return next(archive.rows(_LAST, {"page": number, "name": chunk.name}), None)


def _made(archive: Archive, chunk: Chunk, number: int, clean: Clean) -> Made:
    try:
        if chunk.fresh:
            return fresh(number, clean(archive.page(number), chunk.source, {}))
        return compared(archive, chunk, number, _row(loaded(archive, number), chunk.source, clean))
    except Withdrawn:
        return Made(number, None, None, None)
    except DamagedBody as error:
        return damaged(archive, chunk, number, str(error))


def damaged(archive: Archive, chunk: Chunk, number: int, trouble: str) -> Made:
    """A page that cannot be read: its article would lose it, so it goes on being shown by what was made of it."""
    delta = None
    if row := _before(archive, chunk, number):
        lost = (Loss("page", trouble),)
        delta = Delta(row["article"], row["cleaner"], row["url"] or "", row["shown"] == number, (), lost, ())
    return Made(number, None, None, delta, trouble)


def _delta(archive: Archive, chunk: Chunk, number: int, row: dict[str, Any], made: Encoded) -> Delta:
    moved, shown = row["article"] != made.article, row["shown"] == number
    if not moved and _without_id(row["output"].encode()) == _without_id(made.output):
        return Delta(row["article"], row["cleaner"], "", shown, (), (), ())
    before, after = _output(row["output"]), _output(made.output)
    fields = changed_fields(before, after)
    if row["shown"] and isinstance(before, Drop) and isinstance(after, Record):
        replaced = _in_its_place(archive, chunk.source, row["article"], after)
        row = replaced or row
        lost = losses(_output(replaced["output"]), after) if replaced else []
        shown = bool(lost)
    else:
        lost = losses(before, after) if fields and shown else []
    samples = [(f, sample(before, after, f)) for f in fields if f in chunk.wanted]
    fields += ["article"] if moved else []
    url = row["url"] or after.url
    return Delta(row["article"], row["cleaner"], url, shown, tuple(fields), tuple(lost), tuple(samples))


def _without_id(output: bytes) -> bytes:
    """A record's JSON up to the cleaner's id, its last field; the whole of a drop's."""
    return output.rpartition(b',"cleaner":')[0] or output


def _in_its_place(archive: Archive, source: Source, article: str, after: Record) -> dict[str, Any] | None:
    """What is shown of the article, or of that part of it, of which `after` is a record."""
    rows = archive.rows(_PARTS, {"article": article})
    if not source.in_parts:
        return next(rows, None)
    return next((row for row in rows if part_of(source, row["own"]) == part_of(source, after.url)), None)


def losses_under(archive: Archive, article: str, cleaner: str) -> tuple[str, list[Loss]] | None:
    """The cleaner by which `article` is shown, and what it would lose by `cleaner`'s stored work; None: not known.

    Of an article on several pages, what the parts would lose that `cleaner` has seen.
    """
    sql = "SELECT output FROM cleanings WHERE page = ? AND cleaner = ? AND article = ?"
    pairs = [
        (row, new[0])
        for row in archive.rows(_PARTS, {"article": article})
        if (new := archive.conn.execute(sql, (row["shown"], cleaner, article)).fetchone())
    ]
    if not pairs:
        return None
    return pairs[0][0]["cleaner"], [loss for row, new in pairs for loss in losses(_output(row["output"]), _output(new))]


def _output(json: str | bytes) -> Output:
    told = _OUTPUT.decode(json)
    return msgspec.convert(told, Drop) if "drop" in told else msgspec.convert(told, Record)


@cache
def reader(path: str) -> Archive:
    """This process's own connection to the archive at `path`."""
    return Archive(Path(path), write=False)
