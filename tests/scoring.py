"""How well a record tells an article, against what is true of its page: the one scorer of floors, tables and tests.

The definitions are those of `pages/score.py` in the shared folder, written anew so that the project's own pages can be
scored where that folder is absent; `tests/test_scoring.py` holds the two to the same scores where it is there. Text is
compared in NFC, without invisible characters, with single spaces and none before punctuation or inside brackets.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from typing import Any, Literal, NamedTuple

import msgspec

from config.clock import VIETNAM

_INVISIBLE = re.compile("[\u00ad\u200b-\u200d\u2060\ufeff]")
_PREFIX = re.compile(r"^(?:\([^()]{2,20}\)|ĐBP)\s*[-–]\s*")
"""What papers print before a lead: "(Dân trí) - ", "ĐBP - "."""
_BULLET = re.compile(r"^[-•*#»·\s]+")
_STAMP = re.compile(r"(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d)(?::\d\d(?:\.\d+)?)?\s*(Z|[+-]\d\d:?\d\d)?)?")
_ANYWHERE = 25
"""Characters from which a string of clutter counts wherever it stands; a shorter one must be a whole line."""
_MORE = {"kicker": "kicker", "credit": "source_credit", "related": "related", "captions": "captions"}
"""Fields that the shared scorer does not look at, and their names in its gold."""

Record = dict[str, Any]
Gold = dict[str, Any]
"""What is true of a page: title, lead, paragraphs, captions, authors, published, section, tags, clutter and so on."""
Dated = Literal["none", "FALSE", "no", "day", "min"]
"""None where there is none, an invented one, a wrong or absent one, right to the day, to the minute."""


class Share(NamedTuple):
    """`got` of `of`; several pages add up."""

    got: float
    of: float

    def __add__(self, other: object) -> "Share":
        return Share(self.got + other.got, self.of + other.of) if isinstance(other, Share) else NotImplemented

    @property
    def value(self) -> float | None:
        """The share, or None where nothing was asked."""
        return self.got / self.of if self.of else None


class Score(msgspec.Struct, frozen=True, kw_only=True):
    """One page's record judged; None where the page has no such thing."""

    paragraphs: Share
    """Found, of those there, the lead among them."""
    lead: bool | None
    clutter: Share
    """In the text, where it does not belong, of what the page prints."""
    captions: Share
    """In the text, where they do not belong, of those there."""
    twice: bool
    """Whether a caption stands in the text, or among the captions, more than once."""
    precision: float
    recall: float
    f1: float
    """Of the words of lead and paragraphs."""
    title: bool | None
    authors: bool
    date: Dated
    section: Literal["ok", "part", "no"] | None
    tags: float | None
    """F1 of the two sets."""
    more: dict[str, bool | None]
    """Whether kicker, credit, related links and captions are as the gold has them, where it tells them."""


def score(gold: Gold, made: Record) -> Score:
    """How much of `gold` the record `made` (title, lead, text of a paragraph a line, authors and so on) has right."""
    lines = [_normal(line) for line in str(made.get("text") or "").split("\n")]
    if (own := _normal(made.get("lead"))) and own not in _normal(" ".join(lines)):
        lines.insert(0, own)
    text, lead, paragraphs = _normal(" ".join(lines)), _normal(gold.get("lead")), list(map(_normal, gold["paragraphs"]))
    body = _normal(" ".join([lead, *paragraphs]))
    has_lead = (lead in text or _PREFIX.sub("", lead) in text) if lead else None
    titles = [_normal(title) for title in (gold.get("title"), *gold.get("title_alt", [])) if title]
    captions, twice = _captions(gold, made, text, body)
    precision, recall = _words(text, body)
    return Score(
        paragraphs=Share(sum(p in text for p in paragraphs) + bool(has_lead), len(paragraphs) + bool(lead)),
        lead=has_lead,
        clutter=_leaked(gold["clutter"], text, lines),
        captions=captions,
        twice=twice,
        precision=precision,
        recall=recall,
        f1=_mean(precision, recall),
        title=_normal(made.get("title")) in titles if titles else None,
        authors=set(_names(gold["authors"])) == set(_names(made.get("authors"), r"[;,\n]")),
        date=_dated(gold.get("published"), made.get("published")),
        section=_section(_names(gold["section"]), _names(made.get("section"), r"\s*[>;,|/\n]\s*")),
        tags=_tags(gold, set(_names(made.get("tags"), r"[;,\n]"))),
        more={name: gold[key] == made.get(name) if gold[key] else None for name, key in _MORE.items() if key in gold},
    )


def _normal(text: object) -> str:
    clean = " ".join(unicodedata.normalize("NFC", _INVISIBLE.sub("", str(text or ""))).split())
    return re.sub(r"([(\[“‘]) +", r"\1", re.sub(r" +([,.;:!?…)\]”’])", r"\1", clean))


def _names(told: Any, separators: str = "\0") -> list[str]:
    """The names in a list, or in one string cut at `separators`; case does not count."""
    listed: Iterable[Any] = re.split(separators, told) if isinstance(told, str) else told or ()
    return [name.casefold() for each in listed if (name := _normal(each))]


def _leaked(clutter: list[str], text: str, lines: list[str]) -> Share:
    alone = {_BULLET.sub("", line) for line in lines}
    return Share(sum(c in (text if len(c) >= _ANYWHERE else alone) for c in map(_normal, clutter)), len(clutter))


def _captions(gold: Gold, made: Record, text: str, body: str) -> tuple[Share, bool]:
    every = {_normal(caption) for caption in (*gold["captions"], *gold.get("captions_alt", []))}
    times = [n for caption in every if (n := text.count(caption) - body.count(caption)) > 0]
    there, listed = len(gold["captions"]), made.get("captions") or []
    found = min(there, len(times))
    return Share(found, there), sum(times) > found or len(listed) != len(set(listed))


def _words(text: str, body: str) -> tuple[float, float]:
    """Precision and recall of the bag of words."""
    have, want = (Counter(re.findall(r"\w+", told)) for told in (text, body))
    common = (have & want).total()
    return common / max(have.total(), 1), common / max(want.total(), 1)


def _mean(precision: float, recall: float) -> float:
    """F1."""
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0


def _moment(told: object) -> tuple[datetime | None, bool]:
    """The time in Vietnam, and whether the minute was told."""
    found = _STAMP.match(str(told or "").strip())
    if not found:
        return None, False
    day, clock, zone = found.groups()
    moment = datetime.fromisoformat(f"{day}T{clock or '00:00'}:00{zone or '+07:00'}")
    return moment.astimezone(VIETNAM), bool(clock)


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
