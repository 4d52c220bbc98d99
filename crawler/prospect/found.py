"""The values of prospecting, and why it may end without any."""

from collections.abc import Mapping
from typing import Literal

import msgspec

from archive.facts import Page
from config.declarations import Order

PACE = 2.0
"""Seconds between two requests to one host."""
BUDGET = 24
"""Requests of one prospecting: 48 s at that pace."""

Why = Literal[
    "declared",
    "private",
    "unreachable",
    "robots",
    "robots-unreachable",
    "status",
    "busy",
    "blocked",
    "not-html",
    "no-articles",
    "no-pages",
    "unreadable",
    "exists",
    "unwritable",
    "local-to",
    "unusable",
]


class Refusal(Exception):
    """A paper cannot be prospected. `why` is a key of `crawler/prospect/words.toml`, `told` fills its sentence."""

    def __init__(self, why: Why, **told: object) -> None:
        super().__init__(f"{why}: {told}")
        self.why, self.told = why, told


class Mark(msgspec.Struct, frozen=True):
    """A family's mark and on how many of the pages it stands."""

    family: str
    selector: str
    pages: int
    of: int


class Entry(msgspec.Struct, frozen=True):
    """One article as a feed or sitemap lists it; `date` as printed."""

    url: str
    date: str | None = None
    title: str | None = None


class Feed(msgspec.Struct, frozen=True):
    """One feed that answered. `order` is how its numeric dates read, None where nothing decides it."""

    url: str
    entries: tuple[Entry, ...]
    dated: int = 0
    """Entries whose date can be read."""
    order: Order | None = None
    sample: str | None = None
    """One date as printed."""
    title: str | None = None


class Sitemap(msgspec.Struct, frozen=True):
    """One sitemap that answered: an `index` of others, a `news` sitemap (dates and titles), or a plain `list`."""

    url: str
    kind: Literal["index", "news", "list"]
    urls: tuple[str, ...]
    """Of an index: the sitemaps; else the pages."""


class Section(msgspec.Struct, frozen=True):
    """One section of the menu. `articles` is how many it lists, None where it was not opened."""

    url: str
    name: str
    articles: int | None = None


class Pager(msgspec.Struct, frozen=True):
    """How a section's further pages are called; see `config.declarations.Discover`."""

    template: str
    first: int
    step: int
    seen: str
    """The URL of a second page that the template was read from."""


class Pattern(msgspec.Struct, frozen=True):
    """An article's address as a pattern, with the articles that it was learned from."""

    regex: str
    seen: tuple[str, ...]
    with_id: bool


class Survey(msgspec.Struct, kw_only=True):
    """Everything that was fetched of one paper, and where it was found."""

    asked: str
    """The URL that the keeper gave."""
    base: str
    """Scheme, host and port of the paper as it answers."""
    hosts: tuple[str, ...]
    """The present host first, then the ones that redirected to it or were named by its pages."""
    pages: dict[str, Page] = {}
    """Every response with status 200 by its URL as it was asked for."""
    tried: dict[str, int] = {}
    """Status of every request by URL; 0: no answer."""
    forbidden: list[str] = []
    """URLs that robots.txt kept from us."""
    home: Page | None = None
    articles: list[Page] = []
    sections: list[Section] = []
    feeds: list[Feed] = []
    sitemaps: list[Sitemap] = []
    dead: list[str] = []
    """Feeds and sitemaps that were named somewhere and did not answer as such."""
    unread: list[str] = []
    """Feeds that were named and not opened."""
    named: dict[str, int] = {}
    """Other hosts that the articles call theirs (canonical link, `og:url`), and how many do."""
    moved: Mapping[str, str] = {}
    """Old host to the URL that it redirected to."""

    @property
    def requests(self) -> int:
        """How many requests were made."""
        return len(self.tried)
