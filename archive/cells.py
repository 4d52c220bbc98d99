"""CSV for people who open it in a spreadsheet (RFC 4180): cells that such a program would run are made plain text."""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

BOM = "\ufeff"
"""Spreadsheets take a file for UTF-8 by it."""
_FORMULA = re.compile(r"[\s\x00\ufeff]*[=+\-@\uff1d\uff0b\uff0d\uff20]|[\t\r]")
"""What begins a formula: = + - @, full width too, whatever blanks stand before (OWASP, "CSV Injection")."""
_NUMBER = re.compile(r"[+-]?\d+(?:[.,]\d+)*")


def safe(cell: str) -> str:
    """`cell`, with an apostrophe before what a spreadsheet would take for a formula; numbers stay as they are."""
    return f"'{cell}" if _FORMULA.match(cell) and not _NUMBER.fullmatch(cell) else cell


def rows_as_csv(columns: Sequence[str], rows: Iterable[Iterable[Any]]) -> Iterator[str]:
    """The lines of a table, the first with its columns. Lists are joined by `; `, None is empty."""
    yield BOM + _line(map(safe, columns))
    for row in rows:
        yield _line([_cell(value) for value in row])


def plain_rows(columns: Sequence[str], rows: Iterable[Iterable[Any]]) -> Iterator[str]:
    """The same for programs: no byte order mark, every value as it is, None empty."""
    yield _line(columns)
    yield from map(_line, rows)


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, int | float):
        return str(value)  # -1e-05 is no text that somebody else wrote
    return safe("; ".join(map(str, value)) if isinstance(value, list | tuple) else str(value))


def _line(cells: Iterable[Any]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerow(cells)
    return out.getvalue()
