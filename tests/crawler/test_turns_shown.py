"""How pages of lists are told to belong together, and which link leads to the next one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.sources import Source, load
from crawler.links import Anchor
from crawler.pagers import next_shown, paged, pager_urls, says_next, turn

ROOT = "https://song.example.vn"
PAPERS = load()
PAGED = [paper for paper in PAPERS.values() if paper.discover.pager and paper.discover.pager_limit > 1]


@pytest.mark.parametrize(
    ("first", "further", "n"),
    [
        ("/tag/lua.htm", "/tag/lua/trang-2.htm", 2),
        ("/tag/lua.html", "/tag/lua/trang2.html", 2),
        ("/tag/lua", "/tag/lua?page=3", 3),
        ("/tag/lua/", "/tag/lua?PageIndex=3", 3),
        ("/tim-kiem?q=a&p=1", "/tim-kiem?q=a&p=2", 2),
        ("/tim-kiem?q=a", "/tim-kiem-p1?q=a", 1),
        ("/tag/lua-216912", "/tag/lua-216912-p2", 2),
        ("/chu-de/lua.topic", "/chu-de/lua.topic&s_cond=&BRSR=15", 15),
        ("/tim-kiem/q/lua", "/tim-kiem/q/lua/p/2", 2),
        ("/lua-d2", "/lua-d2/p2", 2),
        ("/lua", "/lua/page-2/", 2),
        ("/lua", "/lua-page1", 1),
    ],
)
def test_pages_of_one_list_share_everything_but_the_number(first: str, further: str, n: int) -> None:
    assert turn(ROOT + first).shared == turn(f"http://www.song.example.vn{further}").shared
    assert turn(ROOT + further).n == n


@pytest.mark.parametrize("source", PAGED, ids=lambda paper: paper.id)
def test_every_declared_pager_is_one_of_those_forms(source: Source) -> None:
    for section in source.discover.sections:
        turns = [turn(source.absolute(section)), *map(turn, pager_urls(source, section))]
        assert len({one.shared for one in turns}) == 1
        assert [one.n for one in turns] == [None, *sorted(n for one in turns if (n := one.n) is not None)]


@pytest.mark.parametrize(
    "other", ["/tag/lua-gao?page=2", "/tag?page=2", "/tag/lua?page=2&loai=video", "/tag/lua?trang=x"]
)
def test_other_lists_are_other_lists(other: str) -> None:
    assert turn(f"{ROOT}{other}") != turn(f"{ROOT}/tag/lua?page=2")
    assert turn(f"{ROOT}{other}").shared != turn(f"{ROOT}/tag/lua").shared


def follow(here: str, *shown: tuple[str, str]) -> str | None:
    found = next_shown(ROOT + here, [Anchor(ROOT + path, text, None) for path, text in shown])
    return found.url.removeprefix(ROOT) if found else None


@pytest.mark.parametrize(
    ("here", "shown", "then"),
    [
        ("/tag/lua", [("/tag/lua?page=2", "Trang sau")], "/tag/lua?page=2"),
        ("/tag/lua", [("/tag/lua?page=9", "»"), ("/tag/lua?page=2", "2")], "/tag/lua?page=2"),
        ("/tag/lua?page=2", [("/tag/lua", "1"), ("/tag/lua?page=1", "«"), ("/tag/lua?page=3", "›")], "/tag/lua?page=3"),
        ("/tag/lua?page=3", [("/tag/lua?page=1", "1"), ("/tag/lua?page=2", "2")], None),
        ("/tag/lua", [("/tag/lua?page=1", "1")], None),
        ("/tag/lua", [("/tag/lua?page=0", "1"), ("/tag/lua?page=1", "2"), ("/tag/lua?page=2", "3")], "/tag/lua?page=1"),
        ("/tag/lua", [("/tag/lua?page=1", "Xem thêm »")], "/tag/lua?page=1"),
        ("/tag/lua", [("/thoi-su", "Xem thêm"), ("/thoi-su?page=2", "Trang sau"), ("/tag/gao?page=2", "2")], None),
        ("/tag/lua", [("/tag/lua", "Xem thêm")], None),
        ("/tim-kiem?q=a", [("/tim-kiem?q=b&page=2", "2"), ("/tim-kiem?q=a&page=2", "2")], "/tim-kiem?q=a&page=2"),
        ("/tag/lua.htm", [("/tag/lua/trang-2.htm", "Sau")], "/tag/lua/trang-2.htm"),
    ],
)
def test_the_next_page_is_the_same_list_with_the_next_number(
    here: str, shown: list[tuple[str, str]], then: str | None
) -> None:
    assert follow(here, *shown) == then


def test_words_lead_on_in_any_dress() -> None:
    assert all(map(says_next, ("Trang sau", "TRANG SAU »", "Xem thêm…", "›", ">>", "Next →", "Tiếp")))
    assert not any(map(says_next, ("", "Trang trước", "«", "Xem thêm bình luận", "2", "Sau cơn mưa")))


def test_the_declared_pager_turns_lists_of_which_it_was_not_declared() -> None:
    dantri, plain = PAPERS["dantri"], PAPERS["tuyengiao"]
    root, other = dantri.base, plain.base
    assert paged(f"{root}/tag/lua.htm", dantri) == (f"{root}/tag/lua.htm", f"{root}/tag/lua/trang-2.htm")
    assert paged(f"{root}/tag/lua/trang-3.htm", dantri) == (f"{root}/tag/lua", f"{root}/tag/lua/trang-4.htm")
    assert paged(f"{other}/tag/lua?page=2", plain) == (f"{other}/tag/lua", f"{other}/tag/lua?page=3")
    assert paged(f"{root}/", dantri) is None and paged(f"{root}/tim-kiem.htm?q=a", dantri) is None
    assert paged(f"{root}/tag/lua.htm", PAPERS["24h"]) is None


@given(st.text(max_size=80))
def test_any_address_is_a_page_of_some_list(text: str) -> None:
    for url in (text, f"{ROOT}/{text}"):
        assert turn(url).shared is not None
        assert next_shown(url, [Anchor(url, text, None)]) is None
        paged(url, PAPERS["dantri"])
