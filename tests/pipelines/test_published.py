"""The time of publication: order of trust, precision, the draft's time as a check, hints last."""

from archive.facts import Hints, Page
from config.declarations import Rules, UrlRules
from config.sources import Source
from pipelines.defaults import completed
from pipelines.published import Published, published
from pipelines.view import View

PAPER = Source(
    id="a",
    title="A",
    hosts=("a.example.vn",),
    urls=UrlRules(
        article=(r"-(?P<id>\d{14,20})\.htm", r"-(?P<id>\d+)\.html"),
        id_time=("%Y%m%d%H%M%S*", "###%y%m%d%H%M%S*"),
    ),
)
RULES = Rules(published=("ld:datePublished", "meta:pubdate", ".date"), modified=("meta:lastmod",))
URL = "https://a.example.vn/bai-1.html"


def page(body: str, url: str = URL, hints: Hints = Hints()) -> Page:  # noqa: B008
    return Page(url=url, fetched_at="2025-03-10T08:00:00+07:00", body=body.encode(), hints=hints)


def dated(body: str, url: str = URL, hints: Hints = Hints(), rules: Rules = RULES) -> Published:  # noqa: B008
    return published(View(body, url), completed(rules), page(body, url, hints), PAPER)


def found(body: str, url: str = URL, hints: Hints = Hints()) -> tuple[object, ...]:  # noqa: B008
    told = dated(body, url, hints)
    return told.value, told.precision, told.origin


LD = '<script type="application/ld+json">{"@type":"NewsArticle","datePublished":"%s"}</script>'
DOM = '<p class="date">Chủ Nhật, 09/03/2025, 10:00 (GMT+7)</p>'


def test_the_first_place_that_can_be_read_wins() -> None:
    assert found(LD % "2025-03-09T10:01:00+07:00" + DOM) == ("2025-03-09T10:01:00+07:00", "minute", "json-ld")
    assert found(LD % "hôm nào" + DOM) == ("2025-03-09T10:00:00+07:00", "minute", "selector")


def test_a_coarse_reading_is_made_finer_by_one_of_the_same_day() -> None:
    assert found(LD % "2025-03-09" + DOM)[0] == "2025-03-09T10:00:00+07:00"
    assert found(LD % "2025-03-08" + DOM)[:2] == ("2025-03-08T00:00:00+07:00", "day")


def test_a_feeds_date_is_the_last_resort_and_read_in_its_declared_order() -> None:
    hints = Hints(via="feed", date="3/9/2025 9:20:00 AM", order="MDY")
    assert found("<p>không có ngày</p>", hints=hints) == ("2025-03-09T09:20:00+07:00", "minute", "feed")
    assert found(DOM, hints=hints)[2] == "selector"


def test_a_date_beside_an_anchor_is_not_believed() -> None:
    assert found("<p>x</p>", hints=Hints(via="section", date="09/03/2025 10:00")) == (None, None, None)


def test_a_refused_date_is_none_rather_than_wrong() -> None:
    assert found('<p class="date">Thứ Hai, 09/03/2025 10:00</p>') == (None, None, None)
    assert found('<p class="date">10/03/2026 10:00</p>') == (None, None, None)


def test_a_date_well_before_the_draft_is_of_something_else() -> None:
    url = "https://a.example.vn/b-20250309120000222.htm"
    assert found(DOM, url)[0] == "2025-03-09T10:00:00+07:00"
    assert found('<p class="date">05/03/2025 10:00</p>', url) == (None, None, None)


def test_a_date_long_after_the_draft_is_kept_and_doubted() -> None:
    for draft, doubts in (("20250210120000222", 0), ("20250206090000222", 1), ("185250206090000222", 1)):
        told = dated(DOM, f"https://a.example.vn/b-{draft}.htm")
        assert (told.value, len(told.notes)) == ("2025-03-09T10:00:00+07:00", doubts)
    assert "more than 30 days after the article's draft" in told.notes[0]


def test_the_draft_is_never_the_publication() -> None:
    assert found("<p>x</p>", "https://a.example.vn/b-20250309120000222.htm") == (None, None, None)


def test_an_id_of_the_future_tells_nothing() -> None:
    url = "https://a.example.vn/b-20430112120000222.htm"
    assert found(DOM, url)[0] == "2025-03-09T10:00:00+07:00"


def test_the_last_change() -> None:
    assert dated('<meta name="lastmod" content="2025-03-09T11:00:00+07:00">').modified == "2025-03-09T11:00:00+07:00"
    assert dated("<p>x</p>").modified is None
