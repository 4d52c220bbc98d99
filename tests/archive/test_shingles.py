"""What of a text is compared: its prose, runs that are the same everywhere, a sample that misses no long passage."""

import subprocess
import sys
from hashlib import blake2b
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.shingles import _BASE, _TOKEN, LEAST, RUN, WINDOW, Reading, _least, _runs, _tokens, read
from config.fold import fold
from tests.archive.told import sentence, story
from tests.conftest import ROOT, need_shared

TEXT = "Sáng 14/12, tại Hà Nội, đoàn công tác thăm bà con vùng lũ và trao 1.250 suất quà cho các hộ khó khăn nhất xã."


def reading(*paragraphs: str) -> Reading:
    return read(fold("\n\n".join(paragraphs)))


def test_runs_are_the_same_on_every_machine() -> None:
    found = reading(TEXT)
    assert found.words[:6] == ["sang", "14/12", "tai", "ha", "noi", "doan"] and "1.250" in found.words
    assert len(found.runs) == len(found.words) - RUN + 1
    assert found.runs[:2] == [2769612362890181920, 8082160231436088470]
    code = "import sys; from archive.shingles import read; from config.fold import fold as f;"
    code += "print(read(f(sys.argv[1])).runs)"
    for seed in ("0", "1"):  # of Python's own hashes, which must not matter
        told = subprocess.run(
            [sys.executable, "-c", code, TEXT], cwd=ROOT, env={"PYTHONHASHSEED": seed}, capture_output=True, check=True
        )
        assert told.stdout.decode().strip() == str(found.runs)


def test_marks_and_case_make_no_other_run() -> None:
    assert reading(TEXT).every == read(fold(TEXT.upper())).every


@pytest.mark.parametrize("seed", range(40))
def test_a_passage_of_a_window_and_four_words_is_never_missed(seed: int) -> None:
    random = Random(seed)
    shared = sentence(random, WINDOW + RUN - 1)
    one, other = (
        reading(f"{sentence(random, random.randrange(30, 200))} {shared} {sentence(random, random.randrange(30, 200))}")
        for _ in range(2)
    )
    assert one.sample[0] & other.sample[0]


@pytest.mark.parametrize("seed", range(20))
def test_a_short_text_within_a_long_one_shares_three_at_least(seed: int) -> None:
    short = story(seed, 1, 4)
    long = [*story(100 + seed, 12), *short, *story(200 + seed, 12)]
    assert len(reading(*short).sample[0] & reading(*long).sample[0]) >= 3


def test_how_much_is_kept() -> None:
    runs, placed, of = reading(*story(1, 10)).sample
    words = len(reading(*story(1, 10)).words)
    assert of == words - 4 and placed == len(runs) and words / 10 < placed < words / 6
    runs, placed, _ = reading(sentence(Random(1), 40)).sample
    assert len(runs) == LEAST and placed < LEAST
    assert reading("Ngắn.").sample == (frozenset(), 0, 0)


def test_headlines_menus_and_results_are_no_prose() -> None:
    headlines = [f"{sentence(Random(n), 14)[:-1]}" for n in range(20)]
    assert reading(*headlines).nothing == "0 words of prose; it takes 20"
    teasers = [text for n, head in enumerate(headlines) for text in (head, sentence(Random(n + 50), 25))]
    assert reading(*teasers).nothing.startswith("0 words")
    assert reading(*story(3), *teasers).words == reading(*story(3)).words


def test_an_article_with_headings_keeps_its_text() -> None:
    parts = story(5, 6)
    assert (
        reading(parts[0], "Một tiêu đề", parts[1], parts[2], "Tiêu đề nữa", parts[3]).words == reading(*parts[:4]).words
    )


def test_a_table_of_numbers_is_not_compared() -> None:
    text = "Kết quả giải " + " ".join(f"{n * 7919 % 100000:05} giải" for n in range(40)) + "."
    assert reading(text).nothing.startswith("a table of numbers: 40 of 83")
    assert reading(text).runs == []


@given(st.text('ab1é².,:/-“"» \n\t\x1c_'))
def test_words_are_what_a_search_of_the_whole_finds(text: str) -> None:
    assert _tokens(text) == _TOKEN.findall(text)


def test_what_is_quoted() -> None:
    found = reading('Ông nói: “Chúng ta phải làm” rồi "đi ngay" thôi.', "“Câu mở không đóng. Hết đoạn.", "Câu sau.")
    quoted = " ".join(word for word, within in zip(found.words, found.quoted, strict=True) if within)
    assert quoted == "chung ta phai lam di ngay cau mo khong dong het doan"


def test_headline_lists_of_a_real_page_are_nothing_to_compare() -> None:
    (page,) = need_shared("seeds").glob("003*.txt")
    text = page.read_text(encoding="utf-8")
    lines = [line for line in text[text.index("Iran-Pakistan: Tình thân láng giềng") :].splitlines() if line.strip()]
    assert len(lines) > 25
    assert reading(*lines).nothing and reading(*lines[:6], *lines[9:]).nothing


@given(st.lists(st.integers(0, 30) | st.integers(0, 2**63 - 1), min_size=WINDOW, max_size=120))
def test_the_least_of_every_window_are_found_without_looking_at_each(runs: list[int]) -> None:
    windows = [runs[at : at + WINDOW] for at in range(len(runs) - WINDOW + 1)]
    assert set(_least(runs)) == set(map(min, windows))


@given(st.lists(st.sampled_from(["mot", "hai", "ba", "2021", "thu", "do"]), max_size=60))
def test_runs_are_a_polynomial_of_their_words(words: list[str]) -> None:
    def number(run: list[str]) -> int:
        value = 0
        for word in run:
            value = value * _BASE + int.from_bytes(blake2b(word.encode(), digest_size=8).digest(), "big")
        return value % 2**64 // 2

    assert _runs(words) == [number(words[at : at + RUN]) for at in range(len(words) - RUN + 1)]
