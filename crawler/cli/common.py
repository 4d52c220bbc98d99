"""What commands share: options, plain or JSON answers, progress."""

import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click
import msgspec

from archive.store import Archive
from config.sources import Sources, load
from config.topics import HERE as TOPICS
from pipelines.errors import CleaningStopped

if TYPE_CHECKING:
    from pipelines.pool import CleaningPool

Command = TypeVar("Command", bound=Callable[..., Any])

CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
"""What a page may hold and a terminal must not be given: control characters, and those that turn the direction."""
DEFAULT_ARCHIVE = Path("data/archive.db")


def archive_option(command: Command) -> Command:
    """`--archive PATH`, or BAOLUU_ARCHIVE."""
    return click.option(
        "--archive",
        "path",
        type=click.Path(path_type=Path),
        envvar="BAOLUU_ARCHIVE",
        default=DEFAULT_ARCHIVE,
        show_default=True,
        help="The archive file.",
    )(command)


def topics_option(command: Command) -> Command:
    """`--topics FOLDER`, or BAOLUU_TOPICS."""
    return click.option(
        "--topics",
        "folder",
        type=click.Path(path_type=Path, file_okay=False),
        envvar="BAOLUU_TOPICS",
        default=TOPICS,
        show_default="config/topics",
        help="Where the topics are declared.",
    )(command)


def json_option(command: Command) -> Command:
    """`--json`: one JSON object a line, nothing else."""
    return click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")(command)


def put_json(value: object) -> None:
    """Print one JSON object on its own line."""
    click.echo(msgspec.json.encode(value).decode())


@contextmanager
def progress(label: str) -> Iterator[Callable[[int, int], None]]:
    """A function to call with (done, total): a bar with the time left on a terminal, a line a tenth in a pipe."""
    if not sys.stderr.isatty():
        yield _Lines(label)
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True)) as bar:
        task = bar.add_task(label, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


class _Lines:
    """Progress for logs: a line at every tenth."""

    def __init__(self, label: str) -> None:
        self._label, self._tenth = label, -1

    def __call__(self, done: int, total: int) -> None:
        if total and (tenth := 10 * done // total) > self._tenth:
            self._tenth = tenth
            click.echo(f"{self._label}: {done} of {total}", err=True)


def known_sources() -> Sources:
    """The declared papers and the sample newsroom's, so that a demo archive can be cleaned again like any other."""
    from crawler.newsroom import declared

    real, sample = load(), declared()
    return Sources({**real, **sample}, real.families, {**real.files, **sample.files})


class _Stopped(click.ClickException):
    exit_code = 3


@contextmanager
def resumable() -> Iterator[None]:
    """When who cleans is ended from outside the command stops early, to be run again."""
    try:
        yield
    except CleaningStopped as error:
        raise _Stopped(f"{error}; the same command goes on where this one ended") from None


@contextmanager
def cleaning(workers: int | None = None) -> Iterator["CleaningPool"]:
    """Children that clean; when they are ended from outside the command stops early."""
    from pipelines.pool import CleaningPool

    with resumable(), CleaningPool(workers) as pool:
        yield pool


def need_source(name: str, archive: Archive) -> None:
    """Refuse a `--source` that neither a declaration nor the archive knows, with the nearest names."""
    known = known_sources()
    if name not in known and name not in archive.source_names():
        known.pick(name)
