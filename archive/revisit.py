"""When to come again: to an article by its age, to a URL that failed, to a host that is in trouble. Pure."""

import re
from datetime import UTC
from email.utils import parsedate_to_datetime
from math import sqrt

from archive.facts import PageKind

HOUR, DAY = 3600.0, 86400.0

AGES = (HOUR, 6 * HOUR, DAY, 7 * DAY)
"""Ages at which an article is visited again: papers correct most in the first hours."""
OLDER = 1.25
"""A visit that came late stands for the next one too, unless the article is so many times older by then."""
RARELY = 30 * DAY
"""After that, whenever its age has doubled, but never sooner than this nor later than a year."""
RETRIES = (30.0, HOUR, DAY, 5 * DAY)
"""Pauses after the first, second … failure of a URL; after the last it is given up."""
PAUSES = (HOUR, 5 * HOUR, 18 * HOUR, 6 * DAY)
"""The pauses that lead from one of those ages to the next."""
SOONEST, LATEST = 1 / 3, 2.0
"""Bounds of what an article's and its paper's habits make of a pause. An article that changes at every visit gets
three times the visits and no more, since it may be a counter that changes; and none waits longer than twice what its
age alone would make it, so that no habit, however old, hides a change for long."""
SHORTEST = HOUR / 2
"""No two visits to an article are closer."""
USUAL = 0.1
"""The share of visits that find a change at which age alone decides."""
CAUTION = 20.0
"""Visits that what is usual stands for, until a paper has had more: no habit is made of a few."""
OWN = 2.0
"""Visits to an article itself that its paper's habit stands for."""
GONE = (DAY, 7 * DAY)
"""Pauses after the first and second refusal (404, 403 …) of a URL."""
ROBOTS_FRESH, ROBOTS_HOLDS = DAY / 2, DAY
"""A copy of robots.txt is renewed after half a day and holds for one (RFC 9309, section 2.4)."""
LONGEST_PAUSE = 6 * HOUR
"""What a host may ask for, and the longest pause after 429s; a longer Retry-After is taken as this."""
LONGEST_OUTAGE = HOUR
"""The longest pause after failures that ask for nothing: whether it is back is tried once an hour at least."""
BREAKS = 5
"""Failures in a row from which on a host is only probed, one request at a time, and no URL of it loses a try."""
PROBE = 60.0
"""Seconds of the first pause between two probes; each further one doubles it."""
QUICK = 0.5
"""Seconds. A host that answers sooner needs no rest beyond its pace."""
LONGEST_REST = 60.0
"""Seconds. No slower answer makes a host rest for longer."""
SMOOTH = 0.25
"""Share of the newest answer in the smoothed latency."""


def next_visit(kind: PageKind, added: float, now: float, stretch: float = 1.0) -> float | None:
    """When to fetch a URL again that was just fetched; None for what only a new run asks for again.

    `stretch`, as `stretch_of` gives it, makes the pause by age longer, or shorter; then never later than by age.
    """
    if kind == "robots":
        return now + ROBOTS_FRESH
    if kind != "article":
        return None
    age = max(0.0, now - added)
    plain = added + next((a for a in AGES if a > age * OLDER), max(age + RARELY, min(2 * age, age + 365 * DAY)))
    if stretch >= 1:
        return plain + (stretch - 1) * (plain - now)
    step = pause_class(age)
    pause = PAUSES[step] if step < len(PAUSES) else max(RARELY, min(age, 365 * DAY))
    return min(plain, now + max(SHORTEST, stretch * pause))


def pause_class(age: float) -> int:
    """Which pause follows a visit at `age`: 0 the first, `len(AGES)` all that come after the last declared age."""
    return sum(a <= age * OLDER for a in AGES)


def visit_class(age: float) -> int:
    """The pause that a visit at `age` has most likely ended: between half and twice the age that it leads to."""
    return sum(2 * a < age for a in AGES)


def stretch_of(visits: float, changes: float, own_visits: int, own_changes: int) -> float:
    """What the pause by age is to be multiplied by, from SOONEST to LATEST.

    `visits` to the paper's articles at this age, `changes` that they found; the same of the article itself, which
    counts where it has changed: not to have changed yet is what most articles do. Visits are spread best, for the sum
    of all delays, by the root of how often a thing changes (rate / visits summed is least there).
    """
    share = (changes + CAUTION * USUAL) / (visits + CAUTION)
    if own_changes:
        share = max(share, (own_changes + OWN * share) / (own_visits + OWN))
    return min(LATEST, max(SOONEST, sqrt(USUAL / share)))


def next_try(kind: PageKind, tries: int, now: float) -> float | None:
    """When to try again after `tries` failures in a row; None: give up. robots.txt is tried within the hour."""
    if kind == "robots":
        return now + min(HOUR, 30.0 * 2.0 ** min(tries, 7))
    return now + RETRIES[tries - 1] if tries <= len(RETRIES) else None


def host_pause(pace: float, failures: int, asked: float = 0.0, longest: float = LONGEST_OUTAGE) -> float:
    """Seconds to leave a host alone after `failures` in a row: doubling up to `longest`, from `BREAKS` on no shorter
    than between probes, and never less than it `asked` for, as far as that is no more than `LONGEST_PAUSE`."""
    doubled = pace * 2.0 ** min(failures, 30)
    if failures >= BREAKS:
        doubled = max(doubled, PROBE * 2.0 ** min(failures - BREAKS, 30))
    return max(min(asked, LONGEST_PAUSE), min(longest, doubled))


def smoothed(latency: float, took: float) -> float:
    """The smoothed latency after an answer that `took` so many seconds; 0 is none yet."""
    return latency + SMOOTH * (took - latency) if latency else took


def rest(latency: float) -> float:
    """Seconds that a host rests after an answer: as long as its answers take, so that it is idle half of the time."""
    return 0.0 if latency < QUICK else min(LONGEST_REST, latency)


def pause_of(pace: float, crawl_delay: float, latency: float) -> float:
    """Seconds between two requests to a host, as it is declared, asks for, and answers."""
    return max(pace, crawl_delay, rest(latency))


def retry_after(value: str | None, now: float) -> float:
    """Seconds that a Retry-After header asks for (RFC 9110, section 10.2.3); 0 where it says nothing readable."""
    if value and re.fullmatch(r"\s*[0-9]+\s*", value):
        return float(value.strip()[:12])  # however many more digits, it is for ever
    try:
        moment = parsedate_to_datetime(value or "")
    except (ValueError, OverflowError):
        return 0.0
    return max(0.0, (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp() - now)


def gone_until(status: int, tries: int, now: float) -> float | None:
    """When to ask again for what answered 4xx: twice more, spread out, as a page may be late; 410 means never."""
    return None if status == 410 or tries >= len(GONE) else now + GONE[tries]
