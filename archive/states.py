"""The states that a paper gave an article: what counts as content, and which visits show a change of it."""

from collections.abc import Iterable, Iterator

import msgspec

from archive.faces import reads_alike
from archive.visits import Visit


class State(msgspec.Struct, frozen=True):
    """One state of an article: the first and the last page that show it, the visit it is read from, its content."""

    first_page: int
    last_page: int
    visit: Visit
    sha: str


def states_of(found: Iterable[Visit]) -> Iterator[State]:
    """Each state, oldest first.

    A page that shows what its own URL showed before is no change, though another URL of the article (a mobile
    page, an old host) may show something else in between. Nor is it one that the paper moved the article into
    another layout, where its words are the same.
    """
    current: State | None = None
    shown: dict[str, str] = {}
    for visit in found:
        sha = visit.work.sha
        moved = current and visit.url not in shown and visit.article != current.visit.article
        changed = shown.get(visit.url) != sha
        shown[visit.url] = sha
        if moved and current and current.sha != sha and reads_alike(current.visit.record, visit.record):
            current = State(current.first_page, visit.page, current.visit, current.sha)
            continue
        if current and current.sha == sha:
            current = State(current.first_page, visit.page, current.visit, sha)
        elif changed:
            if current:
                yield current
            current = State(visit.page, visit.page, visit, sha)
    if current:
        yield current
