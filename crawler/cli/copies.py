"""Who else printed a story: copies."""

from collections.abc import Iterator
from pathlib import Path

import click

from archive.copies import catch_up, waiting
from archive.diff import changes
from archive.family import Family, Member, family_of
from archive.history import shown
from archive.life import identity_of
from archive.store import Archive
from config.sources import Sources
from crawler.cli.changes import print_changes
from crawler.cli.common import archive_option, json_option, known_sources, progress, put_json
from crawler.cli.types import Address

SHOWN = 5
"""Articles that are no copies, and are told with the reason."""
_WORDS = 12
"""Words of a passage that are printed."""


@click.command()
@click.argument("url", type=Address(), required=False)
@click.option("--diff", "differ", is_flag=True, help="Show word by word what each copy changed.")
@click.option("--catch-up", "catching", is_flag=True, help="Look at every article that was not looked at yet.")
@json_option
@archive_option
def copies(url: str | None, differ: bool, catching: bool, as_json: bool, path: Path) -> None:
    """Tell who else printed a story: the first publisher, and each copy with its delay and what it changed.

    Copies are found as articles come in. An archive that an earlier version made is looked through once, with
    --catch-up; stopped, that goes on. "First" is said by the papers' own times of publication alone.

    \b
    baoluu copies https://vietnamnet.vn/some-article-2495349.html
    baoluu copies https://vietnamnet.vn/some-article-2495349.html --diff
    baoluu copies --catch-up
    """
    if catching:
        if url or differ:
            raise click.UsageError("--catch-up looks at the whole archive; name no URL with it")
        return _catch_up(path)
    if url is None:
        raise click.UsageError("name the URL of an article, or give --catch-up")
    sources = known_sources()
    with Archive(path, write=False) as archive:
        family = family_of(archive, sources, identity_of(archive, sources, url))
        if family is None:
            raise click.ClickException(f"no article at {url}; `baoluu why {url}` tells what is known of it")
        if not archive.published and (count := waiting(archive)):
            click.echo(f"{count} articles have not been looked at yet: `baoluu copies --catch-up`", err=True)
        if as_json:
            for entry in _entries(family):
                put_json(entry)
            return None
        click.echo("\n".join(_told(family, sources)))
        if differ:
            _differences(archive, sources, family)
    return None


def _catch_up(path: Path) -> None:
    with Archive(path, create=False) as archive, progress("compared") as show:
        count = catch_up(archive, known_sources(), show)
    click.echo(f"{count} articles looked at")


def _entries(family: Family) -> Iterator[object]:
    yield from family.members
    yield from ({"role": "no copy", **{f: getattr(near, f) for f in near.__struct_fields__}} for near in family.near)


def _told(family: Family, sources: Sources) -> Iterator[str]:
    """The family for people."""
    against = next(member for member in family.members if member.url == family.against)
    others = [member for member in family.members if member is not against]
    yield against.title or "(no title)"
    yield f"  {against.url}"
    if not others:
        yield "  No other article of the archive tells this story in the same words."
    elif family.first:
        yield f"  first printed by {_paper(against, sources)}, {_when(against)}, as far as the archive knows"
    else:
        yield f"  {_paper(against, sources)}, {_when(against)}; who was first is not known: {_unknown(family, sources)}"
    for member in others:
        yield ""
        yield from _lines(member, sources)
    yield from _near(family)


def _unknown(family: Family, sources: Sources) -> str:
    dated = [member for member in family.members if member.published]
    if not dated:
        return "no one states a time of publication"
    return "the times that " + " and ".join(_paper(m, sources) for m in dated[:2]) + " state do not tell"


def _lines(member: Member, sources: Sources) -> Iterator[str]:
    after = "" if member.delay is None else f"{member.delay:+.1f} h"
    shares = f"{member.taken:.0%} of its text, {member.left_in:.0%} of the other's"
    paper = _paper(member, sources) + (" itself, again" if member.within else "")
    yield f"{paper:24}  {_when(member):17} {after:>9}  {member.kind:9} {shares}"
    yield f"  {member.title or '(no title)'}" + ("  (the one asked for)" if member.asked else "")
    yield f"  {member.url}"
    if member.credit:
        whom = {"original": "the first paper", "agency": "an agency", "another": "a third paper"}[member.names or ""]
        yield f"  names as its origin: {member.credit} ({whom})"
    for what, passages in (("left out", member.cut), ("added", member.added)):
        if passages:
            count = sum(len(passage.split()) for passage in passages)
            longest = max(passages, key=len).split()
            dots = " …" if len(longest) > _WORDS or len(passages) > 1 else ""
            yield f"  {what} {count} words: {' '.join(longest[:_WORDS])}{dots}"


def _near(family: Family) -> Iterator[str]:
    if not family.near:
        return
    yield ""
    yield f"No copies, though they share much ({len(family.near)}):"
    for near in family.near[:SHOWN]:
        yield f"  {near.source}: {near.title or '(no title)'}"
        yield f"    {near.url}"
        yield f"    {near.why}"
    if len(family.near) > SHOWN:
        yield f"  … and {len(family.near) - SHOWN} more; --json tells them"


def _differences(archive: Archive, sources: Sources, family: Family) -> None:
    first = shown(archive, identity_of(archive, sources, family.against))
    for member in family.members:
        record = shown(archive, identity_of(archive, sources, member.url))
        if first and record and member.url != family.against:
            click.echo(f"\n--- {family.against}\n+++ {member.url}")
            print_changes(list(changes(first, record)))


def _paper(member: Member, sources: Sources) -> str:
    return sources.named(member.source).title


def _when(member: Member) -> str:
    """The time of publication, as exact as it is stated."""
    if member.published is None:
        return "no time stated"
    day = f"{member.published[8:10]}/{member.published[5:7]}/{member.published[:4]}"
    if member.precision == "month":
        return day[3:]
    return day if member.precision == "day" else f"{day} {member.published[11:16]}"
