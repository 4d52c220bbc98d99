"""Folders of saved pages: with a list of their URLs, or laid out as a mirroring program writes them."""

import csv
import json
import mimetypes
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

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


def moment(text: str) -> str:
    """An ISO time as pages carry it; one without an offset is Vietnamese. Raises ValueError or TypeError."""
    try:
        at = datetime.fromisoformat(text)
        return stamp(at if at.tzinfo else at.replace(tzinfo=VIETNAM))
    except OverflowError as error:
        raise ValueError(f"{text}: {error}") from None


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
        try:
            yield _saved(row, folder)
        except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
            url = row.get("url") if isinstance(row, dict) else None
            why = str(error) if type(error) in (ValueError, OSError) else repr(error)
            yield Refused(where, why, str(url or ""))


def _saved(row: dict[str, Any], folder: Path) -> Saved:
    file = folder / row["file"]
    if not file.is_file() or not file.resolve().is_relative_to(folder.resolve()):
        raise ValueError(f"names {file}, which is no file below the folder")
    if not row["url"]:
        raise ValueError(f"{file} has no URL")
    at = moment(row["fetched_at"]) if row.get("fetched_at") else time_of(file)
    status, kind = int(row.get("status") or 200), row.get("content_type") or ""
    return Saved(row["url"], at, file, row.get("source") or "", status, kind)


def _json_rows(path: Path) -> Iterator[tuple[str, Any]]:
    try:
        routes = json.loads(path.read_text(encoding="utf-8"))
        rows = list(routes.items())
    except (OSError, ValueError, AttributeError) as error:
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
            for row in rows:
                told = {ours: (row.get(theirs) or "").strip() for ours, theirs in names.items()}
                yield f"{path.name}, line {rows.line_num}", told
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise Unreadable(f"{path}: cannot be read as CSV in UTF-8: {error}") from None


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
    for file in sorted(p for p in folder.rglob("*") if p.is_file()):
        parts = file.relative_to(folder).parts
        for names in (parts, (folder.resolve().name, *parts)):
            if len(names) > 1 and (scheme := scheme_of(names[0])):
                path = "/".join(names[1:])
                page = path.removesuffix("index.html") if names[-1] == "index.html" else path
                yield Saved(f"{scheme}://{names[0]}/{page}", time_of(file), file)
                break
