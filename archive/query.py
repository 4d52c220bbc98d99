"""A reader's words as a search: marks typed are marks meant, unmarked words stand for every reading."""

import re
import unicodedata
from collections.abc import Container, Iterable
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import islice, product

from config.fold import fold, is_marked, spellings

Term = tuple[str, ...]
"""One word, or the words of a phrase. The last may end in `*`: the beginning of a word."""

_ANY = "*"
_TERM = re.compile(r'(?P<minus>-)?(?:"(?P<phrase>[^"]*)"?|(?P<words>[^\s"]+))')
_MOST = 64
_WORD = re.compile(r"\w+")


class EmptyQuery(ValueError):
    """Nothing to search for; raised by `parse`."""


@dataclass(frozen=True)
class Query:
    """What is wanted and what is not; `loose` reads unmarked words in every way. In FTS5's language: `match` finds,
    `exact` tells which of the found hold the words as typed."""

    wanted: tuple[Term, ...]
    unwanted: tuple[Term, ...]
    loose: bool

    @cached_property
    def match(self) -> str:
        """Finds the articles."""
        return self._all(self.loose)

    @cached_property
    def exact(self) -> str:
        """Finds those of them that hold the words as typed; what is not wanted is not wanted in any reading."""
        return self._all(False)

    @property
    def words(self) -> tuple[str, ...]:
        """The words that are wanted, those of phrases among them."""
        return tuple(word for term in self.wanted for word in term)

    def weighing(self, common: Container[str]) -> str:
        """The terms by which bm25 can tell found articles apart; empty where all consist of `common` words."""
        return " AND ".join(clause(t, self.loose) for t in self.wanted if any(word not in common for word in t))

    def stands_in(self, text: str, loose: bool) -> bool:
        """Whether all that is wanted stands in `text`, which is what `spaced` makes."""
        return all(holds(term, text, loose) for term in self.wanted)

    def _all(self, loose: bool) -> str:
        query = " AND ".join(clause(term, loose) for term in self.wanted)
        unwanted = " OR ".join(clause(term, self.loose) for term in self.unwanted)
        return f"({query}) NOT ({unwanted})" if unwanted else query


def parse(text: str, exact: bool = False) -> Query:
    """Words are joined by AND, "…" is a phrase, a leading - excludes, an ending * stands for any letters.

    With `exact`, unmarked words too are only found as they are typed.
    """
    wanted: list[Term] = []
    unwanted: list[Term] = []
    for found in _TERM.finditer(unicodedata.normalize("NFC", text)):
        said = (found["phrase"] or found["words"] or "").rstrip()
        if words := _WORD.findall(said):
            term = (*words[:-1], words[-1] + _ANY * said.endswith(_ANY))
            (unwanted if found["minus"] else wanted).append(term)
    if not wanted:
        raise EmptyQuery("nothing to search for: give at least one word")
    return Query(tuple(wanted), tuple(unwanted), not exact)


def clause(term: Term, loose: bool) -> str:
    """FTS5 for one word or phrase; unmarked words are found in every reading where `loose`.

    Marks never stand in the folded column, and what stands in title or text unmarked stands in it too: so one look at
    all columns tells as much as one at each, and takes half the time. In a phrase of both kinds the folded phrase
    counts where the marked words stand in the text as they are written.
    """
    marked = [word for word in term if is_marked(word)]
    if len(marked) == len(term):
        return _any(forms(term))
    if not loose:
        return "({title text} : " + _any(forms(term)) + ")"
    both = [_any(folded(term)), *(_any(forms((word,))) for word in marked)]
    return both[0] if len(both) == 1 else f"({' AND '.join(both)})"


def holds(term: Term, text: str, loose: bool) -> bool:
    """Whether `term` stands in `text`, as `clause` finds it there. `text` is what `spaced` makes."""
    if any(_spaced(form) in text for form in forms(term)):
        return True
    marked = [word for word in term if is_marked(word)]
    if not loose or len(marked) == len(term):
        return False
    plain = fold(text)
    return any(_spaced(form) in plain for form in folded(term)) and all(holds((word,), text, False) for word in marked)


def spaced(text: str) -> str:
    """The words of `text` in lower case, with one space around each."""
    return f" {' '.join(_WORD.findall(text.lower()))} "


@lru_cache(maxsize=1024)
def folded(term: Term) -> tuple[Term, ...]:
    """The spellings of a word or phrase without marks, each once."""
    return tuple(dict.fromkeys(tuple(map(fold, form)) for form in forms(term)))


@lru_cache(maxsize=1024)
def forms(term: Term) -> tuple[Term, ...]:
    """The accepted spellings of a word or phrase, itself first; at most `_MOST`."""
    return tuple(islice(product(*map(_spellings, term)), _MOST))


def _any(terms: Iterable[Term]) -> str:
    """Any of these phrases, in FTS5's language."""
    return "(" + " OR ".join(map(_phrase, terms)) + ")"


def _spellings(word: str) -> list[str]:
    """Of the beginning of a word those of its letters, each a beginning again."""
    return [form + _ANY * word.endswith(_ANY) for form in spellings(word.removesuffix(_ANY))]


def _phrase(term: Term) -> str:
    """A phrase of FTS5; of the beginning of a word `"…" *`."""
    words = " ".join(term)
    return f'"{words.removesuffix(_ANY)}"' + f" {_ANY}" * words.endswith(_ANY)


def _spaced(term: Term) -> str:
    """The words as `spaced` has them, up to where the last one is only begun."""
    words = f" {' '.join(term)}"
    return words.removesuffix(_ANY) if words.endswith(_ANY) else f"{words} "
