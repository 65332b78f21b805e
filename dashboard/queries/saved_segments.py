"""Saved segments of a project: conditions on its recordings that have a name."""

from __future__ import annotations

from typing import Final

from dashboard.auth.access import Access
from dashboard.errors import NotVisible, Problem
from dashboard.queries.projects import checked_name
from dashboard.services import current
from storage import saved_segments as store
from storage.saved_segments import SegmentRow

LARGEST: Final = 4_096  # characters of the conditions


def saved_segments(access: Access) -> list[SegmentRow]:
    """The project's segments by name."""
    access.demand("read")
    with current().database.transaction(access.projects) as connection:
        return store.segments(connection, access.project_id)


def save_segment(access: Access, name: str, query: str) -> int:
    """Keep these conditions under a name, in the place of those that have it; gives the id. Raises Problem."""
    access.demand("write")
    name = checked_name(name)
    if not query:
        raise Problem("invalid_parameter", "conditions: there are none yet; choose some first.")
    if len(query) > LARGEST:
        raise Problem("invalid_parameter", f"conditions: they have at most {LARGEST:,} characters.")
    with current().database.transaction(access.projects) as connection:
        return store.save(connection, access.project_id, name, query, access.user_id)


def delete_segment(access: Access, segment_id: int) -> None:
    """Forget a segment. Raises NotVisible."""
    access.demand("write")
    with current().database.transaction(access.projects) as connection:
        if not store.delete(connection, access.project_id, segment_id):
            raise NotVisible(f"There is no segment {segment_id}.")
