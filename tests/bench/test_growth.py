"""The growth bench where it costs nothing: the same articles whatever the steps, and an answer of each kind."""

from pathlib import Path

import pytest

from archive.store import Archive
from tests.bench import latency
from tests.bench.curves import PARTS, page
from tests.bench.grow import grow, held, seed_of
from tests.bench.invented import articles


def grown(path: Path, *sizes: int) -> list[tuple[str, str, int]]:
    with Archive(path) as archive:
        for size in sizes:
            grow(archive, seed_of(archive, 3), size, lambda done: None)
        assert held(archive) == sizes[-1]
        return archive.conn.execute("SELECT url, text, revisions FROM articles ORDER BY id").fetchall()


def test_a_file_that_holds_fewer_goes_on_where_it_was(tmp_path: Path) -> None:
    there = grown(tmp_path / "steps.db", 25, 70)
    made = list(articles(3, range(70)))
    assert [(url, revisions) for url, _, revisions in there] == [(v[0][1].url, len(v)) for v in made]
    assert [text for _, text, _ in there] == [v[-1][2].output.text for v in made]  # type: ignore[union-attr]


def test_every_kind_is_asked_and_shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(latency, "ASKED", 4)
    path = tmp_path / "small.db"
    grown(path, 60)
    with Archive(path, write=False) as archive:
        result = latency.measure(archive, path, 3, 60) | {"rate": 100.0}
    text = page([result])
    for kind in result["waits"]:  # type: ignore[attr-defined]
        assert kind in text
    assert all(result["parts"][part] for part in PARTS)  # type: ignore[index]
