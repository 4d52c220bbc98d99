import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.fold import _KNOWN, count_words, fold, is_marked, spellings

VIETNAMESE = "aàáảãạăằắẳẵặâầấẩẫậeèéẻẽẹêềếểễệiìíỉĩịoòóỏõọôồốổỗộơờớởỡợuùúủũụưừứửữựyỳýỷỹỵđbcghklmnpqrstvx "


@pytest.mark.parametrize(
    ("text", "folded"),
    [("Đối ngoại Đảng", "doi ngoai dang"), ("NGƯỜI Ở ĐƯỜNG", "nguoi o duong"), ("năm 2025", "nam 2025")],
)
def test_fold(text: str, folded: str) -> None:
    assert fold(text) == folded


@given(st.text(VIETNAMESE))
def test_fold_of_any_normal_form_is_the_same_and_keeps_the_length(text: str) -> None:
    assert fold(unicodedata.normalize("NFD", text)) == fold(text) == fold(fold(text))
    assert len(fold(text)) == len(text)
    assert fold(text).isascii()


@given(st.text() | st.text("".join(_KNOWN) + VIETNAMESE.upper() + "\u0323\u0301Σσ\u212a"))
def test_fold_takes_the_marks_of_every_script(text: str) -> None:
    plain = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D"))
    bare = "".join(c for c in plain if not unicodedata.combining(c))
    assert fold(text) == unicodedata.normalize("NFC", bare).lower()


@pytest.mark.parametrize(
    ("word", "others"),
    [
        ("hoà", ["hòa"]),
        ("hòa", ["hoà"]),
        ("thuỷ", ["thủy"]),
        ("lý", ["lí"]),
        ("kĩ", ["kỹ"]),
        ("quý", []),
        ("toán", []),
        ("đảng", []),
    ],
)
def test_spellings(word: str, others: list[str]) -> None:
    assert spellings(word) == [word, *others]


def test_a_lone_stroke_is_no_mark() -> None:
    assert is_marked("nằm")
    assert is_marked("ơn")
    assert not is_marked("đoi")
    assert not is_marked("nam")


def test_what_papers_print_is_folded_at_one_look(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr("config.fold._fold")
    assert (
        fold(f"{VIETNAMESE}{VIETNAMESE.upper()}“Đảng”… 12\xa0% – €5") == (2 * fold(VIETNAMESE)) + "“dang”… 12\xa0% – €5"
    )
    with pytest.raises(NameError):
        fold("中")


def test_marks_of_every_script_go() -> None:
    marks = [chr(n) for n in range(0x110000) if unicodedata.combining(chr(n))]
    assert len(marks) > 800
    assert [mark for mark in marks if mark in fold(f"a{mark}b")] == []


@given(st.text("".join(_KNOWN) + "ĐẮẞ\u0301Ж→ "))
def test_words_are_counted_alike_with_letters_of_papers_and_with_others(text: str) -> None:
    assert count_words(text) == len(re.findall(r"\w+", text))
