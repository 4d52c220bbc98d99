"""Which articles and pages are taken, and in which order."""

from pathlib import Path

import pytest

from archive.choice import Choice
from archive.errors import Published
from archive.exports.selection import Order, Picked, Selection, articles, pages
from archive.facts import Cleaned, Page
from archive.frontier import Frontier
from archive.publish import publish
from archive.query import EmptyQuery
from archive.store import Archive
from tests.conftest import record
from tests.stock import PAPER, ROOT, SOURCES, keep, page, section


def names(archive: Archive, picked: Picked) -> list[str]:
    of = {row["id"]: row["article"].partition(":")[2] for row in archive.rows("SELECT id, article FROM articles")}
    found = [of[number] for number in picked]
    assert len(found) == len(picked)
    return found


def chosen(archive: Archive, order: Order = "time", limit: int | None = None, **asked: object) -> list[str]:
    return names(archive, articles(archive, Selection(**asked), order, limit))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("order", "expected"),
    [("time", ["2", "1", "4", "3"]), ("newest", ["1", "4", "2", "3"]), ("paper", ["2", "1", "4", "3"])],
)
def test_the_order_is_the_time_of_publication_then_the_identity(
    filled: Archive, order: Order, expected: list[str]
) -> None:
    assert chosen(filled, order) == expected and chosen(filled, order, limit=2) == expected[:2]


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({"query": "doi ngoai"}, ["1"]),
        ({"query": "đoi ngoai", "exact": True}, []),
        ({"query": "đối ngoại", "exact": True}, ["1"]),
        ({"query": "  "}, ["2", "1", "4", "3"]),
        ({"choice": Choice(since="2025-02-01")}, ["1", "4"]),
        ({"choice": Choice(until="2025-01-31")}, ["2"]),
        ({"choice": Choice(author="lo van song")}, ["2"]),
        ({"query": "dan", "choice": Choice(section="doi song")}, []),
        ({"query": "ma vung", "choice": Choice(section="doi song", source="songnews")}, ["4"]),
        ({"choice": Choice(topic="doi-ngoai")}, ["1"]),
    ],
)
def test_all_that_is_asked_has_to_hold(filled: Archive, asked: dict[str, object], expected: list[str]) -> None:
    filled.conn.execute(
        "INSERT INTO topical SELECT 'doi-ngoai', id, 1.5, '[]' FROM articles WHERE article = 'songnews:1'"
    )
    assert chosen(filled, **asked) == expected


def test_no_word_is_no_question(filled: Archive) -> None:
    with pytest.raises(EmptyQuery):
        articles(filled, Selection(query='"-"'))


def test_more_hits_than_a_search_ranks_are_all_taken(filled: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("MANY", "RECENT", "HEAVY"):
        monkeypatch.setattr(f"archive.ranking.{name}", 1)
    assert len(chosen(filled, query="dan")) == 3


def urls(archive: Archive, picked: Picked) -> list[tuple[str, str, int]]:
    """Path, hour and status of the pages."""
    found = []
    for number in picked:
        (row,) = archive.rows("SELECT url, fetched_at, status FROM pages WHERE id = ?", (number,))
        found.append((row["url"].removeprefix(ROOT), row["fetched_at"][:13], row["status"]))
    assert len(found) == len(picked)
    return found


@pytest.fixture
def visited(archive: Archive) -> Archive:
    """Two articles; the first visited again and found unchanged, moved from elsewhere, and known by another name."""
    keep(archive, section(1, 2), page(1), page(2), page(1, 2))
    unchanged = Page(url=f"{ROOT}/bai-1.html", fetched_at="2025-03-14T00:00:00+07:00", body=b"", status=304)
    moved = Page(url=f"{ROOT}/cu-1.html", fetched_at="2025-03-01T00:00:00+07:00", body=b"", status=301)
    old = Page(url=f"{ROOT}/hai-1.html", fetched_at="2025-03-02T00:00:00+07:00", body=b"x")
    numbers = [archive.keep_page(PAPER, one) for one in (unchanged, moved, old)]
    (identity,) = {row["article"] for row in archive.rows("SELECT article FROM articles WHERE url LIKE '%bai-1.html'")}
    put = "INSERT INTO frontier (key, url, source, host, kind, priority, added, hints, article) VALUES"
    archive.conn.execute(f"{put} (?, ?, 'sample', 'h', 'article', 1, 0, '{{}}', ?)", (moved.url, moved.url, identity))
    archive.put_cleaning(numbers[2], "c1", Cleaned(output=record(9, "Cũ"), article="sample:cu"))
    archive.conn.execute("INSERT INTO aliases VALUES ('sample:cu', ?, 'canonical')", (identity,))
    return archive


def test_a_whole_archive_is_every_page_of_every_kind_as_they_came(visited: Archive) -> None:
    found = urls(visited, pages(visited, Selection()))
    assert len(found) == 7 and ("/tin", "2025-03-10T00", 200) in found
    assert [hour for _, hour, _ in found] == sorted(hour for _, hour, _ in found)


def test_of_chosen_articles_all_visits_are_taken_under_every_name_and_address(visited: Archive) -> None:
    found = urls(visited, pages(visited, Selection(query='"bản số 1"')))
    assert found == [
        ("/cu-1.html", "2025-03-01T00", 301), ("/hai-1.html", "2025-03-02T00", 200),
        ("/bai-1.html", "2025-03-11T01", 200), ("/bai-1.html", "2025-03-12T01", 200),
        ("/bai-1.html", "2025-03-14T00", 304),
    ]  # fmt: skip


def test_a_claim_that_is_not_borne_out_takes_nothing_along(visited: Archive) -> None:
    visited.conn.execute("UPDATE aliases SET why = 'claimed'")
    assert "/hai-1.html" not in [url for url, *_ in urls(visited, pages(visited, Selection(query='"bản số 1"')))]


def test_further_pages_of_an_article_are_taken(visited: Archive) -> None:
    (second,) = visited.rows("SELECT id FROM pages WHERE url LIKE '%bai-2.html'")
    visited.conn.execute(
        "INSERT INTO parts SELECT id, 1, 2, ?, 'c' FROM articles WHERE url LIKE '%bai-1.html'", (second["id"],)
    )
    assert "/bai-2.html" in [url for url, *_ in urls(visited, pages(visited, Selection(query='"bản số 1"')))]


def test_nothing_is_written_to_an_archive_that_may_only_be_read(visited: Archive) -> None:
    with Archive(visited.path, write=False) as reading, reading.reading():
        before = reading.conn.execute("PRAGMA main.data_version").fetchone()
        assert len(pages(reading, Selection())) == 7 and len(articles(reading, Selection())) == 2
        assert reading.conn.execute("PRAGMA main.data_version").fetchone() == before


def test_a_published_copy_has_articles_and_no_pages(visited: Archive, tmp_path: Path) -> None:
    Frontier(visited, SOURCES)
    publish(visited, tmp_path / "public.db")
    with Archive(tmp_path / "public.db", write=False) as copy:
        assert len(articles(copy, Selection())) == 2
        with pytest.raises(Published):
            pages(copy, Selection())
