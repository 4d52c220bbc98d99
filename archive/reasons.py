"""Why an article is a neighbour of another, and how many points that is worth. docs/related.md tells the same."""

from math import log
from typing import Literal

import msgspec

By = Literal["link", "tag", "text", "copy"]

COPY = 1.0
"""It tells the same story in the same words."""
INLINE, BOX = 0.6, 0.5
"""A link in the text was set for this article; one in a box or a see-also line may be the paper's machine's."""
SHARED = 0.2
"""Both link to the same page, of which few articles do; less where many do."""
TOPIC, TAG = 0.4, 0.3
"""Both are shown on the same page on a subject or event, kept by hand, or under the same tag."""
TEXT = 1.0
"""All of the article's characteristic words stand in the other as well; parts of it for a part of them."""


class Reason(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One reason. What does not apply is left out of its JSON."""

    by: By
    how: str
    """Of a link: `to` (the article links there), `from` (it links to the article), `both` (both link to the same page).
    Of a tag: `tag`, `topic`. Of a copy: `first`, `later`, `unknown`. Of text: `words`."""
    points: float
    kind: str = ""
    """The link's kind, or what the copy made of the text."""
    place: str = ""
    words: str = ""
    """What the link, or the tag, says; the page's own title where both link to it."""
    url: str = ""
    """The page that both are linked with."""
    articles: int = 0
    """How many articles of the archive are linked with that page."""
    phrases: tuple[str, ...] = ()
    """The characteristic words that stand in both, the most telling first."""
    hours: float | None = None
    """Of a copy: after the first of the two was published."""


def rarity(articles: int, of: int) -> float:
    """1 for what two of all `of` articles share, 0 for what all do: the logarithm of the share, squared, for what a
    hundred share says little of any two of them."""
    if of <= 2:
        return 1.0
    return (log(of / min(max(articles, 2), of)) / log(of / 2)) ** 2
