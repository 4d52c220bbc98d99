"""Exported pages replayed by pywb and looked at in a browser."""

from __future__ import annotations

import http.client
import subprocess
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from archive.exports.export import Wanted, export
from archive.exports.records import utc
from archive.store import Archive
from config.sources import Sources
from tests.archive.exports.reading import checker
from tests.browser import rooms
from tests.conftest import PAPER
from tests.exported import EDITED, ELSEWHERE, LEAD, PAGES, TITLE, make
from tests.ports import free_port

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

WARC = "out.warc.gz"
LONGEST = 300
"""Seconds after which pywb ends by itself, whatever becomes of this process."""


@pytest.fixture(scope="module")
def replayed(needed: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of pywb's collection of an exported archive."""
    manager, wayback = checker("wb-manager"), checker("wayback")
    folder = tmp_path_factory.mktemp("pywb")
    with Archive(make(folder / "kept.db"), write=False) as archive:
        export(archive, Sources({"songnews": PAPER}, {}), Wanted(format="warc"), folder / WARC, lambda *_: None)
    for command in (["init", "bao"], ["add", "bao", str(folder / WARC)]):
        subprocess.run([manager, *command], cwd=folder, check=True, capture_output=True, timeout=120)
    port = free_port([rooms.HOST])
    command = ["timeout", str(LONGEST), wayback, "-b", rooms.HOST, "-p", str(port)]
    with (folder / "said.txt").open("wb") as said:
        child = subprocess.Popen(command, cwd=folder, stdout=said, stderr=subprocess.STDOUT)
    try:
        _wait(child, port, folder / "said.txt")
        yield f"http://{rooms.HOST}:{port}/bao"
    finally:
        child.terminate()
        child.wait(rooms.PATIENCE)


def _wait(child: subprocess.Popen[bytes], port: int, said: Path) -> None:
    for _ in range(rooms.PATIENCE * 2):
        with (
            suppress(OSError),
            closing(http.client.HTTPConnection(rooms.HOST, port, timeout=rooms.PATIENCE)) as connection,
        ):
            connection.request("GET", "/")
            connection.getresponse().read()
            return
        with suppress(subprocess.TimeoutExpired):
            child.wait(0.5)
            break
    raise RuntimeError(f"pywb does not answer ({child.poll()}):\n{said.read_text(encoding='utf-8')}")


@pytest.fixture(params=["desktop", "phone"])
def window(request: pytest.FixtureRequest, browser: Browser) -> Iterator[Page]:
    context = browser.new_context(**rooms.SCREENS[request.param])
    yield context.new_page()
    context.close()


SHOWN = {"first": TITLE, "same": TITLE, "unchanged": TITLE, "mobile": TITLE, "edited": EDITED, "bare": ELSEWHERE}
"""Pages, and the headline that a reader of each sees: `same` and `mobile` lead to another record's body, `unchanged` is
a 304, and of `bare` only the header says that it is UTF-8."""


@pytest.mark.parametrize("name", SHOWN)
def test_a_page_is_shown_as_its_paper_showed_it(replayed: str, window: Page, name: str) -> None:
    page = PAGES[name]
    at = _utc(page.fetched_at)
    window.goto(f"{replayed}/{at}/{page.url}")
    shown = window.frame_locator("#replay_iframe")
    shown.locator(".lead", has_text=LEAD).wait_for()
    assert shown.locator("h1").inner_text() == SHOWN[name]
    (frame,) = window.main_frame.child_frames
    assert frame.title() == SHOWN[name]
    assert f"/{at}mp_/{page.url}" in frame.url, "the very capture, not one near it"


def _utc(moment: str) -> str:
    return utc(moment).translate(str.maketrans("", "", "-:TZ"))
