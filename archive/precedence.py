"""Which of two articles was published first, as far as their papers state it.

A stated day is a day long: an article of "14/12/2021" may be earlier or later than one of "14/12/2021 10:41". When
either was fetched says nothing of it.
"""

from datetime import datetime, timedelta

_LENGTH = {"minute": timedelta(minutes=1), "hour": timedelta(hours=1), "day": timedelta(days=1)}
_MONTH = timedelta(days=31)


def order(one: str | None, one_to: str | None, other: str | None, other_to: str | None) -> int | None:
    """-1 where the one was published before the other, 1 after, None where that is not known.

    Times as `published` and `published_precision` hold them.
    """
    first, second = _span(one, one_to), _span(other, other_to)
    if first is None or second is None:
        return None
    return -1 if first[1] <= second[0] else 1 if second[1] <= first[0] else None


def delay(first: str | None, first_to: str | None, later: str | None, later_to: str | None) -> float | None:
    """Hours from one publication to the other, where both are known to the hour at least; else None."""
    if first is None or later is None or not {first_to, later_to} <= {"minute", "hour"}:
        return None
    return round((datetime.fromisoformat(later) - datetime.fromisoformat(first)).total_seconds() / 3600, 2)


def _span(published: str | None, precision: str | None) -> tuple[datetime, datetime] | None:
    """From when, and until when, an article was published."""
    if published is None:
        return None
    start = datetime.fromisoformat(published)
    return start, start + _LENGTH.get(precision or "month", _MONTH)
