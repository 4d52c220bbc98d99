"""Text as pages write it, made plain: one kind of space, dash, quote and digit, no markup, no mojibake.

Nothing here knows about dates, but for three spellings that only dates have: a date glued to its time, the T between
them, and the underscore between figures.
"""

import html
import re
import unicodedata

from pipelines.dates.mojibake import repair

_LIMIT = 2000
_DASHES = "\u058a\u2010\u2011\u2012\u2013\u2014\u2015\u2043\u2053\u207b\u208b\u2212\u2e3a\u2e3b\ufe58\ufe63\uff0d"
_QUOTES = "\u0060\u00b4\u02b9\u02bb\u02bc\u02c8\u055a\u2018\u2019\u201a\u201b\u2032\u2035\uff07"
_DOUBLE = "\u201c\u201d\u201e\u2033\u2036\uff02"
_SAME = str.maketrans(
    dict.fromkeys(_DASHES, "-")
    | dict.fromkeys(_QUOTES, "'")
    | dict.fromkeys(_DOUBLE, '"')
    | dict.fromkeys("\u2044\u2215\u29f8\\", "/")
    | dict.fromkeys("\u2236\u02d0\ua789\ufe55", ":")
    | dict.fromkeys("\u3010\u3014\u2772", "[")
    | dict.fromkeys("\u3011\u3015\u2773", "]")
)
_TAG = re.compile(r"<[^<>]*>")
_ESCAPE = re.compile(r"\\u([0-9a-fA-F]{4})")
_SPACES = re.compile(r"\s+")
_GLUED_TIME = re.compile(
    r"(?<![0-9])([0-9]{1,2}[/.-][0-9]{1,2}[/.-](?:19|20)[0-9]{2})([0-9]{2}[:h][0-9]{2})(?![0-9])", re.IGNORECASE
)
_GLUED_DATE = re.compile(
    r"(?<![0-9:])([0-9]{1,2}[:h][0-9]{2})([0-9]{2}[/-][0-9]{2}[/-][0-9]{4})(?![0-9])", re.IGNORECASE
)
_UNDERSCORED = re.compile(r"(?<=[0-9])_(?=[0-9])")
_T_BETWEEN = re.compile(r"(?<=[0-9])t(?=[0-9]{1,2}[:h])", re.IGNORECASE)


def plain(text: str) -> str:
    """`text` in NFC, readable and on one line; at most 2,000 characters of it are looked at."""
    text = text[:_LIMIT]
    if not (text.isascii() and text.isprintable()) or any(char in text for char in "&<\\"):
        text = _compatible(_readable(text))
    text = _SPACES.sub(" ", text).strip()
    text = _UNDERSCORED.sub("-", _T_BETWEEN.sub(" ", text))
    return _GLUED_DATE.sub(r"\1 \2", _GLUED_TIME.sub(r"\1 \2", text))


def _readable(text: str) -> str:
    """Entities (also escaped twice), JSON escapes, tags and mojibake undone."""
    for _ in range(2):
        if "&" in text:
            text = html.unescape(text)
    text = _ESCAPE.sub(lambda match: chr(int(match[1], 16)), text).replace("\\/", "/")
    return repair(_TAG.sub(" ", text))


def _compatible(text: str) -> str:
    """NFKC with every dash, quote and digit in its ASCII form; invisible and left-over combining marks dropped."""
    text = unicodedata.normalize("NFKC", text.translate(_SAME)).translate(_SAME)
    return "".join(shown for char in text if (shown := _shown(char)))


def _shown(char: str) -> str:
    if char.isascii():
        return char if char.isprintable() else " "
    if char.isdecimal():
        return str(unicodedata.decimal(char))
    return {"C": "", "M": "", "Z": " "}.get(unicodedata.category(char)[0], char)
