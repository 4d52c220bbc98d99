"""Whether a paper's newest articles still come out as its earlier ones did, field by field.

A field that is missing more often, more drops of one reason, pages whose layout or container is not found, shorter
texts: each is tested against the past, and all tests of a paper together keep the chance of a false alarm below
`LEVEL`. What is certain but small (less than `LEAST` of the articles) is no drift: sections and days differ.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from statistics import median

import msgspec

from archive.newest import Newest
from config.sources import Source
from pipelines.chances import fewer, holm, lower, more

LEVEL = 0.001
"""Chance of a false alarm at one paper in one check: with a hundred papers checked daily, one in ten days."""
LEAST = 0.2
"""Share of the articles that must be concerned; of the median words of an article, that must be lost."""
FEW, FEW_PAST = 5, 20
"""Articles below which nothing is judged: newest, and past."""

ANY = "any"
"""All reasons together."""


class Cleaned(msgspec.Struct, frozen=True):
    """What of a record is counted."""

    generation: str | None = None
    title: str | None = None
    lead: str | None = None
    captions: list[msgspec.Raw] = []
    authors: list[msgspec.Raw] = []
    credit: str | None = None
    published_precision: str | None = None
    section: list[str] = []
    tags: list[msgspec.Raw] = []
    image: str | None = None
    related: list[msgspec.Raw] = []
    word_count: int = 0


_RECORD = msgspec.json.Decoder(Cleaned)
FIELDS: dict[str, Callable[[Cleaned], bool]] = {
    "title": lambda r: bool(r.title),
    "lead": lambda r: bool(r.lead),
    "text": lambda r: r.word_count > 0,
    "captions": lambda r: bool(r.captions),
    "authors": lambda r: bool(r.authors),
    "credit": lambda r: bool(r.credit),
    "minute": lambda r: r.published_precision == "minute",
    "section": lambda r: bool(r.section),
    "tags": lambda r: bool(r.tags),
    "image": lambda r: bool(r.image),
    "related": lambda r: bool(r.related),
}
"""What is counted of a record; `minute`: published to the minute."""


class Count(msgspec.Struct, frozen=True):
    """How many of the newest and of the past pages have something, and whether that is drift."""

    now: int
    of: int
    past: int
    past_of: int
    chance: float | None = None
    """Of so great a difference to the worse by chance; None where there are too few to judge."""
    drift: bool = False

    @property
    def share(self) -> float:
        """Of the newest."""
        return self.now / self.of if self.of else 0.0

    @property
    def past_share(self) -> float:
        """Of the past."""
        return self.past / self.past_of if self.past_of else 0.0


class Words(msgspec.Struct, frozen=True):
    """Median words of an article, now and before."""

    now: float
    past: float
    chance: float | None = None
    drift: bool = False


class Coverage(msgspec.Struct, frozen=True, kw_only=True):
    """How a paper's newest pages came out, beside those before them."""

    since: str
    """When the oldest of the newest was fetched."""
    pages: int
    past: int
    fields: dict[str, Count]
    drops: dict[str, Count]
    """By reason, and `ANY` where there are several."""
    unplaced: Count | None
    """Articles whose declared container was not found, so that trafilatura read the whole page."""
    unknown: Count | None
    """Articles of none of the declared generations."""
    generations: dict[str, Count]
    words: Words

    @property
    def drifts(self) -> bool:
        """Whether anything got worse."""
        counts = [*self.fields.values(), *self.drops.values(), self.unplaced, self.unknown]
        return self.words.drift or any(c.drift for c in counts if c is not None)


class _Pages:
    """Some pages, counted."""

    def __init__(self, rows: Sequence[Newest]) -> None:
        self.rows = rows
        self.reasons = Counter(row.reason for row in rows if row.reason)
        self.good = [row for row in rows if row.reason is None]
        self.records = [_RECORD.decode(row.output) for row in self.good]
        self.generations = Counter(r.generation or "" for r in self.records)

    def have(self, test: Callable[[Cleaned], bool]) -> tuple[int, int]:
        return sum(map(test, self.records)), len(self.records)

    def median_words(self) -> float:
        return median([r.word_count for r in self.records] or [0])


def coverage(source: Source, rows: Sequence[Newest], past: Sequence[Newest]) -> Coverage:
    """How the newest pages of a paper came out beside its `past` ones. `rows` holds at least one page."""
    now, then = _Pages(rows), _Pages(past)
    fields = {name: Count(*now.have(test), *then.have(test)) for name, test in FIELDS.items()}
    reasons = sorted({*now.reasons, *then.reasons})
    drops = {r: Count(now.reasons[r], len(rows), then.reasons[r], len(past)) for r in reasons}
    if len(reasons) > 1:
        drops[ANY] = Count(now.reasons.total(), len(rows), then.reasons.total(), len(past))
    placed = any(rules.container for rules in (source.rules, *(g.rules for g in source.generations)))
    counted = Coverage(
        since=rows[-1].fetched_at,
        pages=len(rows),
        past=len(past),
        fields=fields,
        drops=drops,
        unplaced=Count(*_unplaced(now), *_unplaced(then)) if placed else None,
        unknown=_of_generation("", now, then) if source.generations else None,
        generations={g: _of_generation(g, now, then) for g in sorted({*now.generations, *then.generations} - {""})},
        words=Words(now.median_words(), then.median_words()),
    )
    return _judged(counted, now, then)


def _unplaced(pages: _Pages) -> tuple[int, int]:
    return sum(not row.placed for row in pages.good), len(pages.good)


def _of_generation(name: str, now: _Pages, then: _Pages) -> Count:
    return Count(now.generations[name], len(now.records), then.generations[name], len(then.records))


def _judged(counted: Coverage, now: _Pages, then: _Pages) -> Coverage:
    """`counted` with the chances, and what of it is drift."""
    if len(now.rows) < FEW or len(then.rows) < FEW_PAST:
        return counted
    enough = len(now.records) >= FEW and len(then.records) >= FEW_PAST
    fields = {n: _fall(c) for n, c in counted.fields.items()} if enough else counted.fields
    drops = {n: _rise(c) for n, c in counted.drops.items()}
    unplaced, unknown = ((_rise(c) if c and enough else c) for c in (counted.unplaced, counted.unknown))
    words = counted.words
    if enough:
        chance = lower([r.word_count for r in now.records], [r.word_count for r in then.records])
        words = msgspec.structs.replace(words, chance=chance)
    tests: list[Count | Words] = [
        c
        for c in (*fields.values(), *drops.values(), unplaced, unknown, words)
        if c is not None and c.chance is not None
    ]
    held = {id(c) for c, sure in zip(tests, holm([c.chance or 0.0 for c in tests], LEVEL), strict=True) if sure}
    return msgspec.structs.replace(
        counted,
        fields={n: _told(c, held) for n, c in fields.items()},
        drops={n: _told(c, held) for n, c in drops.items()},
        unplaced=_told(unplaced, held) if unplaced else None,
        unknown=_told(unknown, held) if unknown else None,
        words=msgspec.structs.replace(words, drift=id(words) in held and words.now <= (1 - LEAST) * words.past),
    )


def _fall(count: Count) -> Count:
    return msgspec.structs.replace(count, chance=fewer(count.now, count.of, count.past, count.past_of))


def _rise(count: Count) -> Count:
    return msgspec.structs.replace(count, chance=more(count.now, count.of, count.past, count.past_of))


def _told(count: Count, held: set[int]) -> Count:
    return msgspec.structs.replace(count, drift=id(count) in held and abs(count.share - count.past_share) >= LEAST)


def sentences(counted: Coverage) -> Iterator[str]:
    """What got worse, one sentence each."""
    for name, c in counted.fields.items():
        if c.drift:
            yield f"{name} stands on {c.now} of the {c.of} newest articles, before on {c.past} of {c.past_of}"
    for reason, c in counted.drops.items():
        if c.drift:
            why = "for one reason or another" if reason == ANY else f"as {reason}"
            yield f"{c.now} of the {c.of} newest pages were dropped {why}, before {c.past} of {c.past_of}"
    if (c_ := counted.unplaced) is not None and c_.drift:
        yield (
            f"the declared container was not found on {c_.now} of the {c_.of} newest articles, before on {c_.past} of"
            f" {c_.past_of}: trafilatura read those pages whole"
        )
    if (c_ := counted.unknown) is not None and c_.drift:
        yield f"{c_.now} of the {c_.of} newest articles are of no declared generation, before {c_.past} of {c_.past_of}"
    if counted.words.drift:
        yield f"the newest articles have {counted.words.now:.0f} words in the median, before {counted.words.past:.0f}"


def news(counted: Coverage) -> Iterator[str]:
    """What is new and no worse: layouts that the past did not show."""
    for name, c in counted.generations.items():
        if c.now and not c.past and c.past_of:
            yield f"generation {name} is new: {c.now} of the {c.of} newest articles"
