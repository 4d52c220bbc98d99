"""Marks, excerpts, copies folded together, what belongs to an article, and how stories spread."""

import pytest

from archive.choice import Choice
from archive.derive import rebuild
from archive.marks import excerpt, spans
from archive.overview import overview
from archive.query import parse
from archive.reading import reading
from archive.search import find, search
from archive.spread import spreads
from archive.store import Archive
from config.sources import Sources
from tests.conftest import Visit, record

KINDS = {(2, 1): "whole", (3, 2): "trimmed", (4, 1): "roundup", (5, 1): "part"}


@pytest.fixture
def copied(archive: Archive, sources: Sources, visit: Visit) -> Archive:
    """Six articles on one subject; the second is a copy of the first, the third of the second; two hold parts of it."""
    for n in range(1, 7):
        made = record(n, f"Bến đò số {n}", "Dẫn.", f"Đoạn {n}.", published=f"2025-03-0{n}T07:00:00+07:00")
        visit(made, f"2025-03-10T0{n}:00:00+07:00")
    rebuild(archive, sources)
    for (copy, original), kind in KINDS.items():
        archive.conn.execute(
            "INSERT INTO copies VALUES (?, ?, 'published', 24.0, ?, 0.9, 0.8, 100, NULL, NULL, ?)",
            (copy, original, kind, int(copy == 5)),
        )
    archive.conn.execute("UPDATE articles SET source = 'bao' || id")
    return archive


def numbers(archive: Archive, **more: object) -> list[tuple[str, list[str]]]:
    hits = find(archive, "bến đò", **more).hits  # type: ignore[arg-type]
    return [(hit.article, [one.article for one in hit.copies]) for hit in hits]


def test_copies_are_folded_into_what_comes_first(copied: Archive) -> None:
    assert numbers(copied, order="oldest", folded=True) == [
        ("songnews:1", ["songnews:2", "songnews:3"]), ("songnews:4", []), ("songnews:5", []), ("songnews:6", []),
    ]  # fmt: skip
    newest = numbers(copied, order="newest", folded=True)
    assert newest[-1] == ("songnews:3", ["songnews:2", "songnews:1"])
    found = find(copied, "bến đò", folded=True, size=2, page=2)
    assert (found.articles, found.shown, found.pages, len(found.hits)) == (6, 4, 2, 2)
    assert len(numbers(copied)) == 6 and not any(copies for _, copies in numbers(copied))


def test_what_tells_who_was_first(copied: Archive) -> None:
    told = spreads(copied)
    assert [(one.article, one.papers) for one in told] == [("songnews:1", 3)]
    assert [(copy.source, copy.delay, copy.kind) for copy in told[0].copies] == [
        ("bao2", 24.0, "whole"), ("bao4", 24.0, "roundup"),
    ]  # fmt: skip
    copied.conn.execute("INSERT INTO topics VALUES ('ben', 'Bến', '', '{}', '')")
    assert spreads(copied, Choice(topic="ben")) == []
    copied.conn.execute("INSERT INTO topical VALUES ('ben', 4, 2.5, '[[\"bến đò\", 2.5, \"title\"]]')")
    assert [one.article for one in spreads(copied, Choice(topic="ben"))] == ["songnews:1"]


def test_an_article_with_all_that_belongs_to_it(copied: Archive) -> None:
    copied.conn.execute("INSERT INTO topics VALUES ('ben', 'Bến', '', '{}', '')")
    copied.conn.execute("INSERT INTO topical VALUES ('ben', 2, 2.5, '[[\"bến đò\", 2.5, \"title\"]]')")
    found = reading(copied, "songnews:2")
    assert found is not None
    roles = [(one.article, one.role, one.share) for one in found.copies]
    assert roles == [("songnews:1", "first", 0.9), ("songnews:3", "later", 0.8)]
    assert [(one.title, one.phrases) for one in found.topics] == [("Bến", ["bến đò"])]
    assert [state.n for state in found.states] == [1] and len(found.page.sha256) == 64
    assert reading(copied, "songnews:9") is None


def test_the_archive_at_a_glance(copied: Archive) -> None:
    told = overview(copied)
    assert (told.articles, told.first_day, told.last_day, told.undated) == (6, "2025-03-01", "2025-03-06", 0)
    assert [one.name for one in told.papers] == [f"bao{n}" for n in range(1, 7)]
    assert [one.articles for one in told.days] == [1] * 6 and told.run is None and told.bytes > 0


@pytest.mark.parametrize("kind", [{}, {"source": "bao3"}, {"since": "2025-03-03"}, {"until": "2025-03-02"},
                                  {"since": "2025-03-02", "until": "2025-03-04", "source": "bao2"}])  # fmt: skip
def test_both_ways_of_searching_choose_the_same(copied: Archive, kind: dict[str, str]) -> None:
    choice = Choice(**kind)
    few = {hit.article for hit in search(copied, "ben do", choice=choice)}
    assert few == {hit.article for hit in find(copied, "ben do", choice=choice).hits}
    assert few


@pytest.mark.parametrize(
    ("query", "marked"),
    [
        ("doi ngoai", ["Đối", "ngoại", "ngoài"]),
        ("đối", ["Đối"]),
        ('"đối ngoại"', ["Đối, ngoại"]),
        ('"doi ngoai"', ["Đối, ngoại"]),
        ("hoà", ["hòa"]),
        ("ly", ["lí"]),
        ("ngoạ*", ["ngoại"]),
        ("nga* đối ngoại", ["Đối", "ngoại", "ngành"]),
        ("-đối hòa", ["hòa"]),
        ("xyz", []),
    ],
)
def test_what_is_marked(query: str, marked: list[str]) -> None:
    text = "Đối, ngoại và ngoài ngành, hòa cùng lí lẽ."
    assert [text[start:end] for start, end in spans(text, parse(query))] == marked


def test_an_excerpt_is_where_most_words_stand_and_cuts_none() -> None:
    text = "Ngoại ô vắng. " * 30 + "Công tác đối ngoại của Đảng được bàn ở bến đò. " + "Kết thúc. " * 40
    cut = excerpt(text, ("doi", "ngoai", "dang"))
    assert "đối ngoại của Đảng" in cut
    words = set(text.split())
    assert all(word in words for word in cut.strip("…").split())
    assert excerpt("ngắn", ("x",)) == "ngắn" and excerpt("", ()) == ""
    assert len(excerpt("a" * 5000, ("b",))) < 400
