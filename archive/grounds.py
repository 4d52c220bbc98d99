"""What a body leans on when it is kept: the last of its paper and kind that stood on its own.

Two pages of one template share menus, scripts and boxes, so against one another they are packed in less time than on
their own, and into a third of the bytes. Which pages are alike shows by packing them, so nothing here needs to know
layouts. `repack` comes after, has more bases to choose from, and presses harder.
"""

from dataclasses import dataclass
from sqlite3 import Connection
from typing import NamedTuple

from archive.bases import CROWD, sound_base
from archive.bodies import LARGEST_BASE, Packed, chain, digest
from archive.frames import Base, Recent, frame

SIMILAR = 0.75
"""Part of a frame of its own up to which a body leans on its ground: for less it is not worth a read of two."""
MISSES = 2
"""Bodies in a row that are not like their ground, after which the last of them is the next: the layout has changed."""
REST = 63
"""Bodies that are not tried, at most, where grounds find nothing like them: a trial takes as long as a frame."""
_LEANING = ("article", "section")
BYTES = 64 << 20
"""Grounds that are kept in memory, about 500 pages. Of more papers at a time some pages stand on their own."""


class Group(NamedTuple):
    """Pages that may be alike: of one paper, and of one kind."""

    source: str
    kind: str


@dataclass
class _Ground:
    """A body that others lean on."""

    sha: str
    left: int
    """Bodies that may still lean on it."""
    barren: int = 0
    """Grounds in a row before it that nothing was like."""
    enough: float = 0.0
    """Part of a body's bytes up to which a frame is surely `SIMILAR`; 0 as long as nothing was like it."""
    misses: int = 0
    """Bodies in a row that were not."""

    def __post_init__(self) -> None:
        self.rest = min(REST, (1 << self.barren) - 1)
        """Bodies that are not tried from now on."""

    def pack(self, base: Base, body: bytes) -> tuple[bytes, bool]:
        """The frame of `body`, and whether it leans on this one, whose bytes `base` has."""
        data = base.capture(body)
        if len(data) > self.enough * len(body):
            alone = frame(body)
            if len(data) > SIMILAR * len(alone):
                self.misses += 1
                return alone, False
            self.enough = SIMILAR * len(alone) / len(body)
        self.left, self.misses = self.left - 1, 0
        return data, True


class Grounds:
    """The grounds of one run. One thread may `pack` while another asks for a `group`."""

    def __init__(self) -> None:
        self._of, self._ready = dict[Group, _Ground | None](), Recent(BYTES)

    def group(self, db: Connection, source: str, kind: str, status: int) -> Group | None:
        """Which pages one may be like; where this run knows none of them, their ground is looked for in the archive.

        None for what stands on its own: what is no page of the paper, and no answer with one.
        """
        if kind not in _LEANING or status != 200:
            return None
        group = Group(source, kind)
        if group not in self._of:
            self._of[group] = self._found(db, group)
        return group

    def pack(self, body: bytes, group: Group | None) -> Packed:
        """`body` as it is written: against the ground of its group where the two are alike, else on its own."""
        sha = digest(body)
        group = group if 0 < len(body) <= LARGEST_BASE else None
        ground = self._of[group] if group else None
        base = self._ready.get(ground.sha) if ground and ground.left else None
        if ground and base and not ground.rest:
            data, leans = ground.pack(base, body)
            if leans:
                return Packed(sha, len(body), data, base.sha)
        else:
            data = frame(body)
        if ground and base and ground.misses < MISSES:
            ground.rest -= ground.rest > 0
        elif group:
            barren = ground.barren + 1 if ground and base and not ground.enough else 0
            self._of[group] = _Ground(sha, CROWD, barren)
            self._ready.put(Base(body, sha))
        return Packed(sha, len(body), data)

    def pack_new(self, db: Connection, body: bytes, source: str, kind: str, status: int) -> Packed:
        """The same for who does not know whether the archive holds `body`: then it has no frame, as `put` needs none.

        Call it in the transaction that puts it.
        """
        if db.execute("SELECT 1 FROM bodies WHERE sha256 = ?", (sha := digest(body),)).fetchone():
            return Packed(sha, len(body), b"")
        return self.pack(body, self.group(db, source, kind, status))

    def _found(self, db: Connection, group: Group) -> _Ground | None:
        """What the newest page of `group` in the archive leans on in the end, or its own body."""
        newest = (
            "SELECT body FROM pages WHERE source = ? AND kind = ? AND status = 200 ORDER BY fetched_at DESC LIMIT 1"
        )
        if (row := db.execute(newest, group).fetchone()) is None:
            return None
        number = [*row, *chain(db, row[0])][-1]
        (crowd,) = db.execute("SELECT count(*) FROM bodies WHERE base = ?", (number,)).fetchone()
        if crowd >= CROWD or not (base := sound_base(db, number)) or not base.size:
            return None
        self._ready.put(base)
        return _Ground(base.sha, CROWD - crowd)
