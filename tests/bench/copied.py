"""`python -m tests.bench.copied`: what finding copies costs an arriving article, in archives of 10,000 to a million.

One file grows, and goes on where it was, with made-up articles (about 330 words: a twentieth stand in families of six
papers, a tenth end in one agency's footer, a fifth begin with one of forty formulas, one in thirty is an issue of a
column), its rows and runs written as `rebuild` leaves them. At every size some hundred articles of each kind arrive
through the functions that a crawl uses. The floor is folding an article's text and writing its row, without the
full-text index, in the same run.
"""

import argparse
import json
import shutil
import time
from collections.abc import Iterator
from itertools import accumulate
from pathlib import Path
from random import Random
from statistics import mean, quantiles
from typing import Any

from archive import copies, levels
from archive.migrations import disable_search
from archive.pairs import Subject, subject
from archive.shingles import read
from archive.store import Archive
from config.fold import fold
from tests.bench.invented import COMMON, COMPOUNDS, MIDDLING, PAPERS, syllables

SIZES = (10_000, 30_000, 100_000, 300_000, 1_000_000)
ARRIVALS = 120
"""Articles of each kind that arrive at a size."""
KINDS = ("alone", "footer", "formula", "copy", "column")
PAGE = Path(__file__).parents[2] / "docs" / "copies.md"
RESULTS = PAGE.with_suffix(".jsonl")
MARKS = ("<!-- bench -->", "<!-- end of bench -->")
_BATCH = 5_000
_WORDS = [*COMMON, *COMPOUNDS, *MIDDLING, *syllables()[:5000]]
_WEIGHTS = list(accumulate(1 / (rank + 10) for rank in range(len(_WORDS))))
_ROW = (
    "INSERT INTO articles (id, article, source, url, title, published, published_precision, published_day, folded,"
    " text, blocks, paragraphs, captions, authors, section, tags, related, word_count, cleaner, first_seen, last_seen,"
    " revisions, page) VALUES (?, ?, ?, ?, ?, ?, 'minute', ?, ?, ?, '[]', '[]', '[]', '[]', '[]', '[]', '[]', 0,"
    " 'bench', '', '', 1, 1)"
)


def text(seed: int, words: int, sentence: int = 18) -> str:
    """So many words in sentences, in paragraphs of three."""
    random = Random(seed)
    drawn = random.choices(_WORDS, cum_weights=_WEIGHTS, k=words)
    lines = [" ".join(drawn[at : at + sentence]) + "." for at in range(0, words, sentence)]
    return "\n\n".join(" ".join(lines[at : at + 3]) for at in range(0, len(lines), 3))


FOOTER = text(5, 54)
FORMULAS = [text(600 + n, 30, 30) for n in range(40)]


def kind_of(n: int) -> str:
    """What article `n` is, whatever the size of the archive."""
    part = Random(n * 3 + 1).random()
    return next(k for k, upto in zip(KINDS, (0.62, 0.72, 0.92, 0.97, 2), strict=True) if part < upto)


def article(n: int, kind: str = "") -> tuple[str, str, str, str]:
    """(paper, title, time of publication, text) of article `n`."""
    kind, random = kind or kind_of(n), Random(n)
    paper = list(PAPERS)[n % 8]
    day = f"{2005 + n // 50_000}-{1 + n // 4200 % 12:02}-{1 + n // 150 % 28:02}"
    at = f"{day}T{n % 24:02}:{n % 60:02}:00+07:00"
    own = text(n + 10_000, random.randrange(200, 460))
    if kind == "footer":
        own += f"\n\n{FOOTER}"
    elif kind == "formula":
        own = f"{FORMULAS[n % 40]}\n\n{own}"
    elif kind == "copy":  # of one story of a family, whole or its first two thirds
        story = text(-1 - n // 120, 400)
        return paper, f"Tin {n}", at, story if n % 3 else story[: 2 * len(story) // 3] + "."
    elif kind == "column":
        told = " ".join(f"Loại {k} {random.randrange(99)} nghìn đồng một ký, {FORMULAS[k]}" for k in range(8))
        return paper, f"Giá chợ hôm nay {n % 28 + 1}/3", at, told
    return paper, f"Tin {n} về {own[:40]}", at, own


def grow(archive: Archive, upto: int) -> bool:
    """Write articles until there are `upto`, with their runs, nothing compared; answers whether there were fewer."""
    db = archive.conn
    done = int(db.execute("SELECT coalesce(max(id), 0) FROM articles").fetchone()[0])
    for start in range(done, upto, _BATCH):
        with archive.transaction():
            for n in range(start, min(start + _BATCH, upto)):
                one = _put(archive, n + 1, n, "")
                db.execute(copies._INSERT, copies.size(one))
                levels.Levels(db).add((copies.rank(one), one.id), one.sample.runs)
        print(f"  {start + _BATCH:,}", flush=True)
    return done < upto


def _put(archive: Archive, number: int, n: int, kind: str) -> Subject:
    paper, title, at, told = article(n, kind)
    key = f"{paper}:{number}"
    folded = fold(f"{title}\n{told}")
    archive.conn.execute(_ROW, (number, key, paper, f"https://{paper}.vn/{number}", title, at, at[:10], folded, told))
    found = subject(archive.conn, key)
    assert found
    return found


def arrive(archive: Archive, size: int) -> Iterator[tuple[str, float, float, float, int]]:
    """(kind, floor, milliseconds for its copies, of the processor alone, pairs) of each arrival.

    They come one after another, as in a crawl, and are undone together: the file is left as it was.
    """
    db = archive.conn
    db.execute("BEGIN IMMEDIATE")
    for k in range(ARRIVALS):
        for place, kind in enumerate(KINDS):
            n = 1_300_000 + k * 5 + place if kind != "copy" else (k * 997) % size // 120 * 120 + k % 120
            number = size + 1 + k * 5 + place
            read.cache_clear()
            used = time.process_time()
            one = _put(archive, number, n, kind)
            floor, free = time.perf_counter(), time.process_time()
            copies._compare_anew(db, copies._renew(db, None, one)[0], PAPERS)
            copies._compare(db, one, PAPERS)
            end, done = time.perf_counter(), time.process_time()
            pairs = db.execute("SELECT count(*) FROM copies WHERE article = ?1 OR original = ?1", (number,)).fetchone()
            yield kind, 1000 * (free - used), 1000 * (end - floor), 1000 * (done - free), pairs[0]
    db.execute("ROLLBACK")


def measure(archive: Archive, size: int) -> dict[str, object]:
    """One line of the results."""
    found = list(arrive(archive, size))
    page = archive.conn.execute("PRAGMA page_size").fetchone()[0]
    pages = "SELECT sum(pageno) FROM dbstat WHERE aggregate = TRUE AND name = ?"
    longest = "SELECT max(n) FROM (SELECT count(*) AS n FROM {} GROUP BY run)"
    told: dict[str, object] = {"articles": size, "floor": round(mean(f for _, f, *_ in found), 2)}
    for kind in KINDS:
        waits = [ms for k, _, _, ms, _ in found if k == kind]
        cuts = quantiles(waits, n=20, method="inclusive")
        told[kind] = {
            "mean": round(mean(waits), 2),
            "wall": round(mean(ms for k, _, ms, _, _ in found if k == kind), 2),
            "p50": round(cuts[9], 2),
            "p95": round(cuts[18], 2),
            "pairs": round(mean(p for k, *_, p in found if k == kind), 2),
        }
    told["rows"] = round(archive.conn.execute("SELECT sum(sampled) FROM compared").fetchone()[0] / size, 1)
    taken = (archive.conn.execute(pages, (name,)).fetchone()[0] or 0 for name in levels.TABLES)
    told["bytes"] = round(sum(taken) * page / size)
    told["longest"] = max(
        archive.conn.execute(longest.format(name)).fetchone()[0] or 0 for name in ("recent", "shingles")
    )
    return told


def read_results(path: Path) -> list[dict[str, Any]]:
    """The results, one of each size, the smallest first."""
    found = {r["articles"]: r for r in map(json.loads, path.read_text(encoding="utf-8").splitlines())}
    return [found[size] for size in sorted(found)]


def table(results: list[dict[str, Any]]) -> str:
    """The table of docs/copies.md: milliseconds of the processor, mean / p95, and how many floors the mean is."""
    lines = [["articles", "floor, ms", *KINDS, "runs", "bytes", "longest list"], ["---"] * (len(KINDS) + 5)]
    for r in results:
        kinds = [f"{r[k]['mean']:.1f} / {r[k]['p95']:.1f} ({r[k]['mean'] / r['floor']:.1f}×)" for k in KINDS]
        lines.append(
            [f"{r['articles']:,}", f"{r['floor']:.1f}", *kinds, str(r["rows"]), str(r["bytes"]), f"{r['longest']:,}"]
        )
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def write_docs(results: Path) -> None:
    """Put the table into docs/copies.md, and keep the results beside it."""
    shutil.copyfile(results, RESULTS)
    page = PAGE.read_text(encoding="utf-8")
    before, _, rest = page.partition(MARKS[0])
    after = rest.partition(MARKS[1])[2]
    PAGE.write_text(f"{before}{MARKS[0]}\n\n{table(read_results(RESULTS))}\n{MARKS[1]}{after}", encoding="utf-8")


def main() -> None:
    """Grow and measure."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.copied", description=__doc__)
    parser.add_argument("--articles", type=int, default=SIZES[-1], help="how many in the end (default: a million)")
    parser.add_argument("--path", type=Path, default=Path("data/copied.db"), help="the archive (default: %(default)s)")
    parser.add_argument("--write-docs", action="store_true", help="put the results into docs/copies.md")
    told = parser.parse_args()
    with Archive(told.path) as archive:
        for pragma in ("synchronous=OFF", "cache_size=-400000", "wal_autocheckpoint=20000", "foreign_keys=OFF"):
            archive.conn.execute(f"PRAGMA {pragma}")
        disable_search(archive.db)
        for size in (*(s for s in SIZES if s < told.articles), told.articles):
            if not grow(archive, size):
                continue
            result = measure(archive, size)
            with told.path.with_suffix(".jsonl").open("a", encoding="utf-8") as file:
                file.write(json.dumps(result) + "\n")
            print(json.dumps(result), flush=True)
    if told.write_docs:
        write_docs(told.path.with_suffix(".jsonl"))


if __name__ == "__main__":
    main()
