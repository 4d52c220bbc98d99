"""Addresses as files of others have them, and times: checked before a page is kept under them."""

import re
from datetime import datetime
from urllib.parse import quote, urlsplit

from config.clock import VIETNAM, stamp

LONGEST = 1 << 16
"""Characters of the longest address. Servers take some thousand; in WARC files a record's headers end there."""
YEARS = range(1990, 3000)
"""No page was fetched before there was a web; and who counts with times at the ends of the calendar falls off it."""
_UNWRITTEN = re.compile("[\x00-\x20\x7f\ud800-\udfff]")
"""What no line of a file, or no UTF-8, can hold: file names that are no UTF-8 come with lone surrogates."""


def address(url: str) -> str:
    """An address of the web on one line, or our name for a text without one (`urn:sha256:…`); "" for anything else.

    Raises ValueError for one of the web that no browser could open.
    """
    if url.startswith("urn:sha256:"):
        return url
    if not url.lower().startswith(("http://", "https://")):
        return ""
    if len(url) > LONGEST:
        raise ValueError(f"its address has {len(url):,} characters")
    url = _UNWRITTEN.sub(lambda found: quote(found[0], errors="surrogateescape"), url.strip())
    parts = urlsplit(url)
    if not parts.hostname or parts.port == 0:  # `port` raises where it is no number, or too large
        raise ValueError("its address names no host")
    return url


def moment(text: str) -> str:
    """An ISO time as pages carry it; one without an offset is Vietnamese. Raises ValueError or TypeError."""
    try:
        at = datetime.fromisoformat(text.strip() if isinstance(text, str) else text)
        if at.year not in YEARS:
            raise ValueError(f"{text}: no year in which a page was fetched")
        return stamp(at if at.tzinfo else at.replace(tzinfo=VIETNAM))
    except OverflowError as error:
        raise ValueError(f"{text}: {error}") from None


def universal(text: str) -> str:
    """The time of a WARC record as pages carry it. Raises ValueError, also for one without a zone."""
    if datetime.fromisoformat(text.strip()).tzinfo is None:
        raise ValueError(f"no time zone: {text}")
    return moment(text)
