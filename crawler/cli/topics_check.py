"""`topics check`: what a topic takes and leaves of an archive, and whether the declarations can be read."""

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import click

from archive.relevance import Profile
from archive.store import Archive
from archive.terms import Text
from archive.topical import Judged, Learner, judge_all, judgements, put, seed_articles
from config.checks import DeclarationError
from config.sources import Sources
from config.topics import Topic, load_topics, read_topic
from crawler.cli.common import CONTROL, archive_option, json_option, known_sources, progress, put_json, topics_option
from crawler.cli.topics_told import Sorted, entry, profile_lines, sorted_lines

_OF = "SELECT article FROM topical WHERE topic = ?"
_HELD = "SELECT 1 FROM articles WHERE article = ?"


@click.command(short_help="Show what a topic takes of the archive, or check all files.")
@click.argument("name", required=False)
@click.option("--most", default=5, show_default=True, type=click.IntRange(0), help="Articles to show of each kind.")
@click.option("--keep", is_flag=True, help="Judge the archive's articles by this from now on.")
@json_option
@topics_option
@archive_option
def check(name: str | None, most: int, keep: bool, as_json: bool, folder: Path, path: Path) -> None:
    """Show what a topic takes and leaves of the archive, with the reasons; without NAME check that all files are sound.

    The topic is learnt from its examples and the archive's articles, and all of these are judged. Nothing is written,
    unless --keep says so: then the archive holds the profile, and which articles are of the topic. --json tells every
    article of the archive, one a line.

    \b
    baoluu topics check
    baoluu topics check doi-ngoai-dang
    baoluu topics check doi-ngoai-dang --json | jq 'select(.taken)'
    baoluu topics check doi-ngoai-dang --keep
    """
    sources = known_sources()
    if name is None:
        if keep:
            raise click.UsageError("--keep keeps one topic; name it")
        sys.exit(1 if _files(folder, sources, as_json) else 0)
    topic = load_topics(folder, sources).pick(name)
    texts = _texts(topic, sources)
    with Archive(path, create=False) if keep else Archive(path, write=False) as archive:
        learner, made = learnt(archive, topic, sources, texts)
        judged = with_progress(archive, made)
        if as_json:
            for one in judged:
                put_json(entry(topic.name, one))
        else:
            told = Sorted(most)
            for one in judged:
                told.add(one)
            lines = _lines(archive, topic, sources, learner, made, told)
            click.echo("\n".join(CONTROL.sub("", line) for line in lines))
        if keep:
            _keep(archive, topic, made)


def _files(folder: Path, sources: Sources, as_json: bool) -> int:
    """Read every declaration and the examples that it names; the number of those in trouble."""
    wrong = 0
    files = sorted(folder.glob("*.toml"))
    for file in files:
        trouble = []
        try:
            _texts(read_topic(file, sources), sources)
        except DeclarationError as error:
            trouble = [str(error)]
        wrong += bool(trouble)
        if as_json:
            put_json({"topic": file.stem, "trouble": trouble})
        for line in [] if as_json else trouble:
            click.echo(line)
    if not as_json:
        click.echo(f"{len(files)} topic{'s' * (len(files) != 1)}, {wrong} in trouble")
    return wrong


def _texts(topic: Topic, sources: Sources) -> list[Text]:
    from pipelines.examples import texts_of

    return texts_of(topic, sources) if topic.files else []


def learnt(archive: Archive, topic: Topic, sources: Sources, texts: Sequence[Text]) -> tuple[Learner, Profile]:
    """What the archive teaches of the topic; a topic that nothing is known of is refused."""
    learner = Learner(archive, topic, sources, texts)
    made = learner.learn()
    if not (made.terms or made.phrases or made.must):
        raise click.ClickException(
            f"nothing is known of {topic.name} yet: none of its examples is in {archive.path}. Crawl it"
            f" (`baoluu crawl --topic {topic.name}`), or name a file among its seeds"
        )
    if not made.terms and not made.phrases:
        click.echo("It has phrases that must stand in an article, and none that make one relevant: nothing is taken.",
                   err=True)  # fmt: skip
    return learner, made


def missing_seeds(archive: Archive, topic: Topic, sources: Sources) -> list[str]:
    """The addresses among a topic's seeds whose articles the archive does not hold."""
    held = (archive.conn.execute(_HELD, (name,)).fetchone() for name in seed_articles(archive, sources, topic))
    return [url for url, there in zip(topic.urls, held, strict=True) if not there]


def with_progress(archive: Archive, made: Profile) -> Iterator[Judged]:
    """Every article of the archive, judged."""
    (total,) = archive.conn.execute("SELECT count(*) FROM articles").fetchone()
    with progress("articles") as tell:
        for done, one in enumerate(judgements(archive, made), 1):
            tell(done, max(done, total))
            yield one


def _lines(
    archive: Archive, topic: Topic, sources: Sources, learner: Learner, made: Profile, told: Sorted
) -> Iterator[str]:
    yield f"{topic.name}: {topic.title}"
    found = learner.learnt
    if found:
        yield f"  learnt from {_counted(learner.examples, 'example')} and {_counted(len(found.found), 'article')} like"
        yield f"  them, of {_counted(len(learner), 'article')} that were read"
    elif topic.learn:
        yield "  nothing was learnt: what the file declares is all that counts"
    yield from profile_lines(made, found.terms if found else {})
    yield from (f"  not in the archive: {url}" for url in missing_seeds(archive, topic, sources))
    yield ""
    yield from sorted_lines(told)
    yield ""
    yield _changed({row[0] for row in archive.conn.execute(_OF, (topic.name,))}, told.taken)


def _changed(stored: set[int], taken: set[int]) -> str:
    if stored == taken:
        return f"The archive has the same {len(taken)} as the topic's."
    come, gone = len(taken - stored), len(stored - taken)
    return f"The archive has {len(stored)} as the topic's: {come} would be added, {gone} removed (--keep)."


def _keep(archive: Archive, topic: Topic, made: Profile) -> None:
    with archive.transaction():
        put(archive, topic, made)
    with progress("judged") as tell:
        count = judge_all(archive, topic.name, tell)
    click.echo(f"kept: {_counted(count, 'article')} of the topic", err=True)


def _counted(count: int, what: str) -> str:
    return f"{count} {what}{'s' * (count != 1)}"
