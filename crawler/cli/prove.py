"""`baoluu verify` and `backup`: whether the archive is what it says, and a copy that is."""

import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import click

from archive.errors import ArchiveReadOnly
from archive.proof import Progress, Result, Verification
from archive.store import Archive
from config.clock import SystemClock
from crawler.cli.common import archive_option, cleaning, json_option, known_sources, progress, put_json

TOLD = 20
"""Wrong things of one part that are told one by one; `--json` tells all."""


@click.command()
@click.option("--part", "percent", type=click.FloatRange(0, 100, min_open=True), help="Only the next PERCENT of it.")
@click.option("--mend", is_flag=True, help="Write cleanings that do not come out the same as they come out now.")
@click.option("--workers", type=click.IntRange(1), help="Child processes that clean; default: one a core.")
@json_option
@archive_option
def verify(percent: float | None, mend: bool, workers: int | None, as_json: bool, path: Path) -> None:
    """Check that the archive is whole: every byte, every cleaning, everything derived.

    With --part, each call checks the next so many percent, from where the last one ended: 5 a day is everything in
    twenty days. Killed, either goes on. A crawl may write meanwhile.

    \b
    baoluu verify
    baoluu verify --part 5
    """
    from archive.checks import first_parts, last_parts
    from pipelines.proof import cleanings

    sources, results = known_sources(), list[Result]()
    with Archive(path, write=False) as archive, _writer(archive, percent or mend) as writer, cleaning(workers) as pool:
        with _shown() as show:
            check = Verification(archive, writer, percent, show)
            cleaned = cleanings(sources, pool, writer if mend else None)
            for result in check.run([*first_parts(), cleaned, *last_parts(sources)]):
                results.append(result)
        _tell(results, as_json)
        if check.unnoted:
            click.echo(f"How far it came could not be noted ({check.unnoted})", err=True)
    sys.exit(1 if any(result.wrong for result in results) else 0)


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--quick", is_flag=True, help="Re-hash a sample of the copy's bodies, not all.")
@json_option
@archive_option
def backup(file: Path, quick: bool, as_json: bool, path: Path) -> None:
    """Copy the archive, checked, while it is in use. To restore, put the copy in the archive's place.

    The copy is of one moment, whatever a crawl writes meanwhile; only when it is whole and checked does it take the
    place of an earlier one.

    \b
    baoluu backup /media/disk/archive.db
    """
    from archive.backup import backup as make

    clock = SystemClock()
    began = clock.interval()
    with Archive(path, write=False) as archive, _shown() as show:
        done = make(archive, file, quick=quick, progress=show)
    if as_json:
        put_json(done)
        return
    seconds = clock.interval() - began
    click.echo(f"{done.file}: {done.size / 1e6:,.1f} MB, {done.pages} pages, {seconds:.0f} s")
    click.echo(f"checked: the file, its counts, {done.bodies_checked} bodies; sha256 {done.sha256}")


@contextmanager
def _writer(archive: Archive, needed: object) -> Iterator[Archive | None]:
    """A second connection, which notes how far the check came; None for a file that can only be read."""
    archive.need_whole()
    try:
        writer = Archive(archive.path)
    except ArchiveReadOnly:
        if needed:
            raise
        yield None
        return
    with writer:
        yield writer
        archive.close()  # who closes last tidies up SQLite's journal, which a reader cannot


@contextmanager
def _shown() -> Iterator[Progress]:
    """Progress, one bar or series of lines after the other."""
    part, show = "", None
    with ExitStack() as stack:

        def told(name: str, done: int, total: int) -> None:
            nonlocal part, show
            if name != part or show is None:
                stack.close()
                part, show = name, stack.enter_context(progress(name))
            show(done, total)

        yield told


def _tell(results: list[Result], as_json: bool) -> None:
    if as_json:
        for result in results:
            put_json(result)
        return
    click.echo("part             checked    wrong")
    for result in results:
        more = f"   {result.passed_over} of earlier rules passed over" if result.passed_over else ""
        click.echo(f"{result.part:15} {result.checked:8} {len(result.wrong):8}{more}")
    for result in results:
        for finding in result.wrong[:TOLD]:
            click.echo(f"\n{finding.what}\n  next: {finding.next}")
        if len(result.wrong) > TOLD:
            click.echo(f"\n… and {len(result.wrong) - TOLD} more wrong in {result.part}")
        for note in result.notes:
            click.echo(f"note: {note}")
