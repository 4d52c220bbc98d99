"""The scheduler behind which the frontier stands."""

from collections import deque
from functools import partial
from typing import Self

from scrapy import Request
from scrapy.core.scheduler import BaseScheduler
from scrapy.crawler import Crawler

from config.clock import Timer
from crawler.requests import request_for
from crawler.session import Session
from crawler.wake import wake


class FrontierScheduler(BaseScheduler):
    """Hands out what the session's frontier leases; requests of the shell and of contracts come first.

    When nothing is due it arms one timer that wakes the engine. When nothing will be due soon and nothing is under
    way it tells the session, whose spider then ends. Without a session (shell, fetch, check) no archive is touched.
    """

    def __init__(self, crawler: Crawler) -> None:
        self._crawler, self._asked = crawler, deque[Request]()
        self._timer: Timer | None = None

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Made by Scrapy."""
        return cls(crawler)

    def close(self, reason: str) -> None:
        """Drop the timer."""
        if self._timer:
            self._timer.cancel()

    def has_pending_requests(self) -> bool:
        """Whether a request of somebody else waits; the frontier keeps the spider open by its unfinished start."""
        return bool(self._asked)

    def enqueue_request(self, request: Request) -> bool:
        """Take a request of the shell, a contract or a redirect."""
        self._asked.append(request)
        return True

    def next_request(self) -> Request | None:
        """The next request, or None for now."""
        if self._asked:
            return self._asked.popleft()
        spider = self._crawler.spider
        session: Session | None = getattr(spider, "session", None)
        if spider is None or session is None or not session.ready:
            return None
        if lease := session.next():
            return request_for(lease, session, spider)
        self._wait(session)
        return None

    def _wait(self, session: Session) -> None:
        if self._timer:
            self._timer.cancel()
            self._timer = None
        pause = session.pause()
        if pause is not None:
            self._timer = session.archive.clock.later(pause, partial(wake, self._crawler))
        elif not session.busy:
            session.exhausted.set()
