"""Commands that clean and derive again: reclean, rebuild."""

from datetime import datetime
from pathlib import Path

import click

from archive.derive import rebuild as derive_all
from archive.store import Archive
from crawler.cli.common import archive_option, cleaning, known_sources, need_source, progress


@click.command()
@click.option("--source", help="Only this paper.")
@click.option("--since", type=click.DateTime(["%Y-%m-%d"]), help="Only pages fetched on this day or later.")
@click.option("--dry-run", is_flag=True, help="Write nothing; say what would change.")
@click.option("--workers", type=click.IntRange(1), help="Child processes; default: one a core.")
@archive_option
def reclean(source: str | None, since: datetime | None, dry_run: bool, workers: int | None, path: Path) -> None:
    """Clean stored pages again where the rules have changed. Nothing is fetched.

    \b
    baoluu reclean --dry-run
    baoluu reclean --source vietnamnet
    """
    from pipelines.reclean import reclean as clean_again

    sources = known_sources()
    _need(path)
    with Archive(path) as archive, cleaning(workers) as pool, progress("cleaned") as show:
        if source:
            need_source(source, archive)
        report = clean_again(
            archive,
            sources,
            pool,
            only=source,
            since=f"{since:%Y-%m-%d}" if since else None,
            dry_run=dry_run,
            progress=show,
        )
    verb = "would change" if dry_run else "changed"
    click.echo(f"{report.pages} pages cleaned, {sum(report.changed.values())} {verb}")
    for name, count in sorted(report.changed.items()):
        fields = {f.split(" ", 1)[1]: n for f, n in report.fields.items() if f.split(" ", 1)[0] == name}
        click.echo(f"  {name}: {count} pages ({', '.join(f'{f} {n}' for f, n in sorted(fields.items()))})")
    for url, field in report.samples:
        click.echo(f"    {field}: {url}")
    for reason, count in sorted(report.dropped.items()):
        click.echo(f"  dropped, {reason}: {count}")


@click.command()
@archive_option
def rebuild(path: Path) -> None:
    """Derive articles, revisions, links and the index again, from the stored facts.

    \b
    baoluu rebuild --archive data/archive.db
    """
    _need(path)
    with Archive(path) as archive, progress("articles") as show:
        count = derive_all(archive, known_sources(), show)
    click.echo(f"{count} articles derived")


def _need(path: Path) -> None:
    """Refuse a missing file before a writing command would make an empty one."""
    Archive(path, write=False).close()
