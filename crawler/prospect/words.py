"""What is said to the keeper, in Vietnamese and in English, from one table (`words.toml`)."""

import tomllib
from functools import cache
from pathlib import Path
from typing import Literal

Language = Literal["vi", "en"]


@cache
def words() -> dict[str, dict[str, str]]:
    """Key to `{"vi": …, "en": …}`; `{names}` in a sentence are filled by `say`."""
    return tomllib.loads(Path(__file__).with_name("words.toml").read_text(encoding="utf-8"))


def say(language: Language, key: str, **told: object) -> str:
    """The sentence `key` in `language`, filled with `told`."""
    return words()[key][language].format(**told)
