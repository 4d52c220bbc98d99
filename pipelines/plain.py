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
_OPENS = re.compile(r"<(?:(script|style|svg)\b[^>]*>|!--)", re.I)
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
    for opens in _OPENS.finditer(text):
        if opens.start() < at or "ld+json" in opens[0]:
            continue
        ends = text.find(f"</{opens[1]}" if opens[1] else "-->", opens.end())
        if ends < 0:
            break
        parts.append(text[at : opens.start()])
        at = text.find(">", ends) + 1 or len(text)
    return "".join([*parts, text[at:]])


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
