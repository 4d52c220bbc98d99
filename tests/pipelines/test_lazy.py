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
from pathlib import Path
from pipelines.pool import _prepare_child, clean_safely
_prepare_child()
ready = [*sys.modules]
from archive.facts import Page, Record
from config.sources import generic, load
folder = Path(sys.argv[1])
told = json.loads(folder.joinpath(sys.argv[2]).read_bytes())
page = Page(url=told["url"], fetched_at=told["fetched_at"], body=(folder / "page.html").read_bytes())
made = clean_safely(page, load().of(page.url) or generic(page.url)).output
assert isinstance(made, Record) and made.blocks and made.published, made
print(json.dumps([ready, [*sys.modules]]))
"""


def _cleaned(folder: str, told: str) -> tuple[set[str], set[str]]:
    """The modules of a child that is ready, and of one that has cleaned the page in a folder of fixtures."""
    call = [sys.executable, "-c", _CLEANED, str(ROOT / "tests" / "fixtures" / folder), told]
    made = subprocess.run(call, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
    assert not made.returncode, made.stderr
    ready, after = json.loads(made.stdout)
    return set(ready), set(after)


def test_a_declared_page_is_cleaned_without_trafilatura() -> None:
    ready, after = _cleaned("pages/tuoitre/2022", "page.json")
    assert not LAZY & after
    assert {"pipelines.process", "pipelines.dates"} <= ready


def test_an_undeclared_page_is_cleaned_with_it_within_a_childs_memory() -> None:
    ready, after = _cleaned("undeclared/en-blogspot", "gold.json")
    assert "trafilatura" in after - ready
