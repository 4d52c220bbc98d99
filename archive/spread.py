"""How the stories of a topic, or of the whole archive, went from paper to paper."""

import msgspec

from archive.choice import Choice, chosen
from archive.store import Archive

MOST = 100
_PAIRS = """
SELECT o.article AS first, o.source AS first_source, o.title, o.published, o.published_precision AS precision,
  c.article, c.source, c.published AS copied, p.delay, p.kind, p.names
FROM copies p JOIN articles c ON c.id = p.article JOIN articles o ON o.id = p.original
WHERE NOT p.within {chosen}
  AND NOT EXISTS (SELECT 1 FROM copies e WHERE e.article = p.original AND e.known IS NOT NULL AND NOT e.within)
ORDER BY o.id, p.delay IS NULL, p.delay, c.source, c.article
"""


class Printed(msgspec.Struct, frozen=True):
    """One paper's copy."""

    article: str
    source: str
    published: str | None
    delay: float | None
    """Hours after the first."""
    kind: str
    names: str | None
    """Whom it names as its origin: original, agency, another; None: nobody."""


class Spread(msgspec.Struct, frozen=True, kw_only=True):
    """One story: who printed it first, as far as the archive knows, and who after."""

    article: str
    source: str
    title: str | None
    published: str | None
    precision: str | None
    copies: list[Printed]

    @property
    def papers(self) -> int:
        """Papers that printed it."""
        return len({self.source, *(one.source for one in self.copies)})


def spreads(archive: Archive, choice: Choice | None = None, most: int = MOST) -> list[Spread]:
    """The stories that most papers printed, those first; with a `choice` those that one of its articles tells."""
    by, values = chosen(archive, choice or Choice())
    told: dict[str, Spread] = {}
    for row in archive.rows(_PAIRS.format(chosen=f"AND (p.article IN ({by}) OR p.original IN ({by}))" if by else ""),
                            values):  # fmt: skip
        story = told.get(row["first"]) or Spread(
            article=row["first"],
            source=row["first_source"],
            title=row["title"],
            published=row["published"],
            precision=row["precision"],
            copies=[],
        )
        told[story.article] = story
        story.copies.append(
            Printed(row["article"], row["source"], row["copied"], row["delay"], row["kind"], row["names"])
        )
    return sorted(told.values(), key=_order)[:most]


def _order(one: Spread) -> tuple[int, int, str]:
    return -one.papers, -len(one.copies), one.article
