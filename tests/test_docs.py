import click
import pytest

from crawler.cli import COMMANDS, cli
from tests.bench import curves
from tests.conftest import need_shared
from tests.docs import DOCS, pages


@pytest.mark.parametrize("name", ["schema.md", "commands.md", "papers.md"])
def test_the_generated_pages_are_current(name: str) -> None:
    assert (DOCS / name).read_text(encoding="utf-8") == pages()[name], "run `make docs`"


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_an_example_and_its_help_line(name: str) -> None:
    command = cli.get_command(click.Context(cli), name)
    assert command is not None and command.help is not None
    assert f"baoluu {name}" in command.help
    assert COMMANDS[name][1].rstrip(".") in command.help.splitlines()[0]


def test_the_scores_in_the_readme_are_what_is_measured() -> None:
    need_shared("pages")
    from tests.bench.scores import rows

    assert "\n".join(rows()) in (DOCS.parent / "README.md").read_text(encoding="utf-8")


def test_the_growth_page_shows_the_results_beside_it() -> None:
    assert (DOCS / "growth.md").read_text(encoding="utf-8") == curves.page(curves.read(curves.RESULTS))
