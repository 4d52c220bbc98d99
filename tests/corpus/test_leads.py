"""Every kind of list of the served papers, in every layout, leads where its web does."""

from collections import Counter
from collections.abc import Iterator
from datetime import date
from urllib.request import urlopen

import pytest

from archive.facts import Found, Hints, Page, PageKind
from config.searching import search_url
from config.sources import Source
from config.urls import classify, subject_of
from crawler.listing import FULL_SEARCH, days_of_list, leads_of, next_of
from tests.corpus import Corpus, pages
from tests.corpus.render import render
from tests.corpus.serve import Served, declared
from tests.corpus.truth import Paper
from tests.corpus.web import Shown, Web

PORT = 8765
KINDS: dict[str, PageKind] = {"feed": "feed", "sitemap": "sitemap"}


@pytest.fixture(scope="module", params=["A", "B"])
def corpus(request: pytest.FixtureRequest) -> Corpus:
    return Corpus(4, request.param, 900)


def lists(corpus: Corpus, web: Web, paper: Paper) -> Iterator[str]:
    """The first pages of a paper's lists, the longest of each kind."""
    own = web._lists[paper.id]
    longest = dict[str, str]()
    for path, (kind, _, ids) in sorted(own.items(), key=lambda one: len(one[1][2])):
        if ids:
            longest[kind] = path
    yield from (web.base(paper.id) + path for path in longest.values())
    yield from (web.base(paper.id) + path for path in (pages.FEED, pages.SITEMAP))


def read(shown: Shown, paper: Paper, hints: Hints) -> Page:
    kind, body = KINDS.get(shown.kind, "section"), render(shown, paper)[1]
    return Page(url=shown.url, fetched_at="2025-06-01T00:00:00+07:00", body=body, kind=kind, hints=hints)


def step(shown: Shown, *kinds: str) -> list[str]:
    return [s.url for s in shown.steps if s.kind in kinds]


def test_every_list_is_read_to_its_end(corpus: Corpus) -> None:
    web, sources, seen = Web(corpus, PORT), declared(corpus, PORT), Counter[str]()
    for paper in corpus.papers.values():
        source = sources[paper.id]
        for url in (*lists(corpus, web, paper), search_url(source, "của") or ""):
            found: Found | None = Found(url=url, kind="section")
            while found and (shown := web.page(found.url)):
                seen[f"{paper.layout} {shown.kind}{' further' if found.depth else ''}"] += 1
                found = followed(found, shown, paper, source)
    layouts = {paper.layout for paper in corpus.papers.values()}
    kinds = ("section", "section further", "tag", "search", "search further", "feed", "sitemap")
    assert {f"{layout} {kind}" for layout in layouts for kind in kinds} <= set(seen)
    assert seen.total() > 100 and any("topic" in kind for kind in seen)


def followed(at: Found, shown: Shown, paper: Paper, source: Source) -> Found | None:
    """The next page to which the list `shown` leads, once all of its leads are those of the web."""
    page = read(shown, paper, at.hints)
    leads = leads_of(page, source, at.depth)
    further = next((f for f in leads if f.kind == "section"), None)
    assert further == next_of(page, source, at.depth)
    assert [f.url for f in leads if f.kind == "article"] == step(shown, "list")
    assert [f.url for f in leads if f.kind == "sitemap"] == sorted(step(shown, "sitemap"), reverse=True)
    assert shown.kind in KINDS or classify(source, at.url) == "section"
    assert subject_of(source, at.url) == (shown.kind if shown.kind in ("tag", "topic", "search") else None)
    if step(shown, "next"):
        assert further and (further.url, further.depth) == (step(shown, "next")[0], at.depth + 1)
    elif shown.kind != "section":  # the declared pager turns a section's pages until one is not there
        assert further is None or (not at.depth and len(step(shown, "list")) >= FULL_SEARCH)
    return further


def test_the_months_of_a_sitemap_are_told(corpus: Corpus) -> None:
    web, sources = Web(corpus, PORT), declared(corpus, PORT)
    paper = next(iter(corpus.papers.values()))
    shown = web.page(web.base(paper.id) + pages.SITEMAP)
    assert shown
    told = [days_of_list(found) for found in leads_of(read(shown, paper, Hints()), sources[paper.id])]
    dates = sorted((a.published.date() for a in corpus.articles if a.paper == paper.id), reverse=True)
    months = list(dict.fromkeys(day.replace(day=1) for day in dates))
    assert [days and days.first for days in told] == months and len(months) > 1
    assert all(days and any(days.first <= day <= days.last for day in dates) for days in told)


def test_what_a_found_list_does_not_say_is_not_known() -> None:
    bare = Found(url="https://x.vn/sitemap.xml", kind="sitemap")
    assert days_of_list(bare) is None
    told = Hints(days="2025-03-01..2025-03-31")
    assert days_of_list(Found(url=bare.url, kind="sitemap", hints=told)) == (date(2025, 3, 1), date(2025, 3, 31))


def test_a_served_papers_search_answers_what_it_is_asked() -> None:
    corpus = Corpus(4, "A", 250)
    with Served(corpus) as served:
        for name, source in list(served.sources.items())[:4]:
            word = next(a for a in corpus.articles if a.paper == name).story.title.split()[-1]
            url = search_url(source, word)
            assert url
            with urlopen(url, timeout=20) as reply:
                page = Page(url=url, fetched_at="2025-06-01T00:00:00+07:00", body=reply.read(), kind="section")
            shown = served.web.page(served.web.search(name, word))
            assert shown and [f.url for f in leads_of(page, source) if f.kind == "article"] == step(shown, "list") != []
