"""How often visits find an article changed, by paper and age: the table `revisits`."""

from archive.identities import resolved
from archive.revisit import pause_class, stretch_of, visit_class
from archive.rows import Rows

FADE = 1 - 1 / 200
"""What a visit leaves of the weight of those before it: a paper's habit is that of its last few hundred visits."""

_NOTE = """
INSERT INTO revisits (source, age, visits, changes) VALUES (:source, :age, 1, :changed)
ON CONFLICT (source, age) DO UPDATE SET
  visits = revisits.visits * :fade + 1, changes = revisits.changes * :fade + :changed
"""


class Habits:
    """What visits found so far. `note` belongs inside a transaction.

    A visit that is never noted, as its page was cleaned only after a kill, is a sample less and nothing worse.
    """

    def __init__(self, db: Rows) -> None:
        self._db = db

    def note(self, source: str, age: float, changed: bool) -> None:
        """A visit to an article of `source` at `age` seconds has found it changed, or as it was."""
        self._db.execute(_NOTE, {"source": source, "age": visit_class(age), "changed": int(changed), "fade": FADE})

    def stretch(self, source: str, age: float, visits: int, changes: int) -> float:
        """What the pause after a visit at `age` is to be multiplied by; `visits` to the article came before it, and
        `changes` of them found a new revision.
        """
        return stretch_of(*self.seen(source, pause_class(age)), visits, changes)

    def seen(self, source: str, step: int) -> tuple[float, float]:
        """The visits to articles of `source` that ended pause `step`, and how many of them found a change; faded."""
        found = "SELECT visits, changes FROM revisits WHERE source = ? AND age = ?"
        visits, changes = self._db.execute(found, (source, step)).fetchone() or (0.0, 0.0)
        return visits, changes

    def revisions(self, article: str) -> int:
        """How many states of the article with this identity are known."""
        row = self._db.execute(
            "SELECT revisions FROM articles WHERE article = ?", (resolved(self._db, article),)
        ).fetchone()
        return int(row[0]) if row else 0
