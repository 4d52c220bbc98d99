"""`python -m tests.bench.scores`: the README's table, ours and stock trafilatura's, on pages of real papers."""

from collections.abc import Callable, Iterator

from tests.bench import pages
from tests.bench.methods import OURS, STOCK
from tests.bench.pages import Known
from tests.bench.scoring import score, total
from tests.conftest import SHARED

SETS: dict[str, Callable[[], list[Known]]] = {
    "real pages": pages.real,
    "reconstructed pages": pages.reconstructed,
    "text dumps": pages.dumps,
}


def rows() -> Iterator[str]:
    """The table, Markdown."""
    columns = total([])
    yield "| | " + " | ".join(columns) + " |"
    yield "|---" * (len(columns) + 1) + "|"
    for name, make in SETS.items():
        known = make()
        methods = {"baoluu": OURS} | ({} if name == "text dumps" else {"trafilatura": STOCK})
        for called, method in methods.items():
            told = total([score(each.gold, method.extract(each.page, each.source)) for each in known])
            yield f"| {len(known)} {name}, {called} | " + " | ".join(told.values()) + " |"


if __name__ == "__main__":
    if not (SHARED / "pages").exists():
        raise SystemExit(f"the real pages are not here: {SHARED} (set BAOLUU_SHARED)")
    print("\n".join(rows()))
