"""The article's own text: from the declared container to blocks in reading order.

The container is walked (`walk`). A line that stands in it as prose, which is no list of links and in no box named for
something else, is text: trafilatura loses some of those, short headings, list items and paragraphs with many links.
Of the others trafilatura decides (`verdict`), so it is asked where there are any.
"""

import re
from collections.abc import Mapping
from functools import lru_cache
from itertools import groupby
from urllib.parse import urlsplit

import msgspec
from selectolax.lexbor import LexborNode

from archive.facts import Block, Link
from config.declarations import Rules
from config.sources import Source, bare_host
from config.urls import classify
from pipelines import places
from pipelines.fields import opens
from pipelines.head import stands
from pipelines.normalise import clean
from pipelines.pictures import names_photographer
from pipelines.trace import Taken, Trace, becomes, without
from pipelines.traced_walk import TracedWalker
from pipelines.view import View, ancestors, text_of
from pipelines.walk import Line, Walker

SEE_ALSO = re.compile(r"[(\[]?(?:[>»•\-–*]+|xem thêm|đọc thêm|tin liên quan|xem)\s*:?\s*", re.I)
_ANNOUNCES = re.compile(
    r"[>»*•\-–\s]*(?:(?:tin bài|tin|bài)(?: viết)? (?:liên quan|cùng chủ đề|cùng chuyên mục)|xem thêm|đọc thêm"
    r"|có thể bạn quan tâm)\s*:?",
    re.I,
)
"""A line that only says that links to other articles follow."""
_TELLING = re.compile(r"[^\W_]")
DEBRIS = re.compile(r"\s*</?_o3a_p/?>\s*")
"""Word's `o:p`, which an import wrote as a name that no element can have, so that browsers print it."""
_SENTENCE_END = (".", "!", "?", ":", ";", ",", "…", '"', "”", "’", ")")
_HEADING = 150
"""Characters of the longest bold paragraph that is read as a heading."""

_RELATED: tuple[Taken, str] = ("related", "consists of links to articles of the paper")
_LEFT_BOX: tuple[Taken, str] = ("left-out", "not text to trafilatura, and in a box named for something else")
_LEFT_LINKS: tuple[Taken, str] = ("left-out", "not text to trafilatura, and consists of links to the paper's own pages")


class Body(msgspec.Struct):
    """What the container holds. `lines` are its text in order, signature lines still among them."""

    lines: list[Line] = []
    captions: list[str] = []
    links: list[Link] = []
    """See-also links that stood alone in the text."""
    stood: dict[str, int] = {}
    """By their URLs, the numbers of the lines in which they stood."""
    pictures: int = 0
    placed: bool = False
    """Whether the text's declared container is on the page."""
    lead: str | None = None
    """Where nothing is declared: the lead that was found among the lines."""
    sapo: str | None = None
    """Where nothing is declared: what may be the lead, elsewhere on the page."""
    image: str | None = None
    """Where nothing is declared: the text's first picture."""
    verdicts: dict[str, str] = {}
    """By container, as `verdict.kept` notes them."""

    def aside(self, line: Line, links: list[Link]) -> None:
        """Take the links that `line` consists of."""
        self.links += links
        self.stood.update((link.url, line.at) for link in links if link.url not in self.stood)


def read(view: View, rules: Rules, source: Source, known: Mapping[str, str]) -> Body | None:
    """The body at the declared container, or None where the page has none. Takes the page's pictures apart."""
    containers = _outermost(places.nodes(view, rules.container))
    if not containers:
        return None
    captions = {n.mem_id: text_of(n) for n in _declared(view, rules.captions)}
    notes = frozenset(n.mem_id for n in _declared(view, rules.note))
    if view.trace is not None:
        view.trace.elements(view, rules.captions or ())
    parts = frozenset(captions), notes, stands(view, rules)
    walker = Walker(*parts) if view.trace is None else TracedWalker(view.trace, *parts)
    found: list[Line] = []
    left: list[Line] = []
    verdicts: dict[str, str] = {}
    for container in containers:
        walker.lines = []
        walker.run(container)
        doubted = {n for n, line in enumerate(walker.lines) if not _is_prose(line, view, source)}
        lost = doubted - _kept(container, walker.lines, known, verdicts) if doubted else doubted
        if view.trace is not None:
            view.trace.judged([walker.lines[n] for n in doubted - lost])
        for n, line in enumerate(walker.lines):
            (left if n in lost else found).append(line)
    view.forget()
    apart = [text for text in captions.values() if text and not any(text in told for told in walker.captions)]
    body = Body(captions=once(apart + walker.captions), pictures=walker.pictures, placed=True, verdicts=verdicts)
    for line in left:
        links = _see_also(view, source, line)
        body.aside(line, links)
        becomes(view.trace, line, *(_RELATED if links else _LEFT_BOX if line.foreign else _LEFT_LINKS))
    kept = declared_lines(found, rules, view.trace)
    apart_from = uncaptioned(kept, body.captions)
    without(view.trace, kept, apart_from, "caption", "a caption printed again")
    for line in joined(apart_from, view.trace):
        if links := _see_also(view, source, line):
            body.aside(line, links)
            becomes(view.trace, line, *_RELATED)
        else:
            body.lines.append(line)
    while body.lines and heads_nothing(body.lines[-1]):
        becomes(view.trace, body.lines.pop(), "left-out", "a heading with nothing under it")
    open_frame(body.lines)
    return body


def _kept(container: LexborNode, lines: list[Line], known: Mapping[str, str], told: dict[str, str]) -> set[int]:
    from pipelines import verdict  # trafilatura: a crawl of declared papers may come to its end without

    return verdict.kept(container, lines, known, told)


def open_frame(lines: list[Line]) -> None:
    """Where most of the text stands in a box, the box is the page's frame and no note."""
    noted = [line for line in lines if line.kind == "note"]
    if sum(len(line.text) for line in noted) * 2 > sum(len(line.text) for line in lines):
        for line in noted:
            line.kind = "p"


def blocks(lines: list[Line]) -> list[Block]:
    """The blocks of an article's lines; a short paragraph all in bold is a heading."""
    last = len(lines) - 1
    return [Block("h" if _is_heading(line) and i < last else line.kind, line.text) for i, line in enumerate(lines)]


def is_lead(line: Line, described: list[str]) -> bool:
    """Whether the first paragraph is a lead that no markup names: it is all in bold, or the page's description."""
    if line.kind not in ("p", "h") or len(line.text) < 60:
        return False
    return line.bold > 0.95 or any(opens(text, line.text) for text in described)


def _declared(view: View, selectors: tuple[str, ...] | None) -> list[LexborNode]:
    return view.select(", ".join(selectors)) if selectors else []


def _outermost(nodes: list[LexborNode]) -> list[LexborNode]:
    """The nodes that lie in none of the others, in order."""
    ids = {n.mem_id for n in nodes}
    return [n for n in nodes if not any(a.mem_id in ids for a in ancestors(n))]


def _is_prose(line: Line, view: View, source: Source) -> bool:
    """Whether a line is text whatever trafilatura says: a list of laws is, a list of the paper's articles is not."""
    outside = (bare_host(urlsplit(view.absolute(href) or "").hostname or "") for href, _ in line.links)
    return not line.foreign and (line.linked < 0.5 or not any(host in source.hosts for host in outside))


def declared_lines(lines: list[Line], rules: Rules, trace: Trace | None = None) -> list[Line]:
    """`lines` without the declared boilerplate and Word's debris, cut at the first line that ends an article."""
    drop, end = _compiled(rules.drop_lines), _compiled(rules.end_lines)
    found = []
    for at, line in enumerate(lines):
        if "_o3a_p" in line.text:
            line.text = DEBRIS.sub(" ", line.text).strip()
        if ending := next((p for p in end if p.fullmatch(line.text)), None):
            for line in lines[at:]:
                becomes(trace, line, "declared", "ends the article, or stands below", ("end_lines", ending.pattern))
            break
        if _tells_nothing(line):
            becomes(trace, line, "left-out", "tells nothing: an ornament, a photographer, or what announces links")
        elif dropped := next((p for p in drop if p.fullmatch(line.text)), None):
            becomes(trace, line, "declared", "no part of the text", ("drop_lines", dropped.pattern))
        else:
            found.append(line)
    return found


@lru_cache(maxsize=1024)
def _compiled(patterns: tuple[str, ...]) -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(p, re.I) for p in patterns)


def _tells_nothing(line: Line) -> bool:
    """Whether a line is no text in any paper: ornaments, the photographer's name alone, "Tin liên quan:"."""
    apart = line.kind == "p" and names_photographer(line.text)
    return apart or not _TELLING.search(line.text) or bool(_ANNOUNCES.fullmatch(line.text))


def joined(lines: list[Line], trace: Trace | None = None) -> list[Line]:
    """`lines` with those glued together that a line break cut in mid-sentence."""
    found: list[Line] = []
    for _, group in groupby(lines, key=lambda line: line.block):
        for position, line in enumerate(group):
            if position and line.text[0].islower() and line.kind != "table" and found[-1].kind == line.kind:
                found[-1].text += " " + line.text
                found[-1].glued = [*found[-1].glued, *line.links]
                becomes(trace, line, "joined", "goes on with the line above")
            else:
                found.append(line)
    return found


def _see_also(view: View, source: Source, line: Line) -> list[Link]:
    """The links that `line` consists of, when it is nothing else and all lead to articles of the paper."""
    if not line.links or line.kind == "table":
        return []
    if line.linked < 0.8 and not (SEE_ALSO.match(line.text) and line.linked > 0.3):
        return []
    links = [Link(view.absolute(href) or "", clean(text).lstrip(">»- ")) for href, text in line.links]
    return links if all(classify(source, link.url) == "article" for link in links) else []


def heads_nothing(line: Line) -> bool:
    """Whether a last line only announces what was taken out below it ("Tin liên quan")."""
    return line.kind == "h" and len(line.text) <= 60 and not line.text.endswith(_SENTENCE_END)


def _is_heading(line: Line) -> bool:
    short = len(line.text) <= _HEADING and not line.text.endswith(_SENTENCE_END)
    return line.kind == "p" and line.bold > 0.95 and short


def uncaptioned(lines: list[Line], captions: list[str]) -> list[Line]:
    """`lines` without those that print a caption once more."""
    known = set(map(_key, captions))
    longest = max(map(len, known), default=0)  # most lines are longer, which is cheaper to ask
    return [line for line in lines if line.kind != "p" or _is_longer(line, longest) or _key(line.text) not in known]


def _is_longer(line: Line, most: int) -> bool:
    return len(line.text.rstrip(" .")) > most


def once(captions: list[str]) -> list[str]:
    """Each caption once, whatever its case and punctuation; the first wording stays."""
    return list({_key(clean(c)): clean(c) for c in reversed(captions) if clean(c)}.values())[::-1]


def _key(caption: str) -> str:
    return caption.casefold().rstrip(" .")
