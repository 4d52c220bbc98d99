import itertools
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from archive.diff import MOST_PAIRS, MOST_STEPS, changes, word_diff
from tests.conftest import record

WORDS = st.lists(st.sampled_from("sông đò bến nước thuyền lái người xuôi ngược".split())).map(" ".join)


def fields(before: object, after: object) -> list[tuple[str, str]]:
    return [(c.field, c.plain()) for c in changes(before, after)]  # type: ignore[arg-type]


def test_the_changed_word_is_marked() -> None:
    one = record(1, "Tít", "Dẫn.", "Đoàn có 12 người tham gia.", "Đoạn cuối.")
    two = record(1, "Tít mới", "Dẫn.", "Đoàn có 15 người tham gia.", "Đoạn cuối.")
    assert fields(one, two) == [("title", "Tít {+mới+}"), ("blocks", "Đoàn có [-12-] {+15+} người tham gia.")]


def test_an_added_paragraph_is_all_new() -> None:
    one, two = record(1, "Tít", "Dẫn.", "Một."), record(1, "Tít", "Dẫn.", "Một.", "Hai ba.")
    assert fields(one, two) == [("blocks", "{+Hai ba.+}")]


def test_an_edited_paragraph_is_compared_with_the_one_it_was() -> None:
    """Beside a new and a lost paragraph, in their order."""
    one = record(1, "Tít", "Dẫn.", "Ba chiếc thuyền rời bến từ sớm.", "Trời trở gió.", "Đò ngang vẫn chạy hai chuyến.")
    two = record(1, "Tít", "Dẫn.", "Chợ họp muộn.", "Bốn chiếc thuyền rời bến từ sớm.", "Đò ngang chỉ chạy hai chuyến.")
    assert fields(one, two) == [
        ("blocks", "{+Chợ họp muộn.+}"),
        ("blocks", "[-Ba-] {+Bốn+} chiếc thuyền rời bến từ sớm."),
        ("blocks", "[-Trời trở gió.-]"),
        ("blocks", "Đò ngang [-vẫn-] {+chỉ+} chạy hai chuyến."),
    ]


def test_a_single_kept_word_does_not_chop_a_change() -> None:
    assert list(word_diff("a b c d e", "a x c y e")) == [(" ", "a"), ("-", "b c d"), ("+", "x c y"), (" ", "e")]


@given(WORDS, WORDS)
def test_both_sides_of_a_diff_can_be_read_back(before: str, after: str) -> None:
    runs = list(word_diff(before, after))
    assert " ".join(text for sign, text in runs if sign != "+") == before
    assert " ".join(text for sign, text in runs if sign != "-") == after
    assert all(one != other for (one, _), (other, _) in itertools.pairwise(runs))


@given(st.lists(WORDS.filter(bool), max_size=6), st.lists(WORDS.filter(bool), max_size=6))
def test_every_passage_of_both_sides_is_told(before: list[str], after: list[str]) -> None:
    one, two = record(1, "T", "D", *before), record(1, "T", "D", *after)
    told = [c for c in changes(one, two) if c.field == "blocks"]
    taken = [t for c in told if (t := " ".join(w for s, w in c.words if s != "+"))]
    put = [t for c in told if (t := " ".join(w for s, w in c.words if s != "-"))]
    for side, told_of in ((iter(before), taken), (iter(after), put)):
        assert all(passage in side for passage in told_of), "in their order"
    assert len(before) - len(taken) == len(after) - len(put)


def test_a_wholly_rewritten_text_ends_in_time() -> None:
    random, count = Random(1), int(MOST_PAIRS**0.5) + 5
    sides = [[" ".join(random.choices("abcdefghij", k=9)) for _ in range(count)] for _ in range(2)]
    assert len(list(changes(record(1, "T", "D", *sides[0]), record(1, "T", "D", *sides[1])))) >= count


def test_far_words_are_left_out() -> None:
    before = " ".join(f"a{n}" for n in range(30))
    change = next(changes(record(1, "T", before), record(1, "T", before.replace("a15", "b"))))
    assert change.plain(2) == "… a13 a14 [-a15-] {+b+} a16 a17 …"


def test_markup_in_a_text_stays_text() -> None:
    change = next(changes(record(1, "a <b>"), record(1, "a <script>")))
    assert change.html() == "a <del>&lt;b&gt;</del> <ins>&lt;script&gt;</ins>"


def test_words_that_are_all_alike_are_not_compared_one_by_one() -> None:
    """A paper that prints two words two hundred thousand times would keep a reader waiting for hours."""
    one, two = "sông đò " * 100_000, "đò sông " * 100_000
    assert [sign for sign, _ in word_diff(one, two)] == ["-", "+"]
    assert [sign for sign, _ in word_diff(one, one)] == [" "]
    few = int((MOST_STEPS / 2) ** 0.5) // 20
    assert " " in [sign for sign, _ in word_diff("sông đò " * few, "đò sông " * few)]
