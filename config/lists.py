"""The addresses of the lists that papers' pages fetch by script (`discover.lists`): made, and recognised.

Total: what no browser could open is no list.
"""

import re
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import parse_qsl, urlencode, urlsplit

from config.declarations import ScriptedList
from config.sources import Source, bare_host
from config.templates import SECTION, fields

_SECTION, _N = "sectionsectionsection", "1234567891"


class Asked(NamedTuple):
    """What an address of a list asks for: its section ("" where it has none) and the page's number."""

    rules: ScriptedList
    section: str
    n: int | None


def asked(source: Source, url: str) -> Asked | None:
    """The list of `source` at `url`, or None."""
    for rules, template in source.lists:
        start, pattern = _shape(template)
        if start in url and (found := pattern.fullmatch(spelled(url))):
            told = found.groupdict()
            return Asked(rules, told.get("section") or "", int(told["n"]) if told.get("n") else None)
    return None


def address(source: Source, rules: ScriptedList, section: str = "", n: int | None = None) -> str:
    """The address of page `n` (default: the first) of a list's `section`."""
    number = rules.first if n is None else n
    return source.absolute(rules.url.replace("{section}", section).replace("{n}", str(number)))


def following(source: Source, told: Asked) -> str | None:
    """The address of the page after the one that was asked for; None where the list has only one."""
    return None if told.n is None else address(source, told.rules, told.section, told.n + told.rules.step)


def starts(source: Source) -> list[str]:
    """The addresses of the first pages: menus, lists without sections, and those of the sections that are declared."""
    found = []
    for rules in source.discover.lists:
        if "section" not in fields(rules.url):
            found.append(address(source, rules))
        elif not rules.section_at:
            found += [address(source, rules, section) for section in rules.sections]
    return found


def of_section(source: Source, section: str) -> list[str]:
    """The first pages of the lists that a menu's `section` fills; none for what is no part of an address."""
    told = (rules for rules in source.discover.lists if "section" in fields(rules.url) and not rules.section_at)
    return [address(source, rules, section) for rules in told] if SECTION.fullmatch(section) else []


@lru_cache(maxsize=1024)
def _shape(template: str) -> tuple[str, re.Pattern[str]]:
    """What a list's address holds before its first field, without scheme and host; and the whole as a pattern."""
    whole = spelled(template.replace("{section}", _SECTION).replace("{n}", _N))
    pattern = re.escape(whole).replace(_SECTION, f"(?P<section>{SECTION.pattern})").replace(_N, r"(?P<n>\d{1,9})")
    return urlsplit(template).path.partition("{")[0], re.compile(pattern, re.A)


def spelled(url: str) -> str:
    """`url` without scheme and fragment, with bare host and one spelling of its query; "" for no HTTP address."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return ""
    if parts.scheme not in ("http", "https"):
        return ""
    shown = f":{port}" if port not in (None, 80, 443) else ""
    query = urlencode(
        parse_qsl(parts.query, keep_blank_values=True, errors="surrogateescape"), errors="surrogateescape"
    )
    return f"//{bare_host(parts.hostname or '')}{shown}{parts.path}" + (f"?{query}" if query else "")
