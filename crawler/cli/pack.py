"""`baoluu repack`: store pages of one layout against each other, and what pages cost."""

import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

import click
import msgspec

from archive.repack import Report, unpack
from archive.repack import repack as pack
from archive.store import Archive
from archive.usage import FileUsage, Usage, file_usage, usage
from crawler.cli.common import archive_option, json_option, progress, put_json


@click.command()
@click.option("--undo", is_flag=True, help="Store every page on its own again.")
@click.option("--stats", is_flag=True, help="Write nothing; tell what the pages of each paper and kind cost.")
@json_option
@archive_option
def repack(undo: bool, stats: bool, as_json: bool, path: Path) -> None:
    """Store pages of one layout against each other: the same pages in a fraction of the bytes.

    Refetched pages lean on the first fetch of their URL, others on a page of their paper that resembles them. Every
    page comes back byte for byte; a crawl may go on meanwhile. Stopped or killed, it goes on next time.

    \b
    baoluu repack
    baoluu repack --stats
    baoluu repack --undo
    """
    if undo and stats:
        raise click.UsageError("--undo and --stats exclude each other; --stats alone writes nothing")
    if stats or not path.exists():  # a writing command would make an empty archive
        with Archive(path, write=False) as archive:
            _tell_usage(list(usage(archive)), file_usage(archive), as_json)
        return
    with Archive(path) as archive, _stopped() as stop, progress("unpacked" if undo else "packed") as show:
        report = (unpack if undo else pack)(archive, progress=show, stop=stop)
    _tell(report, as_json)


@contextmanager
def _stopped() -> Iterator[Callable[[], bool]]:
    """A function that answers whether SIGINT or SIGTERM came; a second one ends the process at once."""
    came: list[int] = []

    def note(number: int, _: FrameType | None) -> None:
        came.append(number)
        signal.signal(number, before[signal.Signals(number)])

    before = {number: signal.signal(number, note) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield lambda: bool(came)
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _tell(report: Report, as_json: bool) -> None:
    """What was done; exit code 3 for stopped early, 1 for damaged bodies."""
    if as_json:
        put_json(report)
    else:
        more = f"; {report.moved} changed meanwhile and wait for the next run" if report.moved else ""
        click.echo(
            f"{report.bodies} bodies stored anew, {report.leaning} of them against another: "
            f"{_bytes(report.before)} are now {_bytes(report.after)}; {_bytes(report.freed)} given back{more}"
        )
    if report.damaged:
        numbers = ", ".join(map(str, report.damaged[:10]))
        click.echo(f"Damaged, and left as they are: {len(report.damaged)} bodies ({numbers})", err=True)
        click.echo("Restore them from a backup.", err=True)
    if not report.finished:
        click.echo("Stopped. The same command goes on where this one ended.", err=True)
        sys.exit(3)
    sys.exit(1 if report.damaged else 0)


def _tell_usage(found: list[Usage], file: FileUsage, as_json: bool) -> None:
    if as_json:
        for of in found:
            put_json(msgspec.structs.asdict(of) | {"ratio": round(of.ratio, 4)})
        put_json({"file": file})
        return
    click.echo(f"{'paper':16} {'kind':8} {'pages':>8} {'bodies':>8} {'a page':>10} {'stored':>10}  ratio  packed")
    for of in found:
        click.echo(
            f"{of.source:16} {of.kind:8} {of.pages:8} {of.bodies:8} {_bytes(of.raw // of.pages):>10}"
            f" {_bytes(of.stored // of.pages):>10}  {of.ratio:5.3f}  {of.packed / of.bodies:6.0%}"
        )
    click.echo(f"The file: {_bytes(file.bytes)}, {_bytes(file.free)} of it free; {file.waiting} bodies to be packed")


def _bytes(count: int) -> str:
    """`count` for people: 640 B, 3.2 KB, 1.5 MB."""
    size, unit = float(count), "B"
    for unit in ("B", "KB", "MB", "GB"):
        if size < 1000 or unit == "GB":
            break
        size /= 1000
    return f"{size:.0f} {unit}" if unit == "B" else f"{size:.1f} {unit}"
