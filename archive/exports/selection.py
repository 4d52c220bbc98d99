"""Which articles and pages an export takes, in an order that does not change, however many there are.

Their numbers are noted in a temporary table of the connection: SQLite puts it into a file of its own where it grows,
so memory stays flat, and an archive that may only be read can be exported too. They are numbers of one state of the
archive: note and read them inside one `archive.reading()`.
"""

from collections.abc import Iterator
from typing import Any, Literal

import msgspec

from archive.choice import Choice, chosen
from archive.query import parse
from archive.store import Archive

Of = Literal["articles", "pages"]
"""What an export consists of."""
Order = Literal["time", "newest", "paper"]
"""By publication, undated ones last; newest first, undated ones last; or by paper, then by month."""

_ORDERS: dict[Order, str] = {
    "time": "published IS NULL, published, article",
    "newest": "published IS NULL, published DESC, article",
    "paper": "source, published IS NULL, published, article",
}
_FOUND = "SELECT rowid AS id FROM articles_fts WHERE articles_fts MATCH :query"
_OF_ARTICLES = """
WITH RECURSIVE names (name) AS (
  SELECT a.article FROM temp.export_articles e JOIN articles a ON a.id = e.number
  UNION SELECT s.alias FROM temp.export_articles e JOIN articles a ON a.id = e.number
  JOIN aliases s ON s.article = a.article WHERE s.why <> 'claimed'
), shown (page) AS (
  SELECT c.page FROM names JOIN cleanings c ON c.article = name
  UNION SELECT t.page FROM temp.export_articles e JOIN parts t ON t.article = e.number
  UNION SELECT p.id FROM names JOIN frontier f ON f.article = name JOIN pages p ON p.url = f.url
), taken (page) AS (
  SELECT page FROM shown
  UNION SELECT p.id FROM shown JOIN pages q ON q.id = shown.page JOIN pages p ON p.url = q.url
  UNION SELECT p.id FROM taken JOIN assets a ON a.page = taken.page JOIN pages p ON p.url = a.url AND p.kind = 'asset'
)
SELECT id AS number FROM pages WHERE id IN (SELECT page FROM taken) ORDER BY fetched_at, id
"""
"""Pages that were cleaned as these articles, under any of their identities; their further parts; what else was fetched
at the same addresses (an answer that nothing has changed, a failure) or at those that are known to lead there; and what
all these show, the assets of assets with them."""
_EVERY_PAGE = "SELECT id AS number FROM pages ORDER BY fetched_at, id"


class Selection(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What is asked for; all of it has to hold, and nothing asked is everything."""

    query: str = ""
    """Words, in the language of `search`."""
    exact: bool = False
    """Whether words without marks find no words with marks."""
    choice: Choice = Choice()

    def __bool__(self) -> bool:
        return bool(self.query.strip() or self.choice)

    def asked(self) -> dict[str, str]:
        """What is asked, by name: `query`, `exact` (yes), and the names of a choice."""
        said = {"query": self.query.strip(), "exact": "yes" if self.exact else ""}
        return {name: value for name, value in (said | msgspec.structs.asdict(self.choice)).items() if value}


class Picked:
    """Numbers of articles or pages, in order; once through is one pass over a temporary table."""

    def __init__(self, archive: Archive, table: str) -> None:
        self.table = f"temp.{table}"
        """Columns `place`, from 1, and `number`."""
        self._archive = archive
        self._count = int(next(archive.rows(f"SELECT count(*) AS n FROM {self.table}"))["n"])  # noqa: S608

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[int]:
        for row in self._archive.rows(f"SELECT number FROM {self.table} ORDER BY place"):  # noqa: S608
            yield row["number"]


def articles(archive: Archive, selection: Selection, order: Order = "time", limit: int | None = None) -> Picked:
    """The chosen articles, the first `limit` of them. Raises `EmptyQuery` where the words are none.

    Articles picked before by this connection are forgotten.
    """
    by, values = chosen(archive, selection.choice)
    parts = [part for part in (_FOUND if selection.query.strip() else "", by) if part]
    if selection.query.strip():
        values["query"] = parse(selection.query, selection.exact).match
    where = f"WHERE id IN ({' INTERSECT '.join(parts)})" if parts else ""
    sql = f"SELECT id AS number FROM articles {where} ORDER BY {_ORDERS[order]} LIMIT :limit"  # noqa: S608
    return _noted(archive, "export_articles", sql, {**values, "limit": -1 if limit is None else limit})


def pages(archive: Archive, selection: Selection) -> Picked:
    """The pages in (fetched_at, number) order: of the whole archive all, whatever their kind; else those of the chosen
    articles. Raises `Published` for a copy that holds no pages."""
    archive.need_whole()
    if not selection:
        return _noted(archive, "export_pages", _EVERY_PAGE, {})
    articles(archive, selection)
    return _noted(archive, "export_pages", _OF_ARTICLES, {})


def _noted(archive: Archive, table: str, sql: str, values: dict[str, Any]) -> Picked:
    """The numbers that `sql` answers, in a table of the connection's own."""
    for statement in (
        f"DROP TABLE IF EXISTS temp.{table}",
        f"CREATE TEMP TABLE {table} (place INTEGER PRIMARY KEY, number INTEGER NOT NULL)",
    ):
        archive.conn.execute(statement)
    archive.conn.execute(f"INSERT INTO temp.{table} (number) {sql}", values)
    return Picked(archive, table)
