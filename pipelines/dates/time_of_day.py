"""A time of day as it is told, and the zone in which papers tell it."""

from datetime import timedelta
from typing import NamedTuple

LOCAL = timedelta(hours=7)
"""Vietnam's offset; before 1975 too, by the design's rule."""


class Clock(NamedTuple):
    """A time of day: `minute` is None when only the hour is said, `hour` may be 24, `offset` None is unstated."""

    hour: int
    minute: int | None
    second: int
    offset: timedelta | None
