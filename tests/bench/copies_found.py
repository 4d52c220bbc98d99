"""`python -m tests.bench.copies_found`: which copies of the generated newsroom are found, and what is taken for one.

The corpus is written into an archive in order of publication and derived article by article, as a crawl does. Recall is
over the pairs of two papers that share at least half of the shorter text by whole sentences (`Pair.clear`). False is
any pair found that the truth does not hold; two articles of one paper that show one text are neither right nor wrong.
With `--thresholds` the pairs are decided again with other values, without an archive.
"""

import argparse
import json
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from itertools import combinations
from pathlib import Path

from archive import copies, likeness, shingles
from archive.likeness import Told, judge
from archive.shingles import Reading, read
from archive.store import Archive
from config.fold import fold
from tests.corpus import pages, records
from tests.corpus.corpus import WRITERS, Corpus

_FOUND = """
SELECT a.article, o.article FROM copies c JOIN articles a ON a.id = c.article JOIN articles o ON o.id = c.original
"""
Pairs = set[tuple[int, int]]


def filled(corpus: Corpus, path: Path) -> Pairs:
    """The pairs that an archive at `path` finds, by the articles' places in the corpus."""
    with Archive(path) as archive:
        records.fill(archive, corpus)
        return pairs(archive, corpus)


def pairs(archive: Archive, corpus: Corpus) -> Pairs:
    """The pairs that stand in `copies`."""
    places = {pages.key(corpus.papers[a.paper], a): a.id for a in corpus.articles}
    return {(min(one), max(one)) for row in archive.conn.execute(_FOUND) if (one := [places[key] for key in row])}


def score(corpus: Corpus, found: Pairs) -> dict[str, object]:
    """Recall, as a whole and by what was done to either text; false pairs; look-alikes taken for copies."""
    true = {(p.one, p.other): p for p in corpus.pairs}
    clear = {pair for pair, told in true.items() if told.clear}
    shown: dict[int, set[int]] = defaultdict(set)
    changes: dict[int, set[str]] = defaultdict(set)
    for family in corpus.families:
        for member in family.members:
            shown[member.article].add(family.id)
            changes[member.article] |= set(member.changes)
    wrong = [pair for pair in found if pair not in true and not shown[pair[0]] & shown[pair[1]]]
    of, hits = Counter[str](), Counter[str]()
    for pair in clear:
        for what in (changes[pair[0]] | changes[pair[1]]) or {"word for word"}:
            of[what] += 1
            hits[what] += pair in found
    return {
        "articles": len(corpus.articles),
        "pairs": len(clear),
        "found": len(found),
        "recall": round(len(clear & found) / len(clear), 4),
        "false": len(wrong),
        "classes": {what: [hits[what], of[what]] for what in sorted(of)},
        "negatives": {
            why: [sum((n.one, n.other) in found for n in corpus.negatives if n.why == why), count]
            for why, count in sorted(Counter(n.why for n in corpus.negatives).items())
        },
    }


class Decided:
    """A corpus decided on without an archive: all its readings, and the pairs that share any run of their samples."""

    def __init__(self, corpus: Corpus) -> None:
        self._told: list[Told] = []
        for a in corpus.articles:
            day = f"{a.published:%Y-%m-%d}"
            self._told.append(Told(a.paper, a.story.title, day, read(fold(a.story.text))))
        counts = Counter((t.source, likeness.series(t.title)) for t in self._told if likeness.series(t.title))
        self._columns = [counts[t.source, likeness.series(t.title)] >= copies.ISSUES for t in self._told]

    def found(self) -> Pairs:
        """The pairs under the thresholds as they stand now."""
        readings = [Reading(t.reading.words, t.reading.quoted) for t in self._told]
        told = [Told(t.source, t.title, t.day, r) for t, r in zip(self._told, readings, strict=True)]
        return {pair for pair in self._near(readings) if not judge(told[pair[0]], told[pair[1]]).why_not}

    def _near(self, readings: list[Reading]) -> Iterator[tuple[int, int]]:
        lists: dict[int, list[int]] = defaultdict(list)
        for n, reading in enumerate(readings):
            if not self._columns[n]:
                for run in reading.sample[0]:
                    lists[run].append(n)
        shared = Counter(pair for listed in lists.values() for pair in combinations(listed[: copies.KEPT], 2))
        for (one, other), count in shared.items():
            small = min((len(readings[n].runs), readings[n].sample[1]) for n in (one, other))
            if count >= copies._enough(*small):
                yield one, other


SWEPT: tuple[tuple[object, str, tuple[float, ...]], ...] = (
    (likeness, "COPY", (0.3, 0.4, 0.45, 0.5, 0.6, 0.7)),
    (likeness, "FEW", (0, 20, 40, 60, 100)),
    (likeness, "INNER", (0.0, 0.15, 0.3, 0.45)),
    (likeness, "UNQUOTED", (0.0, 0.2, 0.35, 0.5)),
    (likeness, "REPLACED", (0.2, 0.35, 0.5, 0.8, 1.1)),
    (copies, "ISSUES", (2, 3, 5, 10**6)),
    (shingles, "WINDOW", (7, 15, 31, 63)),
    (copies, "PART", (0.1, 0.2, 0.3, 0.4)),
)
"""Thresholds, each tried alone."""


def sweep(corpus: Corpus) -> Iterator[dict[str, object]]:
    """One row a value."""
    for module, name, values in SWEPT:
        was = getattr(module, name)
        for value in values:
            setattr(module, name, value)
            told = score(corpus, Decided(corpus).found())
            taken = {why: hit for why, (hit, _) in told["negatives"].items() if hit}  # type: ignore[attr-defined]
            yield {"name": name, "value": value, "recall": told["recall"], "false": told["false"], "alike": taken}
        setattr(module, name, was)


def results(seeds: Iterable[int], generators: Iterable[str], size: int) -> Iterator[dict[str, object]]:
    """One row a corpus, each through an archive of its own."""
    for generator in generators:
        for seed in seeds:
            corpus = Corpus(seed, generator, size)
            with tempfile.TemporaryDirectory() as folder:
                found = filled(corpus, Path(folder) / "archive.db")
            yield {"generator": generator, "seed": seed} | score(corpus, found)


def main() -> None:
    """Measure and print, one JSON object a line."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.copies_found", description=__doc__)
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3])
    parser.add_argument("--generators", nargs="+", default=list(WRITERS))
    parser.add_argument("--size", type=int, default=5200)
    parser.add_argument("--thresholds", action="store_true", help="try other thresholds on the first seed")
    told = parser.parse_args()
    rows = (
        sweep(Corpus(told.seeds[0], told.generators[0], told.size))
        if told.thresholds
        else results(told.seeds, told.generators, told.size)
    )
    for row in rows:
        print(json.dumps(row, ensure_ascii=False), flush=True)


if __name__ == "__main__":
    main()
