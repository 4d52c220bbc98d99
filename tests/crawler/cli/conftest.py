import sys
from collections.abc import Callable
from typing import NamedTuple

import pytest

from crawler.cli import main


class Answer(NamedTuple):
    """What a call of `baoluu` gave."""

    code: int
    out: str
    err: str


Call = Callable[..., Answer]


@pytest.fixture
def baoluu(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Call:
    """Call the command line in this process, as the installed script does."""

    def call(*arguments: object) -> Answer:
        monkeypatch.setattr(sys, "argv", ["baoluu", *map(str, arguments)])
        code: object = 0
        try:
            main()
        except SystemExit as end:
            code = end.code
        told = capsys.readouterr()
        return Answer(code if isinstance(code, int) else 1, told.out, told.err)

    return call
