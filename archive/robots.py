"""robots.txt as RFC 9309 wants it obeyed, for the one name under which we come."""

import ipaddress
from urllib.parse import urlsplit

from protego import Protego

AGENT = "baoluu"
"""Our product token; the user agent begins with it."""
MAX_BYTES = 500 * 1024
"""The part of a robots.txt that is read (RFC 9309, section 2.5)."""
MAX_HOPS = 5
"""Redirects that are followed to a robots.txt, also to another host; after more the host has none (section 2.3.1.2)."""
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
    """The text of a robots.txt: UTF-8, cut after the last whole line of what must be read."""
    part = body[:MAX_BYTES]
    if len(body) > MAX_BYTES:
        part = part[: max(part.rfind(b"\n"), part.rfind(b"\r")) + 1] or part
    return part.decode("utf-8", "replace").removeprefix("\ufeff")


def may_lead_to(url: str) -> bool:
    """Whether a robots.txt may be fetched from `url`, on whichever host: HTTP, the usual port, a name with a dot.

    What the name stands for is checked where the connection is made.
    """
    try:
        parts = urlsplit(url)
        host, port = (parts.hostname or "").rstrip("."), parts.port
    except ValueError:
        return False
    if parts.scheme not in ("http", "https") or port not in (None, 80, 443) or "." not in host:
        return False
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return not host.endswith(".localhost") and not host.rpartition(".")[2][:1].isdigit()
    return False
