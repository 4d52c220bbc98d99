"""Putting an article's record together from what the stages found."""

import re

import msgspec

from archive.facts import Block, Link, Page, Record, Related
from config.fold import fold
from config.sources import Source
from config.urls import canonical
from pipelines import body, fields
from pipelines.body import Body
from pipelines.cleaner import cleaner_id
from pipelines.closing import Signature, signature
from pipelines.head import Head
from pipelines.normalise import plain, same
from pipelines.view import View
from pipelines.walk import Line

_SENTENCE = 40
"""Characters of the shortest description that is a lead."""


class Story(msgspec.Struct, frozen=True):
    """The article's text with its lead apart from the rest, and its signature."""

    lead: str | None
    blocks: list[Block]
    signed: Signature

    @property
    def text(self) -> str:
        """Lead and paragraphs, joined by blank lines."""
        return "\n\n".join(([self.lead] if self.lead else []) + [b.text for b in self.blocks])


def story(found: Body, head: Head) -> Story:
    """Lead, blocks and signature of a body. A title or lead that the body repeats stands once.

    Where no declaration says where the lead stands, it is the opening paragraph that is set as one or that the page
    describes itself with, else that description, for papers print their lead there.
    """
    lines, signed = signature(found.lines)
    if lines and head.title and same(lines[0].text, head.title):
        lines = lines[1:]
    lead = head.lead
    if lead is None and lines and body.is_lead(lines[0], head.described):
        lead, lines = lines[0].text, lines[1:]
    elif lead is None and lines and not head.placed:
        lead = _described(head, lines)
    elif lead and lines and _repeats(lines[0].text, lead):
        lines = lines[1:]
    return Story(lead, body.blocks(lines), signed)


def record(
    page: Page, source: Source, view: View, generation: str | None, head: Head, found: Body, told: Story
) -> Record:
    """The article's record. Every string is NFC and on one line, but for a table's rows."""
    return Record(
        url=canonical(source, page.url),
        source=source.id,
        generation=generation,
        kicker=head.kicker,
        title=head.title,
        lead=told.lead,
        blocks=told.blocks,
        paragraphs=[b.text for b in told.blocks],
        text=told.text,
        captions=found.captions,
        image=head.image,
        authors=_united(head.authors, told.signed.authors),
        credit=head.credit or told.signed.credit,
        published=head.published.value,
        published_raw=head.published.raw,
        published_precision=head.published.precision,
        published_from=head.published.origin,
        modified=head.modified,
        section=head.section,
        tags=head.tags,
        language=fields.language(told.text, view, source),
        word_count=len(re.findall(r"\w+", told.text)),
        cleaner=cleaner_id(source),
    )


def linked(found: Record, links: list[Link]) -> Record:
    """`found` with its related links: those of boxes and see-also lines, each page once, itself left out."""
    entries = {link.url: Related(link.title, link.url) for link in reversed(links) if link.url != found.url}
    return msgspec.structs.replace(found, related=list(entries.values())[::-1])


def _described(head: Head, lines: list[Line]) -> str | None:
    """The page's description where it is a sentence of its own: whole, not the title, not in the text already."""
    said = plain(" ".join(line.text for line in lines) + " " + (head.title or ""))
    whole = (d for d in head.described if len(d) >= _SENTENCE and not d.endswith("..."))
    return next((d for d in whole if plain(d) not in said), None)


def _repeats(text: str, lead: str) -> bool:
    """Whether a body's first paragraph is the lead again, perhaps with the paper's prefix or without."""
    one, other = plain(text), plain(lead)
    if len(one) > 40 and abs(len(one) - len(other)) < 30:
        return other.endswith(one) or one.endswith(other)
    return one == other


def _united(named: list[str], signed: list[str]) -> list[str]:
    """Both lists without repetition; a name in other letters is the same name."""
    known = {fold(n) for n in named}
    return named + [s for s in signed if fold(s) not in known]
