"""Words of addresses: every declared shape, and what addresses hold besides a slug."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.slugs import slug_words
from config.sources import load

ARTICLES = [(paper.id, url) for paper in load().values() for url in paper.examples.article]
WITHOUT = {"InfoDetail.jsp", "View_Detail.aspx"}
"""Programs that know their articles by number only."""


@pytest.mark.parametrize(("paper", "url"), ARTICLES)
def test_every_declared_address_gives_its_slug_and_nothing_else(paper: str, url: str) -> None:
    written = re.search(r"(?:mot-)?ten-bai(?:-(?:dai|khong)[a-z-]*[a-z])?(?=[-/.]|$)", url, re.I)
    assert written or any(name in url for name in WITHOUT)
    assert slug_words(url) == (written[0].replace("-", " ") if written else "")


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("https://x.vn/gia-vang-25-11-2026-tang-manh-185261125143012345.htm", "gia vang tang manh"),
        ("https://x.vn/nghi-quyet-68-nq-tw-post912345.html", "nghi quyet 68 nq tw"),
        ("https://x.vn/goi-26000-ty-dong-123456.html?utm_source=a#b", "goi 26000 ty dong"),
        ("https://x.vn/2026/05/12/bo-cong-an-de-xuat/", "bo cong an de xuat"),
        ("https://x.vn/Gặp-sớm-12345.html", "Gặp sớm"),
        ("https://x.vn/%C4%90%E1%BB%91i-ngo%E1%BA%A1i-12345.html", "Đối ngoại"),
        ("https://x.vn/thoi-su/123456.html", "thoi su"),
        ("https://x.vn/giaoduc/123456.html", ""),
        ("https://x.vn/123456.html", ""),
        ("https://x.vn/202605/123456", ""),
        ("https://x.vn/", ""),
        ("http://[", ""),
        ("urn:sha256:" + "a1" * 32, ""),
    ],
)
def test_what_is_no_word_of_the_slug_is_left_out(url: str, words: str) -> None:
    assert slug_words(url) == words


@given(st.text(max_size=200), st.booleans())
def test_any_text_is_read(text: str, whole: bool) -> None:
    assert isinstance(slug_words(f"https://x.vn/{text}" if whole else text), str)


def test_long_addresses_cost_little() -> None:
    import time

    start = time.perf_counter()
    for part in ("a1" * 5_000, "-" * 10_000, "1-" * 5_000, "f" * 10_000):
        slug_words(f"https://x.vn/{part}")
    assert time.perf_counter() - start < 2
