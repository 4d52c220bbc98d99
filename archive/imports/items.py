"""What a file that is imported consists of, as the readers of all formats give it."""

from typing import NamedTuple

import msgspec

from archive.facts import Page
from archive.warc.digests import Digest
from archive.warc.frames import Mark


class _Visit(msgspec.Struct, frozen=True, kw_only=True):
    """What both kinds of responses have."""

    page: Page
    where: str
    """Place in the file, for whoever asks."""
    source: str | None = None
    """Name under which another archive of ours kept it."""
    run: str | None = None
    """Name of the run that fetched it there."""
    assets: tuple[str, ...] = ()
    """What it shows, where another archive of ours said so."""


class Arrival(_Visit, frozen=True, kw_only=True):
    """A response with its bytes."""

    paper: str | None = None
    """The declared paper whose page it is said to be; else its URL tells."""
    sure: bool = False
    """Whether it is said to be a page, whatever its URL and type tell."""
    payload: Digest | None = None
    """The digest by which later records of the file name these bytes, where it is not that of the kept body."""


class Revisit(_Visit, frozen=True, kw_only=True):
    """A response whose bytes are those of an earlier one; `page` is without them."""

    digest: str = ""
    """Of the bytes, as `str(Digest)`; empty where the record has none."""
    refers_url: str = ""
    refers_at: str = ""
    """URL and time of the earlier one, as pages carry them; empty where the record does not say."""


class RunRow(msgspec.Struct, frozen=True, kw_only=True):
    """A run of another archive of ours: a row of `runs` without its number."""

    uid: str
    command: str
    started: str
    ended: str | None = None
    outcome: str | None = None
    stats: str | None = None


class Tombstone(msgspec.Struct, frozen=True, kw_only=True):
    """A withdrawal of another archive of ours: a row of `withdrawals`."""

    url: str
    reason: str
    withdrawn_at: str
    article: str | None = None


class Refused(NamedTuple):
    """Something that should have been a page and cannot be taken: where in the file, and why."""

    where: str
    why: str
    url: str = ""

    def __str__(self) -> str:
        return f"{self.where}: {f'{self.url}: ' if self.url else ''}{self.why}"


class Passed(NamedTuple):
    """A record that is no page, of which kind."""

    kind: str


Item = Arrival | Revisit | RunRow | Tombstone | Refused | Passed


class Read(NamedTuple):
    """An item, where it begins, and from where the file is to be read on once it is dealt with; None where that
    cannot be said."""

    item: Item
    after: Mark | None = None
    at: Mark | None = None
