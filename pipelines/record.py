"""Putting an article's record together from what the stages found."""

from archive.facts import Link, Page, Record, Related
from config.fold import count_words, fold
from config.sources import Source
from config.urls import canonical
from pipelines import fields
from pipelines.body import Body
from pipelines.cleaner import cleaner_id
from pipelines.head import Head
from pipelines.linking import elsewhere
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


def _related(url: str, links: list[Link]) -> list[Related]:
    """The links of boxes and see-also lines as the record prints them: each page once, itself left out."""
    entries = {link.url: Related(link.title, link.url) for link in reversed(links) if link.url != url}
    return list(entries.values())[::-1]


def _united(named: list[str], signed: list[str]) -> list[str]:
    """Both lists without repetition; a name in other letters is the same name."""
    known = {fold(n) for n in named}
    return named + [s for s in signed if fold(s) not in known]
