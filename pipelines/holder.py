"""Where on a page the text stands that trafilatura found, and what stands above it."""

import msgspec
from selectolax.lexbor import LexborNode

from pipelines.normalise import clean
from pipelines.normalise import plain as compared
from pipelines.pictures import is_caption
from pipelines.view import View, ancestors, text_of
from pipelines.walk import Line

TELLING = 25
"""Letters of a text that is found again for certain."""
_MOST = 0.75
"""Share of the text found again that the article's element holds."""
_SHOWN = 0.4
"""Share of trafilatura's text that must be found again on the page; it repeats what stands in nested tables."""
_FRAMES = frozenset(
    "body div section article main center table tbody tr td form span font header ul ol dl blockquote".split()
)
"""Elements that may hold an article's paragraphs."""
_SILENT = frozenset(("script", "style", "noscript", "template", "textarea", "title", "option", "button"))
_INLINE = frozenset("a abbr b em font i mark small span strong sub sup time u".split())
_MARGIN = 20
"""Times the title's letters after which an element's text is read no further: it is no title."""
_SAPO = 40
"""Letters of the shortest lead."""
_LONGEST = 1_500
_SENTENCE = 60
_ASIDE = frozenset(("figure", "figcaption", "aside", "nav", "footer", "form", "li", "ul", "address", "label"))
_NAMED = ", ".join(
    [
        f"[class*={word} i]"
        for word in (
            "sapo",
            "lead",
            "summary",
            "desc",
            "abstract",
            "standfirst",
            "chapo",
            "chapeau",
            "tomtat",
            "tom-tat",
        )
    ]
    + ["[class*=teaser i], [class*=excerpt i], [class*=intro i], [class*=trichyeu i], [class*=trich-yeu i]"]
    + ["[id*=sapo i], [itemprop=description]:not(meta)"]
)
"""Elements named for a lead: "sapo" at Vietnamese papers (from the French), others abroad. Only asked between title
and text."""


class Place(msgspec.Struct):
    """Where an article's text stands: its element, None where the page does not show it; and the lead above it."""

    root: LexborNode | None = None
    sapo: str | None = None
    above: frozenset[str] = frozenset()
    """What trafilatura found above the title, without white space."""
    named: bool = False
    """Whether the lead is named for one or is the page's description; else it only stands where leads stand."""


def look(view: View, lines: list[Line], title: str | None, described: list[str]) -> Place:
    """The innermost element that holds most of the text of `lines`, and the lead: an element named for one, or one
    that says what the page's head describes it with (what no reader sees is no lead), between title and text's end."""
    top = view.tree.body
    whole = "".join(squeezed(line.text) for line in lines)
    if top is None or not whole:
        return Place()
    scan = _Scan(whole, squeezed(title or "").casefold(), described, frozenset(n.mem_id for n in top.css(_NAMED)))
    scan.run(top)
    sapo, named = scan.sapo()
    return Place(_innermost(top, scan.told, len(whole)), sapo, scan.above, named)


def squeezed(text: str) -> str:
    """`text` without white space."""
    return "".join(text.split())


class Within:
    """A long text in which others are looked for, first where the last one ended: most come in its order.

    Looked for from its start, the 16,000 paragraphs of a page of 2.5 MB took 5 of 9 seconds.
    """

    def __init__(self, whole: str) -> None:
        self.whole, self._at = whole, 0

    def holds(self, text: str) -> bool:
        """Whether `text` stands anywhere in it."""
        at = self.whole.find(text, self._at)
        if at < 0:
            at = self.whole.find(text, 0, self._at + len(text))
        if at >= 0:
            self._at = at + len(text)
        return at >= 0


class _Scan:
    """One passage over a page's elements and texts, in their order."""

    def __init__(self, whole: str, title: str, described: list[str], named: frozenset[int]) -> None:
        self.told: list[tuple[LexborNode, int]] = []
        """(parent, letters) of every longer text that trafilatura has, each text once."""
        self.above: frozenset[str] = frozenset()
        self._whole, self._title, self._named = Within(whole), title, named
        texts = (compared(text.removesuffix("...").rstrip(" …")) for text in described)
        self._described = [text for text in texts if len(text) >= _SAPO]
        self._seen: set[str] = set()
        self._asked: set[int] = set()
        self._titled = -1
        """How much of the text stood before the title, once it is found."""
        self._leads: list[tuple[int, str]] = []
        self._first = ""
        """The first sentence between title and text, which is the lead where nothing else is."""

    def run(self, top: LexborNode) -> None:
        """Take note of everything below `top`."""
        shortest = min(TELLING, len(self._title) or TELLING, 10)
        for node in top.traverse(include_text=True):
            if not node.is_text_node:
                if self._named and node.mem_id in self._named:
                    self._note(node)
            elif len(raw := (node.text_content or "").strip()) >= shortest and (text := squeezed(clean(raw))):
                self._see(node, raw, text)

    def _see(self, node: LexborNode, raw: str, text: str) -> None:
        parent = node.parent
        if parent is None or parent.tag in _SILENT:
            return
        if self._title and is_title(node, text, self._title) and (self._titled < 0 or _is_h1(node)):
            self._titled, self._leads, self.above = len(self.told), [], frozenset(self._seen)
        elif len(text) >= TELLING:
            own = block(node)
            if own is not None and self._titled == len(self.told) and not self._first and own.mem_id not in self._asked:
                self._asked.add(own.mem_id)
                self._first = _sentence(own)
            if text not in self._seen and self._whole.holds(text):
                self._seen.add(text)
                self.told.append((parent, len(text)))
            if own is not None and self._described and not self._leads and self._is_described(compared(raw)):
                self._note(own)

    def sapo(self) -> tuple[str | None, bool]:
        """The lead, where one stands before the text's end, and whether it is named."""
        named = next((text for told, text in self._leads if told < len(self.told)), None)
        return named or self._first or None, named is not None

    def _note(self, node: LexborNode) -> None:
        text = text_of(node)
        if not _SAPO <= len(text) <= _LONGEST:
            return
        named = node.mem_id in self._named and self._titled == len(self.told) and node.css_first("img, li, h1") is None
        if named or self._is_described(compared(text), 0.4):
            self._leads.append((len(self.told), text))

    def _is_described(self, text: str, share: float = 0.0) -> bool:
        """Whether `text` and a description are one, or (to such a `share`) part of one another."""
        for said in self._described:
            part = min(len(said), len(text)) >= share * max(len(said), len(text))
            if part and len(text) >= TELLING and (text in said or said in text):
                return True
        return False


def _sentence(own: LexborNode) -> str:
    """The text of an element between title and text where it may be the lead: sentences, and neither links nor the
    caption of a picture."""
    text = text_of(own)
    whole = own.tag not in _ASIDE and all(n.mem_id == own.mem_id for n in own.css("div, p, h1, img, table, ul, script"))
    if not _SENTENCE <= len(text) <= _LONGEST or not whole or not text.endswith((".", "!", "?", "…", "”", '"')):
        return ""
    linked = sum(len(text_of(a)) for a in own.css("a"))
    aside = any(around.tag in _ASIDE for around in ancestors(own))
    return "" if aside or linked > 0.3 * len(text) or is_caption(text, styled=False) else text


def is_title(node: LexborNode, text: str, title: str) -> bool:
    """Whether the text node `node` shows the `title` (squeezed and folded), perhaps after a kicker or in parts."""
    key = text.casefold()
    if key.endswith(title):
        return len(key) < 2 * len(title)
    if len(key) < 10 or key not in title or (own := block(node)) is None:
        return False
    whole = squeezed(text_of(own, _MARGIN * len(title))).casefold()
    return whole.endswith(title) and len(whole) < 2 * len(title)


def _is_h1(node: LexborNode) -> bool:
    own = block(node)
    return own is not None and own.tag == "h1"


def block(node: LexborNode) -> LexborNode | None:
    """The element around `node` that stands on lines of its own."""
    around = node.parent
    while around is not None and around.tag in _INLINE:
        around = around.parent
    return around


def _innermost(top: LexborNode, told: list[tuple[LexborNode, int]], whole: int) -> LexborNode | None:
    weights: dict[int, int] = {}
    nodes: dict[int, LexborNode] = {}
    for parent, letters in told:
        node: LexborNode | None = parent
        while node is not None and node.mem_id != top.mem_id:
            weights[node.mem_id] = weights.get(node.mem_id, 0) + letters
            nodes[node.mem_id] = node
            node = node.parent
    total = sum(letters for _, letters in told)
    if total < _SHOWN * whole:
        return None
    inner = [key for key, weight in weights.items() if weight >= _MOST * total and nodes[key].tag in _FRAMES]
    # Of a chain of equal weights the innermost is noted first.
    return nodes[min(inner, key=lambda key: weights[key])] if inner else None
