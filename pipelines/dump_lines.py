"""The lines of a flattened page, with what little layout the flattening left."""

import re
import unicodedata
from collections.abc import Iterable
from typing import NamedTuple

from pipelines.normalise import clean, plain

_LONG = 25
"""Words from which on a line that ends with a stop is running text (or a caption), and no opening line."""

_FILE = re.compile(r"[\w\s()%.-]{1,80}\.(?:jpe?g|png|gif|webp)", re.IGNORECASE)
"""A picture's file name, where a picture has no better alternative text."""

_STOP = re.compile(r"[.!?…:;,]['\"”’)\]]*$")
_OPEN_END = re.compile(r"(?:[?!…]|\.\.\.)['\"”’)\]]*$")
_ITEM = re.compile(r"(?:[-+•*–—]|\d{1,2}[.)]|[a-zđ][.)])\s*\S")


class Line(NamedTuple):
    """One line with text. `gap`: a blank line stands before it; `framed`: lines of no-break spaces stand around it,
    as around a picture's table; `pictured`: a picture's placeholder stands right before it."""

    text: str
    gap: bool = False
    framed: bool = False
    pictured: bool = False

    @property
    def words(self) -> int:
        """Number of words."""
        return len(self.text.split())

    @property
    def stops(self) -> bool:
        """Whether it ends with a mark of punctuation, as sentences do and titles and headings do not."""
        return bool(_STOP.search(self.text))

    @property
    def is_item(self) -> bool:
        """Whether it is printed as an item of a list."""
        return bool(_ITEM.match(self.text))

    @property
    def is_titular(self) -> bool:
        """Whether it could be a headline or heading: not long, no stop at its end, no item."""
        return self.words <= 40 and not self.is_item and (not self.stops or bool(_OPEN_END.search(self.text)))

    @property
    def is_headline(self) -> bool:
        """Whether it could be the headline of another article: longer than headings are."""
        return self.is_titular and self.words >= 6


def read_lines(text: str, placeholders: Iterable[str] = ()) -> list[Line]:
    """The lines of `text` that hold a letter or digit, cleaned. `placeholders` are found anywhere in a line and mark a
    picture's place."""
    picture = [re.compile(p) for p in placeholders]
    raw = unicodedata.normalize("NFC", text).splitlines()
    spaced = [not line.strip() and "\xa0" in line for line in raw]
    found, gap, pictured = [], False, False
    for n, line in enumerate(raw):
        bare = line
        for pattern in picture:
            bare = pattern.sub(" ", bare)
        bare = "" if _FILE.fullmatch(bare.strip()) else bare
        pictured = pictured or bare != line
        if re.search(r"[^\W_]", words := clean(bare)):
            framed = n > 0 and spaced[n - 1] and spaced[n + 1 : n + 2] == [True]
            found.append(Line(words, gap, framed, pictured))
            gap = pictured = False
        elif bare == line:
            gap = True
    return found


def matches(patterns: Iterable[str], text: str) -> bool:
    """Whether any of the declared patterns describes the whole line."""
    return any(re.fullmatch(p, text) for p in patterns)


def first_text(lines: list[Line]) -> int:
    """Index of the first line of running text; the number of lines where there is none."""
    return next((n for n, line in enumerate(lines) if line.words >= _LONG and line.stops), len(lines))


def until(lines: list[Line], ends: Iterable[str]) -> list[Line]:
    """`lines` up to the first that an end pattern matches; what stands above the running text ends nothing."""
    ends, text = tuple(ends), first_text(lines)
    start = text if text < len(lines) else 0
    return lines[: next((n for n in range(start, len(lines)) if matches(ends, lines[n].text)), len(lines))]


def echoes(one: str, other: str) -> bool:
    """Whether two lines are one text printed twice: equal but for case and punctuation, or one cut short."""
    a, b = plain(one), plain(other)
    short, long = sorted((a, b), key=len)
    return a == b or (len(short.split()) >= 5 and long.startswith(short + " "))
