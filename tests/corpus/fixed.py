"""Fixed negatives from the real texts beside the repository: related and no copies, or neither.

They are read where they lie and never kept here; without them the tests that ask for them are skipped.
"""

import json
from itertools import pairwise
from typing import NamedTuple

from tests.conftest import need_shared
from tests.corpus.stories import Story


class Teaser(NamedTuple):
    """A headline with the line under it, as a page lists other articles."""

    headline: str
    text: str


def seeds() -> list[Story]:
    """The five finds of one collection, in the order of their numbers: of one topic, and no two of one text."""
    found = []
    for path in sorted(need_shared("seeds").glob("*.json")):
        told = json.loads(path.read_text(encoding="utf-8"))
        found.append(Story(told["title"] or "", told["lead"], tuple(told["paragraphs"]), tuple(told["tags"])))
    return found


def foreign() -> list[Teaser]:
    """What the page of the fourth find lists under "Đọc thêm": power cuts, horoscopes, football, the world. None of it
    is of the finds' topic."""
    path = next(need_shared("seeds").glob("003_*.json"))
    lines = json.loads(path.read_text(encoding="utf-8"))["clutter"]
    listed = lines[lines.index("Đọc thêm") + 1 :]
    return [Teaser(one, other) for one, other in list(pairwise(listed))[::2]]


def headline_lists() -> tuple[str, str]:
    """Two lists of these headlines as two pages of one morning show them: nearly equal, and neither is an article."""
    titles = [teaser.headline for teaser in foreign()]
    return "\n\n".join(titles), "\n\n".join([*titles[1:4], titles[0], *titles[5:]])
