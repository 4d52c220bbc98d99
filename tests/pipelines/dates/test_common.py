"""What is read at sight is what the finders read, whatever the figures, the fetch time and the order."""

from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.dates import read_date, reading
from pipelines.dates.common import at_sight

FETCHED = [datetime.fromisoformat(f"{at}+07:00") for at in ("2012-02-29T00:00:00", "2026-03-08T20:00:00")]
WEEKDAYS = ("", "Thứ Hai, ", "thứ ba ", "Thứ tư, ngày ", "THỨ NĂM, ", "Thứ sáu,", "Thứ 7, ", "chủ nhật, ", "T3, ")
BETWEEN = (" ", ", ", " - ", " | ", "  ", " , ", "- ", "-", "")
ZONES = ("", " GMT+7", " (GMT+7)", "(GMT+7)", " gmt+7", " GMT+8", " (GMT+07:00)", " AM", " PM", " pm (GMT+7)")
OFFSETS = ("", "Z", "z", "+07:00", "-0700", "+00:00", "-00:00", " +07:00", " -07:00", " Z", "+07", "+14:00", "-09:59")
FRACTIONS = ("", "", ".0", ".123456789", ".1234567890", ",5")

years = st.sampled_from((1899, 1900, 1970, 1974, 1975, 1999, 2011, 2012, 2025, 2026, 2099, 2100))
figures = st.tuples(years, st.integers(0, 13), st.integers(0, 32), st.integers(0, 24), st.integers(0, 60))


@st.composite
def stamps(draw: st.DrawFn) -> str:
    """What machines write."""
    year, month, day, hour, minute = draw(figures)
    between, second = draw(st.sampled_from("TTt ")), draw(st.sampled_from((0, 5, 59, 60)))
    clock = f"{hour:02}:{minute:02}:{second:02}{draw(st.sampled_from(FRACTIONS))}{draw(st.sampled_from(OFFSETS))}"
    return f"{year}-{month:02}-{day:02}{between}{clock}"


@st.composite
def printed(draw: st.DrawFn) -> str:
    """What papers print."""
    year, month, day, hour, minute = draw(figures)
    width, mark = draw(st.sampled_from(("02", ""))), draw(st.sampled_from("//-."))
    clock = f"{hour:{width}}:{minute:02}" if draw(st.integers(0, 9)) else f"{hour}:{minute}"
    said = [f"{day:{width}}{mark}{month:{width}}{mark}{year}", clock]
    text = draw(st.sampled_from(BETWEEN)).join(draw(st.permutations(said)))
    return draw(st.sampled_from(WEEKDAYS)) + text + draw(st.sampled_from(ZONES))


@given(st.one_of(stamps(), printed()), st.sampled_from([None, *FETCHED]), st.sampled_from(("DMY", "MDY", "YMD")))
def test_the_finders_read_the_same(text: str, at: datetime | None, order: str) -> None:
    told = read_date(text, at, order)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(reading, "at_sight", lambda *_: None)
        assert read_date(text, at, order) == told


@pytest.mark.parametrize(
    "text",
    [
        "2021-12-14T12:07:00+07:00",
        "2021-12-14T12:07:00.123 +07:00",
        "2021-12-14 12:07:00Z",
        "14/12/2021 12:07",
        "12:07 | 14/12/2021",
        "Thứ ba, 14/12/2021, 12:07 (GMT+7)",
        "THỨ BA, 14/12/2021 - 12:07 GMT+7",
        "14-12-2021 - 12:07 PM",
        "14/12/2021 12:07 (GMT+07:00)",
    ],
)
def test_common_spellings_are_read_at_sight(text: str) -> None:
    assert at_sight(text, "DMY") is not None
    value = read_date(text).value
    assert value and value.startswith(("2021-12-14T12:07", "2021-12-14T19:07"))


@pytest.mark.parametrize(
    "text", ["12:07", "14/12/2021", "14/12/2021 24:00", "31/02/2021 12:07", "ſ", "thứ ſáu, 14/12/2021"]
)
def test_others_are_left_to_the_finders(text: str) -> None:
    assert at_sight(text, "DMY") is None


def test_only_the_day_first_is_read_at_sight() -> None:
    assert at_sight("12/11/2021 12:07", "MDY") is None
    assert at_sight("2021-12-14T12:07:00+07:00", "MDY") is not None


def test_a_long_s_in_a_weekday_is_read_and_nothing_raised() -> None:
    assert read_date("thứ ſáu, 17/12/2021 12:07").value == "2021-12-17T12:07:00+07:00"
