"""Commands of a keeper: withdraw."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from archive.store import Archive
from crawler.cli.common import archive_option, json_option, known_sources, progress, put_json
from crawler.cli.types import Address

if TYPE_CHECKING:
    from archive.withdraw import Going, Remains


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
    from archive.erase import erase
    from archive.settle import settle

    if urls and not (reason and reason.strip()):
        raise click.UsageError("give --reason: it is all that stays besides the URL")
    Archive(path, write=False).close()
    sources = known_sources()
    with Archive(path, write=not dry_run) as archive:
        try:
            going = [taking.find(archive, sources, url) for url in urls]
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
        urls=sorted({url for one in going for url in one.urls}),
        articles=sorted({one.article for one in going if one.article}),
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
