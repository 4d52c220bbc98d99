"""Addresses of the papers' pages."""

import re
from functools import lru_cache

from config.fold import fold
from tests.corpus.truth import Article, Paper

_ENDS = {"plain": "-{n}.html", "onecms": "-post{n}.html", "vccorp": "-{n}.htm"}


@lru_cache(maxsize=65536)
def slug(text: str) -> str:
    """`text` as papers write it into addresses."""
    return "-".join(re.findall(r"[a-z0-9]+", fold(text)))[:80].strip("-")


def path(paper: Paper, article: Article) -> str:
    """The path of an article's page, which its first title decides."""
    return f"/{slug(article.story.title) or 'tin'}" + _ENDS[paper.layout].format(n=article.number)
