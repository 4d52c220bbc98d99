"""robots.txt as RFC 9309 wants it obeyed, for the one name under which we come."""

from protego import Protego

AGENT = "baoluu"
"""Our product token; the user agent begins with it."""
MAX_BYTES = 500 * 1024
"""The part of a robots.txt that is read (RFC 9309, section 2.5)."""
LONGEST_DELAY = 60.0
"""A longer Crawl-delay is taken as this, so that one host cannot stop its own collection."""


class Rules:
    """One parsed copy; the empty text forbids nothing."""

    def __init__(self, text: str) -> None:
        self._rules = Protego.parse(text)

    def allows(self, url: str) -> bool:
        """Whether we may fetch `url`."""
        return bool(self._rules.can_fetch(url, AGENT))

    @property
    def delay(self) -> float:
        """Seconds between two requests that the host asks for, 0 where it does not."""
        return min(LONGEST_DELAY, max(0.0, float(self._rules.crawl_delay(AGENT) or 0.0)))


def text_of(body: bytes) -> str:
    """The text of a robots.txt: UTF-8, cut at the size that must be read."""
    return body[:MAX_BYTES].decode("utf-8", "replace").removeprefix("\ufeff")
