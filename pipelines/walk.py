"""Walking an article's container: its lines of text in reading order, each with what its markup says of it.

Pictures and their captions are told apart on the way and cut out of the tree, so that whoever reads the container
next finds only text.
"""

import re
from functools import lru_cache
from typing import NamedTuple

import msgspec
from selectolax.lexbor import LexborNode

from archive.facts import BlockKind
from pipelines.normalise import clean
from pipelines.pictures import figure_captions, is_caption, names_photographer, table_captions, table_rows
from pipelines.view import text_of

_SKIPPED = frozenset(
    """script style noscript template iframe svg button input select textarea video audio object embed canvas
    meta link source""".split()
)
_FILMS = frozenset(("iframe", "video", "embed", "object"))
_BLOCKS: dict[str, BlockKind] = dict.fromkeys(
    """p div section article main header footer aside center ul ol dl table tbody thead tr td th caption details
    summary address fieldset form pre hr figure figcaption""".split(),
    "p",
)
_BLOCKS |= dict.fromkeys(("h1", "h2", "h3", "h4", "h5", "h6"), "h")
_BLOCKS |= dict.fromkeys(("li", "dt", "dd"), "li")
_BLOCKS |= {"blockquote": "quote"}
_BOLD, _SLANTED = frozenset(("b", "strong")), frozenset(("i", "em"))
_TELLING = frozenset(_BLOCKS) | _BOLD | _SLANTED | {"a"}
"""Elements that say something of their text even without attributes."""
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.I)
_MOST_LINKS = 300
"""Links of one table that are looked at."""
_HIDING = frozenset(("d-none", "hidden", "hide"))
_HEAVY = re.compile(r"font-weight\s*:\s*(?:bold|[6-9]00)", re.I)
_SIDE = re.compile(r"text-align\s*:\s*(right|center)", re.I)
_SIGNED = re.compile(r"\b(?:p?author|tac-?gia|byline|nguon-?tin)\b", re.I)
_FOREIGN = re.compile(
    r"\b(?:relate\w*|share|social|comments?|tags?|vote|poll|survey|ads?|adv|banner|newsletter|subscribe|player|promo\w*"
    r"|print|toolbar|rating|copyright)\b|adzone|quangcao",
    re.I,
)
"""Class names and ids of boxes that are no part of a text; only asked of text that trafilatura left out."""

# The names in a paper's template are few.
_names_foreign = lru_cache(maxsize=4096)(_FOREIGN.search)
_names_signature = lru_cache(maxsize=4096)(_SIGNED.search)


class Frame(NamedTuple):
    """What holds for the text inside an element: inherited from the element around it."""

    kind: BlockKind = "p"
    side: str = ""
    href: str = ""
    bold: bool = False
    slanted: bool = False
    foreign: bool = False
    block: int = 0
    note: bool = False


_NO_FRAME = Frame()


class Line(msgspec.Struct):
    """One line of text. `linked`, `bold` and `slanted` are the shares of its letters that are so."""

    text: str
    kind: BlockKind
    side: str = ""
    """How it is aligned; a paragraph that is named for the author counts as set to the right, as signatures are."""
    linked: float = 0
    bold: float = 0
    slanted: float = 0
    links: list[tuple[str, str]] = []
    """(href, text) of its links."""
    foreign: bool = False
    """Stands in a box whose name says that it is no text."""
    block: int = 0
    """Identity of the element whose text it is: the lines of one element are one paragraph with breaks."""
    first: LexborNode | None = None
    """Its first node in the tree."""
    at: int = 0
    """Its number among the lines of the walk, from 1; 0 of what was put together elsewhere."""
    glued: list[tuple[str, str]] = []
    """(href, text) of the links of lines that were glued to it."""


class Walker:
    """Walks one container once. `captions`, `notes`: identities (`mem_id`) of elements declared to be such;
    `passed`: of elements to pass over."""

    def __init__(self, captions: frozenset[int], notes: frozenset[int], passed: frozenset[int]) -> None:
        self.lines: list[Line] = []
        self.captions: list[str] = []
        self.captions_at: list[int] = []
        """For each caption, how many lines stand before it."""
        self.pictures = 0
        self._count = 0
        self._caption_ids, self._note_ids, self._passed = captions, notes, passed
        self._cut: list[LexborNode] = []
        self._pictured, self._bare, self._captioned = 0, False, False
        self._begin()

    def run(self, container: LexborNode) -> None:
        """Fill `lines` and `captions`, and take the pictures out of the tree. Deep nesting costs no stack."""
        frames = [Frame(block=container.mem_id)]
        node = container.first_child
        while node is not None:
            frame = self._enter(node, frames[-1])
            if frame is not None and (child := node.first_child) is not None:
                frames.append(frame)
                node = child
                continue
            following = node.next
            while following is None and len(frames) > 1 and node is not None:
                if frames.pop().block != frames[-1].block:
                    self._flush()
                node = node.parent
                following = node.next if node is not None else None
            node = following
        self._flush()
        for node in reversed(self._cut):
            node.decompose()

    def _begin(self) -> None:
        self._parts: list[str] = []
        self._letters = self._linked = self._bold = self._slanted = 0
        self._links: list[tuple[str, str]] = []
        self._frame = _NO_FRAME
        self._first: LexborNode | None = None

    def _enter(self, node: LexborNode, above: Frame) -> Frame | None:
        """Take note of `node`; the frame of its children, or None when they are not to be walked."""
        if node.is_text_node:
            self._text(node, above)
            return None
        tag = node.tag
        if tag is None or not node.is_element_node:
            return None
        if tag in _SKIPPED:
            if tag in _FILMS:
                self._flush()
                self._pictured, self._bare = above.block, False
            return None
        if tag == "br":
            self._flush()
            return None
        if tag == "img":
            self._flush()
            self.pictures += 1
            self._pictured, self._bare = above.block, True
            return None
        attributes = node.attributes
        style = attributes.get("style") or ""
        named = attributes.get("class") or ""
        hiding = named and not _HIDING.isdisjoint(named.split())
        if hiding or "hidden" in attributes or (style and _HIDDEN.search(style)):
            return None
        identity = node.mem_id
        if identity in self._passed:
            self._flush()
            return None
        if identity in self._caption_ids:
            self._picture(node, [text_of(node)], above)
            return None
        if tag in ("figure", "table") and (frame := self._framed(node, tag, above)) is not above:
            return frame
        if not attributes and tag not in _TELLING:
            return above
        return self._inside(identity, tag, attributes, style, above)

    def _inside(self, identity: int, tag: str, attributes: dict[str, str | None], style: str, above: Frame) -> Frame:
        """The frame inside an ordinary element."""
        kind, side, href, bold, slanted, foreign, block, note = above
        if tag in _BLOCKS:
            self._flush()
            block, note = identity, note or identity in self._note_ids
            own = _BLOCKS[tag]
            kind = own if own != "p" else kind
            aligned = _SIDE.search(style) if style else None
            side = aligned[1].lower() if aligned else (attributes.get("align") or "").lower() or side
        named = f"{attributes.get('class') or ''} {attributes.get('id') or ''}"
        if named != " ":
            side = "right" if tag == "p" and _names_signature(named) else side
            foreign = foreign or bool(_names_foreign(named))
        href = (attributes.get("href") or "") if tag == "a" else href
        bold = bold or tag in _BOLD or bool(style and _HEAVY.search(style))
        return Frame(kind, side, href, bold, slanted or tag in _SLANTED, foreign, block, note)

    def _framed(self, node: LexborNode, tag: str, above: Frame) -> Frame | None:
        """A figure or table: a picture with its captions, a table of data, a box, or (`above` itself) mere layout."""
        found = figure_captions(node) if tag == "figure" else table_captions(node)
        if found is not None:
            self._picture(node, found, above)
            return None
        if tag == "figure":
            return above
        rows = table_rows(node)
        full = [cell for row in rows for cell in row if cell]
        if len(full) == 1:
            self._flush()
            return above._replace(note=True, block=node.mem_id)
        if not full or any(len(c) > 600 for c in full) or any(len(c.css("p")) > 2 for c in node.css("td")):
            return above
        self._flush()
        cell = node.css_first("td, th")
        self._note(cell.first_child if cell is not None and cell.first_child is not None else node, above)
        anchors = node.css("a[href]")[:_MOST_LINKS]
        self._links = [(link.attributes.get("href") or "", text_of(link)) for link in anchors]
        self._line("\n".join("\t".join(row).rstrip("\t") for row in rows if any(row)), "table")
        return None

    def _picture(self, node: LexborNode, captions: list[str], above: Frame) -> None:
        self._flush()
        self.pictures += 1
        self.captions += captions
        self.captions_at += [len(self.lines)] * len(captions)
        self._cut.append(node)
        self._pictured, self._bare, self._captioned = 0 if captions else above.block, False, bool(captions)

    def _text(self, node: LexborNode, frame: Frame) -> None:
        text = node.text_content or ""
        letters = len(text.strip())
        if not letters and not self._parts:
            return
        if letters and self._first is None:
            self._note(node, frame)
        self._parts.append(text)
        self._letters += letters
        self._bold += letters * frame.bold
        self._slanted += letters * frame.slanted
        if frame.href:
            self._linked += letters
            known = self._links.pop()[1] if self._links and self._links[-1][0] == frame.href else ""
            self._links.append((frame.href, known + text))

    def _note(self, node: LexborNode, frame: Frame) -> None:
        self._first, self._frame = node, frame

    def _flush(self) -> None:
        text = clean("".join(self._parts)) if self._letters else ""
        if text:
            kind: BlockKind = "note" if self._frame.note and self._frame.kind != "h" else self._frame.kind
            self._line(text, kind)
        elif self._parts:
            self._begin()

    def _line(self, text: str, kind: BlockKind) -> None:
        """End the line. A line right after a picture that looks like its caption is one; the photographer joins it."""
        frame, whole = self._frame, max(self._letters, 1)
        pictured, captioned = self._pictured, self._captioned
        self._pictured, self._captioned = 0, False
        self._count += 1
        line = Line(
            text=text,
            kind=kind,
            side=frame.side,
            linked=self._linked / whole,
            bold=self._bold / whole,
            slanted=self._slanted / whole,
            links=self._links,
            foreign=frame.foreign,
            block=frame.block,
            first=self._first,
            at=self._count,
        )
        self._begin()
        styled = self._bare and (frame.side == "center" or line.slanted > 0.95)
        if captioned and kind == "p" and names_photographer(text):
            self.captions[-1] += f" {text}"
        elif pictured and kind == "p" and is_caption(text, styled):
            self.captions.append(text)
            self.captions_at.append(len(self.lines))
            self._captioned = True
        else:
            self.lines.append(line)
