"""Where a reading room shows an article: below the room's address, wherever that is."""


def tilde(text: str) -> str:
    """`text` for one segment of an address, as Datasette writes it: no character that a proxy could change."""
    from datasette.utils import tilde_encode

    encoded: str = tilde_encode(text)
    return encoded


def article_path(article: str, part: str = "") -> str:
    """Where the article with this identity is, or a part of its page: `article/vietnamnet/2495349/diff`."""
    source, _, name = article.partition(":")
    return f"article/{tilde(source)}/{tilde(name)}" + (f"/{part}" if part else "")


def permalink(room: str, article: str) -> str:
    """The whole address in the room at `room`; empty where there is no room."""
    return f"{room.rstrip('/')}/{article_path(article)}" if room else ""
