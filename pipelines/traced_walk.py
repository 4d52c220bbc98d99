"""A walk that tells a trace what it takes each line for. It takes none of its own decisions."""

from selectolax.lexbor import LexborNode

from archive.facts import BlockKind
from pipelines.trace import Fate, Trace
from pipelines.view import text_of
from pipelines.walk import Frame, Walker


class TracedWalker(Walker):
    """A `Walker` that is watched."""

    def __init__(self, trace: Trace, captions: frozenset[int], notes: frozenset[int], passed: frozenset[int]) -> None:
        self._trace, self._told = trace, False
        super().__init__(captions, notes, passed)

    def _enter(self, node: LexborNode, above: Frame) -> Frame | None:
        identity, tag = node.mem_id, node.tag
        self._told = False
        frame = super()._enter(node, above)
        if frame is None and node.is_element_node and tag not in ("br", "img") and not self._told:
            if identity in self._passed:
                self._saw(text_of(node), Fate("field", "the element of a field"))
            elif self._is_hidden(node):
                self._saw(text_of(node), Fate("hidden", "a reader does not see its element"))
        return frame

    def _is_hidden(self, node: LexborNode) -> bool:
        """Whether an element that was passed over has text: scripts and players have none that a reader would see."""
        return node.tag not in ("script", "style", "noscript", "template") and bool(text_of(node))

    def _picture(self, node: LexborNode, captions: list[str], above: Frame) -> None:
        super()._picture(node, captions, above)
        self._told = True
        declared = node.mem_id in self._caption_ids
        why = "declared as a caption" if declared else f"stands with a picture in its <{node.tag}>"
        for caption in captions:
            self._saw(caption, Fate("caption", why))

    def _line(self, text: str, kind: BlockKind) -> None:
        lines, captions = len(self.lines), len(self.captions)
        super()._line(text, kind)
        self._told = self._told or kind == "table"
        if len(self.lines) > lines:
            self._trace.saw(text, self.lines[-1])
        elif len(self.captions) > captions:
            self._saw(text, Fate("caption", "right under a picture, and reads as its caption"))
        else:
            self._saw(text, Fate("caption", "the photographer, joined to the caption above"))

    def _saw(self, text: str, fate: Fate) -> None:
        if text:
            self._trace.saw(text, None, fate)
