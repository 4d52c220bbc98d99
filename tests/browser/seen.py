"""What goes wrong in a browser's pages while a test looks at them, and what of it the test had declared."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Literal, NamedTuple
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, ConsoleMessage, Dialog, Page, Request, WebError

Kind = Literal["console", "error", "csp", "hacked", "dialog", "popup", "foreign", "failed"]
"""An error on the console; an exception; a violation of the page's Content-Security-Policy; a payload that ran
(`window.hacked` was set); a dialog; a page that a page opened; a request to another host than the room's; a request to
the room that was not answered."""

WATCHED = """
document.addEventListener("securitypolicyviolation", (e) =>
  console.error("baoluu-csp: " + e.effectiveDirective + " " + e.blockedURI + " " + e.sample), true);
Object.defineProperty(window, "hacked", {set: () => console.error("baoluu-hacked: " + location.href)});
"""
"""Runs in every frame before its page does. A page's own policy does not hold it up."""
_OURS = {"baoluu-csp: ": "csp", "baoluu-hacked: ": "hacked"}
_POLICY = re.compile("Content Security Policy|Permissions policy", re.I)
_LOCAL = ("about", "blob", "data", "chrome-error")


class Fault(NamedTuple):
    """One thing that went wrong, and where."""

    kind: Kind
    text: str


class Seen:
    """Collects what goes wrong in the pages of one test. `expect` declares what has to."""

    def __init__(self, host: str, reached: Callable[[], list[str]] = list) -> None:
        """`host` is the room's `address:port`; `reached` tells what came to 127.0.0.9 by now."""
        self.host = host
        self._faults: list[Fault] = []
        self._foreign: dict[Request, Fault] = {}
        self._reached = reached
        self._expected: list[tuple[Kind, re.Pattern[str]]] = []

    def expect(self, kind: Kind, pattern: str = "") -> None:
        """Faults of this kind in whose text `pattern` is found must occur in this test, and do not fail it."""
        self._expected.append((kind, re.compile(pattern)))

    @property
    def faults(self) -> list[Fault]:
        """All that went wrong so far, what was expected included."""
        reached = [Fault("foreign", f"127.0.0.9 was reached: {line}") for line in self._reached()]
        return [*self._faults, *self._foreign.values(), *reached]

    def check(self) -> None:
        """AssertionError for every fault that was not expected, and for every expectation that was not met."""
        wrong = [fault for fault in self.faults if not any(_meets(fault, each) for each in self._expected)]
        missed = [each for each in self._expected if not any(_meets(fault, each) for fault in self.faults)]
        lines = [f"{fault.kind}: {fault.text}" for fault in wrong]
        lines += [f"expected, but not seen: {kind} {pattern.pattern!r}" for kind, pattern in missed]
        if lines:
            raise AssertionError("in the browser:\n  " + "\n  ".join(lines))

    def watch(self, context: BrowserContext) -> None:
        """Watch every page of `context`, also those that its pages open."""
        context.add_init_script(WATCHED)
        context.on("console", self._console)
        context.on("weberror", self._error)
        context.on("dialog", self._dialog)
        context.on("page", self._page)
        context.on("request", self._request)
        context.on("requestfailed", self._failed)

    def _add(self, kind: Kind, text: str) -> None:
        self._faults.append(Fault(kind, text))

    def _console(self, message: ConsoleMessage) -> None:
        for mark, kind in _OURS.items():
            if message.text.startswith(mark):
                self._add(kind, message.text.removeprefix(mark))  # type: ignore[arg-type]
                return
        if _POLICY.search(message.text):
            self._add("csp", message.text)
        elif message.type in ("error", "assert"):
            self._add("console", f"{message.text} ({message.location.get('url', '')})")

    def _error(self, error: WebError) -> None:
        self._add("error", str(error.error))

    def _dialog(self, dialog: Dialog) -> None:
        self._add("dialog", f"{dialog.type} {dialog.message}")
        dialog.dismiss()

    def _page(self, page: Page) -> None:
        if page.opener() is not None:
            self._add("popup", page.url)

    def _request(self, request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme not in _LOCAL and parts.netloc != self.host:
            self._foreign[request] = Fault("foreign", f"{request.resource_type} {request.url}")

    def _failed(self, request: Request) -> None:
        """One that the page's policy stopped was never sent; that it was stopped is seen as `csp`.

        What a page shows is broken off where the page is left before it has come: that is no fault.
        """
        left = request.failure == "net::ERR_ABORTED" and not request.is_navigation_request()
        if (request.failure or "") == "csp":
            self._foreign.pop(request, None)
        elif left:
            return
        elif urlsplit(request.url).netloc == self.host:
            self._add("failed", f"{request.url}: {request.failure}")


def _meets(fault: Fault, expected: tuple[Kind, re.Pattern[str]]) -> bool:
    kind, pattern = expected
    return fault.kind == kind and pattern.search(fault.text) is not None
