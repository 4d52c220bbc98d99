"""The sample newsroom: four invented papers on loopback, for the demo and for tests."""

from collections.abc import Callable
from contextlib import ExitStack
from datetime import datetime
from threading import Thread
from types import TracebackType
from typing import Self

from config.clock import SystemClock
from crawler.newsroom.papers import VISITS, articles, papers
from crawler.newsroom.server import Listener, Request
from crawler.newsroom.site import Reply, Site
from crawler.newsroom.truth import PlantedEdit, Truth, planted_edits, truths

_TRIES = 64
"""Ports tried until one is free on every address."""


class Newsroom:
    """Serves the papers while entered: ``with Newsroom() as newsroom: fetch(newsroom.base("suoinga"))``.

    `port` 0 takes one that is free on all addresses. `now` is the clock of the log and of the Date header; pages
    know no clock, only the visit. Raises OSError on entering when the port is taken.
    """

    def __init__(self, port: int = 0, now: Callable[[], datetime] | None = None) -> None:
        self.port = port
        self.now = now or SystemClock().now
        self.requests: list[Request] = []
        self._visit = 1
        self._sites: dict[tuple[str, int], Site] = {}
        self._open = ExitStack()

    def __enter__(self) -> Self:
        listeners = self._listen()
        self.port = listeners[0].server_port
        for listener in listeners:
            Thread(target=listener.serve_forever, args=(0.02,), name=listener.paper.id, daemon=True).start()
            self._open.callback(listener.stop)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._open.close()

    @property
    def visit(self) -> int:
        """Which visit the pages show, 1 or 2; may be set while serving."""
        return self._visit

    @visit.setter
    def visit(self, number: int) -> None:
        if not 1 <= number <= len(VISITS):
            raise ValueError(f"there is no visit {number}: 1 or {len(VISITS)}")
        self._visit = number

    def base(self, paper: str) -> str:
        """The root URL of `paper`, without a slash at the end."""
        return f"http://{papers()[paper].host}:{self.port}"

    def truth(self, paper: str | None = None) -> list[Truth]:
        """What is true at the present visit of every article that an honest crawler can read."""
        names = [paper] if paper else papers()
        return [t for name in names for t in truths(papers()[name], self.visit, self.base(name))]

    @property
    def planted_edits(self) -> list[PlantedEdit]:
        """The changes that the papers make between the visits."""
        return planted_edits({name: self.base(name) for name in papers()})

    @property
    def traps(self) -> dict[str, list[str]]:
        """URLs that give no article, by kind; `moved` ones redirect, `blocked` ones stand behind a cookie."""
        found: dict[str, list[str]] = {}
        for name, paper in papers().items():
            for trap in paper.traps:
                found.setdefault(trap.kind, []).append(self.base(name) + trap.path)
            for article in articles(name, 2):
                if article.behind == "cookie":
                    found.setdefault("blocked", []).append(self.base(name) + paper.path(article))
                if article.old_slug:
                    former = paper.path(article, article.old_slug)
                    found.setdefault("moved", []).append(self.base(name) + former)
        return found

    def reply(self, paper: str, target: str, cookie: str) -> tuple[Reply, datetime]:
        """What `paper` answers at the present visit, and the moment of the visit since which it is so."""
        made = self._site(paper, self.visit).reply(target, cookie)
        before = self._site(paper, 1).reply(target, cookie)
        return made, VISITS[0] if made == before else VISITS[self.visit - 1]

    def _site(self, paper: str, visit: int) -> Site:
        if (paper, visit) not in self._sites:
            self._sites[paper, visit] = Site(papers()[paper], visit, self.base(paper))
        return self._sites[paper, visit]

    def _listen(self) -> list[Listener]:
        for _ in range(_TRIES if self.port == 0 else 1):
            taken: list[Listener] = []
            try:
                for paper in papers().values():
                    for host in filter(None, (paper.host, paper.images)):
                        port = taken[0].server_port if taken else self.port
                        taken.append(Listener(paper, port, self, host))
            except OSError as error:
                refused = error
                for listener in taken:
                    listener.server_close()
            else:
                return taken
        raise refused
