"""Fixtures: an invented page in each declared layout, with its frozen time of fetching and the record it must come to.

A fixture is a folder `<source>/<generation>` with `page.html`, `page.json` (what `archive.facts.Page` holds beside the
body) and `expected.json` (what `clean` prints, without the cleaner's id). A source without generations keeps its one
fixture in `only`.
"""

import json
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from archive.facts import Page
from config.declarations import Rules, SourceFile
from config.sources import HERE, Source, Sources, read
from pipelines.normalise import shortened
from pipelines.process import process

ROOT = Path(__file__).parents[1] / "tests" / "fixtures" / "pages"
ONLY = "only"
"""The folder of a source that has no generations."""


class Fixture(NamedTuple):
    """One fixture's folder."""

    source: str
    generation: str
    folder: Path

    @property
    def name(self) -> str:
        """`source/generation`."""
        return f"{self.source}/{self.generation}"

    @property
    def page(self) -> Page:
        """The page, fetched at its frozen time."""
        told = json.loads((self.folder / "page.json").read_text(encoding="utf-8"))
        return msgspec.convert(told | {"body": (self.folder / "page.html").read_bytes()}, Page)

    @property
    def expected(self) -> dict[str, Any]:
        """The record that the page must come to."""
        told: dict[str, Any] = json.loads((self.folder / "expected.json").read_text(encoding="utf-8"))
        return told


def fixtures(root: Path = ROOT) -> list[Fixture]:
    """The fixtures below `root`, by name."""
    return [Fixture(f.parent.parent.name, f.parent.name, f.parent) for f in sorted(root.glob("*/*/page.html"))]


def cleaned(fixture: Fixture, source: Source) -> dict[str, Any]:
    """What `clean` prints for the fixture, without the cleaner's id, which changes with every rule."""
    output: dict[str, Any] = msgspec.to_builtins(process(fixture.page, source).output)
    output.pop("cleaner", None)
    return output


def differences(fixture: Fixture, source: Source) -> list[str]:
    """What the fixture's page does not come to as it must: a sentence a field; a fixture that cannot be read is one."""
    try:
        found, expected = cleaned(fixture, source), fixture.expected
    except (OSError, ValueError, msgspec.ValidationError) as error:
        return [f"cannot be read: {error}"]
    names = [n for n in {**expected, **found} if expected.get(n) != found.get(n)]
    told = [f"{n} is {_short(found.get(n))}, must be {_short(expected.get(n))}" for n in names]
    return told if len(names) < _OTHER else [f"is {_short(found)}, must be {_short(expected)}"]


_OTHER = 12
"""Fields that differ where the page came to something else altogether."""


def _short(value: object) -> str:
    return shortened(json.dumps(value, ensure_ascii=False), 200)


def missing(sources: Sources, found: Collection[Fixture], folder: Path = HERE) -> Iterator[str]:
    """What has rules of its own and no fixture: `family/generation` or `source/generation`, as sentences.

    A family's generation is shown by any of its papers; a paper's own rules, only by a fixture of that paper.
    `folder` holds the source files.
    """
    have = {(f.source, f.generation) for f in found}
    shown = {(sources[f.source].family, f.generation) for f in found if f.source in sources}
    for name, family in sources.families.items():
        for generation in [g.name for g in family.generation] or ([] if _has(shown, name) else [ONLY]):
            if (name, generation) not in shown:
                yield f"family {name} has no fixture of generation {generation}"
    for source in sources.values():
        file = read(folder / "sources" / f"{source.id}.toml", SourceFile)
        for generation in _own(file):
            if (source.id, generation) not in have:
                yield f"{source.id} has no fixture of generation {generation}"
        if file.rules != Rules() and not _has(have, source.id):
            yield f"{source.id} has rules of its own and no fixture"


def _own(file: SourceFile) -> list[str]:
    """The generations that a source file itself describes."""
    own = [g.name for g in file.generation]
    return own or ([] if file.family else [ONLY])


def _has(pairs: set[tuple[str, str]] | set[tuple[str | None, str]], name: str) -> bool:
    return any(first == name for first, _ in pairs)
