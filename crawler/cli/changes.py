"""Commands on what a paper changed: history, diff."""

import html
import sys
from pathlib import Path

import click

from archive.diff import Change, changes
from archive.history import Revision, revisions_of
from archive.life import identity_of
from archive.store import Archive
from crawler.cli.common import archive_option, json_option, known_sources, put_json
from crawler.cli.types import Address

NAMES = {
    "kicker": "Tít phụ",
    "title": "Tít",
    "lead": "Sapo",
    "blocks": "Nội dung",
    "captions": "Chú thích ảnh",
    "authors": "Tác giả",
    "credit": "Nguồn",
    "published": "Ngày đăng",
}
_PAGE = """<!doctype html>
<html lang="vi"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>{title}</title>
<style>
body {{ font: 18px/1.6 Georgia, "Noto Serif", serif; max-width: 44rem; margin: 2rem auto; padding: 0 1rem }}
h1 {{ font-size: 1.4rem; line-height: 1.3 }} h2 {{ font-size: 1rem; color: #666; margin: 1.6rem 0 .3rem }}
p {{ margin: .3rem 0 }} .at {{ color: #666; font-size: .9rem; overflow-wrap: anywhere }}
del {{ background: #fdd; color: #900 }} ins {{ background: #dfd; color: #060; text-decoration: none }}
ins, del {{ padding: 0 .15em; border-radius: 3px }}
</style>
<h1>{title}</h1>
<p class="at">{url}</p>
<p class="at"><del>Bản {n}</del>, thấy lần đầu {seen} · <ins>Bản {m}</ins>, thấy lần đầu {seen_again}</p>
{passages}
</html>
"""


@click.command()
@click.argument("url", type=Address())
@json_option
@archive_option
def history(url: str, as_json: bool, path: Path) -> None:
    """List the states that the paper gave an article, and what changed from each to the next.

    \b
    baoluu history https://vietnamnet.vn/some-article-2495349.html
    """
    states = _states(path, url)
    for before, state in zip([None, *states], states, strict=False):
        changed = state.changed_since(before)
        if as_json:
            put_json(_entry(state, changed))
            continue
        told = ", ".join(f"{name} {count}" for name, count in changed.items()) or "as first seen"
        click.echo(
            f"{state.n:3}  {_day(state.first_seen)} – {_day(state.last_seen)}  {state.record.title or '(no title)'}"
        )
        click.echo(f"     {'changed: ' * bool(changed)}{told}")


@click.command()
@click.argument("url", type=Address())
@click.argument("other", type=Address(), required=False)
@click.option("--from", "first", type=click.IntRange(1), help="Number of the earlier state; default: the one before.")
@click.option("--to", "second", type=click.IntRange(1), help="Number of the later state; default: the last.")
@click.option("--html", "page", type=click.Path(dir_okay=False, allow_dash=True), help="Write a page for the browser.")
@json_option
@archive_option
def diff(
    url: str, other: str | None, first: int | None, second: int | None, page: str | None, as_json: bool, path: Path
) -> None:
    """Show word by word what the paper changed in an article between two of its states.

    With OTHER, the URL of a second article: what that one, as it is now, has otherwise than the first.

    \b
    baoluu diff https://vietnamnet.vn/some-article-2495349.html
    baoluu diff https://vietnamnet.vn/some-article-2495349.html --from 1 --to 3 --html changes.html
    baoluu diff https://vietnamnet.vn/some-article-2495349.html https://laodong.vn/thoi-su/the-same-1539552.ldo
    """
    states = _states(path, url)
    if other:
        if first or second:
            raise click.UsageError("--from and --to tell states of one article; of two the last ones are compared")
        return _put(url, states[-1], _states(path, other)[-1], page, as_json, other)
    if len(states) == 1 and first is second is None:
        click.echo(f"The paper has not changed this article since it was first seen on {_day(states[0].first_seen)}.")
        return None
    later = _pick(states, second or len(states))
    return _put(url, _pick(states, first or max(1, later.n - 1)), later, page, as_json)


def _put(
    url: str, earlier: Revision, later: Revision, page: str | None, as_json: bool, other: str | None = None
) -> None:
    """Print, or write, what differs between two states, of one article or of two."""
    found = list(changes(earlier.record, later.record))
    if as_json:
        two = {"other": other} if other else {}
        put_json({"url": url, **two, "from": earlier.n, "to": later.n, "changes": found})
    elif page:
        with click.open_file(page, "w", encoding="utf-8") as out:
            out.write(_html(earlier, later, found))
    elif other:
        click.echo(f"--- {url}\n+++ {other}")
        print_changes(found)
    else:
        _print(earlier, later, found)


def _states(path: Path, url: str) -> list[Revision]:
    """The revisions of the article at `url`; none is an error that says where to look."""
    with Archive(path, write=False) as archive:
        states = revisions_of(archive, identity_of(archive, known_sources(), url))
    if not states:
        raise click.ClickException(f"no article at {url}; `baoluu why {url}` tells what is known of it")
    return states


def _pick(states: list[Revision], n: int) -> Revision:
    if n > len(states):
        raise click.UsageError(f"the article has {len(states)} states; there is no number {n}")
    return states[n - 1]


def _entry(state: Revision, changed: dict[str, int]) -> dict[str, object]:
    return {
        "n": state.n,
        "first_seen": state.first_seen,
        "last_seen": state.last_seen,
        "url": state.url,
        "title": state.record.title,
        "sha": state.sha,
        "cleaner": state.record.cleaner,
        "changed": changed,
    }


def _same_rules(earlier: Revision, later: Revision) -> bool:
    """Whether both states were cleaned by the same rules: otherwise a difference may be ours, not the paper's."""
    return earlier.record.cleaner == later.record.cleaner


def _print(earlier: Revision, later: Revision, found: list[Change]) -> None:
    if not _same_rules(earlier, later):
        click.echo(
            "These two states were cleaned by different rules; some of what differs may not be the paper's doing."
        )
    click.echo(f"--- {earlier.n}, first seen {_day(earlier.first_seen)}")
    click.echo(f"+++ {later.n}, first seen {_day(later.first_seen)}")
    print_changes(found)


def print_changes(found: list[Change]) -> None:
    """The changed passages, in colours on a terminal."""
    coloured = sys.stdout.isatty()
    red, green = click.style("{}", fg="red", strikethrough=True), click.style("{}", fg="green", bold=True)
    for change in found:
        text = change.marked({" ": "{}", "-": red, "+": green}, 12) if coloured else change.plain(12)
        click.echo(f"{change.field}: {text}")


def _html(earlier: Revision, later: Revision, found: list[Change]) -> str:
    """A page of its own for the browser, in Vietnamese; nothing in it comes from elsewhere."""
    parts, field = [], ""
    if not _same_rules(earlier, later):
        parts.append(
            '<p class="at">Hai bản được làm sạch theo hai bộ quy tắc khác nhau: có chỗ khác không phải do báo sửa.</p>'
        )
    for change in found:
        if change.field != field:
            parts.append(f"<h2>{NAMES[(field := change.field)]}</h2>")
        parts.append(f"<p>{change.html()}</p>")
    return _PAGE.format(
        title=html.escape(later.record.title or "(không tít)"),
        url=html.escape(later.record.url),
        n=earlier.n,
        m=later.n,
        seen=_day(earlier.first_seen),
        seen_again=_day(later.first_seen),
        passages="\n".join(parts),
    )


def _day(moment: str) -> str:
    """`2025-03-10T08:00:00+07:00` as Vietnamese readers write it."""
    return f"{moment[8:10]}/{moment[5:7]}/{moment[:4]} {moment[11:16]}"
