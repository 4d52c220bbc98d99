"""Learning how a paper names its pages."""

import re

import pytest

from config.declarations import UrlRules
from config.sources import Source
from config.urls import article_key, classify
from crawler.links import Anchor
from crawler.prospect.addresses import pager_of, patterns, section_patterns
from crawler.prospect.found import Pager

HOST = "https://bao.example.vn"
SLUGS = ("cau-moi-noi-hai-bo-song", "lop-hoc-ben-bo-kenh-xanh", "mua-dua-o-cu-lao-nho", "tieng-trong-hoi-lang-ven-song")
SHAPES = {
    "number at the end": "/{slug}-{n}.html",
    "number after a word": "/{slug}-post{n}.html",
    "below sections": "/{sec}/{slug}-{n}.htm",
    "below sections of two depths": "/{sec}/{sub}/{slug}-a{n}.html",
    "a part of its own": "/tin-tuc/{sec}/{n}/{slug}",
    "no extension": "/{sec}/{slug}-{n}",
    "by the month": "/{sec}/202{k}0{k}/{slug}/",
    "by the words alone": "/tin-bai/{sec}/{slug}",
    "time of the draft": "/{slug}-10026030{k}07551917{k}.htm",
}
SECTIONS = ("thoi-su", "kinh-te", "van-hoa")


def urls(shape: str) -> list[str]:
    made = []
    for k, slug in enumerate(SLUGS * 2, 1):
        more = {"sec": SECTIONS[k % 3], "sub": ("trong-nuoc", "the-gioi")[k % 2], "n": 410_000 + 37 * k, "k": k}
        path = shape.format(slug=f"{slug}{'' if k <= 4 else '-ky-hai'}", **more)
        made.append(HOST + (path.replace("/trong-nuoc", "") if k % 4 == 0 else path))
    return made


@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES)
def test_every_shape_is_learned_and_no_section_reads_as_an_article(shape: str) -> None:
    articles = urls(shape)
    menu = (
        [f"{HOST}/{s}" for s in SECTIONS] + [f"{HOST}/tin-tuc/{s}" for s in SECTIONS] + [f"{HOST}/kinh-te/chung-khoan"]
    )
    learned = [p.regex for p in patterns(articles, menu)]
    paper = Source(id="x", title="x", hosts=("bao.example.vn",), urls=UrlRules(article=tuple(learned)))
    assert {classify(paper, url) for url in articles} == {"article"}, learned
    assert "article" not in {classify(paper, url) for url in menu}
    keys = {article_key(paper, url) for url in articles}
    assert len(keys) == len(articles)
    if "{n}" in shape:
        assert all(re.fullmatch(r"x:\d+", key) for key in keys)


def test_a_section_whose_address_looks_like_an_articles_makes_the_pattern_stricter() -> None:
    articles = [f"{HOST}/{slug}-d{183_900 + k}.html" for k, slug in enumerate(SLUGS)]
    sections = [f"{HOST}/ngan-hang-d{n}.html" for n in (5, 12345)]
    (learned,) = patterns(articles, sections)
    paper = Source(id="x", title="x", hosts=("bao.example.vn",), urls=UrlRules(article=(learned.regex,)))
    assert {classify(paper, url) for url in articles} == {"article"}
    assert {classify(paper, url) for url in sections} == {"other"}
    taken = [f"{HOST}/ngan-hang-moi-nhat-hom-nay-d183905.html"]
    assert patterns(articles, taken) == []


def links(*told: tuple[str, str]) -> list[Anchor]:
    return [Anchor(HOST + path, text, None) for path, text in told]


@pytest.mark.parametrize(
    ("section", "shown", "expected"),
    [
        ("/thoi-su", [("/thoi-su?page=2", "2"), ("/thoi-su?page=3", "3")], ("{section}?page={n}", 2, 1)),
        ("/thoi-su.htm", [("/thoi-su/trang-2.htm", "2")], ("{section}/trang-{n}.htm", 2, 1)),
        ("/thoi-su", [("/thoi-su-page0", "1"), ("/thoi-su-page1", "2")], ("{section}-page{n}", 1, 1)),
        (
            "/a/b",
            [("/a/b&s_cond=&BRSR=15", "2"), ("/a/b&s_cond=&BRSR=30", "3")],
            ("{section}&s_cond=&BRSR={n}", 15, 15),
        ),
        ("/a", [("/a&s_cond=&BRSR=15", "Trang sau »")], ("{section}&s_cond=&BRSR={n}", 15, 15)),
        ("/thoi-su/", [("/thoi-su/p/2", "Tiếp theo")], ("{section}/p/{n}", 2, 1)),
    ],
)
def test_pagers_of_many_papers_are_read(
    section: str, shown: list[tuple[str, str]], expected: tuple[str, int, int]
) -> None:
    found = pager_of(HOST + section, links(*shown))
    assert found is not None and (found.template, found.first, found.step) == expected


def test_other_numbers_are_no_pager() -> None:
    for shown in (
        [("/thoi-su/top-10-su-kien", "2")],
        [("/kinh-te?page=2", "2")],
        [("/thoi-su?page=2", "Mua báo in 2026")],
    ):
        assert pager_of(HOST + "/thoi-su", links(*shown)) is None


def test_section_patterns_find_the_sections_and_their_pages() -> None:
    pager = Pager("{section}?page={n}", 2, 1, "")
    found = section_patterns([f"{HOST}/tin-tuc/{s}" for s in SECTIONS], pager)
    paper = Source(id="x", title="x", hosts=("bao.example.vn",), urls=UrlRules(section=tuple(found)))
    for path in ("/tin-tuc/thoi-su", "/tin-tuc/the-thao/", "/tin-tuc/kinh-te?page=7"):
        assert classify(paper, HOST + path) == "section", found
    assert classify(paper, HOST + "/lien-he") == classify(paper, HOST + "/tin-tuc/a/b") == "other"
