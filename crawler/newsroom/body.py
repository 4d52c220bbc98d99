"""The light markup in which the sample articles are written, and the parts it stands for.

Parts are separated by blank lines. How a part looks on the page is the paper's template's business:

``## text``                heading
``** text``                paragraph in bold, such as a question
``- text``                 list item, one a line
``> text``                 quotation
``!! text``                note box, its first line the heading
``| cell | cell |``        table row, the first row the head
``![caption](file "alt")`` picture; without an alt text its caption is used
``===``                    a new page begins, at papers that spread articles over several
``[[123 456]]``            box of links to other articles of the paper, inside the text
anything else              paragraph, in which ``[text](123)`` links to an article
"""

import re
from collections.abc import Callable
from typing import Literal

import msgspec

Kind = Literal["p", "h", "bold", "li", "quote", "note", "table", "picture", "related"]
MARKS: dict[str, Kind] = {"## ": "h", "** ": "bold", "- ": "li", "> ": "quote", "!! ": "note", "| ": "table"}

_PICTURE = re.compile(r'!\[(?P<caption>[^\]]+)\]\((?P<file>[\w.-]+)(?: "(?P<alt>[^"]+)")?\)')
_RELATED = re.compile(r"\[\[([\d ]+)\]\]")
_LINK = re.compile(r"\[([^\]]+)\]\((\d+)\)")


class Part(msgspec.Struct, frozen=True):
    """One part of a body. `lines` are its texts, rows or items; of a picture caption, file and alt text."""

    kind: Kind
    lines: tuple[str, ...]

    @property
    def cells(self) -> list[list[str]]:
        """The cells of a table, by row."""
        return [[cell.strip() for cell in line.strip("| ").split("|")] for line in self.lines]

    @property
    def ids(self) -> list[int]:
        """The articles that a box of links names."""
        return [int(number) for number in self.lines]


def parse(body: str) -> list[Part]:
    """The parts of `body` in reading order."""
    return [_part(piece) for piece in re.split(r"\n\s*\n", body.strip()) if piece != "==="]


def pages(body: str) -> list[str]:
    """The bodies of an article's pages; one, where it is not spread over several."""
    return re.split(r"\n===\n", body)


def plain(line: str) -> str:
    """`line` as a reader sees it: links are their words."""
    return _LINK.sub(r"\1", line)


def linked(line: str, link: Callable[[str, int], str], text: Callable[[str], str]) -> str:
    """`line` with every link replaced by `link(words, id)` and everything else by `text(words)`."""
    made, end = [], 0
    for found in _LINK.finditer(line):
        made += [text(line[end : found.start()]), link(found[1], int(found[2]))]
        end = found.end()
    return "".join([*made, text(line[end:])])


def _part(piece: str) -> Part:
    if found := _PICTURE.fullmatch(piece):
        return Part("picture", (found["caption"], found["file"], found["alt"] or found["caption"]))
    if found := _RELATED.fullmatch(piece):
        return Part("related", tuple(found[1].split()))
    for mark, kind in MARKS.items():
        if piece.startswith(mark):
            return Part(kind, tuple(line.removeprefix(mark).strip() for line in piece.splitlines()))
    return Part("p", (" ".join(piece.split("\n")),))
