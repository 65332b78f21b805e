"""Columns as arrays: what set statements take by `unnest`, a whole batch in one round trip.

psycopg adapts a list item by item; joining the text of a column of plain numbers or words costs a tenth of that. Ids of
16 bytes and values that are bytes go in Postgres' binary form: read as text, they are the dearest columns of all.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable
from typing import Final

import numpy as np
import psycopg
from psycopg.adapt import Buffer, Dumper
from psycopg.pq import Format

_HEAD: Final = struct.Struct(">iiIii")  # dimensions, has NULLs, type of an element, length, first index
_UUID, _BYTEA = 2950, 17
_UUID_CELL: Final = np.dtype([("size", ">i4"), ("id", "V16")])


class UuidArray(bytes):
    """A uuid[] in Postgres' binary form."""


class ByteaArray(bytes):
    """A bytea[] in Postgres' binary form."""


class _UuidArrayDumper(Dumper):
    format = Format.BINARY
    oid = 2951

    def dump(self, obj: UuidArray) -> Buffer:
        return obj


class _ByteaArrayDumper(Dumper):
    format = Format.BINARY
    oid = 1001

    def dump(self, obj: ByteaArray) -> Buffer:
        return obj


psycopg.adapters.register_dumper(UuidArray, _UuidArrayDumper)
psycopg.adapters.register_dumper(ByteaArray, _ByteaArrayDumper)


def numbers(values: Iterable[int | None]) -> str:
    """Whole numbers; None becomes NULL."""
    return "{" + ",".join(["NULL" if value is None else str(value) for value in values]) + "}"


def words(values: Iterable[str]) -> str:
    """Text that needs no quotes in an array: digits, letters, `-`; dates, names of our own."""
    return "{" + ",".join(values) + "}"


def texts(values: Iterable[str]) -> str:
    """Any text."""
    listed = list(values)
    if not listed:
        return "{}"
    joined = '","'.join(listed)
    # Quotes that the texts bring themselves are seen by there being more than the joints have.
    if "\\" in joined or joined.count('"') != 2 * (len(listed) - 1):
        joined = '","'.join([value.replace("\\", "\\\\").replace('"', '\\"') for value in listed])
    return '{"' + joined + '"}'


def uuids(values: Iterable[str]) -> UuidArray:
    """Ids of 32 hex digits, for a uuid[]. Raises ValueError for anything else."""
    ids = bytes.fromhex("".join(values))
    cells = np.empty(len(ids) // 16, _UUID_CELL)
    cells["size"] = 16
    cells["id"] = np.frombuffer(ids, "V16")
    return UuidArray(_head(_UUID, len(cells)) + cells.tobytes())


def blobs(values: Iterable[bytes]) -> ByteaArray:
    """Bytes, for a bytea[]."""
    listed = list(values)
    cells = [part for value in listed for part in (len(value).to_bytes(4, "big"), value)]
    return ByteaArray(_head(_BYTEA, len(listed)) + b"".join(cells))


def _head(kind: int, length: int) -> bytes:
    """The head of a binary array; one without elements has no dimensions."""
    return _HEAD.pack(1, 0, kind, length, 1) if length else struct.pack(">iiI", 0, 0, kind)
