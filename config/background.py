"""The general background: in which part of Vietnamese news articles common terms stand, counted once.

`background.tsv` holds the counts and says of what; `python -m tests.bench.background` makes it anew.
"""

from collections.abc import Mapping
from functools import cache
from pathlib import Path

FILE = Path(__file__).parent / "background.tsv"
_OF = 10_000


@cache
def background() -> Mapping[str, float]:
    """Part of all articles by term: syllables and runs of two and three, spelt as `archive.terms` spells them."""
    lines = FILE.read_text(encoding="utf-8").splitlines()[1:]
    return {term: int(count) / _OF for term, _, count in (line.partition("\t") for line in lines)}
