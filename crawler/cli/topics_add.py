"""`topics add`: draft a topic's declaration from a few examples."""

import json
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import click
import msgspec

from archive.relevance import profile_of
from archive.store import Archive
from archive.topical import Learner
from config.checks import DeclarationError
from config.edit import NotEditable, put_file, with_phrases
from config.sources import Sources
from config.topics import Topic, is_address, read_topic
from crawler.cli.common import CONTROL, archive_option, json_option, known_sources, put_json, topics_option
from crawler.cli.topics_check import missing_seeds, with_progress
from crawler.cli.topics_told import Sorted, entry, sorted_lines
from crawler.cli.types import Address, Day

PHRASES = 50
"""Of a draft: as many as a keeper reads through."""
_NAME = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_HEAD = """\
# Drafted from {examples} against {against}.
# `baoluu topics check {name}` shows what it takes and leaves, and why; docs/topics.md says what each line means.
"""
_TABLES = """
[phrases]
must = []    # one of each line has to stand in an article: "Đại hội XIII | Đại hội lần thứ XIII"
not = []     # none of these may

[phrases.may]
# Each makes an article relevant, by so much at most, the more often it is said. A sum of 1 is enough.
"""


@click.command(short_help="Draft a topic from a few examples.")
@click.argument("name")
@click.option("--title", help="What the topic is called.")
@click.option("--seed", "seeds", multiple=True, metavar="URL|FILE", help="An article of the topic; several times.")
@click.option("--paper", "papers", multiple=True, help="A paper to collect it from; several times. None: all.")
@click.option("--since", type=Day(), help="First day of publication.")
@click.option("--until", type=Day(), help="Last day of publication.")
@click.option("--again", is_flag=True, help="Draft the phrases of a declared topic anew, from its own examples.")
@click.option("--dry-run", is_flag=True, help="Show the draft, write nothing.")
@click.option("--most", default=3, show_default=True, type=click.IntRange(0), help="Articles to show of each kind.")
@json_option
@topics_option
@archive_option
def add(
    name: str,
    title: str | None,
    seeds: tuple[str, ...],
    papers: tuple[str, ...],
    since: date | None,
    until: date | None,
    again: bool,
    dry_run: bool,
    most: int,
    as_json: bool,
    folder: Path,
    path: Path,
) -> None:
    """Draft a topic's declaration from a few examples: the phrases that are frequent in them and rare in other news.

    An example is the URL of an article in the archive, or a file: a flattened page (.txt), a saved page (.html), a
    record that `baoluu clean` printed (.json). Three to five are good. What the draft takes of the archive is told;
    the archive is only read. --again replaces nothing but the phrases that may stand in an article.

    \b
    baoluu topics add lu-quet --title "Lũ quét" --seed https://vietnamnet.vn/some-article-2495349.html --seed lu.txt
    baoluu topics add lu-quet --again --dry-run
    """
    if not _NAME.fullmatch(name):
        raise click.UsageError(f"{name!r} is no name for a file: letters a to z, digits and hyphens, such as doi-ngoai")
    sources, file = known_sources(), folder / f"{name}.toml"
    if again:
        if title or seeds or papers or since or until:
            raise click.UsageError("--again takes everything from the file; edit that, then draft again")
        topic = read_topic(_there(file), sources)
    else:
        topic = _new(name, title, seeds, papers, since, until, folder, sources)
        if file.exists() and not dry_run:
            raise click.UsageError(f"{file} is there already; --again drafts its phrases anew")
    with _opened(path) as archive:
        learner, may = _drafted(archive, topic, sources)
        text = _text(topic, may, learner, file if again else None)
        if not dry_run:
            _write(file, text)
        whole = msgspec.structs.replace(topic, phrases=msgspec.structs.replace(topic.phrases, may=may))
        _tell(archive, whole, text, file, most, dry_run=dry_run, as_json=as_json)


def _there(file: Path) -> Path:
    if not file.exists():
        raise click.UsageError(f"there is no {file} to draft again; without --again a new one is made of --seed's")
    return file


def _new(
    name: str,
    title: str | None,
    seeds: Sequence[str],
    papers: Sequence[str],
    since: date | None,
    until: date | None,
    folder: Path,
    sources: Sources,
) -> Topic:
    """The topic that the options tell of, its examples as its file names them."""
    if not title:
        raise click.UsageError('name the topic for people: --title "Lũ quét"')
    if not seeds:
        raise click.UsageError("give examples: --seed with the URL of an article in the archive, or a file")
    if since and until and until < since:
        raise click.UsageError(f"--until {until} lies before --since {since}")
    for paper in papers:
        sources.pick(paper)
    told = tuple(dict.fromkeys(_seed(seed, folder) for seed in seeds))
    return Topic(title=title, name=name, seeds=told, papers=tuple(papers), since=since, until=until, folder=str(folder))


def _seed(seed: str, folder: Path) -> str:
    """An example as the topic's file names it: files as they are seen from there."""
    if is_address(seed):
        return Address().convert(seed, None, None)
    if not Path(seed).is_file():
        raise click.UsageError(f"--seed {seed}: no such file, and no URL")
    inside = Path(seed).resolve().is_relative_to(folder.resolve())
    return os.path.relpath(Path(seed).resolve(), folder.resolve()) if inside else str(Path(seed).resolve())


@contextmanager
def _opened(path: Path) -> Iterator[Archive]:
    """The archive, to be read; an empty one where there is none yet."""
    if path.exists():
        with Archive(path, write=False) as archive:
            yield archive
        return
    with TemporaryDirectory() as folder, Archive(Path(folder) / "none.db") as archive:
        yield archive


def _drafted(archive: Archive, topic: Topic, sources: Sources) -> tuple[Learner, dict[str, float]]:
    """The phrases that the examples give against the archive and the general background."""
    from pipelines.examples import texts_of

    bare = msgspec.structs.replace(topic, learn=True, phrases=msgspec.structs.replace(topic.phrases, may={}))
    learner = Learner(archive, bare, sources, texts_of(topic, sources))
    missing = missing_seeds(archive, topic, sources)
    if not learner.examples:
        raise click.ClickException(
            f"no example is in the archive: {', '.join(missing) or 'the topic names none'}. Crawl its paper first, or"
            " give a file: the page saved from a browser, or the article's text as .txt"
        )
    for url in missing:
        click.echo(f"not in the archive, so not learnt from: {url}", err=True)
    if learner.examples < 2:
        click.echo("One example: a topic from one article is a guess. Give some more.", err=True)
    learner.learn()
    may = learner.draft(PHRASES)
    if not may:
        raise click.ClickException(
            "the examples have no phrases in common that other news lack: are they of one topic?"
        )
    return learner, may


def _text(topic: Topic, may: Mapping[str, float], learner: Learner, file: Path | None) -> str:
    """The declaration: of `file` with other phrases, or a new one."""
    if file is not None:
        try:
            return with_phrases(file.read_text(encoding="utf-8"), may)
        except NotEditable as error:
            raise DeclarationError(f"{file}: {error}") from None
    count, beside = learner.examples, len(learner)
    examples = f"{count} example{'s' * (count != 1)}"
    against = f"{beside} articles of the archive and general news" if beside else "general news"
    lines = [_HEAD.format(examples=examples, against=against, name=topic.name), f"title = {_string(topic.title)}\n"]
    lines += ["seeds = [\n", *(f"  {_string(seed)},\n" for seed in topic.seeds), "]\n"]
    lines += [f"papers = [{', '.join(map(_string, topic.papers))}]\n"] if topic.papers else []
    lines += [f"{key} = {day}\n" for key, day in (("since", topic.since), ("until", topic.until)) if day]
    lines += [_TABLES, *(f"{_string(phrase)} = {weight}\n" for phrase, weight in may.items())]
    return "".join(lines)


def _string(said: str) -> str:
    return json.dumps(said, ensure_ascii=False).replace("\x7f", "\\u007f")


def _write(file: Path, text: str) -> None:
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        put_file(file, text)
    except OSError as error:
        raise click.UsageError(f"{file} cannot be written: {error.strerror}") from None


def _tell(archive: Archive, topic: Topic, text: str, file: Path, most: int, *, dry_run: bool, as_json: bool) -> None:
    """The draft, and what it takes by itself of the archive."""
    judged = with_progress(archive, profile_of(topic))
    if as_json:
        put_json({"topic": topic.name, "file": str(file), "written": not dry_run, "phrases": topic.phrases.may})
        for one in judged:
            put_json(entry(topic.name, one))
        return
    told = Sorted(most)
    for one in judged:
        told.add(one)
    lines = [text.rstrip(), ""] if dry_run else [f"written: {file}, {len(topic.phrases.may)} phrases"]
    if told.articles:
        lines += ["", "By its phrases alone:", *sorted_lines(told)]
    lines += ["", f"Look it over, then: baoluu topics check {topic.name}"] * (not dry_run)
    click.echo("\n".join(CONTROL.sub("", line) for line in lines))
