"""`python -m tests.bench [--quick] [--only PART] [--write-docs]`: everything beside its peers, in one run.

Prints a table of ratios, above 1 in our favour, with what must be reached. The peers stand in `.venv-rivals` (`make
rivals`); who is missing is told and left out. `make bench` writes docs/bench.md.
"""

import argparse
import time
import warnings

from config.clock import SystemClock
from tests.bench.parts import FULL, PARTS, QUICK, Size, regrown
from tests.bench.sheet import Part, machine, printed, rows_table, runs_table, write


def main() -> None:
    """Measure what was asked for, print it, and write the page."""
    asked = _asked()
    size = QUICK if asked.quick else FULL
    size = size._replace(repeats=asked.repeats or size.repeats, pages=asked.pages or size.pages)
    print(machine(), flush=True)
    parts = []
    for name in (name for name in PARTS if name in (asked.only or PARTS)):
        parts.append(_measured(name, size, anew=asked.growth))
        if asked.write_docs:
            write(parts, list(PARTS))
    print(f"\nall of it, {size.repeats} turns; a ratio above 1 is in our favour")
    print(*printed(rows_table((part.name, part.found) for part in parts)), sep="\n")


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m tests.bench", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--quick", action="store_true", help="less of everything, in three minutes: does it run?")
    parser.add_argument("--only", action="append", choices=PARTS, metavar="PART", help=f"of {', '.join(PARTS)}")
    parser.add_argument("--growth", action="store_true", help="grow to a million anew (an hour, 16 GB)")
    parser.add_argument("--repeats", type=int, help=f"turns of the whole job (default: {FULL.repeats})")
    parser.add_argument("--pages", type=int, help=f"of the whole job (default: {FULL.pages:,})")
    parser.add_argument("--write-docs", action="store_true", help="write what was measured into docs/bench.md")
    return parser.parse_args()


def _measured(name: str, size: Size, anew: bool) -> Part:
    """One part, told when it is there."""
    start = time.monotonic()
    found = (regrown if anew and name == "growth" else PARTS[name])(size)
    print(f"\n{name}: {time.monotonic() - start:.0f} s", flush=True)
    print(*printed(rows_table([(name, found)])), sep="\n", flush=True)
    if found.runs:
        print(*printed(runs_table(found.runs)), sep="\n", flush=True)
    day = found.day or f"{SystemClock().now():%Y-%m-%d}"
    return Part(name, day, machine(), size.repeats, found)


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    main()
