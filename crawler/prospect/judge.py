"""Judging a draft by what it makes of the articles at hand; the fixture's stub. Pure."""

import json
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import msgspec

from archive.facts import Cleaned, Page, Record
from config.sources import Source
from crawler.prospect.elements import Read, share_in
from crawler.prospect.proposal import Proposal
from crawler.prospect.skeleton import address, skeleton, stand_in
from pipelines import places, recognise
from pipelines.fixtures import ONLY
from pipelines.normalise import plain
from pipelines.view import View, text_of

FIELDS = ("title", "lead", "minute", "authors", "section", "tags", "captions", "image")
"""What coverage counts, in the order in which it is told."""
MOST, KEPT = 0.7, 0.98
"""Shares of an article's words: that a container must hold of what the generic way reads; that any other rule must
leave."""
_FRAME = ("container", "title")
_SAME = ("title", "lead", "authors", "published", "captions", "section", "tags")

Try = Callable[[Proposal], list[Cleaned]]


class Stub(NamedTuple):
    """A fixture's files, and the fields in which its page does not come to what was put into it."""

    generation: str
    page_html: str
    page_json: str
    expected_json: str
    differing: list[str]


def coverage(records: Sequence[Record]) -> dict[str, int]:
    """On how many of `records` each field stands."""
    return {field: sum(bool(_value(record, field)) for record in records) for field in FIELDS}


def _value(record: Record, field: str) -> object:
    if field == "minute":
        return record.published if record.published_precision == "minute" else None
    if field == "authors":
        return record.authors or record.credit
    return getattr(record, field)


def records_of(made: Sequence[Cleaned]) -> list[Record]:
    """The records among the results of cleaning."""
    return [cleaned.output for cleaned in made if isinstance(cleaned.output, Record)]


def best(records: Sequence[Record]) -> int:
    """The position of the record that shows most: fields first, then length."""
    return max(range(len(records)), key=lambda n: (sum(coverage(records[n : n + 1]).values()), records[n].word_count))


def without_losses(made: Proposal, reads: Sequence[Read], attempt: Try) -> Proposal:
    """`made` without the learned rules under which some article loses text.

    `attempt` cleans the articles under a proposal. The container must keep most of what the generic way reads (which
    has boxes of links in it); each other rule, nearly all of what there is without it. What was left out stands among
    the doubts.
    """
    base = {name: place for name, place in made.rules.items() if name in _FRAME}
    smaller = msgspec.structs.replace(made, rules=base)
    before = attempt(smaller)
    if base and not _keeps([read.record for read in reads], before, MOST):
        lost = ("lost", {"field": ", ".join(made.rules)})
        return msgspec.structs.replace(made, rules={}, doubts=[*made.doubts, lost])
    outputs = [cleaned.output for cleaned in before]
    if len(base) == len(made.rules) or _keeps(outputs, attempt(made), KEPT):
        return made
    for field in (name for name in made.rules if name not in base):
        larger = msgspec.structs.replace(smaller, rules=smaller.rules | {field: made.rules[field]})
        if _keeps(outputs, attempt(larger), KEPT):
            smaller = larger
        else:
            smaller = msgspec.structs.replace(smaller, doubts=[*smaller.doubts, ("lost", {"field": field})])
    return smaller


def _keeps(before: Sequence[object], made: Sequence[Cleaned], least: float) -> bool:
    """Whether the articles are still such, and have at least that share of their text. Of what the generic way reads
    most articles must keep it: some may be of another layout."""
    pairs = [(old, new.output) for old, new in zip(before, made, strict=True) if isinstance(old, Record)]
    kept = [isinstance(new, Record) and _share(old, new) >= least for old, new in pairs]
    return all(kept) if least == KEPT else sum(kept) * 2 >= len(kept)


def _share(before: Record, after: Record) -> float:
    """The share of the words of `before` in paragraphs that stand somewhere in `after` too."""
    there = plain(" ".join((after.text, *after.captions, *after.authors, after.credit or "", after.kicker or "")))
    return share_in(before, there)


def left_out(view: View, record: Record, source: Source) -> list[str]:
    """The lines that stand in the article's container and are no part of the record, in their order."""
    _, rules = recognise.layout(view, recognise.adopted(view, source))
    told = [record.text, record.title, record.kicker, record.credit, *record.captions, *record.authors, *record.section]
    there = plain(" ".join(filter(None, (*told, *record.tags, record.published_raw))))
    found = dict[str, None]()
    for container in places.nodes(view, rules.container)[:1]:
        for node in container.css("p, li, td, h2, h3, h4, h5, div, a, span, figcaption"):
            text = text_of(node)
            if node.css_first("p, li, td, div, a") is None and len(text) >= 8 and plain(text) not in there:
                found[text] = None
    return list(found)


def stub(page: Page, view: View, record: Record, source: Source, clean: Callable[[Page], Cleaned]) -> Stub:
    """The fixture's stub for the article `record` on `page`."""
    html = skeleton(view, source, record.authors)
    told = {"url": address(page.url), "fetched_at": page.fetched_at}
    made = clean(Page(url=told["url"], fetched_at=told["fetched_at"], body=html.encode())).output
    output: dict[str, Any] = msgspec.to_builtins(made)
    output.pop("cleaner", None)
    differing = (
        [f for f in _SAME if not _agrees(getattr(record, f), getattr(made, f))] if isinstance(made, Record) else ["*"]
    )
    if isinstance(made, Record) and _frame(record) != _frame(made):
        differing.append("paragraphs")
    expected = json.dumps(output, ensure_ascii=False, indent=1) + "\n"
    return Stub(record.generation or ONLY, html, json.dumps(told, ensure_ascii=False) + "\n", expected, differing)


def _frame(record: Record) -> list[tuple[str, int]]:
    """The blocks without their words: a word stands for a word."""
    return [(block.kind, len(block.text.split())) for block in record.blocks]


def _agrees(before: object, after: object) -> bool:
    """Whether a field of the stub is the real one's with its words replaced; times are the same."""
    if isinstance(before, list):
        return isinstance(after, list) and len(before) == len(after)
    if isinstance(before, str):
        return isinstance(after, str) and (before == after or plain(stand_in(before)) == plain(after))
    return before == after
