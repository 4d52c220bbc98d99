"""`baoluu export`: what the archive holds, all of it or a selection, in open formats."""

import re
import sys
from datetime import date
from pathlib import Path

import click
import msgspec

from archive.exports.export import Exported, Wanted, count, stream
from archive.exports.export import export as make
from archive.exports.formats import FORMATS
from archive.exports.selection import Selection
from archive.query import EmptyQuery
from archive.store import Archive
from config.fold import fold
from crawler.cli.choosing import choice, choices
from crawler.cli.common import archive_option, json_option, known_sources, need_source, progress, put_json
from crawler.cli.types import Size
from crawler.codes import TROUBLE

_TABLES = ", ".join(name for name, made in FORMATS.items() if made.table)


@click.command()
@click.argument("query", nargs=-1)
@click.option("--format", "form", required=True, type=click.Choice(list(FORMATS)), help="What is written.")
@click.option("-o", "--output", help="File or folder to write; - for standard output. Default: named by what is asked.")
@choices
@click.option("--limit", type=click.IntRange(1), help="How many articles at most; of atom 50.")
@click.option("--raw", is_flag=True, help="csv: for programs. Nothing is changed for spreadsheets, lists are JSON.")
@click.option("--revisions", is_flag=True, help=f"{_TABLES}: every state of an article is a row.")
@click.option("--room", default="", metavar="URL", help="Of citations and feeds: the reading room to link to.")
@click.option("--split", type=Size(), metavar="SIZE", help="warc: a folder of files of at most so much, e.g. 1G.")
@click.option("--force", is_flag=True, help="Replace an earlier export of that name.")
@click.option("--dry-run", is_flag=True, help="Write nothing; tell how much it would be.")
@json_option
@archive_option
def export(
    query: tuple[str, ...],
    form: str,
    output: str | None,
    exact: bool,
    source: str | None,
    section: str | None,
    author: str | None,
    since: date | None,
    until: date | None,
    topic: str | None,
    limit: int | None,
    raw: bool,
    revisions: bool,
    room: str,
    split: int | None,
    force: bool,
    dry_run: bool,
    as_json: bool,
    path: Path,
) -> None:
    """Write articles in open formats, for other programs and other people.

    Without QUERY and choices everything goes out. Beside a file stands NAME.manifest.json, in a folder _manifest.json:
    what was selected, when, and the SHA-256 of each file. docs/formats.md describes formats and columns. A stopped
    export leaves NAME.partial; the next one begins anew. The texts belong to their publishers.

    \b
    baoluu export --format parquet
    baoluu export đối ngoại Đảng --format csv --since 2021-01-01 -o doi-ngoai.csv
    baoluu export --topic doi-ngoai-dang --format jsonl --revisions -o - | jq .title
    baoluu export --source vietnamnet --format bibtex --dry-run
    baoluu export --format warc --split 1G -o kho-warc
    """
    picked = choice(source=source, section=section, author=author, since=since, until=until, topic=topic)
    selection = Selection(query=" ".join(query), exact=exact, choice=picked)
    wanted = Wanted(format=form, selection=selection, raw=raw, revisions=revisions, limit=limit, room=room, split=split)
    _refuse(wanted, output)
    with Archive(path, write=False) as archive:
        if source:
            need_source(source, archive)
        try:
            if dry_run:
                return _tell_count(*count(archive, wanted), as_json)
            with progress("exported") as show:
                if output == "-":
                    done = stream(archive, known_sources(), wanted, sys.stdout.buffer, show)
                else:
                    target = Path(output or _name(path, wanted))
                    done = make(archive, known_sources(), wanted, target, show, force=force)
        except EmptyQuery as error:
            raise click.UsageError(str(error)) from None
    if output != "-":
        put_json(done) if as_json else click.echo(_told(done))
    if done.damaged:
        click.echo(_left_out(done), err=True)
        sys.exit(TROUBLE)
    return None


def _refuse(wanted: Wanted, output: str | None) -> None:
    """What makes no sense, before the archive is opened."""
    made = FORMATS[wanted.format]
    if wanted.split and not made.splits:
        raise click.UsageError(f"--split is for {', '.join(name for name, one in FORMATS.items() if one.splits)}")
    if output == "-" and wanted.folder:
        raise click.UsageError(f"{wanted.format} is a folder of files: name it with --output")
    if wanted.revisions and not made.table:
        raise click.UsageError(f"--revisions is for tables: {_TABLES}")
    if wanted.raw and wanted.format != "csv":
        raise click.UsageError("--raw is for csv; the other formats are for programs anyway")
    if wanted.room and not re.match(r"https?://[^/]", wanted.room):
        raise click.BadParameter("give the whole address, such as https://bao.example.vn/", param_hint="--room")
    if wanted.limit and made.of == "pages":
        raise click.UsageError("--limit counts articles; of pages all are written")
    if made.endings and output not in (None, "-") and not (wanted.split or str(output).lower().endswith(made.endings)):
        raise click.BadParameter(
            f"the name must end with {' or '.join(made.endings)}: by it other software opens the file", param_hint="-o"
        )


def _name(path: Path, wanted: Wanted) -> str:
    """The archive's name and what is asked, in a file name's letters."""
    asked = (wanted.selection.query, *msgspec.structs.asdict(wanted.selection.choice).values())
    said = re.sub(r"[^a-z0-9]+", "-", fold(" ".join(one for one in asked if one))).strip("-")[:60]
    suffix = "" if wanted.split else FORMATS[wanted.format].suffix
    return "-".join(filter(None, (path.stem, said))) + suffix


def _tell_count(what: str, number: int, as_json: bool) -> None:
    put_json({what: number}) if as_json else click.echo(f"Would write {number:,} {what}.")


def _told(done: Exported) -> str:
    rows = "" if done.rows == done.count or done.of == "pages" else f" in {done.rows:,} rows"
    count = done.rows if done.of == "pages" else done.count
    return f"{done.out}: {count:,} {done.of}{rows}, {done.bytes / 1e6:,.1f} MB; {done.manifest} tells what it is"


def _left_out(done: Exported) -> str:
    more = done.damaged - len(done.named)
    lines = [f"left out: {one}" for one in done.named] + ([f"left out: {more:,} more"] if more else [])
    return "\n".join([*lines, "The bytes of these pages are damaged in the archive; `baoluu verify` tells more."])
