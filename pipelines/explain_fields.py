"""Where each field of an article came from, and the places at which it was looked for in vain."""

from collections.abc import Sequence
from datetime import datetime

import msgspec

from archive.facts import Record
from config.layers import Layers
from config.sources import Source
from pipelines import places
from pipelines.account import Asked, Field
from pipelines.dates import read_date
from pipelines.defaults import DEFAULT
from pipelines.trace import Trace

_FIELDS = (
    "kicker", "title", "lead", "text", "captions", "authors", "credit", "published", "modified", "section", "tags",
    "image", "related", "language",
)  # fmt: skip
_ALL_ASKED = frozenset(("published", "modified", "image", "captions"))
"""Fields for which what the first place gives may be refused or checked against others, or all places count."""
_CUT = 160


def page_fields(record: Record, source: Source, layers: Layers, trace: Trace, at: datetime) -> list[Field]:
    """The fields of the record of a page that was fetched `at`, each with its origin."""
    return [_field(name, record, layers, trace, at) for name in _FIELDS]


def no_text(layers: Layers, trace: Trace, at: datetime) -> Field:
    """The text of a page that has none: where it was looked for."""
    return Field("text", None, "", "", trace.notes.get("text", []), _asked("text", layers, trace, at))


def _field(name: str, record: Record, layers: Layers, trace: Trace, at: datetime) -> Field:
    value = msgspec.to_builtins(getattr(record, name))
    asked = _asked(name, layers, trace, at)
    origin, layer, notes = _origin(name, record, trace, asked, at) if value else ("", "", [])
    return Field(name, value or None, origin, layer, notes, asked)


def _asked(name: str, layers: Layers, trace: Trace, at: datetime) -> list[Asked]:
    """The places of a field in their order; those after the first that gave something were not asked."""
    found: list[Asked] = []
    given = False
    for place in _places(name, trace):
        read, layer = trace.reads.get(places.parse(place)), layers.said_by(trace.generation, _rule(name), place)
        if read is None or (given and name not in _ALL_ASKED):
            found.append(Asked(place, layer, "not asked"))
            continue
        given = given or bool(read)
        first = [_dated(text, at) if name in ("published", "modified") else _short(text) for text in read[:3]]
        found.append(Asked(place, layer, "gave" if read else "nothing", len(read), first))
    return found


def _places(name: str, trace: Trace) -> tuple[str, ...]:
    """The declared places; a title that they do not give is looked for at the default ones."""
    declared: tuple[str, ...] = getattr(trace.rules, _rule(name), None) or ()
    if name == "title" and not any(trace.reads.get(places.parse(p)) for p in declared):
        declared += tuple(p for p in DEFAULT.title or () if p not in declared)
    return declared


def _rule(name: str) -> str:
    return "container" if name == "text" else name


def _origin(
    name: str, record: Record, trace: Trace, asked: Sequence[Asked], at: datetime
) -> tuple[str, str, list[str]]:
    """(where the value came from, whose words that place is, how it was come by)."""
    said = _stage_says(name, record, trace)
    notes = trace.notes.get(name, [])
    if said is not None:
        return said, "", notes
    if name == "published":
        return _published(record, trace, asked, notes)
    gave = next((a for a in asked if a.result == "gave" and _counts(name, record, trace, a, at)), None)
    if gave is not None:
        return gave.place, gave.layer, notes
    return (notes[0] if notes else "hint of the feed or list that led to the page"), "", notes[1:]


def _counts(name: str, record: Record, trace: Trace, asked: Asked, at: datetime) -> bool:
    """Whether what a place gave can be the value: a picture's address may be refused, and a date unreadable."""
    read = trace.reads.get(places.parse(asked.place), ())
    if name == "image":
        return any(text.rsplit("/", 1)[-1] == (record.image or "").rsplit("/", 1)[-1] for text in read)
    return name != "modified" or any(read_date(text, at).value for text in read)


def _stage_says(name: str, record: Record, trace: Trace) -> str | None:
    """The origin of a value that no place gave; None where one did."""
    if trace.stages is None or name in ("text", "published"):
        return None
    head, body, told = trace.stages
    lines = "; ".join(repr(_short(s.text)) for s in trace.seen if s.fate.taken == "signature")
    if name == "authors" and told.signed.authors and not head.authors:
        return f"signature at the end of the text: {lines}"
    if name == "authors" and len(record.authors) > len(head.authors):
        trace.note("authors", f"and the signature at the end of the text: {lines}")
    if name == "credit" and head.credit is None:
        return f"signature at the end of the text: {lines}"
    if name == "credit" and not any(trace.reads.get(places.parse(p)) for p in _places("credit", trace)):
        return "what an author line says after the name"
    if name == "lead" and head.lead is None:
        opening = next((s for s in trace.seen if s.fate.taken == "lead"), None)
        return f"first line of the text: {opening.fate.why}" if opening else "the page's description of itself"
    if name == "tags" and record.tags in ([*head.keywords] if head.keywords else []):
        return "links named so, or keywords of the page's head, that the text speaks of"
    if name == "captions":
        whys = dict.fromkeys(s.fate.why for s in trace.seen if s.fate.taken == "caption")
        return f"the container: {'; '.join(whys)}" if whys else None
    if name == "related" and not head.boxes:
        return "see-also lines of the text"
    if name == "related" and body.links:
        trace.note("related", "and see-also lines of the text")
    return None


def _published(record: Record, trace: Trace, asked: Sequence[Asked], notes: list[str]) -> tuple[str, str, list[str]]:
    """The place whose string the record keeps as `published_raw`."""
    raw = record.published_raw
    for a in asked:
        if raw in trace.reads.get(places.parse(a.place), ()):
            return a.place, a.layer, [f"printed as {raw!r}", *notes]
    return f"hint of the {record.published_from}", "", [f"printed as {raw!r}", *notes]


def _dated(text: str, at: datetime) -> str:
    """A string of a date place, with what it is read as or why it is refused."""
    told = read_date(text, at)
    return f"{_short(text)} → {told.value or 'refused: ' + str(told.reason)}"


def _short(text: str) -> str:
    return text if len(text) <= _CUT else text[: _CUT - 2] + " …"
