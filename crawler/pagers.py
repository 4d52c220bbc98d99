"""From a page of a list to the next one: by the declared pager, and by what pagers look like. Pure: addresses only."""

import re
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import parse_qsl, urlencode, urlsplit

from archive.facts import Page
from config.fold import fold
from config.lists import address, asked, following
from config.sources import Source, bare_host
from config.templates import SECTION
from config.urls import canonical
from crawler.links import Anchor, read_at

_NEXT = frozenset(
    "trang sau|trang tiep|trang tiep theo|trang ke|trang ke tiep|sau|tiep|tiep theo|xem tiep|xem them|xem them tin"
    "|tai them|next|next page|older|»|›|>|>>".split("|")
)
"""What papers call the way to the next page, folded and without arrows around it."""
_PARAMETERS = frozenset(("page", "trang", "p", "pi", "pg", "paged", "pageindex", "pagenumber", "curpage", "brsr"))
"""Query parameters that papers count pages by; MasterCMS counts articles (BRSR)."""
_IN_PATH = re.compile(
    r"(?:/(?:trang|page|p)[-/]?|-(?:trang-?|page-?|p)|&s_cond=&BRSR=)(\d{1,6})(?=(?:\.\w{2,5})?/?$)", re.I
)
"""How papers count pages in paths: `/trang-2.htm`, `/trang2.html`, `/page-2/`, `/p/2`, `/p2`, `-page2`, `-p2.htm`."""


class Turn(NamedTuple):
    """A page of a list: what all its pages' addresses share, and the number in this one's; None: it has none."""

    shared: str
    n: int | None


def pager_urls(source: Source, section: str) -> list[str]:
    """The further pages of `section` that a visit reads, the second first."""
    return [page_url(source, section, n) for n in range(1, source.discover.pager_limit)]


def page_url(source: Source, section: str, n: int) -> str:
    """The `n`-th further page of `section` by the declared pager; 0 is the section itself.

    `{section}` is the section's path without its last slash; where the template brings an extension of its own
    (`{section}/trang-{n}.htm`), without the extension too.
    """
    rules = source.discover
    if n == 0:
        return source.absolute(section)
    template = rules.pager or ""
    path = section.rstrip("/")
    stem, dot, extension = path.rpartition(".")
    if dot and "/" not in extension and not template.endswith("{section}"):
        path = stem
    return source.absolute(template.format(section=path, n=rules.pager_first + (n - 1) * rules.pager_step))


def scripted_list(page: Page, source: Source) -> tuple[int, str | None] | None:
    """How many pages are read of the list that `page` is part of or goes over into, and the next one's address.

    A declared pager goes before a list that begins on section pages. None: there is no such list.
    """
    if told := asked(source, page.url):
        return told.rules.limit, following(source, told)
    for rules in source.discover.lists if source.discover.pager is None else ():
        section = read_at(page, rules.section_at) if rules.section_at else None
        if section and SECTION.fullmatch(section):
            return rules.limit, address(source, rules, section)
    return None


def numbered(url: str, source: Source, depth: int) -> str | None:
    """The page after `url`, which is the `depth`-th further one, among those that the pager gives the sections."""
    here = canonical(source, url).rstrip("/")
    for section in source.discover.sections:
        for n in dict.fromkeys((depth, *range(source.discover.pager_limit - 1))):
            if canonical(source, page_url(source, section, n)).rstrip("/") == here:
                return page_url(source, section, n + 1)
    return None


def paged(url: str, source: Source) -> tuple[str, str] | None:
    """Of any list at `url`: the address of its first page, and by the declared pager that of the page after `url`.

    None without a pager, where it does not begin with what it turns the pages of, and of front pages and addresses
    with a query, to which nobody knows how it would be put.
    """
    rules = source.discover
    if rules.pager is None or not rules.pager.startswith("{section}"):
        return None
    found = _turned(rules.pager).fullmatch(_plain(url))
    first, n = (found["section"], 1 + (int(found["n"]) - rules.pager_first) // rules.pager_step) if found else (url, 0)
    if "?" in first or not urlsplit(first).path.strip("/"):
        return None
    return first, page_url(source, first, max(n, 0) + 1)


def turn(url: str) -> Turn:
    """`url` as a page of a list, by the forms that numbers of pages have on papers. Total: what cannot be taken apart
    is a list of its own."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return Turn(url, None)
    numbers, query = list[str](), list[tuple[str, str]]()
    for name, value in parse_qsl(parts.query, keep_blank_values=True):
        counts = name.lower() in _PARAMETERS and re.fullmatch(r"\d{1,6}", value, re.A)
        numbers.append(value) if counts else query.append((name, value))
    if found := _IN_PATH.search(parts.path):
        numbers.append(found[1])
    path = re.sub(r"\.\w{2,5}$", "", _IN_PATH.sub("", parts.path).rstrip("/"))
    shared = f"{bare_host(parts.hostname or '')}{path}?{urlencode(sorted(query))}"
    return Turn(shared, int(numbers[0]) if numbers else None)


def next_shown(url: str, shown: list[Anchor]) -> Anchor | None:
    """Of the links that the list at `url` shows, the one to its next page: that of the same list with the next number.

    A first page without a number is the page before 2; before 1, where a link with a number calls the page after it so
    ("2" leads to `?page=1`), or words say that 1 is the next.
    """
    here = turn(url)
    same = [(n, a) for a in shown if (n := (other := turn(a.url)).n) is not None and other.shared == here.shared]
    from_zero = any(a.text.isdecimal() and int(a.text) == n + 1 for n, a in same)
    start = here.n if here.n is not None else 0 if from_zero else 1
    on = [(n, a) for n, a in same if n > start or (n == 1 and here.n is None and says_next(a.text))]
    return min(on, key=lambda one: (one[0], not says_next(one[1].text)))[1] if on else None


def says_next(text: str) -> bool:
    """Whether the words of a link lead to the next page: "Trang sau", "Xem thêm »", "›"."""
    words = fold(text).strip()
    return words in _NEXT or words.strip("»›>→… .") in _NEXT


@lru_cache(maxsize=256)
def _turned(template: str) -> re.Pattern[str]:
    """A further page's address by the pager `template`, which begins with the section."""
    whole = re.escape(_plain(template.replace("{section}", "\0").replace("{n}", "\1")))
    return re.compile(
        whole.replace(re.escape("\0"), "(?P<section>.+?)").replace(re.escape("\1"), r"(?P<n>\d{1,6})"), re.A
    )


def _plain(url: str) -> str:
    """`url` without the last slash of its path."""
    return re.sub(r"/(?=\?|$)", "", url)
