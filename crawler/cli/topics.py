"""Commands about declared topics: topics list, check, add."""

from contextlib import nullcontext
from pathlib import Path

import click

from archive.store import Archive
from archive.topical import is_current, profile
from config.topics import Topic, load_topics
from crawler.cli.common import archive_option, json_option, known_sources, put_json, topics_option
from crawler.cli.topics_add import add
from crawler.cli.topics_check import check

_COUNT = "SELECT count(*) FROM topical WHERE topic = ?"


@click.group()
def topics() -> None:
    """List, check and add topics: what somebody collects.

    \b
    baoluu topics list
    baoluu topics check doi-ngoai-dang
    baoluu topics add lu-quet --title "Lũ quét" --seed https://vietnamnet.vn/some-article-2495349.html
    """


topics.add_command(check)
topics.add_command(add)


@topics.command("list", short_help="List the declared topics.")
@json_option
@topics_option
@archive_option
def list_(as_json: bool, folder: Path, path: Path) -> None:
    """List the declared topics with the articles of the archive that are of them.

    Whether a topic's profile is current: "outdated" where its file was changed since the archive learnt it, "none"
    where it never did. `baoluu topics check NAME --keep` and `baoluu crawl --topic NAME` learn it.

    \b
    baoluu topics list
    baoluu topics list --json
    """
    declared = load_topics(folder, known_sources())
    with Archive(path, write=False) if path.exists() else nullcontext() as archive:
        for topic in declared.values():
            told = _told(archive, topic)
            if as_json:
                put_json(told)
            else:
                click.echo(_line(topic, told))
    if not declared and not as_json:
        click.echo(f"no topic is declared in {folder}; `baoluu topics add` drafts one", err=True)


def _told(archive: Archive | None, topic: Topic) -> dict[str, object]:
    count = archive.conn.execute(_COUNT, (topic.name,)).fetchone()[0] if archive else None
    state = "none"
    if archive and profile(archive, topic.name):
        state = "current" if is_current(archive, topic) else "outdated"
    return {
        "topic": topic.name,
        "title": topic.title,
        "articles": count,
        "profile": state,
        "since": str(topic.since) if topic.since else None,
        "until": str(topic.until) if topic.until else None,
        "papers": topic.papers,
        "seeds": topic.seeds,
    }


def _line(topic: Topic, told: dict[str, object]) -> str:
    count = "no archive" if told["articles"] is None else f"{told['articles']} articles, profile: {told['profile']}"
    days = f"{topic.since or '…'} to {topic.until or '…'}" if topic.since or topic.until else "all days"
    papers = ", ".join(topic.papers) or "all papers"
    return f"{topic.name}: {topic.title}\n  {count}; {days}; {papers}"
