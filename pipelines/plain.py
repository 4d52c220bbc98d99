"""The way of a page whose paper nobody declared: trafilatura on the whole page, as it comes."""

from typing import Any

from trafilatura.core import bare_extraction
from trafilatura.settings import Document, Extractor

from archive.facts import BlockKind
from pipelines.normalise import clean
from pipelines.walk import Line

_OPTIONS = Extractor(comments=False, tables=True, with_metadata=False)
_KINDS: dict[str, BlockKind] = {"head": "h", "item": "li", "quote": "quote", "table": "table", "code": "p"}


def read(text: str) -> list[Line]:
    """The lines that stock trafilatura finds in a whole page, with the kinds that its own elements give."""
    found = bare_extraction(text, options=_OPTIONS)
    return [line for node in found.body for line in _lines(node)] if isinstance(found, Document) else []


def _lines(node: Any) -> list[Line]:
    tag = str(node.tag)
    if tag == "list":
        return [line for item in node for line in _lines(item)]
    if tag == "table":
        rows = ("\t".join(clean("".join(cell.itertext())) for cell in row) for row in node)
        text = "\n".join(row for row in rows if row.strip())
    else:
        for br in node.iter("lb"):
            br.tail = " " + (br.tail or "")
        text = clean("".join(node.itertext()))
    return [_line(text, _KINDS.get(tag, "p"))] if text else []


def _line(text: str, kind: BlockKind) -> Line:
    return Line(text=text, kind=kind)
