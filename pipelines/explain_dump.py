"""What each line of a flattened page was taken for, and which line each field came from."""

import re

import msgspec

from archive.facts import Drop, Record
from config.sources import Source
from pipelines.account import Field, Row
from pipelines.dump_captions import is_marked
from pipelines.dump_lines import matches
from pipelines.normalise import same
from pipelines.people import byline
from pipelines.trace import Seen, Taken, Trace

_FIELDS = ("kicker", "title", "lead", "text", "captions", "authors", "credit", "published", "section", "related")
_TAKEN: dict[str, tuple[Taken, ...]] = {
    **dict.fromkeys(("kicker", "title", "published", "section"), ("opening",)),
    **dict.fromkeys(("authors", "credit"), ("opening", "signature")),
    "lead": ("lead",),
    "captions": ("caption",),
    "related": ("lead", "caption", "signature"),
}
"""What the lines were taken for at which a field can stand."""


def dump_rows(output: Record | Drop, source: Source, trace: Trace) -> list[Row]:
    """The lines of a dump: the kind of block, or what they were taken for."""
    return [_row(seen, output if isinstance(output, Record) else None, source, trace) for seen in trace.seen]


def _row(seen: Seen, record: Record | None, source: Source, trace: Trace) -> Row:
    taken, why = seen.fate.taken, seen.fate.why
    if taken == "text":
        return Row(seen.text, True, seen.kind or "text", why)
    if taken == "declared":
        return Row(seen.text, False, taken, _pattern(seen.text, source) or why)
    if taken == "opening":
        part = _opening(seen.text, trace)
        return Row(seen.text, False, part, why if part == "menu" else "")
    told = _told(seen.text, taken, record)
    return Row(seen.text, False, told, why if told == taken else "")


def _pattern(text: str, source: Source) -> str:
    """The declared pattern that describes the line; empty for one below a line that ended the article."""
    lists = {
        "dump.end": source.dump.end,
        "end_lines": source.rules.end_lines,
        "dump.drop": source.dump.drop,
        "drop_lines": source.rules.drop_lines,
    }
    found = (f"{name} {p!r}" for name, patterns in lists.items() for p in patterns if matches((p,), text))
    return next(found, "")


def _opening(text: str, trace: Trace) -> str:
    """Which part of the opening a line above the text is; a menu's line is none."""
    opening = trace.opening
    if opening is None:
        return "opening"
    if opening.date and opening.date in text:
        return "date"
    if opening.title and (same(text, opening.title) or text.endswith(opening.title)):
        return "title"
    if opening.kicker and opening.kicker in text:
        return "kicker"
    if opening.section and all(crumb in text for crumb in opening.section):
        return "section"
    said = byline(text)
    if opening.authors and (any(name in text for name in opening.authors) or (said and said.authors)):
        return "author"
    return "menu"


def _told(text: str, taken: str, record: Record | None) -> str:
    """What a line under the opening was taken for, by the place in the record where it stands."""
    if record is None:
        return taken
    if record.title and same(text, record.title):
        return "title again"
    if any(same(text, r.title) for r in record.related):
        return "related"
    if taken == "caption" and any(text in c or c in text for c in record.captions):
        return "caption"
    if taken == "lead":
        return "lead" if text == record.lead else "lead again"
    if taken == "caption":
        return "caption again" if is_marked(text) else "printed again"
    return taken


def dump_fields(record: Record, trace: Trace) -> list[Field]:
    """The fields of a dump's record, each with the line that it came from."""
    return [_field(name, record, trace) for name in _FIELDS]


def _field(name: str, record: Record, trace: Trace) -> Field:
    value = msgspec.to_builtins(getattr(record, name)) or None
    if value is None:
        return Field(name, None, "")
    if name == "text":
        return Field(name, value, "the lines below")
    wanted = [record.published_raw] if name == "published" else value if isinstance(value, list) else [value]
    parts = [part["title"] if isinstance(part, dict) else part for part in wanted]
    all_of = all if name == "section" else any
    lines = [s.text for s in trace.seen if s.fate.taken in _TAKEN[name] and all_of(_holds(s.text, p) for p in parts)]
    origin = "; ".join(f"line {line[:80]!r}" for line in dict.fromkeys(lines))
    return Field(name, value, origin or "hint of the list that led to the page")


def _holds(line: str, part: str | None) -> bool:
    return part is not None and re.sub(r"\W+", " ", part).casefold() in re.sub(r"\W+", " ", line).casefold()
