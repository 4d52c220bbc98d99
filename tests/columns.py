"""Scores put together, in the columns of the two tables: shares for the floors, figures for people."""

from collections.abc import Iterable, Sequence

from tests.scoring import Dated, Score, Share


def shares(score: Score) -> dict[str, Share]:
    """The columns of a page as shares that are better when higher; what the page says nothing of is 0 of 0."""
    found = {
        "paragraphs": score.paragraphs,
        "leads": _one(score.lead),
        "title": _one(score.title),
        "authors": _one(score.authors),
        "section": _one(score.section and score.section == "ok"),
        "tags": Share(score.tags or 0.0, score.tags is not None),
        "no clutter": _without(score.clutter),
        "no captions": _without(score.captions),
        "precision": Share(score.precision, 1),
        "recall": Share(score.recall, 1),
        "F1": Share(score.f1, 1),
    }
    return found | _date(score.date) | {name: _one(right) for name, right in score.more.items()}


def added(scores: Iterable[Score]) -> dict[str, float]:
    """The shares of many pages, to four digits, rounded down; columns that no page asks about are left out."""
    sums: dict[str, Share] = {}
    for one in map(shares, scores):
        for name, share in one.items():
            sums[name] = sums.get(name, Share(0, 0)) + share
    return {name: int(value * 10_000 + 1e-6) / 10_000 for name, s in sums.items() if (value := s.value) is not None}


def figures(scores: Sequence[Score]) -> dict[str, str]:
    """The columns for people, over several pages: sums, but the mean of F1 and of the tags."""
    tags = [s.tags for s in scores if s.tags is not None]
    doubled = f" {sum(s.twice for s in scores)}d" if any(s.twice for s in scores) else ""
    return {
        "paragraphs": _sums(s.paragraphs for s in scores),
        "leads": _known(s.lead for s in scores),
        "clutter leaked": _sums(s.clutter for s in scores),
        "captions in the text": _sums(s.captions for s in scores) + doubled,
        "F1": f"{sum(s.f1 for s in scores) / max(len(scores), 1):.3f}",
        "titles": _known(s.title for s in scores),
        "authors": _known(s.authors for s in scores),
        "to the minute": _minutes([s.date for s in scores]),
        "sections": _sections([s.section for s in scores if s.section]),
        "tags": f"{sum(tags) / len(tags):.2f}" if tags else "-",
    }


def _one(right: object) -> Share:
    """A yes or no; None where nothing is asked."""
    return Share(bool(right), right is not None)


def _without(share: Share) -> Share:
    return Share(share.of - share.got, share.of)


def _date(date: Dated) -> dict[str, Share]:
    if date in ("none", "FALSE"):
        return {"no false date": _one(date == "none")}
    return {"day": _one(date in ("day", "min")), "minute": _one(date == "min")}


def _sums(pairs: Iterable[Share]) -> str:
    whole = sum(pairs, Share(0, 0))
    return f"{whole.got}/{whole.of}"


def _known(told: Iterable[bool | None]) -> str:
    known = [each for each in told if each is not None]
    return f"{sum(known)}/{len(known)}"


def _minutes(dates: list[Dated]) -> str:
    dated = [d for d in dates if d not in ("none", "FALSE")]
    minutes, days, false = dated.count("min"), dated.count("day"), dates.count("FALSE")
    by_day = f" (day {minutes + days})" if days else ""
    return f"{minutes}/{len(dated)}{by_day}" + (f" {false} FALSE" if false else "")


def _sections(told: list[str]) -> str:
    part = f" (+{told.count('part')} part)" if "part" in told else ""
    return f"{told.count('ok')}/{len(told)}{part}"
