"""How long `baoluu health` takes on a large archive: `python -m tests.bench.health FILE [--articles N]`.

Grows FILE (see `tests.bench.grow`), gives every article its row in the frontier and every hour a run that asked all
papers, and judges the archive as of its newest article.
"""

import time
from datetime import datetime, timedelta
from pathlib import Path

import click
import msgspec

from archive.store import Archive
from config.clock import stamp
from pipelines.health import health
from tests.bench.grow import grow, seed_of
from tests.bench.invented import PAPERS

_FRONTIER = """
INSERT OR IGNORE INTO frontier (key, url, source, host, kind, priority, due, visits, added, asked, hints)
SELECT url, url, source, source, 'article', 5, unixepoch(last_seen) + 864000, 1, unixepoch(first_seen), 0,
  '{"via":"section","referrer":"https://example.vn/tin","title":"' || title || '"}' FROM articles
"""


def furnish(archive: Archive, days: int) -> datetime:
    """Frontier rows and hourly runs of the last `days`; answers the moment after the newest page."""
    (newest,) = archive.conn.execute("SELECT max(fetched_at) FROM pages").fetchone()
    end = datetime.fromisoformat(newest) + timedelta(minutes=30)
    stats = {"seconds": 60.0, "sources": {name: {"found": 1, "kept": 20, "errors": {}} for name in PAPERS}}
    told = msgspec.json.encode(stats).decode()
    moments = [stamp(end - timedelta(hours=hour)) for hour in range(days * 24)]
    with archive.transaction() as db:
        db.execute(_FRONTIER)
        db.executemany(
            "INSERT OR IGNORE INTO runs (command, started, ended, outcome, stats, uid)"
            " VALUES ('crawl', ?, ?, 'finished', ?, 'bench ' || ?)",
            [(moment, moment, told, moment) for moment in moments],
        )
    return end


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--articles", default=100_000, show_default=True)
@click.option("--days", default=(28, 400), multiple=True, show_default=True)
def main(file: Path, articles: int, days: tuple[int, ...]) -> None:
    """Print the seconds, least of three, for each number of asked days."""
    with Archive(file) as archive:
        grow(archive, seed_of(archive, 1), articles, lambda done: click.echo(f"{done} articles", err=True))
        at = furnish(archive, max(days))
    kept = {name: (source, [name]) for name, source in PAPERS.items()}
    with Archive(file, write=False) as archive:
        for span in days:
            took = []
            for _ in range(3):
                start = time.perf_counter()
                told = health(archive, PAPERS, kept, at, span)
                took.append(time.perf_counter() - start)
            new = sum(paper.new for paper in told.papers)
            click.echo(f"{articles} articles, {span} days with {new} new ones: {min(took):.2f} s")


if __name__ == "__main__":
    main()
