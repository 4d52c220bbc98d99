"""The terms of a text: its syllables, and runs of two and three of them that no mark of punctuation parts.

A Vietnamese word is one to three syllables long and nothing in writing tells where it ends; so all runs are taken, and
what is a word shows in which of them are frequent in some texts and rare in others. Marks stay: năm and nằm are two
terms. Where a term stands counts: an editor chooses the words of a headline, of the lead and of tags with care.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

import msgspec

from config.fold import spellings

LONGEST = 3
"""Syllables of the longest term."""
WEIGHTS: Mapping[str, float] = {"title": 3.0, "tags": 3.0, "lead": 2.0, "section": 1.0, "text": 1.0}
"""What an occurrence in each field counts."""
_CLAUSE = re.compile(r"""[.,;:!?…()\[\]{}“”‘’"'«»|/•\n]+|\s[-–—]+\s|–|—""")
_SYLLABLE = re.compile(r"\w+")


class Text(msgspec.Struct, frozen=True):
    """What of an article says what it is about."""

    title: str = ""
    lead: str = ""
    text: str = ""
    """The paragraphs after the lead."""
    tags: tuple[str, ...] = ()
    section: tuple[str, ...] = ()

    def fields(self) -> dict[str, str]:
        """The fields by name, each as one string."""
        return {
            "title": self.title,
            "tags": "\n".join(self.tags),
            "lead": self.lead,
            "section": "\n".join(self.section),
            "text": self.text,
        }


class Counted(msgspec.Struct, frozen=True):
    """A text as its terms. `counts` and `length` are weighted by the fields in which they stand."""

    counts: dict[str, float]
    length: float
    """Syllables."""


def text_of(row: Mapping[str, Any]) -> Text:
    """The text of a row of `articles` with title, lead, text, tags and section; the text there begins with the lead."""
    lead = row["lead"] or ""
    return Text(
        title=row["title"] or "",
        lead=lead,
        text=row["text"].removeprefix(lead),
        tags=tuple(msgspec.json.decode(row["tags"])),
        section=tuple(msgspec.json.decode(row["section"])),
    )


def counted(text: Text) -> Counted:
    """The terms of `text`."""
    found: dict[str, float] = defaultdict(float)
    length = 0.0
    for name, said in text.fields().items():
        weight = WEIGHTS[name]
        for clause in clauses(said):
            length += weight * len(clause)
            for term in runs(clause):
                found[term] += weight
    return Counted(found, length)


def clauses(said: str) -> list[list[str]]:
    """The syllables of `said`, each spelt in one way, parted where punctuation parts them."""
    parts = _CLAUSE.split(unicodedata.normalize("NFC", said).lower())
    return [[spelt(s) for s in syllables] for part in parts if (syllables := _SYLLABLE.findall(part))]


def joined(said: str) -> str:
    """The syllables of `said` between blanks, clauses parted by `|`: a term stands in it between two blanks."""
    return f" {' | '.join(' '.join(part) for part in clauses(said))} "


def runs(clause: list[str]) -> Iterable[str]:
    """The terms of one clause, the single syllables first."""
    yield from clause
    for length in range(2, LONGEST + 1):
        for at in range(len(clause) - length + 1):
            yield " ".join(clause[at : at + length])


def phrase(said: str) -> str:
    """A phrase as it is looked for in texts: its syllables, each spelt in one way."""
    return " ".join(syllable for clause in clauses(said) for syllable in clause)


@lru_cache(maxsize=50_000)
def spelt(syllable: str) -> str:
    """One of the accepted spellings of a syllable in lower case, the same one for all: hoà and hòa, lý and lí."""
    return min(spellings(syllable))
