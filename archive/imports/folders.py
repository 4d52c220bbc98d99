"""Folders of saved pages: with a list of their URLs, or laid out as a mirroring program writes them."""

import csv
import json
import mimetypes
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

from archive.imports.addresses import address, moment
from archive.imports.files import Unreadable
from archive.imports.items import Refused
from config.clock import VIETNAM, stamp

ROUTES, MANIFEST = "routes.json", "manifest.csv"
"""Names by which a folder's list of URLs is found."""
_FILE, _URL = ("file", "path", "filename"), ("url", "uri", "address", "link")
_AT = ("fetched_at", "at", "date", "time", "timestamp")
_SNIFFED = 1 << 14


class Saved(NamedTuple):
    """A file that holds a page, and what is known of it."""

    url: str
    fetched_at: str
    path: Path
    source: str = ""
    status: int = 200
    content_type: str = ""
    """As the list has it; else it is guessed by `kind`."""

    @property
    def kind(self) -> str:
        """The content type: as stated, or by the file's name; empty where neither tells."""
        return self.content_type or mimetypes.guess_type(self.path.name)[0] or ""


def time_of(file: Path) -> str:
    """When `file` was written last, as pages carry times."""
    return stamp(datetime.fromtimestamp(file.stat().st_mtime, VIETNAM))


def listed_in(folder: Path) -> Path | None:
    """The list of URLs in `folder`, if it has one."""
    return next((folder / name for name in (ROUTES, MANIFEST) if (folder / name).is_file()), None)


def listed(path: Path, folder: Path) -> Iterator[Saved | Refused]:
    """The pages in `folder` that the list `path` names: JSON, a map of URLs to `{"file", "fetched_at"}`; or CSV, with
    a first line that has at least `file` and `url`, and may have `fetched_at`, `source`, `status`, `content_type`.

    Raises `Unreadable` for a list that is neither.
    """
    rows = _json_rows(path) if path.suffix.lower() == ".json" else _csv_rows(path)
    for where, row in rows:
        if isinstance(row, str):
            yield Refused(where, row)
            continue
        try:
            yield _saved(row, folder)
        except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
            url = row.get("url") if isinstance(row, dict) else None
            why = str(error) if type(error) in (ValueError, OSError) else repr(error)
            yield Refused(where, why, str(url or ""))


def _saved(row: dict[str, Any], folder: Path) -> Saved:
    file = folder / row["file"]
    if not _is_within(file, folder):
        raise ValueError(f"names {file}, which is no file below the folder")
    if not (url := address(row["url"])):
        raise ValueError(f"{file} has no URL of the web: {row['url'][:200]!r}")
    at = moment(row["fetched_at"]) if row.get("fetched_at") else time_of(file)
    status = int(row.get("status") or 200)
    if not 100 <= status <= 999:
        raise ValueError(f"{status} is no status of HTTP")
    return Saved(url, at, file, str(row.get("source") or ""), status, str(row.get("content_type") or ""))


def _is_within(file: Path, folder: Path) -> bool:
    """Whether `file` is a file of the folder, and no link that leads out of it."""
    return file.is_file() and file.resolve().is_relative_to(folder.resolve())


def _json_rows(path: Path) -> Iterator[tuple[str, Any]]:
    try:
        routes = json.loads(path.read_text(encoding="utf-8"))
        rows = list(routes.items())
    except (OSError, ValueError, AttributeError, RecursionError) as error:
        raise Unreadable(f"{path}: not a map of URLs to files: {error!r}") from None
    for url, route in rows:
        yield path.name, route | {"url": url} if isinstance(route, dict) else {"url": url, "file": None}


def _csv_rows(path: Path) -> Iterator[tuple[str, Any]]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as lines:
            delimiter = max(",;\t", key=lines.readline().count)
            lines.seek(0)
            rows = csv.DictReader(lines, delimiter=delimiter)
            names = _columns(path, rows.fieldnames or [])
            for row in told_until_damage(rows):
                where = f"{path.name}, line {rows.line_num}"
                if isinstance(row, Exception):
                    yield where, f"the list cannot be read from here on: {row}"
                else:
                    yield where, _named(row, names)
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise Unreadable(f"{path}: cannot be read as CSV in UTF-8: {error}") from None


def _named(row: dict[str, Any], names: dict[str, str]) -> dict[str, str]:
    return {ours: (row.get(theirs) or "").strip() for ours, theirs in names.items()}


def told_until_damage(rows: Iterator[dict[str, Any]]) -> "Iterator[dict[str, Any] | Exception]":
    """The rows, and what ends them before their end: bytes that are no UTF-8, a quotation that does not close.

    What makes already the first one unreadable is raised: then the file is another thing.
    """
    first = next(rows, None)
    if first is None:
        return
    yield first
    try:
        yield from rows
    except (UnicodeDecodeError, csv.Error) as error:
        yield error


def _columns(path: Path, there: "list[str] | tuple[str, ...] | Any") -> dict[str, str]:
    """Our names of columns to those in the file."""
    told = {(name or "").strip().lower(): name for name in there}
    aliases = {"file": _FILE, "url": _URL, "fetched_at": _AT, "source": ("source", "paper")}
    aliases |= {"status": ("status",), "content_type": ("content_type", "content-type", "mime", "type")}
    found = {ours: told[name] for ours, names in aliases.items() for name in reversed(names) if name in told}
    if missing := [name for name in ("file", "url") if name not in found]:
        raise Unreadable(
            f"{path}: its first line names no column {' and no column '.join(missing)}; there are: {', '.join(told)}"
        )
    return found


def mirrored(folder: Path, scheme_of: Callable[[str], str | None]) -> Iterator[Saved]:
    """The files of a plain folder: host, then path, as a mirroring program writes it; the folder itself may be the
    host. `scheme_of` answers the scheme of a host, None for what is no host."""
    for file in sorted(p for p in folder.rglob("*") if _is_within(p, folder)):
        parts = file.relative_to(folder).parts
        for names in (parts, (folder.resolve().name, *parts)):
            if len(names) > 1 and (scheme := scheme_of(names[0])):
                path = "/".join(names[1:])
                page = path.removesuffix("index.html") if names[-1] == "index.html" else path
                yield Saved(address(f"{scheme}://{names[0]}/{page.replace('#', '%23')}"), time_of(file), file)
                break
