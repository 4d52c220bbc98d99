"""What deriving an article needs of its text alone: the folded text, and the sample by which copies are found.

Both are pure functions of title and text, and a good part of deriving. So whoever has cleaned a page computes them
beside, in its own process, and hands them over (`made`, `take`); who derives without finds them itself.
"""

from collections import OrderedDict
from typing import Generic, NamedTuple, TypeVar

from archive.facts import Record
from archive.shingles import Sample, read
from config.fold import fold

KEPT = 256
"""Texts of which is remembered what was handed over, about 5 MB."""
K = TypeVar("K")
V = TypeVar("V")


class Ready(NamedTuple):
    """What was computed of one text."""

    title: str | None
    text: str
    folded: str
    sample: Sample


class _Last(Generic[K, V]):
    """What was handed over last."""

    def __init__(self) -> None:
        self._held = OrderedDict[K, V]()

    def put(self, key: K, value: V) -> None:
        self._held[key] = value
        if len(self._held) > KEPT:
            self._held.popitem(last=False)

    def get(self, key: K) -> V | None:
        return self._held.get(key)


_FOLDED, _SAMPLES = _Last[tuple[str | None, str], str](), _Last[str, Sample]()


def made(record: Record) -> Ready:
    """Compute it."""
    told = _folded(record.title, record.text)
    return Ready(record.title, record.text, told, read(prose(told)).sample)


def take(ready: Ready) -> None:
    """Remember it for deriving."""
    _FOLDED.put((ready.title, ready.text), ready.folded)
    _SAMPLES.put(ready.folded, ready.sample)


def folded(title: str | None, text: str) -> str:
    """The column `folded` of an article: its title, a line below its text."""
    return _FOLDED.get((title, text)) or _folded(title, text)


def sample(folded: str) -> Sample:
    """The sample of an article's text, by its column `folded`."""
    return _SAMPLES.get(folded) or read(prose(folded)).sample


def prose(folded: str) -> str:
    """What is compared of `folded`; the title is not part of it, as a copy has one of its own."""
    return folded.partition("\n")[2]


def _folded(title: str | None, text: str) -> str:
    return f"{fold(title or '')}\n{fold(text)}"
