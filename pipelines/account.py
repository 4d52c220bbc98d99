"""What `clean --explain` tells of one page: plain values, as they are printed with `--json`."""

from typing import Any, Literal

import msgspec

from archive.facts import Cleaned, Drop, Record
from config.sources import Source
from pipelines.trace import Pruned, Tried


class Asked(msgspec.Struct, frozen=True):
    """One place at which a field was looked for."""

    place: str
    layer: str
    """Whose words it is: family, family generation, source, source generation, defaults."""
    result: Literal["gave", "nothing", "not asked"]
    """`not asked`: an earlier place had given something."""
    values: int = 0
    """How many strings or elements stand there."""
    first: list[str] = []
    """How the first ones begin; of a date with what it is read as, or why it is refused."""


class Field(msgspec.Struct, frozen=True):
    """One field of the record and where it came from."""

    name: str
    value: Any
    origin: str
    """The place, hint or line that it came from; empty where the field is empty."""
    layer: str = ""
    notes: list[str] = []
    asked: list[Asked] = []
    """In the order of trust."""


class Marks(msgspec.Struct, frozen=True):
    """Which layout the page has, and the marks that were looked for, in order, up to the first that it bears."""

    generation: str | None
    layer: str = ""
    tried: list[Tried] = []
    adopted: str | None = None
    """For a paper that nobody declared: the family whose rules were taken."""
    adopted_by: str | None = None
    """The mark of that family on the page."""


class Cut(msgspec.Struct, frozen=True):
    """What one drop selector took out."""

    what: Pruned
    layer: str


class Row(msgspec.Struct, frozen=True):
    """A line of the article's container, or of a dump: the kind of block it became, or what it was taken for."""

    text: str
    kept: bool
    taken: str
    why: str = ""


class Refusal(msgspec.Struct, frozen=True):
    """Why the page gave no article."""

    reason: str
    detail: str
    rule: str


class Account(msgspec.Struct, frozen=True, kw_only=True):
    """How one page was cleaned, from its bytes to its record. `output` is what `clean` prints."""

    url: str
    source: str
    declared: bool
    family: str | None
    layout: Marks = Marks(None)
    refusal: Refusal | None = None
    fields: list[Field] = []
    pruned: list[Cut] = []
    unmatched: list[str] = []
    """Drop selectors that found nothing."""
    lines: list[Row] = []
    doubts: list[str] = []
    """As `Cleaned.notes` has them."""
    output: Record | Drop


def unexplained(source: Source, cleaned: Cleaned) -> Account:
    """The account of a cleaning that ended before it could say anything of itself."""
    refusal = None
    if isinstance(cleaned.output, Drop):
        note = cleaned.output.drop
        refusal = Refusal(note.reason, note.detail, "judged by the process that cleans")
    return Account(
        url=cleaned.output.url,
        source=source.id,
        declared=False,
        family=source.family,
        refusal=refusal,
        output=cleaned.output,
    )
