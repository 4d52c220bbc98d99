"""Copies in the generated newsroom: what docs/copies.md measures on the whole of it, held on small ones."""

from pathlib import Path

import pytest

from archive.derive import rebuild
from archive.store import Archive
from tests.archive.told import pairs as rows
from tests.bench.copies_found import Decided, filled, pairs, score
from tests.corpus import records
from tests.corpus.corpus import WRITERS, Corpus

RECALL, SIZE = 0.97, 600


@pytest.mark.parametrize("generator", WRITERS)
@pytest.mark.parametrize("seed", [11, 12])
def test_copies_are_found_and_nothing_else(seed: int, generator: str) -> None:
    corpus = Corpus(seed, generator, SIZE)
    told = score(corpus, Decided(corpus).found())
    assert told["pairs"] > 100 and told["recall"] >= RECALL, told  # type: ignore[operator]
    assert told["false"] == 0, told
    assert all(hit == 0 for hit, _ in told["negatives"].values()), told  # type: ignore[attr-defined]


def test_an_archive_finds_what_the_pure_part_decides(tmp_path: Path) -> None:
    corpus = Corpus(13, size=300)
    path = tmp_path / "archive.db"
    found = filled(corpus, path)
    told = score(corpus, found)
    assert told["recall"] >= RECALL and told["false"] == 0  # type: ignore[operator]
    with Archive(path) as archive:
        live = rows(archive)
        rebuild(archive, records.declared(corpus))
        assert rows(archive) == live and pairs(archive, corpus) == found
