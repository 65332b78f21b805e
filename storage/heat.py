"""Heat points: where on which element, how often; packed column by column.

A packed value: one version byte, the number of rows (uint32, little endian), then
- version 1: zstd of the columns one after the other: element ids sorted and as differences (int64), fx, fy (uint8:
  fraction of the element's box, 0 to 255), count (uint32);
- version 2: the rows themselves as POINTS, in no order and not merged: the few points that a batch brings to a place,
  which are folded into a day soon. Packing them so is many times quicker.
"""

from __future__ import annotations

import enum
import struct
from collections.abc import Iterable, Sequence
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import zstandard

from storage.facts import FactKind

POINTS = np.dtype([("element_id", "<i8"), ("fx", "u1"), ("fy", "u1"), ("count", "<u4")])
Points = npt.NDArray[Any]  # shape (n,), dtype POINTS
FEW = 140  # rows that Postgres keeps as they are: it begins to compress at 2 kB
_HEAD = struct.Struct("<BI")


class HeatKind(enum.IntEnum):
    """What left the point."""

    CLICK = 1
    TAP = 2
    MOVE = 3
    RAGE = 4
    DEAD = 5
    ERROR = 6


# What a fact of a click leaves on the map.
HEAT_OF_FACT: Final = {
    FactKind.CLICK: HeatKind.CLICK,
    FactKind.TAP: HeatKind.TAP,
    FactKind.RAGE: HeatKind.RAGE,
    FactKind.DEAD: HeatKind.DEAD,
    FactKind.ERROR: HeatKind.ERROR,
}


def points(rows: Sequence[tuple[int, int, int]]) -> Points:
    """Points from (element id, fx, fy) each, with fx, fy from 0 to 255; each counts once."""
    every = np.empty(len(rows), POINTS)
    if rows:
        every["element_id"], every["fx"], every["fy"] = zip(*rows, strict=True)
    every["count"] = 1
    return every


def pack_each(points: Points, lengths: Sequence[int]) -> list[bytes]:
    """Many values at once, `points` being those of all: so many points each. What `pack` packs, but quickly."""
    rows, packed, first = points.tobytes(), [], 0
    for length in lengths:
        end = first + length
        if length > FEW:
            packed.append(pack(points[first:end]))
        else:
            packed.append(_HEAD.pack(2, length) + rows[first * POINTS.itemsize : end * POINTS.itemsize])
        first = end
    return packed


def together(parts: Iterable[npt.NDArray[Any]], dtype: np.dtype[Any]) -> npt.NDArray[Any]:
    """Records of this type one after the other, read-only.

    As bytes: np.concatenate compares the fields of every part first, which for small parts is most of the time.
    """
    return np.frombuffer(b"".join([part.tobytes() for part in parts]), dtype)


def merge(parts: list[Points]) -> Points:
    """All points of `parts`, one row a place, counts added, ordered by element, fx, fy."""
    every = together(parts, POINTS)
    if not len(every):
        return every
    place = every["fx"].astype(np.uint16) << 8 | every["fy"]
    order = np.lexsort((place, every["element_id"]))
    every, place = every[order], place[order]
    first = np.ones(len(every), bool)
    first[1:] = (every["element_id"][1:] != every["element_id"][:-1]) | (place[1:] != place[:-1])
    starts = np.flatnonzero(first)
    merged = every[starts].copy()
    merged["count"] = np.add.reduceat(every["count"], starts)
    return merged


def pack(points: Points, level: int = 9) -> bytes:
    """`points` merged and packed with zstd's `level`; see the module's head for the form."""
    points = merge([points])
    elements = np.diff(points["element_id"], prepend=np.int64(0)).astype("<i8")
    columns = b"".join(part.tobytes() for part in (elements, points["fx"], points["fy"], points["count"]))
    return _HEAD.pack(1, len(points)) + zstandard.compress(columns, level)


def unpack(packed: bytes) -> Points:
    """What `pack` packed. Raises ValueError for anything else."""
    try:
        version, rows = _HEAD.unpack_from(packed)
        if version == 2:
            return np.frombuffer(packed, POINTS, rows, _HEAD.size).copy()
        columns = zstandard.decompress(packed[_HEAD.size :])
    except (struct.error, zstandard.ZstdError, ValueError) as error:
        raise ValueError(f"packed heat points are damaged: {error}") from error
    if version != 1 or len(columns) != rows * 14:
        raise ValueError(f"packed heat points: version {version}, {len(columns)} bytes for {rows} rows")
    points = np.empty(rows, POINTS)
    points["element_id"] = np.cumsum(np.frombuffer(columns, "<i8", rows))
    points["fx"] = np.frombuffer(columns, "u1", rows, rows * 8)
    points["fy"] = np.frombuffer(columns, "u1", rows, rows * 9)
    points["count"] = np.frombuffer(columns, "<u4", rows, rows * 10)
    return points
