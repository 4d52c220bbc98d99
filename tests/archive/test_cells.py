import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.cells import BOM, rows_as_csv

FORMULAS = ["=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "  =1", "\n=1", "\u00a0=1"]
FULL_WIDTH = ["\uff1d1", "\uff0bA1", "\uff0dA1", "\uff20A1", " \uff1d1"]
NUMBERS = ["-3", "+4.5", "-1,5", "+84", "12"]
HARMLESS = ["Nước rút", "a=b", "1-2", "'=1", ""]
CELL = st.text(st.characters(codec="utf-8", exclude_characters="\x00"))


def read(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text.removeprefix(BOM), newline="")))


def cell(value: object) -> str:
    return read("".join(rows_as_csv(["a", "b"], [[value, "z"]])))[1][0]


@pytest.mark.parametrize("formula", FORMULAS + FULL_WIDTH)
def test_what_a_spreadsheet_would_run_gets_an_apostrophe(formula: str) -> None:
    assert cell(formula) == f"'{formula}"
    assert cell([formula, "x"]) == f"'{formula}; x"


@pytest.mark.parametrize("plain", NUMBERS + HARMLESS)
def test_numbers_and_words_stay(plain: str) -> None:
    assert cell(plain) == plain


@pytest.mark.parametrize("number", [-3, 4.5, -1e-05])
def test_numbers_of_our_own_stay(number: float) -> None:
    assert float(cell(number)) == number


def test_names_of_columns_are_cells_too() -> None:
    assert read("".join(rows_as_csv(["=1"], []))) == [["'=1"]]


def test_the_table_is_as_rfc_4180_says() -> None:
    lines = list(rows_as_csv(["tít", "tác giả"], [['Nói "không", rồi\nđi', ["Lò Văn Sông", "Hà"]], [None, ()]]))
    assert lines == ["\ufefftít,tác giả\r\n", '"Nói ""không"", rồi\nđi",Lò Văn Sông; Hà\r\n', ",\r\n"]


@given(st.lists(st.tuples(CELL, CELL), max_size=4))
def test_every_table_is_read_back(rows: list[tuple[str, str]]) -> None:
    for row, written in zip(rows, read("".join(rows_as_csv(["a", "b"], rows)))[1:], strict=True):
        for value, told in zip(row, written, strict=True):
            assert told in (value, f"'{value}")
            assert told.lstrip()[:1] not in tuple("=@\uff1d\uff0b\uff0d\uff20")
