"""What an article is to a topic, and the reasons that are told."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.relevance import SHORTEST, Profile, judge, names, profile_of
from archive.terms import Text, phrase
from config.topics import Phrases, Topic

WORDS = "bà con trong bản góp công sửa con đường sạt lở sau mưa".split()


def text(*said: str, title: str = "Tin trong ngày", length: int = 200) -> Text:
    """A text of so many syllables with `said` in it."""
    filled = [". ".join(said), *(WORDS[n % len(WORDS)] for n in range(length - sum(len(s.split()) for s in said)))]
    return Text(title, text=". ".join([filled[0], " ".join(filled[1:])]))


def topic(**more: object) -> Profile:
    phrases = {k: more.pop(k) for k in ("must", "may", "without") if k in more}
    return profile_of(Topic(title="Kè", name="ke", phrases=Phrases(**phrases), **more))  # type: ignore[arg-type]


def test_the_more_a_phrase_is_said_the_more_relevant_and_never_more_than_its_weight() -> None:
    made = topic(may={"kè đá": 2.0})
    said = [judge(made, text(*["kè đá"] * n)).relevance for n in (0, 1, 3, 9, 60)]
    assert said == sorted(said) and len(set(said)) == 5 and said[0] == 0 and said[-1] < 2.0
    assert judge(made, text("kè đá", length=180)).relevance > judge(made, text("kè đá", length=900)).relevance


def test_a_headline_says_more_than_the_text() -> None:
    made = topic(may={"kè đá": 2.0})
    assert judge(made, text(title="Kè đá vỡ")).relevance > judge(made, text("Kè đá vỡ")).relevance


def test_a_few_words_are_not_taken_at_their_word() -> None:
    made = topic(may={"kè": 1.5})
    assert not judge(made, Text("Kè")).taken
    assert judge(made, Text("Kè")).relevance == pytest.approx(1.5 * 3 / (3 + 6 * SHORTEST / 400), abs=1e-3)


def test_long_phrases_are_looked_for_within_clauses() -> None:
    made = topic(may={"Ban Đối ngoại Trung ương": 3.0})
    assert made.phrases == {"ban đối ngoại trung ương": 3.0} and not made.terms
    assert judge(made, text("ông nói ở ban đối ngoại trung ương")).relevance > 0.3
    assert judge(made, text("một ban đối ngoại. trung ương bàn")).relevance == 0
    assert judge(made, text("ban đối ngoại trung ương", title="Ban Đối ngoại Trung ương")).reasons[0].places == (
        "title",
        "text",
    )


def test_the_threshold_scales_relevance_and_reasons() -> None:
    easy, strict = topic(may={"kè đá": 2.0}), topic(may={"kè đá": 2.0}, threshold=2.0)
    one, other = (judge(made, text(*["kè đá"] * 9)) for made in (easy, strict))
    assert one.taken and not other.taken and one.relevance == pytest.approx(2 * other.relevance, abs=2e-3)
    assert one.reasons[0].share == pytest.approx(2 * other.reasons[0].share, abs=2e-3)


def test_what_must_and_must_not_stand_in_it() -> None:
    made = topic(may={"kè đá": 3.0}, must=("đại hội XIII | đại hội lần thứ XIII", "lũ"), without=("bóng đá",))
    assert judge(made, text(*["kè đá"] * 9, "lũ", "Đại hội lần thứ XIII")).taken
    lacking = judge(made, text(*["kè đá"] * 9, "lũ"))
    assert not lacking.taken and lacking.against == "it lacks “đại hội xiii” or “đại hội lần thứ xiii”"
    assert lacking.reasons, "its relevance is told all the same"
    assert "“lũ”" in (judge(made, text(*["kè đá"] * 9, "đại hội XIII")).against or "")
    foul = judge(made, text(*["kè đá"] * 9, "lũ", "đại hội xiii", "trận bóng đá"))
    assert foul.against == "“bóng đá” stands in it"


def test_papers_and_days_decide_before_words() -> None:
    made = topic(may={"kè": 3.0}, papers=("song", "nui"), since=date(2021, 1, 2), until=date(2021, 12, 30))
    whole = text(*["kè"] * 20)
    assert judge(made, whole, "2021-01-02", "song").taken and judge(made, whole, "2021-12-30", "nui").taken
    assert judge(made, whole, "2021-01-01", "song").against == "published before 2021-01-02"
    assert judge(made, whole, "2021-12-31", "song").against == "published after 2021-12-30"
    assert judge(made, whole, "2021-05-01", "bien").against == "the topic is collected from song, nui alone"
    assert judge(made, whole, None, "song").taken, "an article without a date is not left for it"


def test_a_part_is_told_with_the_phrase_that_holds_it() -> None:
    made = topic(may={"kè đá": 1.0, "kè": 0.5, "đá": 0.5, "lũ": 0.4, "giá vàng": -0.3})
    told = judge(made, text(*["kè đá"] * 9, "lũ", "giá vàng"))
    assert [r.phrase for r in told.reasons] == ["kè đá", "lũ", "giá vàng"]
    assert sum(r.share for r in told.reasons) == pytest.approx(told.relevance, abs=5e-3)
    assert told.reasons[0].share > 1 and told.reasons[-1].share < 0
    assert names(told.reasons, 2) == "“kè đá” (text), “lũ” (text)"


def test_what_is_declared_goes_before_what_was_learnt() -> None:
    made = profile_of(Topic(title="Kè", phrases=Phrases(may={"Hoà bình": 0.1})), {"hoà bình": 0.9, "kè đá": 0.3})
    assert made.terms == {phrase("hòa bình"): 0.1, "kè đá": 0.3}


@given(st.builds(Text, st.text(), st.text(), st.text(), st.tuples(st.text()), st.tuples(st.text())), st.text())
def test_no_text_is_refused(said: Text, day: str) -> None:
    made = topic(may={"kè đá": 0.4, "a b c d": 1.0, "x": -1.0}, must=("a | b",), without=("c",), since=date(2021, 1, 1))
    found = judge(made, said, day, "song")
    assert isinstance(found.taken, bool) and len(found.reasons) <= 12


@given(st.lists(st.sampled_from([*WORDS, "kè"]), min_size=150, max_size=300), st.integers(0, 149))
def test_one_more_mention_never_makes_it_less_relevant(words: list[str], at: int) -> None:
    made = topic(may={"kè": 1.0})
    more = [*words[:at], "kè", *words[at + 1 :]]
    before, after = (judge(made, Text(text=" ".join(said))).relevance for said in (words, more))
    assert after >= before
