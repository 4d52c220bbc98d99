"""What a declaration must hold to beyond its types: patterns compile, selectors parse, pagers count, hosts are names.

Checked at loading, so that no page meets a rule that cannot be read.
"""

import ipaddress
import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path

from selectolax.lexbor import LexborHTMLParser, SelectolaxError

from config.declarations import Discover, Family, Rules, SourceFile, UrlRules
from config.hours import hours_of
from config.templates import miswritten, unsearchable, untimely

_SELECTORS = ("drop", "note", "not_article", "captions", "topics")
"""Rules that name elements, never attributes or the head."""
_PATTERNS = ("drop_lines", "end_lines")
_PLACES = tuple(name for name in Rules.__struct_fields__ if name not in (*_SELECTORS, *_PATTERNS))
_NAME = re.compile(r"(?:(?!-)[a-z0-9-]{1,63}(?<!-)\.)+(?!-)[a-z0-9-]{1,63}(?<!-)", re.I)
_SEGMENT = re.compile(r"[a-z0-9][a-z0-9._~-]*")
_EMPTY = LexborHTMLParser("")

Keyed = Iterator[tuple[str, str]]


class DeclarationError(ValueError):
    """A declaration cannot be used. Raised by `load`; the message names file, key and what to write instead."""


def check(path: Path, declared: Family | SourceFile) -> None:
    """Refuse what could not be read when a page is cleaned or a list is followed: DeclarationError."""
    discover = declared.discover or Discover()
    for key, pattern in _patterns(declared, discover):
        if wrong := _miswritten(pattern):
            raise DeclarationError(f"{path}: {key}: pattern {pattern!r}: {wrong}")
    for pattern in (declared.urls or UrlRules()).article:
        if "(?P<part>" in pattern and "(?P<id>" not in pattern:
            raise DeclarationError(f"{path}: urls.article: pattern {pattern!r} tells parts but no id to unite them by")
    for template in (declared.urls or UrlRules()).id_time:
        if wrong := untimely(template):
            raise DeclarationError(f"{path}: urls.id_time: {template!r}: {wrong}")
    for key, place in _places(declared, discover):
        if not _can_be_read(place):
            raise DeclarationError(f"{path}: {key}: {place!r} is no CSS selector")
    if discover.pager is not None and not _counts(discover.pager):
        raise DeclarationError(f"{path}: discover.pager: {discover.pager!r} needs {{section}} and {{n}}, and no others")
    for listed in discover.lists:
        if wrong := miswritten(listed, discover.lists):
            raise DeclarationError(f"{path}: discover.lists: {listed.url!r}: {wrong}")
    if discover.search is not None and (wrong := unsearchable(discover.search)):
        raise DeclarationError(f"{path}: discover.search: {wrong}")
    for generation in declared.generation:
        if generation.host is not None and not _is_name(generation.host):
            raise DeclarationError(f"{path}: generation {generation.name}: host: {_no_name(generation.host)}")


def check_hosts(path: Path, file: SourceFile, port: int | None) -> None:
    """Refuse what is no public host name: DeclarationError. Loopback passes where `port` says it is the newsroom."""
    if not file.hosts:
        raise DeclarationError(f"{path}: `hosts` needs at least one host name")
    if all("/" in host for host in file.hosts):
        raise DeclarationError(f"{path}: hosts: {_no_name(file.hosts[0])}; a place below another's may stand beside it")
    for key, place in (*_each("hosts", file.hosts), *_each("api_hosts", file.api_hosts)):
        host, slash, segment = place.partition("/")
        if slash and (key != "hosts" or not _SEGMENT.fullmatch(segment)):
            raise DeclarationError(f"{path}: {key}: {_no_name(place)}, or one path segment below a host")
        if _is_local(host) and port is None:
            raise DeclarationError(f"{path}: {key}: host {host!r} is not a public name")
        if not _is_name(host):
            raise DeclarationError(f"{path}: {key}: {_no_name(host)}")
    if file.hours is not None:
        try:
            hours_of(file.hours)
        except ValueError as error:
            raise DeclarationError(f"{path}: hours: {error}") from None
    if strange := set(file.own_ids) - set(file.hosts):
        raise DeclarationError(f"{path}: own_ids: {min(strange)!r} is none of `hosts`")


def _is_local(host: str) -> bool:
    try:
        return not ipaddress.ip_address(host).is_global
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def _is_name(host: str) -> bool:
    try:
        return bool(_NAME.fullmatch(host.encode("idna").decode("ascii")))
    except UnicodeError:
        return False


def _no_name(host: str) -> str:
    return f"{host!r} is no host name: write it without scheme, port and path"


def _patterns(declared: Family | SourceFile, discover: Discover) -> Keyed:
    urls = declared.urls or UrlRules()
    for name in ("article", "section", "tag", "topic", "ignore"):
        yield from _each(f"urls.{name}", getattr(urls, name))
    if isinstance(declared, SourceFile):
        yield from _each("id_shapes", declared.id_shapes)
    yield from _each("discover.sitemap_skip", discover.sitemap_skip)
    for name in ("marks", "date", "picture", "drop", "end", "box"):
        yield from _each(f"dump.{name}", getattr(declared.dump, name))
    for key, rules in _layers(declared):
        for name in _PATTERNS:
            yield from _each(f"{key}.{name}", getattr(rules, name))
    for generation in declared.generation:
        yield from _each(f"generation {generation.name}: url", _given(generation.url))


def _places(declared: Family | SourceFile, discover: Discover) -> Keyed:
    """Every place and selector; of a place with an attribute, and of the links of lists, the selector's part."""
    if isinstance(declared, Family):
        yield from _each("marks", declared.marks)
    yield from _each("discover.list_links", (place.partition("@")[0] for place in discover.list_links))
    yield from _each("discover.lists.section_at", (s for one in discover.lists for s in _in_page(one.section_at)))
    for generation in declared.generation:
        yield from _each(f"generation {generation.name}: when", _given(generation.when))
    for key, rules in _layers(declared):
        for name in _SELECTORS:
            yield from _each(f"{key}.{name}", getattr(rules, name) or ())
        for name in _PLACES:
            yield from _each(f"{key}.{name}", filter(None, map(_selector, getattr(rules, name) or ())))


def _in_page(place: str | None) -> tuple[str, ...]:
    return _given(place.partition("@")[0] if place is not None else None)


def _layers(declared: Family | SourceFile) -> Iterator[tuple[str, Rules]]:
    yield "rules", declared.rules
    yield from ((f"generation {g.name}: rules", g.rules) for g in declared.generation)


def _each(key: str, values: Iterable[str]) -> Keyed:
    return ((key, value) for value in values)


def _given(value: str | None) -> tuple[str, ...]:
    return () if value is None else (value,)


def _selector(place: str) -> str | None:
    """The selector in a place, or None where the place is not on the page's body (see `config.declarations`)."""
    if re.match(r"(?:meta|ld|url):", place):
        return None
    found = re.fullmatch(r"(.+)@[\w-]+", place)
    return found[1] if found else place


@lru_cache(maxsize=4096)
def _miswritten(pattern: str) -> str | None:
    try:
        re.compile(pattern)
    except (re.error, OverflowError, RecursionError) as error:
        return str(error)
    return None


@lru_cache(maxsize=4096)
def _can_be_read(selector: str) -> bool:
    try:
        _EMPTY.css_first(selector)
    except (SelectolaxError, UnicodeError):
        return False
    return True


def _counts(pager: str) -> bool:
    """Whether a pager's template gives every page of every section an address of its own."""
    try:
        made = {pager.format(section=section, n=n) for section in ("/a", "/b") for n in (1, 2)}
    except (LookupError, ValueError, AttributeError, TypeError):
        return False
    return len(made) == 4
