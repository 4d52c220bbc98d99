"""SIGKILL before any SQL statement of a command, then the same command again, ends as if nothing had happened."""

from pathlib import Path
from random import Random

import pytest

from tests.faults.world import COMMANDS, Baoluu, check_whole, fresh, outcome

SEED = 2611
KILLED = (
    "verify",
    "merge",
    "backup",
    "withdraw",
    "publish",
    "export",
    "export a WARC",
    "import a WARC",
    "rebuild",
    "reclean",
    "going over",
    "repack",
)


@pytest.mark.parametrize("command", KILLED)
@pytest.mark.parametrize("goal", [3, pytest.param(30, marks=pytest.mark.soak)])
def test_kills(
    baoluu: Baoluu, world: Path, tmp_path: Path, expected: dict[str, dict[str, object]], command: str, goal: int
) -> None:
    folder, random = tmp_path / "world", Random(f"{SEED} {command} {goal}")
    statements = baoluu(fresh(world, folder), *COMMANDS[command]).statements
    kills = 0
    while kills < goal:
        fresh(world, folder)
        told = (command, SEED, kills)
        while kills < goal:
            answer = baoluu(folder, *COMMANDS[command], statements=random.randint(1, statements))
            check_whole(folder)
            if not answer.killed:
                break
            kills += 1
        again = baoluu(folder, *COMMANDS[command])
        assert again.code == 0, (told, again)
        assert outcome(folder) == expected[command], told
