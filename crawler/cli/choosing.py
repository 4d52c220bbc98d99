"""Which articles are meant: the options that `search` and `export` share."""

from collections.abc import Callable
from datetime import date
from typing import Any, TypeVar

import click

from archive.choice import Choice
from crawler.cli.types import Day

Command = TypeVar("Command", bound=Callable[..., Any])
_OPTIONS = (
    click.option("--topic", help="Only articles of this topic."),
    click.option("--until", type=Day(), help="Only articles published on this day or earlier."),
    click.option("--since", type=Day(), help="Only articles published on this day or later."),
    click.option("--author", help="Only this author, in any spelling."),
    click.option("--section", help="Only this section, in any spelling."),
    click.option("--source", help="Only this paper."),
    click.option("--exact", is_flag=True, help="Only as typed: words without marks find no words with marks."),
)


def choices(command: Command) -> Command:
    """`--exact`, `--source`, `--section`, `--author`, `--since`, `--until`, `--topic`."""
    for option in _OPTIONS:
        command = option(command)
    return command


def choice(
    *, source: str | None, section: str | None, author: str | None, since: date | None, until: date | None,
    topic: str | None,
) -> Choice:  # fmt: skip
    """What they choose."""
    days = [day.isoformat() if day else None for day in (since, until)]
    return Choice(source=source, section=section, author=author, since=days[0], until=days[1], topic=topic)
