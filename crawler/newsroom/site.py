"""One invented paper as a web site at one visit: every address that it knows, and what it answers."""

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import islice
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import msgspec
from markupsafe import Markup, escape

from crawler.newsroom.body import linked, pages
from crawler.newsroom.papers import HERE, changed_at
from crawler.newsroom.render import environment, picture, slug
from crawler.newsroom.shelf import Shelf, Stock
from crawler.newsroom.written import Article, Feed, Layout, Paper, Section, Trap

HTML, XML = "text/html; charset=utf-8", "text/xml; charset=utf-8"
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\n%%EOF\n"
COOKIE = "D1N=5f0c8e21a7b94d3360d2c1ef87ab4590"
STUB = (
    f'<html><body><script>document.cookie="{COOKIE}; expires=Thu, 31-Dec-37 23:55:55 GMT; path=/";'
    "window.location.reload(true);</script></body></html>"
)
"""What stands before a page behind a cookie: HTTP 200, less than 200 bytes, no text."""


class Reply(NamedTuple):
    """What the site answers. `private` replies carry no validators."""

    status: int
    kind: str
    body: bytes
    location: str = ""
    private: bool = False


class Listing(NamedTuple):
    """One page of a list: its heading, what it shows, and the numbered addresses of all its pages."""

    heading: str
    articles: Sequence[Article]
    traps: Sequence[Trap] = ()
    pages: Sequence[tuple[int, str]] = ()
    current: int = 0
    section: Section | None = None


class Site:
    """`paper` at `visit`, rooted at `base` ("http://127.77.0.1:8377"). Templates call its public methods."""

    def __init__(self, paper: Paper, visit: int, base: str, stock: Stock | None = None) -> None:
        self.paper, self.visit, self.base = paper, visit, base
        self.shelf = Shelf(paper, visit, stock)
        self._routes: dict[str, Callable[[], Reply]] = dict(self._addresses())
        self._made: dict[str, Reply] = {}

    def reply(self, target: str, cookie: str = "") -> Reply:
        """The answer to a request for `target` (path and query) with that Cookie header."""
        path = target if target in self._routes else urlsplit(target).path
        if path not in self._made:
            self._made[path] = self._make(path)
        found = self._made[path]
        return Reply(200, HTML, STUB.encode(), private=True) if found.private and COOKIE not in cookie else found

    def url(self, article: Article) -> str:
        """The path of `article`."""
        return self.paper.path(article)

    def parts(self, article: Article) -> list[tuple[int, str]]:
        """The pages of `article`, numbered from 1, and their paths."""
        return list(enumerate(self.paper.parts(article), 1))

    def former_url(self, article: Article) -> str:
        """The path under which older pages know `article`; it may have moved since."""
        return self.paper.path(article, article.old_slug)

    def section_url(self, zone: str, layout: str = "new") -> str:
        """The path of a section's first page."""
        return self.paper.layouts[layout].section.format(zone=zone)

    def tag_url(self, tag: str) -> str:
        """The path of a tag's page."""
        return self.paper.tag.format(slug=slug(tag), n=sum(tag.encode()))

    @property
    def images(self) -> str:
        """What stands before the paths of pictures that lie on a host of their own; empty for those that do not."""
        return self.base.replace(self.paper.host, self.paper.images) if self.paper.images else ""

    def author_url(self, name: str) -> str:
        """The path of an author's page."""
        return self.paper.author.format(slug=slug(name))

    def topic_url(self, words: str) -> str:
        """The path of a topic's page, which holds no text of its own."""
        return self.paper.topic.format(slug=slug(words))

    def inline(self, line: str) -> Markup:
        """A paragraph as HTML: escaped, its links to articles made."""
        return Markup(linked(line, self._anchor, lambda text: str(escape(text))))

    def changed_at(self, article: Article) -> str:
        """When the page says that `article` was last changed, as ISO 8601."""
        return changed_at(article, self.visit).isoformat()

    def _anchor(self, words: str, number: int) -> str:
        return str(Markup('<a href="{}">{}</a>').format(self.url(self.shelf.find([number])[0]), words))

    def _make(self, path: str) -> Reply:
        if path in self._routes:
            return self._routes[path]()
        if path.endswith((".jpg", ".png", ".gif", ".svg")):
            return Reply(200, "image/svg+xml", picture(path))
        return self._page("missing.html", status=404)

    def _page(self, template: str, kind: str = HTML, status: int = 200, **shown: Any) -> Reply:
        text = environment(self.paper.id).get_template(template).render(site=self, **shown)
        return Reply(status, kind, text.encode())

    def _addresses(self) -> Iterator[tuple[str, Callable[[], Reply]]]:
        home = Listing(self.paper.title, self.shelf.articles[:10])
        yield "/", partial(self._page, "list.html", listing=home)
        yield self.paper.style, partial(self._file, "style.css", "text/css; charset=utf-8")
        if self.paper.robots:
            yield "/robots.txt", partial(Reply, 200, "text/plain; charset=utf-8", self._robots().encode())
        for section in self.paper.sections:
            for name in self.paper.layouts:
                yield from self._section(section, self.paper.layouts[name])
        yield from self._lists()
        yield from self._articles()
        yield from self._traps()
        for feed in self.paper.feeds:
            yield feed.path, partial(self._feed, feed)
        yield from self._sitemaps()

    def _robots(self) -> str:
        return self.paper.robots.replace("{base}", self.base)

    def _file(self, name: str, kind: str) -> Reply:
        return Reply(200, kind, (HERE / self.paper.id / "templates" / name).read_bytes())

    def _section(self, section: Section, layout: Layout) -> Iterator[tuple[str, Callable[[], Reply]]]:
        """The section's pages, and the empty one behind the last that most papers answer with."""
        shown, size = self.shelf.of_section(section.slug), layout.page_size
        count = max(1, -(-len(shown) // size))
        address = partial(layout.pager.format, zone=section.slug)
        pages = [(k + 1, address(n=k + layout.first, offset=k * size)) for k in range(count)]
        for k in range(count + 1):
            traps = self.shelf.traps_of(section.slug) if k == 0 else []
            some = shown[k * size : (k + 1) * size]
            listing = Listing(section.names[-1], some, traps, pages if count > 1 else [], k, section)
            make = partial(self._page, "list.html", listing=listing)
            yield address(n=k + layout.first, offset=k * size), make
            if k == 0:
                yield layout.section.format(zone=section.slug), make

    def _lists(self) -> Iterator[tuple[str, Callable[[], Reply]]]:
        """The pages of tags, authors and topics, as far as the paper has them."""
        shown, paper = self.shelf.articles, self.paper
        lists = {self.tag_url(t): (t, self.shelf.of_tag(t)) for a in shown for t in a.tags if paper.tag}
        for name in {name for a in shown for name in a.authors if paper.author}:
            lists[self.author_url(name)] = (name, [a for a in shown if name in a.authors])
        topics = [a.kicker for a in shown if a.kicker] + [line.partition("|")[0] for line in paper.columns]
        lists |= {self.topic_url(words): (words, shown[:4]) for words in topics if paper.topic}
        for path, (heading, some) in lists.items():
            yield path, partial(self._page, "list.html", listing=Listing(heading, some))

    def _articles(self) -> Iterator[tuple[str, Callable[[], Reply]]]:
        for article in (*self.shelf.articles, *self.shelf.hidden.values()):
            for number, address in self.parts(article):
                yield address, partial(self._article, article, number)
            if article.old_slug:
                moved = Reply(301, HTML, b"", self.url(article))
                yield self.former_url(article), partial(Reply, *moved)

    def _article(self, article: Article, number: int) -> Reply:
        template = self.paper.layouts[article.layout].template
        shown = msgspec.structs.replace(article, body=pages(article.body)[number - 1])
        made = self._page(template, article=shown, whole=article, page=number, changed=changed_at(article, self.visit))
        return made._replace(private=article.behind == "cookie")

    def _traps(self) -> Iterator[tuple[str, Callable[[], Reply]]]:
        for trap in self.paper.traps:
            if trap.kind in ("video", "gallery"):
                yield trap.path, partial(self._page, f"{trap.kind}.html", trap=trap)
            elif trap.kind == "soft-404":
                yield trap.path, partial(self._page, "missing.html")
            elif trap.kind in ("not-html", "file"):
                yield trap.path, partial(Reply, 200, "application/pdf", PDF)

    def _feed(self, feed: Feed) -> Reply:
        shown = self.shelf.of_section(feed.zone) if feed.zone else self.shelf.articles
        return self._page("feed.xml", XML, feed=feed, items=list(islice(shown, 25)))

    def _sitemaps(self) -> Iterator[tuple[str, Callable[[], Reply]]]:
        urlset = partial(self._page, "sitemap.xml", XML)
        if not self.paper.shard:
            if self.paper.sitemap:
                yield self.paper.sitemap, partial(urlset, articles=self.shelf.articles, paths=[])
            return
        months = sorted({(a.published.year, a.published.month) for a in self.shelf.articles}, reverse=True)
        shards = [self.paper.shard.format(year=year, month=month) for year, month in months]
        for (year, month), path in zip(months, shards, strict=True):
            some = [a for a in self.shelf.articles if (a.published.year, a.published.month) == (year, month)]
            yield path, partial(urlset, articles=some, paths=[])
        videos = [trap.path for trap in self.paper.traps if trap.kind == "video"]
        sections = [self.section_url(s.slug) for s in self.paper.sections]
        yield "/sitemap-video.xml", partial(urlset, articles=[], paths=videos)
        yield "/sitemap-categories.xml", partial(urlset, articles=[], paths=sections)
        shards += ["/sitemap-video.xml", "/sitemap-categories.xml"]
        yield self.paper.sitemap, partial(self._page, "sitemap-index.xml", XML, paths=shards)
