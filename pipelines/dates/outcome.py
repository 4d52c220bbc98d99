"""What reading a date comes to: a value, or a refusal with one of a closed set of reasons."""

from enum import StrEnum
from typing import NamedTuple


class Reason(StrEnum):
    """Why no value was read. The set is closed: code and documents may rely on it."""

    NO_DATE = "no-date"
    """Nothing in the text is a date, or only a year, a weekday in a sentence, a document number."""
    IMPOSSIBLE = "impossible"
    """No such day or hour: 31/2, month 13, 25:00. Month-first text without a declared order ends here too."""
    WEEKDAY = "weekday"
    """The weekday that stands beside the date is not the date's own."""
    AMBIGUOUS = "ambiguous"
    """Two readings are possible and nothing in the text decides."""
    FUTURE = "future"
    """More than a day after the fetch, or said to be still to come."""
    LUNAR = "lunar"
    """A date of the lunar calendar."""
    TWO_DATES = "two-dates"
    """Two different dates or times, or a range, open or closed."""
    MERIDIEM = "meridiem"
    """SA, CH or a part of the day that the hour contradicts."""
    ZONE = "zone"
    """A time zone that is unknown, ambiguous or given twice."""
    NO_FETCH_TIME = "no-fetch-time"
    """The text counts from the moment of the fetch (no year, hôm qua), and that moment is unknown."""


class DateReading(NamedTuple):
    """The answer of `read_date`: `value` and `precision`, or `reason`; never both, never neither.

    `value` is `YYYY-MM-DDTHH:MM:SS+07:00`; with `precision` day or month it is their first instant.
    `precision` is minute, hour, day or month.
    """

    value: str | None
    precision: str | None
    reason: str | None


class Refusal(Exception):
    """Raised inside the package when a text must not become a date; `read_date` turns it into a reading."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason = reason
