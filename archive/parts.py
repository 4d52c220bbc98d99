"""Articles that stand on several pages: their parts, cleaned one by one, are one record.

Parts come in as they are fetched, minutes or days apart, and the paper changed nothing by that. So a part counts from
the first look at the article on as what it was when it was first seen, and later as what it was last. Where a part
has several addresses (a mobile page, an old host), one that shows what it showed before changes nothing.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from functools import partial

import msgspec

from archive.facts import Block, Link, Record
from archive.ready import Work
from archive.visits import Visit
from config.fold import count_words, fold

_STANDS = re.compile(r"paragraph (\d+)|lead")
PartOf = Callable[[str], int]
"""The number of a part by its URL; 1 for the first and for what has no parts."""


def united(visits: Iterable[Visit], part_of: PartOf) -> list[Visit]:
    """The visits of one article, oldest first, each with the record and the links of the whole article at that time."""
    found = [(part_of(visit.url), visit) for visit in visits]
    now: dict[int, Visit] = {}
    for part, visit in reversed(found):
        now[part] = visit
    if len(now) < 2:
        return [visit for _, visit in found]
    return list(_wholes(found, now))


def joined(parts: list[Record]) -> Record:
    """One record of the parts of an article, in their order; of what the head says, the first part's is kept.

    A part's lead stands in the text where it is not the article's, and a part that says nothing new is left out: the
    paper has put its pages together.
    """
    first, blocks = parts[0], _told_after(parts)[0]
    paragraphs = [block.text for block in blocks]
    text = "\n\n".join(([first.lead] if first.lead else []) + paragraphs)
    return msgspec.structs.replace(
        first,
        blocks=blocks,
        paragraphs=paragraphs,
        text=text,
        word_count=count_words(text),
        captions=_once(caption for part in parts for caption in part.captions),
        authors=_once(author for part in parts for author in part.authors),
        credit=next((part.credit for part in parts if part.credit), None),
        tags=_once(tag for part in parts for tag in part.tags),
        related=list({entry.url: entry for part in reversed(parts) for entry in reversed(part.related)}.values())[::-1],
    )


def _told_after(parts: list[Record]) -> tuple[list[Block], list[int]]:
    """The blocks of all parts, and how many of them stand before each part's own."""
    first, *others = parts
    blocks, said = list(first.blocks), {fold(text) for text in (first.title, first.lead, *first.paragraphs) if text}
    before = [0]
    for part in others:
        more = [Block("p", part.lead), *part.blocks] if part.lead and fold(part.lead) not in said else part.blocks
        before.append(len(blocks) + len(more) - len(part.blocks))
        if any(fold(block.text) not in said for block in more):
            blocks += more
            said.update(fold(block.text) for block in more)
    return blocks, before


def _moved(link: Link, before: int) -> Link:
    """A link of a part with its paragraph counted in the whole; the part's own lead is a paragraph there."""
    if not before or not (found := _STANDS.fullmatch(link.place)):
        return link
    return msgspec.structs.replace(link, place=f"paragraph {before + int(found[1] or 0)}")


def _wholes(found: list[tuple[int, Visit]], now: dict[int, Visit]) -> Iterator[Visit]:
    """Each visit as one of the whole article, all under one URL. `now` is every part as it was first seen."""
    numbers = sorted(now)
    url = now[numbers[0]].url
    shown: dict[str, str] = {}
    for part, visit in found:
        said = visit.work.sha
        if visit.url == now[part].url or shown.get(visit.url) != said:
            now[part] = visit
        shown[visit.url] = said
        first, *others = (now[number] for number in numbers)
        before = _told_after([now[number].record for number in numbers])[1]
        links: dict[tuple[str, str], Link] = {}
        for at, number in zip(before, numbers, strict=True):
            for link in now[number].links:
                links.setdefault((link.kind, link.url), _moved(link, at))
        yield msgspec.structs.replace(
            first,
            page=visit.page,
            url=url,
            fetched_at=visit.fetched_at,
            work=Work(partial(joined, [first.record, *(other.record for other in others)])),
            links=list(links.values()),
            parts=tuple((n, now[n].shows, now[n].cleaner) for n in numbers[1:]),
        )


def _once(texts: Iterable[str]) -> list[str]:
    """Each text once, whatever its case and marks, as it stands first."""
    found: dict[str, str] = {}
    for text in texts:
        found.setdefault(fold(text), text)
    return list(found.values())
