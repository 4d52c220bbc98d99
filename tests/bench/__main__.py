"""`python -m tests.bench [--quick] [--only PART] [--write-docs]`: everything beside its peers, in one run.

Prints a table of ratios, above 1 in our favour, with what must be reached. The peers stand in `.venv-rivals` (`make
rivals`); who is missing is told and left out. `make bench` writes docs/bench.md.
"""

import argparse
import time
import warnings

from tests.bench.parts import FULL, NOTES, PARTS, QUICK, Sheet, regrown
from tests.bench.sheet import PAGE, machine, page, printed, rows_table, runs_table


def main() -> None:
    """Measure what was asked for, print it, and write the page."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)  # fmt: skip
    parser.add_argument("--quick", action="store_true", help="less of everything, in two minutes: does it run?")
    parser.add_argument("--only", action="append", choices=PARTS, metavar="PART", help=f"of {', '.join(PARTS)}")
    parser.add_argument("--growth", action="store_true", help="grow to a million anew (an hour, 16 GB)")
    parser.add_argument("--repeats", type=int, help=f"turns of the whole job (default: {FULL.repeats})")
    parser.add_argument("--pages", type=int, help=f"of the whole job (default: {FULL.pages})")
    parser.add_argument("--write-docs", action="store_true", help="write docs/bench.md")
    asked = parser.parse_args()
    warnings.simplefilter("ignore")
    size = QUICK if asked.quick else FULL
    given = {"repeats": asked.repeats, "pages": asked.pages}
    sheet = Sheet(size._replace(**{name: value for name, value in given.items() if value}))
    parts = PARTS | ({"growth": regrown} if asked.growth else {})
    print(machine(), flush=True)
    for name in asked.only or parts:
        start, rows = time.monotonic(), len(sheet.rows)
        parts[name](sheet)
        print(f"\n{name}: {time.monotonic() - start:.0f} s", flush=True)
        print(*printed(rows_table(sheet.rows[rows:])), sep="\n", flush=True)
    print(f"\nall of it, medians of {sheet.size.repeats}; ratio above 1: ours is ahead")
    print(*printed(rows_table(sheet.rows)), sep="\n")
    if sheet.runs:
        print("", *printed(runs_table(sheet.runs)), sep="\n")
    if asked.write_docs:
        measured = {row.part for row in sheet.rows}
        notes = {part: note for part, note in (NOTES | sheet.notes).items() if part in measured}
        PAGE.write_text(page(sheet.rows, sheet.runs, sheet.corpus, notes, sheet.size.repeats), encoding="utf-8")


if __name__ == "__main__":
    main()
