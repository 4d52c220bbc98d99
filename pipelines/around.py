"""What a page prints around its title: where nothing is declared, the date and the author are looked for there."""

import re
from collections import deque

from selectolax.lexbor import LexborNode

from pipelines.holder import block, squeezed
from pipelines.normalise import clean
from pipelines.view import View, text_of

_BELOW, _ABOVE = 25, 8
"""Texts that are read below the title, and above it."""
_LONGEST = 160
_DATE = re.compile(r"\d{1,2}\s?[/.-]\s?\d{1,2}\s?[/.-]\s?(?:19|20)\d\d|\btháng\s+\d|\b(?:19|20)\d\d\b")
_BESIDE = re.compile(r"thứ \S+|chủ nhật|ngày|tháng|năm|giờ|phút|gmt|cập nhật|lượt (?:xem|đọc)|[\W\d_]+", re.I)
_WORDS = 24
"""Letters that may stand beside a date: "In bài viết", the section, "Published on"."""
_SILENT = frozenset(("script", "style", "noscript", "template", "title", "option"))


def around(view: View, title: str | None) -> list[str]:
    """The short texts that stand by the title, the nearest below it first, then those above it; none where the
    body does not show the title."""
    wanted = squeezed(title or "").casefold()
    top = view.tree.body
    above: deque[tuple[LexborNode, str]] = deque(maxlen=_ABOVE)
    below: list[str] = []
    last, found = 0, False
    for node in top.traverse(include_text=True) if top is not None and wanted else ():
        raw = clean(node.text_content or "") if node.is_text_node else ""
        if not raw or (not found and len(raw) > _LONGEST + len(wanted)) or not _is_shown(node):
            continue
        if not found and squeezed(raw).casefold() == wanted:
            found, last = True, 0
            continue
        own = block(node)
        if own is None or own.mem_id == last or len(raw) > _LONGEST:
            continue
        last = own.mem_id
        if found:
            below.append(_told(own, raw))
        else:
            above.append((own, raw))
        if len(below) >= _BELOW:
            break
    return below + [_told(*pair) for pair in reversed(above)] if found else []


def datelines(texts: list[str]) -> list[str]:
    """Those of the `texts` by a title that say when it was printed: a date, and hardly anything beside it."""
    return [text for text in texts if _DATE.search(text) and len(_BESIDE.sub("", text)) <= _WORDS]


def _told(own: LexborNode, raw: str) -> str:
    """The text of an element that stands on lines of its own, or where that is long only the part of it."""
    text = text_of(own)
    return text if len(text) <= _LONGEST else raw


def _is_shown(node: LexborNode) -> bool:
    return node.parent is not None and node.parent.tag not in _SILENT
