"""`python -m tests.bench.background`: which terms are common in the news anyway, counted in folders of plain texts.

An archive that has just begun cannot tell which words every article has. `config/background.tsv` can: for each term
the number of articles in 10,000 that hold it, and nothing else of them: no sentence can be made of it again.
This counts it, from UTF-8 text files and without a network. A file is an article. Lines that begin with `#` are
notes of whoever collected them, and an underscore between two syllables is a word segmenter's: it counts as a space.

Of each folder at most `--most` articles are counted, those whose paths have the lowest digests: no folder outweighs
another, and the same files give the same counts. Texts under `SHORT` syllables and those that begin as an earlier one
does are left out.
"""

import argparse
import re
import sys
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from hashlib import sha256
from pathlib import Path

from config.fold import spellings

PER = 10_000
"""The counts say in how many of so many articles a term stands."""
FLOORS = (10, 35, 60)
"""In how many of `PER` articles a term of one, two and three syllables must stand. They rise: see `frequent`."""
SHORT = 60
"""An article of fewer syllables is a caption, a table or a stub."""
OPENING = 40
"""Two texts that share so many first syllables are the same article, printed or collected twice."""
_CLAUSE = re.compile(r"""[.,;:!?…()\[\]{}“”‘’"'«»|/•\n]+|\s[-–—]+\s|–|—""")
_SYLLABLE = re.compile(r"\w+")

Article = list[list[str]]
"""The syllables of each clause."""


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.background", description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)  # fmt: skip
    parser.add_argument("folders", nargs="+", type=Path, metavar="FOLDER", help="a folder of text files, read below it")
    parser.add_argument("--most", type=int, default=15_000, metavar="N", help="articles of a folder (default: 15,000)")
    parser.add_argument("--from", dest="origin", required=True, help="where the texts came from, and under which terms")
    parser.add_argument("--output", type=Path, default=Path("config/background.tsv"), metavar="FILE")
    args = parser.parse_args()
    for folder in args.folders:
        if not folder.is_dir():
            parser.error(f"{folder}: no such folder")
    articles = distinct(text for folder in args.folders for text in texts(folder, args.most))
    if len(articles) < PER // FLOORS[0]:
        parser.error(f"{len(articles)} articles are too few: one of them would make a term common")
    counts = frequent(articles)
    args.output.write_text(table(counts, len(articles), args.origin), encoding="utf-8")
    print(f"{len(articles)} articles, {len(counts)} terms, {args.output.stat().st_size} bytes in {args.output}")


def texts(folder: Path, most: int) -> Iterator[str]:
    """The texts of at most `most` files under `folder`. One that is no UTF-8 is named on stderr and left out."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    files.sort(key=lambda path: sha256(path.relative_to(folder).as_posix().encode()).digest())
    for path in files[:most]:
        try:
            yield path.read_text(encoding="utf-8")
        except UnicodeDecodeError as error:
            print(f"{path}: {error}; left out", file=sys.stderr)


def distinct(said: Iterable[str]) -> list[Article]:
    """Each text as its clauses, without the short ones and without the second of two that begin alike."""
    kept: dict[tuple[str, ...], Article] = {}
    spelt: dict[str, str] = {}
    for text in said:
        article = clauses(text, spelt)
        syllables = [syllable for clause in article for syllable in clause]
        if len(syllables) >= SHORT:
            kept.setdefault(tuple(syllables[:OPENING]), article)
    return list(kept.values())


def clauses(text: str, spelt: dict[str, str]) -> Article:
    """The syllables of `text` in lower case, parted where punctuation parts them. `spelt` remembers their spelling.

    Of the accepted spellings of a syllable (`config.fold.spellings`: both tone placements, i and y) the first in the
    order of code points stands for all.
    """
    lines = (line for line in text.splitlines() if not line.startswith("#"))
    said = unicodedata.normalize("NFC", "\n".join(lines)).lower().replace("_", " ")
    found = [_SYLLABLE.findall(part) for part in _CLAUSE.split(said)]
    for syllable in {syllable for clause in found for syllable in clause} - spelt.keys():
        spelt[syllable] = min(spellings(syllable))
    return [[spelt[syllable] for syllable in clause] for clause in found if clause]


def frequent(articles: list[Article]) -> dict[str, float]:
    """The terms that reach their floor, with the articles in `PER` that hold them.

    A run can only be frequent where the two runs that it is made of are, for the floors rise with the length: so each
    length is counted among runs of frequent ones alone, and the many that stand once are never held.
    """
    found: dict[str, float] = {}
    for length, floor in enumerate(FLOORS, start=1):
        held: Counter[str] = Counter()
        for article in articles:
            held.update(set(runs(article, length, found)))
        found |= {term: n * PER / len(articles) for term, n in held.items() if n * PER >= floor * len(articles)}
    return found


def runs(article: Article, length: int, frequent: dict[str, float]) -> Iterator[str]:
    """The runs of `length` syllables within the clauses, of those whose shorter runs are `frequent`."""
    for clause in article:
        for at in range(len(clause) - length + 1):
            run = clause[at : at + length]
            if length == 1 or (" ".join(run[:-1]) in frequent and " ".join(run[1:]) in frequent):
                yield " ".join(run)


def table(counts: dict[str, float], articles: int, origin: str) -> str:
    """The file: a line that says what was counted, then TERM, tab, articles in `PER`, sorted by term."""
    head = f"# Articles in {PER:,} that hold a term, of {articles:,} articles: {origin}"
    return "\n".join([head, *(f"{term}\t{round(n)}" for term, n in sorted(counts.items()))]) + "\n"


if __name__ == "__main__":
    main()
