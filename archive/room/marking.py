"""Text with marks in it, escaped."""

from markupsafe import Markup, escape

from archive.marks import Span


def marked(text: str | None, spans: list[Span]) -> Markup:
    """`text`, escaped, its `spans` in `<mark>`."""
    said, parts, at = text or "", [], 0
    for start, end in spans:
        parts += [escape(said[at:start]), Markup("<mark>"), escape(said[start:end]), Markup("</mark>")]
        at = end
    return Markup("").join([*parts, escape(said[at:])])
