"""The right date of a page among many: what is believed when its places contradict each other, and what is noted."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from archive.facts import Hints, Page, Record
from config.clock import VIETNAM, stamp
from config.declarations import Rules
from config.sources import Source
from pipelines.defaults import completed
from pipelines.process import process
from pipelines.published import Published, published
from pipelines.view import View
from tests.pipelines.pages import FIXTURES, SOURCES

URL, AT = "https://a.example.vn/bai-1.html", "2025-03-20T08:00:00+07:00"
PAPER = Source(id="a", title="A", hosts=("a.example.vn",))
RULES = Rules(
    published=("ld:datePublished", "meta:article:published_time", ".date", "time@datetime"),
    modified=("ld:dateModified", ".changed"),
)
ON_THE_NINTH = '<p class="date">Chủ Nhật, 09/03/2025, 10:00 (GMT+7)</p>'


def ld(published_at: str, modified_at: str = "") -> str:
    changed = f', "dateModified": "{modified_at}"' if modified_at else ""
    told = f'{{"@type": "NewsArticle", "datePublished": "{published_at}"{changed}}}'
    return f'<script type="application/ld+json">{told}</script>'


def meta(published_at: str) -> str:
    return f'<meta property="article:published_time" content="{published_at}">'


def dated(body: str, at: str = AT, hints: Hints = Hints(), rules: Rules = RULES) -> Published:  # noqa: B008
    kept = Page(url=URL, fetched_at=at, body=body.encode(), hints=hints)
    return published(View(body, URL), rules, kept, PAPER)


@pytest.mark.parametrize("mark", ["Z", ".000Z", "+00:00", ".000+0000", " UTC"])
def test_local_time_marked_as_utc_is_set_right_by_what_a_reader_sees(mark: str) -> None:
    told = dated(ld(f"2025-03-09T10:00:27{mark}") + ON_THE_NINTH)
    assert (told.value, told.origin) == ("2025-03-09T10:00:27+07:00", "json-ld")
    assert told.raw == f"2025-03-09T10:00:27{mark}"
    assert len(told.notes) == 1
    assert "local time marked as UTC" in told.notes[0]


@pytest.mark.parametrize(
    "body",
    [
        ld("2025-03-09T03:00:27Z") + ON_THE_NINTH,
        ld("2025-03-09T03:00:27.000+00:00") + meta("2025-03-09T10:00:00 +07:00") + ON_THE_NINTH,
        ld("2025-03-09T10:00:27.000 +07:00") + ON_THE_NINTH,
        meta("2025-03-09T10:00") + ON_THE_NINTH,
    ],
)
def test_places_that_agree_are_not_noted(body: str) -> None:
    told = dated(body)
    assert (told.value or "")[:16] == "2025-03-09T10:00"
    assert told.notes == ()


def test_one_wrong_mark_among_two_shows_without_a_visible_date() -> None:
    wrong_first = dated(ld("2025-03-09T10:00:00Z") + meta("2025-03-09T10:00:00+07:00"))
    wrong_last = dated(ld("2025-03-09T10:00:00+07:00") + meta("2025-03-09T10:00:00Z"))
    assert wrong_first.value == wrong_last.value == "2025-03-09T10:00:00+07:00"
    assert len(wrong_first.notes) == len(wrong_last.notes) == 1


def test_a_feed_shows_a_wrong_zone_too() -> None:
    hints = Hints(via="feed", date="Sun, 09 Mar 2025 10:00:00 +0700")
    assert dated(ld("2025-03-09T10:00:00Z"), hints=hints).value == "2025-03-09T10:00:00+07:00"


def test_utc_printed_as_local_time_gives_way_to_what_a_reader_sees() -> None:
    told = dated(ld("2025-03-09T03:00:00+07:00") + ON_THE_NINTH)
    assert (told.value, told.origin) == ("2025-03-09T10:00:00+07:00", "selector")
    assert "UTC marked as local time" in told.notes[0]


def test_a_zone_that_would_lie_after_the_fetch_is_noted() -> None:
    told = dated(ld("2025-03-20T07:30:00Z"))
    assert told.value == "2025-03-20T07:30:00+07:00"
    assert told.notes == ("json-ld '2025-03-20T07:30:00Z' would lie after the fetch: local time marked as UTC",)


def test_the_last_change_has_the_same_wrong_zone() -> None:
    told = dated(ld("2025-03-09T10:00:00Z", "2025-03-09T12:30:00Z") + ON_THE_NINTH)
    assert told.modified == "2025-03-09T12:30:00+07:00"
    told = dated(ld("2025-03-09T03:00:00Z", "2025-03-09T05:30:00Z") + ON_THE_NINTH)
    assert told.modified == "2025-03-09T12:30:00+07:00"


def test_the_clock_of_the_rendering_is_no_date_of_publication() -> None:
    told = dated(ld("2025-03-20T07:59:41+07:00") + ON_THE_NINTH)
    assert (told.value, told.origin) == ("2025-03-09T10:00:00+07:00", "selector")
    assert "when the page was made" in told.notes[0]
    fresh = dated(ld("2025-03-20T07:59:41+07:00") + '<p class="date">20/03/2025 07:59</p>')
    assert (fresh.value, fresh.notes) == ("2025-03-20T07:59:41+07:00", ())


def test_todays_date_in_the_pages_head_gives_way_to_the_articles() -> None:
    today = '<p class="date">Thứ Năm, 20/03/2025</p>'
    assert dated(today + ON_THE_NINTH).value == "2025-03-09T10:00:00+07:00"
    told = dated(today + ld("2025-03-09"), rules=Rules(published=(".date", "ld:datePublished")))
    assert (told.value, told.precision) == ("2025-03-09T00:00:00+07:00", "day")
    assert dated(today).value == "2025-03-20T00:00:00+07:00"


def test_a_change_is_not_the_publication() -> None:
    told = dated(ld("2025-03-12T09:00:00+07:00", "2025-03-12T09:00:00+07:00") + ON_THE_NINTH)
    assert (told.value, told.modified) == ("2025-03-09T10:00:00+07:00", "2025-03-12T09:00:00+07:00")
    assert "the last change, not the publication" in told.notes[0]


def test_a_visible_change_beside_the_publication_needs_no_note() -> None:
    visible = '<p class="date">Cập nhật: 12/03/2025 09:00</p>'
    told = dated(ld("2025-03-09T10:00:00+07:00", "2025-03-12T09:00:00+07:00") + visible)
    assert (told.value, told.modified, told.notes) == ("2025-03-09T10:00:00+07:00", "2025-03-12T09:00:00+07:00", ())


def test_an_unchanged_article_keeps_its_most_trusted_date() -> None:
    told = dated(ld("2025-03-09T10:01:40+07:00", "2025-03-09T10:01:40+07:00") + ON_THE_NINTH)
    assert (told.value, told.notes) == ("2025-03-09T10:01:40+07:00", ())


def test_more_than_a_day_apart_the_order_of_trust_decides_and_it_is_noted() -> None:
    told = dated(ld("2025-03-05T10:00:00+07:00") + ON_THE_NINTH)
    assert told.value == "2025-03-05T10:00:00+07:00"
    assert told.notes == (
        "selector 'Chủ Nhật, 09/03/2025, 10:00 (GMT+7)' differs by more than a day;"
        " taken: json-ld '2025-03-05T10:00:00+07:00'",
    )
    assert dated(ld("2025-03-09T20:00:00+07:00") + ON_THE_NINTH).notes == ()
    assert dated(ld("2025-03") + ON_THE_NINTH).notes == ()


def test_a_feed_that_disagrees_is_noted() -> None:
    month_first = Hints(via="feed", date="3/9/2025 10:00:00 AM", order="MDY")
    other = Hints(via="feed", date="Wed, 05 Mar 2025 10:00:00 +0700")
    assert dated(ON_THE_NINTH, hints=month_first).notes == ()
    assert "feed 'Wed, 05 Mar 2025" in dated(ON_THE_NINTH, hints=other).notes[0]
    assert dated(ON_THE_NINTH, hints=other).value == "2025-03-09T10:00:00+07:00"


def test_dates_of_other_articles_and_of_events_are_not_the_articles() -> None:
    boxes = '<aside><article><h3>Khác</h3><time datetime="2025-03-01T08:00:00+07:00">1/3</time></article></aside>'
    story = "<article><h1>Tít</h1><p>Ngày 30/4/1975, lúc 11h30; ngày 8/3/2025.</p></article>"
    plain = completed(Rules())
    assert dated(boxes + story, rules=plain).value is None
    own = '<article><h1>Tít</h1><time datetime="2025-03-09T10:00:00+07:00">9/3</time></article>'
    assert dated(boxes + own, rules=plain).value == "2025-03-09T10:00:00+07:00"
    told = dated(meta("2025-03-09T10:00:00+07:00") + boxes + story, rules=plain)
    assert (told.value, told.notes) == ("2025-03-09T10:00:00+07:00", ())


def test_notes_are_no_part_of_the_record() -> None:
    fixture = next(f for f in FIXTURES if f.name == "vnexpress/2019")
    kept = fixture.page
    wrong = kept.body.replace(b'datePublished":"2024-10-07T06:30:00+07:00"', b'datePublished":"2024-10-07T06:30:00Z"')
    right, told = (process(p, SOURCES["vnexpress"]) for p in (kept, structs.replace(kept, body=wrong)))
    assert isinstance(right.output, Record)
    assert structs.replace(right.output, published_raw="2024-10-07T06:30:00Z") == told.output
    assert (len(right.notes), len(told.notes)) == (0, 1)


@given(
    st.datetimes(datetime(2000, 1, 1), datetime(2025, 3, 18)),  # noqa: DTZ001
    st.sampled_from(["+07:00", "Z", "true Z", " +07:00", ""]),
)
def test_whatever_zone_is_marked_the_minute_is_the_visible_one(naive: datetime, mark: str) -> None:
    moment = naive.replace(microsecond=0, tzinfo=VIETNAM)
    told = stamp(moment)[:19] + mark
    if mark == "true Z":
        told = stamp(moment - timedelta(hours=7))[:19] + "Z"
    found = dated(ld(told) + f'<p class="date">{moment:%d/%m/%Y %H:%M}</p>')
    assert found.value == stamp(moment)
    assert len(found.notes) == (mark == "Z")
