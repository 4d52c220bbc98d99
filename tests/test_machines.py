"""docs/machines.md and docs/compose: every command is one, every variable is read, and every name leads somewhere.

No container is started here: what the files say is parsed, and held against the code.
"""

import configparser
import os
import re
import shlex
import signal
import subprocess
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import yaml

from tests.conftest import ROOT
from tests.crawler.test_schedule import analyze, plan, units, written
from tests.docs import DOCS
from tests.test_guide import trouble

PAGE, COMPOSE = DOCS / "machines.md", DOCS / "compose"
OTHERS = {"POSTGRES_USER", "POSTGRES_PASSWORD", "POSTGRES_DB", "PGPASSWORD"}
"""Variables of the image of PostgreSQL, and of its client."""


def calls(text: str) -> list[str]:
    """What follows `baoluu` in code blocks and code spans, up to the end of the command."""
    blocks = re.findall(r"^```\n(.*?)^```", text, flags=re.S | re.M)
    code = [line for block in blocks for line in block.splitlines()]
    code += re.findall(r"`([^`\n]+)`", re.sub(r"^```\n.*?^```", "", text, flags=re.S | re.M))
    return told_to("\n".join(code))


def told_to(script: str) -> list[str]:
    """The same of a script for a shell."""
    found = re.findall(r"(?:^|[\s;])baoluu (\w[^;&|#\n]*)", script)
    return sorted({call.strip() for call in found} | ({"crawl"} if "baoluu crawl" in script else set()))


def composed() -> dict[str, Any]:
    return yaml.safe_load((COMPOSE / "compose.yaml").read_text(encoding="utf-8"))  # type: ignore[no-any-return]


def workers() -> Iterator[dict[str, Any]]:
    yield from (service for service in composed()["services"].values() if "build" in service)


def instructions() -> list[tuple[str, str]]:
    """Those of the Containerfile: name, and what follows."""
    text = (COMPOSE / "Containerfile").read_text(encoding="utf-8").replace("\\\n", " ")
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    return [(name, rest) for name, _, rest in (line.partition(" ") for line in lines)]


@pytest.mark.parametrize("call", calls(PAGE.read_text(encoding="utf-8")))
def test_every_command_of_the_page_exists(call: str) -> None:
    assert trouble(call) is None


def test_the_commands_of_the_page_are_found() -> None:
    found = calls(PAGE.read_text(encoding="utf-8"))
    assert {call.split()[0] for call in found} >= {"crawl", "merge", "backup", "schedule"}
    assert trouble("crawl --fronteer x") and trouble("marge x")


def test_the_workers_of_the_compose_file_call_real_commands() -> None:
    found = [told_to(script) for service in workers() for script in service["command"]]
    assert found == [["crawl"], ["crawl"]]
    assert all(trouble(call) is None for made in found for call in made)


def test_variables_of_the_compose_file_are_read_by_somebody() -> None:
    houses = [*ROOT.glob("crawler/**/*.py"), *ROOT.glob("config/**/*.py")]
    code = "".join(path.read_text(encoding="utf-8") for path in houses)
    read = set(re.findall(r'(?:envvar=|environ\.get\()"(BAOLUU_\w+)"', code)) | OTHERS
    text = (COMPOSE / "compose.yaml").read_text(encoding="utf-8")
    assert {"BAOLUU_FRONTIER", "BAOLUU_ARCHIVE", "BAOLUU_CONTACT"} <= read
    for service in composed()["services"].values():
        assert set(service["environment"]) <= read
    for name in re.findall(r"\$\{(\w+)", text):
        assert f"#   {'PGPASSWORD=… ' if name != 'PGPASSWORD' else ''}{name}=" in text, "its first lines tell to set it"


def test_services_and_volumes_of_the_compose_file_lead_somewhere() -> None:
    file = composed()
    server = file["services"]["frontier"]["environment"]
    for service in workers():
        url = urlsplit(service["environment"]["BAOLUU_FRONTIER"])
        assert url.scheme == "postgresql" and url.hostname in file["services"]
        assert (url.username, url.path[1:]) == (server["POSTGRES_USER"], server["POSTGRES_DB"])
        for name, when in service["depends_on"].items():
            assert when["condition"] == "service_healthy" and "healthcheck" in file["services"][name]
        assert (COMPOSE / service["build"]["context"]).resolve() == ROOT
        assert (ROOT / service["build"]["dockerfile"]) == COMPOSE / "Containerfile"
        (volume,) = service["volumes"]
        assert Path(service["environment"]["BAOLUU_ARCHIVE"]).parent == Path(volume.partition(":")[2])
    named = [volume.partition(":")[0] for service in file["services"].values() for volume in service["volumes"]]
    assert sorted(named) == sorted(file["volumes"]), "each has its own"


def test_a_frontier_of_the_compose_file_is_one() -> None:
    pytest.importorskip("psycopg")
    from archive.postgres.server import DEFAULT, split

    for service in workers():
        assert split(service["environment"]["BAOLUU_FRONTIER"])[1] == DEFAULT


def test_a_stop_of_the_container_ends_the_crawl_itself(tmp_path: Path) -> None:
    (script,) = next(workers())["command"]
    told, begun = tmp_path / "told", tmp_path / "begun"
    os.mkfifo(begun)
    crawl = tmp_path / "baoluu"
    crawl.write_text(f"#!/bin/sh\ntrap 'echo ended $1 > {told}; exit 3' TERM\necho > {begun}\nsleep 60 & wait $!\n")
    crawl.chmod(0o755)
    env = os.environ | {"PATH": f"{tmp_path}:{os.environ['PATH']}"}
    with subprocess.Popen(["sh", "-c", script.replace("$$", "$")], env=env, start_new_session=True) as loop:
        try:
            begun.read_text()
            loop.send_signal(signal.SIGTERM)
            assert loop.wait(30) == 0 and told.read_text() == "ended crawl\n"
        finally:
            os.killpg(loop.pid, signal.SIGKILL)


def test_the_image_is_made_of_what_is_here() -> None:
    made = instructions()
    assert {name for name, _ in made} <= {"FROM", "RUN", "WORKDIR", "COPY", "USER", "VOLUME", "ENTRYPOINT"}
    copied = [word for name, rest in made if name == "COPY" for word in shlex.split(rest)[:-1]]
    assert all((ROOT / word).exists() for word in copied)
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert {*project["tool"]["setuptools"]["packages"], project["project"]["readme"]} <= set(copied)
    runs = " ".join(rest for name, rest in made if name == "RUN")
    assert all((ROOT / file).is_file() for file in re.findall(r"-r (\S+)", runs))
    assert "--editable ." in runs, "packages are named without those inside them, and hold no declarations"
    users = [rest for name, rest in made if name == "USER"]
    assert users == re.findall(r"useradd --create-home (\w+)", runs)
    assert [rest for name, rest in made if name == "ENTRYPOINT"] == [f'["{next(iter(project["project"]["scripts"]))}"]']


def test_what_groups_need_is_what_a_build_takes() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["setuptools"]["dynamic"]
    files = [file for group in project["optional-dependencies"].values() for file in group["file"]]
    for file in [*files, *project["dependencies"]["file"]]:
        for line in (ROOT / file).read_text(encoding="utf-8").splitlines():
            assert re.match(r"[A-Za-z0-9]", line), f"{file}: {line!r} is an option of pip, not a requirement"


def test_the_unit_of_a_worker_is_one(tmp_path: Path) -> None:
    """The printed unit with the lines of the page, as `systemctl edit` puts them beside it."""
    (lines,) = re.findall(r"^```\n(\[Service\]\n.*?)^```", PAGE.read_text(encoding="utf-8"), flags=re.S | re.M)
    added = configparser.ConfigParser(strict=False, interpolation=None)
    added.optionxform = str  # type: ignore[assignment,method-assign]
    added.read_string(lines)
    name, _, url = added["Service"]["Environment"].partition("=")
    assert added.sections() == ["Service"] and [*added["Service"]] == ["Environment"]
    assert name == "BAOLUU_FRONTIER" and url.startswith("postgresql://") and "%" not in url
    unit = units(plan())["baoluu-crawl.service"]
    (start,) = re.findall(r"^ExecStart=(.*)$", unit, flags=re.M)
    program, *words = shlex.split(start)
    assert program.endswith("/baoluu") and trouble(shlex.join(words)) is None
    assert "ProtectHome" not in unit, "or ~/.pgpass could not be read"
    assert "AF_INET" in unit and "AF_UNIX" in unit
    folder = tmp_path / "units"
    written(folder, plan())
    (folder / "baoluu-crawl.service.d").mkdir()
    (folder / "baoluu-crawl.service.d" / "override.conf").write_text(lines)
    said = analyze("verify", "--man=no", str(folder / "baoluu-crawl.service"), SYSTEMD_UNIT_PATH=f"{folder}:")
    assert not [line for line in said.splitlines() if "baoluu" in line], said
