"""Removing sessions' rows; blobs, facts, heat and search documents are removed beside it (storage.removal)."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from typing import Final

from storage import recording_pack, recording_strings
from storage.postgres import Connection

# Every table that names a session, and so holds something of a visitor; tests/stores/test_session_tables.py finds one
# that is missing here. Those that name its days go last, so that a removal that was cut off can be repeated.
BY_DAY: Final = ("early_requests", "recording_chunks", "page_views", "sessions")
BY_SESSION: Final = (
    "recordings",
    "share_links",
    "grants",
    "watched_recordings",
    "recording_tags",
    "recording_notes",
    "playlist_recordings",
)


def days_of(connection: Connection, project_id: int, session_ids: Sequence[uuid.UUID]) -> list[dt.date]:
    """The days (partitions) that the sessions have rows in."""
    return [
        row[0]
        for row in connection.execute(
            "SELECT DISTINCT day FROM sessions WHERE project_id = %s AND session_id = ANY(%s) ORDER BY day",
            (project_id, list(session_ids)),
        ).fetchall()
    ]


def with_days(
    connection: Connection, project_id: int, session_ids: Sequence[uuid.UUID]
) -> dict[uuid.UUID, list[dt.date]]:
    """The days of each of the sessions that have rows."""
    found: dict[uuid.UUID, list[dt.date]] = {}
    for session, day in connection.execute(
        "SELECT session_id, day FROM sessions WHERE project_id = %s AND session_id = ANY(%s) ORDER BY 1, 2",
        (project_id, list(session_ids)),
    ).fetchall():
        found.setdefault(session, []).append(day)
    return found


def blob_keys(
    connection: Connection, project_id: int, session_ids: Sequence[uuid.UUID], on: Sequence[dt.date]
) -> list[str]:
    """Where the chunks of the sessions' recordings lie, and their packs."""
    packs = connection.execute(
        "SELECT day, session_id, pack FROM recordings"
        " WHERE project_id = %s AND session_id = ANY(%s) AND contents IS NOT NULL",
        (project_id, list(session_ids)),
    ).fetchall()
    return [recording_pack.key(project_id, str(day), session.hex, pack) for day, session, pack in packs] + [
        row[0]
        for row in connection.execute(
            "SELECT blob_key FROM recording_chunks WHERE project_id = %s AND day = ANY(%s) AND session_id = ANY(%s)",
            (project_id, list(on), list(session_ids)),
        ).fetchall()
    ]


def remove_in(
    connection: Connection, project_id: int, session_ids: Sequence[uuid.UUID], on: Sequence[dt.date]
) -> dict[str, int]:
    """Remove the rows of the sessions, their links and grants, in the caller's transaction; how many by table."""
    ids, removed = list(session_ids), {}
    recording_strings.release(connection, project_id, ids)
    for table in BY_SESSION:
        removed[table] = connection.execute(
            f"DELETE FROM {table} WHERE project_id = %s AND session_id = ANY(%s)".encode(), (project_id, ids)
        ).rowcount
    for table in BY_DAY:
        removed[table] = connection.execute(
            f"DELETE FROM {table} WHERE project_id = %s AND day = ANY(%s) AND session_id = ANY(%s)".encode(),
            (project_id, list(on), ids),
        ).rowcount
    return removed


def rows_in(connection: Connection, project_id: int, session_ids: Sequence[uuid.UUID]) -> int:
    """How many rows of all tables name these sessions; looks at every day."""
    counts = " UNION ALL ".join(
        f"SELECT count(*) FROM {table} WHERE project_id = %(project_id)s AND session_id = ANY(%(ids)s)"
        for table in (*BY_SESSION, *BY_DAY)
    )
    rows = connection.execute(counts.encode(), {"project_id": project_id, "ids": list(session_ids)}).fetchall()
    return sum(int(count) for (count,) in rows)
