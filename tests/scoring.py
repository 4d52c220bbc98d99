"""Scores of a record against what is true of its page: the columns of `pages/score.py` in the shared folder, each as
a share that is better when higher, and those of the fields that it does not look at.

Written anew, so that the project's own fixtures can be scored where that folder is absent; a test holds the two
together where it is there.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple

from config.clock import VIETNAM

Record = dict[str, Any]
_INVISIBLE = re.compile("[\u00ad\u200b-\u200d\u2060\ufeff]")
_PREFIX = re.compile(r"(?:\([^()]{2,20}\)|ĐBP)\s*[-–]\s*")
_ANYWHERE = 25
"""Characters from which a string of clutter counts wherever it stands; a shorter one must be a whole line."""


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


def score(gold: Record, made: Record) -> dict[str, Share]:
    """How much of `gold` the record `made` has right, by column; columns of which the page says nothing are 0 of 0."""
    lead, wanted = _norm(gold.get("lead")), [_norm(p) for p in gold["paragraphs"]]
    lines = [_norm(line) for line in str(made.get("text") or "").split("\n")]
    if (own := _norm(made.get("lead"))) and own not in _norm(" ".join(lines)):
        lines.insert(0, own)
    text, body = _norm(" ".join(lines)), _norm(" ".join([lead, *wanted]))
    has_lead = bool(lead) and (lead in text or _PREFIX.sub("", lead, count=1) in text)
    found = {
        "paragraphs": Share(sum(p in text for p in wanted) + has_lead, len(wanted) + bool(lead)),
        "leads": Share(has_lead, bool(lead)),
        "title": _one(
            _norm(made.get("title")) in map(_norm, [gold["title"], *gold.get("title_alt", [])]), gold["title"]
        ),
        "authors": _one(_names(gold["authors"]) == _names(made.get("authors"), r"[;,\n]"), True),
        "section": _one(_named(gold["section"]) == _named(made.get("section"), r"\s*[>;,|/\n]\s*"), gold["section"]),
        "tags": _tags(gold, made),
    }
    found |= _outside(gold, lines, text, body) | _tokens(text, body) | _date(gold, made)
    return found | {name: _one(gold[key] == made.get(name), gold[key]) for name, key in _MORE.items() if key in gold}


_MORE = {"kicker": "kicker", "credit": "source_credit", "related": "related", "captions": "captions"}
"""Fields that the shared scorer does not look at, and their names in its gold."""


def total(scores: Iterable[dict[str, Share]]) -> dict[str, float]:
    """The shares of many pages, to four digits, rounded down; columns that no page asks about are left out."""
    sums: dict[str, Share] = {}
    for one in scores:
        for name, share in one.items():
            sums[name] = sums.get(name, Share(0, 0)) + share
    return {name: int(value * 10_000 + 1e-6) / 10_000 for name, s in sums.items() if (value := s.value) is not None}


def _one(right: bool, asked: object) -> Share:
    return Share(bool(asked) and right, bool(asked))


def _outside(gold: Record, lines: list[str], text: str, body: str) -> dict[str, Share]:
    """The shares of clutter and of captions that are *not* in the text."""
    clutter = [_norm(c) for c in gold["clutter"]]
    whole = {re.sub(r"^[-•*#»·\s]+", "", line) for line in lines}
    leaked = sum(c in text if len(c) >= _ANYWHERE else c in whole for c in clutter)
    captions = [_norm(c) for c in gold["captions"] + gold.get("captions_alt", [])]
    printed = min(len(gold["captions"]), sum(text.count(c) > body.count(c) for c in captions))
    return {
        "no clutter": Share(len(clutter) - leaked, len(clutter)),
        "no captions": Share(len(gold["captions"]) - printed, len(gold["captions"])),
    }


def _tokens(text: str, body: str) -> dict[str, Share]:
    have, want = (Counter(re.findall(r"\w+", unicodedata.normalize("NFC", t))) for t in (text, body))
    common = sum((have & want).values())
    precision, recall = common / max(sum(have.values()), 1), common / max(sum(want.values()), 1)
    f1 = 2 * precision * recall / (precision + recall) if common else 0.0
    return {"precision": Share(precision, 1), "recall": Share(recall, 1), "F1": Share(f1, 1)}


def _date(gold: Record, made: Record) -> dict[str, Share]:
    wanted, told = (_moment(r.get("published")) for r in (gold, made))
    if wanted is None:
        return {"no false date": Share(told is None, 1)}
    same_day = told is not None and told[0].date() == wanted[0].date()
    same_minute = told is not None and told[1] and told[0].replace(second=0) == wanted[0].replace(second=0)
    return {"day": Share(same_day, 1), "minute": Share(same_minute, 1)}


def _moment(value: object) -> tuple[datetime, bool] | None:
    """(local time, whether a time of day is given)."""
    found = re.match(
        r"(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d)(?::\d\d(?:\.\d+)?)?\s*(Z|[+-]\d\d:?\d\d)?)?", str(value or "")
    )
    if not found:
        return None
    day, clock, zone = found.groups()
    told = datetime.fromisoformat(f"{day}T{clock or '00:00'}:00{zone or '+07:00'}")
    return told.astimezone(VIETNAM), bool(clock)


def _tags(gold: Record, made: Record) -> Share:
    want, have = _names(gold["tags"]), _names(made.get("tags"), r"[;,\n]")
    have -= _names(gold.get("tags_optional")) - want
    hit = len(want & have)
    return Share(2 * hit / (len(want) + len(have)) if hit else 0.0, bool(want or have))


def _named(value: Any, split: str = "\0") -> list[str]:
    pieces = re.split(split, value) if isinstance(value, str) else value or []
    return [_norm(piece).casefold() for piece in pieces if _norm(piece)]


def _names(value: Any, split: str = "\0") -> set[str]:
    return set(_named(value, split))


def _norm(text: object) -> str:
    """NFC, nothing invisible, single spaces, none inside brackets or before punctuation."""
    clean = " ".join(unicodedata.normalize("NFC", _INVISIBLE.sub("", str(text or ""))).split())
    return re.sub(r"([(\[“‘]) +", r"\1", re.sub(r" +([,.;:!?…)\]”’])", r"\1", clean))
