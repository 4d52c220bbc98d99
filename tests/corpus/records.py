"""The corpus as records, and written straight into an archive: for tests that need neither crawl nor cleaning."""

from collections.abc import Iterable, Iterator

from archive.cleaners import note_newest
from archive.derive import derive_article
from archive.facts import Block, Cleaned, Link, Page, Record
from archive.store import Archive
from config.clock import stamp
from config.declarations import UrlRules
from config.sources import Source, Sources
from tests.corpus import links, pages
from tests.corpus.corpus import Corpus
from tests.corpus.stories import Story
from tests.corpus.truth import Article

CLEANER = "corpus-1"
BATCH = 500
"""Articles a transaction."""


def declared(corpus: Corpus) -> Sources:
    """The papers under their public hosts, with the URL rules alone."""
    rules = UrlRules(article=(r"-(?:post)?(?P<id>\d+)\.html?$",))
    found = {p.id: Source(id=p.id, title=p.title, hosts=(p.host,), urls=rules) for p in corpus.papers.values()}
    return Sources(found, {})


def url(corpus: Corpus, article: Article) -> str:
    """Where the article would stand in public."""
    paper = corpus.papers[article.paper]
    return f"https://{paper.host}{pages.path(paper, article)}"


def credit(article: Article) -> str:
    """Whom the article credits, without the words around it: what a record holds of "Theo TTXHV" or "(TTXHV)"."""
    return article.credit.strip("()").removeprefix("Theo ").removeprefix("Nguồn: ")


def record(corpus: Corpus, article: Article, story: Story | None = None) -> Record:
    """What perfect cleaning makes of the article, or of a later state of it."""
    shown = story or article.story
    published = stamp(article.published)
    return Record(
        url=url(corpus, article),
        source=article.paper,
        title=shown.title,
        lead=shown.lead,
        blocks=[Block("p", text) for text in shown.paragraphs],
        paragraphs=list(shown.paragraphs),
        text=shown.text,
        authors=[article.author] if article.author else [],
        credit=credit(article) or None,
        published=published,
        published_raw=published,
        published_precision="minute",
        published_from="meta",
        section=[article.section],
        tags=list(shown.tags),
        language="vi",
        word_count=len(shown.text.split()),
        cleaner=CLEANER,
    )


def cleanings(corpus: Corpus, article: Article) -> Iterator[tuple[Page, Cleaned]]:
    """The pages that show the article, one for each of its states, with what cleaning made of them."""
    states = [(article.published, article.story), *((edit.at, edit.story) for edit in article.edits)]
    shown = tuple(
        Link(url(corpus, corpus.articles[link.target]), link.anchor, "inline" if link.kind == "inline" else "related")
        for link in links.of(corpus)[article.id]
        if link.kind in ("related", "inline")
    )
    for at, story in states:
        made = record(corpus, article, story)
        body = f"<html><title>{story.title}</title><body>{story.text}</body></html>".encode()
        page = Page(url=made.url, fetched_at=stamp(at), body=body)
        yield page, Cleaned(output=made, article=pages.key(corpus.papers[article.paper], article), links=shown)


def fill(archive: Archive, corpus: Corpus, articles: Iterable[Article] | None = None) -> None:
    """Write the articles (all of them) with all their states into `archive`, in order of publication, and derive them.

    The file is not safe from a power cut meanwhile (synchronous=OFF).
    """
    archive.conn.execute("PRAGMA synchronous=OFF")
    sources = declared(corpus)
    chosen = list(corpus.articles if articles is None else articles)
    for at in range(0, len(chosen), BATCH):
        with archive.transaction():
            for source in sources:
                note_newest(archive, source, CLEANER)
            for article in chosen[at : at + BATCH]:
                for page, cleaned in cleanings(corpus, article):
                    archive.put_cleaning(archive.keep_page(article.paper, page), CLEANER, cleaned)
                derive_article(archive, pages.key(corpus.papers[article.paper], article), sources)
