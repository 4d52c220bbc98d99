"""trafilatura's verdict on an article's container: which of its lines are article text.

Every line of the container is given a key, printed before its first word; the keys that come out of trafilatura
tell which lines it kept, whatever it merged, split or moved. A key is a number in brackets that no Vietnamese paper
prints.
"""

import logging
import re

from selectolax.lexbor import LexborNode
from trafilatura.core import bare_extraction
from trafilatura.settings import Document, Extractor

from pipelines.walk import Line

logging.getLogger("trafilatura").setLevel(logging.CRITICAL)

_OPTIONS = Extractor(fast=True, comments=False, tables=True, with_metadata=False)
_KEY = re.compile(r"⟦(\d+)⟧")


def kept(container: LexborNode, lines: list[Line]) -> set[int]:
    """Indexes of the `lines` that trafilatura keeps. Changes the tree: call it last."""
    for number, line in enumerate(lines):
        if line.first is not None:
            line.first.insert_before(f"⟦{number}⟧")
    html = f"<html><body><article>{container.inner_html}</article></body></html>"
    found = bare_extraction(html, options=_OPTIONS)
    return {int(key) for key in _KEY.findall("".join(found.body.itertext()))} if isinstance(found, Document) else set()
