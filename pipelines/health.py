"""The health of the papers of an archive: read, counted and judged. Writes nothing."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import islice

import msgspec

from archive.looks import crawl_days, last_errors, looks, seconds
from archive.newest import newest
from archive.store import Archive
from archive.vitals import Found, New, Paused, answers, found, list_answers, paused, refusals
from config.clock import VIETNAM, stamp
from config.sources import Sources
from pipelines.alarms import Alarm, Vitals, alarms, no_crawl
from pipelines.drift import Count, Coverage, coverage
from pipelines.habit import DAY, Habit, day_of, days_of
from pipelines.past import BEFORE, Kept, Past, day_text, past
from pipelines.silence import seasons

NEWEST, BEFORE_THEM = 50, 100
"""Articles whose fields are counted, and those before them."""
ANSWERS = 60
"""Newest answers to requests for articles that are looked at."""
Papers = Mapping[str, Kept]
"""By the id of the declaration."""


class Day(msgspec.Struct, frozen=True):
    """One day of a paper."""

    day: str
    new: int | None
    """New articles; None where nobody looked, which is no silence of the paper's."""
    usual: float | None
    """What such a day usually brings; None where the past tells nothing."""


class Paper(msgspec.Struct, frozen=True, kw_only=True):
    """The health of one paper."""

    source: str
    last_new: str | None
    """When its newest article was first seen."""
    last_look: str | None
    usual: float | None
    """New articles a day."""
    days: list[Day]
    new: int
    """New articles in the asked days."""
    late: int
    """Articles that were first seen more than three days after their publication: back-fill."""
    found: Found
    undated: float | None
    """Share of the new articles without a day of publication."""
    authors: Count | None
    """Of the newest articles those with authors, and of those before them."""
    empty: Count | None
    """The same for articles' pages that gave no text."""
    drops: dict[str, Count]
    """The same for drops, by reason."""
    refused: int
    """Articles' pages that answered 401, 403, 429, 451 or 503 in the asked days."""
    errors: dict[str, int]
    """Failures in the last three looks, by kind."""
    paused: list[Paused]
    alarms: list[Alarm]


class Health(msgspec.Struct, frozen=True):
    """All papers, and what is wrong with the archive as a whole."""

    at: str
    papers: list[Paper]
    whole: list[Alarm]

    @property
    def alarms(self) -> list[Alarm]:
        """All of them."""
        return [*self.whole, *(alarm for paper in self.papers for alarm in paper.alarms)]


def health(
    archive: Archive, known: Sources, papers: Papers, at: datetime, days: int, only: Sequence[str] = ()
) -> Health:
    """The health of `papers`, and of what else was looked at, at a moment, over the last `days` days.

    Told of those in `only`, where it names some; all are read even for one: on feast days they tell of each other.
    """
    now, moment = stamp(at), at.timestamp()
    seen = looks(archive, list(papers), stamp(at - timedelta(days=days + BEFORE)), now)
    papers = {name: (known.named(name), [name]) for name in sorted({*seen.of, *only})} | dict(papers)
    spans = crawl_days(archive, now)
    read = {name: past(archive, paper, seen.paper(name), spans, at, days) for name, paper in papers.items()}
    voters = [(p.habit, days_of(p.new.hours), p.looks[-1].ended) for p in read.values() if p.habit and p.looks]
    season = seasons(voters, range(day_of(moment) - days - BEFORE, day_of(moment) + 1))
    counts, pauses = found(archive, moment - days * DAY, moment), paused(archive, moment)
    ends = sorted({end for _, end in seen.runs} | {look.ended for of in seen.of.values() for look in of})
    told = []
    for name in only or sorted(read):
        vitals = _vitals(archive, name, read[name], at, days, pauses.get(name, []), ends)
        wrong = list(alarms(vitals, lambda day: season.get(day, 1.0)))
        refused = refusals(archive, read[name].names, stamp(at - timedelta(days=days)), now)
        told.append(_paper(vitals, read[name].recent, counts.get(name, Found()), refused, wrong))
    whole = no_crawl(ends or [seconds(f"{last}T23:59:59+07:00") for _, last in spans], moment)
    return Health(now, told, [whole] if whole else [])


def _vitals(
    archive: Archive, name: str, of: Past, at: datetime, days: int, pauses: list[Paused], ends: Sequence[float]
) -> Vitals:
    now, since = stamp(at), stamp(at - timedelta(days=days))
    lists = of.source.discover
    return Vitals(
        source=name,
        at=at.timestamp(),
        new=of.new,
        looks=of.looks,
        habit=of.habit,
        days=of.days,
        answers=[answer for answer in answers(archive, of.names, now, ANSWERS) if answer.at >= since],
        lists=list_answers(archive, of.names, now),
        paused=pauses,
        coverage=_coverage(archive, of, now),
        whole=ends[-1] if ends else None,
        listed=bool(of.source.kin or lists.feeds or lists.sections or lists.sitemaps or lists.lists),
    )


def _coverage(archive: Archive, of: Past, now: str) -> Coverage | None:
    rows = list(islice((row for row in newest(archive, of.names) if row.fetched_at <= now), NEWEST + BEFORE_THEM))
    return coverage(of.source, rows[:NEWEST], rows[NEWEST:]) if rows else None


def _paper(vitals: Vitals, recent: New, counts: Found, refused: int, wrong: list[Alarm]) -> Paper:
    cover, usual = vitals.coverage, vitals.habit
    drops = dict(cover.drops) if cover else {}
    return Paper(
        source=vitals.source,
        last_new=_stamp(vitals.new.last or vitals.new.seen),
        last_look=_stamp(vitals.looks[-1].ended if vitals.looks else None),
        usual=round(usual.rate, 2) if usual else None,
        days=list(_days(vitals, usual)),
        new=sum(n for n in vitals.days.values() if n),
        late=recent.late,
        found=counts,
        undated=round(recent.undated / recent.total, 4) if recent.total else None,
        authors=cover.fields["authors"] if cover else None,
        empty=drops.get("empty"),
        drops={reason: count for reason, count in drops.items() if count.now},
        refused=refused,
        errors=dict(last_errors(vitals.looks)),
        paused=vitals.paused,
        alarms=wrong,
    )


def _days(vitals: Vitals, usual: Habit | None) -> Iterator[Day]:
    for day, n in sorted(vitals.days.items()):
        yield Day(day_text(day), n, round(usual.of_day(day), 2) if usual else None)


def _stamp(moment: float | None) -> str | None:
    return stamp(datetime.fromtimestamp(moment, VIETNAM)) if moment is not None else None
