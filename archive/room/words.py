"""The room's words in Vietnamese and English, from `words.toml`, and how it writes numbers and moments."""

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

LANGUAGES = ("vi", "en")
"""The first is the one of readers who did not choose."""
HERE = Path(__file__).with_name("words.toml")


@cache
def words() -> dict[str, dict[str, str]]:
    """By key the words in each language."""
    return tomllib.loads(HERE.read_text(encoding="utf-8"))


def said(lang: str, key: str, /, **values: Any) -> str:
    """The words of `key`, with `{values}` in their places.

    English words of `n` things may have two forms, `{n} article|{n} articles`: the first is for one.
    """
    text = words()[key][lang]
    one, _, many = text.partition("|")
    chosen = one if not many or values.get("n") == 1 else many
    told = {name: number(lang, value) if isinstance(value, int | float) else value for name, value in values.items()}
    return chosen.format(**told) if values else chosen


def number(lang: str, value: float) -> str:
    """12.345,6 or 12,345.6; at most one decimal."""
    told = f"{value:,.1f}" if isinstance(value, float) and not value.is_integer() else f"{int(value):,}"
    return told.translate(str.maketrans(",.", ".,")) if lang == "vi" else told


def day(iso: str | None, precision: str | None = "day") -> str:
    """`2025-03-01T07:30:00+07:00` as 01/03/2025 07:30; of a day, hour or month as much as is stated."""
    if not iso:
        return ""
    date = f"{iso[8:10]}/{iso[5:7]}/{iso[:4]}"
    if precision == "month" or len(iso) == 7:
        return f"{iso[5:7]}/{iso[:4]}"
    if precision == "day" or len(iso) == 10:
        return date
    return f"{date} {iso[11:13]}h" if precision == "hour" else f"{date} {iso[11:16]}"
