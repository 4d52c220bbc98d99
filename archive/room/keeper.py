"""What a keeper looks at each morning: the runs, and the papers' health."""

from typing import Any

import msgspec

from archive.lock import open_crawls
from archive.room.ask import Ask, Missing
from archive.room.room import Room
from archive.store import Archive

SIZE = 30
_RUNS = "SELECT * FROM runs ORDER BY started DESC, id DESC LIMIT ? OFFSET ?"


class Run(msgspec.Struct, frozen=True, kw_only=True):
    """One run."""

    id: int
    command: str
    started: str
    ended: str | None
    outcome: str
    """finished, stopped, skipped, failed; running; unfinished: it was killed."""
    stats: dict[str, Any]

    def total(self, name: str) -> int:
        """A counter of its papers added up: found, kept, cleaned, dropped, errors."""
        counted = (paper.get(name, 0) for paper in self.stats.get("sources", {}).values())
        return sum(sum(each.values()) if isinstance(each, dict) else int(each) for each in counted)


class Runs(msgspec.Struct, frozen=True):
    """One page of the runs, newest first."""

    runs: list[Run]
    page: int
    more: bool


def runs(archive: Archive, room: Room, ask: Ask) -> Runs:
    """The runs, newest first."""
    page = ask.number("page", 1)
    rows = list(archive.rows(_RUNS, (SIZE + 1, (page - 1) * SIZE)))
    return Runs([_run(archive, row) for row in rows[:SIZE]], page, len(rows) > SIZE)


def run(archive: Archive, room: Room, ask: Ask) -> Run:
    """One run, with its counters by paper."""
    said = ask.path["id"]
    number = int(said) if said.isascii() and said.isdecimal() and len(said) < 16 else 0
    row = next(archive.rows("SELECT * FROM runs WHERE id = ?", (number,)), None)
    if row is None:
        raise Missing("no_run", run=said)
    return _run(archive, row)


def health(archive: Archive, room: Room, ask: Ask) -> Any:
    """The papers' health, as `baoluu health --json` tells it."""
    if ask.given["health"] is None:
        raise Missing("no_health")
    return ask.given["health"]


def _run(archive: Archive, row: dict[str, Any]) -> Run:
    stats = msgspec.json.decode(row["stats"]) if row["stats"] else {}
    outcome = row["outcome"] or _state(archive, row["id"])
    return Run(
        id=row["id"],
        command=row["command"],
        started=row["started"],
        ended=row["ended"],
        outcome=outcome,
        stats=stats,
    )


def _state(archive: Archive, number: int) -> str:
    living = (crawl.run for crawl, lives in open_crawls(archive) if lives)
    return "running" if number in living else "unfinished"
