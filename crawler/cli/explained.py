"""The account of one cleaning for people: which layout, where each field came from, what was cut, what each line is."""

import textwrap
from collections.abc import Iterator

import click

from crawler.cli.common import CONTROL
from pipelines.account import Account, Field, Row

_NAME = 10
_TAKEN = 12
_NARROWEST = 40


def told(account: Account, width: int) -> Iterator[str]:
    """The account in lines of at most `width` characters, but for words that are longer."""
    page = _Page(max(width, _NARROWEST))
    family = f", family {account.family}" if account.family else ""
    yield from page.item("page", account.url)
    yield from page.item("paper", f"{account.source}{family}{'' if account.declared else ' (declared nowhere)'}")
    yield from _layout(page, account)
    if account.refusal is not None:
        said = account.refusal
        yield from page.item("drop", f"{said.reason}: {said.detail}" if said.detail else said.reason)
        yield from page.item("", f"by: {said.rule}")
    if account.fields:
        yield from page.heading("Fields")
    for field in account.fields:
        yield from _field(page, field)
    yield from _cut(page, account)
    if account.lines:
        yield from page.heading("Lines")
    for row in account.lines:
        yield from _row(page, row)
    if account.doubts:
        yield from page.heading("Doubts")
    for doubt in account.doubts:
        yield from page.item("", doubt)


def _layout(page: "_Page", account: Account) -> Iterator[str]:
    layout = account.layout
    if layout.adopted is not None:
        yield from page.item("adopted", f"the rules of family {layout.adopted}, by its mark {layout.adopted_by}")
    if not layout.tried and layout.generation is None:
        return
    by = f" ({layout.layer})" if layout.layer else ""
    yield from page.item("generation", f"{layout.generation or 'none of those declared'}{by}")
    for tried in layout.tried:
        yield from page.item("", f"{'yes' if tried.shown else ' no'}  {tried.generation}: {tried.mark}")


def _field(page: "_Page", field: Field) -> Iterator[str]:
    if field.value is None:
        yield from page.item(field.name, "— empty")
    else:
        yield from page.item(field.name, _value(field))
        yield from page.item("", f"from {field.origin}{f' ({field.layer})' if field.layer else ''}")
    for note in field.notes:
        yield from page.item("", f"note: {note}")
    # What was asked before the value was found; where nothing was, everything.
    for asked in field.asked:
        if asked.result == "nothing":
            yield from page.item("", f"nothing at {asked.place} ({asked.layer})")
        elif asked.result == "gave" and (field.value is None or asked.place != field.origin):
            yield from page.item("", f"{asked.values} at {asked.place} ({asked.layer}): {'; '.join(asked.first)}")
    if field.value is None and not field.asked:
        yield from page.item("", "no place is declared")


def _value(field: Field) -> str:
    value = field.value
    if field.name == "text":
        return f"{len(str(value).split()):,} words: {textwrap.shorten(str(value), 120, placeholder=' …')}"
    if isinstance(value, list):
        parts = [f"{v['title']} <{v['url']}>" if isinstance(v, dict) else str(v) for v in value]
        return f"{len(parts)}: " + " | ".join(parts) if len(parts) > 1 else parts[0]
    return str(value)


def _cut(page: "_Page", account: Account) -> Iterator[str]:
    if account.pruned or account.unmatched:
        yield from page.heading("Pruned before anything was read")
    for cut in account.pruned:
        yield from page.item(f"{cut.what.elements} ×", f"{cut.what.selector} ({cut.layer})")
        for words in filter(None, cut.what.words):
            yield from page.item("", f"“{words}”")
    if account.unmatched:
        yield from page.item("not found", ", ".join(account.unmatched))


def _row(page: "_Page", row: Row) -> Iterator[str]:
    mark = "" if row.kept else "- "
    yield from page.item(f"{mark}{row.taken}", row.text.replace("\t", " | ").replace("\n", " / "), _TAKEN)
    if row.why:
        yield from page.item("", f"({row.why})", _TAKEN)


class _Page:
    def __init__(self, width: int) -> None:
        self._width = width

    def heading(self, text: str) -> Iterator[str]:
        yield ""
        yield text

    def item(self, name: str, text: str, column: int = _NAME) -> Iterator[str]:
        """A name, and the text beside it, wrapped below itself."""
        indent = " " * (column + 2)
        yield from textwrap.wrap(
            text,
            self._width,
            initial_indent=f"{name:<{column}}  ",
            subsequent_indent=indent,
            break_long_words=False,
            break_on_hyphens=False,
        ) or [name]


def put(account: Account) -> None:
    """Print the account for people, as wide as the terminal; 100 characters in a pipe."""
    import shutil

    for line in told(account, shutil.get_terminal_size((100, 24)).columns):
        click.echo(CONTROL.sub("", line))
