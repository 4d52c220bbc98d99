"""Who was first, by what the papers state and no more exactly."""

import pytest

from archive.precedence import delay, order

DAY, MORNING, NOON = "2025-03-01T00:00:00+07:00", "2025-03-01T08:00:00+07:00", "2025-03-01T12:00:00+07:00"
NEXT = "2025-03-02T00:00:00+07:00"
CASES = [
    ((MORNING, "minute"), (NOON, "minute"), -1),
    ((MORNING, "minute"), ("2025-03-01T08:01:00+07:00", "minute"), -1),
    ((MORNING, "minute"), (MORNING, "minute"), None),
    ((DAY, "day"), (NOON, "minute"), None),
    ((DAY, "day"), (NEXT, "minute"), -1),
    ((DAY, "day"), (NEXT, "day"), -1),
    ((DAY, "day"), (DAY, "day"), None),
    ((DAY, "month"), ("2025-03-20T09:00:00+07:00", "minute"), None),
    ((DAY, "month"), ("2025-04-20T09:00:00+07:00", "minute"), -1),
    ((MORNING, "hour"), ("2025-03-01T08:40:00+07:00", "minute"), None),
    ((MORNING, "hour"), ("2025-03-01T09:00:00+07:00", "minute"), -1),
    ((MORNING, "minute"), ("2025-03-01T08:30:00+08:00", "minute"), 1),
    ((MORNING, "minute"), (None, None), None),
    ((MORNING, None), (NOON, None), None),
]


@pytest.mark.parametrize(("one", "other", "expected"), CASES)
def test_the_order(one: tuple[str, str], other: tuple[str, str], expected: int | None) -> None:
    assert order(*one, *other) == expected
    assert order(*other, *one) == (None if expected is None else -expected)


def test_the_delay_is_told_where_both_are_known_to_the_hour() -> None:
    assert delay(MORNING, "minute", NOON, "minute") == 4.0
    assert delay(MORNING, "hour", "2025-03-01T09:20:00+07:00", "minute") == 1.33
    assert delay(DAY, "day", NOON, "minute") is None and delay(None, None, NOON, "minute") is None
