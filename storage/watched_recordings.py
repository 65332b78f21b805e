"""Which recordings a member has watched."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Final

from storage.postgres import Connection

MOST: Final = 100_000  # of one member: the latest of them are told


def mark(connection: Connection, project_id: int, user_id: int, session_ids: Sequence[uuid.UUID]) -> None:
    """The member has watched these; what was watched before keeps its time."""
    connection.execute(
        "INSERT INTO watched_recordings (project_id, user_id, session_id)"
        " SELECT DISTINCT s.project_id, %s::bigint, s.session_id FROM sessions s"
        " WHERE s.project_id = %s AND s.session_id = ANY (%s) ON CONFLICT DO NOTHING",
        (user_id, project_id, list(session_ids)),
    )


def unmark(connection: Connection, project_id: int, user_id: int, session_ids: Sequence[uuid.UUID]) -> None:
    """The member wants to come by these again."""
    connection.execute(
        "DELETE FROM watched_recordings WHERE project_id = %s AND user_id = %s AND session_id = ANY (%s)",
        (project_id, user_id, list(session_ids)),
    )


def watched(connection: Connection, project_id: int, user_id: int) -> list[uuid.UUID]:
    """What the member has watched, the latest first."""
    rows = connection.execute(
        "SELECT session_id FROM watched_recordings WHERE project_id = %s AND user_id = %s"
        " ORDER BY watched_at DESC LIMIT %s",
        (project_id, user_id, MOST),
    )
    return [row[0] for row in rows.fetchall()]


def watched_among(
    connection: Connection, project_id: int, user_id: int, session_ids: Sequence[uuid.UUID]
) -> set[uuid.UUID]:
    """Those of these that the member has watched."""
    rows = connection.execute(
        "SELECT session_id FROM watched_recordings WHERE project_id = %s AND user_id = %s AND session_id = ANY (%s)",
        (project_id, user_id, list(session_ids)),
    )
    return {row[0] for row in rows.fetchall()}
