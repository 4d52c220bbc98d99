"""The typed shape of family and source declarations: what a TOML file under config/ may say.

A *place* is where a field's value stands; a field lists places, and the first that yields something wins:

=====================  ==========================================================================
``h1.title``           CSS selector: the text of the matching elements
``img@data-original``  CSS selector and attribute
``meta:NAME``          ``<meta name|property|itemprop=NAME content=…>``
``ld:PATH``            JSON-LD of the article, dotted: ``ld:author.name``, ``ld:breadcrumb``
=====================  ==========================================================================

Rules are layered: family, family generation, source, source generation. A later layer replaces a field that it
sets; the lists named in `ADDED` grow instead.
"""

from typing import Annotated, Literal

import msgspec

Count = Annotated[int, msgspec.Meta(ge=1)]
Natural = Annotated[int, msgspec.Meta(ge=0)]
Seconds = Annotated[float, msgspec.Meta(gt=0, le=86_400)]
Places = tuple[str, ...]
Patterns = tuple[str, ...]
Order = Literal["DMY", "MDY", "YMD"]
Evidence = Literal["seen", "reported", "single"]

ADDED = ("drop", "drop_lines", "end_lines", "note", "not_article")
"""Rule lists that layers add to instead of replacing."""


class Declared(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Base of all declarations: immutable, keyword only, unknown keys refused."""


class Rules(Declared, frozen=True, kw_only=True):
    """What cleans a page of one layout. `None` means not set on this layer."""

    container: Places | None = None
    kicker: Places | None = None
    title: Places | None = None
    lead: Places | None = None
    authors: Places | None = None
    credit: Places | None = None
    published: Places | None = None
    modified: Places | None = None
    section: Places | None = None
    tags: Places | None = None
    captions: Places | None = None
    image: Places | None = None
    related: Places | None = None
    topics: Places | None = None
    """Links to the paper's own pages on the article's subject or event; read before anything is dropped."""
    drop: Places = ()
    """Elements taken out of the page before anything is read."""
    note: Places = ()
    """Boxes inside the container whose text belongs to the article."""
    drop_lines: Patterns = ()
    """Whole-line patterns that are no part of an article's text."""
    end_lines: Patterns = ()
    """Whole-line patterns after which nothing belongs to the article."""
    not_article: Places = ()
    """Marks of pages that are not articles."""


Part = Literal["today", "section", "kicker", "title", "date", "author", "lead"]


class Dump(Declared, frozen=True, kw_only=True):
    """How a page reads once somebody has flattened it to plain text. Patterns match whole lines.

    A source's lists grow over its family's; `opening` and `captions` replace.
    """

    marks: Patterns = ()
    """Lines by which a dump shows whose it is."""
    opening: tuple[Part, ...] = ()
    """The order of what stands before the text. Each part may be absent; `today` is the day of the visit."""
    date: Patterns = ()
    """Lines with the day of publication; group `date`, where there is one, is what is read."""
    picture: Patterns = ()
    """What a template prints in a picture's place (found anywhere in a line): its caption follows."""
    drop: Patterns = ()
    """Lines that are no part of the article."""
    end: Patterns = ()
    """Lines after which nothing belongs to the article."""
    captions: tuple[Literal["twice", "plain"], ...] | None = None
    """How captions are printed when they name no photographer: `twice` (alternative text, then caption; taken where
    nothing is declared), `plain` (once, so that only their wording tells)."""
    related: tuple[Literal["cards", "links"], ...] = ()
    """`cards`: title, title, teaser; `links`: bare titles under the lead or after the text."""
    box: Patterns = ()
    """Headings of lists of related titles that may stand inside the article: the titles under them go too."""


class Generation(Declared, frozen=True, kw_only=True):
    """One layout, recognised by its marks; all that are given must hold."""

    name: str
    when: str | None = None
    """CSS selector that must match."""
    host: str | None = None
    url: str | None = None
    """Pattern that must be found in the URL."""
    rules: Rules = Rules()


class UrlRules(Declared, frozen=True, kw_only=True):
    """How a site names its pages. Patterns are searched in path and query, `ignore` first."""

    article: Patterns = ()
    """Named group `id`, where there is one, is the article's identity; `part` (from 1) tells its pages apart where it
    is spread over several. A part that only the query tells needs its parameter in `keep_params`."""
    section: Patterns = ()
    tag: Patterns = ()
    """Pages that list what bears a tag. They end like articles on many papers, in a name and a number: papers of six
    systems keep them below `/tag/`, `/tags/` or `/tu-khoa/`. They are sections, and searched before `ignore`."""
    topic: Patterns = ()
    """Pages that editors keep for a story that goes on (`/chu-de/`, `/su-kien/`): sections as well. Of what lies there
    on papers that print articles under the same name (Dân trí's `/su-kien/`), only what is known to be a list."""
    ignore: Patterns = ()
    """What is none of these. Author pages end like articles, too: below `/tac-gia/` or `/author/`."""
    id_time: tuple[str, ...] = ()
    """Templates of ids that carry the time at which the draft was made: `###%y%m%d%H%M%S*` (see `config.drafts`)."""
    keep_params: tuple[str, ...] = ()
    """Query parameters that belong to an article's URL; all others are dropped from it."""


class ScriptedList(Declared, frozen=True, kw_only=True):
    """A list that the paper's pages fetch by script: JSON, or a piece of HTML (what "Xem thêm" brings).

    JSON has `items`, and either `article` (its items are articles) or `menu` (its items are sections). Fields of an
    item are dotted: `category.slug`.
    """

    url: str
    """Its address, on one of `hosts` or `api_hosts`; `{section}` and `{n}`, a page's number, where it has them."""
    sections: tuple[str, ...] = ()
    """What `{section}` stands for."""
    section_at: str | None = None
    """Where the paper's own section pages name theirs (`#hdZoneId@value`): the list goes on where they end."""
    first: Natural = 1
    """`n` of the first page; of a list with `section_at`, of the page after the section page."""
    step: Count = 1
    limit: Count = 3
    """Pages of one section that a visit reads, a section page included."""
    expect: dict[str, str | int | bool] = {}
    """What fields of the whole must say; an answer that says otherwise leads nowhere."""
    items: tuple[str, ...] = ()
    """Dotted paths to the lists of items; "" is the whole. None: HTML."""
    article: str | None = None
    """An article's address, made of an item's fields: `/{type.slug}/{slug}`. One field alone is an address itself."""
    defaults: dict[str, str] = {}
    """What a field stands for where an item lacks it; `{section}` is the one that was asked for."""
    menu: str | None = None
    """The field of an item that is a `{section}` of the other lists."""
    title: str | None = None
    """Fields of an item that say more of the article: its title, its section, when it was published."""
    section: str | None = None
    date: str | None = None
    date_order: Order = "YMD"


class Search(Declared, frozen=True, kw_only=True):
    """A paper's own search, which a crawl for a topic asks. Where it can put the newest first, its address says so."""

    url: str
    """Its address for `{words}`, on one of `hosts` or `api_hosts`."""
    pager: str | None = None
    """That of its further pages, with `{words}` and `{n}`."""
    first: Natural = 2
    """`n` of the second page."""
    step: Count = 1
    blank: Literal["+", "%20", "-"] = "+"
    """How blanks between words are written."""


class Discover(Declared, frozen=True, kw_only=True):
    """Where new articles are found. Paths are relative to the source's base."""

    feeds: tuple[str, ...] = ()
    sitemaps: tuple[str, ...] = ()
    sitemap_skip: Patterns = ()
    sections: tuple[str, ...] = ()
    list_links: Places = ()
    """Elements of a section page whose links count; empty: the whole page."""
    pager: str | None = None
    """Template of a section's further pages, with `{section}` and `{n}`."""
    pager_first: int = 2
    """`n` of the second page."""
    pager_step: Count = 1
    pager_limit: Count = 3
    """Pages of one section that a visit reads, the first included."""
    lists: tuple[ScriptedList, ...] = ()
    """Lists that section pages fetch by script."""
    search: Search | None = None
    feed_order: Order = "DMY"


class Examples(Declared, frozen=True, kw_only=True):
    """URLs that show how the source names its pages; tests classify them."""

    article: tuple[str, ...] = ()
    section: tuple[str, ...] = ()
    other: tuple[str, ...] = ()


class Family(Declared, frozen=True, kw_only=True):
    """What all sites on one CMS share."""

    title: str
    marks: Places = ()
    """CSS selectors by which a page of an unknown site is recognised."""
    urls: UrlRules = UrlRules()
    discover: Discover = Discover()
    rules: Rules = Rules()
    dump: Dump = Dump()
    generation: tuple[Generation, ...] = ()


class SourceFile(Declared, frozen=True, kw_only=True):
    """One TOML file under config/sources."""

    title: str
    hosts: tuple[str, ...]
    """Host names, the present one first; `www.` and `m.` of each are understood. `host/segment`: the paper moved
    below another's host, and what lies under that first path segment there is its own. Patterns see the path after
    it, and paths in `discover` and `examples` begin there if it stands first."""
    own_ids: tuple[str, ...] = ()
    """Those of `hosts` that count their ids apart: the same number there is another article."""
    api_hosts: tuple[str, ...] = ()
    """Hosts that are asked for `discover.lists` and `discover.search` and for nothing else."""
    id_shapes: Patterns = ()
    """Where a paper has numbered its articles anew: patterns of whole ids, one for each numbering. Ids of two shapes
    may be one article that moved, if canonical link, redirect, or title, date and text say so; of one shape never."""
    family: str | None = None
    evidence: Evidence = "single"
    """How sure its facts are: `seen` on a saved page, `reported` by several independent sources, by a `single` one."""
    facts: tuple[str, ...] = ()
    """Where the facts come from: public repositories with their paths, pages."""
    scheme: Literal["https", "http"] = "https"
    pace: Seconds = 2.0
    """Seconds between two requests to one host."""
    hours: str | None = None
    """When its hosts may be asked, in Vietnam's time: `22:00-06:00`. Not set: at any hour."""
    tls: Literal["legacy"] | None = None
    """`legacy`: its servers know only old renegotiation, or keys and ciphers below today's floor. Certificates are
    verified all the same, and the exception is recorded with every page."""
    language: str = "vi"
    urls: UrlRules | None = None
    discover: Discover | None = None
    rules: Rules = Rules()
    dump: Dump = Dump()
    generation: tuple[Generation, ...] = ()
    examples: Examples = Examples()


def layer(lower: Rules, upper: Rules) -> Rules:
    """`upper` over `lower`: set fields replace, the lists in `ADDED` grow."""
    merged: dict[str, Places | None] = {}
    for name in Rules.__struct_fields__:
        below, above = getattr(lower, name), getattr(upper, name)
        merged[name] = below + above if name in ADDED else below if above is None else above
    return Rules(**merged)  # type: ignore[arg-type]


def layer_dump(family: Dump, source: Dump) -> Dump:
    """`source` over `family`: lists grow, `opening` and `captions` replace where they are set."""
    return Dump(
        marks=family.marks + source.marks,
        opening=source.opening or family.opening,
        date=family.date + source.date,
        picture=family.picture + source.picture,
        drop=family.drop + source.drop,
        end=family.end + source.end,
        captions=family.captions if source.captions is None else source.captions,
        related=family.related + source.related,
        box=family.box + source.box,
    )
