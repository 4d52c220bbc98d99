"""Floors of the scores: `tests/floors.json` pins each column of each set of pages, with a hash of those pages.

    python -m tests.floors                      raise every floor that is exceeded, and take in new sets
    python -m tests.floors --lower "REASON"     lower those that are not reached, too; the reason is kept in the file

The trait is trafilatura's `tests/eval_gate.py`: what was once reached may only be given up knowingly.
"""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.conftest import ROOT
from tests.quality import MEASURED, measured
from tests.sets import corpus

FILE = ROOT / "tests" / "floors.json"
Floors = dict[str, Any]
"""`sets`: name → `corpus` (hash), `floors` (column → share); `lowered`: what was given up, and why."""


def read(path: Path = FILE) -> Floors:
    """The file, or an empty one."""
    if not path.exists():
        return {"sets": {}, "lowered": []}
    told: Floors = json.loads(path.read_text(encoding="utf-8"))
    return told


def below(pinned: dict[str, float], scores: dict[str, float]) -> Iterator[str]:
    """A sentence for every column whose score lies below its floor; a column that is no longer measured is 0."""
    for column, floor in pinned.items():
        if (now := scores.get(column, 0.0)) < floor:
            yield f"{column} {now} is below its floor {floor}"


def failures(name: str, scores: dict[str, float], pages: str, told: Floors) -> list[str]:
    """What is wrong with a set's `scores` on `pages` (a hash), as sentences; nothing where all floors hold."""
    pinned = told["sets"].get(name)
    if pinned is None:
        return [f"{name}: no floors yet; run `make floors`"]
    found = [f"{name}: {sentence}" for sentence in below(pinned["floors"], scores)]
    if pinned["corpus"] != pages:
        found.append(f"{name}: the pages changed ({pinned['corpus']} -> {pages}): its floors were measured on others; "
                     "read what changed, then run `make floors`")  # fmt: skip
    return found


def renewed(name: str, scores: dict[str, float], pages: str, told: Floors, reason: str = "") -> Floors:
    """`told` with the set's floors raised to `scores`. A lower one raises ValueError without a `reason`, and with one
    is noted under `lowered`."""
    pinned = told["sets"].get(name, {"floors": {}})
    fallen = {c: f for c, f in pinned["floors"].items() if scores.get(c, 0.0) < f}
    if fallen and not reason.strip():
        sentences = "; ".join(below(pinned["floors"], scores))
        raise ValueError(f'{name}: {sentences}. Lowering needs a reason: python -m tests.floors --lower "…"')
    notes = [{"set": name, "column": c, "from": f, "to": scores.get(c, 0.0), "corpus": pages, "reason": reason}
             for c, f in fallen.items()]  # fmt: skip
    sets = told["sets"] | {name: {"corpus": pages, "floors": scores}}
    return {"sets": sets, "lowered": told["lowered"] + notes}


def write(reason: str = "", path: Path = FILE) -> list[str]:
    """Renew the file; sets whose pages are not here keep their floors. Gives a sentence for each set that changed."""
    told, changed = read(path), []
    for name, (pages, _) in MEASURED.items():
        if not (scores := measured(name)):
            continue
        new = renewed(name, scores, corpus(pages), told, reason)
        if new["sets"].get(name) != told["sets"].get(name):
            changed.append(f"{name}: {told['sets'].get(name, {}).get('floors', {})} -> {scores}")
        told = new
    path.write_text(json.dumps(told, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return changed


if __name__ == "__main__":
    reason = sys.argv[2] if sys.argv[1:2] == ["--lower"] and len(sys.argv) > 2 else ""
    try:
        print("\n".join(write(reason)) or "every floor stays as it is")
    except ValueError as error:
        raise SystemExit(str(error)) from None
