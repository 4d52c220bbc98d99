"""Contracts for `scrapy check`: every paper's fixtures through the spider and the cleaner, without a network.

A fixture is a folder `tests/fixtures/pages/<paper>/<generation>/` with `page.html` and `page.json` (URL and time of
fetching). The newest by that time stands for the paper; where it has none, its family's layout does, at the address of
the paper's own first example.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from scrapy.contracts import Contract
from scrapy.exceptions import ContractFail

from archive.facts import Drop, Hints, Kept
from archive.frontier import Lease
from config.sources import Source
from config.urls import canonical
from crawler.replay import Stored
from crawler.spider import NewsSpider
from pipelines.fixtures import ONLY
from pipelines.process import process

FIXTURES = Path(__file__).parents[1] / "tests" / "fixtures" / "pages"


def newest_fixture(paper: Source, papers: Mapping[str, Source], root: Path = FIXTURES) -> Stored:
    """The fixture that stands for `paper`. Raises ContractFail when neither it nor its family has one.

    Of its family's, those in a layout that it knows: a sister paper has layouts of its own too.
    """
    if own := _fixtures(paper.id, root):
        return max(own, key=_fetched)
    layouts = [generation.name for generation in paper.generations] or [ONLY]
    kin = [name for name, other in papers.items() if other.family == paper.family is not None]
    found = [stored for name in kin for layout in layouts for stored in _fixtures(name, root, layout)]
    if not found or not paper.examples.article:
        raise ContractFail(f"no fixture: {root / paper.id}/<generation>/page.json and page.html are missing")
    return max(found, key=_fetched)._replace(url=paper.examples.article[0])


def _fixtures(name: str, root: Path, layout: str = "*") -> list[Stored]:
    return [_stored(told) for told in sorted(root.glob(f"{name}/{layout}/page.json"))]


def _fetched(stored: Stored) -> str:
    return stored.fetched_at


def _stored(told: Path) -> Stored:
    page = json.loads(told.read_text(encoding="utf-8"))
    body = told.with_name("page.html").read_bytes()
    return Stored(page["url"], page["fetched_at"], body, headers=(("Content-Type", "text/html"),))


class FixtureContract(Contract):
    """`@fixture`: the request is for the paper's newest fixture, which answers it."""

    name = "fixture"

    def adjust_request_args(self, args: dict[str, Any]) -> dict[str, Any]:
        """Fill in URL and answer."""
        spider: NewsSpider = args["callback"].__self__
        source = spider.sources[spider.name]
        stored = newest_fixture(source, spider.sources)
        lease = Lease(
            key=canonical(source, stored.url),
            url=stored.url,
            source=source.id,
            host=source.hosts[0],
            kind="article",
            hints=Hints(),
        )
        meta = {"lease": lease, "stored": stored, "dont_obey_robotstxt": True, "handle_httpstatus_all": True}
        return args | {"url": stored.url, "meta": meta}


class ArticleContract(Contract):
    """`@gives_article`: the callback yields one kept page, and cleaning it gives an article with title and text."""

    name = "gives_article"

    def __init__(self, method: Any, *args: Any) -> None:
        super().__init__(method, *args)
        self._spider: NewsSpider = method.__self__

    def post_process(self, output: list[Any]) -> None:
        """Check what the callback yielded. Raises ContractFail."""
        if len(output) != 1 or not isinstance(output[0], Kept):
            raise ContractFail(f"expected one kept page, got {len(output)} items")
        made = process(output[0].page, self._spider.sources[self._spider.name]).output
        if isinstance(made, Drop):
            raise ContractFail(f"cleaning gave no article: {made.drop.reason} ({made.drop.detail})")
        if not (made.title and made.text):
            raise ContractFail(f"the article lacks {'its text' if made.title else 'a title'}")
