import click
import pytest

from crawler.cli import COMMANDS, cli
from tests.bench import capacity, capacity_page, curves, sheet
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


def test_the_page_of_measurements_shows_the_results_beside_it() -> None:
    assert sheet.PAGE.read_text(encoding="utf-8") == sheet.page(sheet.read(sheet.RESULTS))


def test_the_page_of_capacity_shows_the_measurements_beside_it() -> None:
    asked = capacity.Asked()
    text = capacity_page.page(asked, capacity.measured(asked.papers))
    assert capacity_page.PAGE.read_text(encoding="utf-8") == text, "run `make capacity`"
    assert f"({capacity_page.PLOT})" in text and (DOCS / capacity_page.PLOT).exists()


def test_the_manners_page_states_what_the_code_holds() -> None:
    from archive import manners, revisit, robots
    from crawler import download, settings, sitemaps

    page = " ".join((DOCS / "manners.md").read_text(encoding="utf-8").split())
    assert revisit.RETRIES == (30, 3_600, 86_400, 5 * 86_400) and revisit.GONE == (86_400, 7 * 86_400)
    assert (revisit.BREAKS, revisit.QUICK, revisit.SMOOTH, manners.SPREAD) == (5, 0.5, 0.25, 0.1)
    assert (robots.MAX_HOPS, sitemaps.MAX_DEPTH) == (5, 2)
    for said in (
        f"at most {robots.LONGEST_DELAY:.0f} s are believed",
        f"at most {revisit.LONGEST_REST:.0f} s",
        f"first {robots.MAX_BYTES // 1024} KiB",
        "up to an hour (after 429s: six hours)" if revisit.LONGEST_PAUSE == 6 * revisit.LONGEST_OUTAGE else "?",
        f"{settings.DOWNLOAD_TIMEOUT} s for a whole response",
        f"after {settings.BAOLUU_SLOW_AFTER} s a body must have come with {settings.BAOLUU_LEAST_PACE} bytes a second",
        f"larger than {settings.DOWNLOAD_MAXSIZE >> 20} MB, or than {settings.BAOLUU_DECODED_MAXSIZE >> 20} MB",
        f"given up after {download.LONGEST_HEAD >> 10} KiB",
        f"{sitemaps.MAX_URLS:,} addresses, {sitemaps.MAX_BYTES >> 20} MB unpacked",
    ):
        assert said in page, said
