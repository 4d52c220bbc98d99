"""Folding Vietnamese: the same word with and without its marks.

`remove_diacritics` of FTS5 never folds đ and merges words that only differ in tone for everybody; so the archive
keeps a folded copy beside the text, made here, and nowhere else.
"""

import codecs
import re
import unicodedata
from contextlib import suppress
from functools import lru_cache
from itertools import filterfalse

_MARKS = re.compile("[\u0300-\u034e\u0350-\u036f]+")
"""The marks of Latin letters: all that Vietnamese has. One pass takes less than half the time of asking each letter."""
_FOREIGN = re.compile("[\u0370-\U0010ffff]+")
"""Where marks of other scripts may be."""
_WORD = re.compile(r"\w+")
_TONES = dict(
    pair.split("/")
    for pair in "oà/òa oá/óa oả/ỏa oã/õa oạ/ọa oè/òe oé/óe oẻ/ỏe oẽ/õe oẹ/ọe uỳ/ùy uý/úy uỷ/ủy uỹ/ũy uỵ/ụy".split()
)
_I_Y = dict(zip("iìíỉĩị", "yỳýỷỹỵ", strict=True))


def fold(text: str) -> str:
    """`text` in lower case without marks: "Đối ngoại" -> "doi ngoai". Any normal form goes in, NFC comes out."""
    try:
        return codecs.charmap_decode(_letters(text), "strict", _FOLDED)[0]
    except UnicodeEncodeError:  # a letter besides those that a paper prints
        return _fold(text)


@lru_cache(maxsize=4)
def _letters(text: str) -> bytes:
    """`text` in lower case, a byte a letter. Known for a moment, as who folds a text mostly counts its words too.

    Raises UnicodeEncodeError for a letter besides those that a paper prints.
    """
    return codecs.charmap_encode(text.lower(), "strict", _BYTES)[0]


def _fold(text: str) -> str:
    plain = _MARKS.sub("", unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D")))
    return unicodedata.normalize("NFC", _FOREIGN.sub(_without_marks, plain)).lower()


def _without_marks(found: re.Match[str]) -> str:
    return "".join(c for c in found[0] if not unicodedata.combining(c))


_LETTERS = "aàáảãạăằắẳẵặâầấẩẫậeèéẻẽẹêềếểễệiìíỉĩịoòóỏõọôồốổỗộơờớởỡợuùúủũụưừứửữựyỳýỷỹỵđ"
_PRINTED = "“”‘’«»…–—•·°²³©®™€£½×±§†\xa0\xad\u200b\ufeffäëïöüçñåæøß"
"""What stands in papers' texts besides: each is folded by itself, and so by one look at it."""
_KNOWN = sorted({*map(chr, range(128)), *_LETTERS, *_PRINTED} - {*"ABCDEFGHIJKLMNOPQRSTUVWXYZ"})
_BYTES = codecs.charmap_build("".join(_KNOWN).ljust(256, "\ufffe"))
_FOLDED = "".join(map(_fold, _KNOWN))
"""An eighth of the time: letters become bytes, and bytes the letters without marks."""
_IN_WORDS = "".join("w" if _WORD.match(letter) else " " for letter in _KNOWN).ljust(256).encode()


def count_words(text: str) -> int:
    r"""How many runs of letters and digits (`\w+`) `text` holds: syllables, in Vietnamese."""
    with suppress(UnicodeEncodeError):
        return b"".join((b" ", _letters(text).translate(_IN_WORDS))).count(b" w")
    parts = text.split()
    others = list(filterfalse(str.isalnum, parts))
    return len(parts) - len(others) + len(_WORD.findall(" ".join(others)))


def is_marked(word: str) -> bool:
    """Whether `word` carries a vowel or tone mark. A lone đ is not one: "đoi" may be somebody's đối."""
    return any(unicodedata.combining(c) for c in unicodedata.normalize("NFD", word))


def spellings(word: str) -> list[str]:
    """The accepted spellings of one syllable, itself first: hoà/hòa (both tone placements) and lý/lí (i and y).

    The i/y pair holds only after one of h, k, l, m, s, t at the end of a syllable, as the dictionaries list it.
    """
    word = unicodedata.normalize("NFC", word).lower()
    found = [word]
    for new, old in _TONES.items():
        if word.endswith(new) and not word.startswith("q"):
            found.append(word.removesuffix(new) + old)
        if word.endswith(old) and not word.startswith("q"):
            found.append(word.removesuffix(old) + new)
    y_to_i = {y: i for i, y in _I_Y.items()}
    if re.fullmatch(r"[hklmst].", word) and (other := _I_Y.get(word[1]) or y_to_i.get(word[1])):
        found.append(word[0] + other)
    return found
