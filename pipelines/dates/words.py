"""The words of Vietnamese dates, folded, with the numbers they stand for."""

import re
from collections.abc import Iterable

_UNITS = {"mot": 1, "hai": 2, "ba": 3, "bon": 4, "tu": 4, "nam": 5, "lam": 5, "sau": 6, "bay": 7, "tam": 8, "chin": 9}
_TENS = {word: 10 * number for word, number in _UNITS.items() if word not in ("mot", "tu", "lam")}

NUMBERS: dict[str, int] = (
    {word: number for word, number in _UNITS.items() if word not in ("tu", "lam")}
    | {"muoi": 10}
    | {f"muoi {unit}": 10 + number for unit, number in _UNITS.items()}
    | {f"{ten} muoi": tens for ten, tens in _TENS.items()}
    | {f"{ten} muoi {unit}": tens + number for ten, tens in _TENS.items() for unit, number in _UNITS.items()}
    | {"hai mot": 21, "hai tu": 24, "hai lam": 25, "ba mot": 31}
)
"""Numbers in words, 1 to 99: "muoi lam" -> 15, "hai muoi mot" and "hai mot" -> 21."""

MONTHS: dict[str, int] = {word: _UNITS[word] for word in _UNITS if word != "lam"} | {
    "muoi": 10,
    "muoi mot": 11,
    "muoi hai": 12,
}
"""Month words after "tháng"; Giêng and Chạp are lunar and not here."""

WEEKDAYS: dict[str, int] = {
    "2": 0, "hai": 0, "3": 1, "ba": 1, "4": 2, "tu": 2, "5": 3, "nam": 3, "6": 4, "sau": 4, "7": 5, "bay": 5,
}  # fmt: skip
"""What follows "thứ", with Monday as 0; Sunday has words of its own."""

ENGLISH_MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()
"""English months by their first three letters, in order."""
ENGLISH_WEEKDAYS = "mon tue wed thu fri sat sun".split()
"""English weekdays by their first three letters, in order."""

ENGLISH_MONTH = (
    r"(?P<en>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?"
    r"|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)(?![a-z])\.?"
)
"""Pattern of an English month, group `en`."""

PARTS: dict[str, frozenset[int]] = {
    "rang sang": frozenset(range(7)),
    "sang som": frozenset(range(3, 10)),
    "sang": frozenset(range(12)),
    "trua": frozenset(range(10, 15)),
    "chieu toi": frozenset(range(16, 20)),
    "chieu": frozenset(range(12, 20)),
    "toi": frozenset(range(17, 24)),
    "dem": frozenset([18, 19, 20, 21, 22, 23, 0, 1, 2, 3, 4]),
    "khuya": frozenset([21, 22, 23, 0, 1, 2, 3]),
}
"""Parts of the day and the hours of the 24-hour clock that people call by them."""
PART_SPELLINGS = "rạng sáng,sáng sớm,sáng,trưa,chiều tối,chiều,tối,đêm,khuya".split(",")
"""The parts of the day as they are written, so that toi (tôi, tới) is not taken for tối."""


def either(words: Iterable[str]) -> str:
    """A pattern that matches any of `words`, the longest first."""
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


YEAR_WORDS = (
    r"(?P<thousand>mot|hai) (?:nghin|ngan)(?: (?P<hundred>khong|mot|hai|ba|bon|nam|sau|bay|tam|chin) tram)?"
    rf"(?: (?:le|linh))?(?: (?P<rest>{either(NUMBERS)}))?(?![a-z])"
)
"""Pattern of a year in words; `year_in_words` reads its match."""


def year_in_words(match: re.Match[str]) -> int:
    """The year that a match of `YEAR_WORDS` says: "hai nghin khong tram hai muoi mot" -> 2021."""
    hundred, rest = _UNITS.get(match["hundred"] or "", 0), NUMBERS.get(match["rest"] or "", 0)
    return 1000 * _UNITS[match["thousand"]] + 100 * hundred + rest
