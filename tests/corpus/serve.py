"""The papers as sites on loopback, one address each, with their declarations and a log of what was asked for."""

import tempfile
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path
from typing import Self
from urllib.parse import unquote

from config.sources import HERE as CONFIG
from config.sources import Sources, load
from tests.corpus import pages
from tests.corpus.corpus import Corpus
from tests.corpus.render import render
from tests.corpus.truth import Paper
from tests.corpus.web import Web
from tests.crawler.site import Asked, Reply, Route, Site

_TRIES = 20
_PLAIN = """
[urls]
article = ['-(?P<id>\\d{6})\\.html$']
section = ['^/[a-z-]+$', '^/[a-z-]+\\?page=\\d+$']
tag = ['^/tag/']
topic = ['^/chu-de/']

[rules]
container = [".body"]
title = ["h1"]
lead = [".sapo"]
published = ["meta:article:published_time"]
authors = [".author"]
credit = [".source"]
section = [".crumb a"]
tags = [".tags a"]
related = [".related a"]
topics = [".topics a"]
drop = [".more"]
"""

_TOPICS = {"onecms": ".l-topic a", "vccorp": ".detail-topic a"}
"""Where the layouts show their topic pages: no family has a place of its own for that, or not always this one."""


class Served:
    """Serves a corpus while entered::

        with Served(corpus) as served:
            crawl(served.sources)
            served.asked("bensong")

    `moment` may be set while serving: later articles are not there yet. The same port on all addresses; raises OSError
    where none is free.
    """

    def __init__(self, corpus: Corpus, moment: datetime | None = None, pace: float = 0.01) -> None:
        """`pace`: seconds between two requests to a paper."""
        self.corpus, self._moment, self._pace = corpus, moment, pace
        self._open = ExitStack()

    def __enter__(self) -> Self:
        self._sites = self._listening()
        self.port = next(iter(self._sites.values())).port
        self.web = Web(self.corpus, self.port, self._moment)
        self.sources = declared(self.corpus, self.port, self._pace)
        for name, site in self._sites.items():
            site.routes = _Routes(self.web, self.corpus.papers[name])
            self._open.enter_context(site)
        return self

    def __exit__(self, *_: object) -> None:
        self._open.close()

    def asked(self, paper: str | None = None) -> list[Asked]:
        """The requests so far, of one paper or of all in the order of time."""
        names = [paper] if paper else list(self._sites)
        return sorted((one for name in names for one in list(self._sites[name].asked)), key=lambda one: one.at)

    def fetched(self) -> list[str]:
        """The URLs asked for, in their order, for `measure.harvest`; robots.txt apart."""
        found = [(one.at, site.url(one.path)) for site in self._sites.values() for one in list(site.asked)]
        return [url for _, url in sorted(found) if not url.endswith("/robots.txt")]

    def _listening(self) -> dict[str, Site]:
        for _ in range(_TRIES):
            taken: dict[str, Site] = {}
            try:
                for name, paper in self.corpus.papers.items():
                    port = next(iter(taken.values())).port if taken else 0
                    taken[name] = Site({}, paper.address, port)
            except OSError as error:
                refused = error
                for site in taken.values():
                    site._server.server_close()  # it never served, so there is nothing else to end
            else:
                return taken
        raise refused


class _Routes(dict[str, Route]):
    """Every page of one paper, rendered when it is asked for."""

    def __init__(self, web: Web, paper: Paper) -> None:
        super().__init__()
        self._web, self._paper = web, paper

    def get(self, path: str, default: Route | None = None) -> Route:  # type: ignore[override]
        if path == "/robots.txt":
            return Reply(body=b"User-agent: *\nDisallow:\n", headers={"Content-Type": "text/plain"})
        shown = self._web.page(self._web.base(self._paper.id) + unquote(path))
        if shown is None:
            return default or Reply(404)
        kind, body = render(shown, self._paper)
        return Reply(body=body, headers={"Content-Type": kind})


def declared(corpus: Corpus, port: int, pace: float = 0.01) -> Sources:
    """The declarations of the papers as they are served at `port`, the families' rules layered in."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        (root / "sources").mkdir()
        for paper in corpus.papers.values():
            (root / "sources" / f"{paper.id}.toml").write_text(_declaration(paper, pace), encoding="utf-8")
        return load(root, families=CONFIG / "families", port=port)


def _declaration(paper: Paper, pace: float) -> str:
    family = "" if paper.layout == "plain" else f'family = "{paper.layout}"\n'
    pager = "{section}/trang-{n}.htm" if paper.layout == "vccorp" else "{section}?page={n}"
    search = f"{pages.SEARCH}?q={{words}}"
    urls = "[urls]\ntopic = ['^/chu-de/']\n" if paper.layout == "vccorp" else ""
    rules = f'[rules]\ntopics = ["{_TOPICS[paper.layout]}"]\n' if paper.layout in _TOPICS else _PLAIN
    sections = ", ".join(f'"{path}"' for path in paper.sections.values())
    return (
        f'title = "{paper.title}"\nhosts = ["{paper.address}"]\n{family}scheme = "http"\npace = {pace}\n'
        f'[discover]\nfeeds = ["{pages.FEED}"]\nsitemaps = ["{pages.SITEMAP}"]\nsections = [{sections}]\n'
        f'pager = "{pager}"\nsearch = {{ url = "{search}", pager = "{search}&page={{n}}" }}\n{urls}{rules}'
    )
