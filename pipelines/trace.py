"""What a cleaning notes of its own way when it is asked to explain itself.

`process` runs the same stages with a trace and without one (None, in all normal work): stages tell a trace what they
did, and never ask it anything. `explain` makes an account for people of it.
"""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Literal, NamedTuple, Protocol

import msgspec
from selectolax.lexbor import LexborNode

from archive.facts import Block

if TYPE_CHECKING:
    from config.declarations import Family, Generation, Rules
    from pipelines.body import Body
    from pipelines.dump_opening import Opening
    from pipelines.head import Head
    from pipelines.places import Place
    from pipelines.story import Story
    from pipelines.view import View

Taken = Literal[
    "text", "joined", "caption", "field", "hidden", "related", "signature", "title", "lead", "opening", "repeated",
    "declared", "left-out",
]  # fmt: skip
"""What a line of the article's container, or of a dump, was taken for. Only `text` and `joined` stand in the text."""

_WORDS = 12
"""Words of a pruned element, or of what stands at a place, that are noted."""


class Told(Protocol):
    """A line of either kind: of a container or of a dump."""

    @property
    def text(self) -> str:
        """The line."""


class Fate(NamedTuple):
    """What became of a line, and by which rule."""

    taken: Taken
    why: str = ""
    rule: tuple[str, str] | None = None
    """The declared pattern that decided: the name of its list, and the pattern."""


_TEXT = Fate("text")


class Seen(msgspec.Struct):
    """One line in the order of the page; `line` is the stages' own object, None for what never became a line."""

    text: str
    line: Told | None = None
    fate: Fate = Fate("text")
    kind: str | None = None
    """The kind of the block that it became."""


class Pruned(msgspec.Struct, frozen=True):
    """What one drop selector took out: how many elements, and how the first ones begin."""

    selector: str
    elements: int
    words: list[str]


class Tried(msgspec.Struct, frozen=True):
    """One generation that was looked for, by which marks, and whether the page bears them."""

    generation: str
    mark: str
    shown: bool


class Trace:
    """The notes of one cleaning."""

    def __init__(self) -> None:
        self.reads: dict[Place, list[str]] = {}
        """What each place gave that was asked."""
        self.notes: dict[str, list[str]] = {}
        """By field, how its value was come by where no place gives it as it stands."""
        self.pruned: list[Pruned] = []
        self.tried: list[Tried] = []
        self.adopted: tuple[Family, str] | None = None
        """For a paper that nobody declared: the family whose rules it was read by, and its mark on the page."""
        self.generation: str | None = None
        self.rules: Rules | None = None
        """The rules that the page is read by, completed with the defaults."""
        self.seen: list[Seen] = []
        self.stage = ""
        """The check that dropped the page."""
        self.stages: tuple[Head, Body, Story] | None = None
        self.opening: Opening | None = None
        """What stands above the text of a dump."""
        self._of: dict[int, Seen] = {}

    def read(self, place: "Place", found: Sequence[str]) -> None:
        """A place was asked. The first answer counts: later stages ask again of a page that was taken apart."""
        self.reads.setdefault(place, list(found))

    def nodes(self, place: "Place", found: Sequence[LexborNode]) -> None:
        """A place was asked for its elements."""
        if place not in self.reads:
            self.read(place, [_words(n) for n in found])

    def elements(self, view: "View", selectors: Iterable[str]) -> None:
        """Selectors are about to be looked for, all at once."""
        from pipelines.places import parse

        for selector in selectors:
            self.nodes(parse(selector), view.select(selector))

    def note(self, field: str, how: str) -> None:
        """How a field's value was come by."""
        self.notes.setdefault(field, []).append(how)

    def prune(self, view: "View", selectors: Iterable[str]) -> None:
        """These are about to be taken out."""
        for selector in selectors:
            if found := view.tree.css(selector):
                self.pruned.append(Pruned(selector, len(found), [_words(n) for n in found[:3]]))

    def layout(self, generation: "Generation", shown: bool) -> None:
        """A generation was looked for."""
        marks = (("when", generation.when), ("host", generation.host), ("url", generation.url))
        mark = ", ".join(f"{name} = {value!r}" for name, value in marks if value is not None)
        self.tried.append(Tried(generation.name, mark or "(matches always)", shown))

    def saw(self, text: str, line: Told | None = None, fate: Fate = _TEXT) -> None:
        """The next line of the page."""
        seen = Seen(text, line, fate)
        self.seen.append(seen)
        if line is not None:
            self._of[id(line)] = seen

    def saw_all(self, lines: Iterable[Told]) -> None:
        """The next lines of the page."""
        for line in lines:
            self.saw(line.text, line)

    def becomes(self, line: Told, taken: Taken, why: str = "", rule: tuple[str, str] | None = None) -> None:
        """What became of a line."""
        if id(line) in self._of:
            self._of[id(line)].fate = Fate(taken, why, rule)

    def judged(self, lines: Iterable[Told]) -> None:
        """The lines of a container that were in doubt and that trafilatura keeps."""
        for line in lines:
            self.becomes(line, "text", "in doubt for its links or its box; trafilatura keeps it")

    def keeps(self, lines: Sequence[Told], blocks: Sequence[Block]) -> None:
        """The lines that became the blocks of the text, one each."""
        for line, block in zip(lines, blocks, strict=True):
            if id(line) in self._of:
                self._of[id(line)].kind = block.kind


def becomes(trace: Trace | None, line: Told, taken: Taken, why: str = "", rule: tuple[str, str] | None = None) -> None:
    """Tell `trace`, where there is one, what became of a line."""
    if trace is not None:
        trace.becomes(line, taken, why, rule)


def without(trace: Trace | None, before: Sequence[Told], after: Sequence[Told], taken: Taken, why: str = "") -> None:
    """Tell `trace`, where there is one, what became of the lines of `before` that are not among `after`."""
    if trace is not None:
        left = {id(line) for line in after}
        for line in before:
            if id(line) not in left:
                trace.becomes(line, taken, why)


def _words(node: LexborNode) -> str:
    from pipelines.view import text_of

    words = text_of(node).split()
    return " ".join(words[:_WORDS]) + (" …" if len(words) > _WORDS else "")
