"""Made-up stories for the tests of copies, and what papers do to them: seeded, so that a failure can be run again."""

from collections.abc import Iterable
from itertools import accumulate
from random import Random

from archive.derive import derive_article
from archive.facts import Block, Cleaned, Page, Record
from archive.store import Archive
from config.declarations import UrlRules
from config.sources import Source, Sources
from tests.bench.invented import COMMON, COMPOUNDS, MIDDLING, syllables

TITLES = {"song": "Báo Sông", "nui": "Núi Xanh", "bien": "Biển Mới", "dong": "Đồng Nội", "gio": "Gió Lành"}
PAPERS = Sources(
    {
        name: Source(
            id=name,
            title=title,
            hosts=(f"{name}.example.vn",),
            urls=UrlRules(article=(r"-(?P<id>\d+)\.html$",)),
        )
        for name, title in TITLES.items()
    },
    {},
)
_WORDS = [*COMMON, *COMPOUNDS, *MIDDLING, *syllables()[:3000]]
_WEIGHTS = list(accumulate(1 / (rank + 10) for rank in range(len(_WORDS))))


def sentence(random: Random, words: int = 18) -> str:
    """One sentence of common and rare words."""
    text = " ".join(random.choices(_WORDS, cum_weights=_WEIGHTS, k=words))
    return f"{text[0].upper()}{text[1:]}."


def story(seed: int, paragraphs: int = 8, sentences: int = 3) -> list[str]:
    """The paragraphs of one story, each of so many sentences of 18 words."""
    random = Random(seed)
    return [" ".join(sentence(random) for _ in range(sentences)) for _ in range(paragraphs)]


def record(paper: str, number: int, paragraphs: Iterable[str], **more: object) -> Record:
    """An article of a paper, published on 1 March 2025 at 8:00 if nothing else is given."""
    lead, *rest = paragraphs
    fields: dict[str, object] = {
        "url": f"https://{paper}.example.vn/bai-{number}.html",
        "source": paper,
        "title": f"Tít của bài {paper}",
        "lead": lead,
        "blocks": [Block("p", text) for text in rest],
        "paragraphs": rest,
        "text": "\n\n".join([lead, *rest]),
        "published": "2025-03-01T08:00:00+07:00",
        "published_raw": "01/03/2025 08:00",
        "published_precision": "minute",
        "published_from": "meta",
        "cleaner": "c1",
    }
    return Record(**(fields | more))  # type: ignore[arg-type]


def key(made: Record) -> str:
    """The identity of the article."""
    return f"{made.source}:{made.url.rsplit('-', 1)[1].removesuffix('.html')}"


def keep(archive: Archive, *records: Record, at: str = "2025-03-10T08:00:00+07:00", derive: bool = True) -> None:
    """Keep a page of each, cleaned, and derive its article, one after another."""
    from archive.cleaners import note_newest

    for made in records:
        number = archive.keep_page(made.source, Page(url=made.url, fetched_at=at, body=made.text.encode()))
        archive.put_cleaning(number, "c1", Cleaned(output=made, article=key(made)))
        note_newest(archive, made.source, "c1")
        if derive:
            derive_article(archive, key(made), PAPERS)


def pairs(archive: Archive) -> list[tuple[object, ...]]:
    """The rows of `copies` by identity, so that two archives can be compared."""
    sql = (
        "SELECT a.article, o.article, c.known, c.delay, c.kind, c.taken, c.left_in, c.words, c.credit, c.names,"
        " c.within FROM copies c JOIN articles a ON a.id = c.article JOIN articles o ON o.id = c.original ORDER BY 1, 2"
    )
    return archive.conn.execute(sql).fetchall()
