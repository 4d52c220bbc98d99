"""Topics are learnt from a few examples, on small generated newsrooms of both kinds."""

from functools import cache

import pytest

from archive.drafting import at_most, drafted, tempered
from archive.learning import Learnt, learn
from archive.numbered import doc, relevances
from archive.relevance import judge, profile_of
from archive.terms import Counted, Text, counted
from config.background import background
from config.topics import Phrases, Topic
from tests.bench.topical import Read, chosen, text_of
from tests.corpus import Corpus
from tests.corpus.measure import Score, topic_score

SIZE = 450


@cache
def read(generator: str) -> Read:
    return Read(Corpus(7, generator, SIZE))


@cache
def learnt(generator: str, topic: str) -> Learnt:
    of = read(generator)
    seeds = chosen(of.corpus, topic, 5)
    sample = of.sample(2500, seeds)
    found = learn(
        [of.counted(n) for n in seeds], [of.docs[n] for n in sample], lambda at: of.counted(sample[at]),
        background=background(),
    )  # fmt: skip
    assert found is not None
    return found


def score(of: Read, topic: str, found: list[float]) -> Score:
    return topic_score(of.corpus, topic, [n for n, relevance in enumerate(found) if relevance >= 1])


@pytest.mark.parametrize("generator", ["A", "B"])
def test_five_examples_tell_a_topic_from_the_rest_and_from_its_neighbour(generator: str) -> None:
    of = read(generator)
    found = {t: relevances(learnt(generator, t).terms, of.docs) for t in of.corpus.topics[:3]}
    scores = [score(of, topic, told) for topic, told in found.items()]
    all_of = Score(*map(sum, zip(*scores, strict=True)))
    assert all_of.f1 >= 0.93 and all_of.precision >= 0.95
    near = [a.id for t in found for a in of.corpus.articles if of.corpus.relation(t, a) == "near"]
    taken = [
        n for t in found for n in near if found[t][n] >= 1 and of.corpus.relation(t, of.corpus.articles[n]) == "near"
    ]
    assert len(near) > 20 and len(taken) <= 0.05 * len(near)


def test_a_text_as_numbers_is_as_relevant_as_its_words() -> None:
    of = read("A")
    terms = learnt("A", of.corpus.topics[0]).terms
    made = profile_of(Topic(title="x"), terms)
    for article in of.corpus.articles[:40]:
        told = judge(made, text_of(article)).relevance
        assert told == pytest.approx(relevances(terms, [of.docs[article.id]])[0], abs=2e-3)
        assert told <= at_most(made, of.docs[article.id]) + 1e-3


def test_a_draft_takes_what_the_whole_profile_takes() -> None:
    of = read("A")
    topic = of.corpus.topics[0]
    whole = learnt("A", topic)
    taken = [n for n, r in enumerate(relevances(whole.terms, of.docs)) if r >= 1]
    may = drafted(whole.terms, [of.docs[n] for n in taken], of.docs, 40)
    assert len(may) <= 40 and list(may.values()) == sorted(may.values(), reverse=True)
    assert any(phrase.count(" ") >= 3 for phrase in may), "what overlaps is put together"
    made = profile_of(Topic(title="x", phrases=Phrases(may=may)))
    agreed = [judge(made, text_of(a)).taken == (a.id in taken) for a in of.corpus.articles]
    assert agreed.count(False) <= 0.1 * len(taken) + 1


def counts(*said: str) -> Counted:
    return counted(Text(text=". ".join(said)))


STORY = ["kè đá chắn lũ", "bản người dao", "xã nậm pung"]
PLAIN = [[f"chuyện {n}", f"việc thứ {n} của làng {n % 7}", "bà con góp công"] for n in range(60)]


def test_without_examples_nothing_is_learnt() -> None:
    sample = [counts(*said) for said in PLAIN]
    assert learn([], [doc(of) for of in sample], lambda n: sample[n]) is None
    assert learn([counts("kè đá"), counts("giá vàng")], [], lambda n: sample[n]) is None


def test_copies_of_one_story_do_not_become_the_topic() -> None:
    """Twelve prints of one text in the sample, which is of the topic: its own names are no part of the topic."""

    def one(n: int) -> Counted:
        return counts(*["kè đá chắn lũ"] * 3, "sạt lở bờ sông", f"xã số {n}", f"ông tên {n * 7}", *PLAIN[n % 60])

    copy = counts(*["kè đá chắn lũ"] * 3, *["sạt lở bờ sông"] * 3, *["thôn nậm pung"] * 3, *["bà lý mẩy"] * 3)
    sample = [*(one(n) for n in range(5, 25)), *[copy] * 12, *(counts(*said) for said in PLAIN * 4)]
    found = learn([one(n) for n in range(5)], [doc(of) for of in sample], lambda n: sample[n])
    assert found is not None
    told = relevances(found.terms, [doc(of) for of in sample])
    assert all(relevance >= 1 for relevance in told[:20]), "its other articles are found all the same"
    assert not any(relevance >= 1 for relevance in told[32:])
    alone = counts(*["thôn nậm pung"] * 3, *["bà lý mẩy"] * 3, *PLAIN[3])
    assert relevances(found.terms, [doc(alone)])[0] < 1, "other news of those in the story is not of the topic"


def test_two_prints_of_one_story_are_one_example() -> None:
    """What only they share is of the event; with three examples in five of one story it would become the topic."""
    event = [f"thôn a{n} mở đường b{n} qua suối c{n}" for n in range(30)]
    one = counts("kè đá chắn lũ", *event)
    seeds = [one, one, counts("kè đá chắn lũ", *PLAIN[1]), counts("kè đá chắn lũ", *PLAIN[2])]
    sample = [counts(*said) for said in PLAIN * 4]
    found = learn(seeds, [doc(of) for of in sample], lambda n: sample[n])
    assert found is not None
    assert "kè đá chắn" in found.terms
    assert not any("suối" in term for term in found.terms)


def test_headlines_of_all_subjects_tell_what_papers_write_of_otherwise() -> None:
    seeds = [counts("kè đá chắn lũ", "ảnh nóng", *PLAIN[n]) for n in range(3)]
    said = [f"ảnh nóng số {n} trong ngày" for n in range(60)]
    plain, told = learn(seeds, [], lambda n: seeds[n]), learn(seeds, [], lambda n: seeds[n], headlines=said)
    assert plain is not None
    assert told is not None
    assert plain.terms["ảnh nóng"] == plain.terms["kè đá"]
    assert told.terms.get("ảnh nóng", 0.0) < 0.7 * told.terms["kè đá"]


def test_a_term_of_a_formula_weighs_less_than_one_that_stands_for_itself() -> None:
    """Both stand in nine of twelve examples and in nothing else; one of them in a sentence that is always the same."""
    formula = (
        "cùng dự có các đồng chí lãnh đạo ban ngành đoàn thể huyện uỷ cùng đông đảo nhân dân các xã thị trấn về dự"
    )
    seeds = [
        counts(f"ông tên {n * 7}", *PLAIN[n], *["kè đá"] * (n % 4 != 1), *[formula] * (n % 4 != 0)) for n in range(12)
    ]
    sample = [counts(*said) for said in PLAIN * 4]
    found = learn(seeds, [doc(of) for of in sample], lambda n: sample[n])
    assert found is not None
    assert 0 < found.terms.get("đồng chí lãnh", 0.0) < 0.6 * found.terms["kè đá"]


def test_declared_and_learnt_weights_are_not_counted_twice() -> None:
    texts = [doc(counts(*["kè đá"] * n, *["chắn lũ"] * n)) for n in (6, 9, 12)]
    declared, found = {"kè đá": 2.0, "giá vàng": -1.0}, {"kè đá": 0.9, "chắn lũ": 1.1}
    both = tempered(found, declared, texts) | declared
    for mine, theirs, told in zip(*(relevances(t, texts) for t in (declared, found, both)), strict=True):
        assert told == pytest.approx(max(mine, theirs), abs=1e-3)
    assert tempered(found, {}, texts) == found and tempered(found, {"giá vàng": -1.0}, texts) == found
    weak = tempered(found, {"kè đá": 0.1}, texts)
    assert 0 < weak["chắn lũ"] <= 1.1
