"""What is wrong with a paper, from what the archive tells of it: each alarm says since when, why, and what to do. Pure.

Silence is judged against the paper's own past (`pipelines.silence`); the rest is plain: lists that no look could read,
pages that are all refused or all the same, fields that went missing (`pipelines.drift`).
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import pairwise, takewhile
from typing import Literal

import msgspec

from archive.looks import Look, last_errors
from archive.vitals import New, Paused, Response
from config.clock import VIETNAM, stamp
from pipelines.drift import Coverage, sentences
from pipelines.habit import DAY, HOUR, Habit, Season, day_of
from pipelines.silence import FALL_DAYS, LOOKS, fall, silent_since, usual

Kind = Literal["no-crawl", "unseen", "never", "silent", "fewer", "unreachable", "refused", "same", "drift"]
DOWN = 6 * HOUR
"""Seconds for which the lists could not be read, over `LOOKS` looks or more, before that is an alarm."""
TRIAL = DAY
"""Seconds that a new paper has to give its first article."""
PATIENCE = 26 * HOUR
"""Seconds without a look that are never alarmed; beyond, three times the usual pause between two looks."""
UNKNOWN = 30 * DAY
"""Seconds of silence that are alarmed at a paper whose past tells nothing."""
ROW, FEW = 10, 5
"""Answers in a row, at so many different addresses, that must be bad, or alike, before that is an alarm."""
BAD = ("blocked", "soft-404", "empty", "not-html", "truncated", "charset", "hang", "memory")
"""Drops that tell of an answer that is no page of the paper's, or of one that cannot be read."""


class Alarm(msgspec.Struct, frozen=True):
    """One thing that is wrong."""

    source: str | None
    """The paper; None: the archive as a whole."""
    kind: Kind
    since: str
    """When it became an alarm, `YYYY-MM-DDTHH:MM:SS+07:00`."""
    what: str
    """In words."""
    next: str
    """What to do."""


class Vitals(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of one paper at a moment."""

    source: str
    at: float
    new: New
    looks: list[Look]
    habit: Habit | None
    days: dict[int, int | None]
    """New articles on each of the last days; None where nobody looked."""
    answers: list[Response]
    """To requests for articles' pages, newest first."""
    lists: dict[int, str]
    """When each status was last answered to a request for a list."""
    paused: list[Paused] = []
    coverage: Coverage | None = None
    whole: float | None = None
    """When somebody last looked at any paper."""
    listed: bool = True
    """Whether it declares feeds, sections or sitemaps; of a paper that nobody declared this is not known."""


def alarms(paper: Vitals, season: Season) -> Iterator[Alarm]:
    """What is wrong with `paper`; the gravest first."""
    if not paper.looks:
        return
    yield from _unseen(paper)
    down = list(_unreachable(paper))
    yield from down
    answered = list(_refused(paper)) or list(_same(paper))
    yield from answered
    yield from _silent(paper, season, [alarm.what for alarm in down + answered])
    if paper.coverage and not answered:
        for told in sentences(paper.coverage):
            text = f"`baoluu sources check {paper.source}` shows every field; the paper may have changed its layout"
            yield Alarm(paper.source, "drift", paper.coverage.since, told, text)


def no_crawl(ends: Sequence[float], at: float) -> Alarm | None:
    """The alarm that nobody looked at any paper; `ends`: when the crawls ended, in order."""
    if not ends or at - ends[-1] <= (allowed := _patience(ends)):
        return None
    what = f"no crawl has ended since {_told(ends[-1])}; what papers printed since then is being missed"
    hint = "`baoluu runs` lists the runs; see to the schedule"
    return Alarm(None, "no-crawl", _stamp(ends[-1] + allowed), what, hint)


def _unseen(paper: Vitals) -> Iterator[Alarm]:
    """Others were looked at, this one was not."""
    last = paper.looks[-1].ended
    allowed = _patience([look.ended for look in paper.looks])
    if paper.whole is None or paper.whole - last <= allowed:
        return
    why = [f"{p.host} is left alone until {_told(p.until)} after {p.failures} failures" for p in paper.paused]
    what = "; ".join([f"no crawl has asked it since {_told(last)}, though others were asked", *why])
    hint = "wait for the pause to end" if why else "is it still among the papers that the schedule crawls?"
    yield Alarm(paper.source, "unseen", _stamp(last + allowed), what, hint)


def _unreachable(paper: Vitals) -> Iterator[Alarm]:
    """No list could be read at several looks."""
    good = max((at for status, at in paper.lists.items() if status in (200, 304)), default=None)
    since = datetime.fromisoformat(good).timestamp() if good else 0.0
    failed = [look for look in paper.looks if look.whole and look.began > since]
    if not paper.listed or len(failed) < LOOKS or failed[-1].ended - failed[0].began < DOWN:
        return
    refusing = [f"HTTP {status}" for status, at in sorted(paper.lists.items()) if at > (good or "") and status >= 400]
    why = refusing + [f"{name} {n}×" for name, n in last_errors(failed).most_common(3)]
    reason = f": {', '.join(why)}" if why else ", and its robots.txt may be the reason"
    what = f"none of its lists could be read at {len(failed)} looks since {_told(failed[0].began)}{reason}"
    hint = "open it in a browser: is it down, has it moved, or does it refuse us? `baoluu sources show` has its lists"
    yield Alarm(paper.source, "unreachable", _stamp(max(failed[1].ended, failed[0].began + DOWN)), what, hint)


def _refused(paper: Vitals) -> Iterator[Alarm]:
    """The newest answers, without a break, are refusals, or no pages of the paper's."""
    bad = list(takewhile(lambda pair: pair[1], ((answer, _bad(answer)) for answer in paper.answers)))
    since = _row([answer for answer, _ in bad])
    if since is None:
        return
    whys = Counter(why for _, why in bad).most_common(3)
    what = f"its newest {len(bad)} answers are all refusals: {', '.join(f'{why} {n}×' for why, n in whys)}"
    hint = "open one in a browser; slow down (`pace`) or write to the paper: they may have blocked the crawler"
    yield Alarm(paper.source, "refused", since, what, f"{hint} (`baoluu why {bad[0][0].url}`)")


def _row(answers: Sequence[Response]) -> str | None:
    """When a row of answers, newest first, had become long enough to mean something; None: it is not."""
    if len(answers) < ROW or len({answer.url for answer in answers}) < FEW:
        return None
    return answers[-ROW].at


def _bad(answer: Response) -> str | None:
    if answer.status >= 400:
        return f"HTTP {answer.status}"
    return answer.reason if answer.reason in BAD else None


def _same(paper: Vitals) -> Iterator[Alarm]:
    """One page for every address, without a break."""
    pages = [answer for answer in paper.answers if answer.status == 200]
    same = list(takewhile(lambda answer: _alike(answer, pages[0]), pages))
    since = _row(same)
    if since is None:
        return
    what = f"its newest {len(same)} pages are one and the same, whatever was asked for"
    if title := same[0].title:
        what += f": {title[:80]}"
    hint = f"open {same[0].url} in a browser: a log-in page, a challenge, or the home page?"
    yield Alarm(paper.source, "same", since, what, hint)


def _alike(one: Response, other: Response) -> bool:
    """The same bytes, or the same title over as many words."""
    return one.body == other.body or (one.title is not None and (one.title, one.words) == (other.title, other.words))


def _silent(paper: Vitals, season: Season, whys: Sequence[str]) -> Iterator[Alarm]:
    last = paper.new.last or paper.new.seen
    looks = [look.ended for look in paper.looks if look.whole and look.began > (last or 0.0)]
    if last is None:
        first = paper.looks[0].began
        if len(looks) >= LOOKS and looks[-1] - first >= TRIAL:
            what = f"has given no article since it was first asked, {_told(first)}"
            yield _quiet(paper, "never", first + TRIAL, what, whys)
        return
    since = _too_long(paper, last, looks, season)
    if since is None:
        yield from [] if whys else _fewer(paper, season)
        return
    what = f"nothing new since {_told(last)}"
    if habit := paper.habit:
        expected = usual(habit, last, looks[-1], season)
        what += f", in a time that usually brings {_number(expected)}: it gives {_number(habit.rate)} a day"
    yield _quiet(paper, "silent", since, what, whys)


def _fewer(paper: Vitals, season: Season) -> Iterator[Alarm]:
    """A paper that gives something yet, over the last whole days on which somebody looked."""
    today = day_of(paper.looks[-1].ended)
    whole = {day: n for day, n in paper.days.items() if n is not None and day < today}
    newest = dict(sorted(whole.items())[-FALL_DAYS:])
    if paper.habit and newest and (fell := fall(paper.habit, newest, season)):
        end = (max(newest) + 1) * DAY - 7 * HOUR
        what = f"only {fell[0]} new articles on the last {len(newest)} whole days; usual are {_number(fell[1])}"
        yield _quiet(paper, "fewer", end, what, [])


def _too_long(paper: Vitals, last: float, looks: Sequence[float], season: Season) -> float | None:
    if paper.habit:
        return silent_since(paper.habit, last, looks, season)
    late = [look for look in looks[LOOKS - 1 :] if look - last >= UNKNOWN]
    return late[0] if late else None


def _quiet(paper: Vitals, kind: Kind, since: float, what: str, whys: Sequence[str]) -> Alarm:
    """A silence, with what the looks say of its reason."""
    errors = ", ".join(f"{name} {n}×" for name, n in last_errors(paper.looks).most_common(3))
    told = list(whys) or ([f"the last looks met {errors}"] if errors else [])
    hint = "its lists answer: open one beside `baoluu sources show`: new address, new markup, or a holiday?"
    if told:
        hint = "the reason above comes first"
    return Alarm(paper.source, kind, _stamp(since), "; ".join([what, *told]), hint)


def _patience(ends: Sequence[float]) -> float:
    """Three times the median pause between looks, but no less than `PATIENCE`."""
    pauses = sorted(after - before for before, after in pairwise(ends))
    return max(PATIENCE, 3 * pauses[len(pauses) // 2] if pauses else 0.0)


def _number(n: float) -> str:
    return f"{n:.0f}" if n >= 10 else f"{n:.1f}"


def _told(moment: float) -> str:
    return f"{datetime.fromtimestamp(moment, VIETNAM):%Y-%m-%d %H:%M}"


def _stamp(moment: float) -> str:
    return stamp(datetime.fromtimestamp(moment, VIETNAM))
