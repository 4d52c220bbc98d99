"""What cleaning is measured beside: each makes a record, under our names, of a page. Those that are absent say so."""

from collections.abc import Callable
from importlib.metadata import version
from importlib.util import find_spec
from typing import Any, NamedTuple

import msgspec
import trafilatura
from selectolax.lexbor import LexborHTMLParser

from archive.facts import Cleaned, Page
from config.sources import Source, generic
from pipelines.process import process
from tests.scoring import Record

_BLOCKS = frozenset(
    "p div section article li dt dd h1 h2 h3 h4 h5 h6 table tr td th blockquote pre br figcaption".split()
)


class Method(NamedTuple):
    """A way to clean: `clean` is what is timed, `record` puts its result under the scorer's names."""

    name: str
    clean: Callable[[Page, Source], Any]
    record: Callable[[Any], Record]
    needs: str
    """The package that must be installed."""
    fields: bool = True
    """Whether it gives more than a title and a text."""

    def extract(self, page: Page, source: Source) -> Record:
        """The record of a page."""
        return self.record(self.clean(page, source))


def hidden(page: Page, source: Source) -> Cleaned:
    """`process` where nobody has declared the paper; the marks of a family of CMS may still be recognised."""
    return process(page, generic(page.url))


def unknown(page: Page, source: Source) -> Cleaned:
    """`process` where nobody has declared the paper, nor any of its family: trafilatura reads the whole page."""
    return process(page, msgspec.structs.replace(generic(page.url), kin=()))


def printed(cleaned: Cleaned) -> Record:
    """The record that `baoluu clean` prints."""
    made: Record = msgspec.to_builtins(cleaned.output)
    return made


def stock(page: Page, source: Source) -> Any:
    """trafilatura as it comes, with metadata."""
    return trafilatura.bare_extraction(page.body, url=page.url, with_metadata=True)


def told(found: Any) -> Record:
    """trafilatura's fields; it tells no lead, but its text may hold it."""
    if found is None:
        return {}
    said = found.as_dict()
    return {"title": said["title"], "lead": None, "text": said["text"], "authors": said["author"],
            "published": said["date"], "section": said["categories"], "tags": said["tags"]}  # fmt: skip


def described(found: Any) -> Record:
    """The same, the description that it also tells taken for the lead."""
    return told(found) | {"lead": found and found.description}


def readability(page: Page, source: Source) -> tuple[str, str]:
    """readability-lxml's title and summary."""
    from readability import Document

    document = Document(page.body.decode("utf-8", "replace"))
    return document.short_title(), document.summary()


def resiliparse(page: Page, source: Source) -> tuple[str, str]:
    """resiliparse's title and main content, without what it would add for pictures and lists."""
    from resiliparse.extract.html2text import extract_plain_text
    from resiliparse.parse.html import HTMLTree

    tree = HTMLTree.parse_from_bytes(page.body, "utf-8")
    return tree.title or "", extract_plain_text(tree, main_content=True, alt_texts=False, list_bullets=False)


OURS = Method("baoluu, declared", process, printed, "trafilatura")
HIDDEN = Method("baoluu, declaration hidden", hidden, printed, "trafilatura")
UNKNOWN = Method("baoluu, its family too", unknown, printed, "trafilatura")
STOCK = Method("trafilatura", stock, told, "trafilatura")
DESCRIBED = STOCK._replace(record=described)
METHODS = (
    OURS,
    HIDDEN,
    UNKNOWN,
    STOCK,
    Method(
        "readability-lxml", readability, lambda found: _plain(found[0], _lines(found[1])), "readability-lxml", False
    ),
    Method("resiliparse", resiliparse, lambda found: _plain(*found), "resiliparse", False),
)
_MODULES = {"readability-lxml": "readability"}


def is_here(method: Method) -> bool:
    """Whether what the method needs is installed."""
    return find_spec(_MODULES.get(method.needs, method.needs)) is not None


def label(method: Method) -> str:
    """The method's name, with the version of what is not ours."""
    return f"{method.name} {version(method.needs)}" if method.name == method.needs else method.name


def _plain(title: str, text: str) -> Record:
    return {"title": title, "text": text}


def _lines(html: str) -> str:
    body = LexborHTMLParser(html).body
    parts: list[str] = []
    for node in body.traverse(include_text=True) if body is not None else ():
        if node.is_text_node:
            parts.append(" ".join((node.text_content or "\n").split("\n")))
        elif node.tag in _BLOCKS:
            parts.append("\n")
    return "".join(parts)
