"""The shapes of the corpus and of what is true of it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Literal, NamedTuple

from tests.corpus.stories import Story

Kind = Literal["report", "copy", "roundup", "column", "headlines"]
"""A paper's own report; another's text run again; several texts in one; a column of every day; a list of headlines."""
Change = Literal["retitled", "trimmed", "cluttered", "corrected", "releaded", "extended", "merged"]
"""What a paper did to a text that it ran: a copy without any ran it word for word."""
Relation = Literal["in", "near", "mixed", "out"]
"""`mixed`: a roundup with a story of the topic among others; left out of scores."""
LinkKind = Literal["related", "inline", "more", "tag", "topic", "section", "list"]
"""From an article to an article: the editor's box, a link in the text, the foot's newest of the section; from an
article to a list; from a list to an article."""


class Paper(NamedTuple):
    """One paper. `host` is where it would stand in public, `address` where it is served."""

    id: str
    title: str
    host: str
    address: str
    layout: str
    sections: Mapping[str, str]
    """Path of each section by its name."""


class Edit(NamedTuple):
    """A later state of an article."""

    at: datetime
    kind: Literal["title", "number", "added", "removed", "wording"]
    story: Story


class Article(NamedTuple):
    """One article of a paper, as it was first published."""

    id: int
    """Its place in the corpus, by time of publication."""
    paper: str
    number: int
    """The paper's own number of it."""
    kind: Kind
    subject: str
    event: str
    """What it reports on: reports of one event share it."""
    story: Story
    published: datetime
    section: str
    author: str = ""
    credit: str = ""
    mute: bool = False
    """Whether the key phrases of its subject were avoided."""
    mentions: tuple[str, ...] = ()
    """Subjects touched in a paragraph."""
    edits: tuple[Edit, ...] = ()

    def at(self, moment: datetime | None) -> Story:
        """Its text at a moment; the last one for None."""
        shown = self.story
        for edit in self.edits:
            if moment is None or edit.at <= moment:
                shown = edit.story
        return shown


class Member(NamedTuple):
    """One paper's article that shows the text of a family."""

    article: int
    changes: tuple[Change, ...]
    credited: bool
    delay: float
    """Hours after the first of the family."""
    kept: float
    """Which part of the owner's text stands in it unchanged, by sentences weighted with their syllables."""


class Family(NamedTuple):
    """One text and all papers that ran it, in the order of publication: the first is the first publisher."""

    id: int
    subject: str
    owner: str
    """The paper whose text it is, credited where there is a credit; not always the first to publish."""
    text: Story
    members: tuple[Member, ...]


class Pair(NamedTuple):
    """Two articles of different papers that show one text. `shared`: of the shorter one, by whole sentences."""

    one: int
    other: int
    family: int
    shared: float

    @property
    def clear(self) -> bool:
        """Whether a reader would call them copies: at least half of the shorter one stands in the other."""
        return self.shared >= 0.5


class Negative(NamedTuple):
    """Two articles of different papers that look alike and are no copies."""

    one: int
    other: int
    why: Literal["column", "headlines", "speech", "event", "formula"]


class Link(NamedTuple):
    """A link from one article to another of the same paper."""

    source: int
    target: int
    kind: LinkKind
    anchor: str
