"""The terms of a text: spellings, clauses, the weights of fields."""

from hypothesis import given
from hypothesis import strategies as st

from archive.terms import WEIGHTS, Text, clauses, counted, phrase, text_of


def test_accepted_spellings_are_one_term_and_marks_are_not() -> None:
    assert phrase("Hoà bình") == phrase("hòa bình") and phrase("lý luận") == phrase("lí luận")
    assert phrase("nam") != phrase("năm") != phrase("nằm")
    assert phrase("ủy viên") == phrase("uỷ viên")


def test_no_term_goes_over_punctuation() -> None:
    found = counted(Text(text="Đê vỡ, lũ về. Nhà ngập – dân chạy")).counts
    assert {"đê vỡ", "lũ về", "nhà ngập", "dân chạy"} <= found.keys()
    assert not {"vỡ lũ", "về nhà", "ngập dân"} & found.keys()
    assert clauses("34-NQ/TW") == [["34", "nq"], ["tw"]]


def test_a_term_counts_by_where_it_stands() -> None:
    for name, weight in WEIGHTS.items():
        said = ("kè đá",) if name in ("tags", "section") else "kè đá"
        of = counted(Text(**{name: said}))  # type: ignore[arg-type]
        assert of.counts == {"kè": weight, "đá": weight, "kè đá": weight} and of.length == 2 * weight, name


def test_the_lead_of_a_row_is_not_counted_twice() -> None:
    row = {"title": None, "lead": "Kè vỡ.", "text": "Kè vỡ.\n\nDân chạy.", "tags": '["lũ"]', "section": "[]"}
    assert text_of(row) == Text("", "Kè vỡ.", "\n\nDân chạy.", ("lũ",), ())
    assert counted(text_of(row)).counts["kè vỡ"] == WEIGHTS["lead"]


@given(st.text(), st.text())
def test_a_text_gives_the_runs_of_its_clauses(title: str, text: str) -> None:
    of = counted(Text(title, text=text))
    assert all(1 <= len(term.split(" ")) <= 3 for term in of.counts)
    assert of.length == 3 * sum(map(len, clauses(title))) + sum(map(len, clauses(text)))
