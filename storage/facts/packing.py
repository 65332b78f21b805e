"""A fact table as bytes in Postgres: an Arrow IPC stream with zstd inside, or the few rows of a batch."""

from __future__ import annotations

from collections.abc import Iterable

import pyarrow as pa

from storage.facts import SCHEMA
from storage.facts.rows import VERSION, unpack_rows

_WRITE = pa.ipc.IpcWriteOptions(compression=pa.Codec("zstd", 3))


def pack(table: pa.Table) -> bytes:
    """`table`, which must have SCHEMA's columns and types, as bytes. Raises ValueError if it has not."""
    table = conform(table).combine_chunks()
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, SCHEMA, options=_WRITE) as writer:
        writer.write_table(table)
    packed: bytes = sink.getvalue().to_pybytes()
    return packed


def unpack(values: Iterable[bytes], columns: list[str] | None = None) -> list[pa.Table]:
    """What `pack` or `pack_rows` packed, in tables of no order: the rows of batches are one; only `columns` if given.

    Raises ValueError for anything else.
    """
    batches: list[bytes] = []
    tables: list[pa.Table] = []
    for packed in values:
        if packed[:1] == bytes([VERSION]):
            batches.append(packed)
        else:
            tables.append(_stream(packed, columns))
    return [*tables, unpack_rows(batches, columns or SCHEMA.names)] if batches else tables


def _stream(packed: bytes, columns: list[str] | None) -> pa.Table:
    fields = None if columns is None else sorted(SCHEMA.get_field_index(name) for name in columns)
    try:
        with pa.ipc.open_stream(packed, options=pa.ipc.IpcReadOptions(included_fields=fields)) as reader:
            return reader.read_all()
    except (pa.ArrowInvalid, OSError) as error:
        raise ValueError(f"packed facts are damaged: {error}") from error


def conform(table: pa.Table) -> pa.Table:
    """`table` with its columns in SCHEMA's order. Raises ValueError if names or types are others."""
    if table.schema.equals(SCHEMA):
        return table
    if sorted(table.column_names) != sorted(SCHEMA.names):
        raise ValueError(f"facts have the columns {table.column_names}, not {SCHEMA.names}")
    try:
        return table.select(SCHEMA.names).cast(SCHEMA)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError) as error:
        raise ValueError(f"facts do not fit the schema: {error}") from error


def in_order(table: pa.Table) -> pa.Table:
    """The rows by session and time, so that a session's rows lie together and compress well."""
    return table.sort_by([("session", "ascending"), ("at", "ascending")])


def chosen(columns: list[str] | None) -> pa.Schema:
    """SCHEMA cut down to `columns`. Raises ValueError for a name that it does not have, and for none at all."""
    if columns is None:
        return SCHEMA
    if not columns:
        raise ValueError("at least one column of the facts has to be asked for")
    if strange := set(columns) - set(SCHEMA.names):
        raise ValueError(f"facts have no column {', '.join(sorted(strange))}")
    return pa.schema([field for field in SCHEMA if field.name in columns])
