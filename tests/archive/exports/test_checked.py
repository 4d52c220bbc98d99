"""Exported tables, and the archive itself, in other people's programs: what they read is what the archive holds."""

import csv
import json
import shutil
import subprocess
import sys
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple
from xml.etree import ElementTree

import duckdb
import pytest

from archive.exports.export import Wanted, export
from archive.exports.tables import LISTS
from archive.store import Archive
from config.sources import load
from tests.conftest import ROOT
from tests.hostile_archive import Hostile
from tests.hostile_archive import make as make_hostile

CHECKERS = ROOT / ".venv-checkers" / "bin" / "python"
PANDAS = """
import json, sys, pandas
folder, raw, sheet, names = sys.argv[1], sys.argv[2], sys.argv[3], sys.argv[4].split()
found = pandas.read_parquet(folder)
told = {"zone": str(found["published"].dt.tz), "kinds": {name: str(found[name].dtype) for name in found.columns}}
found["published"] = found["published"].dt.strftime("%Y-%m-%dT%H:%M:%S+07:00")
found["authors"] = found["authors"].map(list)
found["source"], found["month"] = found["source"].astype(str), found["month"].astype(str)
whole = lambda table: table.astype(object).where(table.notna(), None)[names].to_dict("records")
told["parquet"] = whole(found)
told["raw"] = whole(pandas.read_csv(raw, dtype=str, keep_default_na=False))
told["sheet"] = pandas.read_csv(sheet, dtype=str, keep_default_na=False)["title"].tolist()
some = pandas.read_parquet(folder, filters=[("source", "==", "hiem")], columns=["article"])
told["hiem"] = sorted(some["article"])
print(json.dumps(told))
"""
NAMES = ("article", "source", "title", "text", "published", "authors")
FORMULAS = ("=", "+", "-", "@")


class Out(NamedTuple):
    """The exports of one archive."""

    archive: Path
    told: Hostile
    parquet: Path
    sheet: Path
    raw: Path
    jsonl: Path


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Out:
    """The hostile archive in every form of a table."""
    folder = tmp_path_factory.mktemp("out")
    told = make_hostile(folder)
    made = Out(Path(told.path), told, *(folder / name for name in ("a.parquet", "a.csv", "raw.csv", "a.jsonl")))
    forms = {made.parquet: "parquet", made.sheet: "csv", made.raw: "csv", made.jsonl: "jsonl"}
    for path, form in forms.items():
        with Archive(made.archive, write=False) as archive:
            export(archive, load(), Wanted(format=form, raw=path == made.raw), path, lambda *_: None)
    return made


def own(out: Out, *names: str) -> dict[str, dict[str, Any]]:
    """The archive's table by identity, lists decoded."""
    with Archive(out.archive, write=False) as archive:
        rows = list(archive.rows("SELECT * FROM articles"))
    keep = names or tuple(rows[0])
    return {
        row["article"]: {name: json.loads(row[name]) if name in LISTS else row[name] for name in keep} for row in rows
    }


def test_duckdb_reads_parquet_with_its_folders(out: Out) -> None:
    found = duckdb.sql(
        "SELECT article, source, title, text, epoch(published), authors, month,"
        " [b.kind for b in blocks] AS kinds, [l.url for l in related] AS related,"
        f" published_day::VARCHAR AS day, typeof(published) FROM read_parquet('{out.parquet}/*/*/*.parquet',"
        " hive_partitioning = true)"
    ).fetchall()
    whole = own(out)
    assert {row[0] for row in found} == set(whole)
    for row in found:
        article = whole[row[0]]
        assert row[1:4] == (article["source"], article["title"], article["text"]) and row[5] == article["authors"]
        assert row[4] == (article["published"] and datetime.fromisoformat(article["published"]).timestamp())
        assert row[6] == ((article["published_day"] or "unknown")[:7]) and row[9] == article["published_day"]
        assert row[7] == [block["kind"] for block in article["blocks"]]
        assert row[8] == [link["url"] for link in article["related"]]
        assert row[10] == "TIMESTAMP WITH TIME ZONE"


def test_duckdb_reads_only_the_folders_of_a_question(out: Out) -> None:
    files = f"read_parquet('{out.parquet}/*/*/*.parquet', hive_partitioning = true, filename = true)"
    ((papers,),) = duckdb.sql(f"SELECT list(DISTINCT source) FROM {files} WHERE month = 'unknown'").fetchall()
    folders = {path.parts[-3] for path in out.parquet.glob("*/month=unknown/*")}
    assert {f"source={paper}" for paper in papers} == folders


def test_duckdb_reads_both_tables(out: Out) -> None:
    table = own(out, "article", "title", "text", "word_count")
    for path, apostrophes in ((out.raw, False), (out.sheet, True)):
        asked = "all_varchar = true, parallel = false, max_line_size = 10000000"
        found = duckdb.sql(f"SELECT article, title, text, word_count FROM read_csv('{path}', {asked})").fetchall()
        assert len(found) == len(table)
        for article, title, text, words in found:
            wanted = table[article]
            assert words == str(wanted["word_count"])
            for value, said in ((title, wanted["title"]), (text, wanted["text"])):
                assert value == (said or None) or (apostrophes and value == f"'{said}")


def test_jsonl_in_duckdb(out: Out) -> None:
    found = duckdb.sql(f"SELECT article, title, authors FROM read_ndjson('{out.jsonl}')").fetchall()
    table = own(out, "title", "authors")
    assert {row[0]: {"title": row[1], "authors": row[2]} for row in found} == table


@pytest.fixture(scope="module")
def pandas(out: Out) -> dict[str, Any]:
    """What pandas reads."""
    if not CHECKERS.exists():
        pytest.skip("pandas is not here: run `make checkers`")
    call = [str(CHECKERS), "-c", PANDAS, *map(str, (out.parquet, out.raw, out.sheet)), " ".join(NAMES)]
    told: dict[str, Any] = json.loads(subprocess.run(call, capture_output=True, check=True).stdout)
    return told


def test_pandas_reads_parquet(out: Out, pandas: dict[str, Any]) -> None:
    assert {row["article"]: row for row in pandas["parquet"]} == own(out, *NAMES)
    assert pandas["zone"] in ("UTC+07:00", "+07:00") and pandas["kinds"]["word_count"].startswith("int")
    assert pandas["hiem"] == sorted(name for name in own(out) if name.startswith("hiem:"))


def test_pandas_reads_both_tables(out: Out, pandas: dict[str, Any]) -> None:
    rows = own(out, *NAMES)
    assert {row["article"]: row | {"authors": json.loads(row["authors"])} for row in pandas["raw"]} == {
        name: row | {"title": row["title"] or "", "published": row["published"] or ""} for name, row in rows.items()
    }
    assert len(pandas["sheet"]) == len(rows) and not [title for title in pandas["sheet"] if title[:1] in FORMULAS]


TABLE = "urn:oasis:names:tc:opendocument:xmlns:table:1.0"
OFFICE = "urn:oasis:names:tc:opendocument:xmlns:office:1.0"
COMMAS = "CSV:44,34,76,1,,0,false,true,true,false,false,-1"
"""Commas, quotes, UTF-8, from the first line on; what looks like a number is one."""


def office(path: Path) -> list[list[ElementTree.Element]]:
    """The cells of a table as LibreOffice understands it, row by row."""
    if shutil.which("soffice") is None:
        pytest.skip("LibreOffice is not here: apt install libreoffice-calc-nogui")
    folder = path.parent / f"{path.stem}-office"
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    call = ["soffice", profile, "--headless", "--convert-to", "fods", f"--infilter={COMMAS}", "--outdir"]
    subprocess.run([*call, str(folder), str(path)], capture_output=True, check=True, timeout=180)
    table = ElementTree.parse(folder / f"{path.stem}.fods")
    return [_cells(row) for row in table.iter(f"{{{TABLE}}}table-row")]


def _cells(row: ElementTree.Element) -> list[ElementTree.Element]:
    found = []
    for cell in row.iter(f"{{{TABLE}}}table-cell"):
        found += [cell] * min(int(cell.get(f"{{{TABLE}}}number-columns-repeated", "1")), 100)
    return found


def test_libreoffice_runs_nothing(out: Out) -> None:
    cells = office(out.sheet)
    assert not [cell for row in cells for cell in row if cell.get(f"{{{TABLE}}}formula")]
    header = ["".join(cell.itertext()).strip() for cell in cells[0]]
    at, name = header.index("title"), header.index("article")
    shown = {"".join(row[name].itertext()).strip(): row[at] for row in cells[1:] if len(row) > at}
    titles = own(out, "title")
    checked = 0
    for kind in ("formula", "formula-plus", "formula-minus", "formula-at"):
        article = out.told.titles[kind]
        cell = shown[article]
        assert cell.get(f"{{{OFFICE}}}value-type") == "string"
        assert "".join(cell.itertext()).strip().lstrip("'") == titles[article]["title"]
        checked += 1
    assert checked == 4


def test_libreoffice_would_run_what_nobody_made_safe(tmp_path: Path) -> None:
    (tmp_path / "few.csv").write_text("title\n=1+1\n", encoding="utf-8")
    assert [cell for row in office(tmp_path / "few.csv") for cell in row if cell.get(f"{{{TABLE}}}formula")]


def test_sqlite_shell_reads_the_archive_and_both_tables(out: Out) -> None:
    if shutil.which("sqlite3") is None:
        pytest.skip("sqlite3's shell is not here: apt install sqlite3")

    def shell(*arguments: str) -> str:
        return subprocess.run(["sqlite3", *arguments], capture_output=True, check=True).stdout.decode()

    told = json.loads(shell("-readonly", "-json", str(out.archive), "SELECT article, text FROM articles"))
    assert {row["article"]: row["text"] for row in told} == {a: row["text"] for a, row in own(out).items()}
    for path in (out.raw, out.sheet):
        assert shell(":memory:", f".import --csv {path} a", "SELECT count(*) FROM a").strip() == str(len(own(out)))


def test_sqlite_utils_reads_the_archive(out: Out) -> None:
    utils = str(Path(sys.executable).with_name("sqlite-utils"))
    done = subprocess.run(
        [utils, "rows", str(out.archive), "articles", "-c", "article", "-c", "title"], capture_output=True, check=True
    )
    assert {row["article"]: row["title"] for row in json.loads(done.stdout)} == {
        article: row["title"] for article, row in own(out).items()
    }


def test_python_reads_the_raw_table_as_the_archive_has_it(out: Out) -> None:
    with out.raw.open(encoding="utf-8", newline="") as file:
        found = {row["article"]: row for row in csv.DictReader(file)}
    for article, wanted in own(out).items():
        for name in found[article].keys() & wanted.keys():
            said = json.loads(found[article][name]) if name in LISTS else found[article][name]
            assert said == (wanted[name] if name in LISTS else str("" if wanted[name] is None else wanted[name]))
