"""How `sources check` prints what an archive's newest articles show."""

from collections.abc import Iterator, Sequence
from typing import Any

import click
import msgspec

from pipelines.confirm import Confirmation
from pipelines.drift import FIELDS, Count, Coverage, news, sentences
from pipelines.recurring import Recurring

_BAR = 20
_CELL = 4
"""Characters of a share in the table, `100!`; with the names over them in two rows it fits into 80 columns."""


class Checked(msgspec.Struct, frozen=True):
    """One paper of an archive."""

    name: str
    trouble: list[str]
    """What is wrong with its declaration."""
    coverage: Coverage | None
    """None where the archive holds no cleaned page of it."""
    confirmation: Confirmation | None
    """None where nothing is to be confirmed, or what was has changed."""
    recurring: list[Recurring]

    @property
    def drift(self) -> list[str]:
        """What got worse, as sentences."""
        return list(sentences(self.coverage)) if self.coverage else []

    def json(self) -> dict[str, Any]:
        """What `--json` prints."""
        told = msgspec.to_builtins(self.coverage) if self.coverage else None
        confirmed = self.confirmation
        return {
            "source": self.name,
            "trouble": self.trouble,
            "drift": self.drift,
            "coverage": told,
            "confirmed": confirmed.confirmed if confirmed else None,
            "unconfirmed": confirmed.lacking if confirmed else [],
            "recurring": msgspec.to_builtins(self.recurring),
        }


def put_all(papers: Sequence[Checked]) -> None:
    """Every paper on one line: the share of its newest articles that have each field; then what is to be said."""
    wide = max(len("paper"), *(len(p.name) for p in papers)) if papers else len("paper")
    upper, lower = _heads(list(FIELDS))
    click.echo(f"{'percent':{wide + 6}}{upper}")
    click.echo(f"{'paper':{wide}} {'pages':>5}{lower}")
    for paper in papers:
        if paper.coverage is None:
            click.echo(f"{paper.name:{wide}} {'none':>5}")
            continue
        cells = "".join(f" {_small(c):>{_CELL - 1}}{_mark(c)}" for c in paper.coverage.fields.values())
        click.echo(f"{paper.name:{wide}} {paper.coverage.pages:>5} {cells}".rstrip())
    click.echo()
    for paper in papers:
        for line in _remarks(paper):
            click.echo(f"{paper.name}: {line}")
    worse = sum(bool(p.drift) for p in papers)
    click.echo(f"{counted(len(papers), 'paper')}, {worse} drifted" + (" (!)" if worse else ""))


def counted(number: int, name: str) -> str:
    """`1 paper`, `2 papers`."""
    return f"{number} {name}" if number == 1 else f"{number} {name}s"


def _heads(names: Sequence[str]) -> tuple[str, str]:
    """Names over columns narrower than they are: every other one a row higher, each ending over its column's digits."""
    rows = [[" "] * (1 + (_CELL + 1) * len(names)) for _ in range(2)]
    for n, name in enumerate(names):
        end = (_CELL + 1) * (n + 1)
        rows[n % 2][end - len(name) : end] = name
    upper, lower = ("".join(row).rstrip() for row in rows)
    return upper, lower


def put_each(papers: Sequence[Checked]) -> None:
    """Every paper with a bar for each field, beside its past."""
    for paper in papers:
        told = paper.coverage
        if told is None:
            click.echo(f"{paper.name}: the archive holds no cleaned article page of it")
            continue
        click.echo(f"{paper.name}: the newest {told.pages} pages, since {told.since[:16]}; {told.past} before them")
        for name, count in told.fields.items():
            click.echo(_row(name, count))
        for name, count in _others(told):
            click.echo(_row(name, count))
        past = f"before {told.words.past:.0f}" if told.past else "no past"
        click.echo(f"  {'words':24} {told.words.now:.0f} in the median, {past}")
        for line in _remarks(paper):
            click.echo(f"  {line}")


def _others(told: Coverage) -> Iterator[tuple[str, Count]]:
    yield from ((f"generation {name}", count) for name, count in told.generations.items())
    if told.unknown is not None:
        yield "of no generation", told.unknown
    if told.unplaced is not None:
        yield "container not found", told.unplaced
    yield from ((f"dropped: {reason}", count) for reason, count in told.drops.items())


def _row(name: str, count: Count) -> str:
    if not count.of:
        return f"  {name:24} -"
    bar = "█" * round(_BAR * count.share)
    before = f"before {count.past_share:4.0%} of {count.past_of}" if count.past_of else "no past"
    return f"  {name:24} {bar:<{_BAR}} {count.share:4.0%} of {count.of:<4} {before}{'  !' if count.drift else ''}"


def _small(count: Count) -> str:
    return f"{100 * count.share:.0f}" if count.of else "-"


def _mark(count: Count) -> str:
    return "!" if count.drift else " "


def _remarks(paper: Checked) -> Iterator[str]:
    yield from paper.trouble
    yield from (f"! {line}" for line in paper.drift)
    if paper.coverage is not None:
        yield from news(paper.coverage)
    confirmed = paper.confirmation
    if confirmed is not None and confirmed.confirmed:
        yield (
            f'its facts are confirmed by {confirmed.live} live pages: write `evidence = "seen"` into'
            f" config/sources/{paper.name}.toml"
        )
    elif confirmed is not None:
        yield f"its facts are not confirmed yet: {', '.join(confirmed.lacking)}"
    for line in paper.recurring[:3]:
        yield f"looks like clutter, on {line.articles} of {line.of} articles since {line.since[:10]}: {line.text[:100]}"
    if paper.recurring:
        yield f"`baoluu sources recurring {paper.name}` tells more"
