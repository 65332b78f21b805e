"""Taking points out of heat: what a removed session left on a page, as long as its facts still say so."""

from __future__ import annotations

import datetime as dt

import numpy as np

from storage import heat_batches
from storage.heat import POINTS, Points, merge, pack, unpack
from storage.postgres import Connection, statement
from storage.upkeep import take_turn


def less(points: Points, gone: Points) -> Points:
    """`points` without `gone`, one row a place; a place never goes below nothing."""
    points, gone = merge([points]), merge([gone])
    if not len(points) or not len(gone):
        return points
    names = ["element_id", "fx", "fy"]
    every = np.concatenate([points[names], gone[names]])
    _, place = np.unique(every, return_inverse=True)
    taken = np.zeros(int(place.max()) + 1, np.int64)
    taken[place[len(points) :]] = gone["count"]
    left = points["count"].astype(np.int64) - taken[place[: len(points)]]
    kept = points[left > 0].copy()
    kept["count"] = left[left > 0]
    return kept


def remove_in(
    connection: Connection, project_id: int, page_id: int, day: dt.date, gone: dict[tuple[int, int], Points]
) -> None:
    """Take points out of a page's day, by (device, kind), in the caller's transaction; folds its deltas too."""
    # While the upkeep folds this waits, and the other way round the upkeep leaves it for later.
    take_turn(connection)
    heat_batches.spread_in(connection, project_id, day)
    which = {"project_id": project_id, "page_id": page_id, "day": day}
    with connection.cursor(binary=True) as cursor:
        parts: dict[tuple[int, int], list[Points]] = {}
        # The order of compaction, so that neither waits for the other in a ring.
        for name in ("heat_days.take_deltas", "heat_days.take_days"):
            for device, kind, packed in cursor.execute(statement(name), which).fetchall():
                parts.setdefault((device, kind), []).append(unpack(packed))
        for (device, kind), points in parts.items():
            left = less(merge(points), gone.get((device, kind), np.empty(0, POINTS)))
            cursor.execute(
                statement("heat_days.put_day"), which | {"device": device, "kind": kind, "points": pack(left)}
            )
