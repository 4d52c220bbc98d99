"""The article's text put together: lead, blocks, signature."""

import msgspec

from archive.facts import Block
from pipelines import body
from pipelines.body import Body
from pipelines.closing import Signature, signature
from pipelines.head import Head
from pipelines.normalise import plain, same
from pipelines.trace import Trace, becomes, without
from pipelines.walk import Line

_SENTENCE = 40
"""Characters of the shortest description that is a lead."""


class Story(msgspec.Struct, frozen=True):
    """The article's text with its lead apart from the rest, and its signature."""

    lead: str | None
    blocks: list[Block]
    signed: Signature
    lines: list[Line] = []
    """The lines that became the blocks, one each."""
    opening: Line | None = None
    """The line that became the lead, where one of the text did."""

    @property
    def text(self) -> str:
        """Lead and paragraphs, joined by blank lines."""
        return "\n\n".join(([self.lead] if self.lead else []) + [b.text for b in self.blocks])


def story(found: Body, head: Head, trace: Trace | None = None) -> Story:
    """Lead, blocks and signature of a body. A title or lead that the body repeats stands once.

    Where no declaration says where the lead stands, it is the opening paragraph that is set as one or that the page
    describes itself with, else that description, for papers print their lead there.
    """
    lines, signed = signature(found.lines)
    without(trace, found.lines, lines, "signature")
    if lines and head.title and same(lines[0].text, head.title):
        becomes(trace, lines[0], "repeated", "the title again")
        lines = lines[1:]
    lead, opening = head.lead or found.lead, None
    if lead is None and len(lines) > 1 and body.is_lead(lines[0], head.described):
        becomes(trace, lines[0], "lead", "opens the text in bold, or as the page describes itself")
        lead, opening, lines = lines[0].text, lines[0], lines[1:]
    elif lead is None and lines and not head.placed:
        lead = _described([found.sapo] if found.sapo else head.described if found.placed else [], head, lines)
    elif lead and lines and _is_cut_copy(lead, lines[0].text):
        becomes(trace, lines[0], "lead", "what stands in the lead's place is a copy of the text, cut short")
        lead, opening, lines = lines[0].text, lines[0], lines[1:]
    elif lead and lines and _repeats(lines[0].text, lead):
        becomes(trace, lines[0], "repeated", "the lead again")
        opening, lines = lines[0], lines[1:]
    made = body.blocks(lines)
    if trace is not None:
        trace.keeps(lines, made)
    return Story(lead, made, signed, lines, opening)


def _described(described: list[str], head: Head, lines: list[Line]) -> str | None:
    """The page's description where it is a sentence of its own: whole, not the title, not in the text already."""
    said = plain(" ".join(line.text for line in lines) + " " + (head.title or ""))
    whole = (d for d in described if len(d) >= _SENTENCE and not d.endswith("..."))
    return next((d for d in whole if plain(d) not in said), None)


def _is_cut_copy(lead: str, first: str) -> bool:
    """Whether a lead is the text's first paragraph and what follows it, cut in mid-sentence: Mediatech's pages print
    such a line, hidden, for their own use."""
    if lead.endswith((".", "!", "?", "…", "”", '"', ")")):
        return False
    said, opening = plain(lead), plain(first)
    return len(opening) >= _SENTENCE and len(said) > len(opening) and said.startswith(opening)


def _repeats(text: str, lead: str) -> bool:
    """Whether a body's first paragraph is the lead again, perhaps with the paper's prefix or without."""
    one, other = plain(text), plain(lead)
    if len(one) > 40 and abs(len(one) - len(other)) < 30:
        return other.endswith(one) or one.endswith(other)
    return one == other
