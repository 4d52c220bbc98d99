"""The declarations of the real papers: their example URLs, their selectors, their patterns."""

import pytest
from selectolax.lexbor import LexborHTMLParser

from config.declarations import Places, Rules
from config.sources import load
from config.urls import article_key, canonical, classify
from pipelines.places import parse

SOURCES = load()
EXAMPLES = [
    (source.id, kind, url)
    for source in SOURCES.values()
    for kind in ("article", "section", "other")
    for url in getattr(source.examples, kind)
]
PLACES = ("container", "kicker", "title", "lead", "authors", "credit", "published", "modified", "section", "tags")
SELECTORS = ("drop", "note", "not_article", "captions")


@pytest.mark.parametrize(("source", "kind", "url"), EXAMPLES)
def test_an_example_is_what_it_is_declared_to_be(source: str, kind: str, url: str) -> None:
    assert SOURCES.of(url) is SOURCES[source]
    assert classify(SOURCES[source], url) == kind


@pytest.mark.parametrize("source", SOURCES)
def test_a_paper_shows_an_article_a_section_and_something_else(source: str) -> None:
    examples = SOURCES[source].examples
    assert examples.article and examples.section and examples.other


@pytest.mark.parametrize("source", SOURCES)
def test_a_paper_says_where_its_articles_are_found(source: str) -> None:
    discover = SOURCES[source].discover
    assert discover.feeds or discover.sitemaps or discover.sections


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (
            "http://www.tuyengiao.vn/thoi-su/ten-bai-130656",
            "https://tuyengiao.vn/thoi-su-chinh-tri/ten-khac-130656?utm_source=a",
        ),
        ("https://tuoitre.vn/ten-bai-20250713181849716.htm", "https://m.tuoitre.vn/ten-khac-20250713181849716.htm#x"),
        ("https://vnexpress.net/ten-bai-5047363.html", "http://kinhdoanh.vnexpress.net/tin-tuc/a/ten-bai-5047363.html"),
        (
            "https://vietnamnet.vn/vn/thoi-su/ten-bai-690123.html",
            "http://www.vietnamnet.vn/vn/thoi-su/chinh-tri/ten-moi-690123.html#inner-article",
        ),
        (
            "http://baodienbienphu.info.vn/tin-tuc/y-te/212838/ten",
            "https://baodienbienphu.com.vn/tin-tuc/xa-hoi/212838/ten-moi",
        ),
        ("https://baoquocte.vn/ten-bai-140288.html", "https://www.baoquocte.vn/ten-sua-140288.html?fbclid=1"),
        ("https://plo.vn/ten-bai-post812345.html", "https://plo.vn/ten-sua-post812345.html?zarsrc=1"),
        ("https://baodanang.vn/ten-bai-3318952.html", "https://www.baodanang.vn/ten-sua-3318952.html"),
        ("https://baocantho.com.vn/ten-bai-a56315.html", "http://baocantho.com.vn/ten-sua-a56315.html"),
        (
            "https://baodaklak.vn/kinh-te/202005/ten-bai-1674021/",
            "http://www.baodaklak.vn/kinh-te/202005/ten-bai-1674021",
        ),
    ],
)
def test_one_article_under_two_urls_has_one_identity(one: str, other: str) -> None:
    source = SOURCES.of(one)
    assert source is not None and SOURCES.of(other) is source
    assert article_key(source, one) == article_key(source, other)


def test_articles_without_an_id_are_told_apart_by_their_path() -> None:
    paper = SOURCES["baodienbienphu"]
    one, other = (f"https://baodienbienphu.vn/tin-bai/chinh-tri/{slug}" for slug in ("mot", "hai"))
    assert article_key(paper, one) != article_key(paper, other)
    assert article_key(paper, one) == article_key(paper, one + "?ref=home")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://baotayninh.vn/ten-bai-88701.html", "https://baotayninh.vn/ten-bai-a88701.html"),
        ("https://mattran.org.vn/tin-tuc/ten-bai-64083.html", "https://tapchimattran.vn/tin-tuc/ten-bai-64083.html"),
        ("https://baohaiphong.vn/ten-bai-51234.html", "https://baohaiphong.com.vn/ten-bai-51234.html"),
    ],
)
def test_numbers_of_two_systems_name_two_articles(one: str, other: str) -> None:
    source = SOURCES.of(one)
    assert source is not None and SOURCES.of(other) is source
    assert article_key(source, one) != article_key(source, other)


def test_the_canonical_url_of_an_article_is_stable() -> None:
    for source, kind, url in EXAMPLES:
        if kind == "article":
            once = canonical(SOURCES[source], url)
            assert canonical(SOURCES[source], once) == once


@pytest.mark.parametrize("source", SOURCES)
def test_every_selector_can_be_read(source: str) -> None:
    tree = LexborHTMLParser("<p>x</p>")
    marks = [g.when for g in SOURCES[source].generations if g.when]
    for rules in (SOURCES[source].rules, *(g.rules for g in SOURCES[source].generations)):
        marks += _selectors(rules)
    marks += list(SOURCES[source].discover.list_links)
    for mark in marks:
        tree.css(mark)


def test_the_marks_of_families_can_be_read() -> None:
    tree = LexborHTMLParser("<p>x</p>")
    for family in SOURCES.families.values():
        assert family.marks
        for mark in family.marks:
            tree.css(mark)


def _selectors(rules: Rules) -> list[str]:
    plain: list[str] = [s for name in SELECTORS for s in getattr(rules, name) or ()]
    places: list[Places] = [getattr(rules, name) or () for name in (*PLACES, "image", "related")]
    return plain + [p.what for group in places for p in map(parse, group) if p.kind == "css"]
