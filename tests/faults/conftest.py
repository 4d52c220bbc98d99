"""Fixtures of the tests of faults: one world, one process that carries out orders, what each command comes to."""

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.orders import HereToo
from tests.faults.world import COMMANDS, Baoluu, fresh, make, outcome


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make(tmp_path_factory.mktemp("faults") / "world")


@pytest.fixture(scope="session")
def failing(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The shim, compiled; without a C compiler a skip."""
    compiler = shutil.which("cc")
    if compiler is None:
        pytest.skip("no C compiler (cc) to build the shim that lets calls fail")
    made = tmp_path_factory.mktemp("shim") / "failing.so"
    source = Path(__file__).with_name("failing.c")
    subprocess.run([compiler, "-Wall", "-Werror", "-shared", "-fPIC", "-o", made, source, "-ldl"], check=True)
    return made


@pytest.fixture(scope="session")
def baoluu() -> Iterator[Baoluu]:
    process = Baoluu()
    yield process
    process.close()


@pytest.fixture(scope="session")
def shimmed(failing: Path) -> Iterator[Baoluu]:
    process = Baoluu(failing)
    yield process
    process.close()


@pytest.fixture(scope="session")
def expected(world: Path, baoluu: Baoluu, tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, object]]:
    """What each command comes to when nothing fails."""
    found = {}
    for name, argv in COMMANDS.items():
        folder = fresh(world, tmp_path_factory.mktemp(name) / "world")
        answer = baoluu(folder, *argv)
        assert answer.code == 0, (name, answer)
        found[name] = outcome(folder)
    return found


@pytest.fixture
def here(monkeypatch: pytest.MonkeyPatch) -> None:
    """Clean in this process."""
    monkeypatch.setattr("crawler.cleaning.CleaningPool", HereToo)
