"""The usual spellings at sight; any other is for the finders."""

from datetime import datetime

from pipelines.dates import settle
from pipelines.dates.common import at_sight


def read(text: str, at: datetime | None, order: str) -> tuple[datetime, str]:
    """The moment that `text` names (+07:00) and its precision; raises Refusal."""
    if told := at_sight(text, order):
        return settle.moment(settle.Settled(told.day, "day"), told.clock, told.weekdays, at)
    from pipelines.dates import finding  # its expressions take 0.05 s to compile, and most papers need none of them

    return finding.read(text, at, order)
