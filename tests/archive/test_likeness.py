"""What is a copy and what is not, each with its reason."""

import itertools
import json
import re
from random import Random

import pytest

from archive.likeness import Likeness, Told, judge, kind, shape
from archive.shingles import read
from config.fold import fold
from tests.archive.told import sentence, story
from tests.conftest import need_shared


def told(*paragraphs: str, source: str = "song", title: str = "Tít", day: str | None = "2025-03-01") -> Told:
    return Told(source, title, day, read(fold("\n\n".join(paragraphs))))


def other(*paragraphs: str, title: str = "Tít khác", day: str | None = "2025-03-01", source: str = "nui") -> Told:
    return told(*paragraphs, source=source, title=title, day=day)


STORY = story(1, 10)
COPIES = {
    "word for word": STORY,
    "the end cut": STORY[:5],
    "every other paragraph cut": STORY[::2],
    "clutter between the paragraphs": [x for p in STORY for x in (p, "Xem thêm: tin khác", "Quảng cáo")],
    "two stories more": [*story(2, 8), *STORY, *story(3, 8)],
    "a word changed in every sentence": [re.sub(r"(\S+) (\S+)\.", r"mới \2.", p) for p in STORY],
    "in capitals without marks": [fold(p).upper() for p in STORY],
    "a new lead and half of the text": [story(4, 1)[0], *STORY[1:6]],
}


@pytest.mark.parametrize("what", COPIES)
def test_a_copy_is_one(what: str) -> None:
    found = judge(told(*STORY), other(*COPIES[what]))
    assert not found.why_not and found.words > 100


@pytest.mark.parametrize("what", COPIES)
def test_either_may_come_first(what: str) -> None:
    one, two = told(*STORY), other(*COPIES[what])
    a, b = judge(one, two), judge(two, one)
    assert (a.why_not, a.one, a.other, a.words, a.longest) == (b.why_not, b.other, b.one, b.words, b.longest)


OPENING = sentence(Random(7), 28)
SPEECH = [f"Ông nói: “{' '.join(sentence(Random(n), 30) for n in range(k, k + 3))}”" for k in (10, 20, 30)]
LIST = [f"{n}. {sentence(Random(n), 12)[:-1]}" for n in range(40, 70)]


def column(day: int, paper: str = "song", title: str = "Giá vàng hôm nay {day}/3") -> Told:
    """One day's issue: other numbers in the same sentences."""
    lines = [
        f"{sentence(Random(n), 9)[:-1]} {60 + (day * 7 + n) % 40},{n % 10} triệu {sentence(Random(n + 99), 8)}"
        for n in range(12)
    ]
    return told(*lines, source=paper, title=title.format(day=day), day=f"2025-03-{day:02}")


NO_COPIES = {
    "the same opening of a short text": (
        (OPENING, sentence(Random(5), 26)),
        (OPENING, sentence(Random(6), 26)),
        "a formula",
    ),
    "opening and closing of a longer one": (
        (sentence(Random(1), 34), *story(5, 1, 4), sentence(Random(2), 34)),
        (sentence(Random(1), 34), *story(6, 1, 4), sentence(Random(2), 34)),
        "openings and closings",
    ),
    "one speech quoted by two": ((*SPEECH, *story(5, 4, 2)), (*SPEECH, *story(6, 4, 2)), "quote the same words"),
    "one list in two": ((*story(5, 3), *LIST), (*story(6, 3), *LIST), "0% of the shorter text"),
    "nothing in common": (story(5), story(6), "0% of the shorter text"),
    "a third of the text": ((*STORY[:3], *story(5, 7)), (*STORY[:3], *story(6, 7)), "30% of the shorter text"),
}


@pytest.mark.parametrize("what", NO_COPIES)
def test_what_is_no_copy_says_why(what: str) -> None:
    one, two, why = NO_COPIES[what]
    assert why in judge(told(*one), other(*two)).why_not


@pytest.mark.parametrize(
    ("one", "two", "why"),
    [
        (column(3), column(4), "titles differ only in numbers"),
        (column(3, title="Giá vàng hôm nay {day}/3: tăng"), column(4, title="Giá vàng hôm nay {day}/3: giảm sâu"),
         "both titles begin “gia vang hom nay #”"),
        (column(3, title="Dự báo thời tiết"), column(4, title="Dự báo thời tiết"), "one title, two days"),
        (column(3), column(4, "nui", "Vàng SJC {day}/3"), "numbers replaced in the same sentences"),
        (column(3, title="Vàng tăng"), column(4, title="Vàng giảm"), "numbers replaced in the same sentences"),
    ],
)  # fmt: skip
def test_issues_of_a_column_are_no_copies(one: Told, two: Told, why: str) -> None:
    assert why in judge(one, two).why_not


def test_a_copy_of_one_issue_is_a_copy() -> None:
    assert not judge(column(3), column(3, "nui", "Vàng SJC hôm nay")).why_not


def test_a_correction_of_numbers_is_no_other_issue() -> None:
    paragraphs = [f"{p} Có {n + 10} người, {n + 40} nhà và {n + 70} ha lúa bị hại." for n, p in enumerate(story(8, 6))]
    text = "\n\n".join(paragraphs)
    corrected = text.replace("12 người", "15 người").replace("71 ha", "76 ha").replace("44 nhà", "54 nhà")
    assert corrected != text
    assert not judge(told(text), other(corrected)).why_not


def test_one_paper_tells_the_background_again() -> None:
    before, after = told(*STORY[:8]), [*STORY[:4], *story(5, 4)]
    assert "of one paper; it takes 60%" in judge(before, other(*after, source="song")).why_not
    assert not judge(before, other(*after)).why_not
    again = judge(before, other(*STORY[:7], source="song"))
    assert not again.why_not


def test_what_a_copy_made_of_the_text() -> None:
    shares = {
        "whole": (0.95, 0.85),
        "trimmed": (1.0, 0.6),
        "part": (1.0, 0.2),
        "extended": (0.6, 1.0),
        "roundup": (0.2, 1.0),
    }
    assert {name: kind(*share) for name, share in shares.items()} == {name: name for name in shares}


def test_the_shape_of_a_title() -> None:
    assert shape("Giá vàng hôm nay 15/3/2025: Tăng 1,2 triệu") == "gia vang hom nay # tang # trieu"


def test_the_seeds_are_related_and_no_copies() -> None:
    seeds = []
    for path in sorted(need_shared("seeds").glob("*.json")):
        said = json.loads(path.read_text(encoding="utf-8"))
        seeds.append(
            told(*filter(None, [said["lead"], *said["paragraphs"]]), source=said["site"], title=said["title"] or "")
        )
    assert len(seeds) == 5
    for one, two in itertools.combinations(seeds, 2):
        found: Likeness = judge(one, two)
        assert max(found.one, found.other) <= 0.10 and found.why_not


def test_two_lists_of_headlines_are_neither_related_nor_copies() -> None:
    from tests.corpus.fixed import headline_lists

    one, two = headline_lists()
    assert judge(told(one), other(two)).why_not == "0 words of prose; it takes 20"
