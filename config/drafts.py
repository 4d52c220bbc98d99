"""Ids that carry a time: when an article's draft was made, as far as its paper's ids are declared to tell (`id_time`).

That is never when it was published. Of 135 articles of Dân trí (2020–21) 118 came out on the day of their draft, 15 on
the next, 2 on the second; of 11 on the VCCorp papers and Dân trí (2018–26) whose minute is known 7 did, the others 1
to 4 days later. So it checks a date, and tells what cannot lie in a span of time; it is no date.
"""

import re
from datetime import datetime, timedelta
from functools import lru_cache

from config.clock import VIETNAM
from config.sources import Source
from config.urls import article_key

LONGEST = timedelta(days=30)
"""A publication later after its draft is doubted. The longest time seen, in 146 articles, is 3.6 days."""
EARLIEST = 1995
"""Year before which no Vietnamese paper was on the web."""
_PARTS = {
    "%Y": r"(?P<Y>\d{4})",
    "%y": r"(?P<y>\d\d)",
    "%m": r"(?P<m>\d\d)",
    "%d": r"(?P<d>\d\d)",
    "%H": r"(?P<H>\d\d)",
    "%M": r"(?P<M>\d\d)",
    "%S": r"(?P<S>\d\d)",
    "%Q": r"(?P<Q>\d{13})",
    "#": r"\d",
    "*": r"\d{0,3}",
}
_TOKEN = re.compile(r"%.|.", re.S)


def time_in_id(source: Source, url: str, before: datetime | None = None) -> datetime | None:
    """When the draft of the article at `url` was made, in local time, to the second; None where its id does not tell.

    The declared templates are tried in their order; a reading that is no time, or later than `before`, is another's.
    """
    number = article_key(source, url).rpartition(":")[2] if source.urls.id_time else ""
    for template in source.urls.id_time:
        told = _read(template, number)
        if told and (before is None or told <= before):
            return told
    return None


def _read(template: str, number: str) -> datetime | None:
    found = _pattern(template).fullmatch(number)
    if not found:
        return None
    part = {name: int(digits) for name, digits in found.groupdict().items()}
    try:
        if "Q" in part:
            told = datetime.fromtimestamp(part["Q"] // 1000, VIETNAM)
        else:
            year = part.get("Y", 2000 + part.get("y", 0))
            clock = (part.get("H", 0), part.get("M", 0), part.get("S", 0))
            told = datetime(year, part["m"], part["d"], *clock, tzinfo=VIETNAM)
    except (ValueError, OverflowError, OSError):
        return None
    return told if told.year >= EARLIEST else None


@lru_cache(maxsize=256)
def _pattern(template: str) -> re.Pattern[str]:
    return re.compile("".join(_PARTS.get(token, re.escape(token)) for token in _TOKEN.findall(template)), re.A)
