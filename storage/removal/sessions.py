"""Removing sessions everywhere: recordings, assets that only they show, facts, heat points, rows, search documents,
links and grants."""

from __future__ import annotations

import datetime as dt
import uuid
from collections import Counter
from collections.abc import Collection, Sequence
from functools import partial
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from storage import assets, heat_removal, session_removal
from storage.cache import project_space
from storage.facts import FactKind
from storage.heat import HEAT_OF_FACT, POINTS, Points
from storage.postgres import Connection, statement
from storage.removal import Kept

_Places = dict[int, dict[tuple[int, int], Points]]  # page → (device, kind) → points
EARLIER: Final = dt.timedelta(days=1)
LATER: Final = dt.timedelta(days=2)
BLOBS_AT_ONCE: Final = 1_000


def remove(kept: Kept, project_id: int, session_ids: Sequence[uuid.UUID]) -> Counter[str]:
    """Remove these sessions; how many things of each kind. Cut off on its way it can be asked for again.

    Points of mouse movement carry no session and stay, as do snapshots of pages, which belong to the page. A visitor
    who is still there begins a new session with the next request.
    """
    removed: Counter[str] = Counter()
    if not session_ids:
        return removed
    with kept.database.transaction([project_id]) as connection:
        days = session_removal.days_of(connection, project_id, session_ids)
        keys = session_removal.blob_keys(connection, project_id, session_ids, days)
    removed["blobs"] = remove_blobs(kept, keys)
    if days:
        removed.update(_facts_and_heat(kept, project_id, session_ids, days))
    with kept.database.transaction([project_id]) as connection:
        shown = assets.named_by(connection, project_id, days, session_ids)
        removed.update(session_removal.remove_in(connection, project_id, session_ids, days))
        alone = assets.remove_only_of(connection, project_id, shown)
        if kept.index:
            kept.index.delete(project_id, list(session_ids))
    kept.blobs.delete(alone)
    removed["assets"] = len(alone)
    kept.cache.bump(project_space(project_id))
    return removed


def remove_blobs(kept: Kept, keys: Collection[str]) -> int:
    """Remove the chunks at these keys and all beside them, since a chunk's blob is there before its row."""
    every = set(keys)
    for folder in {key.rpartition("/")[0] for key in keys}:
        every |= {key for key, _ in kept.blobs.list(f"{folder}/")}
    listed = sorted(every)
    for at in range(0, len(listed), BLOBS_AT_ONCE):
        kept.blobs.delete(listed[at : at + BLOBS_AT_ONCE])
    return len(listed)


def days_of_facts(connection: Connection, project_id: int, days: Sequence[dt.date]) -> list[dt.date]:
    """The days with facts in which sessions of these days can have left some."""
    if not days:
        return []
    period = {"project_id": project_id, "first": min(days) - EARLIER, "last": max(days) + LATER}
    return sorted(day for (day,) in connection.execute(statement("facts.days"), period).fetchall())


def _facts_and_heat(
    kept: Kept, project_id: int, session_ids: Sequence[uuid.UUID], days: Sequence[dt.date]
) -> Counter[str]:
    """Take the sessions' facts and, in the same transaction, the heat points that they tell of."""
    removed: Counter[str] = Counter()
    ids = [one.bytes for one in session_ids]
    with kept.database.transaction([project_id]) as connection:
        with_facts = days_of_facts(connection, project_id, days)

    def cool(day: dt.date, connection: Connection, facts: pa.Table) -> None:
        places = _places(facts)
        for page_id in sorted(places):
            heat_removal.remove_in(connection, project_id, page_id, day, places[page_id])
        removed["heat points"] += sum(len(points) for page in places.values() for points in page.values())

    for day in with_facts:
        removed["facts"] += kept.facts.remove(project_id, ids, day, partial(cool, day))
    return removed


def _places(facts: pa.Table) -> _Places:
    """The heat points that these facts tell of."""
    kinds = pa.array([int(kind) for kind in HEAT_OF_FACT], pa.uint8())
    told = facts.filter(pc.is_in(facts["kind"], value_set=kinds))
    found: dict[int, dict[tuple[int, int], list[tuple[int, int, int, int]]]] = {}
    for row in told.select(["kind", "device", "page_id", "element_id", "fx", "fy"]).to_pylist():
        kind = HEAT_OF_FACT[FactKind(row["kind"])]
        place = found.setdefault(row["page_id"], {}).setdefault((row["device"], kind), [])
        place.append((row["element_id"], row["fx"] * 255 // 10_000, row["fy"] * 255 // 10_000, 1))
    return {
        page_id: {place: np.array(points, POINTS) for place, points in places.items()}
        for page_id, places in found.items()
    }
