"""The days that sitemaps and addresses name."""

from datetime import date

import pytest

from archive.facts import Found, Hints
from config.declarations import UrlRules
from config.drafts import LONGEST
from config.sources import Source, load
from crawler.backfill import (
    MONTHLY,
    SLACK,
    STALE,
    Chains,
    Days,
    Span,
    day_of,
    days_of_article,
    days_of_shards,
    is_before,
)

ROOT = "https://song.example.vn"
PAPER = Source(
    id="song",
    title="song",
    hosts=("song.example.vn",),
    urls=UrlRules(article=(r"-(?P<id>\d+)\.html?$",), id_time=("%Y%m%d%H%M%S*",)),
)
TODAY = date(2025, 6, 20)


def days(*names: str, fetched: date = TODAY) -> list[tuple[str, str] | None]:
    found = days_of_shards([f"{ROOT}/{name}" for name in names], fetched)
    return [(str(d.first), str(d.last)) if d else None for d in found]


def month(year: int, number: int, last: int) -> tuple[str, str]:
    return (f"{year}-{number:02}-01", f"{year}-{number:02}-{last}")


def test_shards_of_the_families() -> None:
    assert days("StaticSitemaps/sitemaps-2025-6-16-20.xml", "StaticSitemaps/sitemaps-2024-12-1-5.xml") == [
        ("2025-06-16", "2025-06-20"),
        ("2024-12-01", "2024-12-05"),
    ]
    assert days("sitemaps/news-2025-6.xml", "sitemaps/news-2024-2.xml") == [month(2025, 6, 30), month(2024, 2, 29)]
    assert days("sitemap-article-06-2025-1.xml", "sitemap-article-11-2024-12.xml") == [
        month(2025, 6, 30),
        month(2024, 11, 30),
    ]
    assert days("sitemap/202506.xml.gz", "sitemap/202411.xml.gz") == [month(2025, 6, 30), month(2024, 11, 30)]
    assert days("s.xml?yyyy=2025&mm=06&dd=18", "s.xml?yyyy=2025&mm=05&dd=30") == [
        ("2025-06-18",) * 2,
        ("2025-05-30",) * 2,
    ]
    assert days("sitemap-20250618.xml", "sitemap-20241231.xml") == [("2025-06-18",) * 2, ("2024-12-31",) * 2]
    assert days("articles-2025.xml", "articles-2010.xml") == [
        ("2025-01-01", "2025-12-31"),
        ("2010-01-01", "2010-12-31"),
    ]


def test_names_that_may_be_numbered_tell_their_year_only() -> None:
    whole = ("2025-01-01", "2025-12-31")
    assert days("news-2025-1.xml", "news-2025-2.xml") == [whole] * 2, "the newest would be of February"
    assert days("news-2025-1.xml", "news-2025-14.xml") == [whole] * 2, "there is no fourteenth month"
    assert days("news-2025-6.xml", "news-2025-9.xml") == [whole] * 2, "September is still to come"
    assert days("page-6-2025.xml", "page-5-2025.xml") == [whole] * 2, "pages of a year, or months"
    assert days("x-2025-06-1.xml", "x-2025-06-2.xml") == [month(2025, 6, 30)] * 2, "the month's parts, or its days"
    june = date(2025, 6, 1)
    assert days("news-2025-4.xml", fetched=june + MONTHLY) == [whole]


def test_names_without_a_year_tell_nothing() -> None:
    names = (
        "sitemap-1.xml",
        "sitemap-news.xml",
        "sitemap-12345.xml",
        "x-2019-2025.xml",
        "s-99999999.xml",
        "2150-1.xml",
    )
    assert days(*names) == [None] * 6


@pytest.mark.parametrize(
    ("path", "hint", "first"),
    [
        ("/2024/05/12/ca-ve-1.html", None, "2024-05-12"),
        ("/tin/2024-05-12/ca-ve-1.html", None, "2024-05-12"),
        ("/202405/ca-ve-1/", None, "2024-05-01"),
        ("/ca-ve-20240512181849712.htm", None, "2024-05-12"),
        ("/ca-ve-1.html", "2024-05-12T08:00:00+07:00", "2024-05-12"),
        ("/2023/01/01/ca-ve-1.html", "2024-05-12", "2024-05-12"),
        ("/ky-niem-ngay-20-11-2024-1.html", None, None),
        ("/gia-vang-hom-nay-12-5-2024-1.html", "12/05/2024", None),
        ("/ca-ve-20241512181849712.htm", None, None),
        ("/ca-ve-202405121818497123456.htm", None, None),
        ("/ca-ve-1.html", None, None),
    ],
)
def test_days_of_an_article(path: str, hint: str | None, first: str | None) -> None:
    found = days_of_article(PAPER, Found(url=ROOT + path, kind="article", hints=Hints(date=hint)))
    assert (str(found.first + SLACK) if found else None) == first


def test_an_id_with_a_prefix_tells_the_days_too() -> None:
    paper = load()["thanhnien"]
    found = days_of_article(paper, Found(url="https://thanhnien.vn/ca-ve-185250713181742206.htm", kind="article"))
    assert found == Days(date(2025, 7, 13) - SLACK, date(2025, 7, 13) + LONGEST), "the draft's day, and a month"


def test_a_span() -> None:
    span = Span.read("2020-01-01..2020-12-31")
    assert str(span) == "2020-01-01..2020-12-31" and str(Span(date(2020, 1, 1))) == "2020-01-01.."
    assert Span.read("2020-01-01..") == Span(date(2020, 1, 1))
    for first, last, meets in (
        ("2019-12-01", "2019-12-31", False),
        ("2019-12-01", "2020-01-01", True),
        ("2020-12-31", "2021-02-01", True),
        ("2021-01-01", "2021-02-01", False),
    ):
        assert span.meets(Days(date.fromisoformat(first), date.fromisoformat(last))) is meets
    assert span.meets(None), "what nobody knows may be"
    assert day_of("2025-02") == date(2025, 2, 28) and day_of("2025-02-03T08:00Z") == date(2025, 2, 3)
    assert day_of("3/2/2025") is day_of(None) is day_of("2025-13") is None


def test_a_page_from_before() -> None:
    def shown(*paths: str) -> list[Found]:
        return [Found(url=ROOT + path, kind="article") for path in paths]

    span = Span(date(2024, 1, 1))
    old, new, unknown = "/2023/05/12/a-1.html", "/2024/05/12/a-1.html", "/a-1.html"
    assert is_before(PAPER, span, shown(old, old, unknown))
    assert not is_before(PAPER, span, shown(old, unknown, unknown))
    assert not is_before(PAPER, span, shown(old, new)) and not is_before(PAPER, span, [])


def test_a_chain_ends_where_articles_repeat_whatever_the_pages_links() -> None:
    chains = Chains()
    assert all(chains.goes_on("/tin", [f"a{n}", f"a{n + 1}"]) for n in range(50))
    repeats = [chains.goes_on("/tin", ["a3", "a4"]) for _ in range(STALE)]
    assert repeats == [True] * (STALE - 1) + [False]
    assert chains.goes_on("/khac", ["a3"]), "another list may show the same"
    assert [chains.goes_on("/lich", []) for _ in range(STALE)][-1] is False
