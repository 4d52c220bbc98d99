"""Elements of article pages by the names that a template gives them: what is common to several pages. Pure."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from itertools import islice, takewhile
from typing import NamedTuple

from selectolax.lexbor import LexborNode

from archive.facts import Record
from pipelines.normalise import plain
from pipelines.view import View, ancestors, text_of

LONGEST = 1_500
"""Characters of the longest text that is a field rather than a frame."""
_LONG = 40
"""Characters of the shortest paragraph by which an article's text is known again."""
_SILENT = frozenset("script style noscript template svg head html body iframe option select button".split())
_STABLE = re.compile(r"[A-Za-z_][\w-]*")
_COUNTED = re.compile(r"\d{3}|\d+$")
_MERE = frozenset(
    "clearfix clear fl fr lt rt fw left right mb mt active first last row col hidden show text-center item bold".split()
)
"""Classes that dress an element and do not name it."""


class Read(NamedTuple):
    """An article page opened, what the generic way made of it, and when it was fetched."""

    view: View
    record: Record
    at: datetime


class Shown(NamedTuple):
    """An element and the text that a reader sees in it."""

    node: LexborNode
    text: str


Nodes = Sequence[Sequence[LexborNode]]
"""Elements by page."""


def shown(view: View) -> list[Shown]:
    """The elements of the page whose text is of a field's length, in its order."""
    body = view.tree.body
    found = []
    for node in body.css("*") if body is not None else ():
        if node.tag in _SILENT or any(a.tag in ("script", "noscript") for a in above(node, 1)):
            continue
        if 0 < len(node.text(deep=True)) <= LONGEST * 2 and (text := text_of(node)) and len(text) <= LONGEST:
            found.append(Shown(node, text))
    return found


def names(node: LexborNode) -> list[str]:
    """Selectors that name `node` by itself, the surest first; then by its parent where it has no name of its own."""
    own = list(_own_names(node))
    if own:
        return own
    tag = node.tag or ""
    named = [name for frame in above(node, 2) for name in list(_own_names(frame))[:2]]
    return (["h1"] if tag == "h1" else []) + [f"{name} {tag}" for name in named]


def _own_names(node: LexborNode) -> Iterator[str]:
    tag, said = node.tag or "", node.attributes
    for key in ("data-role", "itemprop"):
        if (value := said.get(key)) and _STABLE.fullmatch(value):
            yield f"{tag}[{key}={value}]"
    if (value := said.get("id")) and is_stable(value):
        yield f"#{value}"
    for value in (said.get("class") or "").split():
        if is_stable(value) and value.lower() not in _MERE:
            yield f"{tag}.{value}"


def is_stable(name: str) -> bool:
    """Whether an id or a class names a place in a template rather than one article."""
    return bool(_STABLE.fullmatch(name)) and not _COUNTED.search(name)


def common(nodes: Nodes, holds: Callable[[str], bool], telling: str = "") -> str | None:
    """The best selector that names an element on every page that has some, and that `holds` on all pages.

    `telling`: pattern of names that say what the element is; such selectors come before others.
    """
    having = [page for page in nodes if page]
    counted = Counter(name for page in having for name in dict.fromkeys(n for node in page for n in names(node)))
    wanted = [name for name, pages in counted.items() if pages == len(having)]
    ranked = sorted(wanted, key=lambda name: _rank(name, telling))
    return next((name for name in ranked if having and holds(name)), None)


def _rank(name: str, telling: str) -> tuple[bool, int, int]:
    said = bool(telling) and bool(re.search(telling, name, re.I))
    kind = 0 if "[" in name else 1 if "." in name and " " not in name else 2 if name.startswith("#") else 3
    return not said, kind, len(name)


def inside(node: LexborNode, frame: LexborNode | None) -> bool:
    """Whether `node` lies in `frame`."""
    return frame is not None and any(a.mem_id == frame.mem_id for a in above(node, 60))


def above(node: LexborNode, most: int) -> list[LexborNode]:
    """The elements around `node`, the nearest first, at most so many, without `body`."""
    frames = takewhile(lambda frame: frame.tag not in ("html", "body", "-undef"), ancestors(node))
    return list(islice(frames, most))


def each(reads: Iterable[Read], selector: str) -> Iterator[tuple[Read, list[LexborNode]]]:
    """What `selector` finds on each page."""
    for read in reads:
        yield read, read.view.tree.css(selector)


def lines_of(record: Record) -> list[str]:
    """The article's longer paragraphs as they are compared: headings and short lines stand in menus, too."""
    return [plain(text) for text in record.paragraphs if len(text) >= _LONG]


def share_in(record: Record, there: str) -> float:
    """The share of the letters of the article's longer paragraphs that stand in `there`, which is `plain`."""
    lines = lines_of(record)
    return sum(len(line) for line in lines if line in there) / max(1, sum(map(len, lines)))
