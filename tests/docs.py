"""The generated pages of docs/, and writing them: `python -m tests.docs`."""

from collections.abc import Iterator
from pathlib import Path

import click

from archive.describe import page as schema_page
from crawler.cli import cli

DOCS = Path(__file__).parents[1] / "docs"


def pages() -> dict[str, str]:
    """File name below docs/ to the text that belongs there."""
    return {"schema.md": schema_page(), "commands.md": commands_page()}


def commands_page() -> str:
    """The command reference, from the commands' own help."""
    parts = ["# Commands\n\nGenerated from `--help` by `make docs`; do not edit.\n"]
    for name, command in _commands(cli, "baoluu"):
        names = cli.context_settings["help_option_names"]
        with click.Context(command, info_name=name, terminal_width=100, help_option_names=names) as context:
            parts.append(f"## {name}\n\n```\n{command.get_help(context)}\n```\n")
    return "\n".join(parts)


def _commands(group: click.Group, prefix: str) -> Iterator[tuple[str, click.Command]]:
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        if isinstance(command, click.Group):
            yield from _commands(command, f"{prefix} {name}")
        else:
            yield f"{prefix} {name}", command


if __name__ == "__main__":
    for file, text in pages().items():
        (DOCS / file).write_text(text, encoding="utf-8")
