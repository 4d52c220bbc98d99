"""The fixed negatives are what the design says of them."""

from itertools import combinations

from tests.corpus import fixed, measure


def test_the_finds_are_of_one_topic_and_no_copies() -> None:
    sets = [measure.shingles(story.text) for story in fixed.seeds()]
    assert len(sets) == 5
    assert round(max(measure.containment(a, b) for a, b in combinations(sets, 2)), 2) <= 0.09


def test_lists_of_headlines_are_nearly_equal() -> None:
    one, other = map(measure.shingles, fixed.headline_lists())
    assert 0.7 < measure.containment(one, other) < 1
    assert len(fixed.foreign()) > 10
    assert any("cúp điện" in teaser.headline for teaser in fixed.foreign())
    assert not any("Đối ngoại Đảng" in teaser.headline for teaser in fixed.foreign())
