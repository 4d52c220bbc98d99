"""When a list that was read is to be read again because something names it. Pure."""

import msgspec

from archive.facts import Found, Hints


class Read(msgspec.Struct):
    """What is known of a list in the frontier: how often it was read, and with which hints."""

    visits: int
    hints: Hints


def again_since(known: Read, found: Found, run: float, back: float) -> float | None:
    """The moment since which it must have been read to count as read; None: it is not wanted again.

    `run` is when the run began: feeds, sections and sitemaps are read once a run. A sitemap with a stated date is
    read again when that has moved. `back` is when the back-fill under way began, maybe runs ago: its lists are read
    once, and only those are read again that were read for other days, of which some articles were passed over.
    """
    dated = found.kind == "sitemap" and found.hints.date is not None
    unmoved = dated and known.visits > 0 and found.hints.date == known.hints.date
    if found.changed_only and (not known.visits or unmoved or not dated):
        return None
    if not found.back:
        return None if unmoved and known.hints.span is None else run
    if unmoved and known.hints.span in (None, found.hints.span):
        return None
    return min(run, back) if known.visits and known.hints.span == found.hints.span else run
