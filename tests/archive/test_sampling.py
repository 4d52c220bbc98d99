"""The sample that tells which terms are common: right after every write, and spelt no oftener than it changes."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive import nearby, sampling
from archive.nearby import _Phrase
from archive.store import Archive
from archive.terms import Text, joined
from tests.archive.test_neighbours import near, one, put
from tests.archive.told import record

COMMON = "Tin vắn trong ngày. Tin vắn trong ngày."


@pytest.fixture
def filled(archive: Archive) -> Iterator[Archive]:
    for number in range(1, 12):
        put(archive, one(number, COMMON))
    sampling._sample_of.cache_clear()
    yield archive
    sampling._sample_of.cache_clear()


def counts(archive: Archive, number: int = 1) -> tuple[dict[str, int], int]:
    found, size = sampling.known(archive, number, 11, ["tin vắn", "kè đá", "tin", "vắn tin", "không đâu"])
    return dict(found), size


def test_it_tells_in_how_many_other_articles_a_term_stands(filled: Archive) -> None:
    told, size = counts(filled)
    assert size == 10 and told["tin vắn"] == told["tin"] == 10
    assert told["kè đá"] == told["không đâu"] == 0
    assert told["vắn tin"] == 0, "no term goes over a full stop or backwards"
    assert counts(filled, 99)[1] == 11


def test_it_is_spelt_once_whoever_is_asked_about(filled: Archive) -> None:
    for number in range(1, 12):
        counts(filled, number)
    near(filled, 3)
    info = sampling._sample_of.cache_info()
    assert info.misses == 1 and info.currsize == 1


def test_what_another_connection_writes_counts_at_once(filled: Archive) -> None:
    before = counts(filled)
    other = sqlite3.connect(filled.path, isolation_level=None)
    other.execute("UPDATE articles SET text = text || char(10) || 'Kè đá sạt.' WHERE id IN (2, 3)")
    assert counts(filled)[0]["kè đá"] == 2
    other.execute("UPDATE articles SET text = replace(text, 'Kè đá sạt.', '') WHERE id IN (2, 3)")
    other.close()
    assert counts(filled) == before


def test_two_archives_do_not_mix(filled: Archive, tmp_path: Path) -> None:
    told = counts(filled)
    with Archive(tmp_path / "other.db") as second:
        put(second, one(1, "Kè đá sạt."))
        put(second, one(2, "Kè đá sạt."))
        assert counts(second)[0]["kè đá"] == 1 and counts(second)[0]["tin vắn"] == 0
    assert counts(filled) == told


def test_neighbours_do_not_depend_on_what_was_asked_before(filled: Archive) -> None:
    put(filled, record("song", 20, ["Kè đá Vĩnh Trụ lún. Kè đá Vĩnh Trụ nứt."], title="Kè đá Vĩnh Trụ"))
    put(filled, record("song", 21, ["Người canh kè đá Vĩnh Trụ. Kè đá lún."], title="Canh kè đá Vĩnh Trụ"))
    first = near(filled, 20)
    assert first
    for number in (1, 5, 21, 11):
        near(filled, number)
    assert near(filled, 20) == first


_SYLLABLE = st.sampled_from("kè đá đám hoà hòa kèo covid 19 ke".split())
_BETWEEN = st.sampled_from([" ", " ", " ", "-", ", ", " – ", ". ", "\n", "/"])


@given(st.lists(st.tuples(_SYLLABLE, _BETWEEN), max_size=30), st.sampled_from(["kè đá", "hòa", "covid 19", "đá kè đá"]))
def test_a_phrase_is_found_where_taking_the_text_apart_finds_it(said: list[tuple[str, str]], term: str) -> None:
    text = "".join(syllable + between for syllable, between in said).title()
    written = tuple(" ".join(form) for form in nearby.forms(tuple(term.split())))
    spelt = joined(term).strip()
    phrase = _Phrase(spelt, 1.0, 1.0, frozenset(), written)
    found = bool(nearby._shared(Text(text=text), [phrase]))
    assert found == (f" {spelt} " in joined(text))


def test_more_mentions_count_more_and_those_in_longer_words_do_not() -> None:
    assert nearby._times("kè đá", "kè đá, kè đám, “kè đá” akè đá kè đá_ kè đá kè đá") == 4
    assert nearby._times("kè đá", "kè đám") == 0
