"""What `sources add` tells: what was found, one cleaned article, coverage, doubts; in words, or as one object."""

from collections.abc import Callable, Sequence
from typing import Any
from urllib.parse import urlsplit

from archive.facts import Drop, Record
from config.declarations import Family
from crawler.prospect.found import Survey
from crawler.prospect.judge import FIELDS, coverage
from crawler.prospect.proposal import Doubt, Proposal
from crawler.prospect.words import Language, say

SHOWN = 5
"""Lines that were left out of an article are shown up to this many."""
_WIDE = 200

Put = Callable[[str], None]


def tell_found(
    put: Put, language: Language, survey: Survey, made: Proposal, family: Family | None, articles: int
) -> None:
    """What was found at the paper, line by line."""
    put(say(language, "found", host=made.hosts[0]))
    if family and made.marks:
        mark = made.marks[0]
        named = {"family": made.family, "title": family.title, "mark": mark.selector}
        put(say(language, "family", pages=mark.pages, of=mark.of, **named))
    else:
        put(say(language, "no-family", of=articles))
    put(say(language, "hosts", hosts=", ".join(made.hosts)))
    for feed in survey.feeds:
        order = say(language, "order", order=feed.order) if feed.order else ""
        path = _path(feed.url) if feed.url else say(language, "no-address")
        put(say(language, "feed", path=path, entries=len(feed.entries), dated=feed.dated, order=order))
    for sitemap in survey.sitemaps:
        kind = say(language, f"kind-{sitemap.kind}")
        put(say(language, "sitemap", path=_path(sitemap.url), kind=kind, urls=len(sitemap.urls)))
    if made.sections:
        opened = sum(s.articles is not None for s in made.sections)
        names = ", ".join(s.name for s in made.sections)
        put(say(language, "sections", n=len(made.sections), opened=opened, names=names))
    if made.pager:
        put(say(language, "pager", template=made.pager.template, first=made.pager.first, step=made.pager.step))
    if made.fitting[1]:
        shown = (made.urls and made.urls.article) or (family.urls.article if family else ())
        put(say(language, "pattern", pattern=" | ".join(shown), n=made.fitting[0], of=made.fitting[1]))
    for field, place in made.rules.items():
        put(say(language, "rule", field=field, place=", ".join(place.places), holds=place.holds, of=place.of))


def tell_article(put: Put, language: Language, record: Record, left_out: Sequence[str]) -> None:
    """One article as it was cleaned, and what was left out of its text."""
    none = say(language, "nothing")
    rows: list[tuple[str, str | None]] = [
        ("title", record.title),
        ("lead", record.lead),
        ("first", record.paragraphs[0] if record.paragraphs else None),
        ("last", record.paragraphs[-1] if record.paragraphs else None),
        ("date", record.published),
        ("people", ", ".join(filter(None, (*record.authors, record.credit)))),
        ("section", " > ".join(record.section)),
        ("tags", ", ".join(record.tags)),
        ("captions", " | ".join(record.captions)),
    ]
    put("")
    put(f"{say(language, 'judge')}\n  {record.url}")
    for key, text in rows:
        put(f"  {say(language, key):15} {_short(text) if text else none}")
    put(f"  {say(language, 'dropped'):15} {_short(left_out[0]) if left_out else none}")
    for text in left_out[1:SHOWN]:
        put(f"  {'':15} {_short(text)}")
    if len(left_out) > SHOWN:
        put(f"  {'':15} {say(language, 'more', n=len(left_out) - SHOWN)}")


def tell_coverage(put: Put, language: Language, records: Sequence[Record], of: int) -> None:
    """Of how many articles each field is known."""
    put("")
    put(say(language, "coverage", n=of))
    for field, count in coverage(records).items():
        put(say(language, "has", field=say(language, field), n=count, of=of))


def tell_doubts(put: Put, language: Language, doubts: Sequence[Doubt]) -> None:
    """What a keeper had better look at."""
    if doubts:
        put("")
        put(say(language, "doubts"))
    for key, told in doubts:
        put(f"  - {say(language, key, **told)}")


def as_object(
    language: Language,
    survey: Survey,
    made: Proposal,
    records: Sequence[Record],
    shown: Record | Drop,
    of: int,
    left_out: Sequence[str],
) -> dict[str, Any]:
    """Everything that was found, for a program. `shown` is the article to judge by."""
    return {
        "url": survey.asked,
        "id": made.id,
        "title": made.title,
        "hosts": made.hosts,
        "family": made.family,
        "generation": made.generation,
        "marks": made.marks,
        "feeds": [
            {"url": f.url, "entries": len(f.entries), "dated": f.dated, "order": f.order, "sample": f.sample}
            for f in survey.feeds
        ],
        "sitemaps": [{"url": s.url, "kind": s.kind, "urls": len(s.urls)} for s in survey.sitemaps],
        "sections": made.sections,
        "pager": made.pager,
        "patterns": [{"regex": p.regex, "seen": len(p.seen), "with_id": p.with_id} for p in made.patterns],
        "fitting": {"fit": made.fitting[0], "of": made.fitting[1]},
        "rules": made.rules,
        "examples": made.examples,
        "coverage": {"of": of} | coverage(records) if records else dict.fromkeys(FIELDS, 0) | {"of": of},
        "article": shown,
        "left_out": left_out,
        "doubts": [say(language, key, **told) for key, told in made.doubts],
        "requests": survey.tried,
    }


def _path(url: str) -> str:
    parts = urlsplit(url)
    return parts.path + (f"?{parts.query}" if parts.query else "")


def _short(text: str) -> str:
    return text if len(text) <= _WIDE else text[: _WIDE - 1].rstrip() + "…"
