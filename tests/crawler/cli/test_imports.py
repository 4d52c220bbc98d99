"""Who asks for help or searches does not wait for Scrapy; a crawl's parent imports nothing that only cleaning needs.

Each command runs in a process of its own, as `baoluu` would, and tells at its end which modules it has.
"""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from archive.store import Archive
from tests.conftest import ROOT

HEAVY = frozenset(
    "scrapy twisted trafilatura htmldate courlan justext lxml dateparser datasette charset_normalizer feedparser"
    " asyncio multiprocessing sqlite_utils pipelines.process pipelines.pool pipelines.body".split()
)
CLEANING = frozenset("trafilatura htmldate courlan justext dateparser pipelines.process pipelines.body".split())
"""What is imported in the children alone."""
_CALL = """
import json, sys
from crawler.cli import main
try:
    main()
except SystemExit as end:
    assert not end.code, end.code
print(json.dumps(sorted(sys.modules)))
"""


def modules(code: str, *arguments: object) -> set[str]:
    """What a process has imported that ran `code`."""
    call = [sys.executable, "-c", code, *map(str, arguments)]
    told = subprocess.run(call, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
    assert not told.returncode, told.stderr
    return set(json.loads(told.stdout.splitlines()[-1]))


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive without articles."""
    path = tmp_path_factory.mktemp("imports") / "archive.db"
    Archive(path).close()
    return path


@pytest.mark.parametrize("arguments", [["--help"], ["search", "--help"], ["crawl", "--help"], ["--version"]])
def test_help_imports_nothing_heavy(arguments: list[str]) -> None:
    assert not HEAVY & modules(_CALL, *arguments)


@pytest.mark.parametrize("command", [["search", "doi ngoai"], ["search", "--exact", "đối ngoại"], ["overview"]])
def test_questions_import_nothing_heavy(archive: Path, command: list[str]) -> None:
    assert not HEAVY & modules(_CALL, *command, "--archive", archive, "--json")


def test_the_parent_of_a_crawl_does_not_clean(tmp_path: Path) -> None:
    found = modules(_CALL, "demo", "--json", "--fresh", "--archive", tmp_path / "demo.db")
    assert "scrapy" in found, "a crawl has run"
    assert not CLEANING & found
    assert "sqlite_utils" not in found, "a new archive needs no steps"


def test_scrapys_deprecated_classes_know_their_modules() -> None:
    """As a crawl imports them, which spares Scrapy the way in which it finds that out."""
    code = """
import inspect, json
from crawler.run import _one_frame
with _one_frame():
    from scrapy.core.downloader import contextfactory, tls
from scrapy.utils import deprecate
assert deprecate.inspect is inspect
made = tls.ScrapyClientTLSOptions, contextfactory.ScrapyClientContextFactory
print(json.dumps([made.__module__ for made in made]))
"""
    assert modules(code) == {"scrapy.core.downloader.tls", "scrapy.core.downloader.contextfactory"}


def test_the_children_of_a_crawl_start_before_scrapy_is_imported() -> None:
    code = """
import json, sys
from pathlib import Path
from archive.store import Archive
from config.sources import Sources
from crawler.run import crawl
from pipelines.pool import CleaningPool
def start(self):
    print(json.dumps(sorted(sys.modules)))
    sys.exit()
CleaningPool.start = start
crawl(Archive(Path(":memory:")), Sources({}, {}))
"""
    assert not {"scrapy", "twisted"} & modules(code)


def test_what_cleaning_needs_is_named_as_it_is_imported() -> None:
    code = "import json, sys, pipelines.process, pipelines.verdict, dateparser; print(json.dumps(sorted(sys.modules)))"
    assert modules(code) >= CLEANING
