"""Cleaning whatever a cleaner has not seen yet: after a kill, after a changed rule, for the whole archive or a part.

A kept page without a cleaning under its source's current cleaner is *pending*. The derived tables go over to a new
cleaner when no page of the source is pending any more, so a re-cleaning that was stopped shows the old work whole.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import msgspec

from archive.derive import derive_article, derive_source, use_cleaner
from archive.facts import Cleaned
from archive.store import Archive
from config.sources import Source, Sources, generic
from pipelines.cleaner import cleaner_id
from pipelines.pool import CleaningPool

Progress = Callable[[int, int], None]
"""Called with (pages done, pages in all)."""


@dataclass
class Report:
    """What a re-cleaning did, or with a dry run would do."""

    pages: int = 0
    changed: Counter[str] = field(default_factory=Counter)
    """Pages whose output changes, by source."""
    fields: Counter[str] = field(default_factory=Counter)
    """Changed fields, by "source field"; a page that turns from record to drop counts as "drop"."""
    dropped: Counter[str] = field(default_factory=Counter)
    """Drops by reason."""
    samples: list[tuple[str, str]] = field(default_factory=list)
    """(URL, field) of the first changes."""


def source_of(sources: Sources, name: str) -> Source:
    """The source by whose rules the pages kept under `name` are cleaned.

    `name` is a declared source, or a host that none covered when its pages were kept; it may be declared by now.
    """
    if name in sources:
        return sources[name]
    return sources.of(f"https://{name}/") or generic(f"https://{name}/")


def reclean(
    archive: Archive,
    sources: Sources,
    pool: CleaningPool,
    *,
    only: str | None = None,
    since: str | None = None,
    dry_run: bool = False,
    progress: Progress | None = None,
) -> Report:
    """Clean every pending page, oldest first, and derive anew what it touches.

    `only` is one source's name, `since` a fetch day (`YYYY-MM-DD`); a part leaves the source's old cleaner in force
    until the rest is done too. A dry run writes nothing. Killed, it goes on where it was.
    """
    report, todo = Report(), _pending(archive, sources, only, since)
    total = sum(len(pages) for *_, pages in todo)
    for name, source, cleaner, pages in todo:
        jobs = ((archive.page(n), source) for n in pages)
        for number, cleaned in zip(pages, pool.map(jobs), strict=True):
            _compare(archive, number, name, cleaned, report)
            if not dry_run:
                take_in(archive, sources, number, cleaner, cleaned)
            report.pages += 1
            if progress:
                progress(report.pages, total)
        if not dry_run:
            _go_over(archive, sources, name, cleaner)
    return report


def take_in(archive: Archive, sources: Sources, page: int, cleaner: str, cleaned: Cleaned) -> None:
    """Write one cleaning and, where its cleaner is the one in force, derive the article, in one transaction."""
    with archive.transaction():
        archive.put_cleaning(page, cleaner, cleaned)
        name = archive.source_name(page)
        shown = archive.current_cleaner(name)
        if shown is None:
            use_cleaner(archive, name, cleaner)
        if shown in (None, cleaner):
            derive_article(archive, cleaned.article, sources)


def _go_over(archive: Archive, sources: Sources, name: str, cleaner: str) -> None:
    """Put `cleaner` in force for the pages kept under `name` once none of them is pending."""
    if archive.current_cleaner(name) in (None, cleaner) or archive.pending(name, cleaner):
        return
    with archive.transaction():
        use_cleaner(archive, name, cleaner)
        derive_source(archive, name, sources)


def _pending(
    archive: Archive, sources: Sources, only: str | None, since: str | None
) -> list[tuple[str, Source, str, list[int]]]:
    todo = []
    for name in archive.source_names() if only is None else [only]:
        source = source_of(sources, name)
        cleaner = cleaner_id(source)
        todo.append((name, source, cleaner, archive.pending(name, cleaner, since)))
    return todo


def _compare(archive: Archive, number: int, name: str, cleaned: Cleaned, report: Report) -> None:
    after = msgspec.to_builtins(cleaned.output)
    if "drop" in after:
        report.dropped[after["drop"]["reason"]] += 1
    before = archive.shown_output(number, name)
    if before is None:
        return
    if names := list(_changes(before, after)):
        report.changed[name] += 1
        report.fields.update(f"{name} {changed}" for changed in names)
        report.samples += [(after["url"], changed) for changed in names][: max(0, 20 - len(report.samples))]


def _changes(before: dict[str, object], after: dict[str, object]) -> Iterator[str]:
    """Names of the fields that differ; the cleaner's own id is none."""
    if ("drop" in before) != ("drop" in after):
        yield "drop"
        return
    for name in sorted(before.keys() | after.keys() - {"cleaner"}):
        if name != "cleaner" and before.get(name) != after.get(name):
            yield name
