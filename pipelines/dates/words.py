"""The words of Vietnamese dates, folded, with the numbers they stand for."""

import re

_DIGITS = {"mot": 1, "hai": 2, "ba": 3, "bon": 4, "tu": 4, "nam": 5, "lam": 5, "sau": 6, "bay": 7, "tam": 8, "chin": 9}
_TENS = {"": 0, "muoi ": 10, "hai muoi ": 20, "hai ": 20, "ba muoi ": 30, "bon muoi ": 40, "nam muoi ": 50}

NUMBERS: dict[str, int] = {
    f"{ten_word}{word}": ten + digit for ten_word, ten in _TENS.items() for word, digit in _DIGITS.items()
} | {word.strip(): ten for word, ten in _TENS.items() if word not in ("", "hai ")}
"""Numbers in words, 1 to 59: "muoi lam" -> 15, "hai muoi mot" and "hai mot" -> 21."""
for _word in ("lam", "hai lam"):
    NUMBERS.pop(_word, None)

MONTHS: dict[str, int] = {
    word: NUMBERS[word] for word in "mot hai ba tu bon nam sau bay tam chin muoi".split()
} | {"muoi mot": 11, "muoi hai": 12}
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
"""Parts of the day and the hours of the 24-hour clock that people call by them, longest name first."""
PART_SPELLINGS = "rạng sáng,sáng sớm,sáng,trưa,chiều tối,chiều,tối,đêm,khuya".split(",")
"""The parts of the day as they are written, so that toi (tôi, tới) is not taken for tối."""


def either(words: dict[str, int] | dict[str, frozenset[int]]) -> str:
    """A pattern that matches any of `words`, the longest first."""
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


def year_in_words(text: str) -> int | None:
    """The year that folded words say, 1000 to 2099: "hai nghin khong tram hai muoi mot" -> 2021."""
    match = _YEAR_WORDS.match(text)
    if match is None:
        return None
    thousand, hundred, rest = match["k"], match["c"], match["r"]
    return (
        1000 * _DIGITS[thousand]
        + 100 * (_DIGITS.get(hundred or "", 0))
        + (NUMBERS.get(rest) or _TENS_ONLY.get(rest, 0) if rest else 0)
    )


_TENS_ONLY = {f"{word} muoi": 10 * digit for word, digit in _DIGITS.items()} | {
    f"{word} muoi {unit}": 10 * digit + number
    for word, digit in _DIGITS.items()
    for unit, number in _DIGITS.items()
}
YEAR_WORDS = (
    r"(?P<k>mot|hai) (?:nghin|ngan)(?: (?P<c>khong|mot|hai|ba|bon|nam|sau|bay|tam|chin) tram)?(?: (?:le|linh))?"
    rf"(?: (?P<r>{either(_TENS_ONLY | NUMBERS)}))?(?![a-z])"
)
"""Pattern of a year in words; `year_in_words` reads what it matches."""
_YEAR_WORDS = re.compile(YEAR_WORDS)
