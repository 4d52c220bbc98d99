"""What cleaning imports only when a page needs it: trafilatura, and what tells encodings apart.

Each page is cleaned by a process that has made itself ready as a child of the cleaning pool, its memory limited.
"""

import json
import subprocess
import sys

from tests.conftest import ROOT

LAZY = frozenset({"trafilatura", "charset_normalizer"})
_CLEANED = """
import json, sys
from pipelines.pool import _prepare_child, clean_safely
_prepare_child(0)
ready = [*sys.modules]
from archive.facts import Record
from config.sources import generic, load
from pipelines.fixtures import ROOT, Fixture
fixture = Fixture("tuoitre", "2022", ROOT / "tuoitre" / "2022")
source = load()["tuoitre"] if sys.argv[1] == "declared" else generic(fixture.page.url)
made = clean_safely(fixture.page, source).output
assert isinstance(made, Record) and made.blocks and made.published, made
print(json.dumps([ready, [*sys.modules]]))
"""


def _cleaned(way: str) -> tuple[set[str], set[str]]:
    """The modules of a child that is ready, and of one that has cleaned a page of a paper, declared or not."""
    call = [sys.executable, "-c", _CLEANED, way]
    told = subprocess.run(call, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
    assert not told.returncode, told.stderr
    ready, after = json.loads(told.stdout)
    return set(ready), set(after)


def test_a_declared_page_is_cleaned_without_trafilatura() -> None:
    ready, after = _cleaned("declared")
    assert not LAZY & after
    assert {"pipelines.process", "pipelines.dates"} <= ready


def test_an_undeclared_page_is_cleaned_with_it_within_the_childs_memory() -> None:
    ready, after = _cleaned("undeclared")
    assert "trafilatura" in after - ready
