"""Cleaning whatever a cleaner has not seen yet: after a kill, after a changed rule, for the whole archive or a part.

A kept page without a cleaning under its source's current cleaner is *pending*. The derived tables go over to a new
cleaner when no page of the source is pending any more, so a re-cleaning that was stopped shows the old work whole.
Articles that would lose something by it are held: shown as before until the keeper accepts.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby, islice

import msgspec

from archive import cleaners, held
from archive.derive import derive_article, settle
from archive.errors import Withdrawn
from archive.facts import Cleaned, DropNote, Encoded, Link
from archive.frontier import Frontier
from archive.ready import Ready
from archive.ready import take as remember
from archive.store import Archive
from config.sources import Source, Sources
from config.urls import canonical, row_key
from pipelines.cleaner import cleaner_id
from pipelines.engine import Engine
from pipelines.following import led_to
from pipelines.pool import dropped
from pipelines.report import Report
from pipelines.stored import Chunk, Delta, Made, compared, losses_under

_DEPTH = "SELECT min(depth) FROM frontier WHERE key = ? OR article = ?"
_LINKS = msgspec.json.Decoder(tuple[Link, ...])
CHUNK = 16
"""Pages that a child cleans in one go, and that are written in one transaction."""
Progress = Callable[[int, int], None]
"""Called with (pages done, pages in all)."""
Among = Callable[[list[int]], list[int]]
"""Chooses from pages."""
Put = Callable[[str, str, list[Made]], None]
"""Called with the name under which pages are kept, the cleaner, and what became of them."""


@dataclass(frozen=True, eq=False)
class _Job:
    """What is pending of one paper's pages that are kept under one name."""

    name: str
    source: Source
    cleaner: str
    pages: list[int]

    @property
    def chunks(self) -> int:
        """How many chunks they are."""
        return -(-len(self.pages) // CHUNK)


def reclean(
    archive: Archive,
    sources: Sources,
    engine: Engine,
    *,
    only: str | None = None,
    since: str | None = None,
    dry_run: bool = False,
    accept: bool = False,
    progress: Progress | None = None,
    among: Among | None = None,
    put: Put | None = None,
) -> Report:
    """Clean every pending page, oldest first, and derive anew what it touches.

    `only` is one source's name, `since` a fetch day (`YYYY-MM-DD`); a part leaves the source's old cleaner in force
    until the rest is done too. With `accept` nothing is held, and what was held is let go. A dry run writes nothing.
    Killed, it goes on where it was. `among` chooses from the pending pages. Cleanings that are `put` elsewhere are not
    written, either; the report is that of a dry run.
    """
    dry_run = dry_run or put is not None
    jobs = _pending(archive, sources, only, since, among)
    report = Report(total=sum(len(job.pages) for job in jobs), dry=dry_run)
    if not dry_run:
        settle(archive, sources)
    frontier = Frontier(archive, sources)
    cleaned = engine.stored(_chunks(archive, jobs, report, dry=dry_run and not put))
    for _, paper in groupby(jobs, key=lambda job: job.source.id):
        names = list(paper)
        for job in names:
            _clean(frontier, job, islice(cleaned, job.chunks), report, progress, put)
        if not dry_run:
            _go_over(archive, sources, names, report, accept)
    report.finish(archive, {job.name for job in jobs})
    return report


def take_in(
    archive: Archive, sources: Sources, page: int, cleaner: str, cleaned: Cleaned | Encoded, ready: Ready | None = None
) -> None:
    """Write one cleaning of a new page, made by the rules of today, and derive its article, in one transaction.

    `ready` is what deriving needs of its record, where it has been made already.
    """
    with archive.transaction(light=True):
        archive.put_cleaning(page, cleaner, cleaned)
        if ready:
            remember(ready)
            archive.handed[page, cleaner] = ready
        cleaners.note_newest(archive, archive.source_name(page), cleaner)
        derive_article(archive, cleaned.article, sources)


def _clean(
    frontier: Frontier,
    job: _Job,
    cleaned: Iterable[tuple[Chunk, list[Made | DropNote]]],
    report: Report,
    progress: Progress | None,
    put: Put | None,
) -> None:
    archive = frontier.archive
    if job.pages and not report.dry:
        cleaners.note_newest(archive, job.name, job.cleaner)
    for chunk, made in cleaned:
        rows = [_named(archive, chunk, number, each) for number, each in zip(chunk.numbers, made, strict=True)]
        if not report.dry:
            _write(frontier, job, rows, report)
        elif put:
            put(job.name, job.cleaner, rows)
        for each in rows:
            report.add(job.name, each)
        if progress:
            progress(report.pages, report.total)


def _chunks(archive: Archive, jobs: Iterable[_Job], report: Report, *, dry: bool) -> Iterator[Chunk]:
    """All that is pending: nobody who cleans waits while one paper's last pages are written and it goes over."""
    for job in jobs:
        for start in range(0, len(job.pages), CHUNK):
            numbers = tuple(job.pages[start : start + CHUNK])
            yield Chunk(str(archive.path), job.name, job.source, numbers, dry, report.wanted(job.name))


def _named(archive: Archive, chunk: Chunk, number: int, made: Made | DropNote) -> Made:
    """A page at which its child hung or died is that page's drop."""
    if isinstance(made, Made):
        return made
    try:
        return compared(archive, chunk, number, dropped(archive.page(number), chunk.source, made).encoded)
    except Withdrawn:
        return Made(number, None, None, None)


def _write(frontier: Frontier, job: _Job, rows: Iterable[Made], report: Report) -> None:
    """Write a chunk's cleanings. What the cleaner in force has not seen is derived at once; the rest at going over."""
    archive, sources = frontier.archive, frontier.sources
    with archive.transaction(light=True):
        shown, holds = cleaners.in_force(archive, job.name), held.any_held(archive, job.name)
        for made in rows:
            if made.row and not _put(archive, job, made.number, made.row):
                report.refused.add(made.number)
                continue
            if made.delta and (made.delta.losses or holds):
                _hold(archive, job, made, made.delta)
            if made.row and made.delta is None and not made.reason:
                _lead_on(frontier, job.source, made.number, made.row)
            article = made.row.article if made.row else ""
            if article and (shown in (None, job.cleaner) or cleaners.is_mixed(archive, article)):
                derive_article(archive, article, sources)


def _lead_on(frontier: Frontier, source: Source, page: int, cleaning: Encoded) -> None:
    """Put the related articles of a page that is cleaned for the first time, not while it was crawled, into the
    frontier: it was kept only, or the crawl ended before. A page that no crawl fetched, as of an import, leads nowhere.
    """
    db = frontier.archive.conn
    (url,) = db.execute("SELECT url FROM pages WHERE id = ?", (page,)).fetchone()
    (depth,) = db.execute(_DEPTH, (canonical(source, url), row_key(source, url))).fetchone()
    if depth is not None:
        frontier.add(led_to(source, url, _LINKS.decode(cleaning.links), depth), paper=source)


def _hold(archive: Archive, job: _Job, made: Made, delta: Delta) -> None:
    """Hold an article that would lose something. One whose identity changes as well cannot be held, only told.

    A part of an article that loses nothing does not end the hold that another part is the reason of.
    """
    moved = made.row is not None and made.row.article != delta.article
    if (delta.shown or made.damage) and delta.cleaner != job.cleaner and not moved:
        others = losses_under(archive, delta.article, job.cleaner) if job.source.in_parts else None
        lost = dict.fromkeys([*delta.losses, *(others[1] if others else [])])
        held.put_held(archive, delta.article, job.name, delta.cleaner, list(lost))


def _put(archive: Archive, job: _Job, number: int, row: Encoded) -> bool:
    """Write one cleaning, unless its page was withdrawn while it was cleaned."""
    try:
        archive.put_cleaning(number, job.cleaner, row)
    except Withdrawn:
        return False
    return True


def _go_over(archive: Archive, sources: Sources, names: list[_Job], report: Report, accept: bool) -> None:
    """Put the rules of today in force for one paper, whatever its pages are kept under, once none is pending.

    Pages that cannot be read, or that are withdrawn under the identity that they would have now, are not waited for.
    What the cleaners made is compared before, without a lock; what changes in the meantime is derived anew.
    """
    passed = report.damaged.keys() | report.refused
    if any(not passed >= set(archive.pending(job.name, job.cleaner)) for job in names):
        report.postponed += [job.name for job in names if job.pages]
        return
    last = cleaners.last_cleaning(archive)
    going = {job: cleaners.differing(archive, job.name, job.cleaner) for job in names if _goes(archive, job)}
    with archive.transaction() as db:
        for job in names:
            if accept:
                report.accepted += held.accept(archive, job.name)
            cleaners.note_newest(archive, job.name, job.cleaner)
            if job in going and _goes(archive, job):
                for article in [] if accept else going[job]:
                    _hold_stored(archive, job, article)
                held.drop_idle(archive, job.name, job.cleaner)
                cleaners.put_in_force(archive, job.name, job.cleaner, going[job])
                cleaners.queue(db, cleaners.since(archive, job.name, last))
            elif cleaners.in_force(archive, job.name) == job.cleaner:
                held.drop_idle(archive, job.name, job.cleaner)
                cleaners.unpin(archive, job.name)
    settle(archive, sources)


def _goes(archive: Archive, job: _Job) -> bool:
    """Whether another cleaner is in force for what is kept under this name, and the keeper has not gone back to it."""
    return cleaners.in_force(archive, job.name) not in (None, job.cleaner) and not cleaners.is_pinned(archive, job.name)


def _hold_stored(archive: Archive, job: _Job, article: str) -> None:
    """Hold an article that would lose something by work which was not made just now, as after a merge."""
    if found := losses_under(archive, article, job.cleaner):
        shown, lost = found
        if lost and shown != job.cleaner:
            held.put_held(archive, article, job.name, shown, lost)


def _pending(
    archive: Archive, sources: Sources, only: str | None, since: str | None, among: Among | None
) -> list[_Job]:
    """What is pending by name; the names of one paper (itself, and hosts declared since) stand together."""
    jobs = []
    for name in archive.source_names():
        source = sources.named(name)
        if only in (None, name, source.id):
            cleaner = cleaner_id(source)
            pages = archive.pending(name, cleaner, since)
            jobs.append(_Job(name, source, cleaner, among(pages) if among else pages))
    return sorted(jobs, key=lambda job: job.source.id)
