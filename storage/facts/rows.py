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


def unpack_rows(values: Sequence[bytes], columns: Sequence[str]) -> pa.Table:
    """`columns`, in SCHEMA's order, of all that `pack_rows` packed. Raises ValueError for anything else.

    All at once: a table for each of hundreds of values with a few rows would cost many times what is in them.
    """
    opened = [_opened(packed) for packed in values]
    rows = np.frombuffer(b"".join([one.rows for one in opened]), ROWS)
    schema = pa.schema([field for field in SCHEMA if field.name in columns])
    return pa.table([_column(field, rows, opened) for field in schema], schema=schema)


class _Opened(NamedTuple):
    """A value: how many rows, their bytes, and what follows them, their props."""

    number: int
    rows: bytes
    rest: bytes


def _opened(packed: bytes) -> _Opened:
    try:
        version, form, count = _HEAD.unpack_from(packed)
        body = zstandard.decompress(packed[_HEAD.size :]) if form == ZSTD else packed[_HEAD.size :]
    except (struct.error, zstandard.ZstdError) as error:
        raise ValueError(f"packed facts are damaged: {error}") from error
    if version != VERSION or form not in (PLAIN, ZSTD):
        raise ValueError(f"packed facts are damaged: version {version}, form {form}")
    end = count * ROWS.itemsize
    if len(body) < end:
        raise ValueError(f"packed facts are damaged: {len(body)} bytes for {count} rows")
    return _Opened(count, body[:end], body[end:])


def _column(field: pa.Field, rows: Rows, opened: Sequence[_Opened]) -> pa.Array:
    if field.name == "props":
        return _props(opened)
    values = np.ascontiguousarray(rows[field.name])
    return pa.Array.from_buffers(field.type, len(rows), [None, pa.py_buffer(values.tobytes())])


def _props(opened: Sequence[_Opened]) -> pa.Array:
    """The lengths of all values, -1 for null, and their texts, put together as Arrow has them."""
    count = sum(one.number for one in opened)
    if not any(one.rest for one in opened):
        return pa.nulls(count, pa.string())
    lengths = b"".join([one.rest[: 4 * one.number] or b"\xff" * (4 * one.number) for one in opened])
    texts = [one.rest[4 * one.number :] for one in opened]
    try:
        every = np.frombuffer(lengths, "<i4", count)
        ends = np.concatenate([[0], np.cumsum(np.maximum(every, 0), dtype=np.int64)])
        told = ends[np.cumsum([one.number for one in opened])]
        if every.min() < -1 or (told != np.cumsum([len(text) for text in texts])).any():
            raise ValueError("the props are not as long as they should be")
        offsets = ends.astype("<i4")
        there = np.packbits(every >= 0, bitorder="little")
        buffers = [pa.py_buffer(part) for part in (there.tobytes(), offsets.tobytes(), b"".join(texts))]
        props = pa.Array.from_buffers(pa.string(), count, buffers)
        props.validate(full=True)
    except (ValueError, pa.ArrowInvalid) as error:
        raise ValueError(f"packed facts are damaged: {error}") from error
    return props
