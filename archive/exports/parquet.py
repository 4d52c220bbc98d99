"""Articles as Parquet files, a folder a paper and month, as Hive, Spark, DuckDB, pandas and Arrow find them.

`source=vietnamnet/month=2021-01/part-0.parquet`; undated articles are of `month=unknown`. The paper stands in the
folder's name alone, as those readers want it.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from itertools import groupby, islice
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import msgspec

from archive.exports.output import Output
from archive.exports.tables import LISTS, Column, Row

if TYPE_CHECKING:
    import pyarrow

BATCH = 200
"""Rows that are turned into Arrow's columns at a time: a few hundred of Python's objects, soon gone."""
GROUP = 16 << 20
"""Bytes of Arrow's columns that make a row group. Readers load and skip whole groups: small ones read slowly and
compress badly. Of the usual 128 MB a writer holds several times as much; from about 8 MB on files hardly shrink."""
UNDATED = "unknown"


def write(output: Output, shown: Sequence[Column], rows: Iterable[Row]) -> None:
    """Write `rows`, which come ordered by paper and month: one file is open at a time."""
    import pyarrow

    schema = _schema(shown)
    for (source, month), of_month in groupby(rows, _partition):
        folder = f"source={quote(source, safe='')}/month={month}"
        with output.open(f"{folder}/part-0.parquet") as sink, pyarrow.PythonFile(sink, mode="w") as file:
            sink.rows = _write(file, schema, of_month)


def _partition(row: Row) -> tuple[str, str]:
    return row["source"], (row["published_day"] or UNDATED)[:7]


def _write(file: Any, schema: "pyarrow.Schema", rows: Iterator[Row]) -> int:
    """One file; answers its rows."""
    import pyarrow.parquet

    count, waiting, size = 0, list[Any](), 0
    with pyarrow.parquet.ParquetWriter(file, schema, compression="zstd") as writer:
        for batch in _batches(schema, rows):
            count += batch.num_rows
            size += batch.nbytes
            waiting.append(batch)
            if size >= GROUP:
                writer.write_table(pyarrow.Table.from_batches(waiting))
                waiting, size = [], 0
        if waiting:
            writer.write_table(pyarrow.Table.from_batches(waiting))
    return count


def _batches(schema: "pyarrow.Schema", rows: Iterator[Row]) -> Iterator["pyarrow.RecordBatch"]:
    import pyarrow

    while some := list(islice(rows, BATCH)):
        made = [pyarrow.array([_value(field, row[field.name]) for row in some], field.type) for field in schema]
        yield pyarrow.RecordBatch.from_arrays(made, schema=schema)


def _schema(shown: Sequence[Column]) -> "pyarrow.Schema":
    """Arrow's types of the columns; each carries its meaning."""
    import pyarrow as pa

    text = pa.string()
    types = {
        "text": text,
        "number": pa.int32(),
        "moment": pa.timestamp("ms", tz="+07:00"),
        "day": pa.date32(),
        "texts": pa.list_(text),
        "blocks": pa.list_(pa.struct([("kind", text), ("text", text)])),
        "links": pa.list_(pa.struct([("title", text), ("url", text)])),
    }
    return pa.schema(
        pa.field(column.name, types[column.kind], metadata={"description": column.about})
        for column in shown
        if column.name != "source"
    )


def _value(field: "pyarrow.Field", value: Any) -> Any:
    if value is None:
        return None
    if field.name in LISTS:
        return msgspec.json.decode(value)
    kind = str(field.type)
    if kind.startswith("timestamp"):
        return datetime.fromisoformat(value)
    return date.fromisoformat(value) if kind.startswith("date") else value
