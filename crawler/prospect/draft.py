"""The draft declaration as TOML: what was seen is written, what was guessed says so beside it."""

import json
import re
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from config.declarations import Discover
from config.sources import HERE, Source, load
from crawler.prospect.proposal import Proposal
from crawler.prospect.words import Language, say

WIDTH = 100
_GUESSES = (
    "few",
    "unopened",
    "dead",
    "order-unknown",
    "order-guessed",
    "family-feeds",
    "no-section",
    "no-pager",
    "lost",
)


def toml_of(made: Proposal, language: Language, *, asked: str, day: str, facts: str) -> str:
    """The text of `config/sources/<id>.toml`. `day` is when the pages were looked at, `facts` one line about them."""
    lines = [*_comments(made, language, asked, day), f"title = {_text(made.title)}", f"hosts = {_list(made.hosts)}"]
    if made.family:
        lines.append(f"family = {_text(made.family)}")
    lines += ['evidence = "seen"', f"facts = {_list([facts])}"]
    if made.scheme == "http":
        lines.append('scheme = "http"')
    if made.language != "vi":
        lines.append(f"language = {_text(made.language)}")
    lines += _urls(made)
    lines += _discover(made, language)
    lines += _rules(made)
    lines += _examples(made)
    return "\n".join(lines) + "\n"


def loaded(text: str, name: str, port: int | None) -> Source:
    """The paper that the draft declares, over the real families. Raises DeclarationError as `load` does."""
    with tempfile.TemporaryDirectory(prefix="baoluu-draft-") as folder:
        (Path(folder) / "sources").mkdir()
        (Path(folder) / "sources" / f"{name}.toml").write_text(text, encoding="utf-8")
        return load(Path(folder), families=HERE / "families", port=port)[name]


def _comments(made: Proposal, language: Language, asked: str, day: str) -> Iterator[str]:
    yield from _wrapped(say(language, "draft-head", title=made.title, url=asked, day=day))
    sure = [
        say(language, "sure-family", family=m.family, mark=m.selector, pages=m.pages, of=m.of) for m in made.marks[:1]
    ]
    if made.fitting[1]:
        sure.append(say(language, "sure-pattern", n=made.fitting[0], of=made.fitting[1]))
    sure += [say(language, "sure-field", field=field, holds=p.holds, of=p.of) for field, p in made.rules.items()]
    unsure = [say(language, key, **told) for key, told in made.doubts if key in _GUESSES]
    for head, items in (("draft-sure", sure), ("draft-guess", unsure)):
        if items:
            yield "#"
            yield f"# {say(language, head)}"
            for item in items:
                yield from _wrapped(item, "# - ", "#   ")


def _wrapped(text: str, first: str = "# ", other: str = "# ") -> list[str]:
    """`text` as comment lines; no control character gets into a comment."""
    words, lines = re.sub(r"[\x00-\x1f\x7f]+", " ", text).split(" "), [""]
    for word in words:
        if lines[-1] and len(lines[-1]) + len(word) > WIDTH:
            lines.append("")
        lines[-1] += (" " if lines[-1] else "") + word
    return [(first if n == 0 else other) + line for n, line in enumerate(lines)]


def _text(value: str) -> str:
    """A TOML string: literal where that is plainer (patterns), else basic; JSON's escapes are TOML's too."""
    if "\\" in value and "'" not in value and value.isprintable():
        return f"'{value}'"
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _list(values: Sequence[str]) -> str:
    short = "[" + ", ".join(map(_text, values)) + "]"
    return short if len(short) <= WIDTH else "[\n" + "".join(f"  {_text(v)},\n" for v in values) + "]"


def _urls(made: Proposal) -> list[str]:
    if made.urls is None:
        return []
    told = [(name, getattr(made.urls, name)) for name in ("article", "section")]
    return ["", "[urls]", *(f"{name} = {_list(patterns)}" for name, patterns in told if patterns)]


def _discover(made: Proposal, language: Language) -> list[str]:
    rules, default = made.discover, Discover()
    lines = [f"{n} = {_list(v)}" for n in ("feeds", "sitemaps", "sitemap_skip") if (v := getattr(rules, n))]
    if rules.sections:
        guess = say(language, "not-opened")
        opened = {s.url for s in made.sections if s.articles is not None}
        marked = zip(
            rules.sections, [any(url.endswith(path) for url in opened) for path in rules.sections], strict=True
        )
        lines += ["sections = [", *(f"  {_text(p)}," + ("" if seen else f"  # {guess}") for p, seen in marked), "]"]
    if rules.pager:
        lines.append(f"pager = {_text(rules.pager)}")
    lines += [
        f"{n} = {getattr(rules, n)}" for n in ("pager_first", "pager_step") if getattr(rules, n) != getattr(default, n)
    ]
    if rules.feed_order != default.feed_order:
        lines.append(f"feed_order = {_text(rules.feed_order)}")
    return ["", "[discover]", *lines] if lines else []


def _rules(made: Proposal) -> list[str]:
    lines = [f"{field} = {_list(place.places)}" for field, place in made.rules.items()]
    return ["", "[rules]", *lines] if lines else []


def _examples(made: Proposal) -> list[str]:
    told = [(kind, urls) for kind, urls in made.examples.items() if urls]
    return ["", "[examples]", *(f"{kind} = {_list(urls)}" for kind, urls in told)] if told else []
