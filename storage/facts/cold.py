"""Cold days: a closed day's facts as one Parquet file in the blob store, a fraction of their size in Postgres."""

from __future__ import annotations

import datetime as dt
import hashlib
import io

import pyarrow as pa
import pyarrow.parquet as pq

from storage.blobs import BlobCorrupt, BlobStore
from storage.facts.packing import chosen, conform, in_order

# Rows are ordered by session and time: the session repeats, times and ids differ little from row to row.
_ENCODINGS = {"at": "DELTA_BINARY_PACKED", "page_view": "DELTA_BINARY_PACKED"}
_DICTIONARIES = ["session", "kind", "device", "page_id", "element_id", "name_id", "props", "fx", "fy"]


def put(blobs: BlobStore, project_id: int, day: dt.date, table: pa.Table) -> str:
    """Store a day's facts; gives the key. It follows from the content, so that a day rewritten gets another one."""
    sink = io.BytesIO()
    pq.write_table(
        in_order(conform(table)),
        sink,
        compression="zstd",
        compression_level=9,
        use_dictionary=_DICTIONARIES,
        column_encoding=_ENCODINGS,
        data_page_version="2.0",
        write_statistics=False,
    )
    data = sink.getvalue()
    key = f"facts/{project_id}/{day.isoformat()}-{hashlib.sha256(data).hexdigest()[:32]}.parquet"
    blobs.put(key, data, "application/vnd.apache.parquet")
    return key


def get(blobs: BlobStore, key: str, columns: list[str] | None = None) -> pa.Table:
    """A cold day's facts in SCHEMA's order, only `columns` if given. Raises BlobMissing, BlobCorrupt."""
    schema = chosen(columns)
    try:
        table = pq.read_table(io.BytesIO(blobs.get(key)), columns=schema.names)
        return table.select(schema.names).cast(schema)
    except pa.ArrowInvalid as error:
        raise BlobCorrupt(f"{key} is no Parquet file of facts: {error}") from error
