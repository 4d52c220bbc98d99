"""The values that pass between the houses: a page as fetched, what was found on it, and what cleaning made of it."""

from functools import cached_property
from typing import Literal, NamedTuple

import msgspec

Via = Literal["seed", "feed", "sitemap", "section", "related", "part", "page", "replay", "import"]
PageKind = Literal["robots", "feed", "sitemap", "section", "article", "asset"]
BlockKind = Literal["p", "h", "li", "quote", "note", "table"]
Precision = Literal["minute", "hour", "day", "month"]
Origin = Literal["json-ld", "meta", "selector", "url", "feed", "sitemap"]
Reason = Literal[
    "not-article",
    "gallery",
    "video",
    "blocked",
    "soft-404",
    "not-html",
    "truncated",
    "hang",
    "memory",
    "charset",
    "empty",
    "withdrawn",
]


class Hints(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What the place that led to a page said of it. Stored with the page, and part of what `process` reads."""

    via: Via = "seed"
    date: str | None = None
    """As printed in the feed, sitemap or list."""
    order: str = "DMY"
    """Declared order of `date`."""
    title: str | None = None
    section: str | None = None
    anchor: str | None = None
    referrer: str | None = None
    span: str | None = None
    """Of a list: the days for which a back-fill reads it, `2020-01-01..2021-06-30`; an end may be open."""
    days: str | None = None
    """Of a list that a crawl for a topic may read: the days of which it can show articles, as far as its address or the
    list that led to it tells; written as `span` is."""


class Page(msgspec.Struct, frozen=True, kw_only=True):
    """One fetched response. `body` is decoded from transfer and content encodings, otherwise as it came."""

    url: str
    fetched_at: str
    """`YYYY-MM-DDTHH:MM:SS+07:00`."""
    body: bytes
    status: int = 200
    headers: dict[str, str] = {}
    """Lower-case names; several values of one name are joined by newlines."""
    hints: Hints = Hints()
    kind: PageKind = "article"
    truncated: str | None = None
    """Why the body is known to be incomplete, else None."""
    tls: str | None = None
    """The declared exception under which the connection was made (`legacy`), else None."""


PAGE_COLUMNS = ("source", "kind", "status", "headers", "hints", "truncated", "tls")
"""Columns of `pages` that are no part of a page's natural key."""


def page_columns(name: str, page: Page) -> tuple[str, PageKind, int, str, str, str | None, str | None]:
    """Those of `page`, kept under `name`, as they are written."""
    headers = msgspec.json.encode(page.headers, order="sorted").decode()
    return name, page.kind, page.status, headers, msgspec.json.encode(page.hints).decode(), page.truncated, page.tls


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """A URL that a page led to, on its way into the frontier."""

    url: str
    kind: PageKind
    hints: Hints = Hints()
    depth: int = 0
    back: bool = False
    """Whether it is only for a back-fill."""
    aimed: bool = False
    """Whether it is only for a topic's crawl."""
    changed_only: bool = False
    """A sitemap that is of interest only if it was read before and its stated date has moved since."""


class Kept(msgspec.Struct, frozen=True, kw_only=True):
    """What a spider's callback yields: the page and what it leads to, written together in one transaction."""

    page: Page
    source: str
    found: tuple[Found, ...] = ()
    key: str = ""
    """Frontier key whose lease this ends."""


class Block(msgspec.Struct, frozen=True):
    """One piece of an article's text, in reading order."""

    kind: BlockKind
    text: str


LinkKind = Literal["related", "inline", "tag", "topic", "canonical"]


class Link(msgspec.Struct, frozen=True):
    """A link from an article to another page: `related` (boxes, see-also lines), `inline`, `tag`, or `topic` (a page
    of the paper on a subject or event); or from its page to another article of the paper, as which it names itself:
    `canonical`."""

    url: str
    title: str = ""
    kind: LinkKind = "related"
    place: str = ""
    """Where it stands: `paragraph 5`, counted as the record's blocks, or `lead`; a see-also line under the paragraph
    before it; else the declared selector that shows it. Empty where nothing tells."""


class Related(msgspec.Struct, frozen=True):
    """One entry of a related box, as the record prints it."""

    title: str
    url: str


class Record(msgspec.Struct, frozen=True, kw_only=True):
    """One article as its reader reads it. Each field is described with the columns of `articles` in docs/schema.md."""

    url: str
    source: str
    generation: str | None = None
    kicker: str | None = None
    title: str | None = None
    lead: str | None = None
    blocks: list[Block] = []
    paragraphs: list[str] = []
    text: str = ""
    captions: list[str] = []
    image: str | None = None
    authors: list[str] = []
    credit: str | None = None
    published: str | None = None
    published_raw: str | None = None
    published_precision: Precision | None = None
    published_from: Origin | None = None
    modified: str | None = None
    section: list[str] = []
    tags: list[str] = []
    related: list[Related] = []
    language: str | None = None
    word_count: int = 0
    cleaner: str = ""


class DropNote(msgspec.Struct, frozen=True):
    """Why a page gave no article."""

    reason: Reason
    detail: str = ""


class Drop(msgspec.Struct, frozen=True, kw_only=True):
    """A page that is no article, as `clean` prints it."""

    url: str
    drop: DropNote


UNPLACED = "the declared container is not on the page: its text is what trafilatura finds in the whole"
"""The doubt about an article whose layout is not the declared one; see `Cleaned.notes`."""


class Cleaned(msgspec.Struct, frozen=True, kw_only=True, dict=True):
    """What `process()` makes of one page: the record or drop, the article it belongs to, its links, and doubts."""

    output: Record | Drop
    article: str
    """Identity: `source:id`, or `source:path`."""
    links: tuple[Link, ...] = ()
    notes: tuple[str, ...] = ()
    """Doubts, no part of the record: where places of the page contradicted each other on its date, and what was
    believed; `UNPLACED`."""
    verdicts: dict[str, str] = {}
    """Which lines of the article's containers are text, so that it need not be found out again; see `verdict.kept`."""

    @cached_property
    def encoded(self) -> "Encoded":
        """Itself as it is written. Made once, for whoever asks whether it can be and for who writes it."""
        reason = self.output.drop.reason if isinstance(self.output, Drop) else None
        parts = (self.output, self.links, self.notes)
        output, links, notes = map(msgspec.json.encode, parts)
        verdicts = msgspec.json.encode(self.verdicts, order="sorted").decode() if self.verdicts else None
        return Encoded(self.article, reason, output, links.decode(), notes.decode(), verdicts)


class Encoded(NamedTuple):
    """A `Cleaned` as `cleanings` holds it: identity, a drop's reason or None, then three times JSON."""

    article: str
    reason: str | None
    output: bytes
    """UTF-8, as it lies in the file: it is long, and so crosses process borders without being translated."""
    links: str
    notes: str
    verdicts: str | None
    """JSON; None where there are none. No part of the cleaning, only of use for the next one."""
