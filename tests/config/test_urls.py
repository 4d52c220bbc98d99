import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.urls import article_key, canonical, classify
from tests.conftest import PAPER

URL = "https://song.example.vn/bai-mot-123.html"


@pytest.mark.parametrize(
    "url",
    [
        "http://song.example.vn/bai-mot-123.html",
        "https://www.song.example.vn/bai-mot-123.html?utm_source=x",
        "https://m.song.example.vn/bai-mot-123.html#inner-article",
        "HTTPS://SONG.EXAMPLE.VN/bai-mot-123.html?anything=1",
    ],
)
def test_one_page_has_one_canonical_url(url: str) -> None:
    assert canonical(PAPER, url) == URL


def test_the_id_is_the_identity_whatever_the_slug() -> None:
    assert article_key(PAPER, URL) == article_key(PAPER, "https://song.example.vn/ten-khac-123.html") == "songnews:123"
    assert article_key(PAPER, URL) != article_key(PAPER, "https://song.example.vn/bai-mot-124.html")


def test_without_an_id_the_path_is_the_identity() -> None:
    assert article_key(PAPER, "https://song.example.vn/dac-biet/so-tet?ref=1") == "songnews:/dac-biet/so-tet"


@pytest.mark.parametrize(
    ("path", "kind"),
    [("/bai-1.html", "article"), ("/thoi-su", "section"), ("/thoi-su/x/y.php", "other"), ("", "other")],
)
def test_classify(path: str, kind: str) -> None:
    assert classify(PAPER, "https://song.example.vn" + path) == kind


def test_a_section_keeps_its_pager() -> None:
    assert canonical(PAPER, "https://song.example.vn/thoi-su?page=2&fbclid=1").endswith("/thoi-su?page=2")


@given(st.text("abc=&%/?", max_size=20), st.text("abc", max_size=5))
def test_canonical_is_its_own_canonical(query: str, fragment: str) -> None:
    once = canonical(PAPER, f"http://www.song.example.vn/muc?{query}#{fragment}")
    assert canonical(PAPER, once) == once
