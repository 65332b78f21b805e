"""Fact rows as a batch brings them: a few for each of many projects, packed without building a table.

A packed value: one version byte, 2; one byte that says how the rest is kept, 0 as it is and 1 as zstd; the number of
rows (uint32, little endian). The rest: the rows as ROWS; if any has props, their lengths in UTF-8 (int32, -1 for null)
and then their text. Arrow streams, the form of larger values, begin with the byte 255.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import zstandard

from storage.facts import SCHEMA

ROWS: Final = np.dtype(
    [
        ("session", "V16"),
        ("page_view", "<i8"),
        ("at", "<i8"),
        ("page_id", "<i8"),
        ("element_id", "<i8"),
        ("name_id", "<i8"),
        ("fx", "<u2"),
        ("fy", "<u2"),
        ("kind", "u1"),
        ("device", "u1"),
    ]
)
Rows = npt.NDArray[Any]  # shape (n,), dtype ROWS
VERSION: Final = 2
PLAIN, ZSTD = 0, 1
WORTH_COMPRESSING: Final = 1_000  # bytes; longer values would be compressed by Postgres, which takes longer

_HEAD: Final = struct.Struct("<BBI")
_compress: Final = zstandard.ZstdCompressor(level=1).compress


class PackedRows(NamedTuple):
    """How many rows, and their bytes."""

    rows: int
    data: bytes


def pack_rows(rows: Rows, props: Sequence[bytes | None]) -> PackedRows:
    """`rows` with the props of each (JSON in UTF-8, None for null) as bytes."""
    body = rows.tobytes()
    if any(props):
        texts = [text or b"" for text in props]
        lengths = np.fromiter([-1 if text is None else len(text) for text in props], "<i4", len(texts))
        body = b"".join([body, lengths.tobytes(), *texts])
    form = ZSTD if len(body) > WORTH_COMPRESSING else PLAIN
    return PackedRows(len(rows), _HEAD.pack(VERSION, form, len(rows)) + (_compress(body) if form == ZSTD else body))


def unpack_rows(packed: bytes, columns: Sequence[str]) -> pa.Table:
    """`columns` of what `pack_rows` packed, in SCHEMA's order. Raises ValueError for anything else."""
    try:
        version, form, count = _HEAD.unpack_from(packed)
        body = zstandard.decompress(packed[_HEAD.size :]) if form == ZSTD else packed[_HEAD.size :]
        rows = np.frombuffer(body, ROWS, count)
    except (struct.error, zstandard.ZstdError, ValueError) as error:
        raise ValueError(f"packed facts are damaged: {error}") from error
    if version != VERSION or form not in (PLAIN, ZSTD):
        raise ValueError(f"packed facts are damaged: version {version}, form {form}")
    schema = pa.schema([field for field in SCHEMA if field.name in columns])
    return pa.table([_column(field, rows, body) for field in schema], schema=schema)


def _column(field: pa.Field, rows: Rows, body: bytes) -> pa.Array:
    if field.name == "props":
        return _props(len(rows), body[rows.nbytes :])
    values = np.ascontiguousarray(rows[field.name])
    return pa.Array.from_buffers(field.type, len(rows), [None, pa.py_buffer(values.tobytes())])


def _props(count: int, rest: bytes) -> pa.Array:
    if not rest:
        return pa.nulls(count, pa.string())
    try:
        lengths = np.frombuffer(rest, "<i4", count)
        offsets = np.zeros(count + 1, "<i4")
        np.cumsum(np.maximum(lengths, 0), out=offsets[1:])
        there = np.packbits(lengths >= 0, bitorder="little")
        text = rest[lengths.nbytes :]
        if offsets[-1] != len(text):
            raise ValueError(f"{len(text)} bytes of props instead of {offsets[-1]}")
        buffers = [pa.py_buffer(part) for part in (there.tobytes(), offsets.tobytes(), text)]
        props = pa.Array.from_buffers(pa.string(), count, buffers)
        props.validate(full=True)
    except (ValueError, pa.ArrowInvalid) as error:
        raise ValueError(f"packed facts are damaged: {error}") from error
    return props
