"""What a topic's crawl asks the papers' searches for."""

import pytest

from crawler.asking import Asking, Syllables, phrases

NOTHING = Syllables(())


def test_syllables_that_stand_everywhere_find_everything_however_rare_the_term_is_as_it_is_spelt() -> None:
    """ "sắt đô", a piece of "đường sắt đô thị", stands in few articles; "sat" and "do" without marks in most."""
    parts = {"sắt đô": (0.9, 0.001), "ga ngầm": (0.5, 0.001), "metro": (0.6, 0.001)}
    assert Asking(parts, NOTHING).best()[0] == "metro"
    assert NOTHING.together("sắt đô") > 20 * NOTHING.together("metro")


def test_a_term_that_more_of_the_topic_holds_finds_more() -> None:
    parts = {"metro": (0.3, 0.0), "mường khao": (0.6, 0.0)}
    assert Asking(parts, NOTHING).best() == ["mường khao", "metro"]


def test_what_others_hold_as_well_comes_behind() -> None:
    parts = {"metro": (0.5, 0.2), "depot": (0.5, 0.0)}
    assert Asking(parts, NOTHING).best() == ["depot", "metro"]


def test_declared_phrases_come_first_and_no_two_share_a_syllable_marked_or_not() -> None:
    parts = {"đối ngoại": (0.9, 0.0), "ngoai giao": (0.9, 0.0), "angola": (0.2, 0.0)}
    assert phrases(["đối ngoại đảng"], Asking(parts, NOTHING).best(), 4) == ["đối ngoại đảng", "angola"]


def test_what_was_seen_to_find_little_is_not_asked_for() -> None:
    parts = {"metro": (0.9, 0.0), "depot": (0.5, 0.0)}
    assert phrases((), Asking(parts, NOTHING).best(), 2, lambda said: said != "metro") == ["depot"]


def test_the_papers_own_headlines_tell_what_is_common_there() -> None:
    said = Syllables(["Metro Bến Sỏi chạy thử"] * 50 + ["Giá vàng hôm nay giảm sâu phiên thứ ba"] * 50)
    assert said.together("metro") > 100 * NOTHING.together("metro")


@pytest.mark.parametrize("unknown", ["xqzv", "Thung Nhão"])
def test_of_what_is_not_known_little_is_sure_until_many_headlines_were_seen(unknown: str) -> None:
    many = Syllables(f"tin số {n} trong ngày hôm nay" for n in range(20_000))
    assert many.together("xqzv") < 0.01 * NOTHING.together("xqzv")
    assert 0 < NOTHING.together(unknown) < 1


def test_a_question_that_finds_other_articles_in_the_archive_comes_behind() -> None:
    """A syllable that is rare as it is marked may be common without its marks, which neither headlines nor the general
    background know of names and new words."""
    parts = {"sẳn": (0.7, 0.0), "trểm khếm": (0.6, 0.0)}
    held = {"sẳn": (20, 30, 40, 80), "trểm khếm": (18, 30, 1, 80)}
    best = Asking(parts, NOTHING, held.__getitem__)
    assert best.best() == ["trểm khếm", "sẳn"]
    assert Asking(parts, NOTHING, lambda _: (20, 30, 3, 80)).finds("sẳn") == Asking(
        parts, NOTHING, lambda _: (20, 30, 0, 80)
    ).finds("sẳn"), "a few may be there by chance"


def test_of_a_question_whose_term_is_no_longer_learnt_the_archive_tells() -> None:
    found = Asking({}, NOTHING, lambda said: (25, 30, 0, 60) if said == "metro" else (2, 30, 0, 60))
    assert found.finds("metro") > 5 * found.finds("depot")
