"""Telling pictures from text: which figures and tables are pictures, and which lines are captions."""

import re

from selectolax.lexbor import LexborNode

from pipelines.normalise import clean, same
from pipelines.view import text_of

_WIDEST = 60
"""Columns of a table beyond which spans are not followed."""
LONGEST = 600
"""Characters; a figure or picture table with more text than this frames text, not a picture."""

_CREDIT = re.compile(
    r"(?:^|[\s.,;(–-])(?:(?:Nguồn )?[Ảả]nh|ẢNH|Nguồn|Photo|Đồ họa|Đồ hoạ|Hình|Video)"
    r"(?: (?:tư liệu|minh họa|minh hoạ|chụp màn hình))?"
    r"\s*(?::\s*[^:]{2,60}|minh họa|minh hoạ|tư liệu)\)?\s*\.?$"
)
"""How a caption ends: "… Ảnh: TTXVN", "(Nguồn: AFP)", "Ảnh minh họa."."""


_PHOTOGRAPHER = re.compile(r"\(?(?:nguồn ảnh|ảnh|photo|video|clip|đồ h(?:ọa|oạ))\s*:\s*[^:]{2,60}\)?\.?", re.I)
"""A line that only names who made a picture: "ẢNH: AFP", "Ảnh: Nguyễn Đông"."""


def names_photographer(text: str) -> bool:
    """Whether `text` only says who made a picture. Thanh Niên and VnExpress's photo essays set it under a caption."""
    return bool(_PHOTOGRAPHER.fullmatch(text))


def is_caption(text: str, styled: bool) -> bool:
    """Whether a paragraph right under a picture is its caption: it names the photographer, or it is short and
    `styled` as one (centred or in italics under a picture that no figure frames)."""
    return bool(len(text) <= LONGEST and _CREDIT.search(text)) or (styled and len(text) <= 300)


def figure_captions(figure: LexborNode) -> list[str] | None:
    """The captions of a `figure`, or None when it frames text rather than pictures."""
    if figure.css_first("table") is not None and not figure.css_first("img"):
        return None
    found = [text for node in figure.css("figcaption") if (text := text_of(node))]
    if found or figure.css_first("figcaption"):
        return _with_photographer(found, text_of(figure))
    text = text_of(figure)
    if len(text) > LONGEST or (text and not figure.css_first("img, video, iframe, picture")):
        return None
    return [text] if text and not _echoes(figure, text) else []


def _with_photographer(captions: list[str], whole: str) -> list[str]:
    """`captions`, the last with the photographer who is named beside it in the `whole` text of the figure."""
    for caption in captions:
        whole = whole.replace(caption, " ", 1)
    if captions and names_photographer(named := clean(whole)):
        return [*captions[:-1], f"{captions[-1]} {named}"]
    return captions


def table_captions(table: LexborNode) -> list[str] | None:
    """The captions of a table that only lays out pictures (at most one text cell a picture), or None.

    A text in the picture's own cell that repeats its alt or title is an echo, not a caption.
    """
    images = len(table.css("img"))
    if not images or (images > 1 and any(map(_mixes, table.css("tr")))):
        return None
    cells = [c for c in table.css("td, th") if c.css_first("table") is None]
    under = [text for c in cells if c.css_first("img") is None and (text := text_of(c))]
    beside = [text for c in cells if c.css_first("img") and (text := text_of(c)) and not _echoes(c, text)]
    found = under or beside
    return found if len(found) <= images and sum(map(len, found)) <= LONGEST * images else None


def table_rows(table: LexborNode) -> list[list[str]]:
    """The cells' texts by row, each in its column: what a cell spans beside itself is empty. Columns without any text
    are left out.

    Spans are followed to the width of the widest row (HTML, 4.9.12, grows the table for them; some are 2^53 wide).
    """
    rows = [row.css("td, th") for row in table.css("tr") if not row.css_first("table")]
    width = max((sum(_span(c, "colspan", _WIDEST) for c in row) for row in rows if len(row) > 1), default=1)
    width = min(width, _WIDEST)
    hanging: dict[int, int] = {}
    made = []
    for row in rows:
        cells: list[str] = []
        for cell in row:
            _skip(cells, hanging)
            wide, high = _span(cell, "colspan", max(width - len(cells), 1)), _span(cell, "rowspan", len(rows))
            for column in range(len(cells), len(cells) + wide):
                hanging[column] = high - 1
            cells += [text_of(cell)] + [""] * (wide - 1)
        _skip(cells, hanging)
        made.append(cells)
    filled = sorted({column for cells in made for column, text in enumerate(cells) if text})
    return [[cells[n] if n < len(cells) else "" for n in filled] if any(cells) else [] for cells in made]


def _skip(cells: list[str], hanging: dict[int, int]) -> None:
    """Fill the columns into which a cell of a row above reaches."""
    while hanging.get(len(cells), 0) > 0:
        hanging[len(cells)] -= 1
        cells.append("")


def _span(cell: LexborNode, name: str, most: int) -> int:
    value = (cell.attributes.get(name) or "").strip()
    return min(max(int(value[:6]), 1), most) if value[:6].isdecimal() else 1


def _mixes(row: LexborNode) -> bool:
    """Whether a row has pictures in some cells and text in others, as a table of data with flags or logos has."""
    cells = row.css("td, th")
    pictured = [c.css_first("img") is not None for c in cells]
    return any(pictured) and any(text_of(c) for c, has in zip(cells, pictured, strict=True) if not has)


def _echoes(node: LexborNode, text: str) -> bool:
    named = (n.attributes.get(k) or "" for n in node.css("img, a[title]") for k in ("alt", "title"))
    return any(same(text, name) for name in named if name)
