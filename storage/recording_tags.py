"""Tags on recordings: short words by which a project's members find them again."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from storage.postgres import Connection


def add(
    connection: Connection, project_id: int, tag: str, session_ids: Sequence[uuid.UUID], tagged_by: int | None
) -> None:
    """Tag these sessions, as far as the project has them; who tagged one first stays known."""
    connection.execute(
        "INSERT INTO recording_tags (project_id, tag, session_id, tagged_by)"
        " SELECT DISTINCT s.project_id, %s::text, s.session_id, %s::bigint FROM sessions s"
        " WHERE s.project_id = %s AND s.session_id = ANY (%s) ON CONFLICT DO NOTHING",
        (tag, tagged_by, project_id, list(session_ids)),
    )


def remove(connection: Connection, project_id: int, tag: str, session_ids: Sequence[uuid.UUID]) -> None:
    """Take the tag off these sessions."""
    connection.execute(
        "DELETE FROM recording_tags WHERE project_id = %s AND tag = %s AND session_id = ANY (%s)",
        (project_id, tag, list(session_ids)),
    )


def tags(connection: Connection, project_id: int) -> list[tuple[str, int]]:
    """The project's tags with their number of sessions, commonest first."""
    rows = connection.execute(
        "SELECT tag, count(*) FROM recording_tags WHERE project_id = %s GROUP BY tag ORDER BY count(*) DESC, tag",
        (project_id,),
    )
    return [(tag, number) for tag, number in rows.fetchall()]


def tags_of(connection: Connection, project_id: int, session_ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, list[str]]:
    """The tags of each of these sessions that has any."""
    rows = connection.execute(
        "SELECT session_id, array_agg(tag ORDER BY tag) FROM recording_tags"
        " WHERE project_id = %s AND session_id = ANY (%s) GROUP BY session_id",
        (project_id, list(session_ids)),
    )
    return dict(rows.fetchall())


def tagged_sessions(connection: Connection, project_id: int, wanted: Sequence[str]) -> list[uuid.UUID]:
    """The sessions that have at least one of these tags."""
    rows = connection.execute(
        "SELECT DISTINCT session_id FROM recording_tags WHERE project_id = %s AND tag = ANY (%s)",
        (project_id, list(wanted)),
    )
    return [row[0] for row in rows.fetchall()]
