"""Plots, drawn here as SVG without scripts or styles of their own; the page shows the same numbers as a table."""

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from markupsafe import Markup

WIDTH, HEIGHT, FOOT, HEAD = 720, 146, 26, 20
"""Units of a plot, of which a phone shows two a pixel: names are written larger there (room.css), with room for it."""
POINTS, NAMES, ROW = 480, 180, 26
"""Width of a plot of points, of the names before it, and height of a line: narrow, to be read on a phone as it is."""
MOST_DAYS = 120
"""More days than this are shown by month."""


class Bar(NamedTuple):
    """One bar: what it is called, how high it is (None: nobody looked), and where it leads."""

    name: str
    value: float | None
    url: str = ""
    note: str = ""
    """Drawn as an alarm where it is not empty, and said when pointed at."""


def calendar(counts: dict[str, int], first: str, last: str) -> list[tuple[str, int]]:
    """Every day, or month, from `first` to `last`, with its count: days without any are days, too."""
    if len(first) == 7:
        return [(month, counts.get(month, 0)) for month in _months(first, last)]
    start, end = date.fromisoformat(first), date.fromisoformat(last)
    days = ((start + timedelta(n)).isoformat() for n in range((end - start).days + 1))
    return [(day, counts.get(day, 0)) for day in days]


def series(days: dict[str, int]) -> list[tuple[str, int]]:
    """A timeline of counts by day (`YYYY-MM-DD`): by day where they span few, else by month, else by year."""
    if not days:
        return []
    first, last = min(days), max(days)
    if (date.fromisoformat(last) - date.fromisoformat(first)).days < MOST_DAYS:
        return calendar(days, first, last)
    by_month: dict[str, int] = {}
    for day, n in days.items():
        by_month[day[:7]] = by_month.get(day[:7], 0) + n
    return of_months(by_month)


def of_months(counts: dict[str, int]) -> list[tuple[str, int]]:
    """A timeline of counts by month (`YYYY-MM`), by year where they span very many."""
    if not counts:
        return []
    if len(list(_months(min(counts), max(counts)))) <= MOST_DAYS:
        return calendar(counts, min(counts), max(counts))
    years: dict[str, int] = {}
    for month, n in counts.items():
        years[month[:4]] = years.get(month[:4], 0) + n
    return [(str(year), years.get(f"{year:04d}", 0)) for year in range(int(min(years)), int(max(years)) + 1)]


def bars(
    told: Sequence[Bar],
    label: str,
    write: Callable[[float], str],
    usual: float | None = None,
    *,
    small: bool = False,
    width: int = WIDTH,
) -> Markup:
    """The bars beside each other; `usual` is drawn as a line across. `label` says what they show.

    `write` tells a number in the reader's language. `small`: for the line of a table, without names and scale.
    """
    if not told:
        return Markup("")
    top = max([1.0, usual or 0.0, *(bar.value or 0.0 for bar in told)])
    step = width / len(told)
    parts = [_bar(bar, place, step, top, write) for place, bar in enumerate(told)]
    if usual is not None:
        y = round(_y(usual, top), 1)
        parts.append(Markup('<line class="usual" x1="0" x2="{}" y1="{}" y2="{}"/>').format(width, y, y))
    if small:
        head = Markup('<svg class="spark" viewBox="0 {} {} {}" preserveAspectRatio="none" role="img" aria-label="{}">')
        told_small = head.format(HEAD, width, HEIGHT - FOOT - HEAD, label)
        return told_small + Markup("").join(parts) + Markup("</svg>")
    named = _named(len(told), width // 120)
    ends = {named[0], named[-1]}
    parts += [_name(told[place].name, place, step, width, place in ends) for place in named]
    role = "group" if any(bar.url for bar in told) else "img"  # an image holds no links
    head = Markup('<svg class="bars{}" viewBox="0 0 {} {}" role="{}" aria-label="{}">')
    scale = Markup('<text class="scale" x="0" y="{}">{}</text>').format(HEAD - 4, write(top))
    return (
        head.format(" broad" if width == WIDTH else "", width, HEIGHT, role, label)
        + scale
        + Markup("").join(parts)
        + Markup("</svg>")
    )


def points(told: Sequence[tuple[float, str]], label: str, write: Callable[[float], str]) -> Markup:
    """A point for each (value, name), in order, on a line from 0 to the greatest, told by `write`; one row a name."""
    top = max(1.0, *(value for value, _ in told))
    parts = []
    for place, (value, name) in enumerate(told):
        x, y = round(NAMES + (POINTS - NAMES - 90) * value / top, 1), place * ROW + 16
        parts.append(
            Markup(
                '<g><text class="name" x="{}" y="{}" text-anchor="end">{}</text><line class="usual" x1="{}" x2="{}"'
                ' y1="{}" y2="{}"/><circle class="bar" cx="{}" cy="{}" r="5"/>'
                '<text class="name" x="{}" y="{}">{}</text></g>'
            ).format(NAMES - 12, y + 5, name[:22], NAMES, x, y, y, x, y, x + 10, y + 5, write(value))
        )
    head = Markup('<svg class="points" viewBox="0 0 {} {}" role="img" aria-label="{}">')
    return head.format(POINTS, ROW * len(told) + 8, label) + Markup("").join(parts) + Markup("</svg>")


def _bar(bar: Bar, place: int, step: float, top: float, write: Callable[[float], str]) -> Markup:
    x, wide = round(place * step, 2), round(max(step - min(1.5, step / 4), 0.5), 2)
    title = Markup("<title>{}: {}{}</title>").format(
        bar.name, "–" if bar.value is None else write(bar.value), f" – {bar.note}" if bar.note else ""
    )
    if bar.value is None:
        return Markup('<g>{}<rect class="gap" x="{}" y="{}" width="{}" height="{}"/></g>').format(
            title, x, HEIGHT - FOOT - 6, wide, 6
        )
    y = round(_y(bar.value, top), 1)
    rect = Markup('<rect class="{}" x="{}" y="{}" width="{}" height="{}"/>').format(
        "bar alarm" if bar.note else "bar", x, y, wide, round(HEIGHT - FOOT - y, 1)
    )
    if not bar.url:
        return Markup("<g>{}{}</g>").format(title, rect)
    return Markup('<a href="{}" aria-label="{}: {}" tabindex="-1">{}{}</a>').format(
        bar.url, bar.name, write(bar.value), title, rect
    )


def _y(value: float, top: float) -> float:
    return HEAD + (HEIGHT - FOOT - HEAD) * (1 - value / top)


def _named(count: int, most: int) -> list[int]:
    """Which bars have their names below: at most `most`, the first and the last among them."""
    if count == 1:
        return [0]
    return sorted({round(k * (count - 1) / min(most - 1, count - 1)) for k in range(min(most, count))})


def _name(name: str, place: int, step: float, width: int, end: bool) -> Markup:
    """The name below a bar; only those at the ends are shown where the screen is narrow."""
    x = (place + 0.5) * step
    anchor = "start" if x < 40 else "end" if x > width - 40 else "middle"
    x = 0 if anchor == "start" else width if anchor == "end" else x
    return Markup('<text class="{}" x="{}" y="{}" text-anchor="{}">{}</text>').format(
        "name" if end else "name between", round(x, 1), HEIGHT - 6, anchor, name
    )


def _months(first: str, last: str) -> list[str]:
    start, end = (int(month[:4]) * 12 + int(month[5:7]) - 1 for month in (first, last))
    return [f"{n // 12:04d}-{n % 12 + 1:02d}" for n in range(start, end + 1)]
