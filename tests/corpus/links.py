"""Which article links to which.

The rates, and where they come from. On five of eight saved real pages there was an editors' box of related articles, of
three to five entries, and all but one of their twenty entries were of the page's own story or theme. So `related` is
there on 60 % of the articles, with three to five links, and of those 75 % go to the same subject where the paper has
enough of it (a story's box is made by hand or by tags), 20 % to the same section, 5 % anywhere: lower than the sample,
since smaller papers fill their boxes by machine. `inline` links are rare (12 %) and nearly always of the subject. The
foot of every page (`more`) shows the newest of the section, whatever their subject: topical only by chance.
"""

from bisect import bisect_left
from collections import defaultdict
from functools import lru_cache
from random import Random

from tests.corpus.corpus import Corpus
from tests.corpus.truth import Article, Link

BOX, BOX_LINKS = 0.6, (3, 3, 4, 4, 5)
SAME_SUBJECT, SAME_SECTION = 0.75, 0.95
"""Bounds of one draw: below the first the same subject, below the second the same section, else anything."""
INLINE = 0.12
MORE = 6
"""Links at the foot."""


@lru_cache(maxsize=4)
def of(corpus: Corpus) -> list[list[Link]]:
    """The links of each article, by its id; all within its paper, and to what stood there before it."""
    shelves = _shelves(corpus)
    return [list(_links(corpus, article, shelves)) for article in corpus.articles]


Shelves = dict[tuple[str, str], list[int]]
"""Ids in the order of time, by paper and shelf: `s:SUBJECT`, `c:SECTION`, or all (an empty shelf name)."""


def _shelves(corpus: Corpus) -> Shelves:
    found: Shelves = defaultdict(list)
    for article in corpus.articles:
        for shelf in (f"s:{article.subject}", f"c:{article.section}", ""):
            found[article.paper, shelf].append(article.id)
    return found


def _links(corpus: Corpus, article: Article, shelves: Shelves) -> list[Link]:
    random = Random(f"{corpus.seed}/{corpus.generator}/links/{article.id}")

    def before(shelf: str) -> list[int]:
        ids = shelves[article.paper, shelf]
        return ids[: bisect_left(ids, article.id)]

    found: dict[int, Link] = {}

    def add(target: int, kind: str) -> None:
        if target != article.id and target not in found:
            anchor = corpus.articles[target].story.title
            found[target] = Link(article.id, target, kind, anchor)  # type: ignore[arg-type]

    own = before(f"s:{article.subject}")
    if article.kind in ("report", "copy", "roundup"):
        if own and random.random() < INLINE:
            add(random.choice(own[-12:]), "inline")
        for _ in range(random.choice(BOX_LINKS) if random.random() < BOX else 0):
            draw = random.random()
            near = own if draw < SAME_SUBJECT else before(f"c:{article.section}") if draw < SAME_SECTION else before("")
            if near:
                add(random.choice(near[-15:]), "related")
    for target in before(f"c:{article.section}")[-MORE:][::-1]:
        add(target, "more")
    return list(found.values())
