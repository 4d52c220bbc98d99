"""Parquet files: partitions, types, row groups, and what writing them holds."""

import json
import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import pyarrow
import pyarrow.dataset
import pyarrow.parquet
import pytest

from archive.exports import parquet
from archive.exports.output import Output
from archive.exports.tables import COLUMNS, LISTS, Row

MOMENT = "2025-03-01T00:30:00+07:00"


def row(number: int, source: str = "song", day: str | None = "2025-03-01", letters: int = 10) -> Row:
    values = {"text": lambda: None, "number": lambda: number, "moment": lambda: MOMENT, "day": lambda: day}
    found: Row = {column.name: values.get(column.kind, lambda: "[]")() for column in COLUMNS}
    text = "nước " * (letters // 5)
    told = {"article": f"{source}:{number}", "source": source, "text": text, "blocks": [{"kind": "p", "text": text}]}
    return found | told | {"blocks": json.dumps(told["blocks"])}


def files(tmp_path: Path) -> list[str]:
    return sorted(str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*.parquet"))


def test_a_folder_a_paper_and_month(tmp_path: Path) -> None:
    some = [row(1), row(2), row(3, day="2025-04-30"), row(4, day=None), row(5, source="báo/a=b c")]
    out = Output(tmp_path)
    parquet.write(out, COLUMNS, some)
    assert [one.rows for one in out.files] == [2, 1, 1, 1] and [one.path for one in out.files][:3] == [
        f"source=song/month={month}/part-0.parquet" for month in ("2025-03", "2025-04", "unknown")
    ]
    read = pyarrow.dataset.dataset(tmp_path, partitioning="hive").to_table().to_pylist()
    assert {(one["article"], one["source"], one["month"]) for one in read} == {
        ("song:1", "song", "2025-03"), ("song:2", "song", "2025-03"), ("song:3", "song", "2025-04"),
        ("song:4", "song", "unknown"), ("báo/a=b c:5", "báo/a=b c", "2025-03"),
    }  # fmt: skip


def test_columns_have_their_types_and_say_what_they_are(tmp_path: Path) -> None:
    parquet.write(Output(tmp_path), COLUMNS, [row(1)])
    (path,) = files(tmp_path)
    schema = pyarrow.parquet.read_schema(tmp_path / path)
    assert schema.names == [column.name for column in COLUMNS if column.name != "source"]
    assert schema.field("published").type == pyarrow.timestamp("ms", tz="+07:00")
    assert all(pyarrow.types.is_list(schema.field(name).type) for name in LISTS)
    for column in COLUMNS:
        if column.name != "source":
            assert schema.field(column.name).metadata[b"description"].decode() == column.about
    stored = pyarrow.parquet.ParquetFile(tmp_path / path).metadata
    assert {stored.row_group(0).column(n).compression for n in range(stored.num_columns)} == {"ZSTD"}


def test_midnight_in_vietnam_stays_midnight(tmp_path: Path) -> None:
    parquet.write(Output(tmp_path), COLUMNS, [row(1)])
    (one,) = pyarrow.parquet.ParquetFile(tmp_path / files(tmp_path)[0]).read().to_pylist()
    assert one["published"].isoformat() == MOMENT and one["published_day"].isoformat() == "2025-03-01"


def test_what_it_holds_does_not_grow_with_the_rows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parquet, "GROUP", 1 << 20)
    monkeypatch.setattr(parquet, "LETTERS", 1 << 17)
    pool, held, peaks = pyarrow.system_memory_pool(), [], []

    def made(count: int) -> Iterator[Row]:
        return (row(number, letters=5000) for number in range(count))

    parquet.write(Output(tmp_path / "first"), COLUMNS, made(10))  # what is imported and made once
    for count in (600, 6000):
        tracemalloc.start()
        out = Output(tmp_path / str(count))
        parquet.write(out, COLUMNS, made(count))
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
        held.append(pool.max_memory())
        assert [one.rows for one in out.files] == [count]
    assert peaks[1] < 1.5 * peaks[0] and held[1] < 1.5 * held[0]
    assert pyarrow.parquet.ParquetFile(tmp_path / "6000" / files(tmp_path / "6000")[0]).num_row_groups > 30
