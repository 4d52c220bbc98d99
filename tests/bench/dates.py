"""`python -m tests.bench.dates`: reading date strings, beside dateparser, htmldate and dateutil in one run.

The strings are the public cases where `BAOLUU_SHARED` has them, else our own table. Right is the value, or a refusal
where one is due. The others are judged mildly: to the stated precision and without their reason; htmldate, which
knows no time of day, to the day. Times are medians of single calls; read the ratios.

dateparser's settings are the best of 28 combinations tried on the public cases: `STRICT_DATE_ORDER` "all" with a
declared order, past and first days preferred. English beside Vietnamese reads more, and takes longer.
"""

import statistics
import time
import warnings
from collections.abc import Callable, Iterator
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import NamedTuple

import dateparser
from dateutil import parser as dateutil_parser
from htmldate.extractors import try_date_expr

from config.clock import VIETNAM
from pipelines.dates import read_date
from tests.conftest import SHARED

PUBLIC, OWN = SHARED / "dates" / "cases.tsv", Path(__file__).parents[1] / "pipelines" / "dates" / "cases.tsv"
LENGTH = {"minute": 16, "hour": 13, "day": 10, "month": 7}
"""How much of an ISO moment a precision covers."""
SETTINGS = {
    "DATE_ORDER": "DMY",
    "STRICT_DATE_ORDER": "all",
    "PREFER_DATES_FROM": "past",
    "PREFER_DAY_OF_MONTH": "first",
    "TIMEZONE": "+07:00",
    "TO_TIMEZONE": "+07:00",
    "RETURN_AS_TIMEZONE_AWARE": True,
}


class Case(NamedTuple):
    """A string, when its page was fetched, and its value with precision; None where it must be refused."""

    text: str
    at: datetime | None
    value: str | None
    precision: str


Read = Callable[[str, datetime | None], str | None]
"""A string and its fetch time to an ISO moment in +07:00, or None."""


def cases() -> Iterator[Case]:
    """The public cases, else our own."""
    public = PUBLIC.exists()
    for line in (PUBLIC if public else OWN).read_text(encoding="utf-8").split("\n")[1:]:
        if line:
            text, at, value, precision, *_ = line.split("\t")
            due = value not in ("", "reject")
            moment = datetime.fromisoformat(at) if at else None
            yield Case(text, moment, value if due else None, precision if due else "")


def ours(text: str, at: datetime | None) -> str | None:
    """`read_date`."""
    return read_date(text, at).value


def by_dateparser(languages: list[str], text: str, at: datetime | None) -> str | None:
    """dateparser, relative to the fetch time; some strings make it raise."""
    base = {"RELATIVE_BASE": at.replace(tzinfo=None)} if at else {}
    try:
        found = dateparser.parse(text, languages=languages, settings=SETTINGS | base)  # type: ignore[arg-type]
    except (ValueError, OverflowError):
        return None
    return found.isoformat() if found else None


def by_htmldate(text: str, at: datetime | None) -> str | None:
    """htmldate's reader of strings, as wide as it goes; it knows no fetch time."""
    first, last = datetime(1900, 1, 1), datetime(2100, 1, 1)  # noqa: DTZ001 -- what it takes
    return try_date_expr(text, "%Y-%m-%d", True, first, last)


def by_dateutil(text: str, at: datetime | None) -> str | None:
    """dateutil, day first; `fuzzy`, without which labels defeat it."""
    base = (at or datetime(2000, 1, 1, tzinfo=VIETNAM)).replace(hour=0, minute=0, second=0, tzinfo=VIETNAM)
    try:
        return dateutil_parser.parse(text, dayfirst=True, fuzzy=True, default=base).astimezone(VIETNAM).isoformat()
    except (ValueError, OverflowError):
        return None


class Reader(NamedTuple):
    """What one reader made of the strings: how many right, refused though a value was due, and wrong; ms a call."""

    right: int
    refused: int
    wrong: int
    ms: float


def measured(read: Read, table: list[Case], only_days: bool = False) -> Reader:
    """One reader's results."""
    right = refused = 0
    times = []
    for case in table:
        start = time.perf_counter()
        found = read(case.text, case.at)
        times.append(time.perf_counter() - start)
        length = min(LENGTH.get(case.precision, 0), 10 if only_days else 16)
        if found is None or case.value is None:
            right += found is case.value
            refused += found is None and case.value is not None
        else:
            right += found[:length] == case.value[:length]
    return Reader(right, refused, len(table) - right - refused, 1e3 * statistics.median(times))


def results(table: list[Case]) -> dict[str, Reader]:
    """Every reader's, each after some strings that do not count."""
    warnings.simplefilter("ignore")
    readers: list[tuple[str, Read, bool]] = [
        ("baoluu", ours, False),
        ("dateparser vi", partial(by_dateparser, ["vi"]), False),
        ("dateparser vi, en", partial(by_dateparser, ["vi", "en"]), False),
        ("htmldate", by_htmldate, True),
        ("dateutil", by_dateutil, False),
    ]
    found = {}
    for name, read, only_days in readers:
        measured(read, table[:20], only_days)
        found[name] = measured(read, table, only_days)
    return found


def main() -> None:
    """Print one line a reader."""
    table = list(cases())
    print(f"{len(table)} strings, {'public cases' if PUBLIC.exists() else 'own table'}")
    baseline = 0.0
    for name, (right, refused, wrong, took) in results(table).items():
        baseline = baseline or took
        print(f"{name:18} right {100 * right / len(table):5.1f} %  refused {refused:4}  wrong {wrong:4}"
              f"  {took:6.2f} ms a call: {took / baseline:5.2f} times ours")  # fmt: skip


if __name__ == "__main__":
    main()
