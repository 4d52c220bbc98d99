"""Taking what the readers give into the archive: in short transactions, each with how far the file was read.

Twice is once, by natural keys; killed or stopped, the same import goes on where it was. Pages are kept and not yet
cleaned: they are pending, as after a crawl that was stopped.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from itertools import islice

import msgspec

from archive import assets, bodies, one_page
from archive.cleaners import queue
from archive.disk import Room, Wanted
from archive.errors import DamagedBody, Withdrawn
from archive.facts import Page, page_columns
from archive.grounds import Grounds
from archive.imports import revisits
from archive.imports.items import Arrival, Item, Passed, Read, Refused, Revisit, RunRow, Tombstone
from archive.imports.kinds import Kinds
from archive.merge import PUT_RUN
from archive.moved import FOR_GOOD
from archive.store import Archive
from archive.tombstones import Tombstones
from archive.warc.frames import Mark
from archive.withdraw import NotWithdrawable, going, withdraw
from config.sources import Source, Sources, generic
from config.urls import article_key

BATCH, BYTES = 200, 16_000_000
"""A transaction ends with whichever comes first, so that a crawl beside it waits no longer than some tenths of a
second."""
TOLD = 100
"""Troubles of a file that are told one by one; further ones are only counted."""
_STONE = "SELECT url, article, reason, withdrawn_at FROM withdrawals WHERE url = ?"
_NAME = re.compile(r"[\w.:-]{1,255}")
"""Ids of papers, and hosts."""
_UNCLEANED = """
SELECT DISTINCT source FROM pages p WHERE kind = 'article' AND status = 200
AND NOT EXISTS (SELECT 1 FROM cleanings WHERE page = p.id)
"""


class Taken(msgspec.Struct):
    """What was taken of one file, and what was not."""

    pages: int = 0
    """Pages that are new here."""
    known: int = 0
    """Pages that were here already."""
    awaited: int = 0
    """Visits that repeat a page which has not come yet: taken as soon as that is imported."""
    withdrawn: int = 0
    """Pages of what was withdrawn, not taken."""
    runs: int = 0
    withdrawals: int = 0
    passed: dict[str, int] = {}
    """Records that are no pages of articles or lists, by kind: nothing is wrong with them."""
    refused: int = 0
    """Records and stretches of the file that could not be taken."""
    troubles: list[str] = []
    """Those, one by one, with their place in the file."""

    def refuse(self, trouble: Refused) -> None:
        """Note what could not be taken."""
        self.refused += 1
        if len(self.troubles) < TOLD:
            self.troubles.append(str(trouble).encode(errors="replace").decode())  # names of files need not be UTF-8

    def pass_over(self, kind: str) -> None:
        """Note what is no page."""
        self.passed[kind] = self.passed.get(kind, 0) + 1


class Intake:
    """Takes items into `archive`, as the import `run`."""

    def __init__(
        self, archive: Archive, sources: Sources, run: int, *, only: str | None = None, assets: bool = False,
        wanted: Wanted | None = None,
    ) -> None:  # fmt: skip
        """`only` is one paper's id; with `assets` pictures and styles of pages are taken too. `wanted` is what must be
        free on the archive's disk."""
        self.archive, self._sources, self._run, self._only, self._assets = archive, sources, run, only, assets
        self._kinds, self._stones = Kinds(), Tombstones(sources, archive.conn)
        self._grounds = Grounds()
        self._uids = dict[str, int]()
        self._disk = Room(archive.path, wanted or Wanted(), what="an import")
        self.withdrew = False
        """Whether pages here went because another archive had withdrawn them."""
        self.resumed = False
        """Whether one of the files was taken before, in whole or in part: pages of it may not be cleaned yet."""
        self.names = Counter[str]()
        """Pages, new ones and those that were known, by the name under which they are kept."""

    def take(self, items: Iterable[Read], taken: Taken, note: Callable[[Taken, Mark], None] | None = None) -> None:
        """Take all `items`. `note` is called in each transaction with what is taken, and from where to read on.

        Raises `DiskFull`, before or in a batch; what was taken before stays.
        """
        rest = iter(items)
        while batch := list(_bounded(rest)):
            self._disk.check()
            with self.archive.transaction():
                self._last = self.archive.conn.execute("SELECT coalesce(max(id), 0) FROM pages").fetchone()[0]
                for each in batch:
                    self._take(each.item, taken)
                marks = [each.after for each in batch if each.after]
                if note and marks:
                    note(taken, marks[-1])

    def settle_awaited(self) -> tuple[int, int]:
        """Take the visits whose page has come by now; answers (how many those were, how many still wait).

        Call it when all else was taken: what waits was chosen when it came, also by imports of other papers.
        """
        taken, self._only, self._assets = Taken(), None, True
        for rows in revisits.awaited(self.archive):
            with self.archive.transaction() as db:
                self._last = db.execute("SELECT coalesce(max(id), 0) FROM pages").fetchone()[0]
                for revisit in rows:
                    with suppress(DamagedBody):  # it waits for a better copy
                        if body := revisits.body_of(db, revisit):
                            self._keep(self._repeated(revisit, body), taken)
                            revisits.forget(db, revisit)
        return taken.pages + taken.known + taken.withdrawn, revisits.waiting(self.archive.conn)

    def to_clean(self) -> list[str]:
        """Names under which pages may wait to be cleaned."""
        waiting = self.archive.conn.execute(_UNCLEANED).fetchall() if self.resumed else []
        return sorted({*self.names, *(name for (name,) in waiting)})

    def _take(self, item: Item, taken: Taken) -> None:
        if isinstance(item, Arrival):
            self._keep(item, taken)
        elif isinstance(item, Revisit):
            self._revisit(item, taken)
        elif isinstance(item, Refused):
            taken.refuse(item)
        elif isinstance(item, Passed):
            taken.pass_over(item.kind)
        elif isinstance(item, RunRow):
            self.archive.conn.execute(PUT_RUN, msgspec.structs.asdict(item))
            taken.runs += 1
        else:
            self._bury(item, taken)

    def _keep(self, item: Arrival, taken: Taken) -> None:
        """Keep one page, unless it is another paper's, no page, or withdrawn."""
        if (placed := self._placed(item, taken)) is None:
            return
        name, page = placed
        if self._stones.cover(name, page.url):
            taken.withdrawn += 1
            return
        try:
            packed = self._grounds.pack_new(self.archive.conn, page.body, name, page.kind, page.status)
            number = self.archive.keep_page(name, page, self._run_of(item), packed)
        except Withdrawn:
            taken.withdrawn += 1
            return
        new, self._last = number > self._last, max(self._last, number)
        taken.pages, taken.known = taken.pages + new, taken.known + (not new)
        self.names[name] += 1
        db = self.archive.conn
        if not new and item.source:
            self._agree(name, page, item.run)
        if item.payload and page.body:
            revisits.remember(db, item.payload, number)
        if item.assets:
            assets.put(db, number, item.assets)
        if new and page.status in FOR_GOOD and page.kind == "article":
            self._lead_away(name, page.url)

    def _agree(self, name: str, page: Page, run: str | None) -> None:
        """A page that another archive of ours knew too is what a merge would make of it, in every order."""
        db = self.archive.conn
        known = one_page.find(db, page.url, page.fetched_at, bodies.digest(page.body))
        if known and (run or known[2:] != page_columns(name, page)):
            one_page.settle(db, known, page_columns(name, page), run)

    def _placed(self, item: Arrival | Revisit, taken: Taken) -> tuple[str, Page] | None:
        """The name under which a page is kept, and the page with its kind."""
        page = item.page
        try:
            paper = self._paper(item)
            sure = item.source or (isinstance(item, Arrival) and item.sure)
            told = page.headers.get("content-type", "")
            kind = self._kinds.of(paper, page.url, told) or ("article" if sure else None)
            kind = page.kind if item.source else kind
        except ValueError as error:
            taken.refuse(Refused(item.where, str(error), page.url))
            return None
        if self._only not in (None, paper.id, item.source):
            taken.pass_over("of other papers")
            return None
        if kind in (None, "asset") and not (self._assets or item.source):
            taken.pass_over(page.headers.get("content-type", "").partition(";")[0].strip().lower() or "untyped")
            return None
        return item.source or paper.id, msgspec.structs.replace(page, kind=kind or "asset")

    def _paper(self, item: Arrival | Revisit) -> Source:
        """The paper of a page. Raises ValueError for a name that no paper can have."""
        named = item.source or (item.paper if isinstance(item, Arrival) else None)
        if named:
            if named not in self._sources and not (_NAME.fullmatch(named) and named == named.lower()):
                raise ValueError(f"it was kept under {named[:80]!r}, which is neither a paper nor a host")
            return self._sources.named(named)
        return self._sources.of(item.page.url) or generic(item.page.url)

    def _revisit(self, item: Revisit, taken: Taken) -> None:
        if body := revisits.body_of(self.archive.conn, item):
            try:
                self._keep(self._repeated(item, body), taken)
            except DamagedBody as error:
                taken.refuse(Refused(item.where, f"what it repeats cannot be read: {error}", item.page.url))
        elif placed := self._placed(item, taken):
            if self._stones.cover(placed[0], item.page.url):
                taken.withdrawn += 1
            else:
                taken.awaited += revisits.put(self.archive.conn, item)

    def _repeated(self, item: Revisit, body: int) -> Arrival:
        """The page with the bytes that it repeats; what its own headers lack is as at the first time."""
        db = self.archive.conn
        headers = item.page.headers or revisits.headers_of(db, body, item.refers_url)
        page = msgspec.structs.replace(item.page, body=bodies.get(db, body), headers=headers)
        return Arrival(page=page, where=item.where, source=item.source, run=item.run, assets=item.assets)

    def _run_of(self, item: Arrival) -> int | None:
        """The run that fetched a page: as another archive of ours has it, which may be none; else this import."""
        uid = item.run
        if uid is None:
            return None if item.source else self._run
        if uid not in self._uids:
            found = self.archive.conn.execute("SELECT id FROM runs WHERE uid = ?", (uid,)).fetchone()
            self._uids[uid] = int(found[0]) if found else self._run
        return self._uids[uid]

    def _bury(self, stone: Tombstone, taken: Taken) -> None:
        """Withdraw here what was withdrawn there. Where both did, the earlier words stay."""
        db, row = self.archive.conn, (stone.url, stone.article, stone.reason, stone.withdrawn_at)
        known = db.execute(_STONE, row[:1]).fetchone()
        if known == row:
            return
        try:
            goes = going(self.archive, self._sources, stone.url, stone.article)
        except NotWithdrawable as error:
            taken.refuse(Refused("a withdrawal", str(error), stone.url))
            return
        goes.urls, goes.shown = [stone.url], []  # as in a merge: what else was withdrawn there comes by itself
        withdraw(self.archive, goes, stone.reason, stone.withdrawn_at)
        self.withdrew = self.withdrew or bool(goes.pages or goes.frontier or goes.awaited)
        self._stones = Tombstones(self._sources, db)
        taken.withdrawals += known is None

    def _lead_away(self, name: str, url: str) -> None:
        """What a kept redirect leads away from is derived anew: it may say where the paper has moved it."""
        article = article_key(self._sources.named(name), url)
        if self.archive.conn.execute("SELECT 1 FROM cleanings WHERE article = ? LIMIT 1", (article,)).fetchone():
            queue(self.archive.conn, [article])


def _bounded(items: Iterator[Read]) -> Iterator[Read]:
    size = 0
    for each in islice(items, BATCH):
        yield each
        size += len(each.item.page.body) if isinstance(each.item, Arrival) else 0
        if size > BYTES:
            return
