"""What a request without a response is called, and whether its host is to blame."""

from typing import NamedTuple

from scrapy.exceptions import DownloadCancelledError, IgnoreRequest, StopDownload

from crawler.stopping import Stopped

TOO_LARGE, TOO_SLOW = "TooLarge", "TooSlow"
REFUSED = IgnoreRequest.__name__
"""By us: a body that is too large once it is decoded, an address in the place of a name."""


class Cause(NamedTuple):
    """A failure as counts and `frontier.error` have it."""

    kind: str
    message: str
    host_fault: bool
    """Whether the host is paused for it: what one page is like, or we refused, says nothing of the others."""


def cause_of(error: BaseException) -> Cause:
    """The cause that `error` tells of."""
    message = str(error)
    if isinstance(error, DownloadCancelledError):  # Scrapy cancels for nothing else
        return Cause(TOO_LARGE, message or "larger than DOWNLOAD_MAXSIZE", False)
    if isinstance(error, StopDownload):
        return Cause(TOO_SLOW, "the body came in a trickle", True)
    ours = isinstance(error, IgnoreRequest | Stopped)
    return Cause(getattr(error, "kind", type(error).__name__), message, not ours)
