"""A kept page to a record: the whole order of the stages."""

from collections.abc import Mapping

from archive.facts import UNPLACED, Cleaned, Drop, DropNote, Page
from config.declarations import Rules
from config.sources import Source
from config.urls import article_key, canonical
from pipelines import body, head, live, recognise
from pipelines.body import Body
from pipelines.decode import decode
from pipelines.dump import is_dump, process_dump
from pipelines.exported import is_exported, process_exported
from pipelines.head import Head
from pipelines.linking import linked
from pipelines.record import record
from pipelines.story import story
from pipelines.trace import Trace
from pipelines.view import View


def process(page: Page, source: Source, known: Mapping[str, str] = {}, trace: Trace | None = None) -> Cleaned:
    """What the page is: an article's record with its links, or a drop with its reason.

    Pure: the same page and declaration give byte-equal results; time enters only as `page.fetched_at`. Whatever
    bytes come, nothing is raised. `known` are an earlier result's `verdicts`: they spare work and change nothing.
    `trace` is told how the result is come by, and changes nothing either.
    """
    if is_dump(page):
        return process_dump(page, source, trace)
    if is_exported(page):
        return process_exported(page, source)
    if drop := recognise.refused(page):
        return _dropped(page, source, drop, trace, "response")
    decoded = decode(page)
    view = View(decoded.data, page.url, lossy=decoded.lossy, trace=trace)
    paper = recognise.adopted(view, source)
    generation, rules = recognise.layout(view, paper)
    if trace is not None:
        trace.generation, trace.rules = generation, rules
    if drop := recognise.unfit(view, page, source, rules):
        return _dropped(page, source, drop, trace, "opened page")
    said = head.read(view, rules, page, source)
    found = live.completed(view, _body(view, rules, paper, said, known))
    told = story(found, said, trace)
    if trace is not None:
        trace.stages = (said, found, told)
    if drop := recognise.untold(view, found, told):
        return _dropped(page, source, drop, trace, "text")
    made = record(page, source, view, generation, said, found, told)
    links = tuple(linked(page, source, view, said, found, told, made))
    key, notes = article_key(source, page.url), said.published.notes
    if rules.container and not found.placed:
        notes = (*notes, UNPLACED)
    return Cleaned(output=made, article=key, links=links, notes=notes, verdicts=found.verdicts)


def _body(view: View, rules: Rules, source: Source, said: Head, known: Mapping[str, str]) -> Body:
    """The declared container's text; without one, what trafilatura finds in the whole of what may be an article."""
    found = body.read(view, rules, source, known)
    if found is not None:
        return found
    if not recognise.may_be_article(view, source):
        view.note("text", "no container; not read whole, as the page does not name itself an article")
        return Body()
    from pipelines import undeclared  # it imports trafilatura, which few pages of declared papers need

    found = undeclared.read(view, rules, said)
    view.note("text", "no container: what trafilatura finds in the whole page, read where it stands")
    if view.trace is not None:
        view.trace.saw_all(found.lines)
    return found


def _dropped(page: Page, source: Source, note: DropNote, trace: Trace | None, stage: str) -> Cleaned:
    if trace is not None:
        trace.stage = stage
    return Cleaned(output=Drop(url=canonical(source, page.url), drop=note), article=article_key(source, page.url))
