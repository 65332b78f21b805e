"""Heat points of a page in Postgres: deltas, folded into one packed value a day.

What batches have brought lately lies in storage.heat_batches and is read in the same statement.
"""

from __future__ import annotations

import datetime as dt

from storage.devices import DEVICE_CODES
from storage.heat import HeatKind, Points, merge, pack, unpack
from storage.heat_batches import unpack_batch
from storage.postgres import Connection, Database, statement


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
    code = DEVICE_CODES[device] if device else None
    return merge([unpack_batch(packed).of(page_id, kind, code) if whole else unpack(packed) for whole, packed in rows])


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
