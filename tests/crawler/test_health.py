"""`health` over what real crawls leave behind: their runs, pages and frontier."""

from datetime import timedelta
from pathlib import Path

from archive.store import Archive
from config.clock import ShiftedClock
from config.sources import Sources
from crawler.run import crawl
from pipelines.health import health
from tests.crawler.site import HTML, Reply, Site, listing, paper
from tests.watched import START

NO = Reply(403, b"<html><body>Forbidden</body></html>", HTML)


def test_a_site_that_refuses_is_named_and_the_other_is_not(tmp_path: Path) -> None:
    clock = ShiftedClock(START)
    with (
        Site(paper(9), host="127.78.7.1") as well,
        Site(paper(9), host="127.78.7.2") as ill,
        Archive(tmp_path / "a.db", clock=clock) as archive,
    ):
        sources = Sources({"well": well.source("well"), "ill": ill.source("ill")}, {})
        for visit in range(4):
            clock.move(START + timedelta(hours=12 * visit))
            well.routes["/tin"] = listing(*(f"/bai-{n}.html" for n in range(1, 3 * visit + 1)))
            ill.routes = ill.routes | {"/tin": well.routes["/tin"]} if visit < 2 else dict.fromkeys(ill.routes, NO)
            crawl(archive, sources)
        kept = {name: (source, [name]) for name, source in sources.items()}
        told = health(archive, sources, kept, clock.now() + timedelta(minutes=5), 7)
    assert [(alarm.source, alarm.kind) for alarm in told.alarms] == [("ill", "unreachable")]
    assert "at 2 looks" in told.alarms[0].what and "HTTP 403" in told.alarms[0].what
    by_name = {one.source: one for one in told.papers}
    assert by_name["well"].found.found == by_name["well"].found.kept == by_name["well"].found.cleaned == 9
    assert by_name["ill"].found.found == 3
    assert [day.new for day in by_name["well"].days[-3:]] == [None, 3, 6]
