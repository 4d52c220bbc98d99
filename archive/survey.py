"""All hits of one search, to be counted, ordered and paged through: what a reading room asks."""

import msgspec

from archive.catalogue import Catalogue
from archive.choice import Choice, chosen
from archive.query import Query
from archive.ranking import MANY, RECENT, Ranking
from archive.store import Archive

_ALL = """
SELECT json_group_array(id) FROM (SELECT rowid AS id FROM articles_fts WHERE articles_fts MATCH :query ORDER BY id DESC)
"""
_LISTED = "SELECT json_group_array(id) FROM ({by})"
_NOTHING = Query((), (), False)


class Survey(Ranking):
    """The hits of one search, all of them, those that came last first. `query` None: all articles that are chosen."""

    def __init__(self, archive: Archive, catalogue: Catalogue, query: Query | None, choice: Choice) -> None:
        super().__init__(archive, query or _NOTHING, Choice())
        self._catalogue, self._plain = catalogue, query is None
        found = self._numbers(_ALL, query=query.match) if query else catalogue.all()
        found = catalogue.narrowed(found, choice)
        by, values = chosen(archive, msgspec.structs.replace(choice, source=None, since=None, until=None))
        if by:
            among = set(self._numbers(_LISTED.format(by=by), **values))
            found = [number for number in found if number in among]
        self.found = found

    def best(self, limit: int, many: int = MANY) -> tuple[list[int], bool]:
        """As `Ranking.best`; without words by time."""
        return self.by_time(max(limit, many)) if self._plain else super().best(limit, many)

    def by_time(self, most: int, *, oldest: bool = False) -> tuple[list[int], bool]:
        """The first `most` hits by their time of publication, newest first or oldest, undated ones last; and whether
        these are all."""
        return self._catalogue.by_time(self.found, most, oldest=oldest), len(self.found) <= most

    def _hits(self, most: int) -> list[int]:
        return self.found[:most]

    def _newest_of_many(self, limit: int) -> tuple[list[int], bool]:
        most = max(limit, RECENT)
        return self._newest_first(self.found[:most]), len(self.found) <= most
