"""The table of sentences: both languages, the same blanks, none unused."""

import re
import string
from pathlib import Path
from typing import get_args

import pytest

from config.fold import is_marked
from crawler.prospect.fetch import cause_of
from crawler.prospect.found import Why
from crawler.prospect.judge import FIELDS
from crawler.prospect.words import words
from tests.conftest import ROOT

CODE = "".join(
    p.read_text(encoding="utf-8") for p in [*ROOT.glob("crawler/prospect/*.py"), *ROOT.glob("crawler/cli/add*.py")]
)


@pytest.mark.parametrize("key", words())
def test_every_sentence_is_there_in_both_languages_with_the_same_blanks(key: str) -> None:
    told = words()[key]
    assert set(told) == {"vi", "en"} and all(text.strip() for text in told.values())
    blanks = [sorted(name for _, name, _, _ in string.Formatter().parse(told[lang]) if name) for lang in ("vi", "en")]
    assert blanks[0] == blanks[1]
    letters = re.findall(r"[^\W\d_]+", re.sub(r"\{[^}]*\}|`[^`]*`", " ", told["vi"]))
    assert len(letters) < 4 or any(map(is_marked, letters)), "Vietnamese is written with its marks"


def test_whatever_is_said_is_in_the_table_and_all_of_it_is_said() -> None:
    named = {*get_args(Why), *FIELDS, cause_of(OSError("x")), "kind-index", "kind-news", "kind-list"}
    assert named <= set(words())
    unsaid = {key for key in words() if f'"{key}"' not in CODE and f"'{key}'" not in CODE} - named
    assert not unsaid


def test_the_table_lies_beside_the_code() -> None:
    assert Path(ROOT / "crawler" / "prospect" / "words.toml").is_file()
