"""The text of one date as the finders see it: marks folded away, every found piece blanked out."""

import re
from collections.abc import Iterator

from config.fold import fold

TAKEN = "\x00"
"""Stands for every character that a finder has taken."""
ASIDE = "\x01"
"""Stands for every character that was put aside: clutter, a lunar gloss."""
_BROKEN = re.compile(r"[a-z]*[?\ufffd]+[a-z?\ufffd]*")
_VOCABULARY = (
    "thu chu nhat nam sau bay tu ngay thang gio phut truoc qua hom nay chieu toi dem sang muoi mot chin tam"
    " gieng chap lich"
).split()


def _aligned(text: str) -> str:
    """`text` folded, letter by letter where that would change its length."""
    folded = fold(text)
    if len(text) == len(folded):
        return folded
    return "".join(f if len(f := fold(char)) == 1 else "?" for char in text)


def _mended(match: re.Match[str]) -> str:
    """Th?, n?m: a word whose marks a narrow charset turned into "?", when only one word of dates fits."""
    if not any(char.isalpha() for char in match[0]):
        return match[0]
    pattern = re.compile(re.sub("[?\ufffd]", ".", match[0]))
    fitting = [word for word in _VOCABULARY if pattern.fullmatch(word)]
    return fitting[0] if len(fitting) == 1 else match[0]


class Line:
    """A cleaned text in three aligned spellings.

    `folded`: lower case without marks, what the finders match; used pieces are `TAKEN` or `ASIDE`.
    `whole`: the same, never blanked.
    `raw`: lower case with its marks, never blanked: what tells sau from sáu.
    """

    def __init__(self, text: str) -> None:
        raw, whole = "".join(low if len(low := char.lower()) == 1 else char for char in text), _aligned(text)
        if "?" in whole or "\ufffd" in whole:
            raw, whole = _BROKEN.sub(_mended, raw), _BROKEN.sub(_mended, whole)
        self.raw, self.whole, self.folded = raw, whole, whole

    def blank(self, start: int, end: int, mark: str = TAKEN) -> None:
        """Overwrite a piece with `mark`."""
        self.folded = self.folded[:start] + mark * (end - start) + self.folded[end:]

    def take(self, pattern: re.Pattern[str], mark: str = TAKEN) -> Iterator[re.Match[str]]:
        """Every match of `pattern`, from the left, each blanked before the next is looked for."""
        position = 0
        while (match := pattern.search(self.folded, position)) is not None:
            self.blank(*match.span(), mark)
            position = max(match.end(), match.start() + 1)
            yield match

    def means(self, span: tuple[int, int], *words: str) -> bool:
        """Whether the piece is one of `words`, letter for letter, or was written without any marks."""
        written = self.raw[slice(*span)]
        return written in words or written in [fold(word) for word in words]
