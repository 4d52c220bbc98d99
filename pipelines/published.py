"""When the paper published an article, from the places and hints that say so, in their order of trust."""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import cast

import msgspec

from archive.facts import Origin, Page, Precision
from config.clock import VIETNAM
from config.declarations import Rules
from config.sources import Source
from config.urls import article_key
from pipelines import places
from pipelines.dates import read_date
from pipelines.view import View

_LONG, _SHORT = re.compile(r"20\d{12,15}"), re.compile(r"\d{3}\d{12,15}")
_EARLY = timedelta(days=1)


class Published(msgspec.Struct, frozen=True):
    """A publication time as the record keeps it; all None where nothing readable was found."""

    value: str | None = None
    raw: str | None = None
    precision: Precision | None = None
    origin: Origin | None = None


def published(view: View, rules: Rules, page: Page, source: Source) -> Published:
    """The first reading of the declared places, then of the feed's or sitemap's hint.

    A coarser reading is made finer by a later one of the same day. A reading more than a day before the time that
    the article's id carries is of something else: a draft is not written after its publication.
    """
    created = drafted(source, page.url)
    best = Published()
    for found in _readings(view, rules, page):
        if created and found.value and datetime.fromisoformat(found.value) < created - _EARLY:
            continue
        finer = best.precision != "minute" and found.precision == "minute" and _day(best) == _day(found)
        if best.value is None or finer:
            best = found
        if best.precision == "minute":
            break
    return best


def modified(view: View, rules: Rules, page: Page) -> str | None:
    """When the paper says it last changed the article."""
    at = datetime.fromisoformat(page.fetched_at)
    texts = (text for _, found in places.each(view, rules.modified) for text in found)
    return next((value for text in texts if (value := read_date(text, at).value)), None)


def drafted(source: Source, url: str) -> datetime | None:
    """The time that an article's id carries on VCCorp's CMS: when the draft was made, at times days before
    publication. Ids are `YYYYMMDDHHMMSS…`, later a site's three digits and `YYMMDDHHMMSS…`."""
    number = article_key(source, url).rpartition(":")[2]
    digits = number if _LONG.fullmatch(number) else "20" + number[3:] if _SHORT.fullmatch(number) else ""
    try:
        return datetime.strptime(digits[:14], "%Y%m%d%H%M%S").replace(tzinfo=VIETNAM)
    except ValueError:
        return None


def _readings(view: View, rules: Rules, page: Page) -> Iterator[Published]:
    at = datetime.fromisoformat(page.fetched_at)
    for place, texts in places.each(view, rules.published):
        for text in texts:
            reading = read_date(text, at)
            if reading.value:
                yield Published(reading.value, text, cast(Precision, reading.precision), place.origin)
                break
    hint = page.hints
    if hint.date and hint.via in ("feed", "sitemap"):
        reading = read_date(hint.date, at, hint.order)
        if reading.value:
            yield Published(reading.value, hint.date, cast(Precision, reading.precision), hint.via)


def _day(published: Published) -> str:
    return (published.value or "")[:10]
