"""`baoluu crawl`: collect what is new and due, then end."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from archive.store import Archive
from config.sources import load
from crawler.cli.common import archive_option, json_option, put_json
from crawler.codes import code_of_crawl

if TYPE_CHECKING:
    from crawler.run import Outcome


@click.command()
@click.argument("names", metavar="[SOURCE]...", nargs=-1)
@click.option("--limit", type=click.IntRange(1), help="End after so many pages of articles.")
@click.option(
    "--replay", type=click.Path(path_type=Path), help="A WARC, or a folder of saved pages: no network at all."
)
@click.option("-q", "--quiet", is_flag=True, help="Do not tell how it stands while it runs.")
@json_option
@archive_option
def crawl(
    names: tuple[str, ...], limit: int | None, replay: Path | None, quiet: bool, as_json: bool, path: Path
) -> None:
    """Collect what is new and due at the declared papers, then end. Stopped or killed, it goes on next time.

    While another crawl of the same archive is under way this one is skipped: it says so, and ends with 0. On a
    terminal a board on standard error shows how it stands; in a pipe a line a minute does.

    \b
    baoluu crawl
    baoluu crawl vietnamnet --limit 50
    baoluu crawl --replay saved-pages/
    """
    from crawler.cli.told import warnings_told
    from crawler.cli.watch import watched
    from crawler.replay import Replay, ReplayError
    from crawler.run import crawl as run

    sources = load()
    for name in names:
        sources.pick(name)
    try:
        store = Replay(replay, sources) if replay else None
        with Archive(path) as archive, warnings_told(), watched(quiet) as watch:
            called = " ".join(["crawl", *(["--replay"] if replay else []), *names])
            done = run(archive, sources, only=names, limit=limit, replay=store, command=called, on_progress=watch)
    except ReplayError as error:
        raise click.UsageError(str(error)) from None
    if done.held:
        click.echo(f"Skipped: {done.held.told()} is under way in {path}; this is run {done.run}.", err=True)
        sys.exit(0)
    _tell(done, as_json)
    if done.outcome == "stopped":
        click.echo("Stopped. The same command goes on where this one ended.", err=True)
    sys.exit(code_of_crawl(done.outcome, done.sources))


def _tell(done: "Outcome", as_json: bool) -> None:
    """What happened at each paper on standard output, what was left out on standard error."""
    for name, of in done.sources.items():
        if as_json:
            put_json({"source": name, "counts": of})
        elif of.kept or of.errors:
            more = [f"{n} dropped: {reason}" for reason, n in sorted(of.dropped.items())]
            more += [f"{n} failed: {kind}" for kind, n in sorted(of.errors.items())]
            click.echo(f"{name}: " + ", ".join([f"{of.kept} pages", f"{of.cleaned} articles cleaned", *more]))
    if done.foreign:
        click.echo(f"{done.foreign} stored responses belong to no declared paper and were left out", err=True)
    if done.skipped:
        click.echo(f"{done.skipped} stored responses could not be read and were left out", err=True)
    if done.outcome == "failed":
        click.echo("The crawl failed; what was kept is kept. `baoluu runs` lists it, the log above says why.", err=True)
