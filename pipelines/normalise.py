"""Strings as the archive keeps them: NFC, single spaces, nothing invisible, no template debris."""

import html
import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\x00-\x08\x0e-\x1f\x7f]")
_LONE = re.compile("[\ud800-\udfff]")
"""Half a character, as a script cut in the middle of one leaves it; no encoding can write it."""

_ODD = re.compile(f"{_INVISIBLE.pattern}|{_LONE.pattern}")

_DEBRIS = re.compile(r"\{keywords\}")
"""VietNamNet's template prints this where the caption should be."""

_WORD = re.compile(r"\w+")
_ENTITY = re.compile(r"&(?:#\d+|#x[0-9a-f]+|[a-z]+);", re.I)


def clean(text: str) -> str:
    """`text` on one line: NFC, invisible and bidirectional characters out, every run of white space one space.

    A lone surrogate becomes U+FFFD.
    """
    text = text.strip()
    plain = text.isprintable()  # then it holds nothing invisible, and no white space but spaces
    if not plain and _ODD.search(text):
        text = _LONE.sub("\ufffd", _INVISIBLE.sub("", text))
    if not text.isascii():
        text = unicodedata.normalize("NFC", text)
    if plain and "  " not in text and "{" not in text:
        return text
    return " ".join(_DEBRIS.sub(" ", text).split()) if "{" in text else " ".join(text.split())


def unescaped(text: str) -> str:
    """`text` without HTML entities; twice, because VCCorp's JSON-LD carries `&amp;#7871;`."""
    for _ in range(2):
        if "&" not in text or not _ENTITY.search(text):
            break
        text = html.unescape(text)
    return text


@lru_cache(maxsize=64)
def plain(text: str) -> str:
    """`text` for comparing: letters and digits only, no case, single spaces. A title is compared again and again."""
    return " ".join(_WORD.findall(clean(text).casefold()))


def each_once(names: Iterable[str]) -> list[str]:
    """Each name once whatever its case, where and as it stands first."""
    found: dict[str, str] = {}
    for name in names:
        found.setdefault(name.casefold(), name)
    return list(found.values())


def shortened(text: str, most: int) -> str:
    """`text`, cut to `most` characters with an ellipsis where it is longer."""
    return text if len(text) <= most else f"{text[: most - 1]}…"


def same(one: str, other: str) -> bool:
    """Whether two strings say the same in the same words, whatever their case and punctuation."""
    return plain(one) == plain(other)
