"""`sources recurring`: what stands on many articles of one paper, and declaring it as no part of a text."""

import difflib
import sys
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

import click
import msgspec

from archive.newest import newest
from archive.store import Archive
from config import sources as declared
from config.declarations import SourceFile
from config.edit import NotEditable, put_file, with_drop_line
from crawler.cli.common import archive_option, json_option, known_sources, put_json
from crawler.cli.coverage import counted

if TYPE_CHECKING:
    from pipelines.recurring import Recurring

_LISTED = 20
"""Lines of one paper that are told without `--json`."""


@click.command(short_help="Find the clutter that stands on many articles of a paper.")
@click.argument("paper", required=False, metavar="[SOURCE]")
@click.option("--newest", "count", default=300, show_default=True, type=click.IntRange(10), help="Articles to look at.")
@click.option("--write", is_flag=True, help="Declare the clutter: add its patterns to the paper's drop_lines.")
@click.option("--line", "lines", multiple=True, help="With --write: only this line, as it is printed here.")
@click.option("--dry-run", is_flag=True, help="With --write: only show what would be written.")
@json_option
@archive_option
def recurring(
    paper: str | None, count: int, write: bool, lines: tuple[str, ...], dry_run: bool, as_json: bool, path: Path
) -> None:
    """Find lines, and blocks of lines, that stand on many articles of one paper: menus, share bars, footers.

    Numbers count as equal. What is likely clutter comes first: lines in eight and more different stories, on most
    articles since they first stood somewhere, at their beginning or end (elsewhere: on nearly all), in most sections.
    Of the rest it is said why not. Nothing is cut before it is declared: --write adds the clutter's patterns to
    config/sources/SOURCE.toml, and `baoluu reclean` applies them to what is kept already.

    \b
    baoluu sources recurring thanhnien
    baoluu sources recurring thanhnien --write --dry-run
    """
    if write and not paper:
        raise click.UsageError("--write needs the SOURCE whose declaration is to be written")
    if (lines or dry_run) and not write:
        raise click.UsageError("--line and --dry-run go with --write")
    if write and as_json:
        raise click.UsageError("--write shows what it writes, and not as JSON")
    for name, looked, found in _found(path, paper, count):
        if write:
            _write(name, found, lines, dry_run)
        elif as_json:
            for one in found:
                put_json({"source": name, **msgspec.to_builtins(one)})
        else:
            _tell(name, looked, found)


def _found(path: Path, paper: str | None, count: int) -> "Iterator[tuple[str, int, list[Recurring]]]":
    """(paper, how many of its pages were looked at, what recurs)."""
    from crawler.cli.check import papers_of
    from pipelines.recurring import recurring as look

    known = known_sources()
    with Archive(path, write=False) as archive:
        for name, _, under in papers_of(archive, known, [paper] if paper else []):
            rows = list(islice(newest(archive, under), count))
            yield name, len(rows), look(rows)


def _tell(name: str, looked: int, found: "Sequence[Recurring]") -> None:
    if not looked:
        click.echo(f"{name}: the archive holds no cleaned article page of it")
        return
    clutter = sum(one.clutter for one in found)
    told = f"{counted(clutter, 'likely clutter line')}, {counted(len(found) - clutter, 'other line')} that recur"
    click.echo(f"{name}: {counted(looked, 'page')}, {told}")
    for one in found[:_LISTED]:
        mark = "!" if one.clutter else " "
        block = f" [block {one.block}]" if one.block is not None else ""
        often = f"{one.articles:>4} of {one.of:<4} {one.share:4.0%} since {one.since[:10]}"
        click.echo(f"{mark} {often} {one.where:6} ({one.ever} of {one.newest} in all){block}")
        click.echo(f"       {one.part}: {one.text[:160]}")
        click.echo(f"       {one.why if not one.clutter else one.pattern or 'cut its element with a drop selector'}")
        click.echo(f"       {one.url}")
    if len(found) > _LISTED:
        click.echo(f"  and {len(found) - _LISTED} more (--json tells all)")


def _write(name: str, found: "Sequence[Recurring]", lines: Sequence[str], dry_run: bool) -> None:
    """Add the patterns of the clutter, or of `lines`, to the paper's own file. What stands in few articles is
    refused."""
    file = declared.HERE / "sources" / f"{name}.toml"
    if not file.exists():
        raise click.UsageError(f"{name} is declared in no file that could be written: {file} does not exist")
    patterns = [_pattern(line, found) for line in lines] or [o.pattern for o in found if o.clutter and o.pattern]
    before = after = file.read_text(encoding="utf-8")
    try:
        for pattern in patterns:
            after = with_drop_line(after, pattern)
    except NotEditable as error:
        raise click.ClickException(f"{file}: {error}") from None
    if after == before:
        click.echo(f"{name}: nothing to declare")
        return
    declared.parse(file, after, SourceFile)
    shown = difflib.unified_diff(before.splitlines(), after.splitlines(), str(file), str(file), lineterm="")
    click.echo("\n".join(shown))
    if dry_run:
        return
    if sys.stdin.isatty():
        click.confirm("Write this?", abort=True)
    put_file(file, after)
    click.echo(f"written; `baoluu reclean --source {name}` applies it to the pages that are kept")


def _pattern(line: str, found: "Sequence[Recurring]") -> str:
    from pipelines.recurring import STORIES, key_of

    one = next((o for o in found if key_of(o.text) == key_of(line) and o.pattern), None)
    if one is None:
        raise click.ClickException(f"{line!r} is no line that recurs here; `baoluu sources recurring` lists those")
    if one.stories < STORIES or one.pattern is None:
        raise click.ClickException(f"{line!r} {one.why}: a line that few articles have may be their text")
    return one.pattern
