"""Flattened pages: plain text that somebody saved with everything still in it, to the same records as HTML.

No markup is left, so a family's `[dump]` declaration says what its lines look like and in which order the opening
lines stand. What the dump does not hold stays absent: no title, no date and no section is ever guessed from the text.
"""

import re
import unicodedata
from datetime import datetime
from typing import cast

from archive.facts import Block, BlockKind, Cleaned, Drop, DropNote, Page, Precision, Record, Related
from config.sources import Source, Sources
from config.urls import article_key
from pipelines.cleaner import cleaner_id
from pipelines.dates import DateReading, read_date
from pipelines.decode import decode
from pipelines.dump_captions import Sorted, sort_out
from pipelines.dump_closing import Closing, close_dump, links_under
from pipelines.dump_lines import Line, echoes, matches, read_lines, until
from pipelines.dump_opening import Opening, open_dump
from pipelines.normalise import clean
from pipelines.trace import Trace, without

_HEADING = 25
"""Words of the longest heading."""


def is_dump(page: Page) -> bool:
    """Whether `page` is a flattened text that somebody brought, not a response of a server."""
    return page.hints.via == "import" and page.headers.get("content-type", "").startswith("text/plain")


def process_dump(page: Page, source: Source, trace: Trace | None = None) -> Cleaned:
    """The article in a flattened page: its record, or a drop where there is no article's text.

    `page.body` is the text; `page.url` may be `urn:sha256:…`. Pure, as `process` is; `trace` is as there.
    """
    if note := _unfit(page):
        return _dropped(page, source, note, trace, "response")
    decoded, dump = decode(page), source.dump
    if decoded.lossy:
        return _dropped(page, source, DropNote("charset", f"bytes lost as {decoded.encoding}"), trace, "response")
    told = read_lines(decoded.text, dump.picture)
    ended = until(told, (*dump.end, *source.rules.end_lines))
    left = [line for line in ended if not matches((*dump.drop, *source.rules.drop_lines), line.text)]
    opening, below = open_dump(left, dump)
    found = sort_out(below, opening.title, dump)
    lead, body, under = _lead(found.text, links="links" in dump.related)
    closing, lines = close_dump(body, links="links" in dump.related)
    if trace is not None:
        trace.opening = opening
        trace.saw_all(told)
        without(trace, told, ended, "declared", "stands below a line that ends the article")
        without(trace, ended, left, "declared", "a line that the declaration drops")
        without(trace, left, below, "opening", "stands above the text")
        without(trace, below, found.text, "caption", "told by its place or wording")
        without(trace, found.text, body, "lead", "the first paragraph, or links under it")
        without(trace, body, lines, "signature", "who signs, or links to read next")
    if not lines and not lead:
        return _dropped(page, source, DropNote("empty", "no running text"), trace, "text")
    closing.related = [*under, *found.related, *closing.related]
    record = _record(page, source, opening, found, lead, lines, closing)
    if trace is not None:
        trace.keeps(lines, record.blocks)
    return Cleaned(output=record, article=_identity(page, source))


def guess_source(text: str, sources: Sources) -> list[tuple[str, float]]:
    """Which papers the dump could be of, likeliest first: (source id, score), where declared marks were found.

    The score is 1 - 0.5^n for n different marks. Use `sure_source` to decide.
    """
    lines = [" ".join(line.split()) for line in unicodedata.normalize("NFC", text).splitlines()]
    scores = []
    for source in sources.values():
        seen = sum(any(re.fullmatch(mark, line) for line in lines) for mark in source.dump.marks)
        if seen:
            scores.append((source.id, 1 - 0.5**seen))
    return sorted(scores, key=lambda score: (-score[1], score[0]))


def sure_source(guesses: list[tuple[str, float]]) -> str | None:
    """The paper that the guesses leave no doubt about: the only one, or one with more marks than any other."""
    if not guesses or (len(guesses) > 1 and guesses[0][1] <= guesses[1][1]):
        return None
    return guesses[0][0]


def _unfit(page: Page) -> DropNote | None:
    if page.truncated:
        return DropNote("truncated", page.truncated)
    if not page.body.strip():
        return DropNote("empty", f"{len(page.body)} bytes")
    wide = page.body[:2] in (b"\xff\xfe", b"\xfe\xff")
    if b"\x00" in page.body and not wide:
        return DropNote("not-html", "not a text file")
    return None


def _lead(lines: list[Line], *, links: bool) -> tuple[str | None, list[Line], list[str]]:
    """(lead, the other lines of text, titles of headlines listed under the lead).

    The first paragraph is the lead. A lead that the body prints again stands once.
    """
    if not lines or (_is_heading(lines[0]) and lines[0].words < 8):
        return None, lines, []
    lead, rest = lines[0].text, lines[1:]
    listed = links_under(rest) if links else 0
    titles, rest = [line.text for line in rest[:listed]], rest[listed:]
    if rest and echoes(rest[0].text, lead):
        rest = rest[1:]
        again = links_under(rest) if links else 0
        titles, rest = titles + [line.text for line in rest[:again]], rest[again:]
    return lead, rest, titles


def _record(
    page: Page, source: Source, opening: Opening, found: Sorted, lead: str | None, lines: list[Line], closing: Closing
) -> Record:
    blocks = [Block(_kind(line), line.text) for line in lines]
    text = "\n\n".join([*filter(None, [lead]), *(block.text for block in blocks)])
    dated = _published(page, opening)
    known = {name.casefold() for name in opening.authors}
    return Record(
        url=page.url,
        source=source.id,
        kicker=opening.kicker,
        title=opening.title or clean(page.hints.title or "") or None,
        lead=lead,
        blocks=blocks,
        paragraphs=[block.text for block in blocks],
        text=text,
        captions=found.captions,
        authors=[*opening.authors, *(name for name in closing.authors if name.casefold() not in known)],
        credit=opening.credit or closing.credit,
        published=dated.value,
        published_raw=opening.date if dated.value else None,
        published_precision=cast(Precision | None, dated.precision),
        published_from="selector" if dated.value else None,
        section=opening.section or [s for s in [clean(page.hints.section or "")] if s],
        related=[Related(title, "") for title in dict.fromkeys(closing.related)],
        language=source.language,
        word_count=len(re.findall(r"\w+", text)),
        cleaner=cleaner_id(source),
    )


def _published(page: Page, opening: Opening) -> DateReading:
    at = datetime.fromisoformat(page.fetched_at)
    return read_date(opening.date or "", at)


def _kind(line: Line) -> BlockKind:
    return "li" if line.is_item else "h" if _is_heading(line) else "p"


def _is_heading(line: Line) -> bool:
    return line.words <= _HEADING and not line.stops and not line.is_item


def _identity(page: Page, source: Source) -> str:
    if page.url.startswith("urn:"):
        return f"{source.id}:{page.url}"
    return article_key(source, page.url)


def _dropped(page: Page, source: Source, note: DropNote, trace: Trace | None, stage: str) -> Cleaned:
    if trace is not None:
        trace.stage = stage
    return Cleaned(output=Drop(url=page.url, drop=note), article=_identity(page, source))
