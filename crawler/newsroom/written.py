"""The shape of the TOML files in which the invented papers and their articles are written."""

from datetime import datetime
from typing import Literal

import msgspec

from crawler.newsroom.body import pages

Quirk = Literal["nfd", "zero-width", "entities"]
Field = Literal["title", "lead", "paragraph", "caption", "author"]
TrapKind = Literal["disallowed", "gone", "soft-404", "video", "gallery", "not-html", "file", "dead-feed"]


class Written(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Base of everything read from the TOML files: immutable, unknown keys refused."""


class Edit(Written, frozen=True, kw_only=True):
    """What the paper changes between the visits: `was`, wherever the article says it, becomes `now`."""

    field: Field
    was: str
    now: str


class Article(Written, frozen=True, kw_only=True):
    """One invented story as its author wrote it. `body` is in the markup of `body.py`, everything in NFC."""

    id: int
    slug: str
    zone: str
    """Slug of the section."""
    published: datetime
    title: str
    lead: str
    body: str
    kicker: str = ""
    authors: tuple[str, ...] = ()
    byline: str = ""
    """As printed, where that is more than the names."""
    position: str = ""
    """The line under the author's name."""
    credit: str = ""
    """Where the paper has the story from."""
    tags: tuple[str, ...] = ()
    related: tuple[int, ...] = ()
    """Articles linked right under the lead."""
    layout: str = "new"
    modified: datetime | None = None
    """When the page says that it was updated."""
    touched: datetime | None = None
    """When the page says so from the second visit on, edited or not."""
    first_visit: int = 1
    old_slug: str = ""
    """An earlier address, which answers with a redirect."""
    behind: Literal["", "robots", "cookie"] = ""
    """What keeps an honest crawler from reading it."""
    quirks: tuple[Quirk, ...] = ()
    edit: Edit | None = None

    @property
    def signed(self) -> str:
        """The line that names who made it."""
        return self.byline or " - ".join(self.authors)


class Section(Written, frozen=True, kw_only=True):
    """One section: the last part of its address, and its name with those of the sections above."""

    slug: str
    names: tuple[str, ...]
    hidden: bool = False
    """Not in the menu."""


class Layout(Written, frozen=True, kw_only=True):
    """How one layout names its pages: patterns over zone, slug, id, and n or offset for a section's pages."""

    template: str
    article: str
    section: str
    pager: str
    part: str = ""
    """Pattern of an article's further pages over n, behind its address."""
    first: int = 1
    """`n` of a section's first page."""
    page_size: int
    tells_modified: bool = False
    """Whether its pages say when they were last changed."""


class Feed(Written, frozen=True, kw_only=True):
    """An RSS feed: the latest of a section, or of all."""

    path: str
    zone: str = ""
    query: str = ""
    """Tracking parameters on its links."""


class Trap(Written, frozen=True, kw_only=True):
    """A link that leads to no article. `zone` is the section whose first page shows it."""

    kind: TrapKind
    path: str
    title: str
    zone: str = ""
    lines: tuple[str, ...] = ()
    """What the page shows instead of a text."""


class Paper(Written, frozen=True, kw_only=True):
    """One invented paper. Its host is a loopback address of its own."""

    id: str
    title: str
    host: str
    images: str = ""
    """Another loopback address, on which the pictures of its articles lie; empty: they lie on its own."""
    style: str
    """Path of its style sheet."""
    robots: str = ""
    """Its robots.txt; empty: it has none."""
    tag: str = ""
    """Pattern of a tag's page over slug and n."""
    author: str = ""
    """Pattern of an author's page over slug."""
    topic: str = ""
    """Pattern of a topic's page over slug."""
    sitemap: str = ""
    shard: str = ""
    """Pattern of the sitemap's parts over year and month; empty: the sitemap is one file."""
    sections: tuple[Section, ...]
    layouts: dict[str, Layout]
    feeds: tuple[Feed, ...] = ()
    traps: tuple[Trap, ...] = ()
    columns: tuple[str, ...] = ()
    """Unrelated headlines of its "read more" lists, each followed by its teaser after a bar."""

    def section(self, slug: str) -> Section:
        """The section called `slug`."""
        return next(s for s in self.sections if s.slug == slug)

    def path(self, article: Article, slug: str = "") -> str:
        """The address of `article` on the host; with another `slug`, a former one."""
        layout = self.layouts[article.layout]
        return layout.article.format(zone=article.zone, slug=slug or article.slug, id=article.id)

    def parts(self, article: Article) -> list[str]:
        """The addresses of the article's pages."""
        pattern, first = self.layouts[article.layout].part, self.path(article)
        return [first, *(first + pattern.format(n=n + 2) for n in range(len(pages(article.body)) - 1))]
