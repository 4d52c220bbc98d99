"""How well a record tells an article, against what its reader sees: the figures of the README's table.

The definitions are those of the scorer that lies with the real pages, so that the sample newsroom can be scored where
they are absent; a test holds the two to the same figures. Text is compared in NFC, without invisible characters, with
single spaces and none before punctuation or inside brackets.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Literal

import msgspec

from config.clock import VIETNAM

_INVISIBLE = dict.fromkeys(map(ord, "\u00ad\u200b\u200c\u200d\u2060\ufeff"))
_PREFIX = re.compile(r"(?:\([^()]{2,20}\)|ĐBP)\s*[-–]\s*")
"""What papers print before a lead: "(Dân trí) - ", "ĐBP - "."""
_BULLET = re.compile(r"[-•*#»·\s]+")
_STAMP = re.compile(r"(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d)(?::\d\d(?:\.\d+)?)?\s*(Z|[+-]\d\d:?\d\d)?)?")
_LINE = 25
"""Characters from which clutter counts wherever it stands in the text; below, only as a line of its own."""

Dated = Literal["none", "FALSE", "no", "day", "min"]
Gold = dict[str, Any]
"""What is true of a page: title, lead, paragraphs, captions, authors, published, section, tags, clutter."""


class Score(msgspec.Struct, frozen=True, kw_only=True):
    """The figures of one page; None where the page has no such thing."""

    paragraphs: tuple[int, int]
    """Found and there, the lead among them."""
    lead: bool | None
    clutter: tuple[int, int]
    captions: tuple[int, int]
    """In the text, where they do not belong, and there."""
    twice: bool
    """Whether a caption stands in the text, or among the captions, more than once."""
    f1: float
    title: bool | None
    authors: bool
    date: Dated
    section: Literal["ok", "part", "no"] | None
    tags: float | None


def score(gold: Gold, record: dict[str, Any]) -> Score:
    """The figures of one page's record: its title, lead, text (a paragraph a line), authors and so on."""
    lines = [_normal(line) for line in str(record.get("text") or "").split("\n")]
    if (own := _normal(record.get("lead"))) and own not in _normal(" ".join(lines)):
        lines.insert(0, own)
    text, lead, paragraphs = _normal(" ".join(lines)), _normal(gold.get("lead")), list(map(_normal, gold["paragraphs"]))
    has_lead = (lead in text or _PREFIX.sub("", lead, count=1) in text) if lead else None
    whole = _normal(" ".join([lead, *paragraphs]))
    titles = [_normal(t) for t in (gold.get("title"), *gold.get("title_alt", [])) if t]
    captions, twice = _captions(gold, record, text, whole)
    return Score(
        paragraphs=(sum(p in text for p in paragraphs) + bool(has_lead), len(paragraphs) + bool(lead)),
        lead=has_lead,
        clutter=(_leaked(gold["clutter"], text, lines), len(gold["clutter"])),
        captions=captions,
        twice=twice,
        f1=_agreement(_words(text), _words(whole)),
        title=_normal(record.get("title")) in titles if titles else None,
        authors=set(_names(gold["authors"])) == set(_names(record.get("authors"), r"[;,\n]")),
        date=_dated(gold.get("published"), record.get("published")),
        section=_section(_names(gold["section"]), _names(record.get("section"), r"\s*[>;,|/\n]\s*")),
        tags=_tags(gold, set(_names(record.get("tags"), r"[;,\n]"))),
    )


def total(scores: Sequence[Score]) -> dict[str, str]:
    """The table's columns over several pages: sums, but the mean of F1 and of the tags."""
    tags = [s.tags for s in scores if s.tags is not None]
    doubled = f" {sum(s.twice for s in scores)}d" if any(s.twice for s in scores) else ""
    return {
        "paragraphs": _sums(s.paragraphs for s in scores),
        "leads": _share([s.lead for s in scores]),
        "clutter leaked": _sums(s.clutter for s in scores),
        "captions in the text": _sums(s.captions for s in scores) + doubled,
        "F1": f"{sum(s.f1 for s in scores) / max(len(scores), 1):.3f}",
        "titles": _share([s.title for s in scores]),
        "authors": _share([s.authors for s in scores]),
        "to the minute": _minutes([s.date for s in scores]),
        "sections": _sections([s.section for s in scores if s.section]),
        "tags": f"{sum(tags) / len(tags):.2f}" if tags else "-",
    }


def _normal(text: object) -> str:
    plain = unicodedata.normalize("NFC", str(text or "").translate(_INVISIBLE))
    closed = re.sub(r" +(?=[,.;:!?…)\]”’])", "", " ".join(plain.split()))
    return re.sub(r"(?<=[(\[“‘]) +", "", closed)


def _words(text: str) -> Counter[str]:
    return Counter(re.findall(r"\w+", text))


def _agreement(have: Counter[str], want: Counter[str]) -> float:
    """F1 of two bags of words."""
    sizes = have.total() + want.total()
    return 2 * (have & want).total() / sizes if sizes else 0.0


def _names(told: object, separators: str | None = None) -> list[str]:
    """The names in a list, or in one string cut at `separators`; case does not count."""
    listed = told if isinstance(told, list | tuple) else re.split(separators, str(told)) if told and separators else []
    return [name.casefold() for each in listed if (name := _normal(each))]


def _leaked(clutter: list[str], text: str, lines: list[str]) -> int:
    alone = {_BULLET.sub("", line, count=1) if _BULLET.match(line) else line for line in lines}
    return sum(c in (text if len(c) >= _LINE else alone) for c in map(_normal, clutter))


def _captions(gold: Gold, record: dict[str, Any], text: str, whole: str) -> tuple[tuple[int, int], bool]:
    every = {_normal(c) for c in (*gold["captions"], *gold.get("captions_alt", []))}
    times = [n for c in every if (n := text.count(c) - whole.count(c)) > 0]
    there, listed = len(gold["captions"]), record.get("captions") or []
    found = min(there, len(times))
    return (found, there), sum(times) > found or len(listed) != len(set(listed))


def _moment(told: object) -> tuple[datetime | None, bool]:
    """The time in Vietnam, and whether the minute was told."""
    found = _STAMP.match(str(told or "").strip())
    if not found:
        return None, False
    zone = "+00:00" if found[3] == "Z" else found[3] or "+07:00"
    moment = datetime.fromisoformat(f"{found[1]}T{found[2] or '00:00'}:00{zone if found[2] else '+07:00'}")
    return moment.astimezone(VIETNAM), bool(found[2])


def _dated(gold: object, told: object) -> Dated:
    (want, _), (have, minute) = _moment(gold), _moment(told)
    if want is None or have is None:
        return "none" if have is want else "no" if want else "FALSE"
    if minute and have.replace(second=0) == want.replace(second=0):
        return "min"
    return "day" if have.date() == want.date() else "no"


def _section(want: list[str], have: list[str]) -> Literal["ok", "part", "no"] | None:
    if not want:
        return None
    return "ok" if have == want else "part" if set(have) & set(want) else "no"


def _tags(gold: Gold, have: set[str]) -> float | None:
    want = set(_names(gold["tags"]))
    have -= set(_names(gold.get("tags_optional"))) - want
    if not want:
        return 0.0 if have else None
    return 2 * len(want & have) / (len(want) + len(have))


def _sums(pairs: Iterable[tuple[int, int]]) -> str:
    found, there = map(sum, zip((0, 0), *pairs, strict=True))
    return f"{found}/{there}"


def _share(told: list[bool | None]) -> str:
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
