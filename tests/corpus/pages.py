"""Addresses of the papers' pages, and what an article is called in them."""

import re
from functools import lru_cache

from config.fold import fold
from tests.corpus.truth import Article, Paper

SEARCH = "/tim-kiem"
HOME, SITEMAP, FEED = "/", "/sitemap.xml", "/rss/home.rss"
_ENDS = {"plain": "-{n}.html", "onecms": "-post{n}.html", "vccorp": "-{n}.htm"}


@lru_cache(maxsize=65536)
def slug(text: str) -> str:
    """`text` as papers write it into addresses."""
    return "-".join(re.findall(r"[a-z0-9]+", fold(text)))[:80].strip("-")


def number(paper: Paper, article: Article) -> str:
    """The id in the address; VCCorp's carries the minute."""
    if paper.layout == "vccorp":
        return f"185{article.published:%y%m%d%H%M%S}{article.number % 1000:03}"
    return str(article.number)


def key(paper: Paper, article: Article) -> str:
    """The identity of the article in an archive."""
    return f"{paper.id}:{number(paper, article)}"


def path(paper: Paper, article: Article) -> str:
    """The path of an article's page, which its first title decides."""
    return f"/{slug(article.story.title) or 'tin'}" + _ENDS[paper.layout].format(n=number(paper, article))


def tag(paper: Paper, name: str) -> str:
    """The path of a tag's page."""
    folder = "tu-khoa" if paper.layout == "onecms" else "tag"
    return f"/{folder}/{slug(name)}" + (".htm" if paper.layout == "vccorp" else "")


def topic(paper: Paper, title: str) -> str:
    """The path of a topic page, which editors keep for a story that goes on."""
    return f"/chu-de/{slug(title)}" + (".htm" if paper.layout == "vccorp" else "")


def further(paper: Paper, path: str, page: int) -> str:
    """The path of a list's page, the first of which is the list's own path."""
    if page < 2:
        return path
    if paper.layout == "vccorp":
        return f"{path.removesuffix('.htm')}/trang-{page}.htm"
    return f"{path}?page={page}"


def month(year: int, at: int) -> str:
    """The path of a month's sitemap."""
    return f"/sitemaps/news-{year}-{at}.xml"
