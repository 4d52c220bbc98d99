"""Dates as Vietnamese papers write them: right, or refused.

A wrong date is the worst thing an archive can hold, so every reading is checked: day first unless another order is
declared, a weekday must agree, a missing year needs the fetch time; ranges, lunar dates and contradictions are
refused. `common` reads the usual spellings at sight, `finding` any other: `clean` makes the text plain; finders
(`clock`, `weekday`, `numeric`, `named`, …) take one kind of piece each out of a `Line`; `settle` makes one moment of
them; `reader` has dateparser read its canonical form.
"""

from datetime import datetime

from config.clock import VIETNAM, stamp
from pipelines.dates.outcome import DateReading, Reason, Refusal
from pipelines.dates.reading import read

__all__ = ["DateReading", "Reason", "read_date"]


def read_date(text: str, at: datetime | None = None, order: str = "DMY") -> DateReading:
    """Read the one date in `text`, or refuse with a `Reason`.

    `at`: when the page was fetched (aware; a naive one counts as Vietnamese time), None when nobody knows.
    `order`: DMY, or MDY or YMD when the source declares it for a named place; any other raises ValueError.
    Text of any kind is answered; more than 300 characters are a story, not a date.
    """
    if order not in ("DMY", "MDY", "YMD"):
        raise ValueError(f"order is DMY, MDY or YMD, not {order!r}")
    if at is not None:
        at = at.replace(tzinfo=VIETNAM) if at.tzinfo is None else at.astimezone(VIETNAM)
    try:
        moment, precision = read(text, at, order)
    except Refusal as refusal:
        return DateReading(None, None, refusal.reason)
    return DateReading(stamp(moment), precision, None)
