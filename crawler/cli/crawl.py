"""`baoluu crawl`: collect what is new and due, or what was printed long ago, then end."""

import sys
from contextlib import nullcontext
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click
import msgspec

from archive.store import Archive
from config.sources import Sources, load
from config.topics import load_topics
from crawler.backfill import Span
from crawler.cli.common import archive_option, json_option, put_json, topics_option
from crawler.cli.due import tell_due, tell_leads
from crawler.cli.types import Day
from crawler.codes import code_of_crawl
from crawler.counts import told_assets

if TYPE_CHECKING:
    from crawler.run import Outcome


@click.command()
@click.argument("names", metavar="[SOURCE]...", nargs=-1)
@click.option("--limit", type=click.IntRange(1), help="End after so many pages of articles.")
@click.option("--budget", type=click.IntRange(1), help="Send each paper so many requests at most.")
@click.option("--since", type=Day(), help="Back-fill: also what the papers printed on this day or later.")
@click.option("--until", type=Day(), help="The last day of the back-fill; without, today.")
@click.option("--topic", help="Collect the articles of this topic (config/topics/TOPIC.toml), and nothing else.")
@click.option("--assets", is_flag=True, help="Keep the articles' own images and style sheets, too.")
@click.option("--keep-only", is_flag=True, help="Keep pages, and clean them another time.")
@click.option("--dry-run", is_flag=True, help="Ask nobody; tell what is due and what waits.")
@click.option(
    "--replay", type=click.Path(path_type=Path), help="A WARC, or a folder of saved pages: no network at all."
)
@click.option(
    "--frontier",
    metavar="URL",
    envvar="BAOLUU_FRONTIER",
    help="Share the queue with crawls on other machines: postgresql://USER@HOST/DB?schema=NAME.",
)
@click.option("-q", "--quiet", is_flag=True, help="Do not tell how it stands while it runs.")
@topics_option
@json_option
@archive_option
def crawl(
    names: tuple[str, ...],
    limit: int | None,
    budget: int | None,
    since: date | None,
    until: date | None,
    topic: str | None,
    assets: bool,
    keep_only: bool,
    dry_run: bool,
    replay: Path | None,
    frontier: str | None,
    quiet: bool,
    folder: Path,
    as_json: bool,
    path: Path,
) -> None:
    """Collect what is new and due at the declared papers, then end. Stopped or killed, it goes on next time.

    With --since it is a back-fill: the papers' sitemaps and the further pages of their sections are read for the asked
    days, after what is new. It takes as long as it takes; stopped, killed or out of its budget, the same command goes
    on, and ends with 3 as long as something is left. Days that neither a list nor an address tells are taken.

    With --topic only what may lead to articles of the topic is followed, what promises most first: the papers' own
    searches, their tags and topic pages, related articles, and the addresses in sitemaps. The crawl ends when finds dry
    up, tells what it did not follow, and goes on there the next time. `baoluu topics` tells and declares topics.

    With --assets the images and style sheets that articles' pages show are kept as well, after everything else, also
    those of articles that were kept without. They lie on hosts of their own mostly, which are asked as the paper's are.
    --limit does not count them; --budget does.

    With --keep-only pages are kept and nothing is cleaned: the next crawl, or `baoluu reclean`, does that, and puts the
    related articles that they show into the queue. Fetching takes half the machine that way.

    With --frontier several machines share one queue in PostgreSQL: each paper is asked by one of them at a time, at its
    own pace. Each keeps what it fetches in an archive of its own; `baoluu merge` unites them, also while they go on.
    --limit and --budget count for each crawl alone. See docs/machines.md.

    While another crawl of the same archive is under way this one is skipped: it says so, and ends with 0. On a
    terminal a board on standard error shows how it stands; in a pipe a line a minute does.

    \b
    baoluu crawl
    baoluu crawl vietnamnet --limit 50
    baoluu crawl vietnamnet --since 2020-01-01 --until 2021-06-30 --budget 5000
    baoluu crawl --topic doi-ngoai-dang
    baoluu crawl vietnamnet --limit 50 --assets
    baoluu crawl --keep-only && baoluu reclean
    baoluu crawl --since 2024-01-01 --dry-run
    baoluu crawl --replay saved-pages/
    baoluu crawl --frontier postgresql://baoluu@db.example.org/baoluu
    """
    span = _span(since, until)
    if assets and dry_run:
        raise click.UsageError("--dry-run asks nobody, and tells nothing of --assets")
    if keep_only and (topic or span):
        raise click.UsageError("--topic and --since go by what articles turn out to be: they do not take --keep-only")
    if replay and (span or budget or dry_run):
        raise click.UsageError("--replay asks nobody: it takes no --since, --budget and --dry-run")
    if frontier and topic:
        raise click.UsageError(
            "--topic goes by what this archive holds, and keeps its leads here: it takes no --frontier; run it on the"
            " machine with the merged archive"
        )
    if frontier and (replay or dry_run):
        raise click.UsageError("--replay and --dry-run use the archive's own queue: they take no --frontier")
    if topic and (span or replay):
        raise click.UsageError("--topic has days of its own, in its file: it takes no --since, --until and --replay")
    sources = load()
    for name in names:
        sources.pick(name)
    wanted = load_topics(folder, papers=sources).pick(topic) if topic else None
    if wanted and wanted.papers and names and not set(names) & set(wanted.papers):
        raise click.UsageError(f"{topic} is collected from {', '.join(wanted.papers)} alone")
    if dry_run:
        _tell_due(path, sources, names or tuple(sources), span, topic, as_json)
        return
    from crawler.cli.told import warnings_told
    from crawler.cli.watch import watched
    from crawler.replay import Replay, ReplayError
    from crawler.run import crawl as run
    from pipelines.examples import texts_of

    try:
        store = Replay(replay, sources, assets=assets) if replay else None
        with Archive(path) as archive, warnings_told(), watched(quiet) as watch:
            done = run(
                archive, sources,
                only=names or (wanted.papers if wanted else ()), limit=limit, budget=budget, span=span, replay=store,
                topic=wanted, examples=texts_of(wanted, sources) if wanted else (),
                assets=assets, keep_only=keep_only, command=_called(names, since, until, replay, topic, assets),
                on_progress=watch, frontier=frontier,
            )  # fmt: skip
    except ReplayError as error:
        raise click.UsageError(str(error)) from None
    _end(done, as_json, keep_only, path)


def _end(done: "Outcome", as_json: bool, keep_only: bool, path: Path) -> NoReturn:
    """Tell how it ended, and end with its exit code."""
    if done.held:
        click.echo(f"Skipped: {done.held.told()} is under way in {path}; this is run {done.run}.", err=True)
        sys.exit(0)
    _tell(done, as_json)
    if keep_only and (kept := sum(of.articles for of in done.sources.values())):
        click.echo(
            f"{kept} articles are kept and not cleaned: the next crawl does that, or `baoluu reclean`.", err=True
        )
    if done.outcome == "stopped":
        told = done.left.told()
        click.echo(f"Stopped{': ' * bool(told)}{told}. The same command goes on where this one ended.", err=True)
    sys.exit(code_of_crawl(done.outcome, done.sources))


def _tell_due(
    path: Path, sources: Sources, names: tuple[str, ...], span: Span | None, topic: str | None, as_json: bool
) -> None:
    with Archive(path, write=False) if path.exists() else nullcontext() as archive:
        if topic:
            tell_leads(archive, topic, as_json)
        else:
            tell_due(archive, sources, names, span, as_json)


def _called(
    names: tuple[str, ...],
    since: date | None,
    until: date | None,
    replay: Path | None,
    topic: str | None,
    assets: bool,
) -> str:
    """What the run is called: by it the same command finds the run that it goes on from."""
    options = {"--replay": replay and "", "--since ": since, "--until ": until, "--topic ": topic}
    options |= {"--assets": "" if assets else None}
    return " ".join(["crawl", *(f"{name}{said}" for name, said in options.items() if said is not None), *names])


def _span(since: date | None, until: date | None) -> Span | None:
    if until and not since:
        raise click.UsageError("--until needs --since: a back-fill begins on a day")
    if since and until and until < since:
        raise click.UsageError(f"--until {until} lies before --since {since}")
    return Span(since, until) if since else None


def _tell(done: "Outcome", as_json: bool) -> None:
    """What happened at each paper on standard output, what was left out on standard error."""
    for name, of in done.sources.items():
        if as_json:
            left = {"left": done.left.papers[name]} if name in done.left.papers else {}
            put_json({"source": name, "counts": of} | left)
        elif of.kept or of.errors or of.assets or of.asset_errors:
            old = f"{of.back_found} old ones found and {of.back_taken} taken"
            more = [old] if of.back_found or of.back_taken else []
            more += [f"{n} dropped: {reason}" for reason, n in sorted(of.dropped.items())]
            more += [f"{n} failed: {kind}" for kind, n in sorted(of.errors.items())]
            more += filter(None, [told_assets([of])])
            click.echo(f"{name}: " + ", ".join([f"{of.kept} pages", f"{of.cleaned} articles cleaned", *more]))
    if done.collected and as_json:
        put_json({"topic": msgspec.to_builtins(done.collected)})
    elif done.collected:
        click.echo(f"{done.collected.found} articles of the topic found; the archive has {done.collected.known}")
        click.echo(done.collected.told() or "nothing was left out", err=True)
    if done.foreign:
        click.echo(f"{done.foreign} stored responses belong to no declared paper and were left out", err=True)
    if done.skipped:
        click.echo(f"{done.skipped} stored responses could not be read and were left out", err=True)
    if done.outcome == "failed":
        click.echo("The crawl failed; what was kept is kept. `baoluu runs` lists it, the log above says why.", err=True)
