"""What templates may call beside plain words: plots of their data, links that narrow a search, reasons in words."""

import json
from collections.abc import Callable, Sequence
from functools import partial
from itertools import groupby
from typing import Any

from markupsafe import Markup

from archive.facts import Block
from archive.family import Family
from archive.marks import spans
from archive.query import EmptyQuery, parse
from archive.reasons import Reason
from archive.room import words
from archive.room.charts import Bar, bars, of_months, series
from archive.room.marking import marked
from archive.room.view import Made, query

Link = Callable[[str], str]
COUNTERS = ("found", "kept", "cleaned", "dropped", "errors")
SHORT = 300
SPARK = 14


def helpers(made: Made) -> dict[str, Any]:
    """By name; `made` tells the language and where the room is."""
    lang, site = made.ask.lang, made.site

    def narrowed(**more: str) -> Link:
        """The search in a span of time, which is a day, month or year as `YYYY[-MM[-DD]]`."""
        return lambda span: f"{site}search{query(**more, since=span, until=span)}"

    return {
        "day": words.day,
        "series": lambda days: series({one.name: one.articles for one in days if one.name}),
        "month_series": lambda months: of_months({one.name: one.articles for one in months if one.name}),
        "span_link": narrowed(),
        "span_link_of": lambda source: narrowed(source=source),
        "topic_link": lambda topic: narrowed(topic=topic),
        "month_link": lambda span: _month_link(made, span),
        "name_of": name_of,
        "plot": lambda told, label, width: bars(
            [Bar(name, value, url) for name, value, url in told], label, partial(words.number, lang), width=width
        ),
        "day_plot": lambda paper: _days(paper, lang),
        "spark": lambda paper: _days(paper, lang, SPARK),
        "spread_plot": lambda family: _spread(family, made),
        "found": _finder(made.ask.text("q")),
        "grouped": grouped,
        "why": lambda reason: why(lang, reason),
        "percent": lambda part, whole: f"{100 * part / whole:.0f}%" if whole else "–",
        "meter": meter,
        "short": short,
        "counters": COUNTERS,
        "added": lambda value: sum(value.values()) if isinstance(value, dict) else value,
        "pretty": lambda value: json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True),
    }


def name_of(span: str) -> str:
    """A day, month or year of a timeline as readers write it."""
    return words.day(span) if len(span) > 4 else span


def _month_link(made: Made, span: str) -> str:
    kept = {name: value for name, value in made.ask.args.items() if name not in ("page", "lang", "since", "until")}
    return f"{made.site}search{query(**kept, since=span, until=span)}"


def _days(paper: Any, lang: str, most: int | None = None) -> Markup:
    """The new articles of a paper's last days, as `pipelines.health.Paper` tells them."""
    told = [Bar(words.day(one.day), one.new) for one in paper.days[-(most or len(paper.days)) :]]
    write = partial(words.number, lang)
    values = ", ".join("–" if one.value is None else write(one.value) for one in told)
    return bars(told, f"{words.said(lang, 'new_a_day')}: {values}", write, paper.usual, small=most is not None)


def _spread(family: Family, made: Made) -> Markup:
    """Who printed a story when: a point a paper on a line of hours after the first."""
    told = [(one.delay or 0.0, made.room.sources.named(one.source).title) for one in family.members
            if one.delay is not None or one.role == "first"]  # fmt: skip
    if len(told) < 2 or family.first is None:
        return Markup("")
    from archive.room.charts import points

    lang = made.ask.lang
    return points(sorted(told), words.said(lang, "spread"), lambda hours: words.said(lang, "n_hours", hours=hours))


def _finder(q: str) -> Callable[[str | None], Markup]:
    """Marks the words of the search that led to a page."""
    try:
        wanted = parse(q) if q else None
    except EmptyQuery:
        wanted = None
    return lambda text: marked(text, spans(text or "", wanted) if wanted else [])


def grouped(blocks: Sequence[Block]) -> list[tuple[str, list[Block]]]:
    """The blocks, items of a list together."""
    return [("li" if listed else "", list(told)) for listed, told in groupby(blocks, lambda one: one.kind == "li")]


def why(lang: str, reason: Reason) -> str:
    """A reason for which two articles are neighbours."""
    if reason.by == "copy":
        return words.said(lang, "why_copy", kind=words.said(lang, f"kind_{reason.kind}"))
    if reason.by == "text":
        return words.said(lang, "why_text", words=", ".join(reason.phrases))
    if reason.by == "tag":
        return words.said(lang, "why_tag" if reason.how == "tag" else "why_topic", words=reason.words)
    if reason.how == "both":
        return words.said(lang, "why_both", words=reason.words or reason.url)
    return words.said(lang, f"why_{reason.how}", kind=words.said(lang, f"link_{reason.kind}"))


def meter(share: float) -> Markup:
    """A share as a bar; the number stands beside it."""
    return Markup(
        '<svg class="meter" viewBox="0 0 100 10" aria-hidden="true"><rect class="gap" width="100" height="10"/>'
        '<rect class="bar" width="{}" height="10"/></svg>'
    ).format(round(100 * share))


def short(value: Any) -> str:
    """A value of any kind in at most `SHORT` letters."""
    if isinstance(value, list | tuple):
        value = "; ".join(str(getattr(one, "text", one)) for one in value)
    text = "–" if value in (None, "") else str(value)
    return text if len(text) <= SHORT else text[: SHORT - 1] + "…"
