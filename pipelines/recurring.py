"""What stands on many articles of one paper: lines, sentences at the edges of paragraphs, and blocks of such lines.

Found in the cleaned articles themselves, so that a paper's new footer shows within a day. Digits count as equal
("Lượt xem: 123" is one line). What is likely clutter is told from what a format repeats ("Đội hình ra sân", a price
column's headings) by where it stands, on how many different stories, and in how many sections. Nothing is cut here:
a pattern that the keeper declares is.

Measured on 200 made-up windows of 250 articles (`tests.pipelines.rows.busy_day`: headings of formats on 2 to 40 % of
the articles, a section's closing line, one under the newest articles of a running story, a daily column, 26
signatures): none of these was ever taken for clutter; a footer on all of the newest 8, 9, 10, 12, 15 or 20 articles was
in 21, 30, 35, 39, 40 and 40 of 40 windows. It is told, if not as clutter, from the fourth article on.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Literal

import msgspec

from archive.facts import Block
from archive.newest import Newest
from pipelines.normalise import clean
from pipelines.stories import Stories

SHOWN = 4
"""Different stories from which a line is told."""
STORIES = 8
"""Different stories from which a line can be clutter: a paper prints as many in a day."""
SHARE = 0.6
"""Share of the articles since a line first stood somewhere that a clutter line stands on."""
EVERYWHERE = 0.9
"""The same for one that stands in the middle of the text: a share bar does, and so does a heading of a format."""
EDGE = 0.8
"""Share of its articles at whose beginning or end a clutter line stands, other recurring lines apart."""
ELSEWHERE = 0.6
"""Share of the articles outside its commonest section that a clutter line stands on."""
SECTIONS = 2 / 3
"""Share of the sections, among the articles since a line first stood somewhere, in which a clutter line stands."""
DIFFERENT = 3
"""Sections in which it stands at least, where the paper has so many."""
ASIDE = 5
"""Articles outside its commonest section that it takes to say so; without them a line must stand on `ALONE`."""
ALONE = 20
_LISTED = 0.05
"""Share of all articles from which a line is told that does not stand on most since it first did."""
_DIGITS = re.compile(r"\d(?:[\d.,:/-]*\d)?")
_SENTENCES = re.compile(r"(?<=[.!?…])\s+")
_WORDY = 3
"""Words of the shortest sentence that is looked at: a shorter one is a dateline ("TGVN.")."""

_SHORT = 25
"""Words of the longest line that is left out when articles are compared."""
_MAIN = 0.3
"""Share of an article that must be left."""

Where = Literal["first", "middle", "last"]


class Text(msgspec.Struct, frozen=True):
    """What of a record is looked at."""

    title: str | None = None
    lead: str | None = None
    blocks: list[Block] = []
    section: list[str] = []


class Recurring(msgspec.Struct, frozen=True, kw_only=True):
    """One line, or sentence at the edge of a paragraph, that recurs."""

    text: str
    """As the newest article has it."""
    part: Literal["line", "lead", "sentence"]
    articles: int
    of: int
    """Articles since it has stood on most of them; since it first stood somewhere, where it never did."""
    ever: int
    """On how many of all it stands."""
    newest: int
    """All that were looked at."""
    stories: int
    """Different ones among its articles (of at most `stories.MOST` looked at): copies and updates count once."""
    since: str
    """When the first page that shows it was fetched."""
    where: Where
    clutter: bool
    why: str
    """Why it is taken for clutter, or why not."""
    block: int | None = None
    """Lines with the same number stand right under one another."""
    pattern: str | None = None
    """What would cut it as one of `drop_lines`; None for what is no line of its own."""
    url: str

    @property
    def share(self) -> float:
        """Of the articles since it first stood somewhere."""
        return self.articles / self.of


class _Line(msgspec.Struct, frozen=True):
    key: str
    text: str
    part: Literal["line", "lead", "sentence"]
    edges: tuple["_Line", ...] = ()
    """The first and last sentence, where it has more than one."""


class _Found(msgspec.Struct):
    """Where a key stands: indexes of articles, newest first, and its places there."""

    part: Literal["line", "lead", "sentence"]
    text: str
    articles: list[int] = []
    places: list[Where] = []
    spellings: set[str] = msgspec.field(default_factory=set)


_TEXT = msgspec.json.Decoder(Text)


def recurring(rows: Sequence[Newest]) -> list[Recurring]:
    """What recurs in the articles among `rows` (newest first): clutter first, then by the number of articles."""
    good = [row for row in rows if row.reason is None]
    texts = [_TEXT.decode(row.output) for row in good]
    lines = [list(_lines(text)) for text in texts]
    met = _often(lines)
    found = _found(lines, met)
    stories = Stories([text.title or "" for text in texts], [_rest(ls, met) for ls in lines])
    blocks = _blocks(lines, found)
    told = [_told(key, one, good, texts, stories, blocks.get(key)) for key, one in found.items()]
    listed = [t for t in told if t.stories >= SHOWN and (t.share >= SHARE or t.ever >= _LISTED * t.newest)]
    return sorted(listed, key=lambda t: (not t.clutter, -t.articles, t.text))


def key_of(text: str) -> str:
    """What two printings of one line have in common: its words without case, any number for any other."""
    return _DIGITS.sub("#", clean(text).casefold())


def pattern_of(spellings: set[str]) -> str:
    """The `drop_lines` pattern of a line: its text, with a number's place held open where the numbers differ."""
    first = min(spellings)
    if len({s.casefold() for s in spellings}) == 1:
        return _escaped(first)
    at, parts = 0, []
    for number in _DIGITS.finditer(first):
        parts += [_escaped(first[at : number.start()]), r"\d[\d.,:/-]*"]
        at = number.end()
    return "".join([*parts, _escaped(first[at:])])


def _escaped(text: str) -> str:
    return re.sub(r"([\\.^$*+?{}\[\]|()])", r"\\\1", text)


def _lines(text: Text) -> Iterator[_Line]:
    """The lines of an article in order; a table is none."""
    if text.lead:
        yield _Line(key_of(text.lead), text.lead, "lead", _edges(text.lead))
    for block in text.blocks:
        if block.kind != "table":
            yield _Line(key_of(block.text), block.text, "line", _edges(block.text))


def _edges(text: str) -> tuple[_Line, ...]:
    """The first and last sentence of a paragraph that has more than one."""
    parts = _SENTENCES.split(text)
    ends = (parts[0], parts[-1]) if len(parts) > 1 else ()
    return tuple(_Line(f"… {key_of(p)}", p, "sentence") for p in ends if len(p.split()) >= _WORDY)


def _often(lines: Sequence[Sequence[_Line]]) -> set[str]:
    """The keys that stand on so many articles that they can recur."""
    counts: Counter[str] = Counter()
    for article in lines:
        counts.update({line.key for line in article} | {s.key for line in article for s in line.edges})
    return {key for key, count in counts.items() if count >= SHOWN and re.search(r"[^\W\d_]", key)}


def _found(lines: Sequence[Sequence[_Line]], met: set[str]) -> dict[str, _Found]:
    found: dict[str, _Found] = {}
    for n, article in enumerate(lines):
        own = [at for at, line in enumerate(article) if line.key not in met]
        for at, line in enumerate(article):
            where: Where = "last" if not own or at > own[-1] else "first" if at < own[0] else "middle"
            for part in [line] if line.key in met else [s for s in line.edges if s.key in met]:
                one = found.setdefault(part.key, _Found(part.part, part.text))
                if not one.articles or one.articles[-1] != n:
                    one.articles.append(n)
                    one.places.append(where)
                one.spellings.add(part.text)
    return found


def _rest(lines: Sequence[_Line], met: set[str]) -> str:
    """An article's text by which it is told from others: without short lines that recur, unless they are most of it.

    The paragraphs of copies recur too; they are longer than menus' lines are.
    """
    told = [line.text for line in lines if line.key not in met or len(line.text.split()) > _SHORT]
    whole = " ".join(line.text for line in lines)
    rest = " ".join(told)
    return rest if len(rest) >= _MAIN * len(whole) else whole


def _blocks(lines: Sequence[Sequence[_Line]], found: dict[str, _Found]) -> dict[str, int]:
    """The number of the block that a recurring line belongs to: each right under the one before it, four times of
    five."""
    under: Counter[tuple[str, str]] = Counter()
    for article in lines:
        under.update({(a.key, b.key) for a, b in pairwise(article) if a.key in found and b.key in found})
    numbers: dict[str, int] = {}
    for (above, below), count in sorted(under.items(), key=lambda item: -item[1]):
        if above == below or count < EDGE * max(len(found[above].articles), len(found[below].articles)):
            continue
        number = numbers.get(above) or numbers.get(below) or len(numbers) + 1
        merged = {numbers.get(above, number), numbers.get(below, number)}
        numbers |= {above: number, below: number}
        numbers |= {key: number for key, other in numbers.items() if other in merged}
    return numbers


def _told(
    key: str, one: _Found, rows: Sequence[Newest], texts: Sequence[Text], stories: Stories, block: int | None
) -> Recurring:
    whole, one = one, _lately(one)
    of, newest = one.articles[-1] + 1, one.articles[0]
    many = stories.among(one.articles)
    places = Counter(one.places)
    where, at_edge = places.most_common(1)[0][0], places["first"] + places["last"]
    why_not = _why_not(one, of, many, at_edge / len(one.articles), texts)
    return Recurring(
        text=one.text,
        part=one.part,
        articles=len(one.articles),
        of=of,
        ever=len(whole.articles),
        newest=len(rows),
        stories=many,
        since=rows[of - 1].fetched_at,
        where=where,
        clutter=not why_not,
        why=why_not or "stands on most articles, whatever they tell and wherever they belong",
        block=block,
        pattern=pattern_of(one.spellings) if one.part == "line" else None,
        url=rows[newest].url,
    )


def _lately(one: _Found) -> _Found:
    """The line since it has stood on most articles, which may be long after it first stood on one; all of it, where
    it never did."""
    steady = [n for n, at in enumerate(one.articles, 1) if n >= SHOWN and n >= SHARE * (at + 1)]
    if not steady:
        return one
    return msgspec.structs.replace(one, articles=one.articles[: steady[-1]], places=one.places[: steady[-1]])


def _why_not(one: _Found, of: int, stories: int, at_edge: float, texts: Sequence[Text]) -> str:
    """Why a line is not taken for clutter; empty where it is."""
    share = len(one.articles) / of
    if stories < STORIES:
        return f"stands in {stories} different stories; it takes {STORIES}"
    if share < SHARE:
        return f"stands on {share:.0%} of the articles since it first did; it takes {SHARE:.0%}"
    if at_edge < EDGE and share < EVERYWHERE:
        return "stands in the middle of texts, as the heading of a format does"
    return _confined(one, of, share, texts)


def _confined(one: _Found, of: int, share: float, texts: Sequence[Text]) -> str:
    """Whether a line keeps to one section; empty where it does not."""
    section = [next(iter(text.section), "") for text in texts[:of]]
    commonest = Counter(section[n] for n in one.articles).most_common(1)[0][0]
    others = sum(name != commonest for name in section)
    if others < ASIDE:
        if len(one.articles) >= ALONE and share >= SHARE:
            return ""
        return f"all but {others} articles since are of one section; it takes {ASIDE} of others, or {ALONE} articles"
    inside = sum(section[n] != commonest for n in one.articles)
    if inside < ELSEWHERE * others:
        return f"keeps to the section {commonest!r}"
    within, every = {section[n] for n in one.articles}, set(section)
    known = {next(iter(text.section), "") for text in texts}
    if len(within) < max(SECTIONS * len(every), min(DIFFERENT, len(known))):
        return f"stands in {len(within)} of the {len(every)} sections since, as a running story's closing line does"
    return ""
