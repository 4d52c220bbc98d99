"""Topics: what was collected, over time and by paper, who printed first and who after."""

import msgspec

from archive.choice import Choice
from archive.overview import TopicHeld, topics_held
from archive.room.ask import Ask, Missing
from archive.room.room import Room
from archive.search import Results, find
from archive.spread import Spread, spreads
from archive.store import Archive
from archive.topical import profile

SIZE = 20
STORIES = 40
PHRASES = 30


class TopicPage(msgspec.Struct, frozen=True, kw_only=True):
    """One topic."""

    topic: str
    title: str
    declared: bool
    """Whether its file is still there."""
    phrases: list[tuple[str, float]]
    """The weightiest phrases by which articles are taken."""
    threshold: float | None
    results: Results
    first: list[tuple[str, int]]
    """(paper, stories that it printed first and others after it)."""
    stories: list[Spread]


def topics(archive: Archive, room: Room, ask: Ask) -> list[TopicHeld]:
    """All topics: those the archive was judged by, and those that are only declared."""
    held = topics_held(archive)
    known = {one.topic for one in held}
    return held + [TopicHeld(name, topic.title, 0) for name, topic in room.topics.items() if name not in known]


def topic(archive: Archive, room: Room, ask: Ask) -> TopicPage:
    """One topic: its articles newest first, its papers, how its stories spread."""
    name = ask.path["topic"]
    held = next((one for one in topics(archive, room, ask) if one.topic == name), None)
    if held is None:
        raise Missing("no_topic", topic=name)
    made = profile(archive, name)
    choice = Choice(topic=name)
    stories = spreads(archive, choice, STORIES)
    first: dict[str, int] = {}
    for story in stories:
        first[story.source] = first.get(story.source, 0) + 1
    every = (made.terms | made.phrases) if made else {}
    return TopicPage(
        topic=name,
        title=held.title,
        declared=name in room.topics,
        phrases=sorted(every.items(), key=lambda pair: (-pair[1], pair[0]))[:PHRASES],
        threshold=room.topics[name].threshold if name in room.topics else None,
        results=find(archive, choice=choice, page=ask.number("page", 1, 500), size=SIZE, shelf=room.shelf),
        first=sorted(first.items(), key=lambda pair: (-pair[1], pair[0])),
        stories=stories,
    )


def stories(archive: Archive, room: Room, ask: Ask) -> list[Spread]:
    """The stories that most papers printed."""
    return spreads(archive, most=ask.number("most", 100, 1000))
