"""Searching a page finds what the parser's own search finds, though selectors that cannot match are not tried."""

from collections.abc import Iterator
from itertools import chain

import pytest

from config.declarations import ADDED, Rules
from pipelines import places
from pipelines.fixtures import Fixture
from pipelines.view import View
from tests.pipelines.pages import FIXTURES, SOURCES, name

FIELDS = ("container", "kicker", "title", "lead", "authors", "credit", "section", "tags", "captions", "related")
ODD = (
    "p:not(.nowhere)",
    "div:has(.lead)",
    ":is(.lead, .nowhere)",
    "[title='a.nowhere']",
    '[title="a].nowhere"]',
    "p.Lead",
    ".lead .nowhere, p, .nowhere p",
    r".a\.b",
    ".lead:not([title='x)y.nowhere'])",
    "p.lead.nowhere, #x",
    r".a\,b, .nowhere",
    r"[title='it\'s, .nowhere'], #x",
    ".hoa🌸, .nowhere",
    "[data-role=main], p[data-role=nowhere]",
    "div:not([data-role=nowhere]), [data-role=nowhere] p",
    ":is([data-role=nowhere], p), div:has([type=nowhere])",
    "[type^=re] b, [type^=no]",
    "[type=RELATED i], [type='related']",
    "[title='[type=nowhere]']",
    "[class^=lea], [class^=big], [class*=EA], [class*=ea i], [class=Lead], [class=lead]",
    "[class^=hoa], [class*=hoa], p:not([class*=nowhere]), [type*=LAT i], [type*=LAT]",
)
PAGE = r"""<html><body><div type=Related><p data-role="main">f</p>
<p class="Lead big" title="a.nowhere">a</p><p class="a.b" title="a].nowhere">b</p>
<i id=x class>c</i><b class="a,b hoa🌸" title="it's, .nowhere">e</b></div><i title="[type=nowhere]" type>g</i>
<template><p class=nowhere>d</p></template></body></html>"""


def declared() -> Iterator[str]:
    """Every selector of every declaration, and every list of them that is searched for at once."""
    for family in SOURCES.families.values():
        yield from family.marks
    for source in SOURCES.values():
        yield from (g.when for g in source.generations if g.when)
        for rules in (source.rules, *(g.rules for g in source.generations)):
            yield from _of(rules)


def _of(rules: Rules) -> Iterator[str]:
    for field in FIELDS:
        yield from (p.what for p in map(places.parse, getattr(rules, field) or ()) if p.kind == "css")
    yield from (", ".join(getattr(rules, field)) for field in ADDED if "lines" not in field and getattr(rules, field))


SELECTORS = sorted(set(declared()))


@pytest.mark.parametrize("fixture", FIXTURES, ids=name)
def test_every_declared_search_finds_what_the_parser_finds(fixture: Fixture) -> None:
    assert_alike(View(fixture.page.body, fixture.page.url), SELECTORS)


@pytest.mark.parametrize("doctype", ["", "<!doctype html>"])
def test_a_selector_is_left_out_only_where_it_cannot_match(doctype: str) -> None:
    view = View(doctype + PAGE, "https://song.example.vn/")
    assert_alike(view, ODD)
    assert {len(view.select(one)) for one in ODD} != {0}


def assert_alike(view: View, selectors: tuple[str, ...] | list[str]) -> None:
    for selector in selectors:
        theirs = [node.mem_id for node in view.tree.css(selector)]
        assert [node.mem_id for node in view.select(selector)] == list(dict.fromkeys(theirs)), selector
        assert view.has(selector) == bool(theirs), selector


def test_a_search_for_classes_and_roles_that_no_element_has_is_not_made() -> None:
    view = View(PAGE, "https://song.example.vn/")
    roles = "[type=nowhere] p, [type^=Rel] p, [data-role=Mai], [data-slot^=x], i:not([type=nowhere])"
    assert view._hopeful(roles) == "[type^=Rel] p, i:not([type=nowhere])"
    assert view._hopeful("[class*=where i], [class*=EA i] p, [class^=ea], [class=bi], [type*=lat]") == (
        "[class*=EA i] p, [type*=lat]"
    )
    assert [view._hopeful(one) for one in (".nowhere p", "p.Lead, .nowhere, p", ".big")] == ["", "p.Lead, p", ".big"]
    assert not list(chain.from_iterable(map(view.select, (".nowhere", ".nowhere p"))))


def test_each_element_is_told_by_the_first_selector_that_shows_it() -> None:
    view = View(PAGE, "https://song.example.vn/")
    for selector in (".big, p, .nowhere, b", "p", ".nowhere", "b, i, [type=nowhere]", "p, .big", ".big, .Lead, #x"):
        listed = [one for one in selector.split(", ") if view.tree.css(one)]
        theirs = {node.mem_id: one for one in reversed(listed) for node in view.tree.css(one)}
        assert view.told_apart(selector) == theirs
