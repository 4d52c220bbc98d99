"""A mistake that a reader saw in an article, as one line that the authors of the cleaning rules can use."""

import difflib
from typing import Any

import msgspec

from archive.diff import FIELDS
from archive.reading import reading
from archive.store import Archive

SHOWN = 500
"""Letters of what the archive shows."""


class NoSuchField(ValueError):
    """The field is none that an article has; the message names the nearest. Raised by `mistake`."""


class Mistake(msgspec.Struct, frozen=True, kw_only=True):
    """One mistake: where, what is shown, what it should be. The page can be had by its digest."""

    url: str
    source: str
    article: str
    revision: int
    page_url: str
    fetched_at: str
    sha256: str
    cleaner: str
    generation: str | None
    field: str
    shown: str
    """At most `SHOWN` letters of what the archive shows there."""
    wanted: str
    note: str


def mistake(archive: Archive, article: str, field: str, note: str, wanted: str = "") -> Mistake | None:
    """The line for the article with this identity; None where there is none. Raises `NoSuchField`."""
    if field not in FIELDS:
        near = difflib.get_close_matches(field, FIELDS, 1, 0.4)
        raise NoSuchField(f"no field is called {field!r}; {f'did you mean {near[0]}?' if near else ', '.join(FIELDS)}")
    found = reading(archive, article)
    if found is None:
        return None
    record = found.record
    return Mistake(
        url=record.url,
        source=record.source,
        article=found.article,
        revision=len(found.states),
        page_url=found.page.url,
        fetched_at=found.page.fetched_at,
        sha256=found.page.sha256,
        cleaner=record.cleaner,
        generation=record.generation,
        field=field,
        shown=_shown(getattr(record, field))[:SHOWN],
        wanted=wanted,
        note=note,
    )


def _shown(value: Any) -> str:
    if isinstance(value, list):
        return " | ".join(one if isinstance(one, str) else one.text for one in value)
    return value or ""
