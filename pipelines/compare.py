"""What another cleaner changes in an article, and what the article would lose by it.

A loss is something a reader had before and would miss: a paragraph, the date, all authors. A line that only moved
(into the credit, a caption, the related list) is none.
"""

import re
from collections.abc import Iterator

import msgspec

from archive.diff import changes
from archive.facts import Drop, Record
from archive.held import Loss
from config.fold import fold
from pipelines.normalise import shortened

PROSE = 6
"""A passage of fewer words is a label or a name, not a paragraph that a reader would miss."""
KEPT = 0.7
"""A passage is still there when this part of its word triples is: prefixes go and paragraphs are joined harmlessly."""
_WORD = re.compile(r"\w+")
_PRECISIONS = ("month", "day", "hour", "minute")
FIELDS = tuple(name for name in Record.__struct_fields__ if name not in ("cleaner", "paragraphs", "text", "word_count"))

Output = Record | Drop


def changed_fields(before: Output, after: Output) -> list[str]:
    """Names of the fields that differ, `drop` where one of the two is none or they differ in reason.

    The cleaner's own id is no change, and what follows from `blocks` and `lead` is told with them.
    """
    if isinstance(before, Record) and isinstance(after, Record):
        return [name for name in FIELDS if getattr(before, name) != getattr(after, name)]
    if isinstance(before, Drop) and isinstance(after, Drop):
        return [] if before.drop == after.drop else ["drop"]
    return ["drop"]


def losses(before: Output, after: Output) -> list[Loss]:
    """What a reader of `before` would miss in `after`."""
    if isinstance(before, Drop):
        return []
    if isinstance(after, Drop):
        return [Loss("article", f"{after.drop.reason}: {after.drop.detail}".removesuffix(": "))]
    return list(_missing(before, after))


def sample(before: Output, after: Output, field: str) -> str:
    """One changed field for people: the passages that differ, on a line each, changes marked."""
    if isinstance(before, Drop) or isinstance(after, Drop):
        return f"{_told(before)} -> {_told(after)}"
    passages = [change.plain() for change in changes(before, after) if change.field == field]
    return "\n".join(passages) or f"{_short(before, field)} -> {_short(after, field)}"


def _missing(before: Record, after: Record) -> Iterator[Loss]:
    if before.title and not after.title:
        yield Loss("title", before.title)
    if before.lead and not after.lead:
        yield Loss("lead", before.lead)
    if before.lead != after.lead or before.blocks != after.blocks:
        yield from _missing_passages(before, after)
    if before.published and (not after.published or _coarser(before, after)):
        yield Loss("date", f"{before.published} -> {after.published or 'none'}")
    if before.authors and not after.authors:
        yield Loss("authors", ", ".join(before.authors))


def _missing_passages(before: Record, after: Record) -> Iterator[Loss]:
    """Passages of the text that are nowhere in the other record."""
    there = _triples(_everything(after))
    for passage in filter(None, [before.lead, *before.paragraphs]):
        wanted = _triples(passage)
        if len(wanted) >= PROSE - 2 and len(wanted & there) < KEPT * len(wanted):
            yield Loss("text", passage)


def _everything(record: Record) -> str:
    """All that a record prints, in which a line may have found its right place."""
    related = (entry.title for entry in record.related)
    lines = (record.kicker, record.title, record.text, *record.captions, *record.authors, record.credit, *related)
    return "\n".join(line for line in lines if line)


def _triples(text: str) -> set[tuple[str, ...]]:
    words = _WORD.findall(fold(text))
    return {tuple(words[at : at + 3]) for at in range(len(words) - 2)}


def _coarser(before: Record, after: Record) -> bool:
    old, new = before.published_precision, after.published_precision
    return bool(old and new and _PRECISIONS.index(new) < _PRECISIONS.index(old))


def _told(output: Output) -> str:
    return output.title or "(no title)" if isinstance(output, Record) else f"dropped as {output.drop.reason}"


def _short(record: Record, field: str) -> str:
    return shortened(msgspec.json.encode(getattr(record, field)).decode(), 160)
