"""What is expected of leads: words, places, and what came of others."""

from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.leads import Yield
from archive.relevance import Profile
from crawler.expecting import Titles, Words, calibrated, further, probability, shift, worth
from crawler.focus import LOWEST, Focus
from crawler.weighing import FLOOR

PROFILE = Profile({"đối ngoại": 0.4, "đối ngoại đảng": 0.6, "ngoại giao": 0.3}, {"hội nghị đối ngoại toàn quốc": 0.5})


def test_words_are_weighed_with_and_without_marks() -> None:
    words = Words(PROFILE)
    assert (
        words.weigh("Công tác đối ngoại Đảng") == words.weigh("cong tac doi ngoai dang") > words.weigh("đối ngoại") > 0
    )
    assert words.weigh("đội ngoài") == 0, "marks that are there count"
    assert words.weigh("Giá vàng hôm nay") == words.weigh("") == 0


def test_a_word_said_twice_weighs_no_more() -> None:
    words = Words(PROFILE)
    assert words.weigh("ngoại giao, ngoại giao, ngoại giao") == words.weigh("ngoại giao")


def test_a_headline_counts_its_telling_words_and_hardly_those_of_the_section() -> None:
    """Three words that stand in a sixth of all news are no match for one that only the topic has."""
    parts = {"ca khúc": (0.6, 0.17), "nghệ sĩ": (0.6, 0.17), "sân khấu": (0.6, 0.17), "khèn đồng": (0.6, 0.001)}
    words = Words(Profile(dict.fromkeys(parts, 0.2)), parts)
    assert words.weigh("nghệ sĩ, ca khúc, sân khấu") < 0.5 * words.weigh("chiếc khèn đồng")


def test_terms_that_overlap_count_once() -> None:
    parts = {"khèn": (0.6, 0.01), "đồng": (0.5, 0.02), "khèn đồng": (0.6, 0.001)}
    words = Words(Profile(dict.fromkeys(parts, 0.2)), parts)
    alone = Words(Profile({"khèn đồng": 0.2}), parts)
    assert words.weigh("khèn đồng") == alone.weigh("khèn đồng") > words.weigh("khèn") > 0


def test_headlines_tell_by_how_rare_their_weight_is() -> None:
    titles = Titles([0.0] * 95 + [0.2] * 3 + [0.9] * 2, [0.9] * 8 + [0.2] * 2)
    assert titles.odds(0) < -1 < 1 < titles.odds(0.2) < titles.odds(0.9)


def test_headlines_of_which_few_were_seen_tell_little_against_a_link() -> None:
    assert Titles([], []).odds(0) > -3
    assert Titles([], []).odds(1) > 0


@given(st.lists(st.floats(0, 3), max_size=200), st.lists(st.floats(0, 3), max_size=60))
def test_a_headline_of_more_weight_is_never_less_likely(seen: list[float], own: list[float]) -> None:
    odds = [Titles(seen, own).odds(at / 10) for at in range(35)]
    assert odds == sorted(odds)


@given(st.floats(0, 1), st.lists(st.floats(-30, 30), max_size=4))
def test_a_probability_is_one(rate: float, odds: list[float]) -> None:
    assert 0 <= probability(rate, *odds) <= 1


def test_further_places_say_more_and_each_less_than_the_one_before() -> None:
    one, two, three = further([0.5]), further([0.5, 0.5]), further([0.5, 0.5, 0.5])
    assert 0 < three - two < two - one < one
    assert further([]) == further([0.01]) == 0, "a place that is no better than any says nothing"
    assert further([0.3, 0.6]) == further([0.6, 0.3])


def test_what_leads_brought_moves_what_is_expected() -> None:
    assert shift(5, 5, 10) == 0
    assert shift(5, 9, 10) > shift(5, 9, 10) / 2 > 0 > shift(5, 1, 10)
    assert abs(shift(0.5, 0, 1)) < abs(shift(5, 0, 10)), "one lead says less than ten"


def test_a_guess_gives_way_to_what_came() -> None:
    assert calibrated(0.6, []) == pytest.approx(0.6)
    assert calibrated(0.6, [(1.0, Yield(40, 2))]) < 0.1
    assert calibrated(0.6, [(0.2, Yield(40, 2))]) > calibrated(0.6, [(1.0, Yield(40, 2))]), "leads far off count less"


def test_a_list_is_worth_what_its_best_leads_bring() -> None:
    assert worth([]) == (0.0, 0)
    gain, count = worth([0.1, 0.9, 0.9, 0.05])
    assert (gain, count) == (pytest.approx(1.8), 2), "poor ones beside good ones make it no worse"
    assert worth([0.3] * 20)[1] == 20


@given(st.lists(st.floats(0, 1), max_size=30))
def test_no_list_is_worth_more_than_its_best_lead(leads: list[float]) -> None:
    gain, count = worth(leads)
    assert gain / (1 + count) <= max(leads, default=0.0)


@pytest.mark.parametrize(
    ("pages", "found", "floor"), [(0, 0, FLOOR), (24, 10, LOWEST), (25, 10, FLOOR), (90, 10, FLOOR)]
)
def test_poor_leads_are_followed_while_the_whole_crawl_is_cheap(pages: int, found: int, floor: float) -> None:
    crawl = SimpleNamespace(_pages=pages, found=found)
    assert Focus._floor.fget(crawl) == floor  # type: ignore[attr-defined]
