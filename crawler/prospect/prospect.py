"""The whole of prospecting: a paper's address in, a draft that loads, with everything that speaks for it, out."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

import msgspec

from archive.facts import Cleaned, Page, Record
from config.clock import SystemClock, stamp
from config.sources import DeclarationError, Source, Sources, host_in
from crawler.prospect import judge
from crawler.prospect.draft import loaded, toml_of
from crawler.prospect.elements import Read
from crawler.prospect.found import Refusal, Survey
from crawler.prospect.marks import marks_on
from crawler.prospect.opened import opened
from crawler.prospect.proposal import Proposal, propose
from crawler.prospect.saved import Saved
from crawler.prospect.survey import Asker, Clean, Surveyor
from crawler.prospect.words import Language, say

Told = Callable[[int, int, str, int], None]


class Prospect(NamedTuple):
    """What came of it. `records` are the articles under the draft, `reads` the same as the generic way reads them."""

    survey: Survey
    proposal: Proposal
    reads: list[Read]
    pages: list[Page]
    saved: bool
    left_out: list[str]
    """Saved files that could not be used."""


class Draft(NamedTuple):
    """The draft as it would be written, the paper that it declares, and what it makes of the articles."""

    toml: str
    source: Source
    made: list[Cleaned]

    @property
    def records(self) -> list[Record]:
        """The articles that came to a record."""
        return judge.records_of(self.made)


def refuse_declared(declared: Sources, urls: Sequence[str]) -> None:
    """Raise Refusal when one of `urls` lies on a host that some declaration has."""
    for url in urls:
        if paper := declared.of(url):
            raise Refusal("declared", host=host_in(url), id=paper.id, title=paper.title)


def look(
    asked: str,
    declared: Sources,
    clean: Clean,
    *,
    saved: Sequence[Path] = (),
    local: bool = False,
    pace: float = 2.0,
    told: Told = lambda n, most, url, status: None,
) -> Prospect:
    """Look over the paper at `asked`, or over `saved` pages of it. Raises Refusal."""
    refuse_declared(declared, [asked])
    surveyors: list[Surveyor] = []

    async def work(web: Asker) -> None:
        surveyor = Surveyor(web, asked, declared.families, clean)
        await surveyor.run(web.stored if isinstance(web, Saved) else ())
        surveyors.append(surveyor)

    if saved:
        asyncio.run(work(Saved(saved, asked)))
    else:
        from crawler.prospect.fetch import run

        run(work, local=local, pace=pace, told=told)
    surveyor = surveyors[0]
    theirs = [host for host, count in surveyor.found.named.items() if count * 2 > len(surveyor.found.articles)]
    refuse_declared(declared, [f"http://{host}/" for host in (*surveyor.found.hosts, *theirs)])
    return _proposed(surveyor, clean, declared, saved=bool(saved))


def _proposed(surveyor: Surveyor, clean: Clean, declared: Sources, *, saved: bool) -> Prospect:
    survey, source = surveyor.found, surveyor.known.source
    pages, reads = [], []
    undeclared = msgspec.structs.replace(source, id=host_in(survey.base), kin=tuple(declared.families.values()))
    undeclared = msgspec.structs.replace(undeclared, urls=type(source.urls)())
    for page, made in zip(survey.articles, clean(survey.articles, undeclared), strict=True):
        view = opened(page)
        if view and isinstance(made.output, Record):
            pages.append(page)
            reads.append(Read(view, made.output, datetime.fromisoformat(page.fetched_at)))
    views = [read.view for read in reads]
    proposal = propose(
        survey,
        reads,
        family=surveyor.known.family,
        families=declared.families,
        marks=marks_on(views, declared.families),
        known=source,
        patterns=surveyor.known.patterns,
        sure=surveyor.known.sure,
    )
    left_out = surveyor.web.left_out if isinstance(surveyor.web, Saved) else []
    return Prospect(survey, proposal, reads, pages, saved, left_out)


def draft_of(found: Prospect, clean: Clean, language: Language) -> tuple[Proposal, Draft]:
    """The draft, without learned rules that would lose text. Raises Refusal for one that cannot be used."""

    def made(proposal: Proposal) -> Draft:
        text = written(found, proposal, language)
        source = loaded(text, proposal.id, proposal.port)
        return Draft(text, source, clean(found.pages, source))

    try:
        loaded(written(found, found.proposal, language), found.proposal.id, found.proposal.port)
    except DeclarationError as error:
        raise Refusal("unusable", host=found.proposal.hosts[0], error=error) from None
    proposal = judge.without_losses(found.proposal, found.reads, lambda attempt: made(attempt).made)
    draft = made(proposal)
    missing = [name for name, count in judge.coverage(draft.records).items() if not count]
    if missing:
        names = ", ".join(say(language, name) for name in missing)
        proposal = msgspec.structs.replace(proposal, doubts=[*proposal.doubts, ("missing", {"fields": names})])
    return proposal, made(proposal)


def written(found: Prospect, proposal: Proposal, language: Language) -> str:
    """The TOML of `proposal`."""
    day = max((page.fetched_at for page in found.pages), default="")[:10]
    now = stamp(SystemClock().now())[:10]
    shown = "/".join(reversed(now.split("-"))) if language == "vi" else now
    counts = {"pages": len(found.survey.pages), "articles": len(found.pages)}
    facts = say(language, "facts-saved" if found.saved else "facts", base=proposal.base, day=day, **counts)
    return toml_of(proposal, language, asked=found.survey.asked, day=shown, facts=facts)
