"""`baoluu demo`: the whole job on the sample newsroom, and what a user wants to know of it."""

import sys
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import click

from archive.store import Archive
from config.clock import ShiftedClock
from crawler.cli.common import put_json
from crawler.newsroom import PORT, VISITS, Newsroom, declared


@click.command()
@click.option("--serve", is_flag=True, help="Open the archive in Datasette afterwards.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@click.option("--fresh", is_flag=True, help="Start anew: the demo's archive is deleted first.")
@click.option("--port", type=click.IntRange(1, 65535), help=f"Port of the newsroom; default {PORT}.")
@click.option(
    "--archive",
    "path",
    type=click.Path(path_type=Path),
    default=Path("data/demo.db"),
    show_default=True,
    help="The demo's archive file.",
)
def demo(serve: bool, as_json: bool, fresh: bool, port: int | None, path: Path) -> None:
    """Run the whole job on the bundled sample newsroom: crawl, visit again a day later, tell what changed.

    Nothing leaves this machine: the four invented papers are served on loopback addresses. Killed, the same command
    goes on; finished, it tells the same again.

    \b
    baoluu demo
    baoluu demo --fresh --serve
    """
    if fresh:
        _delete(path)
    clock = ShiftedClock(VISITS[0])
    with Archive(path, clock=clock) as archive:
        _refuse_others(archive)
        for visit in (1, 2):
            if not _done(archive, visit):
                _visit(archive, clock, visit, port or _port_of(archive))
        from crawler.report import report

        told = report(archive, Newsroom(_port_of(archive)))
    put_json(told.summary()) if as_json else click.echo(told.text())
    click.echo(f"\nOpen it:  {sys.argv[0]} serve --archive {path}", err=as_json)
    if serve:
        from crawler.cli.serve import run_datasette

        run_datasette(path, "127.0.0.1", 8001)


def _visit(archive: Archive, clock: ShiftedClock, visit: int, port: int) -> None:
    """Crawl the newsroom as it is at one visit; a killed visit goes on at the moment it had come to."""
    from crawler.cli.watch import watched
    from crawler.run import crawl

    clock.move(max(VISITS[visit - 1], _latest(archive)))
    try:
        with Newsroom(port, clock.now) as newsroom, watched() as watch:
            newsroom.visit = visit
            click.echo(f"Visit {visit}: four papers on port {port}, {clock.now():%d/%m/%Y}", err=True)
            done = crawl(archive, declared(port), command=_command(visit), on_progress=watch)
    except OSError as error:
        raise click.UsageError(f"port {port} cannot be used ({error.strerror}); choose another with --port") from None
    if done.held:
        raise click.ClickException(f"another demo, {done.held.told()}, is under way in {archive.path}; let it end")
    if done.outcome != "finished":
        click.echo("Stopped. The same command goes on where this one ended.", err=True)
        sys.exit(3)


def _command(visit: int) -> str:
    return f"demo visit {visit}"


def _done(archive: Archive, visit: int) -> bool:
    found = archive.rows("SELECT 1 FROM runs WHERE command = ? AND outcome = 'finished'", (_command(visit),))
    return next(found, None) is not None


def _latest(archive: Archive) -> datetime:
    """The fetch time of the newest page, or the first visit."""
    row: dict[str, Any] = next(archive.rows("SELECT max(fetched_at) AS at FROM pages"))
    return datetime.fromisoformat(row["at"]) if row["at"] else VISITS[0]


def _port_of(archive: Archive) -> int:
    """The port that the archive's pages were fetched from, so that a killed demo goes on with the same URLs."""
    row = next(archive.rows("SELECT url FROM pages LIMIT 1"), None)
    return (urlsplit(row["url"]).port if row else None) or PORT


def _refuse_others(archive: Archive) -> None:
    names = {row["source"] for row in archive.rows("SELECT DISTINCT source FROM pages")} - set(declared())
    if names:
        raise click.UsageError(
            f"{archive.path} holds pages of {min(names)}; the demo writes only into an archive of its own"
        )


def _delete(path: Path) -> None:
    """Delete the demo's own archive; any other file is refused."""
    if path.exists():
        with Archive(path) as archive:
            _refuse_others(archive)
        for part in ("", "-wal", "-shm", "-reserve"):
            Path(f"{path}{part}").unlink(missing_ok=True)
