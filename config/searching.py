"""The addresses of papers' own searches (`discover.search`): made, and recognised.

Total: what no browser could open is no search.
"""

import re
import unicodedata
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import quote, unquote, urlsplit

from config.lists import spelled
from config.sources import Source, bare_host
from config.templates import FIELD

MAX_WORDS = 200
"""Characters of what is searched for; no paper's box was meant for more."""
_WORDS, _N = "wordswordswords", "1234567891"


class Searched(NamedTuple):
    """What an address of a search asks for. `words` has blanks between them."""

    words: str
    n: int
    """Which page it is; 0 is the first."""


def search_url(source: Source, words: str, n: int = 0) -> str | None:
    """The address of the `n`-th further page of what `source`'s own search finds for `words`; 0 is the first.

    None where no search is declared, no further pages are, or `words` are none or too long.
    """
    rules = source.discover.search
    said = unicodedata.normalize("NFC", words).split()
    if rules is None or not said or len(words) > MAX_WORDS or n < 0 or (n and rules.pager is None):
        return None
    written = rules.blank.join(quote(word, safe="", errors="replace") for word in said)
    number = rules.first + (n - 1) * rules.step
    return source.searches[1 if n else 0].replace("{words}", written).replace("{n}", str(number))


def searched(source: Source, url: str) -> Searched | None:
    """What `url` asks `source`'s own search for, or None where it is none of its addresses."""
    rules = source.discover.search
    for template in source.searches if rules else ():
        parts, pattern = _shape(template)
        if rules and all(part in url for part in parts) and (found := pattern.fullmatch(_slashless(url))):
            told = found.groupdict()
            n = 1 + (int(told["n"]) - rules.first) // rules.step if told.get("n") else 0
            return Searched(_read(told["words"], rules.blank), max(n, 0))
    return None


def _read(written: str, blank: str) -> str:
    words = unquote(written.replace("+", " "), errors="replace")
    return " ".join((words.replace("-", " ") if blank == "-" else words).split())


@lru_cache(maxsize=1024)
def _shape(template: str) -> tuple[list[str], re.Pattern[str]]:
    """What every address of `template` holds, which tells others from it at a glance; and the whole as a pattern."""
    pattern = re.escape(_slashless(template.replace("{words}", _WORDS).replace("{n}", _N)))
    pattern = pattern.replace(_WORDS, r"(?P<words>[^/?&#]+)").replace(_N, r"(?P<n>\d{1,9})")
    host, path = bare_host(urlsplit(template).hostname or ""), urlsplit(template).path
    return [host, *filter(None, (part.strip("/") for part in FIELD.split(path)[::2]))], re.compile(pattern, re.A)


def _slashless(url: str) -> str:
    """`url` as templates are compared with it: as `canonical` writes lists, without the last slash of the path."""
    return re.sub(r"/(?=\?|$)", "", spelled(url))
