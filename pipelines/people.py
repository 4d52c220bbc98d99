"""Names of people: what a byline, an author field or a signing line says of who wrote an article."""

import html
import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from config.fold import fold, is_marked
from pipelines import names
from pipelines.normalise import each_once

_SHORT, _NARROW = 16, 200
"""Words and characters of the longest line that can be a byline."""

_FIELD = 1_000
"""Characters of an author field that are read."""

_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]")
_ADDRESS = re.compile(
    r"https?://\S+|[^\s@]+@[^\s@]+\.\w+|\b(?:[\w-]+\.)+(?:vn|com|net|org|info|tv|asia)\b(?:/\S*)?", re.I
)
_BRACKETS = re.compile(r"[(\[]([^()\[\]]*)(?:[)\]]|$)")
_THEO = re.compile(r"(?:^|(?<=\s))(?:theo(?=\s|:|$)|nguồn(?: tin)?:)\s*:?", re.I)
_BY = re.compile(r"^(?:by|von|par|por|bởi)\s+", re.I)
"""What a foreign byline opens with; inside, "von" is part of a name."""
_OTHERS = re.compile(r"\bvà\s+(?:\d+|các|nhiều|những)\s+tác giả.*$", re.I)
_CREDIT = re.compile(r"(?:(?:tổng hợp\s+)?theo|nguồn(?:\s+tin)?|tổng hợp từ|trích|source)\s*(:?)\s*(\S.*)", re.I)
_SPLIT = re.compile(r"\s*[,;&|/•+\n–—]\s*|\s+-+\s+|\s+(?:và|and|und|og|och)\s+")
_TIGHT = re.compile(r"^(\S+ \S.*?)-(\S+ \S.*)$")
_PARTICLE = frozenset("de da di du dos del van von der den bin al el la le".split())
_NOT_NAMES = frozenset("báo đài kênh news online tv media team group nxb ubnd website".split())
_MAC = re.compile(r"^(?:Mc|Mac|De|Di|La|Le|O['’])[A-Z]")
_INITIALS = re.compile(r"(?:[A-ZĐ]\.\s?){1,3}[A-ZĐ]?\.?$")
_VERB = re.compile(
    r"\b(?:là|đã|sẽ|đang|tiếp|dự|thăm|phát biểu|cho biết|nhấn mạnh|khẳng định|trao|tặng|chúc|gặp|chủ trì|trả lời"
    r"|kiểm tra|yêu cầu|được|bị|cảm ơn|nói|họp|chào|ký)\b"
)
_DOCUMENT = re.compile(
    r"(?:nghị|quyết|luật|thông tư|chỉ thị|kế hoạch|điều|kết luận|văn bản|hướng dẫn|báo cáo|tôi|ông|bà|đồng chí)\b", re.I
)


def _any(words: Iterable[str]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


_LABEL_WORD = _any(names.LABELS)
_LABEL = re.compile(
    rf"(?<!\w)(?:{_LABEL_WORD})(?:(?:\s*[,&/+–-]\s*|\s+và\s+|\s+)(?:{_LABEL_WORD}))*\s*:\s*", re.IGNORECASE
)
_TITLE = re.compile(rf"(?<!\w)(?:(?:{_any(names.TITLES)})(?:\s*[.,]\s*|\s+|$))+", re.I)
_MISTER = re.compile(r"(?:ông|bà|anh|chị|đồng chí)\s+(?=\S+\s+\S+\s+\S)", re.I)
_ROLE = re.compile(rf"\s+(?:{_any(names.ROLES)})$")
_OFFICE = re.compile(rf"(?:{_any(names.OFFICES)})\b", re.I)
_BODY = re.compile(rf"(?:{_any(names.ORGANISATION)})\s+(\w)", re.I)
_BRANCH = re.compile(r"(?:TTXVN|VNA|VOV|VTV|VTC)\d*(?:\.VN)?(?:\s+|\s*-\s*)\w")
"""An agency's office in a region or abroad: "VOV-Miền Trung", "VOV Đông Bắc", "TTXVN tại Paris"."""
_OUTLET = re.compile(r"(?:Báo|Tạp chí|Đài|Kênh|Trang|Cổng)\s+(\w)")
_COMPOUND = re.compile(rf"(?<!\w)(?:{_any(o for o in names.OUTLETS if re.search(' và |[&/]', o))})(?!\w)", re.I)


class Byline(NamedTuple):
    """What a signing line says: the persons, and the paper or agency the text was taken from, as printed."""

    authors: list[str]
    credit: str | None


def persons(text: str) -> list[str]:
    """The persons that an author field names, in order, each once, NFC, capitals set right.

    `text` is a byline as printed, a JSON-LD or meta author. Papers, agencies, staff ("Nhóm PV"), titles, roles,
    places, URLs and e-mail are left out; initials ("H.Y.T.") stay as printed.
    """
    bare = _OTHERS.sub("", _ADDRESS.sub(";", _COMPOUND.sub(";", _BY.sub("", _plain(text[:_FIELD])))))
    bare = _BRACKETS.sub(" ", _unwrap(bare))
    bare = _LABEL.sub(";", _THEO.split(bare)[0])
    found = (_person(piece) for piece in _pieces(bare))
    return each_once(name for name in found if name)


def byline(line: str, *, placed: bool = False) -> Byline | None:
    """What a line at an article's start or end says of its authors or origin; None when it is text.

    Meant for single lines at those two places: a heading inside the text can look like a pen name. `placed`: it is
    set as signatures are, so that rare names and pen names pass as well.
    """
    text = _plain(line)
    core = _OTHERS.sub("", _unwrap(text)).strip()
    if not core or len(core) > _NARROW or len(core.split()) > _SHORT:
        return None
    return _credited(core) or _outlet_line(core) or _labelled(core) or _signed(core, placed)


def is_position(line: str) -> bool:
    """Whether `line` only says what office somebody holds, or where he works, as under a signature."""
    text = _plain(line).strip("()[] ")
    if not text or len(text) > 2 * _NARROW or len(text.split()) > 40 or text[-1] in ".!?:…" or _VERB.search(text):
        return False
    return _holds_office(text)


def _plain(text: str) -> str:
    """Entities decoded (twice, as some feeds escape twice), NFC, single spaces, nothing invisible."""
    text = html.unescape(html.unescape(text)) if "&" in text else text
    return re.sub(r"\s+", " ", unicodedata.normalize("NFC", _INVISIBLE.sub("", text))).strip(" *_\t")


def _unwrap(text: str) -> str:
    inner = re.fullmatch(r"[(\[]([^()\[\]]*)[)\]]\.?", text)
    return (inner[1] if inner else text).strip()


def _pieces(text: str) -> list[str]:
    """`text` cut at everything that separates names; a hyphen without spaces counts between two whole names."""
    pieces: list[str] = []
    for piece in _SPLIT.split(text):
        tight = _TIGHT.match(piece)
        pieces += tight.groups() if tight else [piece]
    return [piece for piece in pieces if piece.strip()]


@lru_cache(maxsize=256)
def _strip_titles(piece: str) -> str:
    piece = _MISTER.sub("", _TITLE.sub("", piece.strip(" :,-–*⭐\"'“”"), count=1), count=1)
    while (shorter := _ROLE.sub("", piece)) != piece:
        piece = shorter
    return piece if re.search(r"(?:^|[\s.])\w\.$", piece) else piece.rstrip(" .…")


def _person(piece: str) -> str | None:
    """`piece` as a person's name, or None where it names something else. Loose: for places that hold authors."""
    name = _strip_titles(piece)
    words = name.split()
    if not 1 <= len(words) <= 6 or _names_nobody(name) or words[0][0].islower():
        return None
    if not words[0][0].isupper() and len(name) < 2:  # a script without capitals
        return None
    if not all(_is_name_word(word) for word in words):
        return None
    return _set_right(name)


def _names_nobody(name: str) -> bool:
    key = name.casefold().rstrip(".")
    known = key in names.OUTLETS or key in names.STAFF or key in names.PLACES
    return known or bool(_BRANCH.match(name)) or (not is_marked(name) and fold(name) in _FOLDED_OUTLETS)


_KNOWN = names.FAMILY | names.GIVEN
_FOLDED_OUTLETS = frozenset(fold(outlet) for outlet in names.OUTLETS)


def _is_name_word(word: str) -> bool:
    if word.casefold() in _NOT_NAMES or (_is_camel(word) and not _MAC.match(word)):
        return False
    letters = re.sub(r"[.'’-]", "", word)
    return letters.isalpha() and (not word[0].islower() or word in _PARTICLE)


def _is_camel(word: str) -> bool:
    """Sites write themselves so ("VnExpress", "CafeF"); people hardly do."""
    return any(a.islower() and b.isupper() for a, b in pairwise(word))


def _set_right(name: str) -> str:
    """A name all in capitals with one capital a syllable; initials and other names as they are."""
    if name != name.upper() or not any(_is_word(word) for word in name.split()):
        return name
    return re.sub(r"[^\W\d_]+", lambda m: m[0].capitalize(), name)


def _is_word(word: str) -> bool:
    """Whether a word in capitals is a syllable and not initials: it has two letters, one of them a vowel."""
    return any(len(part) > 1 and re.search("[aeiouy]", fold(part)) for part in word.split("."))


def _is_outlet(text: str) -> bool:
    text = text.strip(" .")
    named = _OUTLET.match(text)
    paper = named and not named[1].islower() and len(text.split()) <= 6
    return bool(text.casefold() in names.OUTLETS or paper or _BRANCH.match(text) or _ADDRESS.fullmatch(text))


def _credited(core: str) -> Byline | None:
    """ "Theo X", "Nguồn: X", "Tổng hợp": where the text comes from, and who signs before the source."""
    if core.casefold().rstrip(".") in {"tổng hợp", "t/h", "th"}:
        return Byline([], "Tổng hợp")
    match = _CREDIT.fullmatch(core)
    if not match or not (source := _source(match[2], sure=bool(match[1]))):
        return None
    parts = [p.strip(" ()") for p in re.split(r"\s*[/(]\s*|\s+[-–]\s+", source) if p.strip(" ()")]
    signers = [p for p in parts if _signs(p)] if len(parts) > 1 else []
    if not signers or len(signers) == len(parts):
        return Byline([], source)
    return Byline(persons(", ".join(signers)), "/".join(p for p in parts if p not in signers))


def _source(text: str, *, sure: bool) -> str | None:
    """`text` where it can be the name of a source after "Theo"; `sure` when a colon stood before it."""
    text = text.strip() if "(" in text else text.strip(" )")
    text = text.rstrip(".") if not re.search(r"\.\w\.$", text) else text
    if len(text.split()) > 8 or re.search(r"[.?!;:]\s|[?!:]$", text):
        return None
    starts = text[0].isupper() or _is_outlet(text)
    clause = any(part[:1].islower() for part in text.split(", ")[1:]) or _DOCUMENT.match(text)
    return text if starts and (sure or not clause) else None


def _outlet_line(core: str) -> Byline | None:
    """A line that is only the name of a paper, an agency or a site."""
    whole = _is_outlet(core) and core[0] == core[0].upper()
    pieces = [] if whole else _pieces(core)
    if whole or (pieces and all(_is_outlet(piece) for piece in pieces)):
        return Byline([], core.rstrip("."))
    return None


def _labelled(core: str) -> Byline | None:
    """ "Tin, ảnh: X", "Bài: X - Ảnh: Y", "Thực hiện: X". Who only made the pictures is no author."""
    first = _LABEL.search(core)
    if not first or (first.start() and not all(map(_signs, _pieces(core[: first.start()])))):
        return None
    pieces = _pieces(_BRACKETS.sub(" ", _LABEL.sub(";", core)))
    if not pieces or not all(_person(p) or _is_staff(p) or _is_outlet(p) for p in pieces):
        return None
    labels = re.split(r"\s*[,&/+–-]\s*|\s+và\s+", " , ".join(m[0].strip(" :") for m in _LABEL.finditer(core)))
    if not first.start() and all(label.strip().casefold() in names.PICTURE for label in labels):
        return Byline([], None)
    outlets = [piece for piece in pieces if _is_outlet(piece)]
    outlets += [said for aside in _BRACKETS.findall(core) if (said := _aside(aside))]
    return Byline(persons(core), ", ".join(outlets) or None)


def _signed(core: str, placed: bool) -> Byline | None:
    """Names alone: "Hải Yến", "TS. X - Y", "X (theo TTXVN)", "X/TTXVN", "Nhóm PV", "X, Giám đốc Sở Y tế".

    Who is called Mr, Mrs or comrade is spoken of; nobody signs so.
    """
    outside, *theo = _THEO.split(_BRACKETS.sub(" ", core), maxsplit=1)
    asides = [*_BRACKETS.findall(core), *(f"Theo {t.strip()}" for t in theo)]
    pieces = _pieces(outside)
    if any(_MISTER.match(piece.strip()) for piece in pieces):
        return None
    offices = [
        p for n, p in enumerate(pieces) if n and not _signs(p, placed) and not _is_outlet(p) and _holds_office(p)
    ]
    people = [p for p in pieces if p not in offices]
    kinds = {p: "outlet" if _is_outlet(p) else "person" if _signs(p, placed) else "staff" for p in people}
    if not people or any(kind == "staff" and not _is_staff(p) for p, kind in kinds.items()):
        return None
    credits = [p for p, kind in kinds.items() if kind == "outlet"]
    credits += [said for aside in asides if (said := _aside(aside))]
    return Byline(persons(", ".join(p for p in people if kinds[p] == "person")), ", ".join(credits) or None)


def _aside(text: str) -> str | None:
    """The source that a bracket after a name states; a role or an office states none."""
    said = _credited(text.strip()) or _outlet_line(text.strip())
    return said.credit if said and said.credit != "Tổng hợp" else None


def _is_staff(piece: str) -> bool:
    bare = _strip_titles(piece)
    return not bare or bare.casefold().rstrip(".") in names.STAFF


def _holds_office(text: str) -> bool:
    office = _OFFICE.match(text)
    if not office:
        body = _BODY.match(text)
        return bool(body and not body[1].islower())
    rest = text[office.end() :].strip()
    plain = " " in office[0] or office[0].casefold() not in {"nguyên", "phó", "trưởng", "chánh", "kiêm"}
    return plain or bool(rest[:1].isupper() or _OFFICE.match(rest))


def _signs(piece: str, placed: bool = False) -> bool:
    """Whether `piece` alone on a line is plausibly a Vietnamese person's name, pen name or initials.

    Where it is `placed` as signatures are, one known syllable of two is enough.
    """
    name = _strip_titles(piece)
    words = name.split()
    if _INITIALS.fullmatch(name):
        return not _names_nobody(name)
    if not 2 <= len(words) <= 5 or _names_nobody(name) or not all(_is_name_word(word) for word in words):
        return False
    low = [word.casefold() for word in words]
    if placed and len(words) == 2 and name != name.upper():
        return any(_known_syllable(word) for word in low)
    if name == name.upper() or len(words) == 2:
        heading = name == name.upper() and " ".join(low) in names.PHRASES
        return not heading and all(_known_syllable(word) for word in low)
    return all(word in names.GIVEN for word in low) or (low[0] in names.FAMILY and any(w in _KNOWN for w in low[1:]))


def _known_syllable(word: str) -> bool:
    return re.split(r"[.'’-]", word)[-1] in _KNOWN
