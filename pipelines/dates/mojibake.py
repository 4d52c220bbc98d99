"""UTF-8 that somebody read as Latin-1, Windows-1252 or Windows-1258, read back.

"Thứ" becomes "Thá»©" on the way. Browsers map the holes of the Windows tables to C1 controls (WHATWG encoding
standard), so both are accepted; bytes lost on the way come out as U+FFFD.
"""

import re

_PAGES = ("latin-1", "cp1252", "cp1258")
_BYTES = {
    char: bytes([byte])
    for page in _PAGES
    for byte in range(128, 256)
    if (char := bytes([byte]).decode(page, "replace")) != "\ufffd"
}
# The lead bytes of Vietnamese letters (C2-C6, CC, E1; Ă is C3 in 1258) and of dashes and quotes (E2) before something
# only a continuation byte gives; á, Ă and â stand before a letter or a space in honest text.
_SUSPECT = re.compile(
    "[\u00c2-\u00c6\u00cc\u0102\u00e1][\u0080-\u00bf\u0152\u0153\u0160\u0161\u0178\u017d\u017e"
    "\u0192\u02c6\u02dc\u2013\u2014\u2018-\u201e\u2020-\u2022\u2026\u2030\u2039\u203a\u20ab\u20ac\u2122]|\u00e2[\u0080\u20ac]"
)
_LOST_NBSP = re.compile("[\u00c3\u0102] ")
_LOST = re.compile("\ufffd+")


def repair(text: str) -> str:
    """`text` with its mojibake read back, once or twice over; every letter that lost bytes is one U+FFFD."""
    for _ in range(2):
        suspects = len(_SUSPECT.findall(text))
        if not suspects or (mended := _read_back(text)).count("\ufffd") > suspects:
            break
        text = mended
    return text


def _read_back(text: str) -> str:
    whole = _LOST_NBSP.sub("\u00c3\u00a0", text)
    octets = b"".join(_BYTES.get(char) or char.encode("utf-8", "replace") for char in whole)
    return _LOST.sub("\ufffd", octets.decode("utf-8", "replace"))
