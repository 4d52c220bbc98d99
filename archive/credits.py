"""What an article says of where its text comes from, and whom that names: "Theo TTXVN", "(Theo Báo Lao Động)",
"Laodong.vn", "Nguồn: Tuổi Trẻ", in the record's credit, after the text's last word or inside it.

Names are those of the declared papers (titles and hosts) and of agencies. A name counts where something says that it
is a source: "lao động" alone is a word as any other.
"""

import re
from collections.abc import Iterator

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
_LAST = re.compile(r"\(\s*([^()\n]{2,60})\)\s*[.]?\s*$|(?:^|\n)\s*([^\n]{2,60})\s*$")
_FIRST = re.compile(r"^\s*\(([^()\n]{2,40})\)\s*[-–—]")
_AGENCY = {name: agency for agency, names in AGENCIES.items() for name in names.split("|")}
_CUT = re.compile(r"\s*[/,&]\s*|\s+[-–—]\s+|\s+va\s+")
_TAIL, _HEAD = 200, 80


class Credit(msgspec.Struct, frozen=True):
    """One source that an article names: as printed, the paper or the agency meant."""

    printed: str
    paper: str | None = None
    agency: str | None = None


def credited(credit: str | None, text: str, sources: Sources) -> list[Credit]:
    """The sources that an article names, each once, those of its credit line first."""
    found: dict[tuple[str | None, str | None], Credit] = {}
    for said in _said(credit, text):
        for one in _meant(said, sources):
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


def _said(credit: str | None, text: str) -> Iterator[str]:
    """What may be names of sources."""
    if credit:
        yield re.sub(r"^(?:theo|nguồn)\s*:?\s+", "", credit, flags=re.I)
    if first := _FIRST.search(text[:_HEAD]):
        yield first[1]
    if last := _LAST.search(text[-_TAIL:]):
        yield re.sub(r"^(?:theo|nguồn)\s*:?\s+", "", last[1] or last[2], flags=re.I)
    for stated in _STATED.finditer(text):
        yield stated[1]


def _meant(said: str, sources: Sources) -> Iterator[Credit]:
    """The papers and agencies that `said` begins with, or lists. A name in small letters is a word, unless a host."""
    whole = _named(said, sources)
    if whole:
        yield whole
    for piece in _pieces(said):
        if piece != said and (one := _named(piece, sources)):
            yield one


def _pieces(said: str) -> list[str]:
    at, pieces = 0, []
    for cut in _CUT.finditer(fold(said)) if len(fold(said)) == len(said) else ():
        pieces.append(said[at : cut.start()])
        at = cut.end()
    return [*pieces, said[at:]]


def _named(said: str, sources: Sources) -> Credit | None:
    words = said.strip(" .,:*").split()[: _LONGEST + 2]
    for count in range(len(words), 0, -1):
        printed = " ".join(words[:count]).rstrip(".,:;)")
        name = without_kind(fold(printed))
        if name in sources.names and ("." in name or _is_name(printed)):
            return Credit(printed, paper=sources.names[name], agency=_AGENCY.get(name))
        if name in _AGENCY and _is_name(printed):
            return Credit(printed, agency=_AGENCY[name])
    return None


def _is_name(printed: str) -> bool:
    """Whether it is written as names are."""
    return printed[:1].isupper()
