"""Plots, drawn here as SVG without scripts or styles of their own; the page shows the same numbers as a table."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import NamedTuple

from markupsafe import Markup

WIDTH, HEIGHT, FOOT, HEAD = 720, 130, 18, 14
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
    told: Sequence[Bar], label: str, usual: float | None = None, *, small: bool = False, width: int = WIDTH
) -> Markup:
    """The bars beside each other; `usual` is drawn as a line across. `label` says what they show.

    `small`: for the line of a table, without names and scale.
    """
    if not told:
        return Markup("")
    top = max([1.0, usual or 0.0, *(bar.value or 0.0 for bar in told)])
    step = width / len(told)
    parts = [_bar(bar, place, step, top) for place, bar in enumerate(told)]
    if usual is not None:
        y = round(_y(usual, top), 1)
        parts.append(Markup('<line class="usual" x1="0" x2="{}" y1="{}" y2="{}"/>').format(width, y, y))
    if small:
        head = Markup('<svg class="spark" viewBox="0 {} {} {}" preserveAspectRatio="none" role="img" aria-label="{}">')
        told_small = head.format(HEAD, width, HEIGHT - FOOT - HEAD, label)
        return told_small + Markup("").join(parts) + Markup("</svg>")
    parts += [_name(told[place].name, place, step, width) for place in _named(len(told), width // 120)]
    role = "group" if any(bar.url for bar in told) else "img"  # an image holds no links
    head = Markup('<svg class="bars" viewBox="0 0 {} {}" role="{}" aria-label="{}">')
    scale = Markup('<text class="scale" x="0" y="{}">{}</text>').format(HEAD - 3, f"{top:g}")
    return head.format(width, HEIGHT, role, label) + scale + Markup("").join(parts) + Markup("</svg>")


def points(told: Sequence[tuple[float, str]], label: str, unit: str) -> Markup:
    """A point for each (value, name), in order, on a line from 0 to the greatest; one row a name."""
    top, row = max(1.0, *(value for value, _ in told)), 20
    left, height = 190, row * len(told) + 24
    parts = []
    for place, (value, name) in enumerate(told):
        x, y = round(left + (WIDTH - left - 60) * value / top, 1), place * row + 14
        parts.append(
            Markup(
                '<g><text class="name" x="{}" y="{}" text-anchor="end">{}</text><line class="usual" x1="{}" x2="{}"'
                ' y1="{}" y2="{}"/><circle class="bar" cx="{}" cy="{}" r="5"/>'
                '<text class="name" x="{}" y="{}">{}</text></g>'
            ).format(left - 10, y + 4, name[:26], left, x, y, y, x, y, x + 9, y + 4, f"{value:g} {unit}")
        )
    head = Markup('<svg class="points" viewBox="0 0 {} {}" role="img" aria-label="{}">')
    return head.format(WIDTH, height, label) + Markup("").join(parts) + Markup("</svg>")


def _bar(bar: Bar, place: int, step: float, top: float) -> Markup:
    x, wide = round(place * step, 2), round(max(step - min(1.5, step / 4), 0.5), 2)
    title = Markup("<title>{}: {}{}</title>").format(
        bar.name, "–" if bar.value is None else f"{bar.value:g}", f" – {bar.note}" if bar.note else ""
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
        bar.url, bar.name, f"{bar.value:g}", title, rect
    )


def _y(value: float, top: float) -> float:
    return HEAD + (HEIGHT - FOOT - HEAD) * (1 - value / top)


def _named(count: int, most: int) -> list[int]:
    """Which bars have their names below: at most `most`, the first and the last among them."""
    if count == 1:
        return [0]
    return sorted({round(k * (count - 1) / min(most - 1, count - 1)) for k in range(min(most, count))})


def _name(name: str, place: int, step: float, width: int) -> Markup:
    x = (place + 0.5) * step
    anchor = "start" if x < 40 else "end" if x > width - 40 else "middle"
    x = 0 if anchor == "start" else width if anchor == "end" else x
    return Markup('<text class="name" x="{}" y="{}" text-anchor="{}">{}</text>').format(
        round(x, 1), HEIGHT - 4, anchor, name
    )


def _months(first: str, last: str) -> list[str]:
    start, end = (int(month[:4]) * 12 + int(month[5:7]) - 1 for month in (first, last))
    return [f"{n // 12:04d}-{n % 12 + 1:02d}" for n in range(start, end + 1)]
