"""Scrapy's spider loader: a spider for every declared paper."""

import builtins
import difflib
from functools import cached_property
from typing import Self

from scrapy import Request, Spider
from scrapy.settings import BaseSettings

from config.sources import Source, Sources, load
from crawler.spider import NewsSpider


class SourceLoader:
    """The real papers as spiders. The sample newsroom's are not among them."""

    @classmethod
    def from_settings(cls, settings: BaseSettings) -> Self:
        """Made by Scrapy, for every crawl."""
        return cls()

    @cached_property
    def _sources(self) -> Sources:
        """Read where they are asked for. Raises DeclarationError for a declaration that cannot be used."""
        return load()

    def list(self) -> list[str]:
        """The names of the papers."""
        return sorted(self._sources)

    def load(self, spider_name: str) -> type[Spider]:
        """The spider of the paper called so. Raises KeyError with the nearest names."""
        if spider_name not in self._sources:
            near = difflib.get_close_matches(spider_name, self._sources, 3, 0.4)
            raise KeyError(f"no paper is called {spider_name!r}; the nearest: {', '.join(near) or 'none'}")
        return self._spider(self._sources[spider_name])

    def find_by_request(self, request: Request) -> builtins.list[str]:
        """The paper that has the URL's host, if any."""
        source = self._sources.of(request.url)
        return [source.id] if source else []

    def _spider(self, source: Source) -> type[Spider]:
        own = {"name": source.id, "only": (source.id,), "sources": self._sources}
        return type(source.id, (NewsSpider,), own)
