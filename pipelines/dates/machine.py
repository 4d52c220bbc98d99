"""Machine stamps that are the whole text: Unix seconds, 20211214T120700+0700, 20180604131733961, /Date(…)/."""

import re
from datetime import datetime

from config.clock import VIETNAM, stamp

# Ten digits that start with 1 and end before 2030: later ones are telephone numbers (1900 6400 …).
_UNIX = re.compile(r"(?:/?date\()?(1\d{9})(?:\d{3})?(?:[+-]\d{4})?(?:\)/?)?")
_LATEST_UNIX = 1_890_000_000
_COMPACT = re.compile(
    r"((?:19|20)\d\d)([01]\d)([0-3]\d)(?:[t ]?([012]\d):?([0-5]\d):?([0-5]\d)?(?:\.?\d{3})?)?\s?(z|[+-]\d\d:?\d\d)?",
)
_DAY_FIRST = re.compile(r"([0-3]\d)([01]\d)((?:19|20)\d\d) ([012]\d:[0-5]\d(?::[0-5]\d)?)")


def spelled_out(text: str) -> str:
    """A stamp as a date with its marks ("2021-12-14 12:07:00+0700"); any other text unchanged."""
    if len(text) > 40 or not any(char.isdigit() for char in text):
        return text
    low = text.lower()
    if (match := _UNIX.fullmatch(low)) and int(match[1]) < _LATEST_UNIX:
        return stamp(datetime.fromtimestamp(int(match[1]), VIETNAM)).replace("T", " ")
    if match := _COMPACT.fullmatch(low):
        year, month, day, hour, minute, second, zone = match.groups()
        clock = f" {hour}:{minute}:{second or '00'}{zone or ''}" if hour else ""
        return f"{year}-{month}-{day}{clock}"
    return _DAY_FIRST.sub(r"\1/\2/\3 \4", text) if _DAY_FIRST.fullmatch(low) else text
