"""Removing a session everywhere: recording, facts, heat points, rows, search document, links, grants, cache."""

from __future__ import annotations

import datetime as dt
import uuid

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from dashboard.auth.access import Access
from dashboard.queries.cached import project_space
from dashboard.queries.recordings import UnknownRecording
from dashboard.services import current
from storage import heat_removal, session_removal
from storage.facts import FactKind
from storage.heat import HEAT_OF_FACT, POINTS, Points

_Places = dict[int, dict[tuple[int, int], Points]]  # page → (device, kind) → points


def delete_session(access: Access, session_id: uuid.UUID) -> None:
    """Remove the session. Cut off on its way it can be asked for again. Raises UnknownRecording.

    Points of mouse movement carry no session and stay, as do snapshots of pages, which belong to the page. A visitor
    who is still there begins a new session with the next request.
    """
    access.demand("write")
    services, project_id = current(), access.project_id
    with services.database.transaction(access.projects) as connection:
        days = session_removal.days(connection, project_id, session_id)
        keys = session_removal.blob_keys(connection, project_id, session_id, days)
    if not days:
        services.sessions.delete(project_id, [session_id])
        raise UnknownRecording(f"There is no recording {session_id}.")
    # Whole folders, since a chunk's blob is there before its row; the rows go last, since they name all the rest.
    for folder in {key.rpartition("/")[0] for key in keys}:
        keys += [key for key, _ in services.blobs.list(f"{folder}/")]
    services.blobs.delete(sorted(set(keys)))
    points = {day: _points(project_id, session_id, day) for day in days}
    services.facts.delete(
        project_id, [session_id.bytes], days[0] - dt.timedelta(days=1), days[-1] + dt.timedelta(days=2)
    )
    with services.database.transaction(access.projects) as connection:
        for day, pages in points.items():
            for page_id in sorted(pages):
                heat_removal.remove_in(connection, project_id, page_id, day, pages[page_id])
        session_removal.remove_in(connection, project_id, session_id, days)
    services.sessions.delete(project_id, [session_id])
    services.cache.bump(project_space(project_id))


def _points(project_id: int, session_id: uuid.UUID, day: dt.date) -> _Places:
    """The heat points that the session left in a day, as its facts tell of them."""
    columns = ["session", "kind", "device", "page_id", "element_id", "fx", "fy"]
    facts = current().facts.read(project_id, day, day, columns)
    kinds = pa.array([int(kind) for kind in HEAT_OF_FACT], pa.uint8())
    facts = facts.filter(
        pc.and_(
            pc.equal(facts["session"], pa.scalar(session_id.bytes, pa.binary(16))),
            pc.is_in(facts["kind"], value_set=kinds),
        )
    )
    found: dict[int, dict[tuple[int, int], list[tuple[int, int, int, int]]]] = {}
    for row in facts.to_pylist():
        kind = HEAT_OF_FACT[FactKind(row["kind"])]
        place = found.setdefault(row["page_id"], {}).setdefault((row["device"], kind), [])
        place.append((row["element_id"], row["fx"] * 255 // 10_000, row["fy"] * 255 // 10_000, 1))
    return {
        page_id: {place: np.array(points, POINTS) for place, points in places.items()}
        for page_id, places in found.items()
    }
