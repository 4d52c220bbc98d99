"""What the tests of faults share: a folder with archives to work on, the commands, and what must come out of them."""

import os
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import msgspec

from archive.derive import rebuild
from archive.exports.export import Wanted, export
from archive.store import Archive
from pipelines.cleaner import cleaner_id
from tests.archive.test_merge import NATURAL
from tests.conftest import ROOT as HOME
from tests.faults.orders import Answer, Order
from tests.stock import PAPER, ROOT, SOURCES, keep, page, section

COMMANDS = {
    "import": ["import", "page.html", "--url", f"{ROOT}/bai-9.html", "--at", "2025-03-12T08:00"],
    "import a WARC": ["import", "crawl.warc.gz"],
    "crawl": ["crawl", "--replay", "stored"],
    "reclean": ["reclean"],
    "going over": ["reclean", "--archive", "aged.db"],
    "repack": ["repack"],
    "rebuild": ["rebuild"],
    "merge": ["merge", "other.db"],
    "withdraw": ["withdraw", f"{ROOT}/bai-2.html", "--reason", "luật"],
    "backup": ["backup", "out/copy.db"],
    "publish": ["publish", "out/public.db"],
    "export": ["export", "--format", "jsonl", "--output", "out/articles.jsonl", "--force"],
    "export a WARC": ["export", "--format", "warc", "--output", "out/pages.warc.gz", "--force"],
    "verify": ["verify"],
}
"""The commands that write, as they are called in the world's folder."""
_MOMENTS = {"runs", "withdrawals", "frontier", "hosts"}
"""Tables in which the time of day stands, or that a later run of the same command must find changed."""


def make(folder: Path) -> Path:
    """A folder with an archive in which every command has something to do."""
    folder.mkdir()
    with Archive(folder / "archive.db") as archive:
        keep(archive, section(1, 2, 3), page(1), page(2), page(2, 2))
        keep(archive, page(3), clean=False)
    with Archive(folder / "other.db") as other:
        keep(other, page(1, 2), page(4), page(5))
        keep(other, page(6), clean=False)
    with Archive(folder / "other.db", write=False) as other:
        export(other, SOURCES, Wanted(format="warc"), folder / "crawl.warc.gz", lambda *_: None)
    with Archive(folder / "aged.db") as archive:
        keep(archive, page(1), page(2), page(2, 2), page(3))
        age(archive)
    (folder / "page.html").write_bytes(page(9).body)
    (folder / "stored").mkdir()
    for number in (7, 8):
        (folder / "stored" / f"{number}.html").write_bytes(page(number).body)
    routes = {f"{ROOT}/bai-{n}.html": {"file": f"{n}.html", "fetched_at": "2025-03-12T09:00:00+07:00"} for n in (7, 8)}
    (folder / "stored" / "routes.json").write_bytes(msgspec.json.encode(routes))
    (folder / "out").mkdir()
    return folder


def age(archive: Archive) -> None:
    """Let everything have been cleaned by an earlier cleaner, so that there is something to go over from."""
    name = cleaner_id(PAPER)
    for table in ("cleanings", "articles", "revisions", "cleaners"):
        archive.conn.execute(f"UPDATE {table} SET cleaner = '1-earlier'")
    archive.conn.execute("UPDATE cleaners SET newest = '1-earlier'")
    archive.conn.execute("UPDATE cleanings SET output = replace(output, ?, '1-earlier')", (name,))
    archive.conn.execute("UPDATE cleanings SET output = replace(output, 'bài', 'BÀI') WHERE page % 2")
    rebuild(archive, SOURCES)


class Baoluu:
    """The process that carries out orders; `shim` is the library that lets calls fail, None without."""

    def __init__(self, shim: Path | None = None) -> None:
        told = os.environ | {"BAOLUU_MIN_FREE_MB": "0", "BAOLUU_MIN_FREE_PERCENT": "0"}  # it shall meet the full disk
        told |= {"LD_PRELOAD": str(shim)} if shim else {}
        line = [sys.executable, "-m", "tests.faults.orders"]
        self._process = subprocess.Popen(line, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=HOME, env=told)

    def __call__(self, folder: Path, *argv: str, **trouble: object) -> Answer:
        """One call in `folder`, on its archive."""
        assert self._process.stdin and self._process.stdout
        at = {argument: str(folder / argument) for argument in ("page.html", "other.db", "aged.db", "stored")}
        files = ("crawl.warc.gz", "out/copy.db", "out/public.db", "out/articles.jsonl", "out/pages.warc.gz")
        at |= {argument: str(folder / argument) for argument in files}
        line = [at.get(argument, argument) for argument in argv]
        if argv[0] not in ("clean", "date") and "--archive" not in argv:
            line += ["--archive", str(folder / "archive.db")]
        self._process.stdin.write(msgspec.json.encode(Order(line, **trouble)) + b"\n")  # type: ignore[arg-type]
        self._process.stdin.flush()
        return msgspec.json.decode(self._process.stdout.readline(), type=Answer)

    def close(self) -> None:
        """End it."""
        self._process.communicate()


def check_whole(folder: Path) -> None:
    """Every archive in the folder opens, is sound, and has no dangling row."""
    for path in [*(folder / f"{name}.db" for name in ("archive", "other", "aged")), *(folder / "out").glob("*.db")]:
        with Archive(path, write=False) as archive:
            assert archive.conn.execute("PRAGMA integrity_check").fetchall() == [("ok",)], path
            assert archive.conn.execute("PRAGMA foreign_key_check").fetchall() == [], path


def outcome(folder: Path) -> dict[str, object]:
    """Everything that a command is for, without what depends on the moment."""
    found: dict[str, object] = {}
    for path in [folder / "archive.db", folder / "aged.db", *sorted((folder / "out").glob("*.db"))]:
        with closing(sqlite3.connect(path)) as db:
            for name, sql in NATURAL.items():
                asked = sql.replace(", uid\n", "\n").replace("tls, uid FROM", "tls FROM")
                if name not in _MOMENTS:
                    found[f"{path.name} {name}"] = sorted(db.execute(asked).fetchall(), key=repr)
            gone = "SELECT url, article, reason, erased_at IS NULL FROM withdrawals ORDER BY url"
            found[f"{path.name} withdrawals"] = db.execute(gone).fetchall()
            found[f"{path.name} waiting"] = db.execute("SELECT article FROM underived").fetchall()
            found[f"{path.name} queue"] = db.execute("SELECT key, visits FROM frontier ORDER BY key").fetchall()
            (index,) = db.execute("SELECT count(*) FROM articles_fts WHERE articles_fts MATCH 'nước'").fetchone()
            found[f"{path.name} index"] = index
    found["exported"] = [
        path.read_bytes() for path in sorted((folder / "out").glob("*.[jw]*")) if path.suffix in (".jsonl", ".gz")
    ]
    found["out"] = sorted(p.name for p in (folder / "out").iterdir() if not p.name.endswith(("-wal", "-shm")))
    return found


def fresh(world: Path, folder: Path) -> Path:
    """A new copy of the world."""
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(world, folder)
    return folder
