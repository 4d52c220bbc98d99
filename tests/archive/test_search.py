import subprocess
import sys
from pathlib import Path

import pytest

from archive.choice import Choice
from archive.derive import rebuild
from archive.marks import excerpt
from archive.search import EmptyQuery, parse, search
from archive.store import Archive
from config.sources import Sources
from tests.conftest import Visit, record

TITLES = {
    1: "Công tác đối ngoại Đảng năm 2025",
    2: "Nằm viện ba ngày vì ăn nấm",
    3: "Hoà bình ở thung lũng",
    4: "Học môn vật lí bằng trò chơi",
    5: "Dang dở một mùa doi",
    6: "Tối nay mưa, ngoài đồng hoa nở",
    7: "Uỷ ban họp bàn thuỷ lợi cùng bác sỹ Mỹ",
}


@pytest.fixture
def filled(archive: Archive, sources: Sources, visit: Visit) -> Archive:
    for n, title in TITLES.items():
        visit(record(n, title, "Đoạn dẫn.", "Đoạn hai của bài."), f"2025-03-10T0{n}:00:00+07:00")
    rebuild(archive, sources)
    return archive


def found(archive: Archive, query: str, **more: bool) -> list[str | None]:
    return [hit.title for hit in search(archive, query, **more)]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("query", "numbers"),
    [
        ("đối ngoại Đảng", [1]),
        ("doi ngoai dang", [1]),
        ("đoi ngoai", [1]),
        ("nằm", [2]),
        ("năm", [1]),
        ("hòa bình", [3]),
        ("hoà bình", [3]),
        ("vật lý", [4]),
        ('"đối ngoại"', [1]),
        ('"đối ngoai"', [1]),
        ('"ủy ban họp bàn thủy lợi"', [7]),
        ('"bác sĩ Mĩ"', [7]),
        ('"ngoai doi"', []),
        ('dang "mùa doi"', [5]),
        ("xyz", []),
    ],
)
def test_words_find_what_they_mean(filled: Archive, query: str, numbers: list[int]) -> None:
    assert found(filled, query) == [TITLES[n] for n in numbers]


def test_what_holds_the_words_as_typed_comes_first(filled: Archive) -> None:
    assert found(filled, "dang doi") == [TITLES[5], TITLES[1]]


def test_a_minus_excludes(filled: Archive) -> None:
    assert found(filled, "nam -viện") == [TITLES[1]]


def test_exact_drops_the_readings_without_marks(filled: Archive) -> None:
    assert found(filled, "doi ngoai", exact=True) == []
    assert found(filled, "doi", exact=True) == [TITLES[5]]


@pytest.mark.parametrize("query", ['"', "AND", "a OR", "(", "*", "NEAR(a b)", "title:x", "-x y", "'; drop table"])
def test_no_query_breaks_the_search(filled: Archive, query: str) -> None:
    try:
        found(filled, query)
    except EmptyQuery:
        assert not any(c.isalnum() for c in query)


def test_only_exclusions_are_no_query() -> None:
    with pytest.raises(EmptyQuery):
        parse("-a -b")


def test_the_excerpt_shows_the_true_spelling() -> None:
    text = "Mở đầu. " * 40 + "Công tác đối ngoại của Đảng được đẩy mạnh. " + "Kết thúc. " * 40
    cut = excerpt(text, ("doi", "ngoai"))
    assert "đối ngoại của Đảng" in cut
    assert cut.startswith("…") and cut.endswith("…")


def test_the_excerpt_of_a_marked_word_is_where_that_word_stands() -> None:
    assert "nằm đây" in excerpt("Năm nay " * 60 + "cuối cùng nằm đây", ("nằm",))


def test_only_one_paper(filled: Archive) -> None:
    assert list(search(filled, "doi", choice=Choice(source="songnews")))
    assert not list(search(filled, "doi", choice=Choice(source="other")))


@pytest.mark.parametrize("query", ["doi ngoai dang", "đối ngoại Đảng"])
def test_sqlite_utils_finds_them_by_itself(filled: Archive, query: str) -> None:
    command = [Path(sys.executable).with_name("sqlite-utils"), "search", filled.path, "articles", query, "-c", "title"]
    told = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert "Đảng" in told or "u0110\\u1ea3ng" in told
    missing = subprocess.run([*command[:4], "nằm", "-c", "article"], capture_output=True, text=True, check=True).stdout
    assert "songnews:2" in missing and "songnews:1" not in missing
