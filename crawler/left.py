"""What a crawl leaves, or would find: URLs that wait, by paper and turn."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

import msgspec

from archive.ledger import Ledger
from archive.store import Archive
from archive.turns import BACK, CLASSES, COUNTED, counted
from crawler.extent import Extent

TURNS = ("robots", "feed", "section", "sitemap", "news", "revisit", "back-fill", "back-fill list")
"""Names of the values of `frontier.priority`; a back-fill's articles and its lists are told apart here."""

_NEXT = """
SELECT h.source, min((SELECT min(f.due) FROM frontier f INDEXED BY frontier_take
  WHERE f.host = h.host AND f.priority = t.value AND f.due > :now)) AS due
FROM hosts h, json_each(:turns) t WHERE h.source IN (SELECT value FROM json_each(:sources)) GROUP BY h.source
"""


@dataclass(frozen=True)
class Left:
    """What waits, by paper and by turn; without any, false."""

    papers: dict[str, dict[str, int]] = field(default_factory=dict)
    budget: int | None = None
    """The budget that ended the crawl for these papers; None: their hosts did."""

    def __bool__(self) -> bool:
        return bool(self.papers)

    def told(self) -> str:
        """One line; empty where nothing is left."""
        papers = [f"{name}: {named(turns)}" for name, turns in self.papers.items()]
        why = f"the budget of {self.budget} requests a paper is used up" if self.budget else "not all could be asked"
        return f"{why}; left are {'; '.join(papers)}" if papers else ""


def named(turns: dict[str, int]) -> str:
    """`{"news": 3, "revisit": 1}` as `3 news, 1 revisit`."""
    return ", ".join(f"{count if count < COUNTED else f'{COUNTED} or more'} {turn}" for turn, count in turns.items())


def left(ledger: Archive | Ledger, names: Iterable[str], extent: Extent, now: float) -> Left:
    """What a run ends without: all that is due where its budget ended it; of a back-fill what is due of its days."""
    spent = waiting(ledger, extent.spent, now, back=extent.span is not None)
    if spent:
        return Left(spent, extent.budget)
    turns = range(BACK.start if extent.limit is None else BACK.stop, BACK.stop) if extent.span else range(0)
    return Left(_waiting(ledger, names, now, turns))


def waiting(ledger: Archive | Ledger, names: Iterable[str], now: float, *, back: bool) -> dict[str, dict[str, int]]:
    """How many URLs are due, by paper and turn; with `back` those too that only a back-fill takes."""
    return _waiting(ledger, names, now, range(BACK.stop if back else CLASSES.stop))


def next_due(archive: Archive, names: Iterable[str], now: float) -> dict[str, float]:
    """When the next visit falls due at each paper, seconds since the epoch; papers without any are left out."""
    given = {"now": now, "turns": _json(CLASSES), "sources": _json(names)}
    return {row["source"]: row["due"] for row in archive.rows(_NEXT, given) if row["due"] is not None}


def _waiting(ledger: Archive | Ledger, names: Iterable[str], now: float, turns: range) -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = defaultdict(dict)
    if not turns:
        return {}
    counts = ", ".join(f"{counted(str(turn), COUNTED)} AS turn{turn}" for turn in turns)
    asked = f"SELECT h.source, {counts} FROM hosts h WHERE h.source IN (SELECT value FROM json_each(:sources))"  # noqa: S608
    for row in ledger.rows(asked, {"now": now, "sources": _json(names)}):
        for turn in turns:
            if count := row[f"turn{turn}"]:
                of = found[row["source"]]
                of[TURNS[turn]] = of.get(TURNS[turn], 0) + count
    return dict(found)


def _json(values: Iterable[object]) -> str:
    return msgspec.json.encode(list(values)).decode()
