"""The n-th write, sync or truncation fails: a clear word, a whole archive, and the same command again makes it good."""

import errno
from pathlib import Path
from random import Random

import pytest

from tests.faults.world import COMMANDS, Baoluu, check_whole, fresh, outcome

SEED = 1117
ERRORS = {"full": (errno.ENOSPC, True), "once": (errno.EIO, False)}
SAMPLE = 3


def moments(baoluu: Baoluu, world: Path, folder: Path, command: str, count: int | None) -> list[int]:
    """Which calls of `command` fail: a seeded sample, or with None all of them."""
    seen = baoluu(fresh(world, folder), *COMMANDS[command], below=str(folder)).seen
    assert seen or command == "verify"
    return (
        list(range(1, seen + 1)) if count is None else sorted(Random(SEED).sample(range(1, seen + 1), min(count, seen)))
    )


@pytest.mark.parametrize("kind", ERRORS)
@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("count", [SAMPLE, pytest.param(None, marks=pytest.mark.soak)])
def test_a_call_that_fails(
    shimmed: Baoluu, world: Path, tmp_path: Path, expected: dict[str, dict[str, object]],
    command: str, kind: str, count: int | None,
) -> None:  # fmt: skip
    folder, (code, lasting) = tmp_path / "world", ERRORS[kind]
    for n in moments(shimmed, world, folder, command, count):
        fresh(world, folder)
        answer = shimmed(folder, *COMMANDS[command], below=str(folder), n=n, errno=code, lasting=lasting)
        told = (command, kind, n, SEED, answer)
        assert not answer.killed and answer.code in (0, 1, 2, 3), told
        assert "Traceback" not in answer.err and (answer.code == 0 or "rror: " in answer.err), told
        check_whole(folder)
        if answer.code:
            again = shimmed(folder, *COMMANDS[command])
            assert again.code == 0, (told, again)
        assert outcome(folder) == expected[command], told
