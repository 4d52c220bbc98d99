"""What deriving an article needs of its record: the columns, the digest of its content, and the sample of its text.

All are pure functions of the record, and a good part of deriving. So whoever has cleaned a page computes them beside,
in its own process, and hands them over (`made`, `take`); who derives without finds them itself.
"""

import json
from collections import OrderedDict
from collections.abc import Callable
from functools import cached_property
from typing import Any, NamedTuple

import msgspec

from archive.content import content_sha
from archive.facts import Record
from archive.shingles import Sample, read, reading
from config.fold import fold

KEPT = 256
"""Texts of which the sample is remembered, about 5 MB."""
LONG = ("text", "blocks", "paragraphs")
"""Columns that cross process borders as they lie in the file, so that they are translated once."""
_LISTED = json.JSONEncoder(ensure_ascii=False).encode


class Ready(NamedTuple):
    """What was computed of one record."""

    columns: dict[str, Any]
    """Those of `articles` that are its alone; `LONG` as UTF-8."""
    sha: str
    sample: Sample


class Work:
    """A record as a cleaning holds it, read when it is asked for, with what was handed over of it."""

    def __init__(self, read: Callable[[], Record], ready: Ready | None = None) -> None:
        self._read, self._ready = read, ready

    @cached_property
    def record(self) -> Record:
        """The record itself."""
        return self._read()

    @cached_property
    def columns(self) -> dict[str, Any]:
        """The columns of `articles` that are its alone."""
        return self._ready.columns if self._ready else columns_of(self.record)

    @cached_property
    def sha(self) -> str:
        """The digest of its content."""
        return self._ready.sha if self._ready else content_sha(self.record)

    @property
    def title(self) -> str | None:
        """The title."""
        return self._ready.columns["title"] if self._ready else self.record.title

    @property
    def published(self) -> str | None:
        """When it was published, +07:00."""
        return self._ready.columns["published"] if self._ready else self.record.published


_SAMPLES = OrderedDict[str, Sample]()


def made(record: Record) -> Ready:
    """Compute it."""
    columns = columns_of(record)
    long = {name: columns[name].encode() for name in LONG}
    return Ready(columns | long, content_sha(record), reading(prose(columns["folded"])).sample)


def take(ready: Ready) -> None:
    """Remember the sample for deriving, and for when the article is compared again."""
    _SAMPLES[ready.columns["folded"]] = ready.sample
    if len(_SAMPLES) > KEPT:
        _SAMPLES.popitem(last=False)


def columns_of(record: Record) -> dict[str, Any]:
    """The columns of `articles` that a record fills; `folded` is its title, a line below its text."""
    row: dict[str, Any] = msgspec.to_builtins(record)
    plain = {name: _json(value) if isinstance(value, list) else value for name, value in row.items()}
    return plain | {
        "published_day": record.published[:10] if record.published else None,
        "folded": f"{fold(record.title or '')}\n{fold(record.text)}",
    }


def _json(value: list[Any]) -> str:
    return _LISTED(value) if value else "[]"  # which takes 4 µs of an encoder


def sample(folded: str) -> Sample:
    """The sample of an article's text, by its column `folded`."""
    return _SAMPLES.get(folded) or read(prose(folded)).sample


def prose(folded: str) -> str:
    """What is compared of `folded`; the title is not part of it, as a copy has one of its own."""
    return folded.partition("\n")[2]
