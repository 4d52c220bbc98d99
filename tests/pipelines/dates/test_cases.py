"""Dates read one by one: our own table beside this file, the public cases, declared orders, wrong zones."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from config.clock import VIETNAM
from pipelines.dates import DateReading, Reason, read_date
from tests.conftest import ROOT, need_shared

TABLE = Path(__file__).with_name("cases.tsv")


def rows(path: Path) -> Iterator[list[str]]:
    """The fields of every line but the header; no quoting, as some texts hold quotes and odd spaces."""
    for line in path.read_text(encoding="utf-8").split("\n")[1:]:
        if line:
            yield line.split("\t")


def moment(text: str) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


@pytest.mark.parametrize(("text", "fetched_at", "value", "told"), list(rows(TABLE)))
def test_own_case(text: str, fetched_at: str, value: str, told: str) -> None:
    reading = read_date(text, moment(fetched_at))
    wanted = DateReading(value, told, None) if value else DateReading(None, None, told)
    assert reading == wanted


def test_public_cases() -> None:
    """At least 99 % right and not one wrong value; hour counts as minute when the value agrees."""
    cases = list(rows(need_shared("dates/cases.tsv")))
    misses = []
    for text, fetched_at, expected, precision, _note in cases:
        reading = read_date(text, moment(fetched_at))
        value = None if expected == "reject" else expected
        assert reading.value in (value, None), (text, reading)
        if reading.value != value or (value and reading.precision not in (precision, "minute")):
            misses.append(text)
    assert len(misses) <= len(cases) / 100, misses


@pytest.mark.parametrize(
    ("text", "order", "value"),
    [
        ("6/23/2025 10:58:00 AM", "MDY", "2025-06-23T10:58:00+07:00"),
        ("6/7/2025 1:58:00 PM", "MDY", "2025-06-07T13:58:00+07:00"),
        ("6/7/2025", "DMY", "2025-07-06T00:00:00+07:00"),
        ("23/6/2025", "MDY", None),
        ("25-6-7", "YMD", "2025-06-07T00:00:00+07:00"),
        ("7/6/2025", "YMD", None),
        ("2025-06-07", "MDY", "2025-06-07T00:00:00+07:00"),
        ("7 tháng 6 năm 2025", "MDY", "2025-06-07T00:00:00+07:00"),
    ],
)
def test_declared_order(text: str, order: str, value: str | None) -> None:
    assert read_date(text, order=order).value == value


def test_unknown_order_is_refused_loudly() -> None:
    with pytest.raises(ValueError, match="YDM"):
        read_date("6/7/2025", order="YDM")


@pytest.mark.parametrize(
    ("text", "fetched_at", "value"),
    [
        # The stated zone would be hours after the fetch, the clock reading is not: local time, wrongly marked.
        ("2023-03-04T18:20:00Z", "2023-03-04T19:00:00+07:00", "2023-03-04T18:20:00+07:00"),
        ("2023-03-04T18:20:00+00:00", "2023-03-04T18:16:00+07:00", "2023-03-04T18:20:00+07:00"),
        # Long after the fetch would have noticed, the stated zone holds.
        ("2023-03-04T18:20:00Z", "2023-03-06T19:00:00+07:00", "2023-03-05T01:20:00+07:00"),
        ("2023-03-04T18:20:00Z", "", "2023-03-05T01:20:00+07:00"),
        # The fetch time counts as a moment, whatever zone it is given in.
        ("2023-03-04T18:20:00Z", "2023-03-04T12:00:00+00:00", "2023-03-04T18:20:00+07:00"),
        ("hôm qua", "2023-03-04T18:00:00+00:00", "2023-03-04T00:00:00+07:00"),
    ],
)
def test_zones_against_the_fetch_time(text: str, fetched_at: str, value: str) -> None:
    assert read_date(text, moment(fetched_at)).value == value


def test_weekday_is_checked_in_the_stated_zone() -> None:
    assert read_date("Sat, 04 Mar 2023 23:30:00 GMT").value == "2023-03-05T06:30:00+07:00"
    assert read_date("Sun, 04 Mar 2023 23:30:00 GMT").reason == Reason.WEEKDAY


def test_a_naive_fetch_time_is_vietnamese() -> None:
    naive, aware = datetime(2023, 3, 4, 9), datetime(2023, 3, 4, 9, tzinfo=VIETNAM)  # noqa: DTZ001
    assert read_date("2 giờ trước", naive) == read_date("2 giờ trước", aware)


@pytest.mark.parametrize("days", [0, 1])
def test_at_most_a_day_ahead(days: int) -> None:
    at = datetime(2023, 3, 4, 9, tzinfo=VIETNAM)
    assert (read_date(f"{5 + days}/3/2023 08:00", at).reason == Reason.FUTURE) is (days == 1)


def test_a_story_is_no_date() -> None:
    assert read_date("14/5/2023 " + "lời văn " * 60).reason == Reason.NO_DATE


def documented() -> Iterator[list[str]]:
    """The cells of the example tables in docs/dates.md."""
    for line in (ROOT / "docs" / "dates.md").read_text(encoding="utf-8").split("\n"):
        if line.startswith("| `"):
            yield [cell.strip() for cell in line.strip("|").split("|")]


@pytest.mark.parametrize(("text", "answer", "more"), list(documented()))
def test_documented_example(text: str, answer: str, more: str) -> None:
    reading = read_date(text.strip("`"), datetime(2024, 5, 10, 15, 20, tzinfo=VIETNAM))
    assert answer in (reading.value, reading.reason)
    assert reading.precision in (more, None)


def test_every_reason_is_documented() -> None:
    assert {answer for _, answer, _ in documented()} | {"no-fetch-time"} >= set(Reason)
