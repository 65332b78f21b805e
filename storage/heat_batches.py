"""Heat points as a batch brings them: one value a project and day for all its pages, spread over the pages later.

A batch of a busy minute touches every page on every device; a row for each would be most of what it costs Postgres.
A packed batch: one version byte, the numbers of places and of points, then
- version 1: zstd of the places' columns (page, device, kind, points of the place) and of the points' (element, fx, fy),
  each column by its bytes' planes, place by place;
- version 2: the rows as they are, PLACES and then POINTS: of a project with few points in a batch, the commonest case
  where there are many projects, a tenth of the time for two to three times the bytes, until they are spread.
"""

from __future__ import annotations

import datetime as dt
import struct
from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt
import zstandard

from storage import columns
from storage.heat import POINTS, Points, pack, together
from storage.postgres import Connection, Database, statement

PagePlace = tuple[int, int, int]  # page, device, kind
ProjectDay = tuple[int, str]  # project, day (2026-01-31)

_HEAD: Final = struct.Struct("<BII")
_PACKED, _PLAIN = 1, 2
WORTH_PACKING: Final = 1_000  # bytes; longer values would be compressed by Postgres, which takes longer
_PLACE: Final = (("page_id", "<i8"), ("device", "u1"), ("kind", "u1"), ("points", "<u4"))
PLACES: Final = np.dtype(list(_PLACE))
# A compressor that is made anew each time costs several times what it does to a batch of a small project.
_compress: Final = zstandard.ZstdCompressor(level=1).compress
_POINT: Final = (("element_id", "<i8"), ("fx", "u1"), ("fy", "u1"))


class Batch(NamedTuple):
    """A packed batch opened: `places` has page_id, device, kind, points; `points` one row each, place by place."""

    places: npt.NDArray[Any]  # shape (places,)
    points: Points  # shape (points,), dtype POINTS, every count 1

    def of(self, page_id: int, kind: int, device: int | None) -> Points:
        """The points of a page and kind, on one device or on all (None)."""
        wanted = (self.places["page_id"] == page_id) & (self.places["kind"] == kind)
        if device is not None:
            wanted &= self.places["device"] == device
        found: Points = self.points[np.repeat(wanted, self.places["points"])]
        return found


class HeatBatch(NamedTuple):
    """What a batch adds to a project's day."""

    points: int
    packed: bytes


def pack_batch(table: npt.NDArray[Any], points: Points) -> HeatBatch:
    """A project's day: every place as PLACES, and all points in that order."""
    if table.nbytes + points.nbytes <= WORTH_PACKING:
        head = _HEAD.pack(_PLAIN, len(table), len(points))
        return HeatBatch(len(points), head + table.tobytes() + points.tobytes())
    planes = [_planes(table[name]) for name, _ in _PLACE] + [_planes(points[name]) for name, _ in _POINT]
    head = _HEAD.pack(_PACKED, len(table), len(points))
    return HeatBatch(len(points), head + _compress(b"".join(planes)))


def unpack_batch(packed: bytes) -> Batch:
    """What `pack_batch` packed. Raises ValueError for anything else."""
    try:
        version, places, points = _HEAD.unpack_from(packed)
        planes = zstandard.decompress(packed[_HEAD.size :]) if version == _PACKED else packed[_HEAD.size :]
    except (struct.error, zstandard.ZstdError) as error:
        raise ValueError(f"a packed batch of heat points is damaged: {error}") from error
    widths = (PLACES.itemsize, POINTS.itemsize) if version == _PLAIN else (_width(_PLACE), _width(_POINT))
    width = widths[0] * places + widths[1] * points
    if version not in (_PACKED, _PLAIN) or len(planes) != width:
        raise ValueError(f"a packed batch of heat points: version {version}, {len(planes)} bytes, not {width}")
    if version == _PLAIN:
        table = np.frombuffer(planes, PLACES, places)
        return Batch(table, np.frombuffer(planes, POINTS, points, table.nbytes))
    return _from_planes(planes, places, points)


def _width(columns: Sequence[tuple[str, str]]) -> int:
    return sum(np.dtype(kind).itemsize for _, kind in columns)


def _from_planes(planes: bytes, places: int, points: int) -> Batch:
    found, at = [], 0
    for dtype, rows, names in ((PLACES, places, _PLACE), (POINTS, points, _POINT)):
        table = np.empty(rows, dtype)
        for name, kind in names:
            size = np.dtype(kind).itemsize
            cells = np.frombuffer(planes, "u1", rows * size, at).reshape(size, rows).T
            table[name] = np.ascontiguousarray(cells).reshape(-1).view(kind)
            at += rows * size
        found.append(table)
    found[1]["count"] = 1
    return Batch(*found)


def _planes(column: npt.NDArray[Any]) -> bytes:
    """All first bytes, then all second bytes …: the high bytes of ids are the same and pack to nothing."""
    cells = np.ascontiguousarray(column)
    return np.ascontiguousarray(cells.view("u1").reshape(len(cells), cells.itemsize).T).tobytes()


def append_in(connection: Connection, batches: Mapping[ProjectDay, HeatBatch]) -> None:
    """Add to projects' days, in the caller's transaction."""
    if batches:
        connection.execute(
            statement("heat_batches.append"),
            {
                "project_id": columns.numbers(project_id for project_id, _ in batches),
                "day": columns.words(day for _, day in batches),
                "rows": columns.numbers(batch.points for batch in batches.values()),
                "points": columns.blobs(batch.packed for batch in batches.values()),
            },
        )


def crowded(connection: Connection, batches: int, points: int, limit: int) -> list[tuple[int, dt.date]]:
    """(project, day) with at least so many batches or points, or any of a day before yesterday; at most `limit`."""
    return connection.execute(
        statement("heat_batches.crowded"), {"batches": batches, "points": points, "limit": limit}
    ).fetchall()


def spread(database: Database, project_id: int, day: dt.date) -> int:
    """Give every page its part of the day's batches, as deltas; gives how many. A reader sees each point once."""
    with database.transaction([project_id]) as connection:
        return spread_in(connection, project_id, day)


def spread_in(connection: Connection, project_id: int, day: dt.date) -> int:
    """The same in the caller's transaction."""
    with connection.cursor(binary=True) as cursor:
        taken = cursor.execute(statement("heat_batches.take"), {"project_id": project_id, "day": day}).fetchall()
    deltas = by_place([unpack_batch(packed) for (packed,) in taken])
    if deltas:
        connection.execute(
            statement("heat_days.append"),
            {
                "project_id": columns.numbers([project_id] * len(deltas)),
                "page_id": columns.numbers(page_id for page_id, _, _ in deltas),
                "day": columns.words([day.isoformat()] * len(deltas)),
                "device": columns.numbers(device for _, device, _ in deltas),
                "kind": columns.numbers(kind for _, _, kind in deltas),
                "points": columns.blobs(pack(points, 1) for points in deltas.values()),
            },
        )
    return len(taken)


def by_place(batches: Sequence[Batch]) -> dict[PagePlace, Points]:
    """The points of all batches by their place."""
    places = together((batch.places for batch in batches), PLACES)
    points = together((batch.points for batch in batches), POINTS)
    columns = [places[name].astype(np.int64) for name in ("page_id", "device", "kind")]
    found, first, which = np.unique(
        (columns[0] << 16) + (columns[1] << 8) + columns[2], return_index=True, return_inverse=True
    )
    owners = np.repeat(which, places["points"])
    points = points[np.argsort(owners, kind="stable")]
    ends = np.cumsum(np.bincount(owners, minlength=len(found))).tolist()
    named = zip(*(column[first].tolist() for column in columns), strict=True)
    return {place: points[start:end] for place, start, end in zip(named, [0, *ends], ends, strict=False)}
