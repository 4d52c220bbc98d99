"""An invented page of every declared generation comes to exactly its expected record.

Write the expected records anew, after looking at every difference, with `BAOLUU_WRITE_EXPECTED=1 pytest …`.
"""

import hashlib
import json
import os
import subprocess
import sys

import msgspec
import pytest

from pipelines.cleaner import cleaner_id
from pipelines.fixtures import ONLY, Fixture, missing
from pipelines.process import process
from tests.pipelines.pages import FIXTURES, ROOT, SOURCES, cleaned, name

WRITE = bool(os.environ.get("BAOLUU_WRITE_EXPECTED"))
IDS = ROOT / "cleaners.json"


@pytest.mark.parametrize("fixture", FIXTURES, ids=name)
def test_a_fixture_comes_to_its_expected_record(fixture: Fixture) -> None:
    expected = fixture.folder / "expected.json"
    found = cleaned(fixture)
    if WRITE:
        expected.write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    assert found == json.loads(expected.read_text(encoding="utf-8"))


def test_every_family_generation_and_own_rule_has_a_fixture() -> None:
    assert not list(missing(SOURCES, FIXTURES))
    assert {f.source for f in FIXTURES} <= set(SOURCES)


def test_a_layout_without_a_fixture_is_told() -> None:
    told = list(missing(SOURCES, [f for f in FIXTURES if f.source not in ("baoquocte", "dantri")]))
    assert "family mastercms has no fixture of generation 2017" in told
    assert "dantri has no fixture of generation magazine" in told
    assert "dantri has rules of its own and no fixture" in told


@pytest.mark.parametrize("fixture", FIXTURES, ids=name)
def test_a_fixture_is_of_the_generation_that_its_folder_names(fixture: Fixture) -> None:
    assert cleaned(fixture)["generation"] == (None if fixture.generation == ONLY else fixture.generation)


@pytest.mark.parametrize("source", sorted({f.source for f in FIXTURES}))
def test_output_does_not_change_under_an_old_cleaner_id(source: str) -> None:
    """Whoever changes what a page gives, gives the cleaner a new id: by the declaration, or by raising RULES.

    `cleaners.json` is the lock: it is written anew (as above) with every new id, and not under an old one.
    """
    told = json.loads(IDS.read_text(encoding="utf-8")) if IDS.exists() else {}
    shown = [f for f in FIXTURES if f.source == source]
    outputs = [json.dumps(cleaned(f), sort_keys=True) for f in shown]
    outputs += [msgspec.json.encode(process(f.page, SOURCES[source]).links).decode() for f in shown]
    now = {"cleaner": cleaner_id(SOURCES[source]), "outputs": hashlib.sha256("".join(outputs).encode()).hexdigest()}
    then = told.get(source, {})
    assert now["outputs"] == then.get("outputs") or now["cleaner"] != then.get("cleaner"), "raise cleaner.RULES"
    if WRITE:
        IDS.write_text(json.dumps(told | {source: now}, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    else:
        assert now == then, "the cleaner has a new id: write cleaners.json anew"


def test_two_processes_give_the_same_bytes() -> None:
    code = (
        "import msgspec, sys; from pipelines.process import process;"
        "from tests.pipelines.pages import FIXTURES, SOURCES;"
        "sys.stdout.buffer.write(b''.join("
        "msgspec.json.encode(process(f.page, SOURCES[f.source])) for f in FIXTURES))"
    )
    root = ROOT.parents[2]
    for seed in ("1", "2"):
        told = subprocess.run(
            [sys.executable, "-c", code], cwd=root, env={**os.environ, "PYTHONHASHSEED": seed}, capture_output=True
        )
        here = b"".join(msgspec.json.encode(process(f.page, SOURCES[f.source])) for f in FIXTURES)
        assert told.returncode == 0, told.stderr.decode()
        assert told.stdout == here


def test_the_text_follows_from_lead_and_blocks() -> None:
    for fixture in FIXTURES:
        told = cleaned(fixture)
        assert told["paragraphs"] == [b["text"] for b in told["blocks"]]
        assert told["text"] == "\n\n".join([told["lead"], *told["paragraphs"]])
        assert not any(caption in told["text"] for caption in told["captions"])
