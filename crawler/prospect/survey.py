"""Looking over a paper: which of its pages are asked for, in which order, until there is enough to judge by."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from textwrap import shorten
from typing import Protocol
from urllib.parse import urlsplit

from archive.facts import Cleaned, Drop, Page, PageKind, Record
from archive.hosts import host_of
from config.declarations import Family
from config.sources import Source, bare_host, generic, host_in
from config.urls import canonical, classify, subject_of
from crawler.links import Anchor, anchors, safe
from crawler.prospect.addresses import pager_of
from crawler.prospect.found import Feed, Refusal, Section, Survey
from crawler.prospect.known import LONGEST_NAME, Known
from crawler.prospect.lists import read_feed, read_sitemap
from crawler.prospect.opened import opened, own_addresses

FEEDS, SITEMAPS, SECTIONS, ARTICLES = 3, 3, 5, 6
"""Of each so many are opened; the rest is taken from the menu unopened, or left."""
_USUAL_FEEDS, _USUAL_SITEMAPS = ("/rss/home.rss", "/rss"), ("/sitemap.xml",)
_LISTED = 10
"""Articles that a page of no known kind must list to count as a section."""
Clean = Callable[[Sequence[Page], Source], list[Cleaned]]


class Asker(Protocol):
    """Who is asked for pages: the paper (`fetch.Web`) or saved ones (`saved.Saved`)."""

    tried: dict[str, int]
    forbidden: list[str]
    moved: dict[str, str]
    error: str

    @property
    def left(self) -> int:
        """How many requests may still be made."""

    async def get(self, url: str, kind: PageKind = "article") -> Page | None:
        """The page at `url`, or None."""

    async def robots(self, url: str) -> str:
        """The text of the robots.txt that counts for `url`."""


class Surveyor:
    """Surveys the paper at `asked`. `clean` cleans pages in child processes, so that none can harm this one."""

    def __init__(self, web: Asker, asked: str, families: Mapping[str, Family], clean: Clean) -> None:
        self.web, self._clean = web, clean
        self.found = Survey(asked=asked, base=_base(asked), hosts=(host_in(asked),))
        self.known = Known(self.found, families)

    async def run(self, stored: Sequence[Page] = ()) -> Survey:
        """The survey. `stored` are saved pages that no link need lead to; one without an address is a feed that says
        none. Raises Refusal where there is no paper."""
        robots = await self._arrive(bool(stored))
        self._open(stored)
        await self._feeds(self.known.alternates())
        await self._first_article()
        await self._feeds([] if self.found.feeds else self.known.usual("feeds", _USUAL_FEEDS), named=False)
        await self._sections()
        await self._sitemaps(robots)
        await self._articles()
        await self._more_sections()
        self._take_in(stored)
        self.known.family = self.known.marked(self.found.articles) or self.known.family
        self.found.tried, self.found.forbidden = self.web.tried, self.web.forbidden
        self.found.pages = self.known.taken
        if not self.found.articles:
            raise Refusal(
                "no-articles",
                url=self.found.base,
                pages=max(len(self.known.taken), len(stored)),
                asked=len(self.web.tried),
            )
        self._name_hosts()
        self.found.named = self._named_hosts()
        return self.found

    async def _arrive(self, has_saved: bool) -> str:
        """Ask for the given page and the front page; the robots.txt."""
        asked = self.found.asked
        robots = await self.web.robots(asked)
        page = await self.web.get(asked)
        if page is None and asked in self.web.forbidden:
            raise Refusal("robots", url=asked, host=host_in(asked))
        if page is None and not has_saved:
            raise Refusal("unreachable", url=asked, host=host_in(asked), cause=self.web.error or "no-answer")
        if page is None:
            return robots
        self._refuse_useless(page)
        robots = await self.web.robots(page.url)
        self.found.base = _base(page.url)
        self.found.hosts = tuple(dict.fromkeys((urlsplit(page.url).hostname or "", *self.found.hosts)))
        self.found.moved = {old: new for old, new in self.web.moved.items() if old != host_of(page.url)}
        self.known.keep(page)
        path = urlsplit(page.url).path
        home = page if path in ("", "/") else await self._get(self.found.base + "/", "section")
        self.found.home = home if home and opened(home) else None
        if self.found.home is not page and self._is_article(page):
            self.found.articles.append(page)
        return robots

    def _refuse_useless(self, page: Page) -> None:
        if page.status >= 400:
            raise Refusal("status", url=page.url, status=page.status)
        output = self._clean([page], generic(page.url))[0].output
        if isinstance(output, Drop) and output.drop.reason == "blocked":
            raise Refusal("blocked", url=page.url, detail=output.drop.detail)
        if opened(page) is None and not read_feed(page):
            kind = page.headers.get("content-type")
            raise Refusal("not-html", url=page.url, **({"error": kind} if kind else {"cause": "no-markup"}))

    async def _get(self, url: str, kind: PageKind = "article") -> Page | None:
        """The page at `url` with status 200, kept; None for anything else."""
        page = await self.web.get(url, kind)
        if page is None or page.status != 200:
            return None
        self.known.keep(page)
        return page

    async def _feeds(self, urls: Iterable[str], *, named: bool = True) -> None:
        """Open feeds; those that some page has `named` and that are none are noted."""
        known = {*self.web.tried, *(feed.url for feed in self.found.feeds)}
        wanted = [url for url in dict.fromkeys(urls) if url not in known]
        for number, url in enumerate(wanted):
            if number >= FEEDS or len(self.found.feeds) >= FEEDS:
                self.found.unread += wanted[number:] if named else []
                return
            page = await self._get(url, "feed")
            feed = read_feed(page) if page else None
            if feed and any(self.known.is_own(entry.url) for entry in feed.entries):
                self.found.feeds.append(feed)
            elif page and page.status == 200 and opened(page) and url.rstrip("/").endswith("rss"):
                await self._feeds([link.url for link in anchors(page) if _names_feed(link.url)])
            elif named:
                self.found.dead.append(url)

    async def _first_article(self) -> None:
        """Open one article, by whose marks the family shows."""
        for url in self.known.candidates(self.web.tried)[:3]:
            if self.found.articles:
                break
            page = await self._get(url)
            if page and self._is_article(page):
                self.found.articles.append(page)
        self.known.family = self.known.marked(self.known.taken.values())

    def _is_article(self, page: Page) -> bool:
        """Whether cleaning the page the generic way gives an article of some length at an address of its own."""
        if urlsplit(page.url).path in ("", "/"):
            return False
        source = self.known.source
        if source.urls.article and classify(source, page.url) == "section":
            return False
        output = self._clean([page], generic(page.url))[0].output
        return isinstance(output, Record) and output.title is not None and len(output.text) >= 200

    async def _sections(self) -> None:
        source, known = self.known.source, dict[str, Anchor]()
        for link in self.known.menu():
            kind = classify(source, link.url)
            if subject_of(source, link.url):
                continue
            if kind != "article" and (kind == "section" or not source.urls.section):
                known.setdefault(canonical(source, link.url), link)
        listed: dict[str, Counter[str]] = {}
        for link in list(known.values())[:SECTIONS]:
            if page := await self._get(link.url, "section"):
                listed[link.url] = self.known.shown(page)
        self._order_sections(list(known.values()), listed)

    def _order_sections(self, menu: list[Anchor], listed: Mapping[str, Counter[str]]) -> None:
        """The sections that list articles beside those in every page's frame, then the ones that were not opened."""
        frame = Counter[str]()
        if len(listed) > 1:
            first, *others = listed.values()
            frame = Counter({url: min(n, *(o[url] for o in others)) for url, n in first.items()})
        fit = {url: len(links - frame) for url, links in listed.items()}
        opened_ = [Section(a.url, a.text.strip(" >»›"), fit[a.url]) for a in menu if fit.get(a.url)]
        rest = [
            Section(a.url, a.text.strip(" >»›")) for a in menu if a.url not in listed and a.url not in self.web.tried
        ]
        self.found.sections = opened_ + (rest if opened_ or not listed else [])

    async def _sitemaps(self, robots: str) -> None:
        named = [
            safe(line.partition(":")[2].strip()) for line in robots.splitlines() if line.lower().startswith("sitemap:")
        ]
        own_named = [url for url in named if self.known.is_own(url)]
        urls = own_named or self.known.usual("sitemaps", _USUAL_SITEMAPS)
        for url in list(dict.fromkeys(urls))[:SITEMAPS]:
            page = await self._get(url, "sitemap")
            if (sitemap := read_sitemap(page) if page else None) and self.known.lists_articles(sitemap):
                self.found.sitemaps.append(sitemap)
            elif own_named:
                self.found.dead.append(url)

    async def _articles(self) -> None:
        for url in self.known.candidates(self.web.tried):
            if len(self.found.articles) >= ARTICLES or self.web.left <= 0:
                break
            page = await self._get(url)
            known = {article.url for article in self.found.articles}
            if page and page.url not in known and self._is_article(page):
                self.found.articles.append(page)

    async def _more_sections(self) -> None:
        """While no section shows a pager, open others of the menu, as far as the requests go."""
        for number, section in enumerate(self.found.sections):
            pages = [(s.url, self.known.taken.get(s.url)) for s in self.found.sections]
            if self.web.left <= 0 or any(page and pager_of(url, anchors(page)) for url, page in pages):
                return
            if section.articles is None and (page := await self._get(section.url, "section")):
                self.found.sections[number] = Section(section.url, section.name, len(self.known.shown(page)))

    def _open(self, stored: Sequence[Page]) -> None:
        """Open saved pages: their links and feeds, and the family whose marks they bear."""
        for page in stored:
            if page.url:
                self.known.keep(page)
            if feed := read_feed(page):
                self.found.feeds.append(feed)
        self.known.family = self.known.marked(self.known.taken.values()) or self.known.family

    def _take_in(self, stored: Sequence[Page]) -> None:
        """Saved pages that nothing led to: articles to judge by, and lists of them."""
        known = {page.url for page in self.found.articles} | {s.url for s in self.found.sections if s.articles}
        for page in stored:
            if page.url in known or page.status != 200 or not (view := opened(page)):
                continue
            kind, shown = classify(self.known.source, page.url), self.known.shown(page)
            if kind == "article" or not self.known.source.urls.article:
                self.found.articles += [page] if self._is_article(page) else []
            elif kind == "section" or len(shown) >= _LISTED:
                heading = view.tree.css_first("h1, title")
                name = " ".join((heading.text(deep=True) if heading is not None else "").split())
                self._add_section(
                    Section(page.url, shorten(name, LONGEST_NAME, placeholder="…") or page.url, len(shown))
                )

    def _add_section(self, section: Section) -> None:
        if urlsplit(section.url).path.strip("/"):
            others = [s for s in self.found.sections if s.url.rstrip("/") != section.url.rstrip("/")]
            self.found.sections = [section, *others]

    def _named_hosts(self) -> dict[str, int]:
        said = Counter[str]()
        for page in self.found.articles:
            said.update(map(host_in, own_addresses(view)[:1] if (view := opened(page)) else ()))
        ours = {bare_host(host) for host in self.found.hosts}
        return {host: count for host, count in said.items() if host and host not in ours}

    def _name_hosts(self) -> None:
        """The host that answered last is the present one; those that redirected to it are old ones of it."""
        old = [bare_host(host.partition(":")[0]) for host in self.found.moved]
        now = self.found.hosts[0]
        names = dict.fromkeys((now, *(h for h in old if h != bare_host(now)), *self.found.hosts))
        self.found.hosts = tuple(h for n, h in enumerate(names) if not n or bare_host(h) != bare_host(now))
        days = {}
        for page in self.found.articles:
            output = self._clean([page], generic(page.url))[0].output
            if isinstance(output, Record) and output.published:
                days[page.url] = output.published[:10]
        by_url = {feed.url: feed for feed in self.found.feeds}
        fresh = [read_feed(page, days) if page.url in by_url else None for page in self.known.taken.values()]
        again: dict[str, Feed] = {feed.url: feed for feed in fresh if feed}
        self.found.feeds = [again.get(feed.url, feed) for feed in self.found.feeds]


def _names_feed(url: str) -> bool:
    path = urlsplit(url).path
    return path.endswith((".rss", ".xml")) or "/rss/" in path or "/feed/" in path


def _base(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"
