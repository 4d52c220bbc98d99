"""What an article says of where its text comes from, and whom that names: "Theo TTXVN", "(Theo Báo Lao Động)",
"Laodong.vn", "Nguồn: Tuổi Trẻ", in the record's credit, after the text's last word or inside it.

Names are those of the declared papers (titles and hosts) and of agencies. A name counts where something says that it
is a source: "lao động" alone is a word as any other.
"""

import re
from collections.abc import Iterator
from functools import lru_cache

import msgspec

from config.fold import fold
from config.sources import Sources, without_kind

AGENCIES = {
    "TTXVN": "ttxvn|thong tan xa viet nam|vietnam+|vietnamplus|vna|ttxvn/vietnam+|bnews",
    "Reuters": "reuters",
    "AFP": "afp",
    "AP": "ap|associated press",
    "Tân Hoa Xã": "tan hoa xa|xinhua|thx",
    "TASS": "tass",
    "Sputnik": "sputnik|ria novosti",
    "Kyodo": "kyodo",
    "Yonhap": "yonhap",
    "Bloomberg": "bloomberg",
    "DPA": "dpa",
}
"""Agencies, with their names folded."""
_LONGEST = 6
"""Words of the longest name."""
_STATED = re.compile(
    r"\b(?:theo|nguồn(?:\s+tin)?\s*:|trích(?:\s+từ)?|tổng hợp từ|dẫn lại)\s*:?\s+(?=([^\n.;()]*(?:\.\w[^\n.;()]*)*))",
    re.I,
)
_THEO = re.compile(r"^(?:theo|nguồn)\s*:?\s+", re.I)
_FIRST = re.compile(r"^\s*\(([^()\n]{2,40})\)\s*[-–—]")
_BRACKETS = re.compile(r"\(\s*([^()\n]{2,60})\)\s*[.]?\s*$")
_LINE = re.compile(r"\n\s*([^\n]{2,60})\s*$")
_CUT = re.compile(r"\s*[/,&]\s*|\s+[-–—]\s+|\s+và\s+", re.I)
_PAPER = ("báo ", "tạp chí ", "trang ", "đài ")
_POINTS = " .,:;*()"
_AGENCY = {name: agency for agency, names in AGENCIES.items() for name in names.split("|")}
_TAIL, _HEAD = 200, 80


class Credit(msgspec.Struct, frozen=True):
    """One source that an article names: as printed, the paper or the agency meant."""

    printed: str
    paper: str | None = None
    agency: str | None = None


def credited(credit: str | None, text: str, sources: Sources) -> list[Credit]:
    """The sources that an article names, each once, those of its credit line first."""
    found: dict[tuple[str | None, str | None], Credit] = {}
    for said, alone in _said(credit, text):
        for one in _meant(said, alone, sources):
            found.setdefault((one.paper, one.agency), one)
    return list(found.values())


def towards(said: list[Credit], own: str, original: str) -> tuple[str, str] | None:
    """(the credit as printed, whom it names: original, agency or another) of an article of the paper `own`, about a
    text that stands in `original`; None where it names nobody but itself."""
    others = [one for one in said if one.paper != own]
    for who, fits in (
        ("original", [one for one in others if one.paper == original]),
        ("agency", [one for one in others if one.agency]),
        ("another", others),
    ):
        if fits:
            return fits[0].printed, who
    return None


@lru_cache(maxsize=256)
def _said(credit: str | None, text: str) -> tuple[tuple[str, bool], ...]:
    """What may be names of sources, and whether it is nothing else. Kept, as one article is asked for all its pairs."""
    return tuple(_statements(credit, text))


def _statements(credit: str | None, text: str) -> Iterator[tuple[str, bool]]:
    if credit:
        yield _THEO.sub("", credit), True
    if first := _FIRST.search(text[:_HEAD]):
        yield first[1], True
    for last in (_BRACKETS, _LINE):
        if found := last.search(text[-_TAIL:]):
            yield _THEO.sub("", found[1]), True
    for stated in _STATED.finditer(text):
        yield stated[1], False


def _meant(said: str, alone: bool, sources: Sources) -> Iterator[Credit]:
    """The papers and agencies that `said` is, begins with, or lists."""
    if whole := _named(said, alone, sources):
        yield whole
    for piece in _CUT.split(said):
        if piece != said and (one := _named(piece, alone, sources)):
            yield one


def _named(said: str, alone: bool, sources: Sources) -> Credit | None:
    """The longest name that `said` begins with; with `alone`, that it is. One in small letters is a word as any other,
    unless it is a host."""
    words = said.strip(_POINTS).split() if _may_begin(said.lstrip(_POINTS)) else []
    for count in range(min(len(words), _LONGEST), len(words) - 1 if alone else 0, -1):
        printed = " ".join(words[:count]).strip(_POINTS)
        name = without_kind(fold(printed))
        if not printed[-len(name) :][:1].isupper() and "." not in name:
            continue
        if name in sources.names or name in _AGENCY:
            return Credit(printed, paper=sources.names.get(name), agency=_AGENCY.get(name))
    return None


def _may_begin(said: str) -> bool:
    """Whether a name can stand here: a capital, the word for a paper, or a host."""
    return said[:1].isupper() or said.startswith(_PAPER) or "." in said.split(" ", 1)[0]
