"""Faults of accessibility that axe-core finds in a page."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from playwright.sync_api import Page

GRAVE = ("serious", "critical")


class Violation(NamedTuple):
    """One rule that a page breaks: its id and impact, what helps, and the elements (selector and markup)."""

    rule: str
    impact: str
    help: str
    targets: tuple[tuple[str, str], ...]

    def told(self) -> str:
        """The violation for people."""
        lines = [f"{self.rule} ({self.impact}): {self.help}"]
        return "\n".join(lines + [f"    {selector}\n      {markup[:200]}" for selector, markup in self.targets])


@cache
def script() -> str:
    """axe-core, as the package `axe-playwright-python` carries it; its own class only wraps the call below."""
    return (files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8")


def axe(page: Page, impacts: Sequence[str] = GRAVE) -> list[Violation]:
    """What axe-core finds in the page as it is now, its frames included, of these impacts.

    It needs JavaScript in the page, and what is hidden it passes over: open first what is to be looked at.
    """
    page.evaluate(script())
    found = page.evaluate("axe.run({resultTypes: ['violations']})")
    return [_violation(each) for each in found["violations"] if each["impact"] in impacts]


def assert_accessible(page: Page) -> None:
    """AssertionError that tells every serious or critical violation of the page."""
    found = axe(page)
    assert not found, f"{page.url}\n  " + "\n  ".join(each.told() for each in found)


def _violation(found: dict[str, Any]) -> Violation:
    targets = tuple((" ".join(map(str, node["target"])), node["html"]) for node in found["nodes"])
    return Violation(found["id"], found["impact"], f"{found['help']}. {found['helpUrl']}", targets)
