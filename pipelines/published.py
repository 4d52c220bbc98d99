"""When the paper published an article, from the places and hints that say so, in their order of trust."""

import re
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from functools import lru_cache
from typing import cast

import msgspec

from archive.facts import Origin, Page, Precision
from config.clock import stamp
from config.declarations import Places, Rules
from config.drafts import LONGEST, time_in_id
from config.sources import Source
from pipelines import places
from pipelines.crosscheck import Reading, choose
from pipelines.dates import read_date
from pipelines.defaults import LATE, UNDECLARED
from pipelines.normalise import clean
from pipelines.view import View

_EARLY = timedelta(days=1)
_AMERICAN = re.compile(r"(?:0?\d|1[0-2])/(?:0?\d|1[0-2])/\d{4} \d{1,2}:\d\d:\d\d [AP]M")
"""How .NET writes a time where nobody set its language: month first, which a day up to 12 does not show."""
# Head, JSON-LD and the last change mostly repeat one stamp.
_read_once = lru_cache(maxsize=64)(read_date)


class Published(msgspec.Struct, frozen=True):
    """A publication time as the record keeps it; all None where nothing readable was found."""

    value: str | None = None
    raw: str | None = None
    precision: Precision | None = None
    origin: Origin | None = None
    modified: str | None = None
    """When the paper says it last changed the article."""
    notes: tuple[str, ...] = ()
    """What the places that date the page say against each other."""


def published(view: View, rules: Rules, page: Page, source: Source, near: Callable[[], list[str]] = list) -> Published:
    """What the declared places say, then the feed's or sitemap's hint, each checked against the others. Where neither
    gives a time of day, what stands `near` the title is read.

    A reading more than a day before the time that the article's id carries is of something else: a draft is not
    written after its publication. One more than thirty days after is doubted, and kept.
    """
    at = datetime.fromisoformat(page.fetched_at)
    created = time_in_id(source, page.url, at + _EARLY)
    readings, notes = list(_readings(view, rules, page, at)), []
    if rules is UNDECLARED:
        readings = _undeclared(view, readings, at, near)
    if created:
        notes = [f"{r} lies before the article's draft" for r in readings if r.last < created - _EARLY]
        readings = [r for r in readings if r.last >= created - _EARLY]
    changed = next(_placed(view, rules.modified, at), None)
    if not readings:
        return Published(modified=changed.value if changed else None, notes=tuple(notes))
    choice = choose(readings, changed, at)
    if changed and choice.is_local and changed.origin == choice.reading.origin:
        changed = changed.as_local()
    told = choice.reading
    if created and told.first > created + LONGEST:
        notes.append(f"{told} lies more than {LONGEST.days} days after the article's draft")
    return Published(
        value=told.value,
        raw=told.raw,
        precision=told.precision,
        origin=told.origin,
        modified=changed.value if changed else None,
        notes=(*notes, *choice.notes),
    )


def _undeclared(view: View, readings: list[Reading], at: datetime, near: Callable[[], list[str]]) -> list[Reading]:
    """`readings` with what rarer places and the texts near the title say, where they lack a time of day or count the
    month first, which only what is printed can tell. A bare day of the fetch is the page's head."""
    american = any(_AMERICAN.fullmatch(r.raw) for r in readings)
    if not american and any(r.precision == "minute" for r in readings):
        return readings
    printed = list(_first(near(), at, "selector"))
    printed = [r for r in printed if r.precision == "minute" or r.value[:10] != stamp(at)[:10]]
    late = [] if american else list(_placed(view, LATE, at))
    return printed + readings if american else readings + late + printed


def _readings(view: View, rules: Rules, page: Page, at: datetime) -> Iterator[Reading]:
    yield from _placed(view, rules.published, at)
    hint = page.hints
    if hint.date and hint.via in ("feed", "sitemap") and (told := _read(clean(hint.date), at, hint.via, hint.order)):
        yield told


def _placed(view: View, declared: Places | None, at: datetime) -> Iterator[Reading]:
    """The first reading at each place. The bare day of the fetch gives way to a time of day: it is the page's head,
    which prints today's date."""
    for place, texts in places.each(view, declared):
        yield from _first(texts, at, place.origin)


def _first(texts: Iterable[str], at: datetime, origin: Origin) -> Iterator[Reading]:
    found = (told for text in texts if (told := _read(text, at, origin)))
    first = next(found, None)
    if first and first.precision == "day" and first.value[:10] == stamp(at)[:10]:
        first = next((r for r in found if r.precision == "minute"), first)
    if first:
        yield first


def _read(text: str, at: datetime, origin: Origin, order: str = "DMY") -> Reading | None:
    told = _read_once(text, at, order)
    return Reading(told.value, text, cast(Precision, told.precision), origin) if told.value else None
