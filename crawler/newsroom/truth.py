"""What is true of the sample articles, for tests and for the demo to compare with."""

import msgspec

from archive.facts import Block, BlockKind
from config.clock import stamp
from crawler.newsroom.body import Part, parse, plain
from crawler.newsroom.papers import articles, changed_at, papers
from crawler.newsroom.written import Article, Field, Paper

_BLOCKS: dict[str, BlockKind] = {"p": "p", "bold": "p", "h": "h", "li": "li", "quote": "quote", "note": "note"}


class Truth(msgspec.Struct, frozen=True, kw_only=True):
    """What a reader of one article sees, in NFC; the fields are those of a record."""

    url: str
    further: tuple[str, ...]
    """URLs of its further pages, where the paper spreads it over several."""
    source: str
    kicker: str
    title: str
    lead: str
    blocks: tuple[Block, ...]
    captions: tuple[str, ...]
    authors: tuple[str, ...]
    credit: str
    published: str
    """`YYYY-MM-DDTHH:MM:SS+07:00`, the seconds only where the page tells them."""
    modified: str
    section: tuple[str, ...]
    tags: tuple[str, ...]

    @property
    def paragraphs(self) -> list[str]:
        """The texts of the blocks."""
        return [block.text for block in self.blocks]


class PlantedEdit(msgspec.Struct, frozen=True, kw_only=True):
    """A change that a paper makes to an article between the visits."""

    url: str
    source: str
    field: Field
    was: str
    now: str


def truths(paper: Paper, visit: int, base: str) -> list[Truth]:
    """The articles of `paper` that an honest crawler can read at `visit`, the newest first."""
    return [truth_of(paper, a, visit, base) for a in articles(paper.id, visit) if not a.behind]


def planted_edits(bases: dict[str, str]) -> list[PlantedEdit]:
    """Every planted change; `bases` are the papers' root URLs by id."""
    return [
        PlantedEdit(
            url=base + papers()[name].path(article),
            source=name,
            field=article.edit.field,
            was=article.edit.was.strip(),
            now=article.edit.now.strip(),
        )
        for name, base in bases.items()
        for article in articles(name, 1)
        if article.edit
    ]


def truth_of(paper: Paper, article: Article, visit: int, base: str) -> Truth:
    """What a reader of `article` sees at `visit`."""
    parts = parse(article.body)
    return Truth(
        url=base + paper.path(article),
        further=tuple(base + path for path in paper.parts(article)[1:]),
        source=paper.id,
        kicker=article.kicker,
        title=article.title,
        lead=article.lead,
        blocks=tuple(block for part in parts for block in _blocks(part)),
        captions=tuple(part.lines[0] for part in parts if part.kind == "picture"),
        authors=article.authors,
        credit=article.credit,
        published=stamp(article.published),
        modified=stamp(changed_at(article, visit)) if paper.layouts[article.layout].tells_modified else "",
        section=paper.section(article.zone).names,
        tags=article.tags,
    )


def _blocks(part: Part) -> list[Block]:
    if part.kind == "table":
        return [Block("table", "\n".join("\t".join(row) for row in part.cells))]
    kind = _BLOCKS.get(part.kind)
    found = [Block(kind, plain(line)) for line in part.lines] if kind else []
    return [Block("h", found[0].text), *found[1:]] if kind == "note" else found
