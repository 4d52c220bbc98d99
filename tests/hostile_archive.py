"""An archive for those who read archives: the sample newsroom, a topic, and pages that mean harm.

`python -m tests.hostile_archive FILE` makes it the project's own ways, from crawls and kept pages, and leaves beside
it what is in it (`FILE.json`, a `Hostile`). `make` has that done by a child process, for a crawl leaves Twisted's
reactor behind. Texts that would run are in `tests.hostile_pages`.
"""

import subprocess
import sys
from pathlib import Path

import msgspec

from archive.copies import catch_up
from archive.derive import settle
from archive.facts import Page
from archive.store import Archive
from archive.topical import Learner, judge_all, put
from archive.withdraw import find, withdraw
from config.clock import ShiftedClock
from config.sources import Source, Sources
from config.topics import Phrases, Topic
from config.urls import article_key
from tests.conftest import ROOT
from tests.hostile_pages import (
    ADDRESSES,
    DATES,
    FIELDS,
    LINES,
    MARKUP,
    PAPER,
    PATHS,
    RAW,
    RAW_BODY,
    REPRINTER,
    SCRIPT,
    TITLES,
    article,
)

TOPIC = Topic(
    name="doi-ngoai",
    title="Đối ngoại ở làng",
    phrases=Phrases(may={"đối ngoại nhân dân": 2.0, "đối ngoại": 2.0}),
    learn=False,
)
HOSTILE_TOPIC = Topic(name="hiem", title=f"Bến đò {SCRIPT}", phrases=Phrases(may={"con nước": 3.0}), learn=False)


class Hostile(msgspec.Struct, kw_only=True):
    """What is in the archive, by purpose. Articles are named by their identity (`articles.article`)."""

    path: str
    """The archive file."""
    titles: dict[str, str] = {}
    """By the names in `TITLES`: the title is wrong in that way."""
    fields: dict[str, str] = {}
    """By the names in `FIELDS`: the field holds all of `MARKUP`."""
    links: str = ""
    """Links to everything in `ADDRESSES`: inline, related and as tags."""
    paths: dict[str, str] = {}
    """By the names in `PATHS`: an identity with such signs."""
    dates: dict[str, str] = {}
    """By the names in `DATES`: half past midnight, a day, a month, none."""
    revised: str = ""
    """Of the hostile paper, in two states, with markup in what came and in what went."""
    copied: str = ""
    copy: str = ""
    """Two papers' print of one text; markup stands in what was cut and in what was added."""
    withdrawn: str = ""
    gallery: str = ""
    """A drop: pictures with hostile captions and no text."""
    raw: str = ""
    raw_page: int = 0
    """An article whose page runs scripts, refreshes, submits and frames; and that page's number."""
    topic: str = TOPIC.name
    """A topic that was crawled for and has articles; so has `hostile_topic`, whose title is markup."""
    hostile_topic: str = HOSTILE_TOPIC.name
    newsroom: dict[str, str] = {}
    """Of the sample newsroom: an article that was `revised`, one that was `copied`, one in `parts`, one of the
    `topic`, and a `plain` one."""
    port: int = 0
    """That of the newsroom's addresses."""


def make(folder: Path) -> Hostile:
    """Make the archive in `folder`; RuntimeError with what the child said where it cannot be made."""
    path = folder / "hostile.db"
    command = [sys.executable, "-m", "tests.hostile_archive", str(path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=180, check=False)
    if done.returncode:
        raise RuntimeError(f"the hostile archive could not be made:\n{done.stderr}")
    return msgspec.json.decode(Path(f"{path}.json").read_bytes(), type=Hostile)


def main(path: Path) -> None:
    """Make the archive at `path`, where there is none."""
    import crawler.cleaning
    from crawler.newsroom import VISITS
    from crawler.newsroom.papers import papers
    from tests.crawler.site import hurried
    from tests.faults.orders import HereToo
    from tests.ports import free_port

    crawler.cleaning.CleaningPool = HereToo  # type: ignore[assignment,misc,attr-defined]
    told = Hostile(
        path=str(path),
        port=free_port([host for paper in papers().values() for host in (paper.host, paper.images) if host]),
    )
    sources = Sources({**hurried(told.port), PAPER.id: PAPER, REPRINTER.id: REPRINTER}, {})
    clock = ShiftedClock(VISITS[0])
    with Archive(path, clock=clock) as archive:
        _crawl_newsroom(archive, clock, told.port)
        _keep_hostile(archive, sources, told)
        catch_up(archive, sources)
        _judge(archive, sources)
        _find_newsroom(archive, told)
    Path(f"{path}.json").write_bytes(msgspec.json.encode(told))


def _crawl_newsroom(archive: Archive, clock: ShiftedClock, port: int) -> None:
    from crawler.newsroom import VISITS, Newsroom
    from crawler.run import crawl
    from tests.crawler.site import hurried

    with Newsroom(port, clock.now) as newsroom:
        for visit, at in enumerate(VISITS, 1):
            clock.move(at)
            newsroom.visit = visit
            done = crawl(archive, hurried(port), command=f"demo visit {visit}")
            assert done.outcome == "finished", done
        crawl(archive, hurried(port), topic=TOPIC, command=f"crawl --topic {TOPIC.name}")


def _keep_hostile(archive: Archive, sources: Sources, told: Hostile) -> None:
    """Keep and clean every hostile page, in one run whose name is hostile too."""
    run = archive.start_run(f"crawl {SCRIPT}")
    keeping = _Keeping(archive, sources, run)
    with archive.transaction():
        for number, (name, title) in enumerate(TITLES.items(), 100):
            told.titles[name] = keeping(article(number, title=title))
        every = tuple(MARKUP.values())
        for number, name in enumerate(FIELDS, 200):
            told.fields[name] = keeping(article(number, **{name: every}))
        told.links = keeping(article(300, links=ADDRESSES))
        told.paths = {name: keeping(article(path)) for name, path in PATHS.items()}
        told.dates = {name: keeping(article(n, date=date)) for n, (name, date) in enumerate(DATES.items(), 400)}
        _keep_states(keeping, told)
        told.raw = keeping(article(600, head=RAW, body=RAW_BODY, title="Bến đò có mã lạ"))
        told.raw_page = keeping.page
        told.withdrawn = keeping(article(601, title=f"Bài bị gỡ {SCRIPT}"))
        keeping(article(602, links={"withdrawn": "/bai-601.html", "revised": "/bai-500.html"}))
    settle(archive, sources)
    gone = find(archive, sources, f"https://{PAPER.hosts[0]}/bai-601.html")
    withdraw(archive, gone, f"theo yêu cầu {SCRIPT}")
    archive.end_run(run, "finished", {"sources": {}})


def _keep_states(keeping: "_Keeping", told: Hostile) -> None:
    """An article in two states, one that another paper printed, and pictures without a text."""
    before, after = (f"{word} {text}" for word, text in (("Trước", MARKUP["attribute"]), ("Sau", MARKUP["script"])))
    keeping(article(500, title=f"Đò chậm {SCRIPT}", lines=(before,)))
    second = article(500, title=f"Đò nhanh {SCRIPT}", lines=(after,), at="2025-03-13T08:00:00+07:00")
    told.revised = keeping(second)
    text = tuple(f"{line} {n} chuyến, theo {SCRIPT} sổ ghi của bến." for n in range(3) for line in LINES)
    told.copied = keeping(article(501, lines=(*text, MARKUP["attribute"])))
    late = article(501, lines=(*text, MARKUP["svg"]), source=REPRINTER, date="06/03/2025 10:00")
    told.copy = keeping(late, REPRINTER)
    told.gallery = keeping(_gallery())


def _gallery() -> Page:
    """Pictures with captions that mean harm, and no text."""
    full = article(502, title=f"Ảnh {SCRIPT}", captions=tuple(MARKUP.values()))
    head, _, rest = full.body.partition(b'<div class="body">')
    pictures = rest[rest.index(b"<figure>") : rest.index(b"</div>")]
    body = head.partition(b'<p class="lead">')[0] + b'<div class="body">' + pictures + b"</div></body></html>"
    return msgspec.structs.replace(full, body=body)


class _Keeping:
    """Keeps and cleans one page after the other; `page` is the number of the last."""

    def __init__(self, archive: Archive, sources: Sources, run: int) -> None:
        self._archive, self._sources, self._run, self.page = archive, sources, run, 0

    def __call__(self, page: Page, source: Source = PAPER) -> str:
        """The identity of the page's article."""
        from pipelines.cleaner import cleaner_id
        from pipelines.process import process
        from pipelines.reclean import take_in

        self.page = self._archive.keep_page(source, page, self._run)
        take_in(self._archive, self._sources, self.page, cleaner_id(source), process(page, source))
        return article_key(source, page.url)


def _judge(archive: Archive, sources: Sources) -> None:
    """Judge all articles by both topics, as `topics check --keep` does."""
    for topic in (TOPIC, HOSTILE_TOPIC):
        made = Learner(archive, topic, sources).learn()
        with archive.transaction():
            put(archive, topic, made)
        judge_all(archive, topic.name)


def _find_newsroom(archive: Archive, told: Hostile) -> None:
    """Name an article of the newsroom for each purpose; StopIteration where there is none."""
    of = "SELECT a.article FROM articles a WHERE a.source NOT LIKE 'hiem%' AND"
    asked = {
        "revised": "(SELECT count(*) FROM revisions r WHERE r.article = a.id) > 1",
        "copied": "a.id IN (SELECT article FROM copies)",
        "parts": "(SELECT count(*) FROM parts p WHERE p.article = a.id) > 1",
        "topic": f"a.id IN (SELECT article FROM topical WHERE topic = '{TOPIC.name}')",
        "plain": "(SELECT count(*) FROM revisions r WHERE r.article = a.id) = 1",
    }
    for name, where in asked.items():
        told.newsroom[name] = next(archive.rows(f"{of} {where} ORDER BY 1"))["article"]


if __name__ == "__main__":
    main(Path(sys.argv[1]))
