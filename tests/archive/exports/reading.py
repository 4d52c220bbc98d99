"""Reading exported WARC files with others' software."""

import subprocess
import sys
from io import BytesIO
from pathlib import Path
from typing import NamedTuple

import msgspec
import pytest
from backports import zstd
from warcio.archiveiterator import ArchiveIterator

from tests.conftest import ROOT

CHECKERS = ROOT / ".venv-checkers" / "bin"


class Seen(NamedTuple):
    """One record as warcio reads it: its kind, WARC headers (lower case), status and headers of HTTP, and payload."""

    kind: str
    warc: dict[str, str]
    status: str
    http: list[tuple[str, str]]
    payload: bytes

    @property
    def told(self) -> dict[str, object]:
        """Its payload as JSON."""
        found: dict[str, object] = msgspec.json.decode(self.payload)
        return found


def plain(path: Path) -> BytesIO:
    """The file for warcio, which knows no zstd."""
    data = path.read_bytes()
    return BytesIO(zstd.decompress(data) if path.suffix == ".zst" else data)


def seen(stream: BytesIO) -> list[Seen]:
    """All records; AssertionError where a digest is not that of the bytes."""
    found = []
    for record in ArchiveIterator(stream, check_digests=True):
        http = record.http_headers
        payload = record.raw_stream.read()
        assert record.digest_checker.passed is not False, record.digest_checker.problems
        warc = {name.lower(): value for name, value in record.rec_headers.headers}
        found.append(
            Seen(record.rec_type, warc, http.get_statuscode() if http else "", http.headers if http else [], payload)
        )
    return found


def read(path: Path) -> list[Seen]:
    """The same of a file."""
    return seen(plain(path))


def checker(name: str) -> str:
    """A program of `make checkers`, or a skip that says what is missing."""
    if not (CHECKERS / name).exists():
        pytest.skip(f"{name} is not here; `make checkers` brings it")
    return str(CHECKERS / name)


def ran(*command: str | Path) -> str:
    """What a program says; AssertionError, with that, where it ends with trouble."""
    done = subprocess.run([*map(str, command)], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def ours(name: str) -> str:
    """A program of the environment that the tests run in."""
    return str(Path(sys.executable).with_name(name))
