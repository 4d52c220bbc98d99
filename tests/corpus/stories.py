"""What passes between the parts of the corpus: wishes for texts, and the texts."""

from collections.abc import Mapping
from datetime import datetime
from random import Random
from typing import NamedTuple, Protocol

from tests.corpus.names import Person


class Cast(NamedTuple):
    """Who and where: of one event, or of a topic's whole course. Persons: chief, aide, expert, two ordinary ones."""

    province: str
    villages: tuple[str, ...]
    kind: str
    spot: str
    people: tuple[Person, ...]
    fixed: Mapping[str, str] = {}
    """What else belongs to the event, by the name of its list: the other country, the opponent."""


class Wish(NamedTuple):
    """A story to be written."""

    subject: str
    cast: Cast
    at: datetime
    length: str = "news"
    """`brief`, `news` or `feature`."""
    mute: bool = False
    """Whether the subject's key phrases must not be in it."""
    mentions: tuple[str, ...] = ()
    """Other subjects that it touches in one paragraph each."""


class Story(NamedTuple):
    """A text as its author wrote it. Paragraphs come after the lead."""

    title: str
    lead: str
    paragraphs: tuple[str, ...]
    tags: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """Lead and paragraphs, joined by blank lines, as a record's text is."""
        return "\n\n".join((self.lead, *self.paragraphs))


class Writer(Protocol):
    """A generator of texts."""

    name: str

    def subjects(self, kind: str) -> list[str]:
        """The subjects of a kind: `topic`, `near`, `plain`."""

    def section(self, subject: str) -> str:
        """The section of a paper in which the subject stands."""

    def keys(self, subject: str) -> tuple[str, ...]:
        """The phrases by which a reader would look for the subject."""

    def title(self, subject: str) -> str:
        """What a paper calls its page on the subject."""

    def near(self, subject: str) -> str:
        """The topic that a near-topic resembles."""

    def cast(self, subject: str, random: Random) -> Cast:
        """Persons and places of one event of the subject."""

    def story(self, wish: Wish, random: Random) -> Story:
        """A text as it is wished."""

    def speech(self, wish: Wish, random: Random, sentences: int) -> str:
        """What somebody said, in so many sentences."""
