"""The words that an article's address is made of: what it is about, before anything of it was read."""

import re
from urllib.parse import unquote, urlsplit

_EXTENSION = re.compile(r"\.[a-z]{2,5}\d?$", re.I)
_ID = re.compile(
    r"-(?:\d{4,}|(?:post|postid|tintuc|ar)\d+|(?:[adin]|c\d+a)\d{3,}"
    r"|(?=[0-9a-f]{6,40}$)[a-f]*\d+[a-f]+\d[0-9a-f]*|[0-9a-f]{12,40})$",
    re.I,
)
"""What stands behind a slug: a number, with or without the letters that papers put before it (`-post12345`, `-a12345`,
`-c48a12345`, `-n20201127144503371`), or hexadecimal digits (`-93a196a`)."""
_DAY = re.compile(r"(?<!\d)(?:[12]?\d|3[01]|0\d)-(?:0?\d|1[0-2])-(?:19|20)\d\d(?!\d)")
_NUMBER = re.compile(r"\d+|[0-9a-f]{12,}", re.I)
_LETTER = re.compile(r"[^\W\d_]")
_SERVED = frozenset(("index", "default", "view", "view_detail", "infodetail", "detail", "print", "amp", "in-bai"))
"""Names of programs and views, not of articles."""


def slug_words(url: str) -> str:
    """The readable words of the address of an article, in their order: "/ten-bai-viet-hay-123456.html" -> "ten bai viet
    hay". Without ids, days, extensions and the folders before the slug; "" where there is no slug.

    The slug is the last part of the path, or the one before where the last is a bare number (`/ten-bai/123456.html`),
    if that has two words or more. Two such parts may be a paper's section and its sub-section with no slug at all: the
    address does not tell. Marks stay as they are.
    """
    try:
        address = urlsplit(url)
    except ValueError:
        return ""
    path = unquote(address.path, errors="replace") if address.scheme in ("http", "https") else ""
    parts = [part for part in path.split("/") if part]
    if not parts:
        return ""
    last, bare = _EXTENSION.sub("", parts[-1]), False
    while _NUMBER.fullmatch(last):
        parts.pop()
        if not parts:
            return ""
        last, bare = parts[-1], True
    words = _words(last)
    return "" if bare and len(words) < 2 else " ".join(words)


def _words(slug: str) -> list[str]:
    if slug.lower() in _SERVED:
        return []
    left = _DAY.sub("", _ID.sub("", slug))
    return [word for word in re.split(r"[-_+\s]+", left) if _LETTER.search(word) or re.fullmatch(r"\d{1,6}", word)]
