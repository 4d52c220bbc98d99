"""Commands that clean and derive again: reclean, rebuild."""

import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from archive import cleaners, held
from archive.derive import rebuild as derive_all
from archive.derive import settle
from archive.held import Held
from archive.store import Archive
from crawler.cli.common import archive_option, json_option, known_sources, need_source, progress, put_json
from crawler.cli.engines import By, cleaning_by, engine_options

if TYPE_CHECKING:
    from pipelines.report import LeftThere, Report

SHOWN = 20
"""Articles with losses that are printed; `--json` tells all."""


@click.command()
@click.option("--source", help="Only this paper.")
@click.option("--since", type=click.DateTime(["%Y-%m-%d"]), help="Only pages fetched on this day or later.")
@click.option("--dry-run", is_flag=True, help="Write nothing; say what would change, losses first.")
@click.option("--workers", type=click.IntRange(1), help="Child processes; default: one a core.")
@engine_options
@click.option("--accept", is_flag=True, help="Show the new work also where an article loses something by it.")
@click.option("--list", "listing", is_flag=True, help="List the cleaners that have seen pages, by paper.")
@click.option("--to", "target", metavar="CLEANER", help="Show the work of this cleaner again (see --list).")
@click.option("--forget", is_flag=True, help="Delete the work of earlier cleaners that is not shown any more.")
@json_option
@archive_option
def reclean(
    source: str | None,
    since: datetime | None,
    dry_run: bool,
    workers: int | None,
    engine: str,
    scheduler: str | None,
    bodies: str | None,
    out: str | None,
    taken: str | None,
    accept: bool,
    listing: bool,
    target: str | None,
    forget: bool,
    as_json: bool,
    path: Path,
) -> None:
    """Clean stored pages again where the rules have changed. Nothing is fetched.

    An article that would lose a paragraph, its date or all its authors is shown as before until --accept. Stopped or
    killed, the same command goes on. Exit code 1: something is held back, or a page cannot be read.

    With --engine dask a cluster cleans (docs/dask.md): the one at --scheduler, or one that is started on this machine.
    With --out its work becomes Parquet files there, which --from takes in, later or elsewhere.

    \b
    baoluu reclean --dry-run
    baoluu reclean --source vietnamnet
    baoluu reclean --list
    baoluu reclean --engine dask --scheduler tcp://10.0.0.5:8786 --bodies s3://kho/pages
    baoluu reclean --engine dask --out s3://kho/cleaned
    baoluu reclean --from s3://kho/cleaned
    """
    by = By(engine, scheduler, workers, bodies, out, taken)
    by.check()
    if sum((dry_run or accept, listing, target is not None, forget)) > 1:
        raise click.UsageError("--dry-run or --accept, --list, --to and --forget are four different things")
    if (out or taken) and (listing or target is not None or forget):
        raise click.UsageError("--out and --from are for cleaning, not for --list, --to or --forget")
    if out and (dry_run or accept or taken):
        raise click.UsageError("--out writes nothing into the archive: no --dry-run, --accept or --from beside it")
    if accept and since:
        raise click.UsageError("--accept is for a paper as a whole, and --since is a part of it")
    if dry_run and accept:
        raise click.UsageError("--dry-run writes nothing, so it cannot --accept")
    with Archive(path, write=not (dry_run or listing or out), create=False) as archive:
        if source:
            need_source(source, archive)
        if listing:
            _list(archive, source, as_json)
        elif target is not None:
            _go_to(archive, target)
        elif forget:
            settle(archive, known_sources())  # what still waits is shown by an earlier cleaner
            click.echo(f"{cleaners.forget_old(archive, source)} earlier cleanings deleted")
        else:
            day = f"{since:%Y-%m-%d}" if since else None
            sys.exit(_clean_again(archive, source, day, dry_run, accept, by, as_json))


def _clean_again(
    archive: Archive, source: str | None, day: str | None, dry: bool, accept: bool, by: By, as_json: bool
) -> int:
    from pipelines.reclean import reclean as clean_again

    sources = known_sources()
    with cleaning_by(by, archive, sources, source) as (engine, among, put, left), progress("cleaned") as show:
        run = 0 if dry or put else archive.start_run("reclean" + (f" --source {source}" if source else ""))
        report = clean_again(
            archive, sources, engine, only=source, since=day, dry_run=dry, accept=accept, progress=show,
            among=among, put=put,
        )  # fmt: skip
    report.left = left
    if run:
        archive.end_run(run, "finished", {"pages": report.pages, "changed": report.changed, "held": len(report.losses)})
    if as_json:
        put_json(report.summary())
    else:
        click.echo("\n".join(_lines(report)))
    return 1 if report.losses or report.damaged else 0


def _lines(report: "Report") -> Iterator[str]:
    """The report for people: what would be lost comes first."""
    yield from (f"page {number} cannot be read: {trouble}" for number, trouble in report.damaged.items())
    if report.losses:
        yield from _losses(report)
    verb = "would change" if report.dry else "changed"
    yield f"{report.pages} pages cleaned, {sum(report.changed.values())} articles {verb}"
    if report.accepted:
        yield f"{report.accepted} articles that were held show the new work"
    for name, count, older, fields in report.papers():
        told = ", ".join(f"{f} {n}" for f, n in fields.items())
        yield f"  {name}: {count} articles ({told})" + (f", and {older} earlier pages" if older else "")
        for key, samples in sorted(report.samples.items()):
            if key.split(" ", 1)[0] == name:
                for url, text in samples:
                    yield f"    {key.split(' ', 1)[1]}: {url}"
                    yield from (f"      {line}" for line in text.splitlines())
    for name in report.postponed:
        yield f"  {name}: pages are still pending, so the earlier work is shown until they are cleaned too"
    yield from (f"  dropped, {reason}: {count}" for reason, count in sorted(report.dropped.items()))
    if report.left:
        yield from _left(report.left)


def _left(left: "LeftThere") -> Iterator[str]:
    if others := left.others:
        yield f"  {sum(others.values())} cleanings there are of papers that were not asked for: {', '.join(others)}"
    for name, count in left.undeclared.items():
        yield f"  {name}: is not declared here, so {count} cleanings there are not taken in; declare it as it is there"


def _losses(report: "Report") -> Iterator[str]:
    count = len(report.losses) + report.more_losses
    verb = "would lose something" if report.dry else "would lose something and are shown as before"
    yield f"{count} articles {verb}:"
    for each in report.losses[:SHOWN]:
        yield from _loss(each)
    if count > SHOWN:
        yield f"  … and {count - SHOWN} more; --json tells them"
    if not report.dry:
        yield "To show the new work there too: baoluu reclean --accept [--source S]"
    yield ""


def _loss(each: Held) -> Iterator[str]:
    yield f"  {each.url or each.article}"
    yield from (f"    {loss.kind} lost: {loss.what}" for loss in each.losses)


def _list(archive: Archive, source: str | None, as_json: bool) -> None:
    for known in cleaners.known_cleaners(archive, source):
        if as_json:
            put_json(known)
            continue
        standing = ("in force" * known.in_force, "gone back to" * known.pinned, "newest" * known.newest)
        told = ", ".join(filter(None, (*standing, f"{known.held} articles held" * bool(known.held))))
        click.echo(f"{known.source:16} {known.cleaner:20} {known.pages:8} pages {known.records:8} records  {told}")


def _go_to(archive: Archive, target: str) -> None:
    """Put an earlier cleaner, or the newest again, in force for the papers whose pages it has seen."""
    found = [known for known in cleaners.known_cleaners(archive) if known.cleaner == target]
    if not found:
        raise click.UsageError(f"no page has been cleaned by {target}; `baoluu reclean --list` tells who has")
    for known in found:
        if known.newest:
            held.drop_idle(archive, known.source, target)
        else:  # what is asked for by name is shown, whatever newer rules would lose
            held.accept(archive, known.source)
        differ = cleaners.differing(archive, known.source, target)
        cleaners.put_in_force(archive, known.source, target, differ, pinned=not known.newest)
    with progress("articles") as show:
        count = settle(archive, known_sources(), show)
    for known in found:
        told = "in force again" if known.newest else "in force until `baoluu reclean --to` names the newest"
        click.echo(f"{known.source}: {target} is {told}; {count} articles derived")


@click.command()
@archive_option
def rebuild(path: Path) -> None:
    """Derive articles, revisions, links and the index again, from the stored facts.

    \b
    baoluu rebuild --archive data/archive.db
    """
    with Archive(path, create=False) as archive, progress("articles") as show:
        count = derive_all(archive, known_sources(), show)
    click.echo(f"{count} articles derived")
