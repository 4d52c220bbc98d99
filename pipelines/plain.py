"""The way of a page whose paper nobody declared: trafilatura on the whole page, as it comes."""

import re
from collections.abc import Iterator
from typing import Any

from lxml.etree import ParserError
from lxml.html import fromstring
from trafilatura.core import trafilatura_sequence
from trafilatura.settings import Extractor
from trafilatura.utils import repair_faulty_html

from archive.facts import BlockKind
from pipelines.normalise import clean
from pipelines.verdict import PARSER
from pipelines.walk import Line

_OPTIONS = Extractor(comments=False, tables=True, with_metadata=False)
_KINDS: dict[str, BlockKind] = {"head": "h", "item": "li", "quote": "quote", "table": "table", "code": "p"}
_OPENS = re.compile(r"<(?:(script|style|svg)\b[^>]{0,2000}>|!--)", re.I)
_BREAK = "\u2028"


def read(text: str) -> list[Line]:
    """The lines that stock trafilatura finds in a whole page, with the kinds that its own elements give.

    Scripts and drawings, of which most pages consist, are left out before the page is parsed; they say nothing to
    it, but for JSON-LD. `bare_extraction` would copy the tree once more and come to the same.
    """
    text = _lightened(text)
    try:
        tree = fromstring(repair_faulty_html(text, text[:50].lower()), parser=PARSER)
        found, _, _, _ = trafilatura_sequence(tree, _OPTIONS)
    except (TypeError, ValueError, ParserError):
        return []
    return [line for node in found for line in _lines(node)]


def _lightened(text: str) -> str:
    """A page's source without scripts, styles, drawings and comments."""
    # `re.sub` over everything between the tags takes five milliseconds on a large page.
    parts, at = [], 0
    seen = 0
    for opens in _OPENS.finditer(text):
        tag = (opens[1] or "").lower()
        if opens.start() < seen or (tag == "svg" and opens[0].endswith("/>")):
            continue
        ends = _end_tag(text, tag, opens.end()) if tag else _comment_end(text, opens.end() - 2)
        if not ends:
            break
        seen = ends
        if "ld+json" not in opens[0]:
            parts.append(text[at : opens.start()])
            at = seen
    return "".join([*parts, text[at:]])


def _end_tag(text: str, tag: str, at: int) -> int:
    """Where the end tag, in whatever case, is over that follows `at`; 0 without one."""
    while (at := text.find("</", at)) >= 0:
        at += 2
        if text[at : at + len(tag)].lower() == tag:
            return text.find(">", at) + 1
    return 0


def _comment_end(text: str, at: int) -> int:
    """The same for a comment; as browsers have it, `<!-->` is a whole one and `--!>` ends one too."""
    end = text.find("-->", at)
    early = text.find("--!>", at, end) if end >= 0 else -1
    return early + 4 if early >= 0 else end + 3 if end >= 0 else 0


def _lines(node: Any) -> Iterator[Line]:
    tag = str(node.tag)
    if tag == "list":
        for item in node:
            yield from _lines(item)
    elif tag == "table":
        rows = ("\t".join(clean("".join(cell.itertext())) for cell in row) for row in node)
        if text := "\n".join(row for row in rows if row.strip()):
            yield Line(text=text, kind="table")
    else:
        for text in _broken(node):
            yield Line(text=text, kind=_KINDS.get(tag, "p"))


def _broken(node: Any) -> Iterator[str]:
    """The text of an element, cut at its breaks but for those in mid-sentence."""
    for br in node.iter("lb"):
        br.tail = _BREAK + (br.tail or "")
    parts = map(clean, re.split(f"{_BREAK}+", "".join(node.itertext())))
    sentence = ""
    for part in parts:
        if part and sentence and not part[0].islower():
            yield sentence
            sentence = ""
        sentence = f"{sentence} {part}".strip()
    if sentence:
        yield sentence
