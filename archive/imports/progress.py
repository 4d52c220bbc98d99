"""How far files were imported: written in the transactions that take their pages, asked when one comes again."""

import hashlib

import msgspec

from archive.imports.files import Part
from archive.imports.intake import Taken
from archive.store import Archive
from archive.warc.frames import Mark
from config.clock import stamp

_BEGIN = "INSERT OR IGNORE INTO imports (file, name) VALUES (?, ?)"
_READ = "SELECT at, inside, ended, told FROM imports WHERE file = ?"
_NOTE = "UPDATE imports SET at = ?, inside = ?, told = ? WHERE file = ?"
_END = "UPDATE imports SET ended = ?, told = ? WHERE file = ?"


class Standing:
    """How far one file was read, for what was asked of it (`asked`: one paper only, with or without assets)."""

    def __init__(self, archive: Archive, part: Part, asked: str) -> None:
        self._archive = archive
        self._key = hashlib.sha256(f"{part.key} {asked}".encode()).hexdigest()
        with archive.transaction() as db:
            db.execute(_BEGIN, (self._key, part.name))
            at, inside, self.ended, told = db.execute(_READ, (self._key,)).fetchone()
        self.begun = at > 0 or self.ended is not None
        """Whether some of it was taken before, and may not be cleaned yet."""
        self.mark, self.taken = Mark(at, inside), msgspec.json.decode(told, type=Taken)

    def begin_again(self) -> None:
        """Read it from its beginning, though it was read before."""
        self.mark, self.ended, self.taken = Mark(0), None, Taken()

    def note(self, taken: Taken, mark: Mark) -> None:
        """It was read up to `mark`. Call it in the transaction that takes what was read."""
        self._archive.conn.execute(_NOTE, (*mark, msgspec.json.encode(taken).decode(), self._key))

    def end(self, taken: Taken) -> None:
        """All of it was read."""
        self.ended = stamp(self._archive.clock.now())
        with self._archive.transaction() as db:
            db.execute(_END, (self.ended, msgspec.json.encode(taken).decode(), self._key))
