"""Looking over a paper: which of its pages are asked for, in which order, until there is enough to judge by."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Protocol
from urllib.parse import urljoin, urlsplit

from archive.facts import Cleaned, Drop, Page, PageKind, Record
from config.declarations import Family, UrlRules
from config.sources import Source, bare_host, generic, host_in
from config.urls import canonical, classify
from crawler.links import Anchor, anchors, own, safe
from crawler.prospect.addresses import is_aside, pager_of, patterns, tells_article
from crawler.prospect.found import Feed, Pattern, Refusal, Section, Sitemap, Survey
from crawler.prospect.lists import read_feed, read_sitemap
from crawler.prospect.marks import family_of, marks_on
from crawler.prospect.opened import opened

FEEDS, SITEMAPS, SECTIONS, ARTICLES = 3, 3, 5, 6
"""Of each so many are opened; the rest is taken from the menu unopened, or left."""
_USUAL_FEEDS, _USUAL_SITEMAPS = ("/rss/home.rss", "/rss"), ("/sitemap.xml",)
_LISTED = 10
"""Articles that a page of no known kind must list to count as a section."""
_LONGEST_NAME = 40

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
        self.web, self._families, self._clean = web, families, clean
        self.found = Survey(asked=asked, base=_base(asked), hosts=(host_in(asked),))
        self.family: str | None = None
        self._links: dict[str, Anchor] = {}
        self._taken: dict[str, Page] = {}

    async def run(self, stored: Sequence[Page] = ()) -> Survey:
        """The survey. `stored` are saved pages that no link need lead to; one without an address is a feed that says
        none. Raises Refusal where there is no paper."""
        robots = await self._arrive(bool(stored))
        self._open(stored)
        await self._feeds(self._alternates())
        await self._first_article()
        await self._feeds([] if self.found.feeds else self._usual("feeds", _USUAL_FEEDS), named=False)
        await self._sections()
        await self._sitemaps(robots)
        await self._articles()
        await self._more_sections()
        self._take_in(stored)
        self.family = self._marked(self.found.articles) or self.family
        self.found.tried, self.found.forbidden = self.web.tried, self.web.forbidden
        self.found.moved, self.found.pages = self.web.moved, self._taken
        if not self.found.articles:
            raise Refusal(
                "no-articles", url=self.found.base, pages=max(len(self._taken), len(stored)), asked=len(self.web.tried)
            )
        self._name_hosts()
        return self.found

    @property
    def source(self) -> Source:
        """The paper as far as it is known by now: enough to tell articles from sections."""
        parts = urlsplit(self.found.base)
        family = self._families[self.family] if self.family else None
        learned = tuple(p.regex for p in self.patterns)
        urls = UrlRules(article=learned)
        if family:
            urls = (
                family.urls
                if self._fits(family)
                else UrlRules(
                    article=(*family.urls.article, *learned), section=family.urls.section, ignore=family.urls.ignore
                )
            )
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

    async def _arrive(self, has_saved: bool) -> str:
        """Ask for the given page and the front page; the robots.txt."""
        asked = self.found.asked
        robots = await self.web.robots(asked)
        page = await self.web.get(asked)
        if page is None and asked in self.web.forbidden:
            raise Refusal("robots", url=asked, host=host_in(asked))
        if page is None and not has_saved:
            raise Refusal("unreachable", url=asked, host=host_in(asked), error=self.web.error)
        if page is None:
            return robots
        self._refuse_useless(page)
        self.found.base = _base(page.url)
        self.found.hosts = tuple(dict.fromkeys((urlsplit(page.url).hostname or "", *self.found.hosts)))
        self._keep(page)
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
            raise Refusal("not-html", url=page.url, kind=page.headers.get("content-type", "?"))

    async def _get(self, url: str, kind: PageKind = "article") -> Page | None:
        """The page at `url` with status 200, kept; None for anything else."""
        page = await self.web.get(url, kind)
        if page is None or page.status != 200:
            return None
        self._keep(page)
        return page

    def _keep(self, page: Page) -> None:
        self._taken[page.url] = page
        for link in anchors(page):
            known = self._links.get(link.url)
            if known is None or len(link.text) > len(known.text):
                self._links[link.url] = link

    def _is_own(self, url: str) -> bool:
        parts, base = urlsplit(url), urlsplit(self.found.base)
        return host_in(url) in {bare_host(h) for h in self.found.hosts} and parts.port == base.port

    def _alternates(self) -> list[str]:
        """Feeds that the pages at hand name in their head; else the ones that they link to."""
        found = dict[str, None]()
        for page in self._taken.values():
            if (view := opened(page)) is None:
                continue
            for node in view.tree.css("link[rel=alternate][href]"):
                if "rss" in (kind := node.attributes.get("type") or "") or "atom" in kind:
                    found[view.absolute(node.attributes.get("href") or "") or ""] = None
        linked = [url for url in self._links if urlsplit(url).path.endswith(".rss")]
        return [url for url in [*found, *linked] if url and self._is_own(url)]

    def _usual(self, name: str, usual: Sequence[str]) -> list[str]:
        """Where the family's papers have their feeds or sitemaps; where no family is known, where most have them."""
        family = self._families.get(self.family or "")
        places = getattr(family.discover, name) if family else ()
        return [urljoin(self.found.base, path) for path in places or usual]

    async def _feeds(self, urls: Iterable[str], *, named: bool = True) -> None:
        """Open feeds; those that some page has `named` and that are none are noted."""
        known = {*self.web.tried, *(feed.url for feed in self.found.feeds)}
        wanted = [url for url in dict.fromkeys(urls) if url not in known]
        for url in wanted[:FEEDS]:
            if len(self.found.feeds) >= FEEDS:
                return
            page = await self._get(url, "feed")
            feed = read_feed(page) if page else None
            if feed and any(self._is_own(entry.url) for entry in feed.entries):
                self.found.feeds.append(feed)
            elif page and page.status == 200 and opened(page) and url.rstrip("/").endswith("rss"):
                await self._feeds([link.url for link in anchors(page) if _names_feed(link.url)])
            elif named:
                self.found.dead.append(url)

    async def _first_article(self) -> None:
        """Open one article, by whose marks the family shows."""
        for url in self._candidates()[:3]:
            if self.found.articles:
                break
            page = await self._get(url)
            if page and self._is_article(page):
                self.found.articles.append(page)
        self.family = self._marked(self._taken.values())

    def _is_article(self, page: Page) -> bool:
        """Whether cleaning the page the generic way gives an article of some length at an address of its own."""
        if urlsplit(page.url).path in ("", "/"):
            return False
        source = self.source
        if source.urls.article and classify(source, page.url) == "section":
            return False
        output = self._clean([page], generic(page.url))[0].output
        return isinstance(output, Record) and output.title is not None and len(output.text) >= 200

    @property
    def sure(self) -> list[str]:
        """Addresses that are articles', as feeds and news sitemaps list them."""
        listed = [entry.url for feed in self.found.feeds for entry in feed.entries]
        listed += [url for sitemap in self.found.sitemaps if sitemap.kind == "news" for url in sitemap.urls]
        return [bare for url in listed if self._is_own(bare := _bare(url)) and not is_aside(bare)]

    def _article_urls(self) -> list[str]:
        """Addresses that are articles' or look like it: sure ones, and those under headlines."""
        headlines = [link.url for link in self._links.values() if tells_article(link)]
        taken = [page.url for page in self.found.articles]
        urls = dict.fromkeys(_bare(url) for url in [*taken, *self.sure, *headlines])
        return [url for url in urls if self._is_own(url) and not is_aside(url)]

    def _candidates(self) -> list[str]:
        """Articles to open: by turns from each feed and from the pages at hand, the ones that follow a pattern."""
        source, seen = self.source, {page.url for page in self.found.articles}
        lists = [[_bare(entry.url) for entry in feed.entries] for feed in self.found.feeds]
        lists += [[_bare(a.url) for a in anchors(page) if tells_article(a)] for page in self._taken.values()]
        shown = [url for urls in lists for url in urls]
        common = Counter(canonical(source, url) for urls in lists for url in set(urls))
        turns = [
            url for n in range(max(map(len, lists), default=0)) for urls in lists if n < len(urls) for url in [urls[n]]
        ]
        fit = [url for url in turns if self._is_own(url) and classify(source, url) == "article"]
        fit = sorted(fit or [u for u in shown if self._is_own(u)], key=lambda url: common[canonical(source, url)] > 2)
        keys = {canonical(source, url): url for url in reversed(fit)}
        tried = {canonical(source, url) for url in [*seen, *self.web.tried]}
        return [url for key, url in reversed(keys.items()) if key not in tried]

    def _fits(self, family: Family) -> bool:
        """Whether the family's patterns find most of what is listed as an article; without lists, of what was opened,
        else of what looks like one."""
        urls = self.sure or [page.url for page in self.found.articles] or self._article_urls()
        paper = Source(id="draft", title="draft", hosts=tuple(map(bare_host, self.found.hosts)), urls=family.urls)
        return sum(classify(paper, url) == "article" for url in urls) * 2 >= len(urls)

    def _menu(self) -> list[Anchor]:
        """The links that read like a menu's: a few words, on every page at hand where there are several."""
        views = [page for page in self._taken.values() if opened(page)]
        everywhere = [{a.url for a in anchors(page)} for page in views]
        shared = set.intersection(*everywhere) if len(everywhere) > 1 else set(self._links)
        start = anchors(self.found.home) if self.found.home else list(self._links.values())
        menu = [a for a in start if self._is_menu(a)]
        fixed = [a for a in menu if a.url in shared]
        return fixed if len(fixed) >= FEEDS else menu

    def _is_menu(self, link: Anchor) -> bool:
        path = urlsplit(link.url).path.strip("/")
        short = (
            0 < len(link.text) <= _LONGEST_NAME and len(link.text.split()) <= 7 and not re.search(r"\d\d", link.text)
        )
        return bool(short and path and self._is_own(link.url) and not is_aside(link.url) and path.count("/") < 4)

    def _menu_urls(self) -> list[str]:
        shown = [a for a in (anchors(self.found.home) if self.found.home else []) if self._is_menu(a)]
        return [a.url for a in shown if not tells_article(a) and len(a.text.split()) <= 4]

    async def _sections(self) -> None:
        source, known = self.source, dict[str, Anchor]()
        for link in self._menu():
            kind = classify(source, link.url)
            if kind != "article" and (kind == "section" or not source.urls.section):
                known.setdefault(canonical(source, link.url), link)
        listed: dict[str, Counter[str]] = {}
        for link in list(known.values())[:SECTIONS]:
            if page := await self._get(link.url, "section"):
                listed[link.url] = self._shown(page)
        self._order_sections(list(known.values()), listed)

    def _shown(self, page: Page) -> Counter[str]:
        """How often each article is linked to on `page`."""
        source, view = self.source, opened(page)
        hrefs = (n.attributes.get("href") or "" for n in view.tree.css("a[href]")) if view else ()
        urls = (url for href in hrefs if view and (url := view.absolute(href)))
        return Counter(canonical(source, u) for u in urls if own(source, u) and classify(source, u) == "article")

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
        own_named = [url for url in named if self._is_own(url)]
        urls = own_named or self._usual("sitemaps", _USUAL_SITEMAPS)
        for url in list(dict.fromkeys(urls))[:SITEMAPS]:
            page = await self._get(url, "sitemap")
            if (sitemap := read_sitemap(page) if page else None) and self._lists_articles(sitemap):
                self.found.sitemaps.append(sitemap)
            elif own_named:
                self.found.dead.append(url)

    def _lists_articles(self, sitemap: Sitemap) -> bool:
        source = self.source
        return sitemap.kind == "index" or any(classify(source, url) == "article" for url in sitemap.urls)

    async def _articles(self) -> None:
        for url in self._candidates():
            if len(self.found.articles) >= ARTICLES or self.web.left <= 0:
                break
            page = await self._get(url)
            known = {article.url for article in self.found.articles}
            if page and page.url not in known and self._is_article(page):
                self.found.articles.append(page)

    async def _more_sections(self) -> None:
        """While no section shows a pager, open others of the menu, as far as the requests go."""
        for number, section in enumerate(self.found.sections):
            pages = [(s.url, self._taken.get(s.url)) for s in self.found.sections]
            if self.web.left <= 0 or any(page and pager_of(url, anchors(page)) for url, page in pages):
                return
            if section.articles is None and (page := await self._get(section.url, "section")):
                self.found.sections[number] = Section(section.url, section.name, len(self._shown(page)))

    def _open(self, stored: Sequence[Page]) -> None:
        """Open saved pages: their links and feeds, and the family whose marks they bear."""
        for page in stored:
            if page.url:
                self._keep(page)
            if feed := read_feed(page):
                self.found.feeds.append(feed)
        self.family = self._marked(self._taken.values()) or self.family

    def _marked(self, pages: Iterable[Page]) -> str | None:
        return family_of(marks_on([view for page in pages if (view := opened(page))], self._families))

    def _take_in(self, stored: Sequence[Page]) -> None:
        """Saved pages that nothing led to: articles to judge by, and lists of them."""
        known = {page.url for page in self.found.articles} | {s.url for s in self.found.sections if s.articles}
        for page in stored:
            if page.url in known or page.status != 200 or not (view := opened(page)):
                continue
            kind, shown = classify(self.source, page.url), self._shown(page)
            if kind == "article" or not self.source.urls.article:
                self.found.articles += [page] if self._is_article(page) else []
            elif kind == "section" or len(shown) >= _LISTED:
                heading = view.tree.css_first("h1, title")
                name = " ".join((heading.text(deep=True) if heading is not None else "").split())
                self._add_section(Section(page.url, name[:_LONGEST_NAME] or page.url, len(shown)))

    def _add_section(self, section: Section) -> None:
        if urlsplit(section.url).path.strip("/"):
            others = [s for s in self.found.sections if s.url.rstrip("/") != section.url.rstrip("/")]
            self.found.sections = [section, *others]

    def _name_hosts(self) -> None:
        """The host that answered last is the present one; those that redirected to it are old ones of it."""
        old = [bare_host(host.partition(":")[0]) for host in self.web.moved]
        now = self.found.hosts[0]
        names = dict.fromkeys((now, *(h for h in old if h != bare_host(now)), *self.found.hosts))
        self.found.hosts = tuple(h for n, h in enumerate(names) if not n or bare_host(h) != bare_host(now))
        days = {}
        for page in self.found.articles:
            output = self._clean([page], generic(page.url))[0].output
            if isinstance(output, Record) and output.published:
                days[page.url] = output.published[:10]
        by_url = {feed.url: feed for feed in self.found.feeds}
        fresh = [read_feed(page, days) if page.url in by_url else None for page in self._taken.values()]
        again: dict[str, Feed] = {feed.url: feed for feed in fresh if feed}
        self.found.feeds = [again.get(feed.url, feed) for feed in self.found.feeds]


def _bare(url: str) -> str:
    """`url` without fragment and query: no paper seen needs one for an article."""
    return url.partition("#")[0].partition("?")[0]


def _names_feed(url: str) -> bool:
    path = urlsplit(url).path
    return path.endswith((".rss", ".xml")) or "/rss/" in path or "/feed/" in path


def _base(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"
