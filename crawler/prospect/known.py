"""What is known of a paper while it is looked over: its links, and what they tell of its addresses. Pure."""

import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import zip_longest
from urllib.parse import urljoin, urlsplit

import msgspec

from archive.facts import Page
from config.declarations import Family, UrlRules
from config.sources import Source, bare_host, host_in
from config.urls import canonical, classify
from crawler.links import Anchor, anchors, own
from crawler.prospect.addresses import is_aside, patterns, tells_article
from crawler.prospect.found import Pattern, Sitemap, Survey
from crawler.prospect.marks import family_of, marks_on
from crawler.prospect.opened import opened

LONGEST_NAME = 40
"""Characters of the longest name of a section."""
_FEWEST = 3
"""Links that make a menu."""


class Known:
    """What the pages taken so far show of the paper. `found` is the survey that they go into."""

    def __init__(self, found: Survey, families: Mapping[str, Family]) -> None:
        self.found, self._families = found, families
        self.family: str | None = None
        self._links: dict[str, Anchor] = {}
        self.taken: dict[str, Page] = {}

    @property
    def source(self) -> Source:
        """The paper as far as it is known by now: enough to tell articles from sections."""
        parts = urlsplit(self.found.base)
        family = self._families[self.family] if self.family else None
        learned = tuple(p.regex for p in self.patterns)
        urls = UrlRules(article=learned)
        if family:
            more = () if self._fits(family) else learned
            urls = msgspec.structs.replace(family.urls, article=(*family.urls.article, *more))
        return Source(
            id="draft",
            title="draft",
            hosts=tuple(map(bare_host, self.found.hosts)),
            home=parts.hostname or "",
            scheme=parts.scheme,
            port=parts.port,
            urls=urls,
        )

    @property
    def patterns(self) -> list[Pattern]:
        """The articles' addresses as patterns. Where feeds list articles, only what some feed lists counts: topics
        and cards of other things look like headlines too."""
        made = patterns(self._article_urls(), self._menu_urls())
        sure = self.sure
        proven = [p for p in made if any(re.search(p.regex, urlsplit(url).path) for url in sure)]
        return proven if sure else made

    @property
    def sure(self) -> list[str]:
        """Addresses that are articles', as feeds and news sitemaps list them."""
        listed = [entry.url for feed in self.found.feeds for entry in feed.entries]
        listed += [url for sitemap in self.found.sitemaps if sitemap.kind == "news" for url in sitemap.urls]
        return [url for url in dict.fromkeys(map(bare, listed)) if self.is_own(url) and not is_aside(url)]

    def _article_urls(self) -> list[str]:
        """Addresses that are articles' or look like it: sure ones, and those under headlines."""
        headlines = [link.url for link in self._links.values() if tells_article(link)]
        taken = [page.url for page in self.found.articles]
        urls = dict.fromkeys(bare(url) for url in [*taken, *self.sure, *headlines])
        return [url for url in urls if self.is_own(url) and not is_aside(url)]

    def candidates(self, tried: Collection[str]) -> list[str]:
        """Articles to open that follow a pattern and were not `tried`: by turns from each feed and page at hand."""
        source, seen = self.source, {page.url for page in self.found.articles}
        lists = [[bare(entry.url) for entry in feed.entries] for feed in self.found.feeds]
        lists += [[bare(a.url) for a in anchors(page) if tells_article(a)] for page in self.taken.values()]
        shown = [url for urls in lists for url in urls]
        common = Counter(canonical(source, url) for urls in lists for url in set(urls))
        turns = [url for turn in zip_longest(*lists) for url in turn if url]
        fit = [url for url in turns if self.is_own(url) and classify(source, url) == "article"]
        fit = sorted(fit or [u for u in shown if self.is_own(u)], key=lambda url: common[canonical(source, url)] > 2)
        keys = {canonical(source, url): url for url in reversed(fit)}
        asked = {canonical(source, url) for url in [*seen, *tried]}
        return [url for key, url in reversed(keys.items()) if key not in asked]

    def _fits(self, family: Family) -> bool:
        """Whether the family's patterns find most of what is listed as an article; without lists, of what was opened,
        else of what looks like one."""
        urls = self.sure or [page.url for page in self.found.articles] or self._article_urls()
        paper = Source(id="draft", title="draft", hosts=tuple(map(bare_host, self.found.hosts)), urls=family.urls)
        return sum(classify(paper, url) == "article" for url in urls) * 2 >= len(urls)

    def menu(self) -> list[Anchor]:
        """The links that read like a menu's: a few words, on every page at hand where there are several."""
        views = [page for page in self.taken.values() if opened(page)]
        everywhere = [{a.url for a in anchors(page)} for page in views]
        shared = set.intersection(*everywhere) if len(everywhere) > 1 else set(self._links)
        start = anchors(self.found.home) if self.found.home else list(self._links.values())
        menu = [a for a in start if self._is_menu(a)]
        fixed = [a for a in menu if a.url in shared]
        return fixed if len(fixed) > _FEWEST - 1 else menu

    def _is_menu(self, link: Anchor) -> bool:
        path = urlsplit(link.url).path.strip("/")
        short = 0 < len(link.text) <= LONGEST_NAME and len(link.text.split()) <= 7 and not re.search(r"\d\d", link.text)
        short = short and re.search(r"[^\W\d_]", link.text) is not None  # "2" and "›" turn pages
        return bool(short and path and self.is_own(link.url) and not is_aside(link.url) and path.count("/") < 4)

    def _menu_urls(self) -> list[str]:
        shown = [a for a in (anchors(self.found.home) if self.found.home else []) if self._is_menu(a)]
        return [a.url for a in shown if not tells_article(a) and len(a.text.split()) <= 4]

    def keep(self, page: Page) -> None:
        """Take note of `page` and its links."""
        self.taken[page.url] = page
        for link in anchors(page):
            known = self._links.get(link.url)
            if known is None or len(link.text) > len(known.text):
                self._links[link.url] = link

    def is_own(self, url: str) -> bool:
        """Whether `url` lies on one of the paper's hosts."""
        parts, base = urlsplit(url), urlsplit(self.found.base)
        return host_in(url) in {bare_host(h) for h in self.found.hosts} and parts.port == base.port

    def alternates(self) -> list[str]:
        """Feeds that the pages at hand name in their head; else the ones that they link to."""
        found = dict[str, None]()
        for page in self.taken.values():
            if (view := opened(page)) is None:
                continue
            for node in view.tree.css("link[rel=alternate][href]"):
                if "rss" in (kind := node.attributes.get("type") or "") or "atom" in kind:
                    found[view.absolute(node.attributes.get("href") or "") or ""] = None
        linked = [url for url in self._links if urlsplit(url).path.endswith(".rss")]
        return [url for url in [*found, *linked] if url and self.is_own(url)]

    def usual(self, name: str, usual: Sequence[str]) -> list[str]:
        """Where the family's papers have their feeds or sitemaps; where no family is known, where most have them."""
        family = self._families.get(self.family or "")
        places = getattr(family.discover, name) if family else ()
        return [urljoin(self.found.base, path) for path in places or usual]

    def shown(self, page: Page) -> Counter[str]:
        """How often each article is linked to on `page`."""
        source, view = self.source, opened(page)
        hrefs = (n.attributes.get("href") or "" for n in view.tree.css("a[href]")) if view else ()
        urls = (url for href in hrefs if view and (url := view.absolute(href)))
        return Counter(canonical(source, u) for u in urls if own(source, u) and classify(source, u) == "article")

    def lists_articles(self, sitemap: Sitemap) -> bool:
        """Whether a sitemap leads to articles, as far as it shows."""
        source = self.source
        return sitemap.kind == "index" or any(classify(source, url) == "article" for url in sitemap.urls)

    def marked(self, pages: Iterable[Page]) -> str | None:
        """The family whose marks stand on most of `pages`."""
        return family_of(marks_on([view for page in pages if (view := opened(page))], self._families))


def bare(url: str) -> str:
    """`url` without fragment and query: no paper seen needs one for an article."""
    return url.partition("#")[0].partition("?")[0]
