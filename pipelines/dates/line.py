"""The text of one date as the finders see it: marks folded away, every found piece blanked out."""

import re
from collections.abc import Iterator

from config.fold import fold

TAKEN = "\x1f"
"""Stands for every character that a finder has taken."""


def _aligned(text: str, changed: str) -> str:
    """`changed` when it kept its length, else the same change letter by letter, a letter that grows left alone."""
    if len(text) == len(changed):
        return changed
    return "".join(f if len(f := fold(char)) == 1 else "?" for char in text)


class Line:
    """A cleaned text in two aligned spellings.

    `folded`: lower case without marks, what the finders match; pieces already taken are `TAKEN`.
    `raw`: lower case with its marks, same length, never blanked: what tells sau from sáu.
    """

    def __init__(self, text: str) -> None:
        self.raw = "".join(low if len(low := char.lower()) == 1 else char for char in text)
        self.folded = _aligned(text, fold(text))

    def blank(self, start: int, end: int) -> None:
        """Mark a piece as taken."""
        self.folded = self.folded[:start] + TAKEN * (end - start) + self.folded[end:]

    def take(self, pattern: re.Pattern[str]) -> Iterator[re.Match[str]]:
        """Every match of `pattern`, from the left, each blanked before the next is looked for."""
        position = 0
        while (match := pattern.search(self.folded, position)) is not None:
            self.blank(*match.span())
            position = max(match.end(), match.start() + 1)
            yield match

    def means(self, span: tuple[int, int], *words: str) -> bool:
        """Whether the piece is one of `words`, letter for letter, or was written without any marks."""
        written = self.raw[slice(*span)]
        return written in words or written in [fold(word) for word in words]
