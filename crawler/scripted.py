"""Articles and sections named by the JSON lists that papers' pages fetch by script. Pure, and total on junk."""

from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any
from urllib.parse import urljoin

import msgspec

from archive.facts import Found, Hints, Page
from config.declarations import ScriptedList
from config.lists import Asked, of_section
from config.sources import Source
from config.templates import fields, filled
from config.urls import classify
from crawler.links import own, plain, safe

MAX_BYTES = 5 * 1024 * 1024
MAX_ITEMS = 500
"""Items of one page that are looked at."""
MAX_DEPTH = 20
"""Objects and lists within one another, down to an item or a field."""
MAX_VALUE = 1000
"""Characters of a field that is an address or part of one, and of a title."""


def links_of_json(page: Page, source: Source, told: Asked, depth: int) -> Iterator[Found]:
    """What the JSON in `page`, which was asked for as `told`, leads to: articles, or the lists of the sections that
    it names. Nothing where it is no JSON or does not say what is expected of it."""
    whole = _decoded(page.body)
    if not all(_says(whole, key, wanted) for key, wanted in told.rules.expect.items()):
        return
    items = list(islice((i for path in told.rules.items for i in _at(whole, path) if isinstance(i, dict)), MAX_ITEMS))
    if told.rules.menu:
        yield from _sections(items, page, source, told.rules.menu, depth)
        return
    yield from (found for item in items if (found := _article(item, page, source, told)))


def _decoded(body: bytes) -> Any:
    """The JSON in `body`; None for what is none, too long, or nested deeper than anybody nests."""
    if len(body) > MAX_BYTES:
        return None
    try:
        return msgspec.json.decode(body.removeprefix(b"\xef\xbb\xbf"))
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        return None


def _sections(items: list[dict[str, Any]], page: Page, source: Source, field: str, depth: int) -> Iterator[Found]:
    names = dict.fromkeys(name for item in items if (name := _text(item, field)))
    for url in dict.fromkeys(url for name in names for url in of_section(source, name)):
        yield Found(url=url, kind="section", hints=_from(page), depth=depth)


def _article(item: Mapping[str, Any], page: Page, source: Source, told: Asked) -> Found | None:
    """The article that an item is, or None where it lacks a field or leads elsewhere."""
    rules = told.rules
    template = rules.article or ""
    values = {name: _text(item, name) or _default(rules, name, told.section) for name in fields(template)}
    path = filled(template, values)
    try:
        url = safe(urljoin(source.base + "/", path)) if path else ""
    except ValueError:
        return None
    if not url or not own(source, url) or classify(source, url) != "article":
        return None
    return Found(url=url, kind="article", hints=_hints(item, page, rules))


def _default(rules: ScriptedList, name: str, section: str) -> str:
    return rules.defaults.get(name, "").replace("{section}", section)


def _hints(item: Mapping[str, Any], page: Page, rules: ScriptedList) -> Hints:
    """What an item says of its article. One with a date counts as a feed's: both are written for machines."""
    date = plain(_text(item, rules.date)) if rules.date else None
    return Hints(
        via="feed" if date else "section",
        date=date,
        order=rules.date_order if date else "DMY",
        title=plain(_text(item, rules.title)) if rules.title else None,
        section=plain(_text(item, rules.section)) if rules.section else None,
        referrer=page.url,
    )


def _from(page: Page) -> Hints:
    return Hints(via="section", referrer=page.url)


def _text(item: Any, name: str) -> str:
    """The field as text; "" where it is absent, empty, too long, or no text and no number."""
    value = next(_at(item, name), None)
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    return value.strip() if isinstance(value, str) and len(value) <= MAX_VALUE else ""


def _says(whole: Any, path: str, wanted: str | int | bool) -> bool:
    """Whether the field is exactly what is wanted; `true` is no 1."""
    value = next(_at(whole, path), None)
    return type(value) is type(wanted) and bool(value == wanted)


def _at(value: Any, path: str, depth: int = 0) -> Iterator[Any]:
    """What stands at a dotted path; lists on the way, and at its end, are gone through."""
    if depth > MAX_DEPTH:
        return
    if isinstance(value, list):
        for one in value:
            yield from _at(one, path, depth + 1)
    elif not path:
        yield value
    elif isinstance(value, dict):
        key, _, rest = path.partition(".")
        if key in value:
            yield from _at(value[key], rest, depth + 1)
