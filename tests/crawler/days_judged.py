"""What must be so after days of crawls over a living newsroom, told as what is not."""

import hashlib
import json
from collections.abc import Iterator, Sequence
from math import inf
from typing import TYPE_CHECKING

import msgspec

from archive.store import Archive
from config.clock import moment
from crawler.newsroom.truth import Truth
from tests.crawler.living import DAY, HOUR, Life, Living, State
from tests.crawler.living_server import Asked, Fault

if TYPE_CHECKING:
    from tests.crawler.days import Plan

TRIED_AGAIN = 26 * HOUR
FIELDS = ("title", "lead", "paragraphs", "captions", "authors", "published")
SLACK = 0.02
"""Seconds by which two requests may lie closer than the pace: they are counted where they leave and where they come."""
DOWN_FOR = 6 * HOUR
"""Seconds from the first look at a paper that is down to the look after which that is told, or the one after it."""
SILENT_SOON = 84 * HOUR
"""Within so many a silence is told, at the rates of the plan (docs/health.md has the delays)."""
ANSWERED: dict[str, tuple[str, ...]] = {
    "challenge": ("refused", "same", "unreachable"),
    "home": ("refused", "same"),
    "asked-to-wait": ("refused", "unreachable"),
    "storm": ("refused", "unreachable"),
    "refused": ("unreachable",),
    "unresolved": ("unreachable",),
    "robots": ("unreachable",),
    "hang": ("unreachable",),
    "cut": ("refused", "unreachable"),
}
"""What health may say, and rightly, of a short fault."""


def missing(
    archive: Archive, failed: dict[str, float], newest: Sequence[tuple[Life, State]], began: float, ended: float
) -> Iterator[str]:
    """Articles that were listed when a run began, there until it ended, and are not in the archive now.

    `failed`: when a request for each failed the last time; after the third in a row it is asked for again in a day.
    """
    for one, _ in newest:
        due = one.at(ended) and failed.get(one.name, 0.0) < ended - TRIED_AGAIN
        if due and not archive.conn.execute("SELECT 1 FROM articles WHERE article = ?", (one.name,)).fetchone():
            yield f"{one.name} was listed at {moment(began)} and is not there after that run"


def archive_wrong(archive: Archive, living: Living, log: Sequence[Asked]) -> Iterator[str]:
    """Articles and revisions that are not those that the newsroom served; and the file itself."""
    served = versions(log)
    lives = {one.name: one for of in living.lives.values() for one in of}
    first = {name: one.name for one in lives.values() for name in one.names}
    held = dict[str, int]()
    for row in archive.rows("SELECT id, article FROM articles"):
        name = first.get(row["article"], row["article"])
        if name in held:
            yield f"{name} is two articles, one of them as {row['article']}"
        held[name] = row["id"]
    yield from (f"{name} is in the archive and was never served whole" for name in held.keys() - served.keys())
    yield from (f"{name} was served whole and is not in the archive" for name in served.keys() - held.keys())
    for name in sorted(held.keys() & served.keys()):
        yield from _revisions_wrong(archive, living, lives[name], held[name], served[name])
    twins = "SELECT url, count(*) FROM articles GROUP BY url HAVING count(*) > 1"
    yield from (f"{url} is {n} articles" for url, n in archive.conn.execute(twins))
    leases = archive.conn.execute("SELECT count(*) FROM frontier WHERE leased IS NOT NULL").fetchone()[0]
    if leases:
        yield f"{leases} leases were not ended"
    (sound,) = archive.conn.execute("PRAGMA integrity_check").fetchone()
    if sound != "ok":
        yield sound


def versions(log: Sequence[Asked]) -> dict[str, list[int]]:
    """The versions of each article that were served whole, each as often as another stood between."""
    found: dict[str, list[int]] = {}
    for asked in log:
        if asked.version and asked.status == 200:
            of = found.setdefault(asked.life, [])
            if not of or of[-1] != asked.version:
                of.append(asked.version)
    return found


def _revisions_wrong(archive: Archive, living: Living, one: Life, number: int, served: list[int]) -> Iterator[str]:
    asked = (
        "SELECT c.output FROM revisions r JOIN cleanings c ON c.page = r.first_page WHERE r.article = ? ORDER BY r.n"
    )
    got = [json.loads(row[0]) for row in archive.conn.execute(asked, (number,))]
    want = distinct([living.truth(one, version) for version in served])
    shown = next(archive.rows("SELECT * FROM articles WHERE id = ?", (number,)))
    if len(got) != len(want):
        yield f"{one.name}: {len(got)} revisions for the served versions {served}"
    for n, (output, truth) in enumerate(zip(got, want, strict=False), 1):
        yield from (f"{one.name}: revision {n} has another {field}" for field in differing(output, truth))
    row = shown | {field: json.loads(shown[field]) for field in ("paragraphs", "captions", "authors")}
    yield from (f"{one.name}: is shown with another {field}" for field in differing(row, want[-1]))


def distinct(truths: Sequence[Truth]) -> list[Truth]:
    """Those that differ from the one before: who comes after a change was taken back sees none."""
    seen = [tuple(getattr(truth, field) for field in FIELDS) for truth in truths]
    return [truth for n, truth in enumerate(truths) if not n or seen[n] != seen[n - 1]]


def differing(output: dict[str, object], truth: Truth) -> list[str]:
    """The fields of a record that are not what a reader saw."""
    wanted = {field: getattr(truth, field) for field in FIELDS}
    plain = {field: list(value) if isinstance(value, tuple) else value for field, value in wanted.items()}
    return [field for field, value in plain.items() if (output.get(field) or type(value)()) != value]


def manners_wrong(log: Sequence[Asked], pace: float) -> Iterator[str]:
    """Requests that came sooner than the pace after the one before, or than a host had asked for."""
    last: dict[str, float] = {}
    free: dict[str, float] = {}
    for asked in log:
        before, until = last.get(asked.paper, 0.0), free.get(asked.paper, 0.0)
        if asked.at - before < pace - SLACK:
            gap = f"{asked.at - before:.3f} s after the last request, at {moment(asked.at)}"
            yield f"{asked.paper} was asked for {asked.path} {gap}"
        if asked.at < until - SLACK:
            yield f"{asked.paper} was asked for {asked.path} {until - asked.at:.0f} s too early for its Retry-After"
        last[asked.paper] = asked.at
        if asked.wait:
            free[asked.paper] = max(until, asked.at + asked.wait)


def alarms_wrong(
    alarms: Sequence[tuple[float, str, str]],
    faults: Sequence[Fault],
    down: str,
    quiet: str,
    plan: "Plan",
    start: float,
    looks: Sequence[float],
) -> Iterator[str]:
    """Alarms that are late, missing, do not end, or name a paper that is well."""
    out, dumb = ((start + a * DAY, start + b * DAY) for a, b in (plan.down, plan.quiet))
    told = [at for at, paper, kind in alarms if paper == down and kind == "unreachable" and out[0] <= at <= out[1]]
    first = next((at for at in looks if at >= out[0]), inf)
    due = [at for at in looks if at >= first + DOWN_FOR][:2]
    if not told or not due or told[0] > due[-1] + HOUR / 2:
        yield f"the outage of {down} was told {(told[0] - out[0]) / HOUR if told else -1:.1f} h after it began"
    silences = [at for at, paper, kind in alarms if paper == quiet and kind == "silent" and dumb[0] <= at]
    if dumb[1] > dumb[0] and (not silences or silences[0] > dumb[0] + SILENT_SOON):
        delay = (silences[0] - dumb[0]) / HOUR if silences else -1
        yield f"the silence of {quiet} was told {delay:.1f} h after it began"
    for at, paper, kind in alarms:
        if not _explained(at, paper, kind, faults, (down, out), (quiet, dumb)):
            yield f"{moment(at):%d %H:%M}: {paper} is said to be {kind}"


def _explained(
    at: float,
    paper: str,
    kind: str,
    faults: Sequence[Fault],
    down: tuple[str, tuple[float, float]],
    quiet: tuple[str, tuple[float, float]],
) -> bool:
    if paper == down[0] and down[1][0] <= at <= down[1][1] + 6 * HOUR:
        return kind in ("unreachable", "silent", "refused", "unseen")
    if paper == quiet[0] and quiet[1][0] <= at <= quiet[1][1] + 6 * HOUR and kind in ("silent", "fewer"):
        return True
    if kind == "fewer" and any(name == paper and end <= at <= end + 4 * DAY for name, (_, end) in (down, quiet)):
        return True
    return any(
        f.paper == paper and kind in ANSWERED.get(f.kind, ()) and f.start <= at <= f.end + 6 * HOUR for f in faults
    )


def digest(log: Sequence[Asked]) -> str:
    """What tells two runs of the days apart."""
    return hashlib.sha256(msgspec.json.encode(sorted(log))).hexdigest()[:16]
