"""The part of `verify` that cleans: what the rules of today made of a page, they make of it again, byte for byte."""

from collections import deque
from collections.abc import Iterator
from typing import NamedTuple

from archive.cleaners import queue
from archive.derive import settle
from archive.errors import DamagedBody
from archive.facts import Cleaned, Encoded, Page
from archive.proof import Finding, Part, Step
from archive.store import Archive
from config.sources import Source, Sources
from pipelines.cleaner import cleaner_id
from pipelines.pool import CleaningPool

BATCH = 64
MEND = "`baoluu verify --mend` writes it as it comes out now"
MENDED = "nothing: it has been written as it comes out now"
_OF_THE_MACHINE = ("hang", "memory")
"""Drops that say as much of the machine as of the page."""
_ROWS = """
SELECT c.id, c.page, c.cleaner, p.source, c.article, c.reason, CAST(c.output AS BLOB), c.links, c.notes
FROM cleanings c JOIN pages p ON p.id = c.page WHERE c.id > ? ORDER BY c.id LIMIT ?
"""


class _Stored(NamedTuple):
    """One cleaning as it stands in the archive."""

    id: int
    page: int
    cleaner: str
    source: str
    article: str
    reason: str | None
    output: bytes
    links: str
    notes: str


def cleanings(sources: Sources, pool: CleaningPool, mender: Archive | None = None) -> Part:
    """The part of `verify` over cleanings; those of earlier rules, which are no longer here, are passed over.

    What is wrong is set right through `mender`, where there is one.
    """
    return Part("cleanings", lambda archive, after: _steps(archive, after, sources, pool, mender), "cleanings")


def _steps(
    archive: Archive, after: int, sources: Sources, pool: CleaningPool, mender: Archive | None
) -> Iterator[Step]:
    waiting: deque[_Stored] = deque()
    passed: deque[Step] = deque()

    def jobs() -> Iterator[tuple[Page, Source]]:
        for stored, page, source in _todo(archive, after, sources):
            if page is None:
                passed.append(Step(stored.id, checked=False))
            else:
                waiting.append(stored)
                yield page, source

    for cleaned in pool.map(jobs()):
        stored = waiting.popleft()
        while passed and passed[0].upto < stored.id:
            yield passed.popleft()
        step = _compared(stored, cleaned)
        if step.wrong and mender:
            _mend(mender, sources, stored, cleaned)
            step = Step(step.upto, tuple(Finding(found.what, MENDED) for found in step.wrong))
        yield step
    yield from passed


def _todo(archive: Archive, after: int, sources: Sources) -> Iterator[tuple[_Stored, Page | None, Source]]:
    """Each cleaning with its page, both of one state of the file; without it where the rules are not today's."""
    current: dict[str, tuple[Source, str]] = {}
    while True:
        with archive.reading() as db:
            rows = [_Stored(*row) for row in db.execute(_ROWS, (after, BATCH))]
            for name in {row.source for row in rows} - current.keys():
                source = sources.named(name)
                current[name] = (source, cleaner_id(source))
            found = [(r, _page(archive, r.page) if current[r.source][1] == r.cleaner else None) for r in rows]
        if not rows:
            return
        for row, page in found:
            yield row, page, current[row.source][0]
        after = rows[-1].id


def _page(archive: Archive, number: int) -> Page | None:
    """The page, or None where its body cannot be unpacked, which is told by the part over bodies."""
    try:
        return archive.page(number)
    except DamagedBody:
        return None


def _compared(stored: _Stored, cleaned: Cleaned) -> Step:
    again = cleaned.encoded
    then, reason = Encoded(*stored[4:], again.verdicts), again.reason
    if again == then or (reason in _OF_THE_MACHINE and stored.reason in _OF_THE_MACHINE):
        return Step(stored.id)
    url = cleaned.output.url
    if reason in _OF_THE_MACHINE or stored.reason in _OF_THE_MACHINE:
        told = f"{url}: {_told(stored.reason)} when it was cleaned, {_told(reason)} now; that depends on the machine"
        return Step(stored.id, note=told)
    differs = ", ".join(n for n, a, b in zip(Encoded._fields, then, again, strict=True) if a != b)
    what = f"cleaning {stored.id} of page {stored.page} ({url}) does not come out the same: {differs}"
    return Step(stored.id, (Finding(what, MEND),))


def _mend(archive: Archive, sources: Sources, stored: _Stored, cleaned: Cleaned) -> None:
    with archive.transaction() as db:
        archive.put_cleaning(stored.page, stored.cleaner, cleaned)
        queue(db, [stored.article, cleaned.article])
    settle(archive, sources)


def _told(reason: str | None) -> str:
    return f"dropped ({reason})" if reason else "a record"
