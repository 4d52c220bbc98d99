"""What a page prints around its title: where nothing is declared, the date and the author are looked for there."""

import re
from collections import deque
from collections.abc import Sequence
from typing import NamedTuple

from selectolax.lexbor import LexborNode

from pipelines.holder import block, is_title, squeezed
from pipelines.normalise import clean
from pipelines.view import View, text_of

_BELOW, _ABOVE = 25, 8
"""Texts that are read below the title, and above it."""
_CLOSE = 5
"""Of these, those among which a day alone is believed."""
_LONGEST = 160
_DATE = re.compile(r"\d{1,2}\s?[/.-]\s?\d{1,2}\s?[/.-]\s?(?:19|20)\d\d|\btháng\s+\d|\b(?:19|20)\d\d\b")
_TIME = re.compile(r"\d\s?[:hg]\s?\d|\d\s?giờ", re.I)
_LISTED = re.compile(r"\w\s+\([\d\s/.-]+\)$|tin (?:liên quan|khác|mới)|bài (?:liên quan|khác)|đọc (?:nhiều|thêm)", re.I)
"""How lists print a story's day after its title."""
_BESIDE = re.compile(r"thứ \S+|chủ nhật|ngày|tháng|năm|giờ|phút|gmt|cập nhật|lượt (?:xem|đọc)|[\W\d_]+", re.I)
_WORDS = 24
"""Letters that may stand beside a date: "In bài viết", the section, "Published on"."""
_SILENT = frozenset(("script", "style", "noscript", "template", "title", "option"))


class Around(NamedTuple):
    """The short texts that stand by a title, the nearest first."""

    below: Sequence[str] = ()
    above: Sequence[str] = ()

    @property
    def datelines(self) -> list[str]:
        """Those that say when it was printed: a date, and hardly anything beside it. Times of day come first; a day
        alone must stand close, for the titles of other stories bear theirs too."""
        timed = [text for text in (*self.below, *self.above) if _is_dateline(text) and _TIME.search(text)]
        return timed + [text for text in (*self.below[:_CLOSE], *self.above[:_CLOSE]) if _is_dateline(text)]


def around(view: View, title: str | None) -> Around:
    """What stands by the title; nothing where the body does not show it."""
    wanted = squeezed(title or "").casefold()
    top = view.tree.body
    above: deque[tuple[LexborNode, str]] = deque(maxlen=_ABOVE)
    below: list[str] = []
    last, found = 0, False
    for node in top.traverse(include_text=True) if top is not None and wanted else ():
        raw = clean(node.text_content or "") if node.is_text_node else ""
        if not raw or len(raw) > _LONGEST + len(wanted) or not _is_shown(node) or (own := block(node)) is None:
            continue
        if (not found or own.tag == "h1") and is_title(node, squeezed(raw), wanted):
            found, last, below = True, own.mem_id, []
        elif own.mem_id != last and len(raw) <= _LONGEST and len(below) < _BELOW:
            last = own.mem_id
            if found:
                below.append(_told(own, raw))
            else:
                above.append((own, raw))
    return Around(below, [_told(*pair) for pair in reversed(above)]) if found else Around()


def _is_dateline(text: str) -> bool:
    return bool(_DATE.search(text)) and not _LISTED.search(text) and len(_BESIDE.sub("", text)) <= _WORDS


def _told(own: LexborNode, raw: str) -> str:
    """The text of an element that stands on lines of its own, or where that is long only the part of it."""
    text = text_of(own)
    return text if len(text) <= _LONGEST else raw


def _is_shown(node: LexborNode) -> bool:
    return node.parent is not None and node.parent.tag not in _SILENT
