"""Citing an article: what was printed, by whom, when, and by which bytes that can be proved.

Vietnamese names are family name first and are not taken apart: every format has a way to give a name as it is.
"""

import re
from collections.abc import Iterator
from hashlib import sha256
from typing import Any

import msgspec

from archive.facts import Precision
from archive.history import revisions_of
from archive.store import Archive
from config.fold import fold
from config.sources import Sources

_MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()
_TEX = {
    "\\": r"\textbackslash{}", "{": r"\textbraceleft{}", "}": r"\textbraceright{}", "$": r"\$", "&": r"\&",
    "#": r"\#", "_": r"\_", "%": r"\%", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}",
}  # fmt: skip
"""BibTeX counts braces that have a backslash before them too, so these have to have names."""
_SPECIAL = re.compile("[" + re.escape("".join(_TEX)) + "]")
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]+")
"""Line ends would begin another field in RIS, and marks of direction would turn the lines around them."""


class Citation(msgspec.Struct, frozen=True, kw_only=True):
    """What a citation says of one state of an article."""

    article: str
    title: str | None
    authors: list[str]
    credit: str | None
    paper: str
    """The paper's name."""
    source: str
    url: str
    published: str | None
    precision: Precision | None
    captured: str
    """When the page that shows this state was fetched."""
    sha256: str
    """Of that page's body."""
    cleaner: str
    revision: int
    permalink: str = ""
    """Where a reading room shows it; empty: nowhere that others could reach."""


def cite(
    archive: Archive, sources: Sources, article: str, n: int | None = None, permalink: str = ""
) -> Citation | None:
    """The citation of state `n` of the article with this identity, or of the last one; None where there is none."""
    states = revisions_of(archive, article)
    state = next((each for each in states if each.n == (n or len(states))), None)
    if state is None:
        return None
    record = state.record
    return Citation(
        article=article,
        title=record.title,
        authors=record.authors,
        credit=record.credit,
        paper=sources.named(record.source).title,
        source=record.source,
        url=record.url,
        published=record.published,
        precision=record.published_precision,
        captured=state.captured,
        sha256=state.sha256,
        cleaner=record.cleaner,
        revision=state.n,
        permalink=permalink,
    )


def text(c: Citation, lang: str = "vi") -> str:
    """One line for people, in Vietnamese or English."""
    people = ", ".join(c.authors) or c.credit or ""
    day = _day(c.published, c.precision) or ("không ngày" if lang == "vi" else "n.d.")
    seen = f"{_day(c.captured, 'day')}"
    title = c.title or ("(không tít)" if lang == "vi" else "(no title)")
    kept = f"lưu ngày {seen}" if lang == "vi" else f"captured {seen}"
    rules = f"bộ làm sạch {c.cleaner}" if lang == "vi" else f"cleaner {c.cleaner}"
    parts = [people, f"“{title}”", c.paper, day, c.url, kept, f"SHA-256 {c.sha256}", rules, c.permalink]
    return _line(", ".join(part for part in parts if part)) + "."


def bibtex(c: Citation) -> str:
    """An `@online` entry, whose fields biblatex and BibTeX both read. Names stand in braces, whole."""
    fields: dict[str, str] = {}
    if people := c.authors or ([c.credit] if c.credit else []):
        fields["author"] = " and ".join(f"{{{_tex(one)}}}" for one in people)
    fields["title"] = f"{{{_tex(c.title or c.url)}}}"
    fields["organization"] = f"{{{_tex(c.paper)}}}"
    if parts := _parts(c.published, c.precision):
        fields["year"] = f"{parts[0]:04d}"
        fields["month"] = _MONTHS[parts[1] - 1]
        fields["date"] = "-".join(f"{part:02d}" for part in parts)
    fields["url"] = _tex_url(c.permalink or c.url)
    fields["urldate"] = c.captured[:10]
    fields["note"] = _tex(_proof(c))
    fields["langid"] = "vietnamese"
    bare = ("month",)
    lines = (f"  {name} = {value if name in bare else f'{{{value}}}'}," for name, value in fields.items())
    return "@online{" + _key(c) + ",\n" + "\n".join(lines) + "\n}\n"


def ris(c: Citation) -> str:
    """An RIS record, type NEWS; lines end with CR LF."""
    return "".join(f"{tag}  - {_line(value)}\r\n" for tag, value in [*_ris(c), ("ER", "")])


def _ris(c: Citation) -> Iterator[tuple[str, str]]:
    yield "TY", "NEWS"
    yield "TI", c.title or c.url
    yield from (("AU", _name(one)) for one in c.authors or ([c.credit] if c.credit else []))
    yield "T2", c.paper
    parts = _parts(c.published, c.precision)
    if parts:
        yield "PY", f"{parts[0]:04d}"
        yield "DA", "/".join([*(f"{part:02d}" for part in parts), *[""] * (3 - len(parts)), ""])
    yield "UR", c.permalink or c.url
    if c.permalink:
        yield "L2", c.url
    yield "Y2", c.captured[:10].replace("-", "/") + "/"
    yield "LA", "vi"
    yield "N1", f"{_proof(c)}; {c.article} ({c.revision})"


def csl(c: Citation) -> dict[str, Any]:
    """A CSL-JSON item, as reference managers and citeproc read it; dates only as exact as they are stated."""
    told: dict[str, Any] = {
        "id": _key(c),
        "type": "article-newspaper",
        "title": _line(c.title or c.url),
        "container-title": _line(c.paper),
        "URL": c.permalink or c.url,
        "accessed": {"date-parts": [_parts(c.captured, "day")]},
        "language": "vi",
        "archive": "baoluu",
        "archive_location": f"sha256:{c.sha256}",
        "note": _proof(c),
    }
    if people := c.authors or ([c.credit] if c.credit else []):
        told["author"] = [{"literal": _line(one)} for one in people]
    if parts := _parts(c.published, c.precision):
        told["issued"] = {"date-parts": [parts]}
    return told


def _proof(c: Citation) -> str:
    """What no format has a field for: the address at the paper, the moment of the capture, and the page's digest."""
    return f"{c.url} captured {c.captured}, SHA-256 {c.sha256}, {c.cleaner}"


def _parts(moment: str | None, precision: str | None) -> list[int]:
    """Year, month and, where it is stated, day."""
    if not moment:
        return []
    whole = [int(part) for part in moment[:10].split("-")]
    return whole[:2] if precision == "month" else whole


def _day(moment: str | None, precision: str | None) -> str:
    """`1/3/2025` as 01/03/2025, or 03/2025."""
    return "/".join(f"{part:02d}" for part in reversed(_parts(moment, precision)))


def _key(c: Citation) -> str:
    """ASCII, stable: paper and id; of an id that is a path a digest."""
    source, _, name = c.article.partition(":")
    plain = name if re.fullmatch(r"[A-Za-z0-9-]+", name) else sha256(name.encode()).hexdigest()[:10]
    return re.sub(r"[^a-z0-9]", "", fold(source)) + f"-{plain}-{c.revision}"


def _line(value: str) -> str:
    return " ".join(_CONTROL.sub(" ", value).split())


def _name(value: str) -> str:
    """A name whole: a trailing comma says that there is no given name to look for."""
    return f"{_line(value).replace(',', ' ').strip()},"


def _tex(value: str) -> str:
    return _SPECIAL.sub(lambda found: _TEX[found[0]], _line(value))


def _tex_url(url: str) -> str:
    """An address as `\\url` takes it: what would end or begin a group is percent-encoded."""
    return re.sub(r"[{}\\\\%\s]", lambda found: found[0] if found[0] == "%" else f"%{ord(found[0]):02X}", _line(url))
