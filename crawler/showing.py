"""What a crawl with assets does besides: note what kept pages show, and look at those that were kept without."""

import asyncio
from collections import defaultdict
from collections.abc import Iterable
from typing import TYPE_CHECKING

from archive import assets
from archive.facts import Found, Hints, Kept
from archive.frontier import Frontier
from archive.moved import target_of
from archive.settling import REDIRECTS
from archive.store import Archive
from config.sources import Sources
from crawler.assets import assets_of, urls_of
from crawler.links import safe
from crawler.replay import Replay

if TYPE_CHECKING:
    from crawler.post import Post

LOOKED = 500
"""Pages of articles kept before that a crawl looks at for assets (5 to 30 ms each), so that it begins to ask soon."""


def note(archive: Archive, kept: Kept, number: int) -> None:
    """Write what the kept page `number` shows, whether that will be fetched or not. Inside the keep transaction."""
    page, urls = kept.page, urls_of(kept.found)
    if page.kind == "asset" and page.status in REDIRECTS and (led := target_of(page.url, page.headers)):
        urls = [safe(led.partition("#")[0])]
    if urls or (page.kind == "article" and page.status == 200):
        assets.put(archive.conn, number, urls)


async def look_back(
    archive: Archive, desk: "Frontier | Post", sources: Sources, names: Iterable[str], replay: Replay | None,
    stopping: asyncio.Event,
) -> None:  # fmt: skip
    """Look at pages of articles that were kept without their assets, newest first: as many as `LOOKED`, but for a
    replay, which has the others at hand, all."""
    for number, name in assets.unseen(archive.conn, names, -1 if replay else LOOKED):
        if stopping.is_set():
            return
        page, paper = archive.page(number), sources[name]
        found = assets_of(page, paper)
        with archive.transaction() as db:
            assets.put(db, number, urls_of(found))
            desk.add([f for f in found if not replay or replay.holds(f.url)], paper=paper)
        await asyncio.sleep(0)


def left_unkept(replay: Replay, archive: Archive, names: Iterable[str]) -> dict[str, list[Found]]:
    """Assets that `replay` holds, which kept pages of the papers `names` show and `archive` does not hold, by paper: a
    replay that was stopped goes on with them."""
    found = defaultdict[str, list[Found]](list)
    for one in assets.missing(archive.conn, names):
        if replay.holds(one.url):
            beyond = one.kind == "asset"
            hints = Hints(via="page", referrer=one.referrer if beyond else one.page)
            found[one.source].append(Found(url=one.url, kind="asset", hints=hints, depth=int(beyond)))
    return found
