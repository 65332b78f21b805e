"""Removing a session's rows; blobs, facts, heat and search documents are removed beside it by whoever asks for it."""

from __future__ import annotations

import datetime as dt
import uuid

from storage.postgres import Connection

# Tables that hold rows of a session, those that name its days last, so that a removal that was cut off can be repeated.
_BY_DAY = ("early_requests", "recording_chunks", "page_views", "sessions")
_BY_SESSION = ("recordings", "share_links", "grants", "recording_notes")


def days(connection: Connection, project_id: int, session_id: uuid.UUID) -> list[dt.date]:
    """The days (partitions) that the session has rows in."""
    return [
        row[0]
        for row in connection.execute(
            "SELECT day FROM sessions WHERE project_id = %s AND session_id = %s ORDER BY day", (project_id, session_id)
        ).fetchall()
    ]


def blob_keys(connection: Connection, project_id: int, session_id: uuid.UUID, on: list[dt.date]) -> list[str]:
    """Where the chunks of the session's recording lie."""
    return [
        row[0]
        for row in connection.execute(
            "SELECT blob_key FROM recording_chunks WHERE project_id = %s AND day = ANY(%s) AND session_id = %s",
            (project_id, on, session_id),
        ).fetchall()
    ]


def remove_in(connection: Connection, project_id: int, session_id: uuid.UUID, on: list[dt.date]) -> None:
    """Remove the rows of the session, its links, grants and notes, in the caller's transaction."""
    for table in _BY_SESSION:
        connection.execute(
            f"DELETE FROM {table} WHERE project_id = %s AND session_id = %s".encode(), (project_id, session_id)
        )
    for table in _BY_DAY:
        connection.execute(
            f"DELETE FROM {table} WHERE project_id = %s AND day = ANY(%s) AND session_id = %s".encode(),
            (project_id, on, session_id),
        )
