"""The papers as webs and as sites: every page leads where the truth says, and cleans to its article."""

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from urllib.request import urlopen

import pytest

from archive.facts import Page, PageKind, Record
from crawler.discover import discover
from pipelines.process import process
from tests.corpus import Corpus, links, pages, records
from tests.corpus.render import render
from tests.corpus.serve import Served, declared
from tests.corpus.web import LISTED, Web

SIZE = 600
KINDS = ("related", "inline", "tag", "topic")
READ_AT = "2025-06-01T00:00:00+07:00"


@pytest.fixture(scope="module", params=["A", "B"])
def served(request: pytest.FixtureRequest) -> Iterator[Served]:
    with Served(Corpus(2, request.param, SIZE)) as found:
        yield found


@pytest.fixture(scope="module")
def corpus() -> Corpus:
    return Corpus(2, "A", 2500)


def fetched(url: str, kind: PageKind = "article") -> Page:
    with urlopen(url, timeout=20) as reply:
        return Page(url=url, fetched_at=READ_AT, body=reply.read(), kind=kind)


def test_a_page_cleans_to_its_article_by_its_declaration(served: Served) -> None:
    corpus = served.corpus
    layouts = Counter[str]()
    for article in corpus.articles[:: SIZE // 40]:
        url, paper = served.web.url(article), corpus.papers[article.paper]
        made = process(fetched(url), served.sources[article.paper])
        assert isinstance(made.output, Record), made.output
        said = records.record(corpus, article, article.at(None))
        names = ("title", "lead", "paragraphs", "authors", "credit", "published", "section", "tags")
        assert {n: getattr(made.output, n) for n in names} == {n: getattr(said, n) for n in names}
        assert made.article == pages.key(paper, article)
        layouts[paper.layout] += 1
    assert set(layouts) == {"plain", "onecms", "vccorp"}


def test_a_page_gives_the_links_of_the_truth_with_their_kinds_and_places(corpus: Corpus) -> None:
    port = 8080
    web, sources = Web(corpus, port), declared(corpus, port)
    seen, places = Counter[tuple[str, str]](), set[tuple[str, str]]()
    for article in corpus.articles[-1200::5]:
        shown, paper = web.page(web.url(article)), corpus.papers[article.paper]
        assert shown
        page = Page(url=shown.url, fetched_at=READ_AT, body=render(shown, paper)[1])
        made = process(page, sources[paper.id])
        true = {(step.kind, step.url) for step in shown.steps if step.kind in KINDS}
        assert {(link.kind, link.url) for link in made.links} == true
        seen.update((paper.layout, kind) for kind, _ in true)
        places |= {(paper.layout, link.place) for link in made.links}
    assert set(seen) == {(layout, kind) for layout in ("plain", "onecms", "vccorp") for kind in KINDS}
    assert {("plain", ".tags"), ("plain", ".topics"), ("onecms", ".l-topic"), ("vccorp", ".detail-tab")} <= places
    assert {place for _, place in places if not place.startswith(".")} == {"paragraph 1"}


@pytest.mark.parametrize("name", ["ttxhv", "tiachop", "bensong"])
def test_lists_feeds_and_sitemaps_lead_to_the_articles(served: Served, name: str) -> None:
    web, source = served.web, served.sources[name]
    own = {web.url(a) for a in served.corpus.articles if a.paper == name}
    paper = served.corpus.papers[name]
    section, path = max(paper.sections.items(), key=lambda s: sum(a.section == s[0] for a in served.corpus.articles))
    listed = discover(fetched(web.base(name) + path, "section"), source)
    articles = [found.url for found in listed if found.kind == "article"]
    true = [web.url(a) for a in reversed(served.corpus.articles) if a.paper == name and a.section == section]
    assert articles == true[:LISTED]
    feed = discover(fetched(web.base(name) + pages.FEED, "feed"), source)
    assert {found.url for found in feed} <= own
    assert feed
    months = discover(fetched(web.base(name) + pages.SITEMAP, "sitemap"), source)
    assert {one.url for month in months for one in discover(fetched(month.url, "sitemap"), source)} == own


def test_what_is_not_there_is_404_and_every_request_is_in_the_log(served: Served) -> None:
    before = len(served.fetched())
    with pytest.raises(OSError, match="404"):
        fetched(served.web.base("bensong") + "/khong-co-1.html")
    assert len(served.fetched()) == before + 1
    assert served.asked("bensong")[-1].path == "/khong-co-1.html"


def test_later_articles_are_not_there_yet(corpus: Corpus) -> None:
    early = corpus.articles[1000]
    web = Web(corpus, moment=early.published)
    assert web.page(web.url(early))
    later = next(a for a in corpus.articles[1200:] if a.paper == early.paper)
    assert web.page(web.url(later)) is None
    home = web.page(f"{web.base(early.paper)}/")
    assert home
    assert all(corpus.articles[s.article].published <= early.published for s in home.steps if s.article is not None)
    web.moment = later.published + timedelta(minutes=1)
    assert web.page(web.url(later))


def test_edits_show_from_their_moment_on(corpus: Corpus) -> None:
    article = next(a for a in corpus.articles if a.edits and a.edits[-1].at < corpus.articles[-1].published)
    web = Web(corpus, moment=article.published)
    before = web.page(web.url(article))
    web.moment = article.edits[-1].at
    after = web.page(web.url(article))
    assert before
    assert after
    assert before.story == article.story
    assert after.story == article.edits[-1].story


def test_links_point_back_in_time_and_are_as_topical_as_promised(corpus: Corpus) -> None:
    """For reports of topics; sections of few subjects are topical by themselves."""
    same = Counter[tuple[str, bool]]()
    boxes = 0
    for article in corpus.articles[len(corpus.articles) // 2 :]:
        shown = links.of(corpus)[article.id]
        boxes += any(link.kind == "related" for link in shown)
        for link in shown:
            other = corpus.articles[link.target]
            assert other.paper == article.paper
            assert other.published <= article.published
            if article.subject in corpus.topics:
                same[link.kind, other.subject == article.subject] += 1
    half = len(corpus.articles) / 2
    assert 0.35 < boxes / half < 0.62
    related = same["related", True] / (same["related", True] + same["related", False])
    more = same["more", True] / (same["more", True] + same["more", False])
    assert 0.6 < related < 0.9
    assert more < 0.5


def test_search_tags_and_topic_pages_hold_what_they_should(corpus: Corpus) -> None:
    web, topic = Web(corpus), "sot-xuat-huyet"
    articles = corpus.of_topic(topic)
    paper = Counter(a.paper for a in articles).most_common(1)[0][0]
    found = web.page(web.search(paper, "sốt xuất huyết"))
    assert found
    assert found.kind == "search"
    ids = [s.article for s in found.steps if s.kind == "list"]
    assert ids
    assert all("huyết" in f"{corpus.articles[n].story}".lower() for n in ids if n is not None)
    kinds = Counter[str]()
    for article in articles:
        shown = web.page(web.url(article))
        assert shown
        for step in shown.steps:
            if step.kind in ("tag", "topic"):
                kinds[step.kind] += 1
                there = web.page(step.url)
                assert there, step
    assert kinds["tag"] > len(articles)
    assert kinds["topic"] > 10
