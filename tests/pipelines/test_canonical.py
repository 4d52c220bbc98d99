"""The link by which a page names itself another article: put out with the others where it says something."""

import msgspec
import pytest

from archive.facts import Page
from config.declarations import Rules
from pipelines.process import process
from tests.conftest import PAPER
from tests.crawler.site import LINES

HERE = "https://song.example.vn/bai-1.html"
BODY = "<h1>Nước rút ở bản ven sông</h1>" + "".join(f"<p>{line}</p>" for line in LINES)
SONG = msgspec.structs.replace(PAPER, rules=Rules(container=("article",), title=("h1",)))


def named(*heads: str) -> list[str]:
    """The canonical links of a page with these elements in its head."""
    page = f"<html><head><title>T</title>{''.join(heads)}</head><body><article>{BODY}</article></body></html>"
    made = process(Page(url=HERE, fetched_at="2025-03-01T08:00:00+07:00", body=page.encode()), SONG)
    return [link.url for link in made.links if link.kind == "canonical"]


def link(href: str, rel: str = "canonical") -> str:
    return f'<link rel="{rel}" href="{href}">'


@pytest.mark.parametrize("href", ["/ten-khac-2.html", "http://www.song.example.vn/ten-khac-2.html"])
def test_another_article_of_the_paper_is_named(href: str) -> None:
    assert len(named(link(href))) == 1 and named(link(href, "Canonical"), link(href)) == named(link(href))


@pytest.mark.parametrize(
    "heads",
    [
        (link(HERE),),
        (link("http://m.song.example.vn/ten-khac-1.html?utm_source=x"),),
        (link("https://ngoai.example.com/bai-2.html"),),
        (link("/"), link("/thoi-su")),
        (link("/thoi-su"),),
        (link("/ten-khac-2.html"), link("/ten-khac-3.html")),
        (link("http://[bad/x-2.html"),),
        (link("/ten-khac-2.html", "amphtml"),),
    ],
)
def test_itself_others_lists_and_contradictions_say_nothing(heads: tuple[str, ...]) -> None:
    assert named(*heads) == []
