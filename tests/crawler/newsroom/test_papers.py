"""The texts of the sample newsroom: enough of them, well written, and as their declarations say."""

import re
import unicodedata
from collections import Counter

import pytest

from config.fold import fold
from crawler.newsroom import VISITS
from crawler.newsroom.body import Part, linked, parse, plain
from crawler.newsroom.papers import articles, as_served, papers
from crawler.newsroom.truth import truths
from crawler.newsroom.written import Article

ALL = [(name, article) for name in papers() for article in articles(name, 2)]


def truth_of(visit: int) -> dict[str, object]:
    return {t.url: t for name, paper in papers().items() for t in truths(paper, visit, name)}


def test_there_are_four_papers_each_on_a_loopback_address_of_its_own() -> None:
    assert sorted(paper.host for paper in papers().values()) == [f"127.77.0.{n}" for n in (1, 2, 3, 4)]
    assert [paper.images for paper in papers().values() if paper.images] == ["127.77.0.5"]


def test_there_is_enough_to_read() -> None:
    assert len(truth_of(2)) == 46
    assert len(truth_of(2)) - len(truth_of(1)) == 3
    lengths = [len(t.blocks) for t in truth_of(2).values()]  # type: ignore[attr-defined]
    assert min(lengths) >= 5 and max(lengths) <= 13


@pytest.mark.parametrize(("name", "article"), ALL, ids=[f"{n}-{a.id}" for n, a in ALL])
def test_an_article_is_clean_and_dated(name: str, article: Article) -> None:
    text = "\n".join((article.title, article.lead, article.body, article.signed))
    assert unicodedata.is_normalized("NFC", text)
    assert not re.search("[\u200b-\u200f\ufeff\u00a0]", text)
    assert re.fullmatch(r"[a-z0-9-]+", article.slug)
    assert VISITS[article.first_visit - 1] > article.published
    if article.first_visit == 1:
        assert "2025-02-20" < article.published.date().isoformat() < "2025-03-10"
    assert papers()[name].section(article.zone)
    links = [n for part in parse(article.body) if part.kind == "related" for n in part.ids]
    assert {*links, *article.related} <= {a.id for n, a in ALL if n == name}


def test_ids_and_addresses_are_used_once() -> None:
    assert max(Counter((name, a.id) for name, a in ALL).values()) == 1
    assert max(Counter((name, papers()[name].path(a)) for name, a in ALL).values()) == 1


def test_every_planted_edit_changes_its_field_and_nothing_else() -> None:
    fields = {"title": "title", "lead": "lead", "caption": "captions", "author": "authors", "paragraph": "blocks"}
    before, after = truth_of(1), truth_of(2)
    changed = 0
    for name, article in ALL:
        url = name + papers()[name].path(article)
        if url not in before:
            continue
        differs = {f for f in fields.values() if getattr(before[url], f) != getattr(after[url], f)}
        assert differs == ({fields[article.edit.field]} if article.edit else set()), url
        changed += bool(differs)
    assert changed == 7
    assert {a.edit.field for _, a in ALL if a.edit} == set(fields)
    assert {name for name, a in ALL if a.edit} == set(papers())


def test_one_agency_story_runs_in_three_papers() -> None:
    told = {}
    for name, article in ALL:
        if article.credit == "TTXVN":
            words = fold(" ".join((article.lead, *(line for p in parse(article.body) for line in p.lines)))).split()
            told[name] = {tuple(words[i : i + 5]) for i in range(len(words) - 4)}
    assert set(told) == {"suoinga", "nhiplang", "bonphuong"}
    shortest = min(told.values(), key=len)
    assert all(len(shortest & other) / len(shortest) > 0.49 for other in told.values())


def test_faults_of_the_page_are_only_in_what_is_served() -> None:
    quirks = {q for _, a in ALL for q in a.quirks}
    assert quirks == {"nfd", "zero-width", "entities"}
    for _, article in ALL:
        served = as_served(article)
        assert unicodedata.is_normalized("NFC", served.title) != ("nfd" in article.quirks)
        assert ("\u200b" in served.body) == ("zero-width" in article.quirks)
        bare = unicodedata.normalize("NFC", re.sub("[\u200b\ufeff]", "", served.body))
        assert bare == article.body


@pytest.mark.parametrize(
    ("piece", "part"),
    [
        ("một đoạn\nhai dòng", Part("p", ("một đoạn hai dòng",))),
        ("## Đề mục", Part("h", ("Đề mục",))),
        ("** Câu hỏi?", Part("bold", ("Câu hỏi?",))),
        ("- một\n- hai", Part("li", ("một", "hai"))),
        ('![Chú thích. Ảnh: A](a.jpg "khác")', Part("picture", ("Chú thích. Ảnh: A", "a.jpg", "khác"))),
        ("![Chú thích](a.jpg)", Part("picture", ("Chú thích", "a.jpg", "Chú thích"))),
        ("[[12 34]]", Part("related", ("12", "34"))),
    ],
)
def test_the_markup_of_bodies(piece: str, part: Part) -> None:
    assert parse(f"{piece}\n") == [part]


def test_tables_and_links_in_the_markup() -> None:
    (table,) = parse("| Xã | Số |\n| A | 1 |")
    assert table.cells == [["Xã", "Số"], ["A", "1"]]
    assert plain("xem [bài này](12) nhé") == "xem bài này nhé"
    assert linked("a [b](1) c", lambda words, n: f"<{words}{n}>", str.upper) == "A <b1> C"
