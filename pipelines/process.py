"""A kept page to a record: the whole order of the stages."""

from collections.abc import Mapping

from archive.facts import Cleaned, Drop, DropNote, Page
from config.declarations import Rules
from config.sources import Source
from config.urls import article_key, canonical
from pipelines import body, head, live, recognise, undeclared
from pipelines.body import Body
from pipelines.decode import decode
from pipelines.dump import is_dump, process_dump
from pipelines.head import Head
from pipelines.record import record
from pipelines.story import story
from pipelines.view import View


def process(page: Page, source: Source, known: Mapping[str, str] = {}) -> Cleaned:
    """What the page is: an article's record with its links, or a drop with its reason.

    Pure: the same page and declaration give byte-equal results; time enters only as `page.fetched_at`. Whatever
    bytes come, nothing is raised. `known` are an earlier result's `verdicts`: they spare work and change nothing.
    """
    if is_dump(page):
        return process_dump(page, source)
    if drop := recognise.refused(page):
        return _dropped(page, source, drop)
    decoded = decode(page)
    view = View(decoded.data, page.url, lossy=decoded.lossy)
    paper = recognise.adopted(view, source)
    generation, rules = recognise.layout(view, paper)
    if drop := recognise.unfit(view, page, source, rules):
        return _dropped(page, source, drop)
    said = head.read(view, rules, page, source)
    found = live.completed(view, _body(view, rules, paper, said, known))
    told = story(found, said)
    if drop := recognise.untold(view, found, told):
        return _dropped(page, source, drop)
    made = record(page, source, view, generation, said, found, told)
    links = (*said.boxes, *found.links, *said.inline)
    key, notes = article_key(source, page.url), said.published.notes
    return Cleaned(output=made, article=key, links=links, notes=notes, verdicts=found.verdicts)


def _body(view: View, rules: Rules, source: Source, said: Head, known: Mapping[str, str]) -> Body:
    """The declared container's text; without one, what trafilatura finds in the whole of what may be an article."""
    found = body.read(view, rules, source, known)
    if found is not None:
        return found
    return undeclared.read(view, rules, said) if recognise.may_be_article(view, source) else Body()


def _dropped(page: Page, source: Source, note: DropNote) -> Cleaned:
    return Cleaned(output=Drop(url=canonical(source, page.url), drop=note), article=article_key(source, page.url))
