"""The command that takes in what others kept: import."""

import sys
from collections import Counter, deque
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import msgspec

from archive.facts import Cleaned, Drop, Page
from archive.imports.files import Unreadable
from archive.imports.intake import Intake, Taken
from archive.imports.items import Arrival, Refused, Revisit, Tombstone
from archive.store import Archive
from config.clock import stamp
from config.sources import Source, Sources
from crawler import importing
from crawler.cli.common import archive_option, cleaning, json_option, known_sources, progress, put_json
from crawler.cli.types import Address, Moment
from crawler.importing import Items, Job, Listed, Other, Single, Warc

if TYPE_CHECKING:
    from pipelines.pool import CleaningPool

SHOWN = 20
"""Troubles of one file that are printed; `--json` has up to a hundred."""


@click.command("import")
@click.argument("paths", nargs=-1, required=True)
@click.option("--source", help="The paper of every file; of WARC and WACZ files, only this paper's pages.")
@click.option("--url", type=Address(), help="Where the page came from (with one file).")
@click.option("--at", type=Moment(), help="When it was fetched; default: what the file says, else its time.")
@click.option(
    "--manifest",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    help="CSV that tells which file of a folder is the page of which URL: columns file,url, and if you have them"
    " fetched_at, source, status, content_type.",
)
@click.option("--assets", is_flag=True, help="Also pictures, styles and other files that pages show.")
@click.option("--keep-only", is_flag=True, help="Only keep; `baoluu reclean`, or the next crawl, cleans.")
@click.option("--again", is_flag=True, help="Read WARC files anew that have been imported before.")
@click.option("--dry-run", is_flag=True, help="Write nothing; tell what the files hold.")
@click.option("--workers", type=click.IntRange(1), help="Child processes that clean; default: one a core.")
@json_option
@archive_option
def import_(
    paths: tuple[str, ...], source: str | None, url: str | None, at: datetime | None, manifest: Path | None,
    assets: bool, keep_only: bool, again: bool, dry_run: bool, workers: int | None, as_json: bool, path: Path,
) -> None:  # fmt: skip
    """Take in what others kept: WARC and WACZ files, saved pages, text dumps, Scrapy's exports, another archive.

    A folder may hold WARC files, pages with a list of their URLs (routes.json, manifest.csv, or --manifest), a mirror
    (host/path), or text dumps. Declared papers are known by their hosts; pages of others are kept under theirs.
    Twice is once; stopped or killed, the same command goes on. What cannot be read is told with its place in the file,
    and everything around it is taken.

    \b
    baoluu import crawl-2021.warc.gz collection.wacz
    baoluu import ../shared/seeds/*.txt
    baoluu import saved/ --manifest list.csv
    baoluu import page.html --url https://vnexpress.net/some-article-4954454.html
    """
    from crawler.local import page_from

    if url and len(paths) > 1:
        raise click.UsageError("--url names one page; import the files one by one")
    sources = known_sources()
    paper = sources.pick(source) if source else None
    try:
        found = importing.jobs(paths, manifest, sources)
    except Unreadable as error:
        raise click.UsageError(str(error)) from None
    singles = [job for job in found if isinstance(job, Single)]
    if url and len(singles) != 1:
        raise click.UsageError("--url is for one saved page; other files say where their pages came from")
    for job in singles:  # every file is looked at before the first is written
        page_from(job.name, sources, url=url, at=at, source=source)
    told = stamp(at) if at else None
    if dry_run:
        sys.exit(_look(found, sources, told, as_json))
    with Archive(path) as archive:
        work = _Work(archive, sources, paper, told, assets=assets, again=again, workers=workers, as_json=as_json)
        run = archive.start_run(f"import of {len(found)} file{'s' * (len(found) > 1)}")
        outcome = "stopped"
        try:
            trouble = work.take([job for job in found if job not in singles], run, keep_only=keep_only)
            pages = (page_from(job.name, sources, url=url, at=at, source=source) for job in singles)
            trouble = work.take_singles(singles, pages, run) or trouble
            outcome = "finished"
        finally:
            archive.end_run(run, outcome, {"sources": {"import": dict(work.made)}})
    sys.exit(1 if trouble else 0)


class _Work:
    """An import under way."""

    def __init__(
        self, archive: Archive, sources: Sources, paper: Source | None, at: str | None, *, assets: bool, again: bool,
        workers: int | None, as_json: bool,
    ) -> None:  # fmt: skip
        self._archive, self._sources, self._paper, self._at = archive, sources, paper, at
        self._assets, self._again, self._workers, self._as_json = assets, again, workers, as_json
        self.made = Counter[str](dict.fromkeys(("found", "kept", "cleaned", "dropped", "errors"), 0))

    def take(self, jobs: list[Job], run: int, *, keep_only: bool) -> bool:
        """Take what is no single page, then clean and derive it; answers whether something could not be taken."""
        if not jobs:
            return False
        trouble, only = False, self._paper.id if self._paper else None
        intake = Intake(self._archive, self._sources, run, only=only, assets=self._assets, wanted=_wanted())
        for job in jobs:
            if isinstance(job, Other):
                trouble = self._merge(job) or trouble
            elif not isinstance(job, Single):
                try:
                    trouble = self._intake(intake, job) or trouble
                except (Unreadable, OSError) as error:  # the next file may be whole
                    _say(f"Error: {error}" if isinstance(error, Unreadable) else f"Error: {job.name}: {error.strerror}")
                    self.made["errors"] += 1
                    trouble = True
        came, waiting = intake.settle_awaited()
        if came or waiting:
            _say(f"Visits that repeat an earlier page: {came} taken now, {waiting} wait for one that is not here yet")
        if intake.withdrew or intake.resumed:  # one that was killed may have left it undone
            from archive.erase import erase

            erase(self._archive)
        return self._clean(intake, keep_only=keep_only) or trouble

    def _intake(self, intake: Intake, job: Warc | Items | Listed) -> bool:
        asked = f"{self._paper.id if self._paper else ''} {self._assets}"
        with progress(job.name) as show:
            taken, before = importing.take(
                self._archive, intake, job, self._sources, asked=asked, at=self._at, again=self._again, progress=show
            )
        self.made["found"] += taken.pages + taken.known
        self.made["kept"] += 0 if before else taken.pages
        self.made["errors"] += taken.refused
        if self._as_json:
            put_json({"file": job.name, "format": job.form, "before": before} | msgspec.to_builtins(taken))
        else:
            _tell(job.name, taken, before)
        return taken.refused > 0

    def _merge(self, job: Other) -> bool:
        from crawler.cli.keep import merged, tell_merged

        told = merged(self._archive, job.path, self._sources, self._workers)
        self.made["found"] += _count(told["pages"])
        self.made["kept"] += _count(told["pages"])
        if self._as_json:
            put_json({"file": job.name, "format": job.form} | told)
        else:
            click.echo(f"{job.name}: another archive")
            tell_merged(told)
        return bool(told["damaged"])

    def _clean(self, intake: Intake, *, keep_only: bool) -> bool:
        """Clean what is pending of the papers that got pages, and derive. Answers whether a page could not be read."""
        from archive.derive import settle
        from pipelines.reclean import reclean

        names = intake.to_clean()
        if keep_only:
            _say(f"Kept only: {self.made['kept']} pages; `baoluu reclean` cleans those of articles")
            return False
        dropped, pages, damaged = Counter[str](), 0, 0
        with cleaning(self._workers) as pool, progress("cleaned") as show:
            for name in names:
                report = reclean(self._archive, self._sources, pool, only=name, progress=show)
                pages, dropped = pages + report.pages, dropped + report.dropped
                damaged += len(report.damaged)
        with progress("articles") as show:
            settle(self._archive, self._sources, show)
        lost = sum(dropped.values())
        self.made["cleaned"] += pages - lost
        self.made["dropped"] += lost
        if self._as_json:
            put_json({"cleaned": pages - lost, "dropped": dict(dropped.most_common())})
        else:
            why = ", ".join(f"{count} {reason}" for reason, count in dropped.most_common())
            click.echo(f"Cleaned: {pages - lost} pages of articles; no article: {lost}{f' ({why})' if why else ''}")
        return damaged > 0

    def take_singles(self, jobs: list[Single], pages: Iterable[tuple[Page, Source]], run: int) -> bool:
        """Take saved pages and dumps, each told with what became of it; answers whether one gave no article."""
        dropped = 0
        if not jobs:
            return False
        with cleaning(self._workers) as pool:
            for job, cleaned in zip(jobs, self._cleaned(pool, pages, run), strict=True):
                reason = cleaned.output.drop.reason if isinstance(cleaned.output, Drop) else None
                dropped += reason is not None
                self.made.update(found=1, kept=1, **{"dropped" if reason else "cleaned": 1})
                if self._as_json:
                    put_json({"file": job.name, "format": job.form, "article": cleaned.article, "reason": reason})
                else:
                    click.echo(f"{job.name}: {f'no article: {reason}' if reason else cleaned.article}")
        return dropped > 0

    def _cleaned(self, pool: "CleaningPool", pages: Iterable[tuple[Page, Source]], run: int) -> Iterator[Cleaned]:
        """Keep each page, then clean and derive it; a bounded number is held at a time."""
        from pipelines.cleaner import cleaner_id
        from pipelines.reclean import take_in

        waiting: deque[tuple[int, Source]] = deque()

        def kept() -> Iterator[tuple[Page, Source]]:
            for page, paper in pages:
                number = self._archive.keep_page(paper, page, run)
                if (name := self._archive.source_name(number)) != paper.id:
                    raise click.ClickException(f"this page is already kept, as one of {name}'s: {page.url}")
                waiting.append((number, paper))
                yield page, paper

        for cleaned in pool.map(kept()):
            number, paper = waiting.popleft()
            take_in(self._archive, self._sources, number, cleaner_id(paper), cleaned)
            yield cleaned


def _wanted() -> Any:
    from scrapy.settings import Settings

    from crawler.turn import wanted_by

    settings = Settings()
    settings.setmodule("crawler.settings", priority="project")
    return wanted_by(settings)


def _count(value: object) -> int:
    return value if isinstance(value, int) else 0


def _say(text: str) -> None:
    """What is no answer, beside the answers."""
    click.echo(text, err=True)


def _tell(name: str, taken: Taken, before: str | None) -> None:
    parts = [f"{taken.pages} new pages"]
    parts += [f"{taken.known} known already"] if taken.known else []
    parts += [f"{taken.awaited} visits that wait for an earlier page"] if taken.awaited else []
    parts += [f"{taken.withdrawn} withdrawn, not taken"] if taken.withdrawn else []
    parts += [f"{taken.withdrawals} withdrawals taken over"] if taken.withdrawals else []
    click.echo(
        f"{name}: {', '.join(parts)}" + (f" (imported before, {before}; --again reads it anew)" if before else "")
    )
    if taken.passed:
        kinds = sorted(taken.passed.items(), key=lambda kind: -kind[1])
        click.echo(f"  passed over: {', '.join(f'{count} {kind}' for kind, count in kinds)}")
    for trouble in taken.troubles[:SHOWN]:
        _say(f"{name}: lost: {trouble}")
    if (more := taken.refused - min(len(taken.troubles), SHOWN)) > 0:
        _say(f"{name}: lost: and {more} more")


def _look(jobs: list[Job], sources: Sources, at: str | None, as_json: bool) -> int:
    """Tell what the files hold, nothing written; answers the exit code."""
    trouble = 0
    for job in jobs:
        if isinstance(job, Single | Other):
            put_json({"file": job.name, "format": job.form}) if as_json else click.echo(f"{job.name}: {job.form}")
            continue
        hosts, times, lost, stones = Counter[str](), set[str](), list[str](), 0
        with progress(job.name) as show:
            for read in importing.reads(job, sources, at, show):
                if isinstance(read.item, Arrival | Revisit):
                    hosts[importing.paper_of(read.item, sources)] += 1
                    times = {min({*times, read.item.page.fetched_at}), max({*times, read.item.page.fetched_at})}
                elif isinstance(read.item, Tombstone):
                    stones += 1
                elif isinstance(read.item, Refused):
                    trouble += 1
                    lost += [str(read.item)] if len(lost) < SHOWN else []
        span = sorted(times)
        if as_json:
            told = {
                "responses": hosts.total(),
                "papers": dict(hosts.most_common()),
                "withdrawals": stones,
                "lost": lost,
            }
            put_json({"file": job.name, "format": job.form} | told | {"from": span[:1], "to": span[-1:]})
            continue
        when = f", fetched {span[0]} to {span[-1]}" if span else ""
        click.echo(f"{job.name}: {job.form}, {hosts.total()} responses{when}")
        for host, count in hosts.most_common(SHOWN):
            click.echo(f"  {host}: {count}")
        if stones:
            click.echo(f"  withdrawals, by which pages that are here would go: {stones}")
        for told_lost in lost:
            _say(f"{job.name}: lost: {told_lost}")
    return 1 if trouble else 0
