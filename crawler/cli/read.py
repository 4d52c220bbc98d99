"""Commands that answer questions about an archive: show, why, runs."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import msgspec

from archive.facts import Record
from archive.holders import number
from archive.life import article_of, life_of
from archive.lock import Holder, open_crawls
from archive.state import told
from archive.store import Archive
from crawler.cli.common import archive_option, json_option, known_sources, put_json
from crawler.cli.types import Address
from crawler.counts import lasting

KINDS = 3
"""Drops and failures of a run that are told by kind."""


@click.command()
@click.argument("url", type=Address())
@json_option
@archive_option
def show(url: str, as_json: bool, path: Path) -> None:
    """Show one article as it reads now.

    \b
    baoluu show https://vietnamnet.vn/some-article-2495349.html
    """
    with Archive(path, write=False) as archive:
        record = article_of(archive, known_sources(), url)
    if record is None:
        raise click.ClickException(f"no article at {url}; `baoluu why {url}` tells what is known of it")
    if as_json:
        put_json(record)
    else:
        click.echo(_plain(record))


def _plain(record: Record) -> str:
    people = ", ".join(record.authors) or record.credit or ""
    head = [record.kicker, record.title, " · ".join(filter(None, (record.source, record.published, people)))]
    tail = [f"[{caption}]" for caption in record.captions]
    return "\n\n".join([line for line in head if line] + [record.text, *tail])


@click.command()
@click.argument("url", type=Address())
@json_option
@archive_option
def why(url: str, as_json: bool, path: Path) -> None:
    """Tell the whole life of a URL: found, fetched, cleaned or dropped, and why; and what comes next.

    \b
    baoluu why https://vietnamnet.vn/some-article-2495349.html
    """
    with Archive(path, write=False) as archive:
        life = life_of(archive, known_sources(), url)
    if not life["events"] and not {"frontier", "withdrawn", "shown"} & life["now"].keys():
        raise click.ClickException(f"the archive knows nothing of {url}")
    if as_json:
        put_json(life)
        return
    click.echo(f"{life['url']}\n  article {life['article']}")
    for event in life["events"]:
        click.echo(f"  {event['at'] or '':25}  {event['what']}")
    for line in told(life["now"]):
        click.echo(f"  {'now':25}  {line}")


@click.command()
@click.option("--limit", default=20, show_default=True, type=click.IntRange(1), help="How many at most.")
@json_option
@archive_option
def runs(limit: int, as_json: bool, path: Path) -> None:
    """List the runs, newest first.

    \b
    baoluu runs --limit 5
    """
    with Archive(path, write=False) as archive:
        found = list(archive.rows("SELECT * FROM runs ORDER BY started DESC, id DESC LIMIT ?", (limit,)))
        running = {crawl.run: crawl for crawl, lives in open_crawls(archive) if lives}
    for run in found:
        run["stats"] = msgspec.json.decode(run["stats"]) if run["stats"] else {}
        if as_json:
            put_json(run)
        else:
            outcome = run["outcome"] or ("running" if run["id"] in running else "unfinished")
            told = "; ".join(filter(None, [_totals(run["stats"]), *_told(run["stats"], running.get(run["id"]))]))
            click.echo(f"{run['id']:4}  {run['started']}  {outcome:10}  {run['command']}  {told}")


def _told(stats: dict[str, Any], running: Holder | None) -> Iterator[str]:
    """What else there is to say of a run."""
    if running:
        yield f"process {number(running.holder)}, last sign of life {running.silent:.0f} s ago"
    if held := stats.get("held_by"):
        yield f"run {held['run']} ({held['command']}, process {held['process']}) was under way"
    if over := stats.get("took_over"):
        yield f"took over from run {', '.join(map(str, over))}"
    if why := stats.get("why"):
        yield why.partition(". ")[0]


def _totals(stats: dict[str, Any]) -> str:
    """The counters of a run's papers added up, in one line, with the most frequent kinds, and how long it took."""
    papers = stats.get("sources", {}).values()
    names = ("found", "kept", "cleaned", "dropped", "errors")
    told = []
    for name in names:
        counted = [paper[name] for paper in papers]
        kinds = sum((Counter(each) for each in counted if isinstance(each, dict)), Counter[str]())
        count = kinds.total() or sum(each for each in counted if not isinstance(each, dict))
        most = ", ".join(f"{kind} {n}" for kind, n in kinds.most_common(KINDS)) + ", …" * (len(kinds) > KINDS)
        told += [f"{name} {count}" + f" ({most})" * bool(kinds)] * bool(count)
    if seconds := stats.get("seconds"):
        told.append(f"in {lasting(seconds)}")
    return ", ".join(told)
