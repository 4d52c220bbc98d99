"""Commands of a keeper: merge, withdraw, publish."""

import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from archive.store import Archive
from config.sources import Sources
from crawler.cli.common import archive_option, cleaning, json_option, known_sources, progress, put_json
from crawler.cli.types import Address

if TYPE_CHECKING:
    from archive.withdraw import Going, Remains


@click.command()
@click.argument("other", type=click.Path(path_type=Path))
@click.option("--workers", type=click.IntRange(1), help="Child processes that clean; default: one a core.")
@json_option
@archive_option
def merge(other: Path, workers: int | None, as_json: bool, path: Path) -> None:
    """Take over what another archive holds: pages, cleanings, runs, withdrawals, and what it still has to fetch.

    The other file is only read. Twice is once, in any order; stopped, the same command goes on.

    \b
    baoluu merge other.db
    """
    with Archive(path, create=False) as archive:
        told = merged(archive, other, known_sources(), workers)
        put_json(told) if as_json else tell_merged(told)
    sys.exit(1 if told["damaged"] else 0)


def merged(archive: Archive, other: Path, sources: Sources, workers: int | None) -> dict[str, object]:
    """Take over what the archive at `other` holds, clean and derive it, with progress; answers what was taken."""
    from archive.derive import settle
    from archive.erase import erase
    from archive.merge import merge as take_over
    from archive.merge import opened
    from pipelines.reclean import reclean

    with opened(other, archive) as second:
        with progress("pages") as show:
            done = take_over(archive, second, sources, show)
        with cleaning(workers) as pool, progress("cleaned") as show:
            for name in second.source_names():
                reclean(archive, sources, pool, only=name, progress=show)
    with progress("articles") as show:
        settle(archive, sources, show)
    erase(archive)
    return asdict(done)


def tell_merged(told: dict[str, object]) -> None:
    """Tell people what a merge took."""
    told = dict(told)
    damaged = told.pop("damaged")
    click.echo("Taken over: " + ", ".join(f"{told.pop(n)} {n}" for n in ("pages", "bodies", "cleanings", "runs")))
    click.echo(f"Queued URLs taken over: {told['frontier']}")
    if any(told[name] for name in ("withdrawals", "withdrawn", "refused")):
        click.echo(f"Withdrawn there and now here: {told['withdrawals']} URLs, {told['withdrawn']} pages")
        click.echo(f"Withdrawn and not taken over: {told['refused']} pages")
    for page in damaged:  # type: ignore[attr-defined]
        click.echo(f"damaged there, left out: {page}")


@click.command()
@click.argument("urls", metavar="[URL]...", nargs=-1, type=Address())
@click.option("--reason", help="Why, for whoever asks later; kept with the tombstone.")
@click.option("--dry-run", is_flag=True, help="Change nothing; say what would go and what would remain.")
@json_option
@archive_option
def withdraw(urls: tuple[str, ...], reason: str | None, dry_run: bool, as_json: bool, path: Path) -> None:
    """Take an article out of the archive, and out of the file's bytes. A tombstone stays, so it never comes back.

    All its pages go, at whatever URL, with everything made of them. What other pages say of it stays and is told.
    Without a URL, an earlier withdrawal that was stopped is finished.

    \b
    baoluu withdraw https://vietnamnet.vn/some-article-2495349.html --reason "court order 12/2026"
    baoluu withdraw
    """
    from archive import withdraw as taking
    from archive.derive import settle
    from archive.erase import erase

    if urls and not (reason and reason.strip()):
        raise click.UsageError("give --reason: it is all that stays besides the URL")
    sources = known_sources()
    with Archive(path, write=not dry_run, create=False) as archive:
        try:
            going = [taking.find(archive, sources, url) for url in urls]
            taking.unite(archive, going)
        except taking.NotWithdrawable as error:
            raise click.UsageError(str(error)) from None
        with progress("looked through") as show:
            told = _told(going, taking.remains(archive, going, show))
        try:
            if not dry_run:
                told.bodies = sum(taking.withdraw(archive, one, reason or "") for one in going)
                settle(archive, sources)
                told.erased = erase(archive)
        finally:
            put_json(told) if as_json else _tell(told)


@dataclass
class _Told:
    """What a withdrawal took, or with a dry run would take."""

    urls: list[str]
    articles: list[str]
    pages: int
    cleanings: int
    frontier: int
    remains: "Remains"
    bodies: int | None = None
    erased: int | None = None
    """Tombstones whose bytes have left the file."""


def _told(going: "list[Going]", left: "Remains") -> _Told:
    return _Told(
        urls=sorted({url for one in going for url in (*one.urls, *one.shown)}),
        articles=sorted({name for one in going for name in (one.article, *one.names) if name}),
        pages=len({page for one in going for page in one.pages}),
        cleanings=sum(one.cleanings for one in going),
        frontier=sum(len(one.frontier) for one in going),
        remains=left,
    )


def _tell(told: _Told) -> None:
    if told.urls:
        verb = "Would go" if told.bodies is None else "Gone"
        click.echo(f"{verb}: {told.pages} pages, {told.cleanings} cleanings, {told.frontier} queued URLs")
        click.echo("".join(f"  {url}\n" for url in told.urls), nl=False)
    if told.remains.pages:
        click.echo(f"{told.remains.pages} other pages name its headline or link to it, and stay:")
        click.echo("".join(f"  {url}\n" for url in told.remains.urls), nl=False)
    if told.erased is not None:
        click.echo("Its bytes have left the file." if told.erased else "Nothing was left to erase.")
    if told.erased:
        click.echo("Older backups, published copies and exports still hold it: replace or delete those.")


@click.command()
@click.argument("out", type=click.Path(path_type=Path))
@json_option
@archive_option
def publish(out: Path, as_json: bool, path: Path) -> None:
    """Write the texts without the pages' bytes, for a public Datasette: articles, their states, links, search.

    The texts belong to their publishers; the note stands in the metadata that is written beside the file.

    \b
    baoluu publish public.db
    datasette public.db --metadata public.db.metadata.json
    """
    from archive.publish import publish as make

    with Archive(path, write=False) as archive, progress("published") as show:
        done = make(archive, out, show)
    if as_json:
        put_json(done)
    else:
        click.echo(f"{done.file}: {done.articles} articles in {done.revisions} states, {done.size / 1e6:,.1f} MB")
        click.echo(f"Serve it:  datasette {done.file} --metadata {done.metadata}")
