"""What a page says of its article beside the text, read once, before the text is taken apart."""

import re
from functools import cache

import msgspec

from archive.facts import Link, Page
from config.declarations import Rules
from config.sources import Source
from pipelines import fields, links, places
from pipelines.around import Around, around
from pipelines.defaults import UNDECLARED
from pipelines.normalise import clean
from pipelines.people import byline
from pipelines.published import Published, published
from pipelines.view import View


class Head(msgspec.Struct, frozen=True, kw_only=True):
    """The fields of an article that are not its text, as the page's places give them."""

    kicker: str | None
    title: str | None
    lead: str | None
    authors: list[str]
    credit: str | None
    published: Published
    modified: str | None
    section: list[str]
    tags: list[str]
    keywords: list[list[str]]
    """Lists of what may be tags, where nothing is declared: of each, if the text speaks of it."""
    image: str | None
    boxes: list[Link]
    """The links of related boxes."""
    inline: dict[str, Link]
    """The links inside the text's container, by what their `href` says."""
    topics: list[Link]
    """The links to the paper's pages on the article's subject."""
    tagged: list[Link]
    """The links of the tags."""
    keywords_linked: list[Link]
    """What may be links to tags, where nothing is declared."""
    described: list[str]
    """The page's descriptions of itself; where the text begins with one, that is the lead."""
    placed: bool
    """Whether the declaration says where the lead stands."""


def read(view: View, rules: Rules, page: Page, source: Source) -> Head:
    """The head of the article on an opened page. Feed and list hints fill what the page does not say.

    Prunes the page: what the declaration drops is gone when the text is read.
    """
    boxes, topics = links.related(view, rules), links.topics(view, rules)
    guessed = rules is UNDECLARED or bool(source.kin)
    view.prune(rules.drop)
    kicker, title = fields.headline(view, rules)
    near = cache(lambda: around(view, title) if rules is UNDECLARED else Around())
    when = published(view, rules, page, source, lambda: near().datelines)
    return Head(
        kicker=kicker,
        title=title or clean(page.hints.title or "") or None,
        lead=places.value(view, rules.lead),
        authors=fields.authors(view, rules, source) or fields.signed(near().below),
        credit=_credit(view, rules),
        published=when,
        modified=when.modified,
        section=fields.section(view, rules, title, grow=guessed) or [s for s in [clean(page.hints.section or "")] if s],
        tags=fields.tags(view, rules),
        keywords=fields.keywords(view) if guessed else [],
        image=fields.image(view, rules),
        boxes=boxes,
        inline=links.inline(view, rules),
        topics=topics,
        tagged=links.tags(view, rules, source),
        keywords_linked=links.keywords(view, source) if guessed else [],
        described=[text for key in ("og:description", "description") for text in view.meta.get(key)],
        placed=rules.lead is not None,
    )


def stands(view: View, rules: Rules) -> frozenset[int]:
    """Identities of the elements where fields stand: inside the text's container they are no text."""
    first = (rules.kicker, rules.title, rules.lead, rules.published)
    every = (rules.authors, rules.credit, rules.section, rules.tags)
    found = [n for place in first for n in places.nodes(view, place)[:1]]
    return frozenset(n.mem_id for n in found + [n for place in every for n in places.nodes(view, place)])


def _credit(view: View, rules: Rules) -> str | None:
    """The declared source line, else what an author line says after the name ("Chu Văn/TTXVN")."""
    if rules is UNDECLARED:
        return None
    if text := places.value(view, rules.credit):
        said = byline(text)
        return (said and said.credit) or re.sub(r"^(?:theo|nguồn)\s*:?\s+", "", text.strip(" ()"), flags=re.I)
    lines = next((found for place, found in places.each(view, rules.authors) if place.kind == "css"), [])
    return next((said.credit for line in lines if (said := byline(line)) and said.credit), None)
