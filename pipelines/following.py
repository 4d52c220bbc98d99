"""Where an article leads: to the related articles that its page shows, as cleaning read them. Pure."""

from collections.abc import Iterable, Iterator

from archive.facts import Found, Hints, Link
from config.sources import Source
from config.urls import classify, is_trap

RELATED_DEPTH = 2
"""Steps from related article to related article that are followed from what a list shows."""


def led_to(source: Source, url: str, links: Iterable[Link], depth: int) -> Iterator[Found]:
    """The articles of the paper in the boxes and see-also lines of the article at `url`, found `depth` steps away."""
    if depth >= RELATED_DEPTH:
        return
    for link in links:
        own = link.kind == "related" and source.owns(link.url) and classify(source, link.url) == "article"
        if own and not is_trap(link.url):
            hints = Hints(via="related", anchor=link.title or None, referrer=url)
            yield Found(url=link.url, kind="article", hints=hints, depth=depth + 1)
