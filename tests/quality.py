"""How well pages are cleaned: the scores of `tests.sets` under `tests.methods`.

    measured("real"), measured("real, undeclared"), measured("real", DESCRIBED)

A set of papers that nobody declared is one of declared papers whose declaration is hidden: "undeclared" may still be
recognised by the marks of a family of CMS, "unknown CMS" may not. `python -m tests.quality` prints the table.
"""

from collections.abc import Iterable, Iterator

from tests.columns import added
from tests.methods import DESCRIBED, HIDDEN, OURS, UNKNOWN, Method
from tests.scoring import Score, score
from tests.sets import SETS, Case, Cases

MEASURED: dict[str, tuple[str, Method]] = {
    "real": ("real", OURS),
    "reconstructed": ("reconstructed", OURS),
    "dumps": ("dumps", OURS),
    "fixtures": ("fixtures", OURS),
    "real, undeclared": ("real", HIDDEN),
    "real, unknown CMS": ("real", UNKNOWN),
    "reconstructed, undeclared": ("reconstructed", HIDDEN),
    "reconstructed, unknown CMS": ("reconstructed", UNKNOWN),
    "fixtures, undeclared": ("fixtures", HIDDEN),
    "fixtures, unknown CMS": ("fixtures", UNKNOWN),
    "foreign": ("foreign", UNKNOWN),
}
"""What is measured, by name: a set of pages, and how we clean it."""
UNDECLARED = tuple(name for name, (_, method) in MEASURED.items() if method is not OURS)
"""Those of papers that nobody declared."""


def cases(name: str) -> Cases:
    """The pages of what is measured; none where they are not here."""
    return SETS[MEASURED[name][0]]()


def judged(case: Case, method: Method) -> Score:
    """The score of the record that a method makes of a page."""
    return score(case.gold, method.extract(case.page, case.source))


def scores(known: Iterable[Case], method: Method) -> list[Score]:
    """The scores of the records that a method makes of pages."""
    return [judged(case, method) for case in known]


def measured(name: str, method: Method | None = None) -> dict[str, float]:
    """The shares by column, better when higher, under our way or another `method`; empty where the pages are not
    here."""
    return added(scores(cases(name), method or MEASURED[name][1]))


def rows(names: Iterable[str] = UNDECLARED) -> Iterator[str]:
    """The scores of undeclared papers beside stock trafilatura's, a Markdown table; `-` where nothing is asked."""
    table = {f"{n}, {m}": measured(n, e) for n in names for m, e in (("baoluu", None), ("trafilatura", DESCRIBED))}
    columns = list(dict.fromkeys(column for shares in table.values() for column in shares))
    yield "| | " + " | ".join(columns) + " |"
    yield "|---" * (len(columns) + 1) + "|"
    for name, shares in table.items():
        yield f"| {name} | " + " | ".join(f"{shares[c]:.3f}" if c in shares else "-" for c in columns) + " |"


if __name__ == "__main__":
    print("\n".join(rows()))
