"""Notes that people write on moments of a recording."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass

from psycopg.rows import class_row

from storage.postgres import Connection


@dataclass(frozen=True, slots=True)
class NoteRow:
    """A note; `at_ms` counts from the recording's beginning; `author` '': a program, or nobody who is still there."""

    note_id: int
    at_ms: int
    text: str
    tag: str
    author_id: int | None
    author: str
    created_at: dt.datetime
    updated_at: dt.datetime


def notes(connection: Connection, project_id: int, session_id: uuid.UUID) -> list[NoteRow]:
    """The recording's notes in the order of their moments."""
    with connection.cursor(row_factory=class_row(NoteRow)) as cursor:
        return cursor.execute(
            "SELECT n.note_id, n.at_ms, n.text, n.tag, n.author AS author_id, coalesce(u.email, '') AS author,"
            " n.created_at, n.updated_at"
            " FROM recording_notes n LEFT JOIN users u ON u.user_id = n.author"
            " WHERE n.project_id = %s AND n.session_id = %s ORDER BY n.at_ms, n.note_id",
            (project_id, session_id),
        ).fetchall()


def add(
    connection: Connection, project_id: int, session_id: uuid.UUID, at_ms: int, text: str, tag: str, author: int | None
) -> int:
    """A new note's id."""
    row = connection.execute(
        "INSERT INTO recording_notes (project_id, session_id, at_ms, text, tag, author)"
        " VALUES (%s, %s, %s, %s, %s, %s) RETURNING note_id",
        (project_id, session_id, at_ms, text, tag, author),
    ).fetchone()
    assert row
    return int(row[0])


def change(connection: Connection, project_id: int, session_id: uuid.UUID, note_id: int, text: str, tag: str) -> bool:
    """Other words for a note; False if there is no such note."""
    done = connection.execute(
        "UPDATE recording_notes SET text = %s, tag = %s, updated_at = now()"
        " WHERE project_id = %s AND session_id = %s AND note_id = %s",
        (text, tag, project_id, session_id, note_id),
    )
    return done.rowcount == 1


def delete(connection: Connection, project_id: int, session_id: uuid.UUID, note_id: int) -> bool:
    """Take a note away; False if there is no such note."""
    done = connection.execute(
        "DELETE FROM recording_notes WHERE project_id = %s AND session_id = %s AND note_id = %s",
        (project_id, session_id, note_id),
    )
    return done.rowcount == 1
