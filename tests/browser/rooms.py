"""What the browser's tests and the screenshots share: the room that is served, the browser, its windows, and a trap."""

from __future__ import annotations

import http.client
import shutil
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from tests.hostile_archive import Hostile
from tests.ports import free_port

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

HOST = "127.0.0.1"
PATIENCE = 60
"""Seconds until a room must answer, and until a child must have ended; a busy machine takes ten."""
NAMES = ("chromium", "chromium-browser", "google-chrome")
"""Browsers that will do. Playwright's own is never fetched."""
_ONE_PROCESS = "--disable-site-isolation-trials"
"""Sandboxed frames in their page's process: in one of its own every other frame ran before `seen` could watch it (20 of
40). What a frame may do stays the same."""
Screen = Literal["desktop", "phone"]
SCREENS: dict[Screen, dict[str, Any]] = {
    "desktop": {"viewport": {"width": 1280, "height": 900}},
    "phone": {
        "viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True, "device_scale_factor": 2,
    },
}  # fmt: skip


class Room(NamedTuple):
    """A reading room that is served: its root without a slash at the end, and what is in its archive."""

    root: str
    holds: Hostile

    @property
    def host(self) -> str:
        """`address:port`."""
        return self.root.removeprefix("http://")

    @property
    def database(self) -> str:
        """The first part of the path of Datasette's own pages."""
        return Path(self.holds.path).stem

    def article(self, identity: str, page: str = "") -> str:
        """The path of an article's page, or of one below it (`history`, `diff` …).

        What stands behind the source's name is one part of the path, written as Datasette writes such parts.
        """
        from datasette.utils import tilde_encode

        source, _, rest = identity.partition(":")
        return f"/article/{tilde_encode(source)}/{tilde_encode(rest)}" + (f"/{page}" if page else "")


@contextmanager
def served(holds: Hostile, log: Path, *options: str) -> Iterator[Room]:
    """`baoluu serve` over the archive, with further options, until the end; what it prints goes to the file `log`.

    RuntimeError, with what it printed, where it does not answer or ends before its time.
    """
    port = free_port([HOST])
    command = [str(Path(sys.executable).with_name("baoluu")), "serve", "--archive", holds.path, "--port", str(port)]
    with log.open("wb") as said:
        child = subprocess.Popen([*command, *options], stdout=said, stderr=subprocess.STDOUT)
    try:
        _wait(child, port, log)
        yield Room(f"http://{HOST}:{port}", holds)
        if child.poll() is not None:
            raise RuntimeError(f"the room ended ({child.returncode}):\n{log.read_text(encoding='utf-8')}")
    finally:
        child.terminate()
        try:
            child.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()


def _wait(child: subprocess.Popen[bytes], port: int, log: Path) -> None:
    """Return when the room answers, whatever it answers."""
    for _ in range(PATIENCE * 10):
        connection = http.client.HTTPConnection(HOST, port, timeout=PATIENCE)
        try:
            connection.request("HEAD", "/-/versions.json")
            connection.getresponse().read()
            return
        except OSError:
            pass
        finally:
            connection.close()
        try:
            child.wait(0.1)
        except subprocess.TimeoutExpired:
            continue
        break
    raise RuntimeError(f"the room does not answer ({child.poll()}):\n{log.read_text(encoding='utf-8')}")


class Trap:
    """Listens where 127.0.0.9 leads from the browser: what comes is noted, also what no page's log shows."""

    def __init__(self) -> None:
        self.came: list[str] = []
        self._server = socket.create_server((HOST, 0))
        self.port: int = self._server.getsockname()[1]
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        while True:
            try:
                connection, _ = self._server.accept()
            except OSError:
                return
            with connection:
                connection.settimeout(0.5)
                try:
                    line = connection.recv(1000).partition(b"\r\n")[0].decode("ascii", "replace")
                except OSError:
                    line = ""
                self.came.append(line or "a connection without a request")

    def close(self) -> None:
        """Listen no more."""
        try:
            self._server.shutdown(socket.SHUT_RDWR)
        finally:
            self._server.close()


def chromium() -> str | None:
    """The browser's program, if there is one."""
    return next(filter(None, map(shutil.which, NAMES)), None)


@contextmanager
def launched(trap: Trap) -> Iterator[Browser]:
    """A browser that reaches nothing but 127.0.0.1, and in the place of 127.0.0.9 the trap.

    While it is open no other event loop can run in this thread: Playwright's stands half-way in its own.
    """
    from playwright.sync_api import sync_playwright

    rules = f"MAP 127.0.0.9 {HOST}:{trap.port}, MAP * ~NOTFOUND, EXCLUDE {HOST}"
    flags = [f"--host-resolver-rules={rules}", "--no-sandbox", "--disable-gpu", _ONE_PROCESS]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=flags)
        try:
            yield browser
        finally:
            browser.close()


def opened(browser: Browser, room: Room, screen: Screen, *, javascript: bool = True) -> BrowserContext:
    """A window of its own on the room; a page's `goto` takes the room's paths."""
    return browser.new_context(
        base_url=room.root, java_script_enabled=javascript, locale="vi-VN", timezone_id="Asia/Ho_Chi_Minh",
        reduced_motion="reduce", **SCREENS[screen],
    )  # fmt: skip


def settle(page: Page) -> None:
    """Return when the page has asked for nothing for half a second: what it starts after its load was seen by then."""
    page.wait_for_load_state("networkidle")
