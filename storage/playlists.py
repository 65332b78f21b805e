"""Playlists: recordings of a project in an order of someone's own."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from psycopg.rows import class_row

from storage.postgres import Connection

MOST: Final = 500  # recordings of a playlist


@dataclass(frozen=True, slots=True)
class PlaylistRow:
    """A playlist and how many recordings it has."""

    playlist_id: int
    name: str
    recordings: int


def playlists(connection: Connection, project_id: int) -> list[PlaylistRow]:
    """The project's playlists by name."""
    with connection.cursor(row_factory=class_row(PlaylistRow)) as cursor:
        return cursor.execute(
            "SELECT p.playlist_id, p.name, count(r.session_id) AS recordings FROM playlists p"
            " LEFT JOIN playlist_recordings r ON r.project_id = p.project_id AND r.playlist_id = p.playlist_id"
            " WHERE p.project_id = %s GROUP BY p.playlist_id, p.name ORDER BY lower(p.name), p.playlist_id",
            (project_id,),
        ).fetchall()


def create(connection: Connection, project_id: int, name: str, created_by: int | None) -> int:
    """The id of the playlist of this name, a new one if there is none."""
    row = connection.execute(
        "INSERT INTO playlists (project_id, name, created_by) VALUES (%s, %s, %s)"
        " ON CONFLICT (project_id, name) DO UPDATE SET updated_at = now() RETURNING playlist_id",
        (project_id, name, created_by),
    ).fetchone()
    assert row
    return int(row[0])


def delete(connection: Connection, project_id: int, playlist_id: int) -> bool:
    """Forget a playlist, not its recordings; False if there is no such one."""
    done = connection.execute(
        "DELETE FROM playlists WHERE project_id = %s AND playlist_id = %s", (project_id, playlist_id)
    )
    return done.rowcount == 1


def locked(connection: Connection, project_id: int, playlist_id: int) -> bool:
    """Whether there is such a playlist; until the transaction ends nobody else changes it."""
    found = connection.execute(
        "UPDATE playlists SET updated_at = now() WHERE project_id = %s AND playlist_id = %s", (project_id, playlist_id)
    )
    return found.rowcount == 1


def session_ids(connection: Connection, project_id: int, playlist_id: int) -> list[uuid.UUID]:
    """The playlist's recordings in its order."""
    rows = connection.execute(
        "SELECT session_id FROM playlist_recordings WHERE project_id = %s AND playlist_id = %s ORDER BY place",
        (project_id, playlist_id),
    )
    return [row[0] for row in rows.fetchall()]


def arrange(connection: Connection, project_id: int, playlist_id: int, wanted: Sequence[uuid.UUID]) -> None:
    """The playlist has these recordings in this order from now on, each once and as far as the project has them."""
    connection.execute(
        "DELETE FROM playlist_recordings WHERE project_id = %s AND playlist_id = %s", (project_id, playlist_id)
    )
    connection.execute(
        "INSERT INTO playlist_recordings (project_id, playlist_id, session_id, place)"
        " SELECT %s::bigint, %s::bigint, w.session_id, min(w.place)"
        " FROM unnest(%s::uuid[]) WITH ORDINALITY AS w (session_id, place)"
        " WHERE EXISTS (SELECT 1 FROM sessions s WHERE s.project_id = %s AND s.session_id = w.session_id)"
        " GROUP BY w.session_id",
        (project_id, playlist_id, list(wanted), project_id),
    )
