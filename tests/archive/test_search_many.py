"""Searches that more articles answer than are worth weighing: newest first, without reading every hit."""

import pytest

import archive.ranking as searching
from archive.choice import Choice
from archive.derive import rebuild
from archive.search import search
from archive.store import Archive
from config.sources import Sources
from tests.conftest import Visit, record

TEXTS = {
    1: ("Năm mới", "Năm năm năm năm, năm nào cũng năm.", "2025-01-09"),
    2: ("Chợ phiên", "Họp cả năm, bán khoai, khoai và khoai.", "2025-01-02"),
    3: ("Chợ nổi", "Một năm hai mùa, bán khoai và sắn.", "2025-01-03"),
    4: ("Nam sinh đi thi", "Thi xong về quê bán sắn.", "2025-01-04"),
    5: ("Ban nhac", "Dem dien vien nam, ban het ve.", "2025-01-05"),
    6: ("Gió mùa", "Rét từ năm ngoái, dừng bán.", "2025-01-01"),
    7: ("Bán nấm", "Nấm rơm, nấm mèo, khoai.", "2025-01-06"),
    8: ("Trại hè", "Bán vé cho hai năm tới.", None),
}


@pytest.fixture
def filled(archive: Archive, sources: Sources, visit: Visit) -> Archive:
    for n, (title, text, day) in TEXTS.items():
        published = f"{day}T07:00:00+07:00" if day else None
        visit(record(n, title, "Dẫn.", text, published=published), f"2025-03-10T0{n}:00:00+07:00")
    rebuild(archive, sources)
    return archive


def numbers(archive: Archive, query: str, many: int = 3, **more: object) -> list[int]:
    found = search(archive, query, many=many, **more)  # type: ignore[arg-type]
    return [int(hit.url.rsplit("-", 1)[1].removesuffix(".html")) for hit in found]


@pytest.mark.parametrize(
    ("query", "order"),
    [
        ("năm", [1, 3, 2, 6, 8]),  # in the title, then the latest published; undated ones last
        ("nam", [4, 5, 1, 7, 3, 2, 6, 8]),  # as typed (4 in the title), then in titles, then the rest
        ("ban", [5, 7, 4, 3, 2, 6, 8]),
        ("ban năm", [3, 2, 6, 8]),
        ('"bán khoai" OR', []),
    ],
)
def test_what_many_articles_answer_comes_newest_first(filled: Archive, query: str, order: list[int]) -> None:
    assert numbers(filled, query) == order


def test_what_few_articles_answer_comes_best_first(filled: Archive) -> None:
    assert numbers(filled, "khoai", many=3) == numbers(filled, "khoai") == [2, 7, 3]
    assert numbers(filled, "khoai", many=2) == [7, 3, 2]


@pytest.mark.parametrize("query", ["nam", "năm", "ban -khoai", "nam -sinh", '"ban het"', "năm bán", '"nam moi"', "hè"])
@pytest.mark.parametrize("exact", [False, True])
def test_either_way_finds_the_same_articles(filled: Archive, query: str, exact: bool) -> None:
    best, newest = (numbers(filled, query, many=many, exact=exact) for many in (5000, 0))
    assert sorted(best) == sorted(newest)
    assert len(set(newest)) == len(newest)


def test_an_answer_to_many_is_cut_and_kept_to_one_paper(filled: Archive) -> None:
    assert numbers(filled, "nam", limit=4) == [4, 5, 1, 7]
    assert numbers(filled, "nam", choice=Choice(source="songnews"), limit=2) == [4, 5]
    assert numbers(filled, "nam", choice=Choice(source="other")) == []


def told(archive: Archive, query: str, many: int) -> list[str]:
    """The statements that a search runs."""
    statements: list[str] = []
    archive.conn.set_trace_callback(statements.append)
    try:
        numbers(archive, query, many=many)
    finally:
        archive.conn.set_trace_callback(None)
    return statements


@pytest.mark.parametrize("query", ["nam", "năm", "nam ban", "năm -khoai"])
def test_many_hits_are_never_all_read(filled: Archive, query: str) -> None:
    statements = told(filled, query, many=2)
    assert not [s for s in statements if "bm25" in s]
    reading = [s for s in statements if "articles_fts MATCH" in s]
    assert reading
    assert all("ORDER BY rowid DESC LIMIT" in s or "rowid >" in s for s in reading)


def test_only_the_latest_of_many_hits_are_looked_at(filled: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(searching, "RECENT", 2)
    assert numbers(filled, "năm", limit=2) == [6, 8]


def test_older_hits_are_read_only_where_the_newest_are_too_few(
    filled: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(searching, "HEAVY", 3)
    assert numbers(filled, "nam", limit=3) == [7, 6, 8]
    assert numbers(filled, "nam", limit=4) == [4, 5, 1, 7]
    assert numbers(filled, "nam", many=5000, limit=2) == [4, 5]


def test_common_words_weigh_nothing_beside_a_rare_one(filled: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(searching, "SAMPLE", 4)
    statements = [s for s in told(filled, "khoai ban", many=3) if "bm25" in s]
    assert len(statements) == 1
    assert "khoai" in statements[0] and "ban" not in statements[0].split("ORDER BY")[0]
    assert numbers(filled, "khoai ban") == [2, 7, 3]


def test_a_phrase_of_common_words_alone_is_read_once(filled: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(searching, "SAMPLE", 4)
    monkeypatch.setattr(searching, "HEAVY", 1)
    statements = told(filled, '"bán khoai"', many=3)
    whole = [s for s in statements if '"ban khoai"' in s and "json_each" not in s and "rowid >" not in s]
    assert len(whole) == 1
    assert not [s for s in statements if "bm25" in s]
    assert numbers(filled, '"bán khoai"') == [3, 2]
