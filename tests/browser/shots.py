"""Screenshots of a reading room over the hostile archive: `python -m tests.browser.shots FOLDER [PATH…]`.

Each page is taken at desktop and phone width, whole but no higher than `HEIGHT`. Without a PATH it is the home page.
What goes wrong in a page is printed beside it; the exit code is 1 where anything did.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import click

from tests.browser import rooms
from tests.browser.rooms import SCREENS, Room, Screen, Trap
from tests.browser.seen import Fault, Seen
from tests.hostile_archive import make

if TYPE_CHECKING:
    from playwright.sync_api import Browser

HEIGHT = 4000
"""Pixels of the page, not of the screen, that a picture shows at most."""


@click.command()
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@click.argument("paths", nargs=-1)
def main(folder: Path, paths: tuple[str, ...]) -> None:
    """Take screenshots of the room's PATHS, and write them into FOLDER.

    A part of a path in braces names an article by its purpose: `/{titles.script}/history`, `/{newsroom.revised}`.

    \b
    python -m tests.browser.shots /tmp/shots / /search?q=doi+ngoai /{newsroom.revised}/diff
    """
    if rooms.chromium() is None:
        raise click.ClickException(f"no browser is here: none of {', '.join(rooms.NAMES)}")
    folder.mkdir(parents=True, exist_ok=True)
    trap = Trap()
    with TemporaryDirectory() as made:
        holds = make(Path(made))
        with rooms.served(holds, Path(made) / "said.txt") as room, rooms.launched(trap) as browser:
            wrong = sum(_take(browser, room, trap, folder, path) for path in paths or ("/",))
    trap.close()
    sys.exit(1 if wrong else 0)


def _take(browser: Browser, room: Room, trap: Trap, folder: Path, path: str) -> int:
    """Both pictures of a path; how many faults its pages had."""
    count, address = 0, resolved(room, path)
    for screen in SCREENS:
        file = folder / f"{name_of(path)}-{screen}.png"
        status, faults = _shoot(browser, room, trap, screen, address, file)
        click.echo(f"{file}  {status} {address}")
        for fault in faults:
            click.echo(f"  {fault.kind}: {fault.text}")
        count += len(faults)
    return count


def _shoot(
    browser: Browser, room: Room, trap: Trap, screen: Screen, address: str, file: Path
) -> tuple[int, list[Fault]]:
    trap.came.clear()
    seen = Seen(room.host, lambda: list(trap.came))
    with rooms.opened(browser, room, screen) as context:
        seen.watch(context)
        page = context.new_page()
        answer = page.goto(address)
        width, shown = SCREENS[screen]["viewport"]["width"], page.evaluate("document.documentElement.scrollHeight")
        page.screenshot(path=file, full_page=True, clip={"x": 0, "y": 0, "width": width, "height": min(shown, HEIGHT)})
        return answer.status if answer else 0, seen.faults


def resolved(room: Room, path: str) -> str:
    """`path` with an article's own in the place of its purpose in braces. KeyError, AttributeError: there is none."""

    def article(found: re.Match[str]) -> str:
        kind, _, name = found[1].partition(".")
        held = getattr(room.holds, kind)
        return room.article(held[name] if name else held)

    return re.sub(r"/\{([\w.-]+)\}", article, path)


def name_of(path: str) -> str:
    """A file's name that tells the path."""
    return re.sub(r"[^\w.-]+", "-", path).strip("-")[:80] or "home"


if __name__ == "__main__":
    main()
