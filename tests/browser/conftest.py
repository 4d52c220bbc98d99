"""A reading room over the hostile archive, and a browser that looks at it.

This folder mirrors no package: what it tests is what a reader sees, to which all of them contribute.

A test takes `page` (desktop), `phone`, or `open_page` for more of them or one without JavaScript. Whatever goes wrong
in a page fails the test at its end, unless it was declared: `seen.expect("console", "404")`. A test of what may come
after a page's load (a stored page's scripts) calls `rooms.settle` before it ends. Without Playwright or
chromium the tests skip. Playwright's synchronous calls stand half-way in a loop of their own, so a test here can run
no asyncio; the browser is closed before tests of other folders begin, which may.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import pytest

from tests.browser import rooms
from tests.browser.rooms import Room, Screen, Trap
from tests.browser.seen import Seen
from tests.hostile_archive import Hostile, make

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

OpenPage = Callable[..., "Page"]
"""`open_page(screen="desktop", javascript=True)`: a page in a window of its own, watched by `seen`."""


@pytest.fixture(scope="session")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Hostile:
    """The archive, made once for all tests of this process; nobody writes into it."""
    return make(tmp_path_factory.mktemp("hostile"))


@pytest.fixture(scope="session")
def needed() -> None:
    """A skip where there is nothing to look at a page with."""
    pytest.importorskip("playwright.sync_api", reason="Playwright is not here; `make setup` brings it")
    if rooms.chromium() is None:
        pytest.skip(f"no browser is here: none of {', '.join(rooms.NAMES)}")


@pytest.fixture(scope="session")
def room(needed: None, hostile: Hostile, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Room]:
    """The room, served by `baoluu serve`."""
    with rooms.served(hostile, tmp_path_factory.mktemp("room") / "said.txt") as served:
        yield served


@pytest.fixture(scope="package")
def trap() -> Iterator[Trap]:
    """What 127.0.0.9 is for the browser."""
    trap = Trap()
    yield trap
    trap.close()


@pytest.fixture(scope="package")
def browser(needed: None, trap: Trap) -> Iterator[Browser]:
    """The browser, one for all tests of this folder that follow each other."""
    with rooms.launched(trap) as launched:
        yield launched


@pytest.fixture
def seen(room: Room, trap: Trap) -> Iterator[Seen]:
    """What goes wrong in the test's pages; the test fails at its end for what it did not declare."""
    trap.came.clear()
    found = Seen(room.host, lambda: list(trap.came))
    yield found
    found.check()


@pytest.fixture
def open_page(browser: Browser, room: Room, seen: Seen) -> Iterator[OpenPage]:
    """Opens pages; their windows are closed at the test's end, before `seen` is checked."""
    contexts: list[BrowserContext] = []

    def open_one(screen: Screen = "desktop", *, javascript: bool = True) -> Page:
        context = rooms.opened(browser, room, screen, javascript=javascript)
        contexts.append(context)
        seen.watch(context)
        return context.new_page()

    yield open_one
    for context in contexts:
        for page in context.pages:
            page.wait_for_load_state("load")  # what closing cuts off would look like a request that failed
        context.close()


@pytest.fixture
def page(open_page: OpenPage) -> Page:
    """A page at 1280 by 900."""
    return open_page()


@pytest.fixture
def phone(open_page: OpenPage) -> Page:
    """A page at 390 by 844, touched with a finger."""
    return open_page("phone")
