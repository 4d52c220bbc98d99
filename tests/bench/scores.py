"""`python -m tests.bench.scores`: the README's table, ours and stock trafilatura's, on pages of real papers."""

from collections.abc import Iterator

from tests.columns import figures
from tests.conftest import SHARED
from tests.methods import OURS, STOCK
from tests.quality import scores
from tests.sets import titled


def rows() -> Iterator[str]:
    """The table, Markdown."""
    columns = figures([])
    yield "| | " + " | ".join(columns) + " |"
    yield "|---" * (len(columns) + 1) + "|"
    for name, known in titled("real", "reconstructed", "dumps").items():
        methods = {"baoluu": OURS} | ({} if name == "text dumps" else {"trafilatura": STOCK})
        for called, method in methods.items():
            told = figures(scores(known, method))
            yield f"| {len(known)} {name}, {called} | " + " | ".join(told.values()) + " |"


if __name__ == "__main__":
    if not (SHARED / "pages").exists():
        raise SystemExit(f"the real pages are not here: {SHARED} (set BAOLUU_SHARED)")
    print("\n".join(rows()))
