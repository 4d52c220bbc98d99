"""trafilatura's verdict on an article's container: which of its lines are article text.

Every line of the container is given a key, printed before its first word; the keys that come out of trafilatura
tell which lines it kept, whatever it merged, split or moved. A key is a number in brackets that no Vietnamese paper
prints.
"""

import hashlib
import logging
import re
from collections.abc import Mapping
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

from lxml.etree import ElementDefaultClassLookup
from lxml.html import HtmlElement, HTMLParser, document_fromstring
from selectolax.lexbor import LexborNode
from trafilatura.core import ESCALATION_MAX_LENGTH, ESCALATION_PAGE_SHARE, bare_extraction
from trafilatura.htmlprocessing import convert_tags, prune_unwanted_nodes, tree_cleaning
from trafilatura.main_extractor import extract_content
from trafilatura.settings import Document, Extractor
from trafilatura.utils import INVALID_XML_CHARS

from pipelines import searches
from pipelines.walk import Line

logging.getLogger("trafilatura").setLevel(logging.CRITICAL)

_OPTIONS = Extractor(fast=True, comments=False, tables=True, with_metadata=False)
_KEY = re.compile(r"⟦(\d+)⟧")
PARSER = HTMLParser(collect_ids=False, default_doctype=False, encoding="utf-8", remove_comments=True, remove_pis=True)
"""trafilatura's own parser, but with one class for all elements: to look for a form's takes a tenth of the time."""
PARSER.set_element_class_lookup(ElementDefaultClassLookup(element=HtmlElement))
_FORUM = "DiscussionForumPosting"


def kept(container: LexborNode, lines: list[Line], known: Mapping[str, str], told: dict[str, str]) -> set[int]:
    """Indexes of the `lines` that trafilatura keeps. Changes the tree: call it last.

    `known` holds earlier verdicts: the digest of what trafilatura was given, and the kept lines as the bits of a
    hexadecimal number. The one that is used or made here is written to `told`. It takes a quarter of a page's time.
    """
    for number, line in enumerate(lines):
        if line.first is not None:
            line.first.insert_before(f"⟦{number}⟧")
    html = f"<html><body><article>{container.inner_html}</article></body></html>"
    digest = hashlib.sha256(_decider() + html.encode("utf-8", "surrogatepass")).hexdigest()[:32]
    if (bits := known.get(digest)) is None:
        body = _extracted(html)
        keys = set(_KEY.findall("".join(body.itertext()))) if body is not None else set()
        bits = f"{sum(1 << number for number in range(len(lines)) if str(number) in keys):x}"
    told[digest] = bits
    mask = int(bits, 16)
    return {number for number in range(len(lines)) if mask >> number & 1}


@cache
def _decider() -> bytes:
    """What decides besides the container: this code and the libraries. With another of them nothing is known."""
    code = b"".join(Path(__file__).with_name(name).read_bytes() for name in ("verdict.py", "searches.py"))
    return hashlib.sha256(code + " ".join(version(name) for name in ("trafilatura", "lxml")).encode()).digest()


def _extracted(html: str) -> Any:
    """What trafilatura makes of `html`, or None.

    Its main extractor alone, which is half of the work, where `bare_extraction` would come to the same: its rescue
    and its second try are for text that is short, or little beside the page, whose text is never longer than `html`.
    """
    try:
        body, text = _main(html)
    except (TypeError, ValueError):  # a name that no element can be made with, in broken markup
        body, text = None, ""
    little = min(ESCALATION_MAX_LENGTH, ESCALATION_PAGE_SHARE * len(html))
    if len(text) >= max(little, _OPTIONS.min_extracted_size):
        return body
    found = bare_extraction(html, options=_OPTIONS)
    return found.body if isinstance(found, Document) else None


def _main(html: str) -> tuple[Any, str]:
    """Body and text by the first stage of trafilatura's sequence; no text for a forum, which it treats otherwise."""
    if _FORUM in html:
        return None, ""
    tree = document_fromstring(INVALID_XML_CHARS.sub("", html).encode(), parser=PARSER)
    searched = searches.may_find(tree)
    if searched:
        prune_unwanted_nodes(tree, searches.PRUNED)
    cleaned = convert_tags(tree_cleaning(tree, _OPTIONS), _OPTIONS)
    return extract_content(cleaned, _OPTIONS) if searched else searches.extract(cleaned, _OPTIONS)
