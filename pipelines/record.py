"""Putting an article's record together from what the stages found."""

from archive.facts import Link, Page, Record, Related
from config.fold import count_words, fold
from config.sources import Source
from config.urls import article_key, canonical, classify
from pipelines import fields
from pipelines.body import Body
from pipelines.cleaner import cleaner_id
from pipelines.head import Head
from pipelines.story import Story
from pipelines.view import View


def record(
    page: Page, source: Source, view: View, generation: str | None, head: Head, found: Body, told: Story
) -> Record:
    """The article's record. Every string is NFC and on one line, but for a table's rows."""
    url, text = canonical(source, page.url), told.text
    return Record(
        url=url,
        source=source.id,
        generation=generation,
        kicker=head.kicker,
        title=head.title,
        lead=told.lead,
        blocks=told.blocks,
        paragraphs=[b.text for b in told.blocks],
        text=text,
        captions=found.captions,
        image=head.image or found.image,
        authors=_united(head.authors, told.signed.authors),
        credit=head.credit or told.signed.credit,
        published=head.published.value,
        published_raw=head.published.raw,
        published_precision=head.published.precision,
        published_from=head.published.origin,
        modified=head.modified,
        section=head.section,
        tags=fields.spoken_of(head.tags, head.keywords, f"{head.title} {text}"),
        related=_related(url, elsewhere(source, url, head.boxes + found.links)),
        language=fields.language(text, view, source),
        word_count=count_words(text),
        cleaner=cleaner_id(source),
    )


def elsewhere(source: Source, url: str, links: list[Link]) -> list[Link]:
    """`links` without those to the other pages of the same article, where its paper spreads articles over several."""
    here = article_key(source, url) if source.in_parts else ""
    return [link for link in links if article_key(source, link.url) != here] if here else links


def canonical_link(source: Source, page: Page, view: View) -> list[Link]:
    """The link by which a page names itself another article of its paper; none where it says several things."""
    hrefs = {node.attributes.get("href") or "" for node in view.tree.css("link[rel~=canonical i][href]")}
    urls = {url for href in hrefs if href and (url := view.absolute(href))}
    url = urls.pop() if len(urls) == 1 else ""
    other = source.owns(url) and classify(source, url) == "article" and article_key(source, url)
    return [Link(url, kind="canonical")] if other and other != article_key(source, page.url) else []


def _related(url: str, links: list[Link]) -> list[Related]:
    """The links of boxes and see-also lines as the record prints them: each page once, itself left out."""
    entries = {link.url: Related(link.title, link.url) for link in reversed(links) if link.url != url}
    return list(entries.values())[::-1]


def _united(named: list[str], signed: list[str]) -> list[str]:
    """Both lists without repetition; a name in other letters is the same name."""
    known = {fold(n) for n in named}
    return named + [s for s in signed if fold(s) not in known]
