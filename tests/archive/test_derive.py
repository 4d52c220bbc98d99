import random
from functools import partial

import pytest

from archive.cleaners import differing, put_in_force
from archive.derive import content_sha, derive_article, rebuild
from archive.facts import Cleaned, Drop, DropNote, Link, Page
from archive.store import Archive
from archive.together import together
from config.sources import Sources
from tests.conftest import Visit, record

DERIVED = ("articles", "revisions", "links")
FOUND = "SELECT rowid FROM articles_fts WHERE articles_fts MATCH ? ORDER BY rowid"
SEGMENTS = "SELECT count(DISTINCT segid) FROM articles_fts_idx"


def dump(archive: Archive) -> dict[str, list[dict[str, object]]]:
    return {table: list(archive.rows(f"SELECT * FROM {table} ORDER BY 1, 2")) for table in DERIVED}


def test_a_change_of_the_paper_is_a_revision(archive: Archive, sources: Sources, visit: Visit) -> None:
    first, second = record(1, "Tít", "Dẫn.", "Có 12 người."), record(1, "Tít", "Dẫn.", "Có 13 người.")
    pages = [visit(first, f"2025-03-10T0{n}:00:00+07:00") for n in (1, 2)]
    pages.append(visit(second, "2025-03-10T03:00:00+07:00"))
    derive_article(archive, "songnews:1", sources)
    got = [(r["n"], r["first_page"], r["last_page"]) for r in archive.rows("SELECT * FROM revisions ORDER BY n")]
    assert got == [(1, pages[0], pages[1]), (2, pages[2], pages[2])]
    article = next(archive.rows("SELECT * FROM articles"))
    assert (article["revisions"], article["text"]) == (2, "Dẫn.\n\nCó 13 người.")


@pytest.mark.parametrize(
    "change", [{"tags": ["mới"]}, {"section": ["Khác"]}, {"modified": "2025-03-02T00:00:00+07:00"}, {"url": "x"}]
)
def test_a_change_beside_the_text_is_none(change: dict[str, object]) -> None:
    assert content_sha(record(1, "Tít")) == content_sha(record(1, "Tít", **change))


@pytest.mark.parametrize("field", ["kicker", "title", "lead", "captions", "authors", "credit", "published"])
def test_what_the_paper_says_counts(field: str) -> None:
    value = ["khác"] if field in ("captions", "authors") else "khác"
    fields: dict[str, object] = {"title": "Tít"} | {field: value}
    assert content_sha(record(1, **fields)) != content_sha(record(1, "Tít"))  # type: ignore[arg-type]


def test_a_date_that_only_a_feed_gave_makes_no_revision() -> None:
    one = record(1, "Tít", published="2025-03-01T00:00:00+07:00", published_from="feed")
    assert content_sha(one) == content_sha(record(1, "Tít", published=None, published_from=None))


def test_a_relative_date_makes_no_revision() -> None:
    one, two = (record(1, "Tít", published=f"2025-03-10T0{n}:00:00+07:00", published_raw="2 giờ trước") for n in (1, 2))
    assert content_sha(one) == content_sha(two)


def test_another_layout_at_another_url_is_one_change_at_most(archive: Archive, sources: Sources, visit: Visit) -> None:
    """A mobile page that reads a little differently, visited in turn with the article's own."""
    for n in range(6):
        mobile = record(1, "Tít", "Dẫn.", "Bản m.", url="https://m.song.example.vn/bai-1.html")
        visit(mobile if n % 2 else record(1, "Tít", "Dẫn.", "Bản chính."), f"2025-03-10T0{n}:00:00+07:00")
    derive_article(archive, "songnews:1", sources)
    assert [r["revisions"] for r in archive.rows("SELECT * FROM articles")] == [2]


def test_a_block_never_hides_a_good_revision(archive: Archive, sources: Sources, visit: Visit) -> None:
    visit(record(1, "Tít"), "2025-03-10T01:00:00+07:00")
    url = record(1, "").url
    stub = archive.keep_page("songnews", Page(url=url, fetched_at="2025-03-10T02:00:00+07:00", body=b"stub"))
    blocked = Cleaned(output=Drop(url=url, drop=DropNote("blocked")), article="songnews:1")
    archive.put_cleaning(stub, "c1", blocked)
    derive_article(archive, "songnews:1", sources)
    assert [r["revisions"] for r in archive.rows("SELECT * FROM articles")] == [1]


def test_arrival_order_does_not_matter(archive: Archive, sources: Sources, visit: Visit) -> None:
    """Pages that arrive shuffled, derived one by one, give what a rebuild gives."""
    rng = random.Random(7)
    visits = [(n, at) for n in (1, 2, 3) for at in range(6)]
    rng.shuffle(visits)
    for n, at in visits:
        visit(record(n, f"Tít {n}", "Dẫn.", f"Bản {at // 2}"), f"2025-03-10T0{at}:00:00+07:00")
        derive_article(archive, f"songnews:{n}", sources)
    live = [
        {k: v for k, v in row.items() if k != "id"} for row in archive.rows("SELECT * FROM articles ORDER BY article")
    ]
    rebuild(archive, sources)
    again = [
        {k: v for k, v in row.items() if k != "id"} for row in archive.rows("SELECT * FROM articles ORDER BY article")
    ]
    assert live == again
    assert [r["revisions"] for r in live] == [3, 3, 3]


def test_rebuilding_twice_gives_the_same_rows(archive: Archive, sources: Sources, visit: Visit) -> None:
    for n in (3, 1, 2):
        visit(record(n, f"Tít {n}"), f"2025-03-10T0{n}:00:00+07:00")
    assert rebuild(archive, sources) == 3
    first = dump(archive)
    rebuild(archive, sources)
    assert dump(archive) == first
    assert [r["article"] for r in first["articles"]] == ["songnews:1", "songnews:2", "songnews:3"]


def test_a_rebuild_that_fails_changes_nothing(archive: Archive, sources: Sources, visit: Visit) -> None:
    visit(record(1, "Tít"), "2025-03-10T01:00:00+07:00")
    rebuild(archive, sources)
    before = dump(archive)

    def explode(done: int, total: int) -> None:
        raise RuntimeError

    with pytest.raises(RuntimeError):
        rebuild(archive, sources, explode)
    assert dump(archive) == before
    assert list(archive.rows("SELECT rowid FROM articles_fts WHERE articles_fts MATCH 'tít'"))


def test_only_the_cleaner_in_force_is_shown(archive: Archive, sources: Sources, visit: Visit) -> None:
    page = visit(record(1, "Cũ"), "2025-03-10T01:00:00+07:00")
    archive.put_cleaning(page, "c2", Cleaned(output=record(1, "Mới", cleaner="c2"), article="songnews:1"))
    for cleaner, title in (("c1", "Cũ"), ("c2", "Mới"), ("c1", "Cũ")):
        put_in_force(archive, "songnews", cleaner, differing(archive, "songnews", cleaner))
        rebuild(archive, sources)
        assert [(r["title"], r["revisions"]) for r in archive.rows("SELECT * FROM articles")] == [(title, 1)]


def test_links_name_their_target_before_it_is_here(archive: Archive, sources: Sources, visit: Visit) -> None:
    page = visit(record(1, "Tít"), "2025-03-10T01:00:00+07:00")
    links = (
        Link("https://song.example.vn/khac-2.html", "Khác"),
        Link("https://ngoai.example.com/x", "Ngoài", "inline"),
    )
    archive.put_cleaning(page, "c1", Cleaned(output=record(1, "Tít"), article="songnews:1", links=links))
    rebuild(archive, sources)
    got = [(r["kind"], r["target"]) for r in archive.rows("SELECT * FROM links ORDER BY n")]
    assert got == [("related", "songnews:2"), ("inline", None)]


def test_midnight_belongs_to_the_vietnamese_day(archive: Archive, sources: Sources, visit: Visit) -> None:
    """SQLite's date() would turn 00:30+07:00 into the day before."""
    visit(record(1, "Tít", published="2021-01-28T00:30:00+07:00"), "2025-03-10T01:00:00+07:00")
    rebuild(archive, sources)
    assert [r["published_day"] for r in archive.rows("SELECT * FROM articles")] == ["2021-01-28"]


def test_links_keep_kind_and_place_and_only_those_to_articles_have_a_target(
    archive: Archive, sources: Sources, visit: Visit
) -> None:
    made, root = record(1, "Tít"), "https://song.example.vn"
    links = (
        Link(f"{root}/bai-2.html", "Hai", "related", ".box"),
        Link(f"{root}/bai-2.html", "hai", "inline", "paragraph 3"),
        Link(f"{root}/the-7.html", "thẻ", "tag", ".tags"),
        Link(f"{root}/chu-de-8.html", "Chủ đề", "topic", ".topic"),
        Link("https://ngoai.example.com/", "Ngoài", "inline"),
    )
    page = visit(made, "2025-03-10T01:00:00+07:00")
    archive.put_cleaning(page, "c1", Cleaned(output=made, article="songnews:1", links=links))
    derive_article(archive, "songnews:1", sources)
    rows = archive.conn.execute("SELECT n, kind, title, target, place FROM links ORDER BY n").fetchall()
    assert rows == [
        (1, "related", "Hai", "songnews:2", ".box"),
        (2, "inline", "hai", "songnews:2", "paragraph 3"),
        (3, "tag", "thẻ", None, ".tags"),
        (4, "topic", "Chủ đề", None, ".topic"),
        (5, "inline", "Ngoài", None, None),
    ]
    wished = [(row["target"], row["links"], row["kinds"]) for row in archive.rows("SELECT * FROM wishes")]
    assert wished == [("songnews:2", 2, "related,inline")]
    visit(record(2, "Hai"), "2025-03-10T02:00:00+07:00")
    derive_article(archive, "songnews:2", sources)
    assert not list(archive.rows("SELECT * FROM wishes"))


def found(archive: Archive, word: str) -> list[int]:
    archive.conn.execute("INSERT INTO articles_fts (articles_fts, rank) VALUES ('integrity-check', 1)")
    assert not list(archive.rows("SELECT * FROM unindexed"))
    return [number for (number,) in archive.conn.execute(FOUND, (word,))]


def test_articles_of_one_transaction_are_indexed_as_one_segment(
    archive: Archive, sources: Sources, visit: Visit
) -> None:
    """Every small segment is merged with others later, which took half of an article's indexing."""
    works = []
    for n in range(1, 4):
        visit(record(n, f"Tít {n}", f"Chữ{n} chung."), "2025-03-10T01:00:00+07:00")
        works.append(partial(derive_article, archive, f"songnews:{n}", sources))
    assert together(archive, works) == [None] * 3
    assert archive.conn.execute(SEGMENTS).fetchone() == (1,)
    assert found(archive, "chung") == [1, 2, 3] and found(archive, "chữ2") == [2]


def test_an_article_that_changes_in_the_transaction_it_came_in_is_indexed_once(
    archive: Archive, sources: Sources, visit: Visit
) -> None:
    with archive.transaction():
        for n, word in enumerate(("cũ", "mới", "mớinhất"), 1):
            visit(record(1, "Tít", word), f"2025-03-10T0{n}:00:00+07:00")
            derive_article(archive, "songnews:1", sources)
    assert (found(archive, "cũ"), found(archive, "mới"), found(archive, "mớinhất")) == ([], [], [1])
    visit(record(1, "Tít", "sau"), "2025-03-10T04:00:00+07:00")
    derive_article(archive, "songnews:1", sources)
    assert (found(archive, "mớinhất"), found(archive, "sau")) == ([], [1])


def test_an_article_that_goes_in_the_transaction_it_came_in_leaves_no_words(
    archive: Archive, sources: Sources, visit: Visit
) -> None:
    with archive.transaction():
        page = visit(record(1, "Tít", "chữ"), "2025-03-10T01:00:00+07:00")
        derive_article(archive, "songnews:1", sources)
        archive.conn.execute("DELETE FROM cleanings WHERE page = ?", (page,))
        derive_article(archive, "songnews:1", sources)
    assert found(archive, "chữ") == [] and not list(archive.rows("SELECT * FROM articles_fts_docsize"))


def test_what_is_rolled_back_is_not_indexed(archive: Archive, sources: Sources, visit: Visit) -> None:
    with pytest.raises(RuntimeError), archive.transaction():
        visit(record(1, "Tít", "chữ"), "2025-03-10T01:00:00+07:00")
        derive_article(archive, "songnews:1", sources)
        raise RuntimeError
    assert found(archive, "chữ") == []
    visit(record(2, "Tít", "khác"), "2025-03-10T01:00:00+07:00")
    derive_article(archive, "songnews:2", sources)
    assert found(archive, "khác") == [1]
