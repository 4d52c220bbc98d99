"""Cleaning whatever a cleaner has not seen yet: after a kill, after a changed rule, for the whole archive or a part.

A kept page without a cleaning under its source's current cleaner is *pending*. The derived tables go over to a new
cleaner when no page of the source is pending any more, so a re-cleaning that was stopped shows the old work whole.
Articles that would lose something by it are held: shown as before until the keeper accepts.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from archive import cleaners, held
from archive.derive import derive_article, settle
from archive.errors import Withdrawn
from archive.facts import Cleaned, DropNote, Encoded
from archive.store import Archive
from config.sources import Source, Sources
from pipelines.cleaner import cleaner_id
from pipelines.pool import CleaningPool, dropped
from pipelines.report import Report
from pipelines.stored import Chunk, Made, compared

CHUNK = 16
"""Pages that a child cleans in one go, and that are written in one transaction."""
Progress = Callable[[int, int], None]
"""Called with (pages done, pages in all)."""


class _Job(NamedTuple):
    """What is pending of one paper."""

    name: str
    source: Source
    cleaner: str
    pages: list[int]


def reclean(
    archive: Archive,
    sources: Sources,
    pool: CleaningPool,
    *,
    only: str | None = None,
    since: str | None = None,
    dry_run: bool = False,
    accept: bool = False,
    progress: Progress | None = None,
) -> Report:
    """Clean every pending page, oldest first, and derive anew what it touches.

    `only` is one source's name, `since` a fetch day (`YYYY-MM-DD`); a part leaves the source's old cleaner in force
    until the rest is done too. With `accept` nothing is held, and what was held is let go. A dry run writes nothing.
    Killed, it goes on where it was.
    """
    jobs = _pending(archive, sources, only, since)
    report = Report(total=sum(len(job.pages) for job in jobs), dry=dry_run)
    if not dry_run:
        settle(archive, sources)
    for job in jobs:
        _clean(archive, sources, pool, job, report, progress)
        if not dry_run:
            _go_over(archive, sources, job, set(report.damaged), accept)
    report.finish(archive, only)
    return report


def take_in(archive: Archive, sources: Sources, page: int, cleaner: str, cleaned: Cleaned) -> None:
    """Write one cleaning of a new page, made by the rules of today, and derive its article, in one transaction."""
    with archive.transaction():
        archive.put_cleaning(page, cleaner, cleaned)
        cleaners.note_newest(archive, archive.source_name(page), cleaner)
        derive_article(archive, cleaned.article, sources)


def _clean(
    archive: Archive, sources: Sources, pool: CleaningPool, job: _Job, report: Report, progress: Progress | None
) -> None:
    if job.pages and not report.dry:
        cleaners.note_newest(archive, job.name, job.cleaner)
    for chunk, made in pool.stored(_chunks(archive, job, report)):
        rows = [_named(archive, chunk, number, each) for number, each in zip(chunk.numbers, made, strict=True)]
        if not report.dry:
            _write(archive, sources, job, rows)
        for each in rows:
            report.add(job.name, each)
        if progress:
            progress(report.pages, report.total)


def _chunks(archive: Archive, job: _Job, report: Report) -> Iterator[Chunk]:
    for start in range(0, len(job.pages), CHUNK):
        numbers = tuple(job.pages[start : start + CHUNK])
        yield Chunk(str(archive.path), job.name, job.source, numbers, report.dry, report.wanted(job.name))


def _named(archive: Archive, chunk: Chunk, number: int, made: Made | DropNote) -> Made:
    """A page at which its child hung or died is that page's drop."""
    if isinstance(made, Made):
        return made
    try:
        return compared(archive, chunk, number, dropped(archive.page(number), chunk.source, made))
    except Withdrawn:
        return Made(number, None, None, None)


def _write(archive: Archive, sources: Sources, job: _Job, rows: Iterable[Made]) -> None:
    """Write a chunk's cleanings. What the cleaner in force has not seen is derived at once; the rest at going over."""
    with archive.transaction():
        shown, holds = cleaners.in_force(archive, job.name), held.any_held(archive, job.name)
        for made in rows:
            if made.row and not _put(archive, job, made.number, made.row):
                continue
            if made.row and (made.delta is None or shown == job.cleaner):
                derive_article(archive, made.row.article, sources)
            elif made.delta and shown and (made.delta.shown or made.damage) and (made.delta.losses or holds):
                held.put_held(archive, made.delta.article, job.name, shown, list(made.delta.losses))


def _put(archive: Archive, job: _Job, number: int, row: Encoded) -> bool:
    """Write one cleaning, unless its page was withdrawn while it was cleaned."""
    try:
        archive.put_cleaning(number, job.cleaner, row)
    except Withdrawn:
        return False
    return True


def _go_over(archive: Archive, sources: Sources, job: _Job, damaged: set[int], accept: bool) -> None:
    """Put the cleaner in force for the pages kept under this name once none is pending but those beyond reading."""
    name, cleaner = job.name, job.cleaner
    if not damaged.issuperset(archive.pending(name, cleaner)):
        return
    goes = cleaners.in_force(archive, name) not in (None, cleaner) and not cleaners.is_pinned(archive, name)
    differ = cleaners.differing(archive, name, cleaner) if goes else []
    with archive.transaction():
        if accept:
            held.accept(archive, name)
        if goes:
            held.drop_idle(archive, name)
            cleaners.put_in_force(archive, name, cleaner, differ)
    settle(archive, sources)


def _pending(archive: Archive, sources: Sources, only: str | None, since: str | None) -> list[_Job]:
    jobs = []
    for name in archive.source_names() if only is None else [only]:
        source = sources.named(name)
        cleaner = cleaner_id(source)
        jobs.append(_Job(name, source, cleaner, archive.pending(name, cleaner, since)))
    return jobs
