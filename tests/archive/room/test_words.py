"""Every word of the room is there in both languages, and none is left over; no question counts days from moments."""

import re
from pathlib import Path

import pytest

import archive.room
from archive.room import words
from tests.conftest import ROOT

ROOM = Path(archive.room.__file__).parent
USED = "\n".join(path.read_text(encoding="utf-8") for path in [*ROOM.glob("*.py"), *ROOM.glob("pages/*.html")])
MADE = (
    "alarm_", "count_", "drop_", "event_", "evidence_", "field_", "from_", "kind_", "link_", "order_", "ordered_",
    "outcome_", "pagekind_", "precision_", "role_", "why_", "word_", "help_",
)  # fmt: skip
"""Beginnings of keys that are put together from a value."""


def test_both_languages_say_everything() -> None:
    for key, told in words.words().items():
        assert set(told) == {"vi", "en"} and all(told.values()), key
        places = [set(re.findall(r"{(\w+)}", text)) for text in told.values()]
        assert places[0] == places[1], key


def test_every_word_that_is_used_is_there() -> None:
    named = set(re.findall(r"""\bt\(["'](\w+)["'][,)]""", USED)) | set(re.findall(r'said\(lang, "(\w+)"', USED))
    named |= set(re.findall(r'(?:Missing|Wrong)\("(\w+)"', USED))
    assert named - set(words.words()) == set()
    assert len(named) > 150


def test_no_word_is_left_over() -> None:
    left = {key for key in words.words() if not key.startswith(MADE) and not re.search(rf"""["']{key}["']""", USED)}
    assert left == set()


def test_what_codes_mean_is_said() -> None:
    from typing import get_args

    from archive.diff import FIELDS
    from archive.facts import LinkKind, Origin, PageKind, Precision, Reason
    from pipelines.alarms import Kind
    from pipelines.drift import FIELDS as COUNTED

    codes = {
        "drop_": get_args(Reason), "precision_": get_args(Precision), "from_": get_args(Origin),
        "alarm_": get_args(Kind), "link_": get_args(LinkKind), "pagekind_": get_args(PageKind),
        "field_": (*FIELDS, *COUNTED),
        "kind_": ("whole", "trimmed", "extended", "roundup", "part"), "evidence_": ("seen", "reported", "single"),
    }  # fmt: skip
    assert {f"{start}{code}" for start, told in codes.items() for code in told} <= set(words.words())


@pytest.mark.parametrize(
    ("lang", "value", "shown"),
    [("vi", 1234567, "1.234.567"), ("en", 1234567, "1,234,567"), ("vi", 2.5, "2,5"), ("en", 3.0, "3"), ("vi", 0, "0")],
)
def test_numbers_as_readers_write_them(lang: str, value: float, shown: str) -> None:
    assert words.number(lang, value) == shown


def test_one_and_many() -> None:
    assert words.said("en", "found", n=1) == "1 article" and words.said("en", "found", n=2000) == "2,000 articles"
    assert words.said("vi", "found", n=2000) == "2.000 bài"


def test_no_question_counts_days_from_published() -> None:
    """SQLite reckons in UTC: `date('2021-01-28T00:30:00+07:00')` is the 27th. `published_day` is there for that."""
    wrong = re.compile(r"\b(?:date|datetime|strftime|julianday|unixepoch|time)\s*\([^()]*\bpublished\b(?!_day)", re.I)
    files = [path for part in ("archive", "pipelines", "crawler", "config") for path in (ROOT / part).rglob("*.*")
             if path.suffix in (".py", ".html", ".sql")]  # fmt: skip
    assert [str(path) for path in files if wrong.search(path.read_text(encoding="utf-8"))] == []
    assert wrong.search("SELECT date(a.published, '-1 day')") and not wrong.search("date(published_day, '+1 day')")
