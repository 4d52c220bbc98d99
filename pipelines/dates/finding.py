"""The order of work: clean, put aside what is no date, take the pieces, settle them."""

from dataclasses import dataclass
from datetime import datetime

from pipelines.dates import settle
from pipelines.dates.calendar_day import CalendarDay, Strength
from pipelines.dates.clean import plain
from pipelines.dates.clock import hour_in, one_clock, take_clocks, take_parts
from pipelines.dates.clutter import put_clutter_aside
from pipelines.dates.context import refuse_range, refuse_sentence
from pipelines.dates.deictic import Deictic, refuse_coming, take_deictic
from pipelines.dates.elapsed import Elapsed, take_elapsed
from pipelines.dates.english import take_english
from pipelines.dates.line import Line
from pipelines.dates.lunar import Glosses, has_lunar_year, is_festive, put_lunar_aside
from pipelines.dates.machine import spelled_out
from pipelines.dates.named import take_named
from pipelines.dates.numeric import take_numeric
from pipelines.dates.outcome import Reason, Refusal
from pipelines.dates.reader import go_back
from pipelines.dates.time_of_day import Clock
from pipelines.dates.weekday import take_weekdays
from pipelines.dates.zone import take_zones

_LONGEST = 300


@dataclass(frozen=True)
class Pieces:
    """Everything that the finders took out of one text; `line` keeps what they left."""

    line: Line
    lunar: Glosses
    elapsed: Elapsed | None
    deictic: Deictic | None
    clock: Clock | None
    weekdays: set[int]
    days: list[CalendarDay]


def read(text: str, at: datetime | None, order: str) -> tuple[datetime, str]:
    """The moment that `text` names (+07:00) and its precision; raises Refusal."""
    text = plain(text)
    if len(text) > _LONGEST or not text:
        raise Refusal(Reason.NO_DATE)
    pieces = _find(Line(spelled_out(text)), at, order)
    if pieces.elapsed and not pieces.days:
        return _elapsed(pieces, pieces.elapsed, at)
    return settle.moment(_settled(pieces, at), pieces.clock, pieces.weekdays, at)


def _find(line: Line, at: datetime | None, order: str) -> Pieces:
    lunar = put_lunar_aside(line)
    put_clutter_aside(line)
    elapsed, deictic = take_elapsed(line), take_deictic(line)
    zones = take_zones(line)
    clock = one_clock(take_clocks(line), zones)
    weekdays = take_weekdays(line)
    parts = take_parts(line)
    if deictic and deictic.part:
        parts.append(deictic.part)
    if clock:
        for part in parts:
            clock = clock._replace(hour=hour_in(part, clock.hour))
    days = [*take_named(line, at), *take_english(line), *take_numeric(line, order, at)]
    return Pieces(line, lunar, elapsed, deictic, clock, weekdays, days)


def _settled(pieces: Pieces, at: datetime | None) -> settle.Settled:
    """The calendar date: the one written, else the one that the fetch time gives."""
    line = pieces.line
    if pieces.days:
        return _written(pieces, settle.one_day(pieces.days), at)
    refuse_coming(line)
    if pieces.deictic:
        refuse_sentence(line, Strength.BARE)
        return _deictic(pieces.deictic, pieces.weekdays, at)
    if not pieces.weekdays:
        raise Refusal(Reason.LUNAR if pieces.lunar.found or is_festive(line) else Reason.NO_DATE)
    refuse_sentence(line, Strength.BARE if pieces.clock else Strength.ALONE)
    return settle.last_weekday(pieces.weekdays, pieces.clock, at)


def _written(pieces: Pieces, day: CalendarDay, at: datetime | None) -> settle.Settled:
    refuse_range(pieces.line, day)
    if day.year is None:
        refuse_coming(pieces.line)
        if pieces.lunar.vague or is_festive(pieces.line) or has_lunar_year(pieces.line):
            raise Refusal(Reason.LUNAR)
    strength = max(day.strength, Strength.MARKED) if pieces.clock or pieces.weekdays else day.strength
    refuse_sentence(pieces.line, strength)
    return settle.in_year(day, pieces.clock, at)


def _deictic(deictic: Deictic, weekdays: set[int], at: datetime | None) -> settle.Settled:
    if at is None:
        raise Refusal(Reason.NO_FETCH_TIME)
    return settle.Settled(*deictic.on(at, weekdays))


def _elapsed(pieces: Pieces, elapsed: Elapsed, at: datetime | None) -> tuple[datetime, str]:
    """So long before the fetch; a clock beside it ("3 ngày trước, 10:20") tells the hour of that day."""
    refuse_sentence(pieces.line, Strength.MARKED)
    if at is None:
        raise Refusal(Reason.NO_FETCH_TIME)
    moment = go_back(at, elapsed.counts)
    if elapsed.precision in ("minute", "hour"):
        if pieces.clock or pieces.weekdays:
            raise Refusal(Reason.AMBIGUOUS)
        return moment.replace(tzinfo=at.tzinfo), elapsed.precision
    day = moment.date().replace(day=1) if elapsed.precision == "month" else moment.date()
    return settle.moment(settle.Settled(day, elapsed.precision), pieces.clock, pieces.weekdays, at)
