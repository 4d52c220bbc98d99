"""Where a search's words stand in a text, in true spelling: what is marked, and the piece that is shown."""

import re
from functools import lru_cache

from archive.query import Query, Term, folded, forms
from config.fold import fold, is_marked

MOST = 50
"""Places of one word that are looked at."""
LONGEST = 30
"""Letters of the longest word that is not cut."""
Span = tuple[int, int]
"""From which letter up to, not including, which."""


def excerpt(text: str, words: tuple[str, ...], width: int = 160) -> str:
    """Some `width` letters of `text`, cut between words, on one line: where most of `words` stand together.

    A word with marks is looked for as it is written, in its accepted spellings; one without, marks aside.
    """
    start = _stretch(text, words, width)
    end = min(len(text), start + width)
    start, end = _edge(text, start, -1), _edge(text, end, 1)
    cut = re.sub(r"\s+", " ", text[start:end]).strip()
    return ("…" if start else "") + cut + ("…" if end < len(text) else "")


def _stretch(text: str, words: tuple[str, ...], width: int) -> int:
    """Where the first of the stretches begins in which most different words stand, a third of it before them."""
    places = sorted((start, word) for word in set(words) for start, _ in _places(text, (word,), True)[:MOST])
    best, at = 0, 0
    for first, (start, _) in enumerate(places):
        there = len({word for place, word in places[first:] if place < start + 2 * width // 3})
        if there > best:
            best, at = there, start
            if best == len(set(words)):
                break
    return max(0, at - width // 3)


def _edge(text: str, at: int, step: int) -> int:
    """The end of the word in which `at` lies, outwards; of a very long one not."""
    for near in range(at, at + LONGEST * step, step):
        if near <= 0 or near >= len(text) or text[near - 1].isspace() or text[near].isspace():
            return min(max(near, 0), len(text))
    return at


def spans(text: str, query: Query) -> list[Span]:
    """The places in `text` that `query` found, in order, none over another. `text` is NFC, as all that is kept."""
    found = [span for term in query.wanted for span in _places(text, term, query.loose)]
    told: list[Span] = []
    for start, end in sorted(found):
        if told and start < told[-1][1]:
            told[-1] = (told[-1][0], max(end, told[-1][1]))
        else:
            told.append((start, end))
    return told


def _places(text: str, term: Term, loose: bool) -> list[Span]:
    """Where a word or phrase stands. Lowering and folding keep the length of NFC Vietnamese; of what they do not,
    nothing is marked."""
    marked = [word for word in term if is_marked(word)]
    plain = loose and len(marked) < len(term)
    where = fold(text) if plain else text.lower()
    if len(where) != len(text):
        return []
    pattern = _pattern(folded(term) if plain else forms(term))
    found = [match.span() for match in pattern.finditer(where)]
    if plain and marked:
        lower = [_pattern(forms((word,))) for word in marked]
        found = [(a, b) for a, b in found if all(one.search(text[a:b].lower()) for one in lower)]
    return found


@lru_cache(maxsize=1024)
def _pattern(terms: tuple[Term, ...]) -> re.Pattern[str]:
    """Any of `terms` as whole words, whatever stands between two words of one."""
    return re.compile("|".join(_words(term) for term in terms))


def _words(term: Term) -> str:
    *others, last = map(re.escape, (word.removesuffix("*") for word in term))
    end = r"\w*" if term[-1].endswith("*") else r"(?!\w)"
    return r"(?<!\w)" + "".join(rf"{word}\W+" for word in others) + last + end
