"""Papers' own searches: their addresses are made, and known again however they are written."""

from urllib.parse import unquote

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.declarations import Search
from config.searching import MAX_WORDS, search_url, searched
from config.sources import Source, load
from config.urls import canonical, classify, subject_of
from tests.conftest import PAPER

PAPERS = [paper for paper in load().values() if paper.discover.search]
WORDS = "đối ngoại Đảng 2026"


def searching(**told: object) -> Source:
    discover = msgspec.structs.replace(PAPER.discover, search=Search(**told))  # type: ignore[arg-type]
    return msgspec.structs.replace(PAPER, discover=discover)


SIMPLE = searching(url="/tim-kiem?q={words}", pager="/tim-kiem?q={words}&page={n}")


@pytest.mark.parametrize("paper", PAPERS, ids=lambda paper: paper.id)
def test_every_declared_search_is_a_section_and_says_what_was_asked(paper: Source) -> None:
    for n in range(3):
        url = search_url(paper, WORDS, n)
        if url is None:
            assert n and not paper.discover.search.pager  # type: ignore[union-attr]
            continue
        for written in (url, canonical(paper, url)):
            assert searched(paper, written) == (WORDS, n)
            assert subject_of(paper, written) == "search" and classify(paper, written) == "section"
        assert canonical(paper, canonical(paper, url)) == canonical(paper, url)


@pytest.mark.parametrize(
    ("paper", "n", "url"),
    [
        ("vnexpress", 0, "https://timkiem.vnexpress.net/?q=đối+ngoại"),
        ("vnexpress", 1, "https://timkiem.vnexpress.net/?q=đối+ngoại&page=2"),
        ("vietnamnet", 0, "https://vietnamnet.vn/tim-kiem?q=đối+ngoại"),
        ("vietnamnet", 2, "https://vietnamnet.vn/tim-kiem-p2?q=đối+ngoại"),
        ("dantri", 1, "https://dantri.com.vn/tim-kiem/đối+ngoại.htm?pi=2"),
        ("qdnd", 0, "https://www.qdnd.vn/tim-kiem/q/đối%20ngoại"),
        ("qdnd", 1, "https://www.qdnd.vn/tim-kiem/q/đối%20ngoại/p/2"),
        ("znews", 0, "https://znews.vn/đối-ngoại-tim-kiem.html"),
        ("cafef", 0, "https://cafef.vn/tim-kiem.chn?keywords=đối+ngoại"),
        ("baoquocte", 0, "https://baoquocte.vn/search_enginer.html?p=search&q=đối+ngoại"),
        ("quanlythitruong", 0, "https://qltt.vn/search_enginer.html?p=tim-kiem&q=đối+ngoại"),
    ],
)
def test_searches_are_written_as_their_papers_write_them(paper: str, n: int, url: str) -> None:
    found = search_url(next(one for one in PAPERS if one.id == paper), "đối  ngoại", n)
    assert found is not None and unquote(found.replace("%20", "%2520")) == url


def test_what_cannot_be_asked_has_no_address() -> None:
    assert search_url(PAPER, "lúa") is None
    assert search_url(SIMPLE, " \n") is None and search_url(SIMPLE, "a" * (MAX_WORDS + 1)) is None
    assert search_url(SIMPLE, "lúa", -1) is None
    assert search_url(searching(url="/tim-kiem?q={words}"), "lúa", 1) is None


def test_decomposed_words_are_composed_and_signs_are_quoted() -> None:
    assert search_url(SIMPLE, "lu\u0301a & {n}") == "https://song.example.vn/tim-kiem?q=l%C3%BAa+%26+%7Bn%7D"


@pytest.mark.parametrize(
    "url",
    [
        "https://song.example.vn/tim-kiem",
        "https://song.example.vn/tim-kiem?q=",
        "https://song.example.vn/tim-kiem?q=a&page=x",
        "https://song.example.vn/tin/tim-kiem?q=a",
        "https://khac.example.vn/tim-kiem?q=a",
        "ftp://song.example.vn/tim-kiem?q=a",
        "http://[song.example.vn/tim-kiem?q=a",
    ],
)
def test_what_is_no_search_is_none(url: str) -> None:
    assert searched(SIMPLE, url) is None and subject_of(SIMPLE, url) is None


def test_a_search_is_known_at_every_spelling_of_its_host_and_slash() -> None:
    for url in (
        "http://www.song.example.vn/tim-kiem/?q=a+b&utm_source=x",
        "https://m.song.example.vn/tim-kiem?q=a%20b#x",
    ):
        assert searched(SIMPLE, canonical(SIMPLE, url)) == ("a b", 0)


def test_only_what_it_declares_changes_a_papers_digests() -> None:
    assert SIMPLE.digest != PAPER.digest and SIMPLE.url_digest != PAPER.url_digest
    assert searching(url="/tim-kiem?q={words}").digest != SIMPLE.digest


@given(st.text(max_size=60), st.integers(0, 30))
def test_any_words_come_back(words: str, n: int) -> None:
    url = search_url(SIMPLE, words, n)
    if url is not None:
        told = searched(SIMPLE, url)
        assert told is not None and told.n == n and classify(SIMPLE, url) == "section"
        assert search_url(SIMPLE, told.words, n) == url
