"""Heat points in Postgres: a batch appends a delta, compaction folds deltas into one packed value a day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from storage import columns
from storage.devices import DEVICE_CODES
from storage.heat import HeatKind, Points, merge, pack, unpack
from storage.postgres import Connection, Database, statement

Place = tuple[int, int, str, int, int]  # project, page, day (2026-01-31), device, kind


def read(
    database: Database,
    project_id: int,
    page_id: int,
    kind: HeatKind,
    first: dt.date,
    last: dt.date,
    device: str | None = None,
) -> Points:
    """The page's points of the days `first` to `last` (both included), one row a place; shape (n,), dtype POINTS."""
    with database.transaction([project_id]) as connection, connection.cursor(binary=True) as cursor:
        rows = cursor.execute(
            statement("heat_days.read"),
            {
                "project_id": project_id,
                "page_id": page_id,
                "kind": int(kind),
                "first": first,
                "last": last,
                "device": DEVICE_CODES[device] if device else None,
            },
        ).fetchall()
    return merge([unpack(packed) for (packed,) in rows])


def append_in(connection: Connection, deltas: Mapping[Place, bytes]) -> None:
    """Add packed points (storage.heat.pack) to places, in the caller's transaction."""
    if not deltas:
        return
    connection.execute(
        statement("heat_days.append"),
        {
            "project_id": columns.numbers(place[0] for place in deltas),
            "page_id": columns.numbers(place[1] for place in deltas),
            "day": columns.words(place[2] for place in deltas),
            "device": columns.numbers(place[3] for place in deltas),
            "kind": columns.numbers(place[4] for place in deltas),
            "points": columns.blobs(deltas.values()),
        },
    )


def crowded(connection: Connection, deltas: int, limit: int) -> list[tuple[int, int, dt.date]]:
    """(project, page, day) that have at least `deltas` deltas, or any of a day before yesterday; at most `limit`."""
    return connection.execute(statement("heat_days.crowded"), {"deltas": deltas, "limit": limit}).fetchall()


def compact(database: Database, project_id: int, page_id: int, day: dt.date) -> int:
    """Fold the deltas of a page's day into its values; gives how many. A reader sees each point once at any time.

    Whoever takes a delta out puts it into the day in the same transaction; only one at a time does so for all pages
    (the worker that holds the upkeep's lock).
    """
    which = {"project_id": project_id, "page_id": page_id, "day": day}
    with database.transaction([project_id]) as connection, connection.cursor(binary=True) as cursor:
        deltas = cursor.execute(statement("heat_days.take_deltas"), which).fetchall()
        kept = cursor.execute(statement("heat_days.take_days"), which).fetchall()
        parts: dict[tuple[int, int], list[Points]] = {}
        for device, kind, packed in deltas:
            parts.setdefault((device, kind), []).append(unpack(packed))
        for device, kind, packed in kept:
            if (device, kind) in parts:
                parts[device, kind].append(unpack(packed))
        for (device, kind), points in parts.items():
            cursor.execute(
                statement("heat_days.put_day"), which | {"device": device, "kind": kind, "points": pack(merge(points))}
            )
    return len(deltas)
