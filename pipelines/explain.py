"""How a page came to its record: the account that `process` gives of itself, for whoever declares a paper.

The page goes through `process` once, with a trace; here the notes are put beside the declaration.
"""

from datetime import datetime

import msgspec

from archive.facts import Cleaned, Drop, Page, Record
from config.declarations import Rules
from config.layers import Layers
from config.sources import Source
from config.urls import classify, subject_of
from pipelines.account import Account, Cut, Field, Marks, Refusal, Row
from pipelines.explain_dump import dump_fields, dump_rows
from pipelines.explain_fields import no_text, page_fields
from pipelines.process import process
from pipelines.trace import Trace


def explain(page: Page, source: Source, layers: Layers) -> Account:
    """The account of `process(page, source)`; `layers` are those of the paper's declaration."""
    trace = Trace()
    return account(page, source, layers, process(page, source, trace=trace), trace)


def account(page: Page, source: Source, layers: Layers, cleaned: Cleaned, trace: Trace) -> Account:
    """The account of a cleaning that was traced. A drop's fields and lines are those that were read before it."""
    if trace.adopted is not None:
        layers = Layers(family=trace.adopted[0])
    rules, at = trace.rules or Rules(), datetime.fromisoformat(page.fetched_at)
    said = {cut.selector for cut in trace.pruned}
    return Account(
        url=cleaned.output.url,
        source=source.id,
        declared=layers.file is not None,
        family=source.family,
        layout=_layout(trace, layers),
        refusal=_refusal(page, source, layers, cleaned, trace),
        fields=_fields(cleaned, source, layers, trace, at),
        pruned=[Cut(p, layers.said_by(trace.generation, "drop", p.selector)) for p in trace.pruned],
        unmatched=[s for s in rules.drop if s not in said] if trace.stages is not None else [],
        lines=_rows(cleaned, source, layers, trace),
        doubts=list(cleaned.notes),
        output=cleaned.output,
    )


def _layout(trace: Trace, layers: Layers) -> Marks:
    layer = layers.marked_by(trace.generation) if trace.generation else ""
    if trace.adopted is None:
        return Marks(trace.generation, layer, trace.tried)
    family, mark = trace.adopted
    return Marks(trace.generation, layer, trace.tried, family.title, mark)


def _fields(cleaned: Cleaned, source: Source, layers: Layers, trace: Trace, at: datetime) -> list[Field]:
    if not isinstance(cleaned.output, Record):
        return [no_text(layers, trace, at)] if trace.stages is not None else []
    if trace.opening is not None:
        return dump_fields(cleaned.output, trace)
    return page_fields(cleaned.output, source, layers, trace, at)


def _rows(cleaned: Cleaned, source: Source, layers: Layers, trace: Trace) -> list[Row]:
    if trace.opening is not None:
        return dump_rows(cleaned.output, source, trace)
    rows = []
    for seen in trace.seen:
        kept = seen.fate.taken in ("text", "joined")
        why = seen.fate.why
        if seen.fate.rule is not None:
            field, pattern = seen.fate.rule
            why += f": {field} {pattern!r} ({layers.said_by(trace.generation, field, pattern)})"
        rows.append(Row(seen.text, kept, (seen.kind or seen.fate.taken) if kept else seen.fate.taken, why))
    return rows


_STAGES = {
    "response": "judged by status, type and first bytes, before the page was opened",
    "opened page": "judged by address, end and marks of the opened page, before its text was read",
    "text": "judged when the text had been read",
}


def _refusal(page: Page, source: Source, layers: Layers, cleaned: Cleaned, trace: Trace) -> Refusal | None:
    if not isinstance(cleaned.output, Drop):
        return None
    note = cleaned.output.drop
    rule = _STAGES.get(trace.stage, "judged by the process that cleans")
    if trace.rules is not None and note.detail in trace.rules.not_article:
        rule = f"not_article = {note.detail!r} ({layers.said_by(trace.generation, 'not_article', note.detail)})"
    elif note.detail == "section page":
        rule = _section_rule(source, page.url)
    elif trace.stage == "text" and "text" in trace.notes:
        rule += f"; {trace.notes['text'][0]}"
    return Refusal(note.reason, note.detail, rule)


def _section_rule(source: Source, url: str) -> str:
    """The pattern by which an address is a section's; one of the declared `sections` needs none."""
    if subject := subject_of(source, url):
        return "discover.search" if subject == "search" else f"urls.{subject} = {getattr(source.urls, subject)!r}"
    bare = msgspec.structs.replace(source, discover=msgspec.structs.replace(source.discover, sections=()))
    for pattern in source.urls.section:
        alone = msgspec.structs.replace(source.urls, section=(pattern,))
        if classify(msgspec.structs.replace(bare, urls=alone), url) == "section":
            return f"urls.section = {pattern!r}"
    return "one of discover.sections"
