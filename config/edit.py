"""Editing a declaration's TOML, to add a pattern or put a topic's phrases: comments and layout stay as they are."""

import json
import os
import re
import shutil
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

_STRING = r"'''.*?'''|\"\"\".*?\"\"\"|'[^'\n]*'|\"(?:\\.|[^\"\\\n])*\""
_TOKEN = re.compile(rf"{_STRING}|#[^\n]*|\[|\]", re.S)
_HEADER = re.compile(r"^[ \t]*\[{1,2}[^\]\n]+\]{1,2}[ \t]*(?:#[^\n]*)?$", re.M)
_RULES = re.compile(r"^[ \t]*\[rules\][ \t]*(?:#[^\n]*)?$", re.M)
_MAY = re.compile(r"^[ \t]*\[phrases\.may\][ \t]*(?:#[^\n]*)?$", re.M)
_KEY = re.compile(r"^[ \t]*drop_lines[ \t]*=[ \t]*(?=\[)", re.M)


class NotEditable(ValueError):
    """The text is laid out in a way that cannot be edited safely; the keeper adds the pattern himself."""


def with_drop_line(text: str, pattern: str) -> str:
    """`text` with `pattern` added to its `rules.drop_lines`; unchanged where it stands there already.

    What comes out says the same as before and the pattern, or `NotEditable` is raised: it is read again to make sure.
    """
    before = tomllib.loads(text)
    if pattern in before.get("rules", {}).get("drop_lines", ()):
        return text
    made = _edited(text, _literal(pattern), had="rules" in before)
    wanted: dict[str, Any] = before | {"rules": dict(before.get("rules", {}))}
    wanted["rules"]["drop_lines"] = [*wanted["rules"].get("drop_lines", ()), pattern]
    try:
        found = tomllib.loads(made)
    except tomllib.TOMLDecodeError as error:
        raise NotEditable(
            f"rules.drop_lines cannot be edited here ({error}); add {_literal(pattern)} by hand"
        ) from None
    if found != wanted:
        raise NotEditable(f"rules.drop_lines cannot be edited here; add {_literal(pattern)} by hand")
    return made


def with_phrases(text: str, may: Mapping[str, float]) -> str:
    """`text`, a topic's declaration, with `may` in the place of its `[phrases.may]`; whole lines of comment stay there.

    Nothing else of what it says is changed, or `NotEditable` is raised.
    """
    before = tomllib.loads(text)
    lines = "".join(f"{_key(phrase)} = {weight}\n" for phrase, weight in may.items())
    found = _header(text, _MAY)
    if found is None:
        made = f"{text.rstrip()}\n\n[phrases.may]\n{lines}"
    else:
        start, end = found
        told = "".join(f"{line}\n" for line in text[start:end].splitlines() if line.lstrip().startswith("#"))
        made = f"{text[:start]}\n{told}{lines}" + (f"\n{text[end:]}" if text[end:].strip() else "")
    wanted = before | {"phrases": {**before.get("phrases", {}), "may": dict(may)}}
    try:
        read = tomllib.loads(made)
    except tomllib.TOMLDecodeError as error:
        raise NotEditable(f"phrases.may cannot be edited here ({error}); make it a table [phrases.may]") from None
    if read != wanted:
        raise NotEditable("phrases.may cannot be edited here; make it a table [phrases.may] of one line a phrase")
    return made


def _key(phrase: str) -> str:
    return json.dumps(phrase, ensure_ascii=False)


def put_file(path: Path, text: str) -> None:
    """Write `text` to `path`, in the place of what is there, wholly or not at all.

    Raises OSError, and leaves nothing.
    """
    beside = path.with_name(f".{path.name}.new")
    try:
        with beside.open("w", encoding="utf-8", newline="") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        if path.exists():
            shutil.copymode(path, beside)
        beside.replace(path)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise


def _literal(pattern: str) -> str:
    if pattern.isprintable() and "'" not in pattern:
        return f"'{pattern}'"
    return json.dumps(pattern, ensure_ascii=False)


def _edited(text: str, literal: str, *, had: bool) -> str:
    header = _header(text, _RULES)
    if header is None:
        if had:  # dotted keys, an inline table
            raise NotEditable(f"there is no line `[rules]` here; add {literal} to rules.drop_lines by hand")
        at = _own_tables_end(text)
        gap = "" if text[:at].endswith("\n\n") or not at else "\n" if text[:at].endswith("\n") else "\n\n"
        return f"{text[:at]}{gap}[rules]\ndrop_lines = [{literal}]\n{chr(10) if text[at:] else ''}{text[at:]}"
    start, end = header
    key = next((m for m in _KEY.finditer(text, start, end) if not _in_string(text, m.start())), None)
    if key is None:
        section = text[start:end].rstrip()
        return (
            f"{text[:start]}{section}\ndrop_lines = [{literal}]\n{text[start + len(section) :].removeprefix(chr(10))}"
        )
    return _into_list(text, key.end(), literal)


def _header(text: str, name: re.Pattern[str]) -> tuple[int, int] | None:
    """Where the body of the table begins and ends."""
    found = next((m for m in name.finditer(text) if not _in_string(text, m.start())), None)
    if found is None:
        return None
    following = (m for m in _HEADER.finditer(text, found.end()) if not _in_string(text, m.start()))
    following = (m for m in following if not _in_list(text, found.end(), m.start()))
    return found.end(), next((m.start() for m in following), len(text))


def _own_tables_end(text: str) -> int:
    """Where a table of its own may stand: before the first generation, the examples or the dump's patterns."""
    found = re.search(r"(?:^[ \t]*#[^\n]*\n)*^[ \t]*\[{1,2}(?:generation|examples|dump)\b", text, re.M)
    return found.start() if found else len(text)


def _in_string(text: str, at: int) -> bool:
    return any(m.start() < at < m.end() for m in _TOKEN.finditer(text) if m[0][0] in "'\"")


def _in_list(text: str, start: int, at: int) -> bool:
    """Whether `at` lies in a list that began after `start`: a list's line can look like a header."""
    depth = 0
    for token in _TOKEN.finditer(text, start, at):
        depth += (token[0] == "[") - (token[0] == "]")
    return depth > 0


def _into_list(text: str, start: int, literal: str) -> str:
    """`literal` as the last item of the list that begins at `start`, on a line of its own where the others are."""
    last, end = _list_end(text, start)
    if last is None:
        return f"{text[: start + 1]}{literal}{text[end:]}"
    tail = text[last:end]
    comma = "," in re.sub(r"#[^\n]*", "", tail)
    if "\n" not in tail:
        at = last + tail.index(",") + 1 if comma else last
        return f"{text[:at]}{'' if comma else ','} {literal}{text[at:]}"
    line = text.rfind("\n", 0, end) + 1
    indent = re.match(r"[ \t]*", text[text.rfind("\n", 0, last) + 1 :])
    added = f"{indent[0] if indent else ''}{literal},\n"
    return f"{text[:last]}{'' if comma else ','}{text[last:line]}{added}{text[line:]}"


def _list_end(text: str, start: int) -> tuple[int | None, int]:
    """Where the last item of the list that begins at `start` ends, None without one; and where its bracket closes."""
    depth, last = 0, None
    for token in _TOKEN.finditer(text, start):
        if token[0] == "]":
            depth -= 1
            if not depth:
                return last, token.start()
        elif token[0] == "[":
            depth += 1
        elif token[0][0] in "'\"":
            last = token.end()
    return last, len(text)
